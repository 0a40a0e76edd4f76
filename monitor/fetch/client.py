"""Fetching feeds and pages: one fetcher for the process, and limits on everything.

Whatever a server does - refuse, stall, drip, lie about lengths, send a bomb, lead in circles
or towards our own network - ends in a `Response` or in a `FetchError` in a user's words,
within the configured time and memory.
"""

from __future__ import annotations

import asyncio
import http
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from monitor import __version__
from monitor.config.schema import Feed, Polling
from monitor.errors import FetchError
from monitor.fetch.addresses import (
    AddressGuard,
    ForbiddenAddressError,
    GuardedResolver,
    check_for_proxy,
)
from monitor.fetch.content_coding import ACCEPT_ENCODING
from monitor.fetch.cookies import Cookies
from monitor.fetch.failures import failure, status_words
from monitor.fetch.freshness import believable, clock_ahead, freshness, parse_retry_after
from monitor.fetch.hosts import Hosts, Permits
from monitor.fetch.lenient import LenientConnector
from monitor.fetch.requests import (
    Headers,
    bare,
    combined,
    is_conditional,
    logins,
    parse_address,
    parse_location,
    proxy_login,
    reach_of,
    request_headers,
)
from monitor.fetch.responses import Body, by_name, merged, read_body, read_reason, verbatim
from monitor.fetch.robots import LIMIT as ROBOTS_LIMIT
from monitor.fetch.robots import Robots
from monitor.model.feed import Response, Validators

FEED_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGE_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
USER_AGENT = f"monitor/{__version__} (self-hosted news monitor; reads feeds and their articles)"
MAX_REDIRECTS = 5

# Larger than aiohttp's defaults (8190): security-policy and cookie headers of news sites are.
_MAX_HEADER_LINE = 32 * 1024
_MAX_HEADERS = 256
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
# With these a form is sent on as it is; after the others a browser would forget it.
_KEEPS_FORM = {307, 308}
_NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class _Redirect:
    to: httpx.URL
    permanent: bool
    set_cookie: list[str]


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is asked, wherever that leads."""

    headers: Headers
    limit: int = 0
    """On the size of a document."""
    page: bool = False
    """Whether it is a page, which is asked for with pauses."""
    robots: bool = False
    """Whether what the site asks of programs counts."""
    piecemeal: bool = False
    """Whether a part of it is of use: a feed's first entries are, half a page misleads."""
    form: bytes | None = None
    """What is posted; None for a document that is got."""


