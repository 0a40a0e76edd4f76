"""Parts of a page that only link to other articles.

Main-text extraction leaves most of them out; what slips through names people the article is not
about.
"""

# ruff: noqa: RUF001 - words of languages with letters that look alike
from __future__ import annotations

import re

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


_LINE = re.compile(
    rf"^[ \t>»*•\-]*(?:{_alternatives(_LEADS)})\s*[:：|›»>][^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_FROM = re.compile(r"^[ \t]*more from [^\n]{1,60}:[^\n]*$", re.IGNORECASE | re.MULTILINE)
_LIST = re.compile(
    rf"^[ \t#*]*(?:{_alternatives(_HEADINGS)})\s*[:：]?[ \t]*$"
    # Headlines: lines that end without a full stop.
    r"(?:\n+[^\n]{1,200}(?<![.!?。！？])(?=\n|\Z))+",
    re.IGNORECASE | re.MULTILINE,
)


def links(text: str) -> list[tuple[int, int]]:
    """Where a text only points elsewhere, in order."""
    found = [
        match.span() for pattern in (_LINE, _LINE_FROM, _LIST) for match in pattern.finditer(text)
    ]
    return sorted(found)
