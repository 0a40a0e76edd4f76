"""How much a headline's words sound like news of break-ins: "heist", not "harvest".

Counted, not thought of: `trade_words.tsv`, which `tools/trade_words.py` makes, has for each word
how much more often it stands in headlines about security than in English at large.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files

from monitor.matching.actors import names_ransomware, names_tool
from monitor.matching.names.ordinary import frequency
from monitor.matching.text.normalise import fold_name

TABLE = "trade_words.tsv"
_LITTLE = """
a an the of in on at to for from by with and or as is are was were be been it its his her their
after over up out off into not no s t we us you he she they this that than then who what how why
when where will with would can could may has have had do does did but if so
"""
STOP = frozenset(_LITTLE.split())
_WORD = re.compile(r"[^\W\d_]+")


def words_of(headline: str) -> frozenset[str]:
    """The words of a headline that tell of its subject."""
    return frozenset(_WORD.findall(fold_name(headline))) - STOP


def leaning(headline: str, name: AbstractSet[str]) -> tuple[float, str]:
    """How much the words but for those of a name lean to the trade, and the one that does most.

    Args:
        headline: a line of text.
        name: the folded words of the name that is asked about.
    """
    found = [(_weight(word), word) for word in words_of(headline) - name]
    return sum(weight for weight, _ in found), max(found, default=(0.0, ""))[1]


def another_gang(headline: str, name: str) -> str:
    """A gang's name, which is hardly a word, among the words of a headline beside `name`."""
    others = sorted(words_of(headline) - words_of(name))
    gangs = (word for word in others if len(word) > _SHORT and frequency(word) < _RARE)
    return next(filter(names_ransomware, gangs), "")


_SHORT = 4


def _weight(word: str) -> float:
    known = _weights().get(word)
    if known is None and frequency(word) < _RARE and (names_ransomware(word) or names_tool(word)):
        return _NAMED
    return known or 0.0


_RARE = 2.0
"""Zipf frequency of what is hardly a word, but the name of a tool."""
_NAMED = 2.5


@cache
def _weights() -> dict[str, float]:
    """Read when the first ambiguous name stands in a headline: 60 kB."""
    text = files("monitor.matching.rules").joinpath(TABLE).read_text("utf-8")
    return {word: float(weight) for word, weight in (row.split("\t") for row in text.splitlines())}