class Fetcher:
    """Fetches by HTTP within the limits of `polling`. Close it, or use it as a context manager.

    Args:
        polling: limits on time, size and concurrency, and how we introduce ourselves.
        resolver: looks names up; the system's own by default.
        clock: the present time, for Retry-After dates.
        permits: asked before every request; by default this process works alone.
        robots: what sites ask of programs; by default what this process asks them.
    """

    def __init__(
        self,
        polling: Polling,
        *,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        permits: Permits | None = None,
        robots: Robots | None = None,
    ) -> None:
        self._polling = polling
        self._resolver = resolver
        self._clock = clock
        self._hosts: Permits = permits or Hosts(polling, clock=clock)
        self._robots = robots or Robots(clock)
        # One transport with and one without access to private networks, so that a connection
        # opened for a feed that may never serves one that may not; and one for each proxy.
        self._transports: dict[bool | httpx.URL, AiohttpTransport] = {}
        self._always = {
            b"User-Agent": (polling.user_agent or USER_AGENT).encode(),
            b"Accept-Encoding": ACCEPT_ENCODING.encode(),
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        transports, self._transports = self._transports, {}
        for transport in transports.values():
            await transport.aclose()

    async def fetch(
        self,
        url: str,
        *,
        validators: Validators = _NO_VALIDATORS,
        allow_private: bool | None = None,
        max_bytes: int | None = None,
        accept: str = FEED_ACCEPT,
        feed: Feed | None = None,
        robots: bool = False,
    ) -> Response:
        """Get a document, following redirects.

        Waiting for a free slot (`polling.per_host`, `polling.concurrency`) and for a page's turn
        (`polling.page_gap`) does not count against `polling.timeout`; everything else does,
        redirects and the last byte included.

        Args:
            url: an http or https address; credentials in it are sent to its own host only.
            validators: from the last answer, to be told when nothing has changed (304).
            allow_private: whether private networks may be reached; None as configured.
            max_bytes: limit on the document's size, after decompression; None as configured.
            accept: the kinds of document wanted (`FEED_ACCEPT`, `PAGE_ACCEPT`).
            feed: on whose behalf: the feed itself, or one of its articles, is wanted. Its proxy
                and user agent are used for that; its login, headers, cookie and, where
                `allow_private` is None, its permission only on its own host.
            robots: whether each site on the way is asked first if programs may read it.

        Returns:
            The answer. Its addresses carry no credentials.

        Raises:
            FetchError: it could not be had, for whatever reason.
        """
        limit = self._polling.max_bytes if max_bytes is None else max_bytes
        sent = believable(validators, self._clock())
        headers = combined(self._always, request_headers(accept, sent, feed))
        page = accept == PAGE_ACCEPT
        errand = _Errand(headers, limit, page, robots, piecemeal=not page)
        answer = await self._go(url, errand, allow_private, feed)
        if answer.not_modified:
            answer = replace(answer, validators=merged(validators, answer.validators))
        return answer

    async def post(self, url: str, form: Mapping[str, str], *, feed: Feed | None = None) -> None:
        """Post a form, as to a hub, within the same limits as `fetch`; 307 and 308 are followed.

        Args:
            url: an http or https address.
            form: names and values.
            feed: on whose behalf; see `fetch`.

        Raises:
            FetchError: it could not be posted, or the answer was not one of success (2xx). What
                the server says of why is in it.
        """
        kind = {b"Content-Type": b"application/x-www-form-urlencoded"}
        headers = combined(self._always, request_headers("*/*", _NO_VALIDATORS, feed), kind)
        await self._go(url, _Errand(headers, form=urlencode(form).encode()), None, feed)

    async def _go(
        self,
        url: str,
        errand: _Errand,
        allow_private: bool | None,
        feed: Feed | None,
    ) -> Response:
        """Ask, and go where the answers lead."""
        reach = reach_of(feed, allow_private, everywhere=self._polling.allow_private_networks)
        timeout = left = self._polling.timeout.total_seconds()
        where = target = parse_address(url)
        access = logins(url, where, feed)
        proxy = httpx.URL(feed.proxy.get_secret_value()) if feed and feed.proxy else None
        visited: list[tuple[httpx.URL, Headers]] = []
        permanent = True
        cookies = Cookies()
        loop = asyncio.get_running_loop()
        try:
            while True:
                headers = combined(errand.headers, *(login.for_(target) for login in access))
                step = (bare(target), cookies.added(headers, target))
                if step in visited:
                    raise FetchError("redirected in a circle", kind="redirects")
                if len(visited) > MAX_REDIRECTS:
                    raise FetchError(
                        f"redirected more than {MAX_REDIRECTS} times", kind="redirects"
                    )
                visited.append(step)
                gap = 0.0
                if errand.robots:
                    gap = await self._wished_gap(target, errand, allow_private, feed)
                async with self._hosts.take(target, page=errand.page, gap=gap):
                    begun = loop.time()
                    answer = await self._ask(
                        step[0],
                        errand,
                        step[1],
                        allow_private=reach.covers(target),
                        proxy=proxy,
                        seconds=left,
                    )
                    left -= loop.time() - begun
                if isinstance(answer, Response):
                    break
                permanent = permanent and answer.permanent
                cookies.learn(target, answer.set_cookie)
                target = answer.to
        except FetchError as error:
            error.where = str(bare(where))
            if error.kind == "forbidden-address":
                # There is none where nothing could open it.
                error.hint = error.hint and (reach.hint or error.hint)
            if len(visited) > 1:
                error.what += f" (redirected to {bare(target)})"
            error.args = (error.what, error.where, error.hint)
            raise
        moved = permanent and len(visited) > 1
        return replace(
            answer, permanent_url=str(bare(target)) if moved else None, seconds=timeout - left
        )

    async def _wished_gap(
        self, page: httpx.URL, errand: _Errand, allow_private: bool | None, feed: Feed | None
    ) -> float:
        """The pause in seconds that a page's site wants between two pages, if it may be read."""

        async def ask(url: str) -> bytes:
            plain = replace(errand, limit=ROBOTS_LIMIT, page=False, robots=False)
            return (await self._go(url, plain, allow_private, feed)).body

        agent = errand.headers[b"User-Agent"].decode("latin-1")
        return await self._robots.delay(bare(page), agent, ask)

    async def _ask(
        self,
        url: httpx.URL,
        errand: _Errand,
        headers: Headers,
        *,
        allow_private: bool,
        proxy: httpx.URL | None,
        seconds: float,
    ) -> Response | _Redirect:
        try:
            transport = self._transport(allow_private if proxy is None else proxy)
            async with asyncio.timeout(max(seconds, 0)):
                if proxy is not None:
                    # Through a tunnel (https) only the proxy itself is told, by the transport.
                    if url.scheme == "http":
                        headers = combined(headers, proxy_login(proxy))
                    await check_for_proxy(url, self._names(), allow_private=allow_private)
                # httpx's client would only add what is not wanted: redirects, cookies, logins.
                request = httpx.Request(
                    "GET" if errand.form is None else "POST",
                    url,
                    headers=[*headers.items()],
                    content=errand.form,
                )
                answer = await transport.handle_async_request(request)
                try:
                    return await self._read(answer, errand)
                finally:
                    await answer.aclose()
        except FetchError as error:
            # Before its permit is given back: whoever gets that next must know.
            if error.kind == "http":
                await self._hosts.answered(url, error)
            raise
        except TimeoutError as error:
            total = self._polling.timeout.total_seconds()
            raise FetchError(
                f"no complete answer within {total:g} seconds", kind="timeout"
            ) from error
        except (
            ForbiddenAddressError,
            httpx.HTTPError,
            httpx.InvalidURL,
            aiohttp.ClientError,
            OSError,
            ValueError,  # from the encoding of host names, in several guises
        ) as error:
            raise failure(error, url.host) from error

    async def _read(self, answer: httpx.Response, errand: _Errand) -> Response | _Redirect:
        status = answer.status_code
        headers = by_name(answer.headers)
        redirects = _REDIRECTS if errand.form is None else _KEEPS_FORM
        if status in redirects and headers.get("location"):
            to = parse_location(answer.url, answer.headers["location"])
            if errand.form is not None and to.scheme != answer.url.scheme == "https":
                raise FetchError("redirected from https to http", kind="redirects")
            return _Redirect(to, status in _PERMANENT, answer.headers.get_list("set-cookie"))
        unchanged = status == http.HTTPStatus.NOT_MODIFIED and is_conditional(errand.headers)
        if not (answer.is_success or unchanged):
            said = "" if errand.form is None else await read_reason(answer)
            raise FetchError(
                status_words(status) + (f": {said}" if said else ""),
                kind="http",
                status=status,
                retry_after=parse_retry_after(headers.get("retry-after"), self._clock()),
            )
        # What a hub says to a form that it accepts is of no use.
        body = Body()
        if answer.is_success and errand.form is None:
            body = await read_body(answer, errand.limit, piecemeal=errand.piecemeal)
        return Response(
            url=str(answer.url),
            status=status,
            body=body.document,
            is_cut=body.is_cut,
            content_type=headers.get("content-type"),
            validators=Validators(
                verbatim(answer.headers, b"etag"), verbatim(answer.headers, b"last-modified")
            ),
            fresh_for=freshness(headers, self._clock()),
            link=headers.get("link"),
            clock_ahead=clock_ahead(headers, self._clock()),
        )

    def _names(self) -> AbstractResolver:
        if self._resolver is None:
            self._resolver = aiohttp.DefaultResolver()
        return self._resolver

    def _transport(self, way: bool | httpx.URL) -> AiohttpTransport:
        """The one for a way out: with or without private networks, or through a proxy."""
        transport = self._transports.get(way)
        if transport is None:
            transport = self._transports[way] = self._new_transport(way)
        return transport

    def _new_transport(self, way: bool | httpx.URL) -> AiohttpTransport:
        trusted = httpx.create_ssl_context()
        proxy = None if isinstance(way, bool) else httpx.Proxy(bare(way), headers=proxy_login(way))
        # Through a proxy only the proxy is ever connected to; it is the operator's own choice,
        # and mostly on a private network.
        allow_private = way is not False
        session = aiohttp.ClientSession(
            connector=LenientConnector(
                # The limits are `Hosts`: waiting in the connector would use up a fetch's time.
                limit=0,
                ssl=trusted,
                resolver=GuardedResolver(self._names(), allow_private=allow_private),
                socket_factory=AddressGuard(allow_private=allow_private).open_socket,
                use_dns_cache=False,
            ),
            # Nobody logs in here, and a jar would follow us from site to site.
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_MAX_HEADER_LINE,
            max_field_size=_MAX_HEADER_LINE,
            max_headers=_MAX_HEADERS,
        )
        return AiohttpTransport(client=session, verify=trusted, proxy=proxy)
