"""Links that only lead on to an article, and say where: redirectors, search alerts, AMP caches.

What such a link says is read off it, and the redirector is never asked: many answer with a page
for people, or want to know who asks. Only well-known ones are taken at their word; for any other
host an address in a parameter may be anything.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qs, urlsplit

_LONGEST = 8192
_LAYERS = 3
# Host, beginning of the path, and the parameters that may hold the address, the first that does
# counts. A host that begins with a dot stands for all below it; "google" for it in any country.
_REDIRECTORS = (
    ("google", "/url", ("url", "q")),
    ("www.bing.com", "/news/apiclick.aspx", ("url",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("l.facebook.com", "/l.php", ("u",)),
    ("lm.facebook.com", "/l.php", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("out.reddit.com", "/", ("url",)),
    ("www.youtube.com", "/redirect", ("q",)),
    ("www.linkedin.com", "/redir/", ("url",)),
    ("vk.com", "/away.php", ("to",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("slack-redir.net", "/link", ("url",)),
    (".safelinks.protection.outlook.com", "/", ("url",)),
)
#: One of them is in every link that leads on, so that most others need not be taken apart.
_MARKS = tuple(dict.fromkeys((*(owner for owner, *_ in _REDIRECTORS), "ampproject.org")))
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}")
# https://developers.google.com/amp/cache/overview: /c/ is a page; s/ says that it is a secure one.
_AMP_CACHE = re.compile(r"/(?:c|v|wp)/(s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?(.+)")
_GOOGLE_NEWS = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/([\w-]{16,2000}={0,2})")
_EMBEDDED = re.compile(rb"https?://[\x21-\x7e]{4,2000}")


def unwrapped(url: str) -> str:
    """Where a link leads, as far as the link itself says; the link, where it says nothing.

    Never raises.
    """
    small = url.lower()
    if not any(mark in small for mark in _MARKS):
        return url
    for _ in range(_LAYERS):
        inner = _inner(url)
        if inner is None:
            return url
        url = inner
    return url


def _inner(url: str) -> str | None:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or len(url) > _LONGEST:
        return None
    google = _GOOGLE.fullmatch(host) is not None
    if host == "news.google.com":
        return _encoded(_GOOGLE_NEWS.fullmatch(parts.path))
    if host.endswith(".cdn.ampproject.org"):
        return _behind(_AMP_CACHE.fullmatch(parts.path), parts.query)
    if (google or host == "www.bing.com") and parts.path.startswith("/amp/"):
        return _behind(_AMP_VIEWER.fullmatch(parts.path), parts.query)
    return _named(parts.query, _parameters("google" if google else host, parts.path))


def _parameters(host: str, path: str) -> tuple[str, ...]:
    for owner, beginning, names in _REDIRECTORS:
        own = host.endswith(owner) if owner.startswith(".") else host == owner
        if own and path.startswith(beginning):
            return names
    return ()


def _named(query: str, names: tuple[str, ...]) -> str | None:
    try:
        given = parse_qs(query, max_num_fields=100)
    except ValueError:
        return None
    return next(
        (found for name in names for each in given.get(name, ()) if (found := _web(each))), None
    )


def _behind(path: re.Match[str] | None, query: str) -> str | None:
    if path is None:
        return None
    scheme = "https" if path[1] else "http"
    return _web(f"{scheme}://{path[2]}{'?' if query else ''}{query}")


def _encoded(path: re.Match[str] | None) -> str | None:
    """The address in a link of Google News, for which it was made up to 2024.

    Those made since hold a number in place of the address, which only Google can look up.
    """
    if path is None:
        return None
    token = path[1].rstrip("=")
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    # A protocol buffer: type, length of the address, address, sometimes that of its AMP page.
    start = data.find(b"\x22")
    if not 0 <= start < min(8, len(data) - 3):
        return None
    length, begin = data[start + 1], start + 2
    if length & 0x80:
        length, begin = (length & 0x7F) | data[start + 2] << 7, start + 3
    found = _EMBEDDED.fullmatch(data[begin : begin + length])
    return _web(found[0].decode("ascii")) if found else None


def _web(url: str) -> str | None:
    """An address in the web with a whole host's name; None for anything else."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None
    whole = parts.scheme.lower() in {"http", "https"} and "." in host.strip(".")
    return url if whole and url.isprintable() and " " not in url else None
