"""What feeds give now: fetched and read, nothing stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config.schema import Feed, Polling
from monitor.errors import FetchError, MonitorError
from monitor.feeds.parse import parse
from monitor.fetch.client import Fetcher
from monitor.model.feed import ParsedFeed, Response
from monitor.pipeline.full_text import PARSE_SECONDS
from monitor.pipeline.workers import Workers
from monitor.service.database import Database
from monitor.service.discovery import newest, with_network
from monitor.store import entries


@dataclass(frozen=True, slots=True)
class Trial:
    """What a feed gives now."""

    feed: Feed
    status: int | None
    """The server's answer (HTTP); None when there was none."""
    seconds: float
    parsed: ParsedFeed | None
    newest: datetime | None = None
    moved_to: str | None = None
    """Where the server says it has moved for good."""
    error: MonitorError | None = None
    clock_ahead: timedelta | None = None
    """How far our clock was ahead of the server's; None if it did not say."""


@dataclass(frozen=True, slots=True)
class PolledFeed:
    """What a feed gives now, in figures."""

    name: str
    url: str
    ok: bool
    status: int | None
    """The server's answer (HTTP); None when there was none."""
    entries: int
    new: int | None
    """Entries that the database does not know; None without a database."""
    newest: datetime | None
    seconds: float
    moved_to: str | None
    problems: tuple[str, ...]
    error: str | None


def polled(
    feeds: Sequence[Feed], polling: Polling, known: Mapping[str, set[str]] | None
) -> list[PolledFeed]:
    """Fetch and read feeds now.

    Args:
        feeds: which.
        polling: how to fetch.
        known: what of each is known already (see `known_entries`), if there is a database.
    """
    trials = with_network(polling, lambda fetcher, workers: try_feeds(feeds, fetcher, workers))
    return [_figures(each, None if known is None else known[each.feed.url]) for each in trials]


def known_entries(db: Database, feeds: Sequence[Feed]) -> dict[str, set[str]]:
    """The identities of the entries that are known of each feed, by its address."""
    with db.read() as connection:
        return {feed.url: entries.identities(connection, feed.url) for feed in feeds}


def _figures(trial: Trial, known: set[str] | None) -> PolledFeed:
    found = trial.parsed.entries if trial.parsed else ()
    return PolledFeed(
        name=trial.feed.label,
        url=trial.feed.url,
        ok=trial.error is None,
        status=trial.status,
        entries=len(found),
        new=None if known is None else sum(each.identity not in known for each in found),
        newest=trial.newest,
        seconds=round(trial.seconds, 3),
        moved_to=trial.moved_to,
        problems=trial.parsed.problems if trial.parsed else (),
        error=None if trial.error is None else trial.error.what,
    )


async def try_feeds(
    wanted: Iterable[Feed], fetcher: Fetcher, workers: Workers
) -> tuple[Trial, ...]:
    """Fetch and read feeds now, whether they have changed or not; nothing is stored."""

    async def one(feed: Feed) -> Trial:
        response: Response | None = None
        try:
            response = await fetcher.fetch(feed.url, feed=feed)
            parsed = await workers.run(
                PARSE_SECONDS,
                parse,
                response.body,
                url=response.url,
                content_type=response.content_type,
                is_cut=response.is_cut,
            )
        except MonitorError as error:
            status = error.status if isinstance(error, FetchError) else None
            if response is not None:
                status = response.status
            return Trial(feed, status, response.seconds if response else 0.0, None, error=error)
        return Trial(
            feed,
            response.status,
            response.seconds,
            parsed,
            newest=newest(parsed),
            moved_to=response.permanent_url,
            clock_ahead=response.clock_ahead,
        )

    return tuple(await asyncio.gather(*map(one, wanted)))
