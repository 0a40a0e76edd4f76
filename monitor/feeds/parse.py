"""Parsing feeds: bytes in, entries out. Pure, for a process pool: feedparser is slow.

feedparser is the authority on what RSS, RDF and Atom mean. What stands around it here bounds
what a hostile document can cost, says in a user's words what was wrong with a bad one, and
turns its markup into text.
"""

from __future__ import annotations

import codecs
import io
import re
import xml.sax
from calendar import timegm
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.entries import (
    MAX_ENTRIES,
    identified,
    language_tag,
    own_identity,
    plausible,
    too_many,
    web_link,
)
from monitor.feeds.jsonfeed import parse_json_feed
from monitor.feeds.sitemap import ROOTS as SITEMAP_ROOTS
from monitor.feeds.sitemap import parse_sitemap
from monitor.feeds.split import Mark, Split, recalled, remembered, split
from monitor.feeds.text import clean, from_html
from monitor.feeds.websub import announced_in_links
from monitor.feeds.wishes import wishes_of
from monitor.model.feed import Entry, ParsedFeed
from monitor.wording import one_line

_FEED_HINT = "Look on the page for a link called RSS, Atom or Feed, and use its address."
_HTML_ROOTS = {"html", "head", "body", "meta", "script", "div", "p", "br", "table", "center"}
_HTML_DOCTYPE = re.compile(rb"[\s\xef\xbb\xbf]*<!doctype\s+html\b", re.IGNORECASE)
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIRST_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
# NUL and the rest that XML forbids; ESC stays, for ISO-2022 texts are made of it.
_CONTROLS = bytes(set(range(32)) - {0x09, 0x0A, 0x0D, 0x1B})
_CHARACTER_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
# feedparser looks for a mail address in an author in quadratic time.
_LONG_AUTHOR = re.compile(
    rb"(<(?:\w+:)?(?:author|creator|managingEditor|webMaster|publisher|owner|name)\b[^>]*>"
    rb"(?:<!\[CDATA\[)?[^<]{300})[^<]+",
    re.IGNORECASE,
)
_CDATA = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_LONG_SPACE = re.compile(rb"\s{100,}")
_ITEM_START = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_ELEMENT = re.compile(rb"<\w")
_ENTITY = re.compile(rb'<!ENTITY\s+(\w+)\s+"([^"]*)"')
_ENTITY_DECLARATION = re.compile(rb"<!ENTITY[^>]*>")
# Python's codec for parts of host names takes quadratic time; no document is written in it.
_PUNYCODE = re.compile(rb"""(<\?xml[^>]*encoding\s*=\s*["'])(?:punycode|idna)""", re.IGNORECASE)
_MOST_TAGS = 400_000  # 25 microseconds each
_MOST_ENTITIES = 300  # HTML's own, which some feeds declare, are 252
_MOST_GROWTH = 2**20
_OVERRIDE = re.compile(r"declared as (\S+), but parsed as (\S+)")


def parse(
    body: bytes, *, url: str, content_type: str | None = None, memory: bytes = b""
) -> ParsedFeed:
    """Read a feed's document: RSS, RDF, Atom, JSON Feed or a news sitemap, well-formed or not.

    Args:
        body: the document.
        url: where it came from, to resolve relative links.
        content_type: the Content-Type header, for its charset; the rest of it is ignored.
        memory: from the last reading: what has not changed since is only named in `unchanged`.

    Raises:
        ParseError: it is no feed, or none that can be read.
    """
    if not body.strip(b" \t\r\n\0"):
        raise ParseError("the answer was empty", where=url)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return parse_json_feed(body, url=url)
    _refuse_web_page(body, url)
    body, problems = _prepared(body)
    if body.count(b"<") > _MOST_TAGS and _CDATA.sub(b"", body).count(b"<") > _MOST_TAGS:
        raise ParseError(f"the feed has more than {_MOST_TAGS:,} tags: too many to read", where=url)
    if _root(body).rpartition(":")[2] in SITEMAP_ROOTS:
        sitemap = parse_sitemap(body, url=url)
        return replace(sitemap, problems=(*problems, *sitemap.problems))
    parts = None if problems else split(body, _charset(body, content_type))
    if parts is not None and memory:
        news = _news(parts, recalled(memory), url, content_type)
        if news is not None:
            return news
    read, entries = _read(body, url, content_type)
    marks = [Mark(own_identity(each), each.published) for each in entries]
    known = parts is not None and not read.problems and len(marks) == len(parts.spans)
    return replace(
        read,
        problems=(*problems, *read.problems),
        dates=tuple(each.published for each in read.entries),
        memory=remembered(parts.digests(), marks) if parts and known else b"",
    )


