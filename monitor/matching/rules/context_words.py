# ruff: noqa: RUF001 - words of languages with letters that look alike
"""The words around a name that tell an ambiguous one's sense.

"Zirconium" beside "spear-phishing" is a group of hackers; beside "alloy" it is a metal. These
are the words of the trade in general, in the languages its news is written in; a watchlist adds
its own with `context`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from monitor.matching.index.automaton import Parts, Pattern, Patterns, Words
from monitor.matching.text.normalise import Folded, fold_name
from monitor.model.match import Kind

TradeWord = tuple[int, frozenset[Kind], str]
"""Where a word of a trade stands, the kinds it speaks for, and the word."""

NEAR = 300
"""Characters between a name and a word that still speaks for it: two or three sentences."""

STEM = "*"
"""Marks a word of an inflected language that counts with any ending."""
THROUGHOUT = 4
"""So many different words of the trade make the whole article one of the trade."""

_CYBER = """
malware, ransomware, spyware, trojan, trojans, backdoor, backdoors, rootkit, botnet, keylogger,
phishing, spear phishing, spearphishing, cyber espionage, cyberespionage, cyber attack,
cyberattack, cyber attacks, cyberattacks, cyber security, cybersecurity, cybercrime,
cybercriminals, hack, hacks, hacked, hacker, hackers, hacking,
cyber, espionage, threat actor,
threat actors, threat group, threat intelligence, intrusion set, apt, apt group, adversary group,
state sponsored, state backed, nation state, command and control, c2 server, c&c, zero day,
exploit, exploits, exploited, payload, payloads, indicators of compromise, webshell, web shell,
credential theft, data breach, watering hole, supply chain attack,
crypto heist, cryptocurrency heist, cyberspies, cyber spies, cyber gang, extortion gang, dark web,
data theft, data leak, leak site, credentials, vulnerability, vulnerabilities, infostealer, wiper,
vishing, smishing, phishes, spear phishes, spear phished, sim swapping,
sim swap, social engineering, infostealers, zero days, raas,
lockbit, cl0p, blackcat, alphv, qakbot, trickbot, emotet, mimikatz, cobalt strike, plugx, shadowpad,
malicious packages, malicious code, malicious documents, phished, clickfix, initial access,
lateral movement, ttps, iocs, cyber criminals, data extortion, remote access trojan, crypto theft,
ddos, botnets, exfiltrated, exfiltrate, exfiltration, intrusions, attackers, dropper, implant,
hackergrupp*, hackerangriff*, hackerattacke*, cyber angriff*, schadprogramm*,
erpressungstrojaner*, erpressersoftware, datendiebstahl*, datenleck*, hackeo*, hackead*,
hackerato, hackerata, spionagegruppe,
schadsoftware, cyberangriff, cyberangriffe, pirates informatiques,
logiciel malveillant, cyberattaque, piratas informáticos, ciberataque, ciberespionaje,
hakerzy, cyberatak, хакер*, кибер*, вредонос*, фишинг*, шпион*, хакерів,
кібер*, шкідлив*, шпигун*, 黑客, 恶意软件, 网络攻击, 網路攻擊, 駭客,
網絡攻擊, 钓鱼, 釣魚, 勒索, 网络安全, 網路安全, 网络间谍, 網路間諜,
黑客组织, 木马, 木馬, 病毒, 网络攻击, 攻击活动, 供应链攻击, 漏洞, 入侵, 窃密,
ハッカー, ハッキング, 不正アクセス,
サイバー, ランサムウェア, 標的型, マルウェア, サイバー攻撃, 해커, 해킹, 악성코드,
사이버, 랜섬웨어, 피싱, 정찰총국, 해킹조직,
هجوم سيبراني, قراصنة, برمجيات خبيثة, هکرها, siber saldırı, bilgisayar korsanları,
hakerów, hakerzy, haker*, hakkeri*, hackeri*, hackerů, hackerům, hackera, hackerek, hackereket,
cyberatak*, cyberprzest*, cyberszpieg*, cyberangrepp*, cyberangreb*, dataangrep*, cyberspion*,
cyberaanval*, kyberneti*, kyberútok*, kyberhyökkäy*, kyberrünna*, tietomurto*, kibertámadás*,
kiberatak*, kibernapad*, kibernetsk*, kibernet*, zsarolóvírus*, rançongiciel*, piratage*,
cyberespionnage, cyberattaques, ciberdelincuente*, ciberataques, ciberespionaje,
ataque cibernético, ataques cibernéticos, attacco informatico, attacchi informatici,
pirati informatici, atac cibernetic, atacuri cibernetice, siber saldırı*, siber güvenlik,
siber casus*, χάκερ*, κυβερνοεπίθεσ*, κυβερνοκατασκοπ*, κακόβουλο*, שפרצו*, האקר*, סייבר, כופרה,
הכופר, هجوم إلكتروني, هجمات إلكترونية, هاكرز, القراصنة, الهاكرز, قراصنة إنترنت
"""

_WORDS = {
    Kind.THREAT_ACTOR: tuple(word.strip() for word in _CYBER.split(",")),
    Kind.MALWARE: tuple(word.strip() for word in _CYBER.split(",")),
}


_OF_PRODUCTS = """
exploit, exploits, exploited, zero day, zero days, vulnerability, vulnerabilities, cyber security,
cybersecurity
"""
FLAWS = frozenset(fold_name(word) for word in _OF_PRODUCTS.split(","))
"""Words of the trade that speak of products and their makers as often as of attackers."""


def words_for(kind: Kind) -> tuple[str, ...]:
    """Words and phrases near which an ambiguous name of this kind means its entity.

    One that ends in `STEM` stands for every word that begins so.
    """
    return _WORDS.get(kind, ())


class Trade:
    """Two automata for the words that speak of the trades of some kinds of entity.

    Apart from what is watched, since only what is ambiguous needs them, and few articles have it.
    """

    def __init__(self, kinds: Iterable[Kind]) -> None:
        patterns = Patterns()
        for kind in kinds:
            for word in words_for(kind):
                pattern = patterns.pattern(fold_name(word.removesuffix(STEM)))
                pattern.kinds |= {kind}
                pattern.partial |= word.endswith(STEM)
        self._parts, self._words = Parts(patterns), Words(patterns)

    def find(self, texts: Sequence[Folded]) -> list[list[TradeWord]]:
        """Those in each of the texts of an article."""
        return [
            [(start, pattern.kinds, pattern.text) for pattern, start, _ in self._in(folded)]
            for folded in texts
        ]

    def places(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Where one stands in a text."""
        return ((start, end) for _, start, end in self._in(folded))

    def _in(self, folded: Folded) -> Iterator[tuple[Pattern, int, int]]:
        for entry, start, end in self._words.find(folded.text):
            if isinstance(entry, Pattern):
                yield entry, start, end
        for pattern, start, end, _ in self._parts.find(folded):
            yield pattern, start, end
