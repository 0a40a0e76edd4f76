"""Parsing feeds: bytes in, entries out. Pure, for a process pool.

The parser is libxml2, with a reading of our own for documents that are no XML. What stands around
it bounds what a hostile document can cost, and says in a user's words what was wrong with a bad
one. What an item says is read in `monitor.feeds.xml_items`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from monitor.errors import ParseError
from monitor.feeds.edits import digest
from monitor.feeds.encoding import header_charset, read_text
from monitor.feeds.entries import (
    MAX_ENTRIES,
    identified,
    language_tag,
    newest,
    own_identity,
    too_many,
)
from monitor.feeds.jsonfeed import parse_json_feed
from monitor.feeds.other_formats import is_cdf, read_by_feedparser
from monitor.feeds.requested_interval import wishes_of
from monitor.feeds.sitemap import ROOTS as SITEMAP_ROOTS
from monitor.feeds.sitemap import parse_sitemap
from monitor.feeds.tree import Names, TooMuchError, read_tree
from monitor.feeds.unchanged_items import Mark, Split, recalled, remembered, split
from monitor.feeds.websub import announced_in_links
from monitor.feeds.wrapped import unwrapped, without_the_unfinished
from monitor.feeds.xml_items import (
    Fields,
    date_of,
    fields_of,
    page_link,
    plain_text,
    read_item,
    title_of,
)
from monitor.model.feed import Entry, ParsedFeed

_CUT = "the answer broke off before its end; what came of it was read"
_FEED_HINT = "Look on the page for a link called RSS, Atom or Feed, and use its address."
_HTML_ROOTS = {"html", "head", "body", "meta", "script", "div", "p", "br", "table", "center"}
_HTML_DOCTYPE = re.compile(r"\s*<!doctype\s+html\b", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>\s*")
_FIRST_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_ROOTS = frozenset({"rss", "rdf:rdf", "rdf", "feed", "channel"})
_ITEMS = frozenset({"item", "entry"})
_HEAD = 65_536
"""Characters before the first items, in which a feed says how often it is to be polled."""
_MOST_LINKS = 100
"""Of a feed itself, of which some announce its hubs."""


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    memory: bytes = b"",
    is_cut: bool = False,
) -> ParsedFeed:
    """Read a feed's document: RSS, RDF, Atom, JSON Feed or a news sitemap, well-formed or not.

    Args:
        body: the document.
        url: where it came from, to resolve relative links.
        content_type: the Content-Type header, for its charset; the rest of it is ignored.
        memory: from the last reading: what has not changed since is only named in `unchanged`.
        is_cut: it broke off before its end.

    Raises:
        ParseError: it is no feed, or none that can be read.
    """
    try:
        feed = _parsed(body, url, content_type, b"" if is_cut else memory, is_cut=is_cut)
    except ParseError:
        if is_cut:
            raise ParseError("the answer broke off before its first entry", where=url) from None
        raise
    if feed.is_cut:
        feed = replace(feed, problems=(*feed.problems, _CUT), memory=b"")
    return replace(feed, digests={each.identity: digest(each) for each in feed.entries})


def _parsed(
    body: bytes, url: str, content_type: str | None, memory: bytes, *, is_cut: bool
) -> ParsedFeed:
    if not body.strip(b" \t\r\n\0"):
        raise ParseError("the answer was empty", where=url)
    text, problems = read_text(body, content_type)
    inner = unwrapped(text)
    text = text if inner is None else inner
    if text.lstrip("\ufeff \t\r\n\0").startswith(("{", "[")):
        feed = parse_json_feed(text, url=url)
        return replace(feed, problems=(*problems, *feed.problems))
    _refuse_web_page(text, url)
    text = without_the_unfinished(text) if is_cut else text
    if _root_name(text).rpartition(":")[2] in SITEMAP_ROOTS:
        # The encoding that it declares no longer applies.
        plain = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
        sitemap = parse_sitemap(plain, url=url)
        return replace(sitemap, problems=(*problems, *sitemap.problems), is_cut=is_cut)
    as_it_came = inner is None and not is_cut and not problems
    parts = split(body, header_charset(content_type)) if as_it_came else None
    if parts is not None and memory:
        news = _news(parts, recalled(memory), url)
        if news is not None:
            return news
    read, entries = _read(text, url)
    marks = [Mark(own_identity(each), each.published) for each in entries]
    known = parts is not None and not read.problems and len(marks) == len(parts.spans)
    return replace(
        read,
        problems=(*problems, *read.problems),
        dates=tuple(each.published for each in read.entries),
        memory=remembered(parts.digests(), marks) if parts and known else b"",
        is_cut=is_cut,
    )


def _news(parts: Split, known: Mapping[str, Mark], url: str) -> ParsedFeed | None:
    """What a document says that is not known; None when that cannot be told from a part of it."""
    digests = parts.digests()
    old = {number for number, each in enumerate(digests) if each in known}
    if not old:
        return None
    read, entries = _read(read_text(parts.without(old))[0], url)
    marks = {number: known[digests[number]] for number in old}
    unchanged = tuple(dict.fromkeys(marks[number].identity for number in sorted(old)))
    claimed = {own_identity(each) for each in entries}
    # Different entries under one identity can only be told apart when both are there.
    if read.problems or len(entries) + len(old) != len(digests) or claimed & set(unchanged):
        return None
    fresh = iter(entries)
    for number in range(len(digests)):
        if number not in old:
            entry = next(fresh)
            marks[number] = Mark(own_identity(entry), entry.published)
    every = [marks[number] for number in range(len(digests))]
    dates: dict[str, datetime | None] = {}
    for each in every:
        # Said twice, the first counts, as it does when the whole document is read.
        dates.setdefault(each.identity, each.published)
    return replace(
        read,
        unchanged=unchanged,
        dates=tuple(dates.values()),
        memory=remembered(digests, every),
    )


def _read(text: str, url: str) -> tuple[ParsedFeed, Sequence[Entry]]:
    """A document, and its entries before those said twice are put together."""
    problems: list[str] = []
    if is_cdf(text) and (cdf := read_by_feedparser(text, url)) is not None:
        return cdf, cdf.entries
    try:
        tree = read_tree(text, problems)
    except TooMuchError as error:
        raise ParseError(str(error), where=url) from None
    found = None if tree is None else _found(tree)
    if found is None:
        other = read_by_feedparser(text, url)
        if other is None:
            raise _not_a_feed(text, url)
        return other, other.entries
    about = fields_of(found.about, found.names)
    language = _language(found, about)
    items = found.items
    if len(items) > MAX_ENTRIES:
        names = found.names
        latest = newest(items, lambda each: date_of(fields_of(each, names)))
        problems.append(too_many(len(items), "newest" if latest else "first"))
        items = latest or items[:MAX_ENTRIES]
    entries = [read_item(each, found.names, url, language) for each in items]
    kept, more = identified(entries)
    read = ParsedFeed(
        title=next((title for each in about.get("title", ()) if (title := title_of(each))), ""),
        link=page_link(about, url, language),
        language=language,
        entries=kept,
        problems=(*problems, *more),
        wishes=wishes_of(text[:_HEAD].encode("utf-8", "replace"), _wishes(about)),
        announced=announced_in_links(
            (
                (link.get("rel"), link.get("href"))
                for element in dict.fromkeys((found.about, found.root))
                for link in fields_of(element, found.names).get("link", ())[:_MOST_LINKS]
            ),
            url,
        ),
    )
    return read, entries


# --- what is no feed ------------------------------------------------------------------------


def _refuse_web_page(text: str, url: str) -> None:
    # Before parsing, for a web page can be large.
    if _root_name(text) in {"html", "head", "body"} and not _FEED_ROOT.search(text[:65536]):
        raise _not_a_feed(text, url)


def _root_name(text: str) -> str:
    """The name of the first element, in lower case, or nothing."""
    found = _FIRST_ELEMENT.search(_COMMENT.sub("", text[:8192]))
    return found[1].lower() if found else ""


def _not_a_feed(text: str, url: str) -> ParseError:
    root = _root_name(text)
    if root in _HTML_ROOTS or _HTML_DOCTYPE.match(text[:1024]):
        return ParseError("this is a web page (HTML), not a feed", where=url, hint=_FEED_HINT)
    if root:
        return ParseError(f"this is XML but not a feed (it begins with <{root[:40]}>)", where=url)
    return ParseError("this is neither XML nor JSON, so it is not a feed", where=url)


# --- what is one ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """Where in a tree a feed is."""

    root: etree._Element
    about: etree._Element
    """What describes the feed as a whole."""
    items: list[etree._Element]
    names: Names


def _found(tree: etree._Element) -> _Found | None:
    names = Names(tree)
    root = next((each for each in tree.iter("*") if names[each.tag] in _ROOTS), None)
    items = list(_items(tree if root is None else root, names))
    if not items and root is not None:
        # Of a namespace of their own, in a document that says what they are otherwise.
        foreign = next((each for each in root.iter("*") if names[each.tag] in _FOREIGN), None)
        if foreign is not None:
            names.adopt(foreign)
            items = list(_items(root, names))
    if (root is None or root is not tree) and not items:
        return None
    root = tree if root is None else root
    about = next((each for each in root if names[each.tag] == "channel"), root)
    return _Found(root, about, items, names)


_FOREIGN = frozenset(f"?:{name}" for name in _ITEMS)


def _items(root: etree._Element, names: Names) -> Iterator[etree._Element]:
    """The items in a tree, wherever they stand, but none that is within another."""
    if names[root.tag] in _ITEMS:
        yield root
        return
    ways = [root.iterchildren("*")]
    while ways:
        element = next(ways[-1], None)
        if element is None:
            ways.pop()
        elif names[element.tag] in _ITEMS:
            yield element
        elif len(element):
            ways.append(element.iterchildren("*"))


def _language(found: _Found, about: Fields) -> str | None:
    stated = (each for name in ("language", "dc:language") for each in about.get(name, ()))
    for text in (
        *(plain_text(each) for each in stated),
        found.about.get("{http://www.w3.org/XML/1998/namespace}lang"),
        found.root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    ):
        if tag := language_tag(text):
            return tag
    return None


def _wishes(about: Fields) -> Mapping[str, str]:
    return {
        key: plain_text(about[name][0])
        for key, name in (
            ("ttl", "ttl"),
            ("sy_updateperiod", "sy:updateperiod"),
            ("sy_updatefrequency", "sy:updatefrequency"),
        )
        if name in about
    }
