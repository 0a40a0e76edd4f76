"""Finding the feeds behind a site's address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from monitor.config.edit import same_feed
from monitor.config.schema import Polling
from monitor.errors import FetchError, MonitorError, ParseError
from monitor.feeds.discovery import Candidate, Origin, addresses, candidates, guesses
from monitor.feeds.parse import parse
from monitor.fetch.client import FEED_ACCEPT, PAGE_ACCEPT, Fetcher
from monitor.model.feed import ParsedFeed, Response
from monitor.pipeline.full_text import PARSE_SECONDS
from monitor.pipeline.workers import Workers

T = TypeVar("T")

#: What a search for a site's feeds may cost.
MAX_REQUESTS = 40
SEARCH_SECONDS = 120.0
#: Guessed addresses asked for at a time; the first lot that holds a feed is the last.
_GUESSES_AT_ONCE = 4
#: Failures of the first request after which another scheme, or another address, is no use.
_NO_WAY_IN = {"dns", "bad-url", "forbidden-address"}
#: What a configuration would take for a value from outside of it, such as a secret.
REFERS = "${"
_USERINFO = re.compile(r"(?<![^/])[^/?#]*@")


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was found, fetched and read."""

    url: str
    title: str
    entries: int
    newest: datetime | None
    """When its newest entry was published, as far as it says."""
    origin: Origin
    is_comments: bool
    """Whether it holds readers' comments rather than what the site publishes."""
    problems: tuple[str, ...] = ()


def discovered(
    site: str, polling: Polling, seconds: float = SEARCH_SECONDS
) -> tuple[FoundFeed, ...]:
    """As `discover`, with a fetcher and workers of its own."""
    return with_network(polling, lambda fetcher, workers: discover(site, fetcher, workers, seconds))


def with_network(polling: Polling, work: Callable[[Fetcher, Workers], Awaitable[T]]) -> T:
    """Do something that needs the network, outside of any loop."""

    async def run() -> T:
        workers = Workers()
        try:
            async with Fetcher(polling) as fetcher:
                return await work(fetcher, workers)
        finally:
            workers.close()

    return asyncio.run(run())


async def discover(
    site: str, fetcher: Fetcher, workers: Workers, seconds: float = SEARCH_SECONDS
) -> tuple[FoundFeed, ...]:
    """Find the feeds of a site, best first; each was fetched and read.

    In this order, until something is found: the address itself, what its page announces and
    the links in it that look like feeds, the usual places. The same entries in another
    format are not a second feed.

    Args:
        site: an address; its scheme may be missing.
        fetcher: makes the requests, and guards against forbidden addresses.
        workers: where documents are parsed.
        seconds: how long it may take; what was found by then is the answer.

    Raises:
        MonitorError: the site cannot be reached, or no feed was found.
    """
    search = _Search(fetcher, workers)
    where = _USERINFO.sub("", site)
    try:
        async with asyncio.timeout(seconds):
            await search.run(site)
    except TimeoutError:
        if not search.found:
            raise MonitorError(
                f"no feed was found within {seconds:g} seconds", where=where
            ) from None
    if not search.found:
        raise _nothing(where, search.failed)
    return tuple(sorted(search.found, key=lambda feed: feed.is_comments))


