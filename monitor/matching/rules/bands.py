# ruff: noqa: E501, RUF001 - long tables; quotes of every kind stand beside names
"""What says outright that a name is a band's of hackers: "X hackers", "le groupe de ransomware X"."""

from __future__ import annotations

import re

from monitor.matching.actors import names_ransomware
from monitor.matching.names.expansion import Name
from monitor.matching.text.patterns import lazy

_REACH = 60
_BANDS = (
    r"(?:hacking|hacker|ransomware|cyber[\w\-]*|cybercriminal|threat|apt|espionage|extortion|spying|"
    r"cyber[ \-]?(?:crime|espionage|spying)|malware|hacktivist|state-sponsored|nation-state)\s+"
    r"(?:groups?|subgroups?|gangs?|crews?|teams?|collectives?|actors?|operators|operations?|outfits?|"
    r"cartels?|affiliates?)"
)
_KIND = rf"{_BANDS}|hackers?|attackers|cyberspies|cybercriminals"
_SORT_AFTER = lazy(
    rf"[\"'”’)]{{0,2}}\s+(?:(?:is|are|was)\s+(?:an?|the|one of the)\s+(?:[\w\-,]+\s+){{0,5}}?|"
    rf"[\w\-]+\s+)?({_KIND})\b",
    re.IGNORECASE,
)
_CRIMES_ABROAD = (
    r"(?:ransomware|rançongiciels?|hackers?i?|pirates?(?: informatiques?)?|piratas informáticos|cyber\w+|"
    r"ciber\w+|extorsi\w+|estorsi\w+|criminels?|criminales?|criminale|criminoso|malfaiteurs|cybercriminels)"
)
_CALLED_ABROAD = (
    r"appelée?|nommée?|dite?|baptisée?|(?:connue?|conocid[oa]|conosciut[oa]|conhecid[oa])"
    r"(?: sous le nom| como| come)?(?: de| d['’])?|llamad[oa]|denominat[oa]|denominad[oa]|"
    r"chiamat[oa]|chamad[oa]|autoproclam\w+|namens|genaamd|o nazwie"
)
_BANDS_ABROAD = (
    r"hac?kk?er[\w\-]*(?:gruppe\w*|gruppierung|bande|kollektiv|groep|gruppen|ryhm\w+|csoport\w*|grupp\w*)|"
    r"(?:ransomware|cyber|erpresser|erpressungs)-?(?:gruppe|bande|gang|groep|groepering|bende)|"
    rf"(?:grupo|groupe|gruppo|grupul|gang|bande|banda|collectif|colectivo|collettivo|cartel|enseigne|franchise|"
    rf"grup\w+|gangu?) (?:(?:\w+ )?(?:de |di |d['’]|do |du |dos |dei )?{_CRIMES_ABROAD})(?: \w{{4,9}})?"
    rf"(?:,? (?:{_CALLED_ABROAD}))?|"
    rf"(?:pirates(?: informatiques)?|cybercriminels|ciberdelincuentes|cybercriminali|hackers) "
    rf"(?:de |du (?:groupe |gang )|del (?:grupo |gruppo )|d['’]|di |von |van )|"
    r"ομ[αά]δα[ς]? (?:των )?χ[αά]κερ|"
    r"grup\w+ haker\w+|hac?kersk\w+ (?:grup|skupin)\w+|hac?kerisk\w+ grup\w+|хакерс\w+ \w*груп\w+|"
    r"ハッカー集団|黑客组织|黑客組織|駭客組織|해킹 ?(?:조직|그룹)|hacker grubu"
)
"""The same in other languages, where nouns are joined."""
_JOINED_AFTER = lazy(
    r"[\-\u2010\u2011](linked|aligned|affiliated|associated|attributed|operated|nexus)\b|"
    r"[\"”’」』》]?\s?((?:黑客|駭客|骇客|间谍|間諜|勒索|攻击|攻擊|APT|ハッカー|ハッキング|攻撃|ランサムウェア|해킹|해커|랜섬웨어)?"
    r"(?:组织|組織|团伙|團夥|團體|集团|集團|小组|グループ|集団|그룹|조직)|木马|木馬|勒索软件|勒索軟體|ランサムウェア|랜섬웨어|해커|ハッカー|黑客|駭客)",
    re.IGNORECASE,
)
"""What is joined to a name, and says what it is: "Sandworm-linked", "Lazarus组织"."""
_SORT_BEFORE = lazy(
    rf"(?:\b|(?<=[\u3040-\uffff]))({_BANDS_ABROAD}),?[ „“«\"]*\Z|"
    rf"\b((?:{_BANDS})(?:\s+(?:like|such as|called|named|dubbed|known as|from|of))?|"
    r"(?:hackers|attackers|cyberspies|cybercriminals)\s+"
    r"(?:like|such as|called|named|dubbed|known as|from|of)),?\s+(?:the\s+)?[\"'“‘(]{0,2}\Z",
    re.IGNORECASE,
)
"""Hackers alone say it not: "hackers moonlight as agents"."""


def called_a_band(name: Name, text: str, begin: int, finish: int) -> str:
    """The words right beside `text[begin:finish]` that say what it is; empty if none do."""
    if by_ransomware(name, text[max(0, begin - _REACH) : begin], text[finish : finish + _REACH]):
        return "ransomware"
    found = (
        _SORT_AFTER.match(text, finish)
        or _JOINED_AFTER.match(text, finish)
        or _SORT_BEFORE.search(text, max(0, begin - _REACH), begin)
    )
    return next(filter(None, found.groups()), "") if found else ""


def by_ransomware(name: Name, before: str, after: str) -> bool:
    """True for "Akira ransomware", where a gang and what it demands ransom with are one.

    And for "le ransomware Akira", as Romance languages have it.
    """
    beside = _RANSOMWARE.match(after) or _OF_RANSOMWARE.search(before)
    return beside is not None and names_ransomware(name.text)


_OF_RANSOMWARE = re.compile(
    r"\b(?:ransomwares?|rançongiciels?|cryptolocker|erpressungstrojaner|gijzelsoftware)"
    r"(?: (?:called|named|dubbed|appelé|nommé|dit|llamado|denominado|chiamato|denominato|chamado|"
    r"namens|genaamd))?,? [\"'“‘„«(]{0,2}\s?\Z",
    re.IGNORECASE,
)
_RANSOMWARE = re.compile(r"[\"'”’)]{0,2}\s+ransomware\b", re.IGNORECASE)
