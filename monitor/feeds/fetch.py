"""Fetching feeds and pages: one client for the process, and limits on everything.

Whatever a server does - refuse, stall, drip, lie about lengths, send a bomb, lead in circles
or towards our own network - ends in a `Response` or in a `FetchError` in a user's words,
within the configured time and memory.
"""

from __future__ import annotations

import asyncio
import base64
import http
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from monitor import __version__
from monitor.config.schema import Polling
from monitor.errors import FetchError
from monitor.feeds.addresses import AddressGuard, ForbiddenAddressError, GuardedResolver
from monitor.feeds.decode import ACCEPT_ENCODING, decoder
from monitor.feeds.failures import failure, status_words
from monitor.feeds.politeness import freshness, parse_retry_after
from monitor.model import Response, Validators

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
_NO_VALIDATORS = Validators()
_USERINFO = re.compile(r"//[^/?#]*@")


@dataclass(frozen=True, slots=True)
class _Redirect:
    to: httpx.URL
    permanent: bool


class Fetcher:
    """Fetches by HTTP within the limits of `polling`. Close it, or use it as a context manager.

    Args:
        polling: limits on time, size and concurrency, and how we introduce ourselves.
        resolver: looks names up; the system's own by default.
        clock: the present time, for Retry-After dates.
    """

    def __init__(
        self,
        polling: Polling,
        *,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._polling = polling
        self._resolver = resolver
        self._clock = clock
        self._slots = _Slots(polling.concurrency, polling.per_host)
        # One client with and one without access to private networks, so that a connection
        # opened for a feed that may never serves one that may not.
        self._clients: dict[bool, httpx.AsyncClient] = {}

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
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    async def fetch(
        self,
        url: str,
        *,
        validators: Validators = _NO_VALIDATORS,
        allow_private: bool | None = None,
        max_bytes: int | None = None,
        accept: str = FEED_ACCEPT,
    ) -> Response:
        """Get a document, following redirects.

        Waiting for a free slot (`polling.per_host`, `polling.concurrency`) does not count
        against `polling.timeout`; everything else does, redirects and the last byte included.

        Args:
            url: an http or https address; credentials in it are sent to its own host only.
            validators: from the last answer, to be told when nothing has changed (304).
            allow_private: whether private networks may be reached; None as configured.
            max_bytes: limit on the document's size, after decompression; None as configured.
            accept: the kinds of document wanted (`FEED_ACCEPT`, `PAGE_ACCEPT`).

        Returns:
            The answer. Its addresses carry no credentials.

        Raises:
            FetchError: it could not be had, for whatever reason.
        """
        allow = self._polling.allow_private_networks if allow_private is None else allow_private
        limit = self._polling.max_bytes if max_bytes is None else max_bytes
        timeout = left = self._polling.timeout.total_seconds()
        where = target = _parse(url)
        credentials = target.userinfo
        headers = _request_headers(accept, validators)
        visited: list[httpx.URL] = []
        permanent = True
        loop = asyncio.get_running_loop()
        try:
            while True:
                visited.append(_bare(target))
                async with self._slots.take(target.host):
                    begun = loop.time()
                    answer = await self._ask(
                        _bare(target),
                        headers | _authorization(credentials, where, target),
                        allow_private=allow,
                        limit=limit,
                        seconds=left,
                    )
                    left -= loop.time() - begun
                if isinstance(answer, Response):
                    break
                permanent = permanent and answer.permanent
                target = answer.to
                if _bare(target) in visited:
                    raise FetchError("redirected in a circle", kind="redirects")
                if len(visited) > MAX_REDIRECTS:
                    raise FetchError(
                        f"redirected more than {MAX_REDIRECTS} times", kind="redirects"
                    )
        except FetchError as error:
            error.where = str(_bare(where))
            if len(visited) > 1:
                error.what += f" (redirected to {_bare(target)})"
            error.args = (error.what, error.where, error.hint)
            raise
        if answer.not_modified:
            answer = replace(answer, validators=_merged(validators, answer.validators))
        moved = permanent and len(visited) > 1
        return replace(
            answer, permanent_url=str(_bare(target)) if moved else None, seconds=timeout - left
        )

    async def _ask(
        self,
        url: httpx.URL,
        headers: dict[bytes, bytes],
        *,
        allow_private: bool,
        limit: int,
        seconds: float,
    ) -> Response | _Redirect:
        client = self._client(allow_private)
        try:
            async with asyncio.timeout(max(seconds, 0)):
                async with client.stream("GET", url, headers=headers) as answer:
                    return await self._read(
                        answer, conditional=_is_conditional(headers), limit=limit
                    )
        except FetchError:
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

    async def _read(
        self, answer: httpx.Response, *, conditional: bool, limit: int
    ) -> Response | _Redirect:
        status = answer.status_code
        if status in _REDIRECTS and answer.headers.get("location"):
            return _Redirect(
                _parse_location(answer.url, answer.headers["location"]), status in _PERMANENT
            )
        if not (answer.is_success or (status == http.HTTPStatus.NOT_MODIFIED and conditional)):
            raise FetchError(
                status_words(status),
                kind="http",
                status=status,
                retry_after=parse_retry_after(answer.headers.get("retry-after"), self._clock()),
            )
        return Response(
            url=str(answer.url),
            status=status,
            body=await _body(answer, limit) if answer.is_success else b"",
            content_type=answer.headers.get("content-type"),
            validators=Validators(
                _verbatim(answer.headers, b"etag"), _verbatim(answer.headers, b"last-modified")
            ),
            fresh_for=freshness(answer.headers, self._clock()),
        )

    def _client(self, allow_private: bool) -> httpx.AsyncClient:
        client = self._clients.get(allow_private)
        if client is None:
            client = self._clients[allow_private] = self._new_client(allow_private)
        return client

    def _new_client(self, allow_private: bool) -> httpx.AsyncClient:
        trusted = httpx.create_ssl_context()
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                # The limits are `_Slots`: waiting in the connector would use up a fetch's time.
                limit=0,
                ssl=trusted,
                resolver=GuardedResolver(
                    self._resolver or aiohttp.DefaultResolver(), allow_private=allow_private
                ),
                socket_factory=AddressGuard(allow_private=allow_private).open_socket,
                use_dns_cache=False,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_MAX_HEADER_LINE,
            max_field_size=_MAX_HEADER_LINE,
            max_headers=_MAX_HEADERS,
        )
        return httpx.AsyncClient(
            transport=AiohttpTransport(client=session, verify=trusted),
            headers={
                "User-Agent": self._polling.user_agent or USER_AGENT,
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            # Nobody logs in here, and a jar would follow us from site to site.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=None,  # noqa: S113  # `_ask` bounds the whole exchange, not its parts
            trust_env=False,
        )


class _Slots:
    """How many requests may be under way, overall and for each host."""

    def __init__(self, overall: int, per_host: int) -> None:
        self._overall = asyncio.Semaphore(overall)
        self._per_host = per_host
        self._hosts: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        # The host's slot first: whoever waits for a slow host holds up nobody else.
        host_slots, users = self._hosts.setdefault(host, (asyncio.Semaphore(self._per_host), []))
        users.append(None)
        try:
            async with host_slots, self._overall:
                yield
        finally:
            users.pop()
            if not users:
                del self._hosts[host]


# --- addresses and headers ------------------------------------------------------------------


def _parse(url: str) -> httpx.URL:
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


def _parse_location(base: httpx.URL, location: str) -> httpx.URL:
    try:
        return _parse(str(base.join(location)))
    except (FetchError, httpx.InvalidURL, ValueError) as error:
        shown = _USERINFO.sub("//", location)[:200]
        raise FetchError(
            f"redirected to something that is not a web address ({shown!r})", kind="bad-url"
        ) from error


def _bare(url: httpx.URL) -> httpx.URL:
    """The address without credentials and fragment: fit to be sent, logged and compared."""
    return url.copy_with(userinfo=b"", fragment=None)


def _authorization(credentials: bytes, owner: httpx.URL, target: httpx.URL) -> dict[bytes, bytes]:
    """The credentials of the feed's address, for its own host and its move to https only."""
    same = (owner.scheme, owner.host, owner.port) == (target.scheme, target.host, target.port)
    upgraded = (
        owner.host == target.host
        and (owner.scheme, target.scheme) == ("http", "https")
        and owner.port is None
        and target.port is None
    )
    if not credentials or not (same or upgraded):
        return {}
    user, _, password = credentials.decode("ascii", "ignore").partition(":")
    pair = f"{unquote(user)}:{unquote(password)}".encode()
    return {b"Authorization": b"Basic " + base64.b64encode(pair)}


def _request_headers(accept: str, validators: Validators) -> dict[bytes, bytes]:
    headers = {b"Accept": accept.encode()}
    if validators.etag is not None:
        headers[b"If-None-Match"] = validators.etag.encode()
    if validators.last_modified is not None:
        headers[b"If-Modified-Since"] = validators.last_modified.encode()
    return headers


def _is_conditional(headers: dict[bytes, bytes]) -> bool:
    return not headers.keys().isdisjoint({b"If-None-Match", b"If-Modified-Since"})


def _verbatim(headers: httpx.Headers, name: bytes) -> str | None:
    """A header's value as it came, or None when it could not be sent back byte for byte."""
    for key, value in headers.raw:
        if key.lower() == name:
            try:
                return value.decode() or None
            except UnicodeDecodeError:
                return None
    return None


def _merged(sent: Validators, answered: Validators) -> Validators:
    """A 304 may renew a validator; what it leaves out still holds (RFC 9111 §4.3.4)."""
    return Validators(answered.etag or sent.etag, answered.last_modified or sent.last_modified)


# --- bodies --------------------------------------------------------------------


async def _body(answer: httpx.Response, limit: int) -> bytes:
    """The decompressed body, at most `limit` bytes of it on the wire and in memory."""
    too_large = FetchError(f"the answer was larger than {_size(limit)}", kind="too-large")
    declared = answer.headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 20 and int(declared) > limit:
        raise too_large
    decode = decoder(answer.headers.get("content-encoding"))
    body = bytearray()
    received = 0
    async for chunk in answer.aiter_raw():
        received += len(chunk)
        for piece in decode.feed(chunk):
            body += piece
            if len(body) > limit:
                raise too_large
        # Compressed streams can also go on for ever without ever meaning a byte.
        if received > limit:
            raise too_large
    if not decode.finished():
        raise FetchError("the answer broke off before its end", kind="protocol")
    return bytes(body)


def _size(count: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
