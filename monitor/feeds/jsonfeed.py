"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.dates import parse_date
from monitor.feeds.entries import (
    MAX_ENTRIES,
    identified,
    language_tag,
    newest,
    page_address,
    too_many,
    web_link,
)
from monitor.feeds.markup import clean, from_either, from_html
from monitor.feeds.websub import announced_in_links
from monitor.model.feed import Announcement, Entry, ParsedFeed
from monitor.wording import one_line

# A string (be it one without an end), or a comma with nothing behind it.
_USELESS_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,(?=\s*+[\]}])', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = frozenset('"\\/bfnrtu')
_ITEMS_BEGIN = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,?\s*")
_TEXTS = ("content_html", "content_text")
_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def parse_json_feed(body: str, *, url: str) -> ParsedFeed:
    """Read a JSON Feed.

    Args:
        body: the document's text.
        url: where it came from, to resolve relative links.

    Raises:
        ParseError: it is not a JSON Feed.
    """
    text = body.lstrip("\ufeff\0")
    is_cut = False
    try:
        document = _loads(text)
    except (ValueError, RecursionError) as error:
        document, is_cut = _salvaged(text), True
        if document is None:
            what = "this looks like JSON but cannot be read as such"
            raise ParseError(what, where=url) from error
    if isinstance(document, list):
        document = {"items": document}
    items = _items(document)
    if items is None or not (_says_so(document) or _looks_so(items)):
        raise ParseError("this is JSON but not a JSON Feed", where=url)
    language = language_tag(_text(document, "language"))
    objects = [each for each in items if isinstance(each, dict)]
    read = newest(objects, lambda each: parse_date(_text(each, "date_published")))
    entries = [_entry(each, url, language) for each in read or objects[:MAX_ENTRIES]]
    kept, problems = identified(entries)
    if len(objects) > MAX_ENTRIES:
        problems.insert(0, too_many(len(objects), "newest" if read else "first"))
    return ParsedFeed(
        title=one_line(_text(document, "title")),
        link=web_link(_text(document, "home_page_url"), url),
        language=language,
        entries=kept,
        problems=tuple(problems),
        announced=_announced(document, url),
        is_cut=is_cut,
    )


def _items(document: Any) -> list[Any] | None:
    """A feed's items, be it one alone or an object that holds them under their numbers or ids."""
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, dict):
        return items if isinstance(items, list) else None
    inner = [each for each in items.values() if isinstance(each, dict)]
    is_one = any(name in items for name in ("id", "url", *_TEXTS))
    return [items] if is_one else inner or None


def _salvaged(text: str) -> Any:
    """What can be read of a document that broke off among its items: those that are whole."""
    begin = _ITEMS_BEGIN.search(text)
    if begin is None:
        return None
    decoder, at, items = json.JSONDecoder(strict=False), begin.end(), []
    with suppress(ValueError, RecursionError):
        while True:
            item, end = decoder.raw_decode(text, at)
            items.append(item)
            at = found.end() if (found := _BETWEEN.match(text, end)) else end
    if not items:
        return None
    try:
        document = _loads(text[: begin.end()] + "]}")
    except (ValueError, RecursionError):
        document = {}
    return {**document, "items": items} if isinstance(document, dict) else None


def _loads(text: str) -> Any:
    """What JSON says; a comma before a closing bracket and `\\'` are read past: it forbids them."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_USELESS_COMMA.sub(_mended, text), strict=False)


def _mended(found: re.Match[str]) -> str:
    string: str | None = found[1]
    if string is None or "\\" not in string:
        return string or ""
    return _ESCAPED.sub(lambda each: each[0] if each[1] in _ESCAPES else each[1], string)


def _says_so(document: Mapping[str, Any]) -> bool:
    return _text(document, "version").startswith(_VERSIONS)


def _looks_so(items: Sequence[Any]) -> bool:
    """Whether items of a document that does not say what it is are those of a JSON Feed."""
    return bool(items) and all(
        isinstance(each, dict)
        and "id" in each
        and any(isinstance(each.get(name), str) for name in _TEXTS)
        for each in items
    )


def _announced(document: Mapping[str, Any], url: str) -> Announcement:
    hubs = document.get("hubs")
    links = [
        ("hub", _text(each, "url"))
        for each in (hubs if isinstance(hubs, list) else [])
        if isinstance(each, dict) and _text(each, "type").casefold() == "websub"
    ]
    return announced_in_links([*links, ("self", _text(document, "feed_url"))], url)


def _entry(item: Mapping[str, Any], url: str, language: str | None) -> Entry:
    authors = item.get("authors") or [item.get("author")]
    names = [
        one_line(_text(each, "name"))
        for each in (authors if isinstance(authors, list) else [])
        if isinstance(each, dict)
    ]
    identifier = one_line(_text(item, "id"))
    published, updated = (
        parse_date(_text(item, key)) for key in ("date_published", "date_modified")
    )
    # Many who mean the address of the page have it as the identifier only.
    address = _text(item, "url") or _text(item, "external_url")
    if not address and identifier.startswith(("https://", "http://")):
        address = identifier
    return Entry(
        identity="",
        guid=identifier or None,
        link=page_address(address, url),
        title=one_line(from_either(_text(item, "title"))),
        summary=from_either(_text(item, "summary")),
        content=from_html(_text(item, "content_html")) or clean(_text(item, "content_text")),
        authors=tuple(dict.fromkeys(name for name in names if name)),
        published=published or updated,
        updated=updated,
        language=language_tag(_text(item, "language")) or language,
    )


def _text(mapping: Mapping[str, Any], key: str) -> str:
    # Feeds in the wild have numbers for ids.
    value = mapping.get(key)
    return str(value) if isinstance(value, str | int | float) else ""
