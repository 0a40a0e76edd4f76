"""What a request carries and to whom: addresses, headers, and logins that stay at home."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import httpx

from monitor.config.schema import Feed
from monitor.errors import FetchError
from monitor.model.feed import Validators

_USERINFO = re.compile(r"//[^/?#]*@")
Headers = Mapping[bytes, bytes]


# --- addresses ------------------------------------------------------------------------------


def parse_address(url: str) -> httpx.URL:
    """An address to fetch.

    Raises:
        FetchError: kind `bad-url`; it is none.
    """
    # Neither the address nor the parser's complaint is shown whole: both may hold a password.
    shown = _USERINFO.sub("//", url)[:200]
    try:
        parsed = httpx.URL(url.strip())
        host = parsed.raw_host
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("not a web address", kind="bad-url", where=shown) from error
    if parsed.scheme not in {"http", "https"} or not host or b"%" in host:
        raise FetchError(
            'not a web address: only "https://" and "http://" can be fetched',
            kind="bad-url",
            where=shown,
        )
    return parsed


def parse_location(base: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads. Raises FetchError (kind `bad-url`) when it leads nowhere."""
    try:
        return parse_address(str(base.join(location)))
    except (FetchError, httpx.InvalidURL, ValueError) as error:
        shown = _USERINFO.sub("//", location)[:200]
        raise FetchError(
            f"redirected to something that is not a web address ({shown!r})", kind="bad-url"
        ) from error


def bare(url: httpx.URL) -> httpx.URL:
    """The address without credentials and fragment: fit to be sent, logged and compared."""
    # Copying means parsing anew, and few addresses have either.
    if not url.userinfo and not url.fragment:
        return url
    return url.copy_with(userinfo=b"", fragment=None)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far into private networks a request may lead.

    What a feed's articles and redirects name is up to whoever writes them. So a permission given
    for one feed opens that feed's own host, and not the network it is on.
    """

    everywhere: bool
    home: httpx.URL | None = None
    """The address whose host is open all the same."""

    def covers(self, target: httpx.URL) -> bool:
        """Whether private addresses of the target's name may be connected to."""
        home = self.home
        return self.everywhere or (
            # "http" may become "https": where no port is named, neither names one.
            home is not None and (home.host, home.port) == (target.host, target.port)
        )

    @property
    def hint(self) -> str | None:
        """What to do where the permission is there and does not suffice."""
        if self.home is None:
            return None
        return (
            f"`allow_private_networks` of a feed covers its own host ({self.home.host}) only: put "
            "the right address into its `url`, or set `allow_private_networks` in [polling] if all "
            "feeds and links may lead into your network."
        )


def reach_of(feed: Feed | None, allow_private: bool | None, *, everywhere: bool) -> Reach:
    """How far a request may lead.

    Args:
        feed: on whose behalf it is made.
        allow_private: what its maker says of it; None as configured.
        everywhere: what is configured for all.
    """
    if allow_private is not None:
        return Reach(allow_private)
    if feed is None or feed.allow_private_networks is None:
        return Reach(everywhere)
    if feed.allow_private_networks and not everywhere:
        return Reach(everywhere=False, home=parse_address(feed.url))
    return Reach(feed.allow_private_networks)


# --- headers --------------------------------------------------------------------------------


def request_headers(accept: str, validators: Validators, feed: Feed | None) -> Headers:
    """What is sent to every host that a request leads to."""
    headers = {b"Accept": accept.encode()}
    if validators.etag is not None:
        headers[b"If-None-Match"] = validators.etag.encode()
    if validators.last_modified is not None:
        headers[b"If-Modified-Since"] = validators.last_modified.encode()
    if feed is not None and feed.user_agent is not None:
        headers[b"User-Agent"] = feed.user_agent.encode()
    return headers


def is_conditional(headers: Headers) -> bool:
    """Whether a 304 would be an answer to a request."""
    return not headers.keys().isdisjoint({b"If-None-Match", b"If-Modified-Since"})


@dataclass(frozen=True, slots=True)
class Login:
    """Headers that are for one host's eyes only."""

    owner: httpx.URL
    headers: Headers

    def for_(self, target: httpx.URL) -> Headers:
        """The headers if the target is the owner's, or its move to https; else none."""
        owner = self.owner
        same = (owner.scheme, owner.host, owner.port) == (target.scheme, target.host, target.port)
        upgraded = (
            owner.host == target.host
            and (owner.scheme, target.scheme) == ("http", "https")
            and owner.port is None
            and target.port is None
        )
        return self.headers if same or upgraded else {}


def logins(url: str, where: httpx.URL, feed: Feed | None) -> tuple[Login, ...]:
    """What may be shown to get in: the address's own user name, then what the feed has.

    Args:
        url: the address to fetch: the feed's own, or that of one of its articles.
        where: the same, parsed.
        feed: its settings.
    """
    own = Login(where, _basic(where.userinfo))
    if feed is None or ("@" not in feed.url and not feed.headers and feed.cookie is None):
        return (own,) if own.headers else ()
    owner = where if url == feed.url else parse_address(feed.url)
    given = {
        **_basic(owner.userinfo),
        **{name.encode(): text.get_secret_value().encode() for name, text in feed.headers.items()},
    }
    if feed.cookie is not None:
        given[b"Cookie"] = feed.cookie.get_secret_value().encode()
    return (own, Login(owner, given))


def proxy_login(proxy: httpx.URL) -> Headers:
    """What a proxy's address says of who we are, for that proxy only."""
    return {b"Proxy-" + name: value for name, value in _basic(proxy.userinfo).items()}


def combined(*parts: Headers) -> dict[bytes, bytes]:
    """Headers put together; of those with the same name the last one counts."""
    found = {name.lower(): (name, value) for part in parts for name, value in part.items()}
    return dict(found.values())


def _basic(credentials: bytes) -> Headers:
    if not credentials:
        return {}
    user, _, password = credentials.decode("ascii", "ignore").partition(":")
    pair = f"{unquote(user)}:{unquote(password)}".encode()
    return {b"Authorization": b"Basic " + base64.b64encode(pair)}