def _news(
    parts: Split, known: Mapping[str, Mark], url: str, content_type: str | None
) -> ParsedFeed | None:
    """What a document says that is not known; None when that cannot be told from a part of it."""
    digests = parts.digests()
    old = {number for number, each in enumerate(digests) if each in known}
    if not old:
        return None
    read, entries = _read(parts.without(old), url, content_type)
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


def _read(body: bytes, url: str, content_type: str | None) -> tuple[ParsedFeed, Sequence[Entry]]:
    """A document as feedparser reads it, and its entries before those said twice are dropped."""
    document = _feedparser(body, url, content_type)
    raw = document.get("entries", [])
    if not raw and not document.get("version"):
        raise _not_a_feed(body, url)
    faults = [_in_words(document.get("bozo_exception"), body)] if document.get("bozo") else []
    about = document.get("feed", {})
    language = language_tag(about.get("language"))
    entries = [_entry(each, url, language) for each in raw[:MAX_ENTRIES]]
    kept, more = identified(entries)
    read = ParsedFeed(
        title=_title(about),
        link=web_link(about.get("link"), url),
        language=language,
        entries=kept,
        problems=(*faults, *more),
        wishes=wishes_of(body, about),
        announced=announced_in_links(
            ((link.get("rel"), link.get("href")) for link in about.get("links", [])), url
        ),
    )
    return read, entries


# --- before feedparser ----------------------------------------------------------------------


def _refuse_web_page(body: bytes, url: str) -> None:
    # Before parsing, for a web page can be large and feedparser tries hard.
    if _root(body) in {"html", "head", "body"} and not _FEED_ROOT.search(body[:65536]):
        raise _not_a_feed(body, url)


def _root(body: bytes) -> str:
    """The name of the first element, in lower case, or nothing."""
    head = body[:8192].replace(b"\0", b"").decode("latin-1")
    found = _FIRST_ELEMENT.search(_COMMENT.sub("", head))
    return found[1].lower() if found else ""


def _not_a_feed(body: bytes, url: str) -> ParseError:
    root = _root(body)
    if root in _HTML_ROOTS or _HTML_DOCTYPE.match(body[:1024]):
        return ParseError("this is a web page (HTML), not a feed", where=url, hint=_FEED_HINT)
    if root:
        return ParseError(f"this is XML but not a feed (it begins with <{root[:40]}>)", where=url)
    return ParseError("this is neither XML nor JSON, so it is not a feed", where=url)


def _prepared(body: bytes) -> tuple[bytes, list[str]]:
    """The document with what feedparser stumbles over removed, and what that was."""
    problems: list[str] = []
    wide = _wide_codec(body)
    if wide is not None:
        text = body.decode(wide, "replace").lstrip("\ufeff")
        body = codecs.BOM_UTF8 + _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    without = body.lstrip().translate(None, _CONTROLS)
    if len(without) < len(body.lstrip()):
        problems.append("contains control characters (such as NUL), which were left out")
    without = _PUNYCODE.sub(rb"\1utf-8", without[:200]) + without[200:]
    without = _LONG_AUTHOR.sub(rb"\1", without)
    # feedparser's patterns take quadratic time over long runs of white space.
    return _cut(_LONG_SPACE.sub(b"\n", _defused(without, problems)), problems), problems


def _defused(body: bytes, problems: list[str]) -> bytes:
    """The document without its entities when those would blow it up.

    feedparser keeps entities that stand for plain text, but a long one used often is a bomb
    as well (quadratic blow-up).
    """
    head = body[: found.start()] if (found := _ELEMENT.search(body)) else body
    entities = _ENTITY.findall(head)
    if len(entities) <= _MOST_ENTITIES:
        grown = sum(body.count(b"&" + name + b";") * len(value) for name, value in entities)
        if grown <= _MOST_GROWTH:
            return body
    problems.append("declares entities that would make it grow beyond measure; left out")
    return _ENTITY_DECLARATION.sub(b"", head) + body[len(head) :]


def _wide_codec(body: bytes) -> str | None:
    """The encoding when its characters are wider than a byte, from how the text begins."""
    for mark, codec in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if body.startswith(mark):
            return codec
    return None


def _cut(body: bytes, problems: list[str]) -> bytes:
    """At most `MAX_ENTRIES` entries of the document, so that feedparser's time is bounded.

    Cut before parsing: from the first entry too many to the end of the last one.
    """
    starts = [found.start() for found in _ITEM_START.finditer(body)]
    if len(starts) <= MAX_ENTRIES:
        return body
    problems.append(too_many(len(starts)))
    rest = body[starts[-1] :]
    ends = [found.end() for found in _ITEM_END.finditer(rest)]
    return body[: starts[MAX_ENTRIES]] + (rest[ends[-1] :] if ends else b"")


