# ruff: noqa: E501 - long tables
"""A gang that is named by a word of every day, told by what the whole text says.

"Abyss goes after servers", says a headline, and the text: "Victims listed by the extortion crew
…". Who does something in the one is who the other speaks of. Or the headline tells of a breach, and
the text goes on: "Cactus has leaked 25 MB as proof".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

from monitor.matching.names.gazetteer import Sort, cues_in
from monitor.matching.rules.break_ins import Spoken, spoken_of
from monitor.matching.rules.context_words import NEAR
from monitor.matching.rules.findings import Hit
from monitor.matching.rules.headlines import of_something_else
from monitor.matching.rules.newsroom import in_capitals
from monitor.matching.rules.stands_as_gang import standing
from monitor.matching.rules.surroundings import Reading
from monitor.matching.text import sentences
from monitor.matching.text.local_language import spoken as spoken_in
from monitor.matching.text.normalise import Folded
from monitor.matching.text.patterns import lazy

_OPENING = 300
_CLAUSE = 60
_READ = 5_000
_STRETCH = 800
_BAND = lazy(
    r"\b(?:(?:ransomware|extortion|hacking|cyber[\w\-]*|data theft|espionage|russian speaking|"
    r"hacker)[\w\- ]{0,20}? (?:gang|group|crew|outfit|collective|operation|cartel|syndicate)|"
    r"the (?:gang|extortionists|hackers|cybercriminals))(?! who\b| that\b)"
)
_VICTIMS = (
    r"says?|confirms?|suffers?|admits?|reports?|loses?|warns?|investigates?|denies|faces?|is|was|has|pays?|"
    r"restores?|refuses?|recovers?|apologi[sz]es?|shuts?|closes?|falls?|tells?|notifies|discloses?|bans?|accuses?"
)
"""What those do who were robbed."""
_DOES = lazy(
    r"(?:['\u2019]s claim|(?: (?:has|have|had|is|now|again))* (?:goes after|going after|hit|struck|stole|broke|"
    r"took|made|demanded|claimed|listed|posted|leaked|threatened|locked|encrypted|added|dumped|"
    r"targeted|used|deployed|offered|exploited|sold|been inside|"
    r"(?:says?|said) (?:it|they) (?:was|were|is|are|stole|has|have|hit|took|broke)|"
    rf"(?!(?:{_VICTIMS})\b)[a-z]{{2,}}s))\b"
)
_TAKES = lazy(
    r"(?! (?:on|over|about|of|around|at|as|in|for) )(?: [\w\-]+){0,8}? (?:(?:took|taken?) (?:credit|responsibility)|claim(?:s|ed) (?:credit|responsibility)|"
    r"logs in|logged in|broke in|breaks in|(?:(?:leaked|leaking|leaks|posted|posting|posts|put|took|taken|stole|"
    r"stolen|demands|demanded|demanding|dumped|dumps|published|publishes|offered|offers|wants|threatened|"
    r"threatens|exfiltrated|encrypted|downloaded|keeping|received)\b[^.!?\n]{0,60}?"
    r"\b(?:[\d.,]+ ?(?:[gtm]b|gigabytes?|terabytes?)|terabytes?|ransom|as proof|decryptor|"
    r"files|folders|documents|records|database|samples|data)\b))"
)
"""What gangs do and say, within a sentence."""
_TAKEN = lazy(
    r"\b(?:data|files|records|documents|terabytes|gigabytes|network|servers?|systems|leaked|published|posted|"
    r"stolen|struck|hit|breached|hacked|encrypted|released|extorted|taken)\b[^.!?\n]{0,40}? (?:by|to) "
    r"[\"\u201c'\u2018]?\Z",
    re.IGNORECASE,
)
"""What was lost to whom."""
_ENDS = lazy(
    r"(?:\s*(?:[.,;:!?)\"\u201d\u2019]|\Z)| (?:after|in|on|when|and|which|who|as|before|last|this|ransomware)\b)"
)
_GANG_BEFORE = lazy(r"\b(?:[Tt]he|[Aa]) (?:\w+ )?(?:gang|group|crew), \Z")
_GANG_AFTER = lazy(
    r", (?:the|a) (?:[\w\-]+ ){0,2}?(?:gang|crew|extortion group|ransomware group)\b"
)
_BREACH = lazy(
    r"\b(?:breach\w*|hack\w*|ransom\w*|cyber[ -]?\w+|extort\w*|leak site|intruders?|intrusion|data theft|"
    r"stolen [\w ]{0,20}?(?:data|files|records|documents)|break-in|data leak\w*|leaked online|encrypt\w*|"
    r"refuse[sd]? to pay|systems went dark|darknet|dark web)\b",
    re.IGNORECASE,
)
_ATTACK = lazy(r"\battack(?:s|ed|ers?)?\b", re.IGNORECASE)
_CREDIT = ("credit", "responsibility")
_AFFAIR = (
    lazy(r"ransom|extort|\bblackmail|\bdemand(?:s|ed|ing)? \$|\bask(?:s|ed|ing)[^.]{0,20} (?:for )?[$€£]|\bdeadline\b|refuse[sd]? to pay|"
         r"\bthreat(?:ens?|ened|ening) to (?:publish|release|put|sell|leak|dump)|affiliates?\b|decrypt", re.IGNORECASE),
    lazy(r"\bhack(?!ney|athon)|\bbreach|\bintru[ds]|break-in|broke in|breaks? in\b|\bcyber|compromised|stolen (?:vpn )?log-?ins|"
         r"\bvpns?\b|passwords?|phishing|entered (?:its|their|the) [\w ]{0,20}(?:network|servers?|systems?)|\bmalware|safe mode", re.IGNORECASE),
    lazy(r"\b\d[\d.,]* ?(?:[gt]b|gigabytes|terabytes)\b|\b(?:data|records|files|documents|reports|scans|passports?)\b[^.]{0,50}"
         r"\b(?:stolen|taken|copied|leak\w*|published|online|posted|for sale|sell|dump\w*|on the dark)|"
         r"\b(?:leak\w*|stolen|stole|copied|dump\w*|publish\w*|posted|took)\b[^.]{0,40}\b(?:data|records|files|documents|contracts|scans)\b|"
         r"leak site|dark ?(?:web|net)|samples?\b[^.]{0,20}(?:posted|shown)", re.IGNORECASE),
    lazy(r"\b(?:systems?|servers?|computers?|networks?|machines|stations?|portal|site|tills|orders|data ?cent(?:re|er)|telephones|pcs)\b[^.]{0,40}"
         r"\b(?:down|offline|locked|encrypt\w*|off|out of|wiped|shut|stuck|stop\w*|be used)\b|\b(?:locks?|locked|encrypt\w*)\b[^.]{0,30}"
         r"\b(?:systems?|servers?|computers?|networks?|machines|pcs|schools|files)\b|back (?:to|on) paper|on paper\b|off air|attack on (?:it|its|the)\b", re.IGNORECASE),
    lazy(r"\b(?:gang|crew|criminals|hackers|extortionists|attackers|intruders|cybercriminals)\b|named on|\bwanted list\b", re.IGNORECASE),
    lazy(r"\b(?:FBI|CISA|NCSC|Europol|Group-IB|Talos|Mandiant|Arctic Wolf|SBU|CrowdStrike|Symantec|Kaspersky|ESET|Unit 42|Palo Alto|Sophos|"
         r"Secureworks|Proofpoint|Fortinet|BSI|ANSSI|Trend Micro|Sentinel ?(?:One|Labs)|Check Point|Google Threat|Microsoft Threat|NSA)\b"),
)  # fmt: skip
"""What a text about a break-in speaks of: money, ways in, loot, what stands still, those who do it, and
those who hunt them."""
_SPOKEN_OF = 2
"""Of them at the least, and of one more for a name that is a word of every day."""
_SUBJECT = lazy(
    rf"(?: (?:has|have|had|now|also|then|first|later|once))* (?!(?:{_VICTIMS})\b)(?:[a-z]{{2,}}(?:s|ed)|had|put|gave|took|"
    r"made|hit|stole|broke|sent|got|left|is asking|is demanding|was behind|was used|behind|were behind)\b"
    r"(?! (?:are|were|is|was|have|has|had|will|can|may)\b)"
)
_OBJECT = lazy(
    r"\b(?:by|from|of|to|over|about|was|were|as|signed|against|into|behind|link|saying|affects?|targeting|arrest\w*|blam\w+|named|called|themselves|"
    r"recognised|says?|said|on|inside) [\"\u201c'\u2018]?\Z"
)
_SENTENCE = lazy(r"(?:\A|[.!?:;\u201d\"\n]\s+|\b(?:as|while|and) )[\"\u201c'\u2018]?\Z")
_BEGINS = lazy(
    r"(?:\A|[:;,\u2013\u2014-]|\b(?:as|after|while|how|that|when))\s*[\"\u201c'\u2018]?\Z"
)


def told_below(hit: Hit, texts: Sequence[Folded]) -> str:
    """What a text calls the band that its headline names, by no more than a word of every day.

    Args:
        hit: in the headline.
        texts: the article's, the headline first.
    """
    headline = texts[0].original
    begin, finish = texts[0].locate(hit.start, hit.end)
    if not headline[begin : begin + 1].isupper():
        return ""
    if not _BEGINS.search(headline, max(0, begin - _CLAUSE), begin):
        return ""
    if not _DOES.match(headline, finish, finish + _CLAUSE):
        return ""
    opening = next((folded.text for folded in texts[1:] if folded.text), "")[:_OPENING]
    found = _BAND.search(opening)
    return found[0] if found else ""


class Affair:
    """What a text tells of a break-in, found out once, however many names stand in it."""

    def __init__(self, texts: Sequence[Folded]) -> None:
        self.texts = texts
        self._stretches: dict[tuple[int, int], Spoken] = {}

    @cached_property
    def words(self) -> list[str]:
        """A word of each of the things that such texts speak of."""
        every = " ".join(each.original[:_READ] for each in self.texts)
        return [found[0] for each in _AFFAIR if (found := each.search(every))]

    def around(self, field: int, place: int) -> Spoken:
        """How much the headline and the text near a place speak of break-ins, and words that do.

        Found out once for each stretch of a text.
        """
        stretch = place // _STRETCH
        found = self._stretches.get((field, stretch))
        if found is None:
            low = max(0, stretch * _STRETCH - _STRETCH // 2)
            near = self.texts[field].original[low : low + 2 * _STRETCH]
            others = [each.original[:_OPENING] for each in self.texts[: 1 if field else None]]
            found = spoken_of(" \n ".join((*others, near) if field else others))
            self._stretches[field, stretch] = found
        return found

    @cached_property
    def is_breach(self) -> bool:
        """Whether there is word of a break-in at all."""
        return any(_BREACH.search(each.original, 0, _READ) for each in self.texts)

    @cached_property
    def is_attack(self) -> bool:
        """Whether there is word of an attack, be it with arms."""
        return any(_ATTACK.search(each.original, 0, _READ) for each in self.texts)


def in_an_affair(hit: Hit, affair: Affair) -> str:
    """What a text about a break-in says of it, where a name stands by itself as who does something.

    No country does: Cuba is one more often than a gang.
    """
    folded = affair.texts[hit.field]
    text = folded.original
    begin, finish = folded.locate(hit.start, hit.end)
    low, high = max(0, begin - _CLAUSE), finish + _CLAUSE
    if not text[begin : begin + 1].isupper() or is_country(hit.name.text):
        return ""
    acts = _SENTENCE.search(text, low, begin) and _SUBJECT.match(text, finish, high)
    done = _ENDS.match(text, finish) and _OBJECT.search(text, low, begin)
    if not (acts or done) or len(affair.words) < _SPOKEN_OF + hit.name.everyday:
        return ""
    return " and ".join(affair.words[:2])


def stands_as_gang(hit: Hit, affair: Affair) -> str:
    """What a name does in its clause, where that and what is told around it make it a gang's."""
    folded = affair.texts[hit.field]
    text = folded.original
    begin, finish = folded.locate(hit.start, hit.end)
    written = text[begin:finish]
    if not written[:1].isupper() or (hit.name.exact_case and len(hit.name.text) <= _ACRONYM):
        return ""
    low, high = sentences.around(text, begin, finish)
    points, said = standing(text, begin, finish, low, high)
    phrase = " " in written and all(word[:1].isupper() for word in written.split())
    if (
        phrase
        and points < _PHRASE
        and not in_capitals(text[max(0, begin - _CLAUSE) : begin], text[finish : finish + _CLAUSE])
    ):
        points, said = _PHRASE, said or written
    if not points:
        return ""
    spoken = affair.around(hit.field, begin)
    beside = folded.text[max(0, hit.start - NEAR) : hit.end + NEAR]
    # What is a word of every day in English is none elsewhere.
    plain = hit.name.everyday and not phrase and spoken_in(beside) in {None, "en"}
    wanted = _ENOUGH + (_PLAIN if plain else 0)
    if hit.reading is Reading.UNSURE and text[max(0, begin - _CLAUSE) : begin].rstrip()[-1:] != ";":
        if plain and points <= _PHRASE:
            return ""
        wanted += _PLAIN
    if of_something_else(text[low:begin]) or of_something_else(text[finish:high]):
        wanted += _ELSEWHERE + (_PHRASE if points <= _PHRASE else 0)
    if is_country(hit.name.text):
        wanted = _COUNTRY
    if points + spoken.points < wanted or not (spoken.of_computers or points >= _SURE):
        return ""
    return " and ".join((said, *spoken.words[:1]))


