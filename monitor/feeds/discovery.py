"""Where the feeds of a site may be: pure, from the bytes of one of its pages.

What comes out are addresses worth asking, best first. Whether there is a feed at them is for
whoever fetches to find out; a hostile page can only make a few of its own choice be asked.
"""

from __future__ import annotations

import codecs
import enum
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from monitor.feeds.entries import web_link
from monitor.feeds.sitemap import news_sitemaps
from monitor.wording import one_line

#: Addresses taken from one page: of those it announces, and of other links that look like feeds.
MAX_ANNOUNCED = 16
MAX_LINKED = 8

#: Where site software puts feeds that no page mentions, the most widespread first.
COMMON_PATHS = (
    "feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed/atom", "feed.json",
    "feeds", "index.rss", "rss/index.xml", "feeds/posts/default", "atom", ".rss", "?feed=rss2",
    "news-sitemap.xml", "sitemap-news.xml",
)  # fmt: skip

_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/x.atom+xml",
    "application/rdf+xml",
    "application/feed+json",
}
# Announced so by some feeds, and by much that is none.
_VAGUE_TYPES = {"application/xml", "text/xml", "application/json", ""}
_FEED_WORD = re.compile(r"(?<![a-z])(?:rss\d*|atom|feeds?|rdf|syndication)(?![a-z])", re.IGNORECASE)
_FEED_FILE = re.compile(r"\.(?:rss|atom|rdf)$", re.IGNORECASE)
_FEED_NAME = re.compile(r"(?:rss|atom|feeds?|index|rdf)[\w-]*\.(?:xml|json|rdf)$", re.IGNORECASE)
_FEED_FOLDER = re.compile(r"^(?:feeds?|rss\d*|atom|rdf|syndication)$", re.IGNORECASE)
_FEED_KEY = re.compile(r"^(?:feed|format|type|output|alt|mode)$", re.IGNORECASE)
_COMMENTS = re.compile(
    r"comment|kommentar|comentario|comentário|commento|commenti|reacties|評論|评论|コメント",
    re.IGNORECASE,
)
_PICTURE_OR_SO = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|pdf|mp3|mp4|zip)$", re.IGNORECASE
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_HEAD_BYTES = 4096
_LONGEST_ADDRESS = 2000
_LONGEST_TITLE = 200
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_FEED_SCHEME = re.compile(r"feed:(?://(?=https?:))?", re.IGNORECASE)
# Readers' "subscribe" buttons carry the feed's address within their own.
_ADDRESS_WITHIN = re.compile(r".{8,}(?:://|%3a%2f%2f)", re.IGNORECASE)


class Origin(enum.StrEnum):
    """How an address came to be taken for a feed's."""

    GIVEN = "given"
    ANNOUNCED = "announced"
    LINKED = "linked"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address at which there may be a feed."""

    url: str
    origin: Origin
    title: str = ""
    """What the page calls it, if it does."""

    @property
    def is_comments(self) -> bool:
        """Whether it is about what readers say rather than what the site publishes."""
        parts = urlsplit(self.url)
        return bool(_COMMENTS.search(f"{parts.path}?{parts.query} {self.title}"))


def addresses(site: str) -> tuple[str, ...]:
    """What somebody means who types `site`: an address, or one whose scheme was left out.

    Podcast and feed readers' own schemes (`feed://…`, `feed:https://…`) are understood.
    """
    text = without_feed_scheme(site.strip())
    if _SCHEME.match(text):
        return (text,)
    rest = text.removeprefix("//")
    return (f"https://{rest}", f"http://{rest}")


def without_feed_scheme(address: str) -> str:
    """The address behind `feed:https://…`; `feed://…` becomes one without a scheme, `//…`."""
    if found := _FEED_SCHEME.match(address):
        rest = address[found.end() :]
        return rest if _SCHEME.match(rest) else f"//{rest.lstrip('/')}"
    return address


def candidates(body: bytes, *, url: str, content_type: str | None = None) -> tuple[Candidate, ...]:
    """The feeds that a page announces, then links of it that look like feeds.

    Of a list of sitemaps, those that seem to be of news.

    The order is the page's own, with feeds of comments after the others of their kind.

    Args:
        body: the page.
        url: where it came from, to resolve relative addresses.
        content_type: the Content-Type header, for its charset.
    """
    if sitemaps := news_sitemaps(body, url=url):
        return tuple(Candidate(link, Origin.ANNOUNCED) for link in sitemaps[:MAX_LINKED])
    reader = _Reader()
    # A page's nesting must not matter, so no tree is built (see `monitor.feeds.markup`).
    parser = etree.HTMLParser(target=reader, huge_tree=True, no_network=True)
    parser.feed("<html>" + _decoded(body, content_type))
    parser.close()
    base = web_link(reader.base, url) or url
    announced = _resolved(reader.announced, base, url, Origin.ANNOUNCED)[:MAX_ANNOUNCED]
    linked = _resolved(reader.linked, base, url, Origin.LINKED)
    host = urlsplit(url).hostname
    # Others' feeds are linked to as well (partners, friends): the site's own come first.
    linked.sort(key=lambda each: (each.is_comments, urlsplit(each.url).hostname != host))
    distinct = {each.url: each for each in reversed((*announced, *linked[:MAX_LINKED]))}
    return tuple(reversed(distinct.values()))


def guesses(url: str) -> tuple[Candidate, ...]:
    """Where site software usually puts feeds: below the address itself, then below its root."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    # The last part of a path is a page when it has a dot and else, mostly, a section.
    folder, _, last = parts.path.rpartition("/")
    section = root + f"{folder}/{'' if '.' in last else last}".strip("/")
    bases = dict.fromkeys((section.rstrip("/") + "/", root))
    return tuple(
        Candidate(f"{base}{path}", Origin.GUESSED)
        for base in bases
        # Below a section only what the most widespread software does.
        for path in (COMMON_PATHS if base == root else COMMON_PATHS[:3])
    )


