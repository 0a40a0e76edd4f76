"""A band of hackers that a text speaks of right below a headline whose subject is a name.

"Abyss goes after servers", says the headline, and the text: "Victims listed by the extortion crew
…". Who does something in the one is who the other speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.matching.findings import Hit
from monitor.matching.normalise import Folded
from monitor.matching.patterns import lazy

_OPENING = 300
_CLAUSE = 60
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
