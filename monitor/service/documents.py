"""Documents given by hand, as articles: files, web addresses, standard input, JSON lines."""

from __future__ import annotations

import asyncio
import codecs
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from monitor.articles.page import read_page
from monitor.articles.urls import is_url
from monitor.config.schema import Config, Polling
from monitor.errors import ConfigError, FetchError, MonitorError, PageError, ParseError
from monitor.feeds.markup import from_html
from monitor.feeds.parse import parse
from monitor.model.article import Article, Page
from monitor.model.feed import Entry, ParsedFeed, Response
from monitor.model.match import Match, Reason, Severity
from monitor.service.json_values import picked


@dataclass(frozen=True, slots=True)
class FoundMention:
    """Where a name occurs in a document; `text == document.field[start:end]`."""

    entity: str
    name: str
    field: str
    start: int
    end: int
    text: str
    sentence: str
    sentence_start: Annotated[int, Field(exclude=True)]


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """What a watchlist finds in a document."""

    watchlist: str
    score: float
    severity: Severity
    alert: bool
    mentions: tuple[FoundMention, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MatchedDocument:
    """A document, and all that is found in it."""

    id: str
    title: str
    matches: tuple[DocumentMatch, ...]


@dataclass(frozen=True, slots=True)
class MatchedPage(MatchedDocument):
    """As before, of HTML: offsets count in the text that was extracted from it."""

    body: str


@dataclass(frozen=True, slots=True)
class FeedNoted:
    """A source that is a feed: its entries are what is matched."""

    source: str
    title: str
    entries: int


#: The keys of a JSON line and the article's fields they fill.
_KEYS = {"title": "title", "summary": "summary", "body": "body", "url": "url", "lang": "language"}
#: How feeds begin: a root of theirs after declarations, comments and white space.
_FEED = re.compile(
    r"[\ufeff\s]*(?:<\?[^>]{0,500}\?>\s*|<!--(?:(?!-->).){0,2000}-->\s*|<!DOCTYPE[^>]{0,500}>\s*)*"
    r"<(?:rss|feed|rdf:RDF|channel)\b(?![^>]*html)",
    re.IGNORECASE | re.DOTALL,
)
#: Two letters at least: `c://` is a folder where some people come from.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def matched(
    config: Config, sources: Sequence[str], *, jsonl: bool = False
) -> Iterator[MatchedDocument | FeedNoted | MonitorError]:
    """Score documents against the watchlists; an error in the place of one that cannot be read.

    Of a feed each entry is scored by what the feed says of it, after a word that it is one.

    Args:
        config: the configuration in force.
        sources: paths, addresses, or `-` for standard input.
        jsonl: the sources hold JSON lines.

    Raises:
        ConfigError: nobody is watched.
    """
    from monitor.matching.matcher import Matcher

    if not config.watchlists:
        raise ConfigError(
            "there are no watchlists to match against",
            hint="Name whom to watch under [[watchlists]].",
        )
    matcher = Matcher(config.watchlists)
    for found in _documents(sources, jsonl, config.polling):
        if isinstance(found, MonitorError | FeedNoted):
            yield found
            continue
        document, is_html = found
        matches = tuple(map(_match, matcher.match(document)))
        if is_html:
            yield MatchedPage(document.id, document.title, matches, document.body)
        else:
            yield MatchedDocument(document.id, document.title, matches)


def _match(match: Match) -> DocumentMatch:
    mentions = tuple(picked(FoundMention, each) for each in match.mentions)
    return picked(DocumentMatch, match, mentions=mentions)


def _documents(
    sources: Sequence[str], jsonl: bool, polling: Polling
) -> Iterator[tuple[Article, bool] | FeedNoted | MonitorError]:
    if jsonl:
        for source in sources:
            try:
                for line in json_lines(source):
                    yield line if isinstance(line, MonitorError) else (line, False)
            except MonitorError as error:
                yield error
        return
    addresses = [source for source in sources if is_url(source)]
    answers = asyncio.run(fetch(addresses, polling)) if addresses else {}
    for source in sources:
        answer = answers.get(source)
        if isinstance(answer, MonitorError):
            yield answer
            continue
        try:
            data = _bytes_of(source) if answer is None and not _ADDRESS.match(source) else None
            if (feed := _feed(source, data, answer)) is not None:
                yield FeedNoted(source, feed.title, len(feed.entries))
                yield from ((_article(each, source, feed), False) for each in feed.entries)
            else:
                yield read_source(source, fetched=answer, data=data)
        except MonitorError as error:
            yield error


def _feed(source: str, data: bytes | None, answer: Response | None) -> ParsedFeed | None:
    """What a source says if it is a feed; None for any other."""
    body = answer.body if answer is not None else data or b""
    if not _FEED.match(_decode(body[:4000])):
        return None
    try:
        return parse(
            body,
            url=answer.url if answer is not None else source,
            content_type=answer.content_type if answer is not None else None,
        )
    except ParseError:
        return None