# --- feedparser -----------------------------------------------------------------------------


def _feedparser(body: bytes, url: str, content_type: str | None) -> dict[str, Any]:
    """feedparser's reading of the document."""
    try:
        return _parsed(body, url, content_type)
    except Exception:  # noqa: BLE001  # it raises whatever a hostile document makes it trip over
        # Mostly a reference to a character that does not exist.
        body = _CHARACTER_REFERENCE.sub(_possible_character, body)
    try:
        return _parsed(body, url, content_type)
    except Exception as error:  # noqa: BLE001  # as above
        raise ParseError(
            f"the feed cannot be read ({type(error).__name__} in its parser)", where=url
        ) from None


def _charset(body: bytes, content_type: str | None) -> str | None:
    """What is to be believed of a Content-Type header's charset."""
    found = None if body.startswith(codecs.BOM_UTF8) else _CHARSET.search(content_type or "")
    return found[1] if found and found[1].lower() not in {"punycode", "idna"} else None


def _parsed(body: bytes, url: str, content_type: str | None) -> dict[str, Any]:
    import feedparser

    # Only the charset is passed on: for text/xml without one feedparser would follow the
    # withdrawn RFC 3023 and believe in ASCII (now RFC 7303).
    charset = _charset(body, content_type)
    media_type = f"application/xml; charset={charset}" if charset else "application/xml"
    document: dict[str, Any] = feedparser.parse(
        # Never bytes or a string: those it might take for the name of a file or an address.
        io.BytesIO(body),
        response_headers={"content-location": url, "content-type": media_type},
        # Both only matter to markup, which is turned into text here; they cost most of its time.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return document


def _possible_character(found: re.Match[bytes]) -> bytes:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    point = int(digits, base) if len(digits) <= 8 else 0
    possible = 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0x10FFFF or point in {9, 10, 13}
    return found[0] if possible else b""


def _in_words(error: object, body: bytes) -> str:
    """feedparser's complaint about a document it could read past."""
    if isinstance(error, xml.sax.SAXParseException):
        # feedparser puts a line before documents that lack the XML declaration.
        line = (error.getLineNumber() or 1) - (0 if body.startswith(b"<?xml") else 1)
        return f"not well-formed XML at line {max(line, 1)}: {error.getMessage()}"
    if found := _OVERRIDE.search(str(error)):
        return f"the text is declared as {found[1]} but is not; read as {found[2]}"
    if type(error).__name__ == "CharacterEncodingUnknown":
        return "the text's encoding could not be recognised"
    return f"not well-formed: {one_line(str(error))[:200]}"


# --- entries --------------------------------------------------------------------------------


def _entry(raw: dict[str, Any], url: str, language: str | None) -> Entry:
    """One of feedparser's entries as ours, its identity still to be found."""
    contents = [_text(part) for part in raw.get("content", []) if _is_text(part)]
    content = max(contents, key=len, default="")
    summary = _text(raw.get("summary_detail") or {"value": raw.get("summary")})
    detail = raw.get("title_detail") or {}
    return Entry(
        identity="",
        guid=one_line(str(raw.get("id") or "")) or None,
        link=web_link(raw.get("link"), url),
        title=_title(raw),
        # feedparser repeats the content where there is no summary.
        summary="" if summary == content else summary,
        content=content,
        authors=_authors(raw),
        # By `dict.get`: feedparser's own would warn and answer with the other date.
        published=_moment(dict.get(raw, "published_parsed")),
        updated=_moment(dict.get(raw, "updated_parsed")),
        language=language_tag(detail.get("language")) or language,
    )


def _is_text(part: dict[str, Any]) -> bool:
    kind = str(part.get("type") or "text/html")
    return kind.startswith("text/") or kind.endswith(("xml", "html"))


def _text(part: dict[str, Any]) -> str:
    value = str(part.get("value") or "")
    return clean(value) if part.get("type") == "text/plain" else from_html(value)


def _title(raw: dict[str, Any]) -> str:
    return one_line(_text(raw.get("title_detail") or {"value": raw.get("title")}))


def _authors(raw: dict[str, Any]) -> tuple[str, ...]:
    given: Iterable[dict[str, Any]] = raw.get("authors") or []
    names = [one_line(from_html(str(each.get("name") or ""))) for each in given]
    if not any(names) and raw.get("author"):
        names = [one_line(from_html(str(raw["author"])))]
    return tuple(dict.fromkeys(name for name in names if name))


def _moment(parsed: Any) -> datetime | None:
    """feedparser's time (a tuple in UTC) as a datetime; None when absent or absurd."""
    if parsed is None:
        return None
    try:
        return plausible(datetime.fromtimestamp(timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError, TypeError):
        return None
