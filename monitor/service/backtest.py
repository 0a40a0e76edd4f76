"""A changed configuration, tried on the stored past: what it would win, lose and score anew.

Both configurations are replayed, so that an upgrade of the program is not taken for an edit.
Nothing is written. Alerts a day leave out silences, rates and quiet hours: they are stories that
would reach their threshold.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config.ruleset import ruleset
from monitor.config.schema import Config
from monitor.service import replay as service_replay
from monitor.service.database import Database
from monitor.service.replay import Replay, Sided
from monitor.service.typed_names import require_one
from monitor.store import replay as store_replay
from monitor.store.replay import Extent, Said

#: Of each kind, in an answer.
MOST_EXAMPLES = 10
#: Articles from which on two processes are quicker than one, which are slow to begin.
WORTH_TWO = 20_000
CHUNK = 2_000
_DAY = timedelta(days=1)

Progress = Callable[[int, int], None]
"""Told how many articles were replayed, of how many."""


@dataclass(frozen=True, slots=True)
class Window:
    """The past that was replayed."""

    since: datetime | None
    until: datetime | None
    articles: int
    complete: bool
    """False when it reaches back to where only articles with matches were kept: those can be lost,
    and none can be won."""
    complete_since: datetime | None
    """From when on all articles were kept; None if they all were."""
    survivors: int
    """Articles from before that."""


@dataclass(frozen=True, slots=True)
class PerDay:
    """Stories that reach their threshold, a day."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class VerdictsKept:
    """What becomes of the stories that people have judged."""

    relevant_kept: int
    relevant_lost: int
    noise_gone: int
    noise_kept: int


