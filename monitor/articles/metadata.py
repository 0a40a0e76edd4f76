"""What a page says of itself: title, authors, time of publication, language, own address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.articles.structured import json_ld, strings

if TYPE_CHECKING:
    from trafilatura.settings import Document

_PUBLISHED_NAMES = frozenset(
    {
        "article:published_time", "article:published", "og:article:published_time",
        "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
        "publish_date", "published_time", "publication_date", "dc.date", "dc.date.issued",
        "dcterms.date", "dcterms.issued", "dcterms.created", "parsely-pub-date", "sailthru.date",
        "article.published", "published", "cxenseparse:recs:publishtime", "date.issued",
    }
)  # fmt: skip
_METAS = XPath("//meta[@content and (@property or @name or @itemprop)]")
_TIMES = XPath("//time[@datetime]")
_LINKS = XPath("//link[@rel and @href]")
_MAX_NAME = 80
_VARIANT = re.compile(r"^(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.)")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*", re.IGNORECASE)
_MAX_YEAR, _MIN_YEAR = 2100, 1990


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself."""

    title: str
    authors: tuple[str, ...]
    published: datetime | None
    language: str | None
    canonical_url: str | None


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """The metadata of a parsed page; `url` is where it was found.

    Title and authors are trafilatura's reading (JSON-LD, Open Graph, the usual markup). The
    time is read here, because trafilatura knows dates only.
    """
    said = _said(tree, url)
    described = json_ld(tree)
    candidates = list(_published(tree, described))
    if day := _parse_time(said.date or ""):
        candidates.append(day)
    authors = (" ".join(name.split()) for name in (said.author or "").split(";"))
    return Metadata(
        title=" ".join((said.title or "").split()),
        authors=tuple(dict.fromkeys(name for name in authors if 0 < len(name) <= _MAX_NAME)),
        published=_choose(candidates),
        language=_language(tree),
        canonical_url=_canonical(tree, url, described),
    )


def _said(tree: HtmlElement, url: str | None) -> Document:
    """Title, authors and date as trafilatura's `extract_metadata` finds them.

    That looks for tags, categories and a licence, too, which nobody asks for here, and which
    takes a third of its time.
    """
    from htmldate import find_date
    from trafilatura import metadata

    said = metadata.examine_meta(tree)
    if said.author and " " not in said.author:
        said.author = None
    # Whatever machines are told may be malformed; what it reads of it until then stands.
    with suppress(Exception):
        said = metadata.extract_meta_json(tree, said)
    said.title = said.title or metadata.extract_title(tree)
    said.author = said.author or metadata.extract_author(tree)
    said.date = find_date(
        tree,
        url=said.url or metadata.extract_url(tree, url),
        extensive_search=False,
        original_date=True,
    )
    said.clean_and_trim()
    return said


def _choose(candidates: list[tuple[datetime, bool]]) -> datetime | None:
    """The first time named, or a later one of that day if the first is a mere date."""
    if not candidates:
        return None
    first, exact = candidates[0]
    if exact:
        return first
    near = (
        time
        for time, is_exact in candidates
        if is_exact and timedelta(hours=-14) <= time - first <= timedelta(hours=38)
    )
    return next(near, first)


def _published(
    tree: HtmlElement, described: list[Mapping[str, Any]]
) -> Iterator[tuple[datetime, bool]]:
    texts: list[str] = []
    for node in described:
        texts += strings(node.get("datePublished"))
    for meta in _METAS(tree):
        names = (meta.get("property"), meta.get("name"), meta.get("itemprop"))
        if any(word in _PUBLISHED_NAMES for name in names if name for word in name.lower().split()):
            texts.append(meta.get("content"))
    times = _TIMES(tree)
    marked = [t for t in times if "publish" in (t.get("itemprop") or t.get("class") or "").lower()]
    for element in (*marked, *[t for t in times if t.get("pubdate") is not None], *times[:1]):
        texts.append(element.get("datetime"))
    for text in texts:
        if parsed := _parse_time(text):
            yield parsed


def _parse_time(text: str) -> tuple[datetime, bool] | None:
    """A time in UTC and whether it has a time of day; without a zone it is taken as UTC."""
    text = text.strip()[:60]
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        try:
            time = parsedate_to_datetime(text)
        except (ValueError, IndexError, TypeError):
            return None
    if not _MIN_YEAR <= time.year <= _MAX_YEAR:
        return None
    exact = len(text) > 10
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC), exact


def _language(tree: HtmlElement) -> str | None:
    declared = [tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    declared += [
        meta.get("content")
        for meta in _METAS(tree)
        if meta.get("property") == "og:locale" or meta.get("itemprop") == "inLanguage"
    ]
    for value in declared:
        if value and (found := _LANGUAGE.fullmatch(value.strip())):
            return found[1].lower()
    return None


def _canonical(
    tree: HtmlElement, url: str | None, described: list[Mapping[str, Any]]
) -> str | None:
    """The address the page gives as its own, if it is one of the same site."""
    for claim in _claims(tree, described):
        try:
            address = urljoin(url or "", claim.strip())
            parts, own = urlsplit(address), urlsplit(url or address)
            # A page can only speak for its own site, or it could make another's article vanish
            # as a duplicate of its own.
            same = parts.scheme in {"http", "https"} and _site(parts) == _site(own)
        except ValueError:
            continue
        # Some sites have all their pages say that they are the front page.
        if same and not (_is_front(parts) and not _is_front(own)):
            return address
    return None


def _claims(tree: HtmlElement, described: list[Mapping[str, Any]]) -> Iterator[str]:
    """What may be the page's own address, the surest first."""
    for link in _LINKS(tree):
        if "canonical" in link.get("rel").lower().split():
            yield link.get("href")
    for meta in _METAS(tree):
        if "og:url" in (meta.get("property"), meta.get("name")):
            yield meta.get("content")
    for node in described:
        page = node.get("mainEntityOfPage")
        yield from strings(page.get("@id") if isinstance(page, dict) else page)


def _site(parts: SplitResult) -> tuple[str, int | None]:
    host = _VARIANT.sub("", parts.hostname or "")
    return host, None if parts.port in {80, 443} else parts.port


def _is_front(parts: SplitResult) -> bool:
    return parts.path in {"", "/"} and not parts.query