class _Search:
    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self.found: list[FoundFeed] = []
        self.failed: list[tuple[Candidate, MonitorError]] = []
        self._fetcher = fetcher
        self._workers = workers
        self._asked: set[str] = set()
        self._contents: set[object] = set()

    async def run(self, site: str) -> None:
        address, page = await self._enter(site)
        if page is None:
            await self._guess(address)
            return
        given = Candidate(address, Origin.GIVEN)
        try:
            self._add(given, page, await self._parse(page))
        except ParseError:
            worth = await self._candidates(page)
            others = await self._try_all(worth)
            if not self.found:
                # A site's own list of its feeds is often a page of its own.
                for other in others[:2]:
                    await self._try_all(await self._candidates(other))
            if not self.found:
                await self._guess(page.url)

    async def _enter(self, site: str) -> tuple[str, Response | None]:
        """The site's page; none when the server is there but refuses it."""
        first: FetchError | None = None
        for address in addresses(site):
            self._asked.add(address)
            try:
                return address, await self._fetcher.fetch(address, accept=PAGE_ACCEPT)
            except FetchError as error:
                if error.kind == "http":
                    self.failed.append((Candidate(address, Origin.GIVEN), error))
                    return address, None
                first = first or error
                if error.kind in _NO_WAY_IN:
                    break
        assert first is not None
        raise first

    async def _guess(self, address: str) -> None:
        worth = guesses(address)
        for start in range(0, len(worth), _GUESSES_AT_ONCE):
            await self._try_all(worth[start : start + _GUESSES_AT_ONCE])
            if self.found:
                return

    async def _try_all(self, worth: Sequence[Candidate]) -> list[Response]:
        """Ask for each; the pages among the answers to links, for their own links."""
        fresh = [each for each in worth if each.url not in self._asked]
        fresh = fresh[: max(0, MAX_REQUESTS - len(self._asked))]
        self._asked.update(each.url for each in fresh)
        pages = []
        for each, answer in zip(fresh, await asyncio.gather(*map(self._try, fresh)), strict=True):
            if isinstance(answer, MonitorError):
                self.failed.append((each, answer))
            elif isinstance(answer, Response):
                pages.append(answer)
            else:
                self._add(each, *answer)
        return pages

    async def _try(
        self, candidate: Candidate
    ) -> tuple[Response, ParsedFeed] | Response | MonitorError:
        try:
            response = await self._fetcher.fetch(candidate.url, accept=FEED_ACCEPT)
        except MonitorError as error:
            return error
        try:
            return response, await self._parse(response)
        except MonitorError as error:
            return response if candidate.origin is Origin.LINKED else error

    async def _parse(self, response: Response) -> ParsedFeed:
        return await self._workers.run(
            PARSE_SECONDS,
            parse,
            response.body,
            url=response.url,
            content_type=response.content_type,
            is_cut=response.is_cut,
        )

    async def _candidates(self, page: Response) -> tuple[Candidate, ...]:
        return await self._workers.run(
            PARSE_SECONDS,
            candidates,
            page.body,
            url=page.url,
            content_type=page.content_type,
        )

    def _add(self, candidate: Candidate, response: Response, parsed: ParsedFeed) -> None:
        url = response.permanent_url or candidate.url
        if candidate.origin is Origin.GIVEN and "@" in candidate.url.split("/")[2]:
            # The address that came back carries no password, and the feed needs it.
            url = candidate.url
        if REFERS in url:
            return
        content = frozenset(each.link or each.identity for each in parsed.entries)
        if same_feed(url) in self._contents or (content and content in self._contents):
            return
        self._contents |= {same_feed(url), content}
        self.found.append(
            FoundFeed(
                url=url,
                title=parsed.title or candidate.title,
                entries=len(parsed.entries),
                newest=newest(parsed),
                origin=candidate.origin,
                is_comments=candidate.is_comments and candidate.origin is not Origin.GIVEN,
                problems=parsed.problems,
            )
        )


def _nothing(where: str, failed: Iterable[tuple[Candidate, MonitorError]]) -> MonitorError:
    for candidate, error in failed:
        if candidate.origin is Origin.ANNOUNCED:
            return MonitorError(
                f"the page announces a feed that cannot be read: {error}", where=where
            )
        if candidate.origin is Origin.GIVEN:
            return MonitorError(
                f"no feed was found, and the address itself could not be read: {error.what}",
                where=where,
                hint="If you know the feed's own address, give that.",
            )
    return MonitorError(
        "no feed was found there",
        where=where,
        hint="Look on the site for a link called RSS, Atom or Feed, and give its address.",
    )


def newest(parsed: ParsedFeed) -> datetime | None:
    """When the newest entry of a document was published, as far as it says."""
    dates = (each.published or each.updated for each in parsed.entries)
    return max((date for date in dates if date is not None), default=None)
