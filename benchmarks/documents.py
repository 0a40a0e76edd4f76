"""How well documents of others are read: the passages of real pages, the entries of real feeds."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.counts import Result, timed
from monitor.articles.page import read_page
from monitor.errors import PageError, ParseError
from monitor.feeds.markup import from_either
from monitor.feeds.parse import parse
from monitor.model.feed import ParsedFeed
from monitor.wording import one_line

PAGES = Path("real", "pages_trafilatura.jsonl.gz")
FEEDS = Path("feeds")
_KEPT = 0.4
"""Share of what trafilatura alone finds, below which most of a text is lost."""
_SPACES = re.compile(r"\s+")
_URL = "https://feed.example/all.xml"


def pages(corpus: Path) -> list[Result]:
    """Passages that belong to an article's text and such that do not: which are in what is read.

    Most of a page is lost where less is read than 40 % of what trafilatura alone finds, and
    passages are missing that it has.
    """
    read, plain = Result("pages", "passage"), Result("pages, trafilatura alone", "passage")
    kept = Result("pages that keep their text", "page")
    with gzip.open(corpus / PAGES, "rt", encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            url = page["url"]
            mine, theirs = _even(timed(read, _ours, page)), _even(timed(plain, _theirs, page))
            wanted = {_even(each) for each in page["with"]}
            passages = wanted | {_even(each) for each in page["without"]}
            found, other = ({p for p in passages if p in text} for text in (mine, theirs))
            read.record(url, found, wanted)
            plain.record(url, other, wanted)
            lost = len(wanted - found) > len(wanted - other) and len(mine) < _KEPT * len(theirs)
            kept.record(url, () if lost else {url}, {url})
    return [read, plain, kept]


def _ours(page: dict[str, Any]) -> str:
    try:
        return read_page(page["html"].encode("utf-8", "replace"), url=page["url"]).text
    except PageError:
        return ""


def _theirs(page: dict[str, Any]) -> str:
    import trafilatura

    return trafilatura.extract(page["html"], url=page["url"]) or ""


def _even(text: str) -> str:
    return _SPACES.sub(" ", html.unescape(text)).strip()


def feeds(corpus: Path) -> list[Result]:
    """Titles, addresses and dates that feedparser finds in real feeds: which are read, too."""
    result = Result("feeds, what feedparser finds", "title, link or date")
    for path in sorted((corpus / FEEDS).rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            wanted = set(_facts_of_feedparser(body))
            found = set(_facts(timed(result, _parsed, body)))
            result.record(path.name, found & wanted, wanted)
    return [result]


def _parsed(body: bytes) -> ParsedFeed | None:
    try:
        return parse(body, url=_URL)
    except ParseError:
        return None


def _facts(feed: ParsedFeed | None) -> Iterator[str]:
    for entry in feed.entries if feed else ():
        yield f"title {entry.title}"
        yield f"link {entry.link}"
        yield f"date {entry.published}"


def _facts_of_feedparser(body: bytes) -> Iterator[str]:
    import feedparser

    document = feedparser.parse(io.BytesIO(body), response_headers={"content-location": _URL})
    for entry in document.entries:
        if title := one_line(from_either(str(entry.get("title") or ""))):
            yield f"title {title}"
        if str(link := entry.get("link") or "").startswith("http"):
            yield f"link {link}"
        # By `dict.get`: its own would warn and answer with another date.
        times = (dict.get(entry, key) for key in ("published_parsed", "updated_parsed"))
        if moment := next(filter(None, times), None):
            yield f"date {datetime.fromtimestamp(timegm(moment), UTC)}"
