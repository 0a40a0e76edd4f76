"""25 March 2024 as forty outlets might have told it within six hours.

Made-up wordings of a real event: eight reports of different hands in five languages, and the
copies and rewrites that outlets make of them, with what sites put around a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from tests.support.clock import MONDAY

SPAN = timedelta(hours=6)

WATCHLIST = """
[[watchlists]]
name = "Westminster"
channels = [{channels}]
alert_at = 40

  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"

  [[watchlists.entities]]
  name = "Electoral Commission"
  kind = "organisation"
  exclude = ["Electoral Commission of India"]

  [[watchlists.entities]]
  name = "Zhao Guangzong"
  kind = "person"
  aliases = ["赵光宗"]

  [[watchlists.entities]]
  name = "Ni Gaobin"
  kind = "person"
  aliases = ["倪高彬"]
"""

# Each: language, headline, paragraphs. The names stand once, deep in the text.
_WORDS: dict[str, tuple[str, str, Sequence[str]]] = {
    "agency": (
        "en",
        "UK blames Beijing for cyber attacks on lawmakers and election watchdog",
        (
            "LONDON - Britain on Monday accused hackers backed by the Chinese state of breaking "
            "into the computers of its election watchdog and of spying on lawmakers critical of "
            "Beijing, and said it was imposing sanctions on two people and one company.",
            "Deputy Prime Minister Oliver Dowden told the House of Commons that the first of the "
            "two campaigns had exposed the details of some 40 million voters between August 2021 "
            "and October 2022.",
            "The second, a reconnaissance operation in 2021, was aimed at the e-mail accounts of "
            "members of parliament; the security services said it had been blocked before any "
            "account was compromised.",
            "The foreign office said that Zhao Guangzong and Ni Gaobin, whom it described as "
            "members of APT31, and a firm in Wuhan would face asset freezes. The attack on the "
            "Electoral Commission was attributed to a separate group tied to the same ministry.",
            "China's embassy in London called the charges malicious slander and said it had "
            "lodged a stern protest.",
        ),
    ),
    "broadcaster": (
        "en",
        "China state-linked hackers targeted MPs and voter data, ministers say",
        (
            "Ministers have said that hackers linked to the Chinese state were behind two "
            "campaigns against British democracy: one against MPs and peers, the other against "
            "the body that oversees elections.",
            "Mr Dowden told MPs that the Chinese ambassador would be summoned to explain the "
            "conduct of his country. He announced sanctions against two individuals and a "
            "company.",
            "Those sanctioned are Zhao Guangzong and Ni Gaobin, said to work for a group known "
            "as APT31, and Wuhan Xiaoruizhi Science and Technology Company.",
            "The personal details of 40 million voters were accessible to the intruders in the "
            "attack on the Electoral Commission, which came to light last year. The watchdog said "
            "that elections themselves had not been affected.",
            "Sir Iain Duncan Smith, one of the MPs targeted, said the response was like an "
            "elephant giving birth to a mouse.",
        ),
    ),
    "daily": (
        "en",
        "Dowden summons Chinese ambassador over hacking of MPs and voter data",
        (
            "The Chinese ambassador has been summoned to the Foreign Office after Oliver Dowden "
            "accused Beijing of hacking the voter register and of trying to read the e-mails of "
            "MPs.",
            "Two hackers, Zhao Guangzong and Ni Gaobin, and a company in Wuhan were placed under "
            "sanctions, which backbenchers dismissed as feeble.",
            "The deputy prime minister said the group APT31 had carried out reconnaissance against "
            "parliamentarians in 2021, and that another actor had copied voter data held by the "
            "Electoral Commission, including the names and addresses of 40 million voters.",
            "Sir Iain Duncan Smith, Tim Loughton and Stewart McDonald, members of an alliance on "
            "China, had been briefed by the director of security in parliament before the "
            "statement in the Commons.",
        ),
    ),
    "tech": (
        "en",
        "UK sanctions two over Chinese hacks of voter register and MPs' mail",
        (
            "The United Kingdom has put sanctions on two men and a front company over a pair of "
            "hacking operations that it blames on the Chinese state, the government said on "
            "Monday.",
            "According to the National Cyber Security Centre, APT31 almost certainly ran online "
            "reconnaissance against the mail accounts of MPs in 2021. The breach at the Electoral "
            "Commission, discovered in October 2022, gave intruders copies of the voter registers, "
            "with data on 40 million voters.",
            "Named in the sanctions are Zhao Guangzong, Ni Gaobin and Wuhan Xiaoruizhi Science and "
            "Technology, which officials say worked on behalf of the ministry of state security.",
            "The Chinese embassy denied the accusation and summoned its own words: slander, it "
            "said, without evidence.",
        ),
    ),
    "german": (
        "de",
        "London macht China für Hackerangriffe auf Abgeordnete verantwortlich",
        (
            "Die britische Regierung hat Hacker im Dienst des chinesischen Staates beschuldigt, "
            "Abgeordnete ausgespäht und die Wahlbehörde angegriffen zu haben.",
            "Vizepremier Oliver Dowden kündigte im Unterhaus Sanktionen gegen zwei Personen und "
            "eine Firma aus Wuhan an. Zugänglich waren demnach die Daten von 40 Millionen Wählern.",
            "Betroffen sind Zhao Guangzong und Ni Gaobin, die der Gruppe APT31 angehören sollen. "
            "Die Botschaft in London sprach von böswilliger Verleumdung.",
        ),
    ),
    "french": (
        "fr",
        "Londres accuse Pékin d'avoir visé des élus et les données des électeurs",
        (
            "Le gouvernement britannique a accusé lundi des pirates liés à l'Etat chinois d'avoir "
            "visé des parlementaires et l'autorité chargée des élections.",
            "Le vice-premier ministre Oliver Dowden a annoncé des sanctions contre deux hommes et "
            "une société de Wuhan. Les données de 40 millions d'électeurs étaient accessibles.",
            "Zhao Guangzong et Ni Gaobin sont présentés comme des membres du groupe APT31. "
            "L'ambassade de Chine a dénoncé une calomnie.",
        ),
    ),
    "chinese": (
        "zh",
        "英国指责中国政府支持的黑客攻击议员和选举机构",
        (
            "英国政府星期一指责与中国政府有关的黑客对英国议员和选举监督机构发动网络攻击，并宣布制裁两人和一家公司。",
            "副首相道登在下议院表示，约4000万选民的资料在2021年至2022年间可能被窃取。",
            "受到制裁的是赵光宗和倪高彬，官员称两人属于黑客组织APT31，另有一家设在武汉的公司。",
            "中国驻英国大使馆否认指控，称其为恶意诽谤。",
        ),
    ),
    "spanish": (
        "es",
        "Londres acusa a China de ciberataques contra diputados y el organismo electoral",
        (
            "El Reino Unido acusó este lunes a piratas informáticos respaldados por el Estado "
            "chino de espiar a diputados y de atacar al organismo que vigila las elecciones.",
            "El viceprimer ministro, Oliver Dowden, anunció sanciones contra dos personas y una "
            "empresa de Wuhan. Quedaron expuestos los datos de 40 millones de votantes.",
            "Los sancionados, Zhao Guangzong y Ni Gaobin, formarían parte del grupo APT31.",
        ),
    ),
}

_HEADLINES = (
    "China behind hack of voters' data, says deputy prime minister",
    "Britain hits out at Beijing over cyber campaign against democracy",
    "UK to sanction Chinese hackers over attacks on MPs",
    "Voter data hack: China accused in Commons",
    "Cyber attacks: London points the finger at China",
    "Ambassador summoned as UK names China over hacks",
    "China accused of hacking British politicians",
    "What we know about the hacks that Britain blames on China",
)
_BYLINES = ("By our political staff", "By A. Reporter in Westminster", "From our correspondent")
_BIOGRAPHY = (
    "A. Reporter writes about security and has covered Westminster since 2009. Read more of her "
    "work here."
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet's report."""

    name: str
    at: datetime
    language: str
    headline: str
    paragraphs: tuple[str, ...]

    def page(self) -> str:
        """Its page, with what stands around a text."""
        middle = len(self.paragraphs) // 2
        text = [f"<p>{escape(each)}</p>" for each in self.paragraphs]
        text.insert(middle, '<div class="related"><a href="/more">Read more: our week</a></div>')
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f"<title>{escape(self.headline)}</title></head><body>"
            "<nav><a href='/'>Home</a> <a href='/world'>World</a></nav>"
            f"<article><h1>{escape(self.headline)}</h1>{''.join(text)}"
            f"<aside class='author-bio'><p>{escape(_BIOGRAPHY)}</p></aside></article>"
            "<footer>All rights reserved.</footer></body></html>"
        )