def _article(entry: Entry, source: str, feed: ParsedFeed) -> Article:
    return Article(
        id=entry.link or f"{source}#{entry.identity}",
        title=entry.title,
        summary=entry.summary,
        body=entry.content,
        authors=entry.authors,
        published=entry.published,
        language=entry.language or feed.language,
        url=entry.link,
    )


def read_source(
    source: str, *, fetched: Response | None = None, data: bytes | None = None
) -> tuple[Article, bool]:
    """The document in a file, at an address, or on standard input (`-`).

    Args:
        source: a path, an address, or `-`.
        fetched: what the address answered, when it is one.
        data: what the file holds, if it was read already.

    Returns:
        The document, and whether it was HTML whose text had to be extracted.

    Raises:
        MonitorError: it cannot be read.
    """
    if fetched is not None:
        content_type = fetched.content_type
        data = fetched.body
    else:
        if _ADDRESS.match(source):
            raise MonitorError("only http:// and https:// addresses can be read", where=source)
        content_type = None
        data = _bytes_of(source) if data is None else data
    if not _is_html(source, data, content_type):
        text = _decode(data)
        if data.startswith(b"%PDF-") or _unreadable(text):
            raise MonitorError(
                "is neither text nor HTML", where=source, hint="Save its text, in UTF-8."
            )
        return Article(id=source, body=text), False
    page = page_of(data, url=fetched.url if fetched else None, content_type=content_type)
    return (
        Article(
            id=source,
            title=page.title,
            body=page.captioned(page.text),
            authors=page.authors,
            published=page.published,
            language=page.language,
            url=fetched.url if fetched else None,
            text_note=page.note,
        ),
        True,
    )


def page_of(data: bytes, *, url: str | None, content_type: str | None) -> Page:
    """The page's main text, or all of its text when it is too short to have a main one."""
    try:
        page = read_page(data, url=url, content_type=content_type)
        return page if page.text else replace(page, text=from_html(_decode(data)))
    except PageError:
        # A snippet saved by hand is no article page; whoever asks about it means all of it.
        text = from_html(_decode(data))
        if not text:
            raise
        return Page(text=text)


async def fetch(sources: Sequence[str], polling: Polling) -> dict[str, Response | MonitorError]:
    """Fetch the sources that are web addresses; the error in its place for those that fail."""
    from monitor.fetch.client import PAGE_ACCEPT, Fetcher

    answers: dict[str, Response | MonitorError] = {}
    async with Fetcher(polling) as fetcher:
        for source in sources:
            try:
                answers[source] = await fetcher.fetch(source, accept=PAGE_ACCEPT)
            except FetchError as error:
                if error.kind == "forbidden-address":
                    # It is no feed's, so that there is no other place to allow it.
                    error.hint = "Set `allow_private_networks` in [polling] if it is meant."
                answers[source] = error
            except MonitorError as error:
                answers[source] = error
    return answers


def json_lines(source: str) -> Iterator[Article | MonitorError]:
    """The documents in a file of JSON lines (or `-`); an error in place of a faulty line."""
    for number, line in enumerate(_lines_of(source), start=1):
        if not line.strip():
            continue
        where = f"{'standard input' if source == '-' else source}:{number}"
        try:
            yield _document(json.loads(line), f"{source}:{number}")
        except json.JSONDecodeError as error:
            yield MonitorError(
                f"not JSON: {error.msg}", where=f"{where}:{error.colno}",
                hint="With --jsonl every line is one JSON object.",
            )  # fmt: skip
        except (ValueError, RecursionError) as error:
            yield MonitorError(str(error) or "nested too deeply", where=where)


def _document(value: Any, default_id: str) -> Article:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    fields: dict[str, str] = {}
    for key, name in _KEYS.items():
        given = value.get(key)
        if given is None:
            continue
        if not isinstance(given, str):
            raise ValueError(f'"{key}" must be a string')
        fields[name] = given
    given_id = value.get("id")
    return Article(id=default_id if given_id is None else str(given_id), **fields)  # type: ignore[arg-type] # the fields taken from the line are all strings


def _lines_of(source: str) -> Iterator[str]:
    if source == "-":
        for raw in sys.stdin.buffer:
            yield _decode(raw)
        return
    try:
        with Path(source).open("rb") as stream:
            for raw in stream:
                yield _decode(raw)
    except OSError as error:
        raise MonitorError(f"cannot be read: {error.strerror}", where=source) from None


def _bytes_of(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise MonitorError(f"cannot be read: {error.strerror}", where=source) from None


def _is_html(source: str, data: bytes, content_type: str | None) -> bool:
    if content_type is not None:
        return "html" in content_type.lower()
    if source.lower().endswith((".html", ".htm", ".xhtml")):
        return True
    start = _decode(data[:2000]).lstrip("\ufeff \t\r\n").lower()
    return start.startswith(
        ("<!doctype html", "<html", "<head", "<body", "<article", "<p>", "<div", "<?xml")
    )


def _unreadable(text: str) -> bool:
    """Whether every tenth character is none: what is read so is no text."""
    return 10 * (text.count("\ufffd") + text.count("\0")) > len(text)


def _decode(data: bytes) -> str:
    # Offsets must fit what the user sees in the file, so nothing is dropped or rewritten.
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")