def _resolved(
    links: list[tuple[str, str]], base: str, page: str, origin: Origin
) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for href, title in links:
        address = (web_link(without_feed_scheme(href), base) or "").partition("#")[0]
        if not address or len(address) > _LONGEST_ADDRESS or address == page:
            continue
        if origin is Origin.ANNOUNCED or _looks_like_feed(address, title):
            found.setdefault(address, Candidate(address, origin, title))
    return sorted(found.values(), key=lambda each: each.is_comments)


def _looks_like_feed(address: str, text: str) -> bool:
    parts = urlsplit(address)
    name = parts.path.rstrip("/").rpartition("/")[2]
    if _PICTURE_OR_SO.search(name) or _ADDRESS_WITHIN.match(address):
        return False
    return bool(
        _FEED_FILE.search(name)
        or _FEED_NAME.search(name)
        or any(_FEED_FOLDER.match(part) for part in parts.path.split("/"))
        or any(
            _FEED_KEY.match(key) and _FEED_WORD.search(value)
            for key, value in parse_qsl(parts.query)[:20]
        )
        or (parts.hostname or "").startswith(("feeds.", "rss."))
        or (len(text) <= 40 and _FEED_WORD.search(text))
    )


def _decoded(body: bytes, content_type: str | None) -> str:
    """The page's text; what matters here is ASCII but for titles."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = "utf-16"
    else:
        found = _CHARSET.search((content_type or "").encode()) or _CHARSET.search(
            body[:_HEAD_BYTES]
        )
        named = found[1].decode("ascii", "replace").lower() if found else "utf-8"
    if named in {"punycode", "idna"}:
        # Python takes quadratic time for these, and no page is written in them.
        named = "utf-8"
    try:
        text = body.decode(named, "replace")
    except (LookupError, UnicodeError):
        text = body.decode("utf-8", "replace")
    return text.replace("\0", "").removeprefix("\ufeff")


class _Reader:
    """Receives libxml2's events and collects what may lead to feeds."""

    def __init__(self) -> None:
        self.base: str | None = None
        self.announced: list[tuple[str, str]] = []
        self.linked: list[tuple[str, str]] = []
        self._anchor: tuple[str, str] | None = None
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        href = (attributes.get("href") or "").strip()
        if not href:
            return
        if tag == "base" and self.base is None:
            self.base = href
        elif tag == "link":
            self._link(attributes, href)
        elif tag in {"a", "area"}:
            self._close_anchor()
            self._anchor = (href, _title(attributes.get("title") or ""))

    def end(self, tag: str) -> None:
        if tag == "a":
            self._close_anchor()

    def data(self, text: str) -> None:
        if self._anchor is not None and len(self._text) < 50:
            self._text.append(text[:_LONGEST_TITLE])

    def comment(self, text: str) -> None:
        """Comments announce nothing."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nor do processing instructions."""

    def close(self) -> None:
        self._close_anchor()

    def _link(self, attributes: dict[str, str], href: str) -> None:
        rel = (attributes.get("rel") or "").lower().split()
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        title = _title(attributes.get("title") or "")
        is_feed = kind in _FEED_TYPES or (
            kind in _VAGUE_TYPES
            and "hreflang" not in attributes
            and "media" not in attributes
            and (_FEED_WORD.search(title) or _FEED_WORD.search(_path(href)))
        )
        if "feed" in rel or ("alternate" in rel and "stylesheet" not in rel and is_feed):
            self.announced.append((href, title))

    def _close_anchor(self) -> None:
        if self._anchor is not None:
            href, title = self._anchor
            self.linked.append((href, _title("".join(self._text)) or title))
        self._anchor = None
        self._text = []


def _path(href: str) -> str:
    address = web_link(href, "http://x/")
    return "" if address is None else address.partition("://")[2].partition("/")[2]


def _title(text: str) -> str:
    return one_line(text[: _LONGEST_TITLE * 4])[:_LONGEST_TITLE]