_ENOUGH, _PLAIN, _ELSEWHERE, _COUNTRY = 2.5, 0.5, 1.5, 5.0
"""Points for a clause and what is told around it; more for a word of every day, and if its capital
may be its sentence's; where it speaks of films or sports; most for a country."""
_ACRONYM = 3
"""Letters of one that stands for much else: it has to be told outright."""
_SURE = 3.0
"""A clause that needs no computers around it."""
_PHRASE = 1.0
"""Where capitals alone make several words a name."""


@lru_cache(maxsize=1_000)
def is_country(name: str) -> bool:
    """True for the name of a country, which it stands for more often than for a gang."""
    return any(cue.sort is Sort.NAME for cue in cues_in(name))


def takes_credit(hit: Hit, affair: Affair) -> str:
    """What a name does, or is lost to it, in a text about a breach, in words."""
    folded = affair.texts[hit.field]
    text = folded.original
    begin, finish = folded.locate(hit.start, hit.end)
    low, high = max(0, begin - 2 * _CLAUSE), finish + 2 * _CLAUSE
    if not text[begin : begin + 1].isupper():
        return ""
    found = _GANG_AFTER.match(text, finish, high) or _GANG_BEFORE.search(text, low, begin)
    if found is None and _SENTENCE.search(text, low, begin):
        found = _TAKES.match(text, finish, high)
    if found is None and _ENDS.match(text, finish):
        found = _TAKEN.search(text, low, begin)
    if found is None:
        return ""
    told = found[0].strip(" ,")
    about = affair.is_breach or (told.endswith(_CREDIT) and affair.is_attack)
    return told if about else ""