@dataclass(frozen=True, slots=True)
class Example:
    """An article of which people would be told, or not, by the change."""

    id: int
    url: str | None
    title: str
    at: datetime | None
    score_before: float | None
    score_after: float | None
    sentence: str
    relevant: bool | None = None
    """What people said of its story; None if nobody has judged it."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Of each kind, one a story: what was called relevant first, then the newest."""

    won: tuple[Example, ...] = ()
    lost: tuple[Example, ...] = ()
    rescored: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchlistBacktest:
    """What a change does to a watchlist: articles of which people would be told."""

    watchlist: str
    changed: bool
    """False if nothing that decides about it was changed: then it was not replayed."""
    won: int
    lost: int
    rescored: int
    unchanged: int
    alerts_per_day: PerDay
    verdicts: VerdictsKept
    examples: Examples


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a change of the configuration would have done."""

    window: Window
    watchlists: tuple[WatchlistBacktest, ...]


def backtest(
    db: Database,
    old: Config,
    new: Config,
    now: datetime,
    *,
    since: datetime | None = None,
    watchlists: Sequence[str] | None = None,
    everything: bool = False,
    processes: int = 2,
    progress: Progress | None = None,
) -> Backtest:
    """Replay two configurations over the stored past.

    Args:
        db: the past.
        old: the configuration in force.
        new: the one to try.
        now: the time.
        since: how far to go back; None for all there is.
        watchlists: only these; None for all.
        everything: replay watchlists that were not changed, too.
        processes: how many at the most.
        progress: told how far it is.

    Raises:
        StoreError: the past cannot be read.
        UsageError: neither configuration has a watchlist of such a name.
    """
    before = {each.name: ruleset(each) for each in old.watchlists}
    after = {each.name: ruleset(each) for each in new.watchlists}
    for name in watchlists or ():
        require_one("watchlist", name, (*after, *before))
    names = [each for each in {**before, **after} if watchlists is None or each in watchlists]
    feeds = old.feeds != new.feeds
    tried = [each for each in names if everything or feeds or before.get(each) != after.get(each)]
    with store_replay.opened(db.url) as connection:
        extent = store_replay.extent(connection, since)
        found: list[Sided] = []
        if tried:
            found = _replayed(db, extent, old, new, tried, since, processes, progress)
        keep = old.storage.keep_articles
        kept_since = None if keep == "forever" else now - keep
        survivors = 0
        if kept_since is not None and extent.oldest is not None and extent.oldest < kept_since:
            survivors = extent.articles - store_replay.extent(connection, kept_since).articles
        window = Window(
            since or extent.oldest,
            now if extent.newest is None else max(now, extent.newest),
            extent.articles,
            survivors == 0,
            kept_since if survivors else None,
            survivors,
        )
        stories = store_replay.stories(connection, sorted({each.article_id for each in found}))
        days = _days(window)
        return Backtest(
            window,
            tuple(
                _changed(
                    name,
                    _honest([each for each in found if each.watchlist == name], window),
                    stories,
                    store_replay.said(connection, name),
                    days,
                )
                if name in tried
                else _unchanged(name, *store_replay.recorded(connection, name, since), days)
                for name in names
            ),
        )


def _replayed(
    db: Database,
    extent: Extent,
    old: Config,
    new: Config,
    tried: Sequence[str],
    since: datetime | None,
    processes: int,
    progress: Progress | None,
) -> list[Sided]:
    found: list[Sided] = []
    done = 0
    for number, some in _chunks(db, extent, old, new, tried, since, processes):
        done += number
        found += some
        if progress is not None:
            progress(done, extent.articles)
    return found


def _chunks(
    db: Database,
    extent: Extent,
    old: Config,
    new: Config,
    tried: Sequence[str],
    since: datetime | None,
    processes: int,
) -> Iterator[tuple[int, list[Sided]]]:
    starts = range(extent.first, extent.last + 1, CHUNK)
    if processes < 2 or extent.articles < WORTH_TWO:
        replay = Replay(old, new, tried)
        with store_replay.opened(db.url) as connection:
            for start in starts:
                yield replay.run(connection, start, start + CHUNK - 1, since)
        return
    with ProcessPoolExecutor(
        processes,
        # Threads of this process may hold locks that a forked one would wait for.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=service_replay.begin,
        initargs=(old, new, tuple(tried), db.url),
    ) as pool:
        yield from pool.map(
            service_replay.chunk,
            starts,
            [start + CHUNK - 1 for start in starts],
            [since] * len(starts),
        )


def _honest(found: list[Sided], window: Window) -> list[Sided]:
    """Without what would be won where only articles with matches were kept: it says nothing."""
    if window.complete_since is None:
        return found
    return [
        each
        for each in found
        if each.before is not None or (each.at is not None and each.at >= window.complete_since)
    ]


def _changed(
    name: str, found: list[Sided], stories: dict[int, int], said: Sequence[Said], days: float
) -> WatchlistBacktest:
    found.sort(key=lambda each: -each.article_id)
    won = [each for each in found if each.before is None]
    lost = [each for each in found if each.after is None]
    both = [each for each in found if each.before is not None and each.after is not None]
    rescored = [each for each in both if each.before != each.after]

    def per_day(alerting: Sequence[Sided]) -> float:
        # A story is told once, whoever else has it.
        return round(len({stories.get(e.article_id, -e.article_id) for e in alerting}) / days, 2)

    told, would_be = [*lost, *both], [*won, *both]
    return WatchlistBacktest(
        name,
        True,
        len(won),
        len(lost),
        len(rescored),
        len(both) - len(rescored),
        PerDay(per_day(told), per_day(would_be)),
        _verdicts(said, {e.article_id for e in told}, {e.article_id for e in would_be}),
        Examples(*(_examples(some, stories, said) for some in (won, lost, rescored))),
    )


def _unchanged(name: str, matches: int, stories: int, days: float) -> WatchlistBacktest:
    a_day = round(stories / days, 2)
    return WatchlistBacktest(
        name, False, 0, 0, 0, matches, PerDay(a_day, a_day), VerdictsKept(0, 0, 0, 0), Examples()
    )


def _verdicts(said: Sequence[Said], before: set[int], after: set[int]) -> VerdictsKept:
    counts = {(relevant, kept): 0 for relevant in (True, False) for kept in (True, False)}
    for each in said:
        articles = set(each.articles)
        # Of what was not told anyhow, nothing is lost.
        if articles & (before | after):
            counts[each.relevant, bool(articles & after)] += 1
    return VerdictsKept(
        counts[True, True], counts[True, False], counts[False, False], counts[False, True]
    )


def _examples(
    found: Sequence[Sided], stories: dict[int, int], said: Sequence[Said]
) -> tuple[Example, ...]:
    def story(article: int) -> int:
        return stories.get(article, -article)

    relevant = {story(article): each.relevant for each in said for article in each.articles}
    one_each: dict[int, Sided] = {}
    for each in found:
        one_each.setdefault(story(each.article_id), each)
    first = sorted(one_each, key=lambda number: not relevant.get(number, False))
    return tuple(
        Example(
            each.article_id, each.url, each.title, each.at, each.before, each.after, each.sentence,
            relevant.get(number),
        )
        for number in first[:MOST_EXAMPLES]
        for each in (one_each[number],)
    )  # fmt: skip


def _days(window: Window) -> float:
    if window.since is None or window.until is None:
        return 1.0
    return max(1.0, (window.until - window.since) / _DAY)
