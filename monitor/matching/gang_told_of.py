# ruff: noqa: E501 - long tables
"""A gang that is named by a word of every day, told by what the whole text says.

"Abyss goes after servers", says a headline, and the text: "Victims listed by the extortion crew
…". Who does something in the one is who the other speaks of. Or the headline tells of a breach, and
the text goes on: "Cactus has leaked 25 MB as proof".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.matching.findings import Hit
from monitor.matching.normalise import Folded
from monitor.matching.patterns import lazy

_OPENING = 300
_CLAUSE = 60
_READ = 5_000
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
    r"(?: [\w\-]+){0,8}? (?:(?:took|taken?) (?:credit|responsibility)|claim(?:s|ed) (?:credit|responsibility)|"
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


def takes_credit(hit: Hit, texts: Sequence[Folded]) -> str:
    """What a name does, or is lost to it, in a text about a breach, in words."""
    folded = texts[hit.field]
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
    about = any(_BREACH.search(each.original, 0, _READ) for each in texts)
    if not about and told.endswith(_CREDIT):
        about = any(_ATTACK.search(each.original, 0, _READ) for each in texts)
    return told if about else ""
