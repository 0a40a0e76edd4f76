"""A gang that is named by a word of every day, told by what the whole text says.

"Abyss goes after servers", says a headline, and the text: "Victims listed by the extortion crew
…". Who does something in the one is who the other speaks of. Or the headline tells of a breach, and
the text goes on: "Cactus has leaked 25 MB as proof".
"""

from __future__ import annotations

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
_DOES = lazy(
    r"(?: (?:has|have|had|is|now|again))* (?:goes after|going after|demands?|demanded|claims?|"
    r"claimed|lists?|listed|posts?|posted|leaks?|leaked|threatens?|threatened|steals?|stole|locks?|locked|"
    r"encrypts?|encrypted|breaks?|broke|adds?|added|dumps?|dumped|hits?|strikes?|struck|targets?|"
    r"targeted|uses?|used|deploys?|deployed|offers?|offered|exploits?|exploited|publish\w*|made|makes|"
    r"took|takes|breach\w*|infect\w*|wiped?|wipes|sells?|sold|resurfaces?|returns?|rebrands?|"
    r"(?:says?|said) (?:it|they) (?:was|were|is|are|stole|has|have|hit|took|broke)|been inside)\b"
)
_TAKES = lazy(
    r"(?: (?:has|have|had|is|was|also|even|later|since|then|now|says?|said|claims?|claimed|that|"
    r"it|they))* (?:(?:took|take) credit for|claim(?:s|ed) responsibility|(?:(?:leaked|leaking|"
    r"leaks|posted|posting|posts|put|took|taken|stole|stolen|demands|demanded|demanding|dumped|dumps|"
    r"published|publishes|offered|offers|wants|threatened|threatens|exfiltrated|encrypted|downloaded)"
    r"\b[^.!?\n]{0,60}?\b(?:[\d.,]+ ?(?:[gtm]b|gigabytes?|terabytes?)|terabytes?|ransom|as proof|"
    r"files|documents|records|database|samples|data)\b))"
)
"""What gangs do and say, within a sentence."""
_BREACH = lazy(
    r"\b(?:breach\w*|hack\w*|ransom\w*|cyber[ -]?\w+|extort\w*|leak site|intruders?|data theft|"
    r"stolen data|encrypt\w*|refuse[sd]? to pay)\b"
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


def takes_credit(hit: Hit, texts: Sequence[Folded]) -> str:
    """What a name does in a text about a breach that only gangs do, in words."""
    folded = texts[hit.field]
    text = folded.original
    begin, finish = folded.locate(hit.start, hit.end)
    if not text[begin : begin + 1].isupper():
        return ""
    if not _SENTENCE.search(text, max(0, begin - _CLAUSE), begin):
        return ""
    found = _TAKES.match(text, finish, finish + 2 * _CLAUSE)
    if found is None or not any(_BREACH.search(each.text, 0, _READ) for each in texts):
        return ""
    return found[0].strip()
