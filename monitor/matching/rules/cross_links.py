"""Parts of a page that only link to other articles.

Main-text extraction leaves most of them out; what slips through names people the article is not
about.
"""

# ruff: noqa: RUF001 - words of languages with letters that look alike
from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from monitor.matching.text.patterns import lazy

_LEADS = """
read more|read also|read next|more from|more on this|see also|related|also read|don.t miss|
watch|listen|subscribe|sign up|tags?|topics?|lire aussi|à lire aussi|lire la suite|
mehr zum thema|lesen sie auch|lesen sie mehr|weiterlesen|
leer más|lea también|te puede interesar|
leggi anche|leia também|leia mais|lees ook|läs också|les også|læs også|czytaj także|
zobacz także|читайте также|читать далее|читайте також|okumaya devam|bunu da oku|اقرأ أيضا|
相关阅读|相關閱讀|関連記事|관련기사
"""
_HEADINGS = """
related(?: articles| stories| topics| content| news)?|most (?:read|popular|viewed|shared)|
more (?:stories|news|articles|on this story|like this)|recommended(?: for you| reading)?|
you may also like|you might also like|trending(?: now)?|top stories|latest(?: news| stories)?|
editor.s picks|in other news|
(?:das könnte sie auch interessieren|mehr zum thema|weitere (?:artikel|themen|meldungen)|
meistgelesen|meist gelesen|lesen sie auch|
verwandte (?:artikel|themen))|
(?:les plus lus|à lire aussi|articles? (?:liés|associés)|sur le même sujet|lire aussi)|
(?:lo más leído|noticias relacionadas|artículos relacionados)|
(?:i più letti|articoli correlati|leggi anche)|(?:mais lidas|leia também|notícias relacionadas)|
(?:meest gelezen|lees ook|gerelateerd)|(?:najczęściej czytane|czytaj także|powiązane)|
(?:самое читаемое|читайте также|похожие новости|по теме)|(?:相关阅读|相关新闻|热门)|
関連記事|관련기사
"""


def _alternatives(words: str) -> str:
    return re.sub(r"\s*\n\s*", "", words)


_BEGINS = lazy(
    rf"[ \t>»*•\-#]*(?:{_alternatives(_LEADS)}|{_alternatives(_HEADINGS)}|more from)", re.IGNORECASE
)
"""How either kind of line begins: few do, and most are looked at once only."""
_BEFORE = " \t>»*•-#"
_OPENINGS = frozenset(
    word[:3] for word in re.split(r"[|()?:\n]+", f"{_LEADS}|{_HEADINGS}".casefold()) if word[1:]
)
"""The first three letters of such lines, and of what else there is in the lists; two of Chinese."""


def _may_begin(line: str) -> bool:
    """False for nearly all lines that `_BEGINS` does not match, and for none that it does."""
    opening = line.lstrip(_BEFORE)[:3].casefold()
    return opening[:3] in _OPENINGS or opening[:2] in _OPENINGS or "i̇" in opening


_LINE = lazy(
    rf"[ \t>»*•\-]*(?:(?:{_alternatives(_LEADS)})\s*[:：|›»>]|more from [^\n]{{1,60}}:)[^\n]*",
    re.IGNORECASE,
)
_HEADING = lazy(rf"[ \t#*]*(?:{_alternatives(_HEADINGS)})\s*[:：]?[ \t]*(?=\n)", re.IGNORECASE)
_FULL_STOPS = ".!?。！？"
_HEADLINES = lazy(rf"(?:\n+[^\n]{{1,200}}(?<![{_FULL_STOPS}])(?=\n|\Z))+")
"""Lines that end without a full stop."""
_SHORT_ENOUGH = 250
"""Characters of a line that can be a link or a heading."""


def linked(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` stands where a text only points elsewhere."""
    if not _may_be_linked(text, start, end):
        return False
    spans = _links(text)
    before = bisect_left(spans, (start + 1,))
    return before > 0 and spans[before - 1][1] >= end


def _may_be_linked(text: str, start: int, end: int) -> bool:
    """False for nearly all places in running text: by what can be seen from there."""
    low, high = max(0, start - _SHORT_ENOUGH - 1), end + _SHORT_ENOUGH + 1
    begin, line = low, ""
    for line in text[low:high].splitlines(keepends=True):
        if begin + len(line) > start:
            break
        begin += len(line)
    finish = begin + len(line)
    if finish < end:
        return True
    if (begin == low > 0) or (finish == high < len(text)):
        return False  # its line is too long for either kind
    return line.rstrip("\n")[-1:] not in _FULL_STOPS or _may_begin(line)


@lru_cache(maxsize=4)
def _links(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text only points elsewhere, in order.

    Each of the entities that an article names asks for it, which may be hundreds.
    """
    found = []
    start = 0
    for line in text.splitlines(keepends=True):
        if 1 < len(line) <= _SHORT_ENOUGH and _may_begin(line) and _BEGINS.match(line):
            if (match := _HEADING.match(text, start)) and (
                headlines := _HEADLINES.match(text, match.end())
            ):
                found.append((start, headlines.end()))
            elif match := _LINE.match(text, start):
                found.append(match.span())
        start += len(line)
    return tuple(found)