def outlets(began: datetime = MONDAY) -> list[Outlet]:
    """The forty, in order of time; the first is the agency's own report."""
    found: list[tuple[str, str, str, Sequence[str]]] = []
    for name, (language, headline, paragraphs) in _WORDS.items():
        found.append((name, language, headline, paragraphs))
    # The agency's customers: a headline of their own, a byline, the end cut off.
    agency = _WORDS["agency"][2]
    for number in range(18):
        headline = _HEADLINES[number % len(_HEADLINES)]
        text: list[str] = list(agency[: 4 + number % 2])
        if number % 3:
            text.insert(0, _BYLINES[number % 3])
        if number % 4 == 3:
            text[-1] = f"{text[-1]} This report was updated at {number + 4}:05 pm."
        found.append((f"customer {number + 1}", "en", headline, text))
    # Copies of the others' reports, lightly edited.
    for number in range(14):
        source = list(_WORDS)[1 + number % (len(_WORDS) - 1)]
        language, headline, paragraphs = _WORDS[source]
        found.append((f"copy {number + 1}", language, headline, list(paragraphs)[: 5 - number % 2]))
    assert len(found) == 40
    apart = SPAN / (len(found) - 1)
    # The agency first, then all mixed, as they come.
    order = [0, *sorted(range(1, 40), key=lambda number: (number * 17) % 39)]
    return [
        Outlet(found[index][0], began + apart * place, found[index][1], found[index][2],
               tuple(found[index][3]))
        for place, index in enumerate(order)
    ]  # fmt: skip
