"""Feeds that come inside of something else, or without their end.

What writes a feed hands it to what writes web pages, JSON or scripts (a template that escapes, a
web service of SOAP's days, a function that answers in JSON): every character of the feed is there.
"""

from __future__ import annotations

import json
import re

_LOOKED_AT = 8192
"""Characters at the beginning by which it is told."""
_ROOTS = r"(?:\w{1,20}:)?(?:rss|feed|rdf|channel|urlset|sitemapindex|html)\b"
_ROOT = re.compile(f"<{_ROOTS}", re.IGNORECASE)
_IN_SECTION = re.compile(rf"<!\[CDATA\[\s*(?=<(?:\?xml\b|{_ROOTS}))", re.IGNORECASE)
_ESCAPED = re.compile(rf"&lt;(?:\?xml\b|{_ROOTS})", re.IGNORECASE)
#: In this order, so that what was escaped twice is escaped once afterwards.
_ENTITIES = (
    ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#39;", "'"),
    ("&#34;", '"'), ("&#x27;", "'"), ("&amp;", "&"),
)  # fmt: skip
# A comment, a function's call, what keeps a browser from taking the answer for a script, or what
# a program said before it.
_BEFORE_JSON = re.compile(
    r"""\A[\s\ufeff]*(?:/\*[^*]*\*/\s*)?(?:[\w.$]{1,80}\s*\(|\)\]\}',?)?\s*(?=[{\[])"""
)
_JSON_FEED = re.compile(r"""\{\s*"(?:version|items|title|home_page_url|feed_url)"\s*:""")
_BLANK = "\ufeff \t\r\n\0"
_ITEM = re.compile(r"<(/?)(?:\w{1,20}:)?(?:item|entry|url)\b", re.IGNORECASE)


def unwrapped(text: str) -> str | None:
    """The feed's document inside a document that is none, if there is one."""
    begun = text[:_LOOKED_AT].lstrip(_BLANK)
    if begun.startswith('"'):
        return _from_json(text.strip(f"{_BLANK};"))
    if begun.startswith(("{", "[")):
        return None
    found = _BEFORE_JSON.match(text)
    return _from_markup(text) if found is None else _json_from(text, found.end())


def _from_markup(text: str) -> str | None:
    if (root := _ROOT.search(text, 0, _LOOKED_AT)) is not None:
        section = _IN_SECTION.search(text, 0, root.end())
        return None if section is None else text[section.end() : text.rfind("]]>")]
    if (found := _JSON_FEED.search(text, 0, _LOOKED_AT)) is not None:
        return _json_from(text, found.start())
    if (found := _ESCAPED.search(text, 0, _LOOKED_AT)) is None:
        return None
    inner = text[found.start() : text.rfind("&gt;") + len("&gt;")]
    for entity, character in _ENTITIES:
        inner = inner.replace(entity, character)
    return inner


def _json_from(text: str, begin: int) -> str:
    return text[begin : text.rfind("}" if text[begin] == "{" else "]") + 1]


def _from_json(text: str) -> str | None:
    try:
        inner = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, str) and "<" in inner else None


def without_the_unfinished(text: str) -> str:
    """Markup that broke off, without the item in which it did, unless it is the only one.

    Half an item would be taken for another one when it comes whole.
    """
    begun, is_open, finished = 0, False, False
    for found in _ITEM.finditer(text):
        is_open = not found[1]
        finished = finished or not is_open
        begun = found.start() if is_open else begun
    return text[:begun] if is_open and finished else text
