"""What a site asks of programs that read its pages: its robots.txt (RFC 9309).

Feeds are published for programs, so only pages are asked about. What a site asks is known for a
day; a site that cannot tell is given an hour to recover before its pages are read without.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import httpx
from protego import Protego

from monitor.errors import FetchError

LIMIT = 512 * 1024
"""Bytes: RFC 9309 wants at least 500 KiB to be read. What is longer asks for nothing."""
KNOWN_FOR = timedelta(hours=24)
FAILING_FOR = timedelta(hours=1)
"""For so long the pages of a site whose robots.txt fails are left for later. After it they are
read: RFC 9309 would leave them for weeks, and an article that nobody reads is an alert lost."""
ASKED_AGAIN = timedelta(minutes=4)
"""After a failure; shorter than the first wait of an article that could not be read."""
LONGEST_DELAY = 30.0
"""Seconds between two pages: who asks for more asks for what would never end."""
_MOST_SITES = 2000
_MOST_TEXT = 2**21
"""Bytes that all of them may have: what is made of a text can take eighty times its size."""
_TOKEN = re.compile("[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Said:
    """What a site's robots.txt said, or that it could not be had."""

    at: datetime
    text: bytes = b""
    failure: FetchError | None = None
    failing_since: datetime | None = None


class Shared(Protocol):
    """Where several processes keep what sites have said, so that each is asked once."""

    async def recall(self, site: str) -> Said | None:
        """What a site said to any of them, last."""

    async def remember(self, site: str, said: Said) -> None:
        """Let the others know."""


@dataclass(frozen=True, slots=True)
class _Known:
    at: datetime
    rules: Protego
    size: int = 0
    """Bytes of the text."""
    failure: FetchError | None = None
    failing_since: datetime | None = None

    @staticmethod
    async def of(said: Said) -> _Known:
        """The same, ready to be asked."""
        # The longest take a third of a second.
        rules = await asyncio.to_thread(Protego.parse, said.text.decode("utf-8", "replace"))
        return _Known(said.at, rules, len(said.text), said.failure, said.failing_since)

    def stands(self, now: datetime) -> bool:
        """Whether it need not be asked for again; not so if the clock was set back."""
        return self.at <= now < self.at + (ASKED_AGAIN if self.failure else KNOWN_FOR)


class Robots:
    """What the sites ask, by scheme, host and port.

    Args:
        clock: the present time.
        shared: what other processes know; by default this one works alone.
    """

    def __init__(self, clock: Callable[[], datetime], shared: Shared | None = None) -> None:
        self._clock = clock
        self._shared = shared
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def delay(
        self, url: httpx.URL, agent: str, ask: Callable[[str], Awaitable[bytes]]
    ) -> float:
        """The pause that a site wants between two of its pages, in seconds.

        Args:
            url: a page.
            agent: how we introduce ourselves; what comes before its first `/` or space counts.
            ask: fetches a robots.txt by its address.

        Raises:
            FetchError: the site does not want the page to be read by programs (kind `robots`),
                or its robots.txt cannot be had now, and the page should be tried later.
        """
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        known = await self._ask(site, ask)
        if known.failure and known.failing_since:
            if known.at - known.failing_since < FAILING_FOR:
                raise _later(known.failure)
            return 0.0
        token = found[0] if (found := _TOKEN.match(agent)) else agent
        if not known.rules.can_fetch(str(url), token):
            raise FetchError(
                "its site's robots.txt asks programs not to read it",
                kind="robots",
                hint='If the site allows it to you, set "robots = false" for the feed.',
            )
        return min(known.rules.crawl_delay(token) or 0.0, LONGEST_DELAY)

    async def _ask(self, site: str, ask: Callable[[str], Awaitable[bytes]]) -> _Known:
        lock = self._asking.setdefault(site, asyncio.Lock())
        try:
            async with lock:
                before = self._known.get(site) or await self._recalled(site)
                if before is not None and not before.stands(self._clock()):
                    # Another may have asked since.
                    before = await self._recalled(site) or before
                if before is None or not before.stands(self._clock()):
                    said = await self._asked(site, before, ask)
                    before = await _Known.of(said)
                    if self._shared is not None:
                        await self._shared.remember(site, said)
                self._known[site] = before
                return before
        finally:
            if not lock.locked():
                self._asking.pop(site, None)
            self._prune()

    async def _recalled(self, site: str) -> _Known | None:
        said = None if self._shared is None else await self._shared.recall(site)
        return None if said is None else await _Known.of(said)

    async def _asked(
        self, site: str, before: _Known | None, ask: Callable[[str], Awaitable[bytes]]
    ) -> Said:
        try:
            return Said(self._clock(), await ask(f"{site}/robots.txt"))
        except FetchError as error:
            if error.kind == "busy":
                # It was not asked.
                raise
            now = self._clock()
            if _has_none(error):
                return Said(now)
            since = before.failing_since if before else None
            return Said(now, failure=error, failing_since=since or now)

    def _prune(self) -> None:
        """Forget what is old, then the longest: a feed can name any number of hosts."""
        if not self._is_full():
            return
        now = self._clock()
        standing = [(site, each) for site, each in self._known.items() if each.stands(now)]
        self._known = dict(sorted(standing, key=lambda each: each[1].size, reverse=True))
        while self._is_full():
            del self._known[next(iter(self._known))]

    def _is_full(self) -> bool:
        size = sum(each.size for each in self._known.values())
        return len(self._known) > _MOST_SITES or size > _MOST_TEXT


def _has_none(error: FetchError) -> bool:
    """Whether the answer means that the site has no robots.txt: RFC 9309, 2.3.1.3."""
    if error.kind == "http":
        return error.status is not None and error.status < 500 and error.status != 429
    return error.kind in {"redirects", "too-large", "forbidden-address", "encoding"}


def _later(failure: FetchError) -> FetchError:
    return FetchError(
        f"its site's robots.txt could not be had: {failure.what}",
        kind=failure.kind,
        status=failure.status,
        retry_after=failure.retry_after,
    )
