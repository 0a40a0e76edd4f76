"""From a feed on the network to a message at a person's: the whole product, step by step.

    feed ─fetch→ response ─parse→ entries ─read→ article ─match→ matches ─decide→ alerts
         ─deliver→ people

Each step ends in one transaction, so that a crash between any two of them loses nothing: `poll`
remembers entries together with the validators that would hide them from the next poll, `read`
stores an article together with its matches, alerts and their deliveries, and `deliverer` records
what a service answered.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.config.schema import Feed
from monitor.errors import MonitorError, StoreError
from monitor.feeds.moves import move_after
from monitor.feeds.parse import parse
from monitor.feeds.politeness import next_poll, was_held
from monitor.fetch.uplink import Uplink
from monitor.messages.notices import entry_storm, feed_moved, network_trouble
from monitor.model.alert import Alert
from monitor.model.article import Article, TextSource
from monitor.model.feed import FeedState, HubSubscription, host_of
from monitor.model.hold import Held
from monitor.pipeline.context import Keeper, utc_now
from monitor.pipeline.correlate import BACKFILL, Teller, headlines, held_as_backfill, place
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.early import EarlyTeller
from monitor.pipeline.events import Faulted, Observer, Outcome, Polled, Pushed, Read
from monitor.pipeline.hubs import hubs_after_poll, hubs_after_push
from monitor.pipeline.poll import (
    POSSIBLY_MISSED,
    fetch_feed,
    is_storm,
    learn,
    news_since,
    older,
    plan_next,
    record_entries,
    remembered,
)
from monitor.pipeline.read import PARSE_SECONDS, READ_LATER, feeds_own, read_text
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.subject import page_lines, remember_lines, without_common_lines
from monitor.pipeline.workers import Workers
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.database import Database
from monitor.store.entries import Recorded
from monitor.stories.correlate import report_of

#: An article that a fault of ours keeps from being read is tried again this often.
MAX_FAULTS = 6


class Pipeline(Keeper):
    """The steps, bound to a database, a runtime that may be replaced, and a clock.

    Args:
        db: where everything is kept.
        runtime: the compiled configuration; assign a new one to reload.
        workers: where documents are parsed.
        observe: told of every step.
        clock: the time, in UTC.
        jitter: a number from 0 to 1 that spreads retries.
    """

    def __init__(
        self,
        db: Database,
        runtime: Runtime,
        workers: Workers,
        *,
        observe: Observer,
        clock: Callable[[], datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(db, runtime, observe=observe, clock=clock)
        self.listening_since: datetime | None = None
        """Since when hubs can reach us; None when they cannot."""
        self._workers = workers
        self._jitter = jitter
        self._uplink = Uplink()
        self.deliverer = Deliverer(
            self.store, lambda: self.runtime, observe=observe, clock=clock, jitter=jitter
        )

        self.early = EarlyTeller(self, partial(self._match, again=None, early=True), observe)

    def close(self) -> None:
        """Let go of the threads; transactions under way still finish."""
        self.early.close()
        super().close()
        self.deliverer.close()

    # --- feed → entries ----------------------------------------------------------------------

    async def poll(self, feed: FeedState) -> bool:
        """Ask a feed for news and remember its new entries.

        Returns:
            Whether there is something to read now.

        Raises:
            StoreError: the database failed.
        """
        runtime = self.runtime
        settings = runtime.feeds.get(feed.url) or Feed(url=feed.url)
        try:
            return await self._poll(runtime, settings, feed)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one feed stops no other
            self._observe(Faulted("a poll", feed.url, error))
            fault = MonitorError(f"monitor itself failed at it: {type(error).__name__}")
            await self._record_failed_poll(runtime, settings, feed, fault)
            return False

    async def _poll(self, runtime: Runtime, settings: Feed, feed: FeedState) -> bool:
        try:
            memory = partial(store_feeds.memory, feed_id=feed.id)
            response, parsed = await fetch_feed(
                feed, settings, runtime, self._workers, lambda: self.look(memory)
            )
        except MonitorError as error:
            await self._record_failed_poll(runtime, settings, feed, error)
            return False

        now = self.clock()
        move = move_after(feed.move, response.permanent_url, now)

        def record(connection: Connection) -> Recorded:
            recorded = record_entries(connection, feed, parsed, runtime, now)
            pushed = hubs_after_poll(
                connection, feed, response, parsed, recorded,
                runtime=runtime, now=now, listening_since=self.listening_since,
            )  # fmt: skip
            habits = learn(parsed, recorded, now)
            plan = plan_next(
                feed,
                settings,
                runtime,
                now=now,
                response=response,
                recorded=recorded,
                habits=habits,
                pushed=pushed,
                jitter=self._jitter(),
            )
            store_feeds.record_success(
                connection,
                feed,
                now=now,
                **remembered(feed, response, recorded),
                problems=feed.problems if parsed is None else parsed.problems,
                next_poll=plan.at,
                next_reason=plan.reason,
                move=move,
                habits=habits,
            )
            return recorded

        recorded = await self.store(record)
        await self._note_uplink(self._uplink.reached)
        if move is not None and move.confirmed == now:
            await self.notify(feed_moved(feed, move, now))
        outcome: Outcome = "unchanged" if parsed is None else "ok"
        problems = () if parsed is None else parsed.problems
        if recorded.dropped:
            problems = (*problems, POSSIBLY_MISSED)
        listed = 0 if parsed is None else len(parsed.entries) + len(parsed.unchanged)
        self._observe(Polled(feed, outcome, entries=listed, new=recorded.new, problems=problems))
        return await self._tell_of_entries(runtime, feed, recorded, now)

    async def push(
        self, subscription: HubSubscription, body: bytes, content_type: str | None
    ) -> bool:
        """Remember the new entries of a document that a feed's hub has pushed.

        The document may hold no more than what is new, so nothing is learned from what it leaves
        out; for the rest it goes the way of one that was polled.

        Returns:
            Whether there is something to read now.

        Raises:
            MonitorError: it is no feed that can be read, or the database failed (StoreError).
        """
        try:
            return await self._push(self.runtime, subscription, body, content_type)
        except MonitorError:
            raise
        except Exception as error:
            self._observe(Faulted("a push", subscription.topic, error))
            raise MonitorError(f"monitor itself failed at it: {type(error).__name__}") from error

    async def _push(
        self, runtime: Runtime, subscription: HubSubscription, body: bytes, content_type: str | None
    ) -> bool:
        async with self._workers.share(host_of(subscription.topic)):
            parsed = await self._workers.run_first(
                PARSE_SECONDS, parse, body, url=subscription.topic, content_type=content_type
            )
        now = self.clock()
        found = await self.look(partial(store_feeds.by_ids, ids=[subscription.feed_id]))
        if not found:
            return False
        [feed] = found

        def record(connection: Connection) -> Recorded:
            recorded = record_entries(connection, feed, parsed, runtime, now)
            hubs_after_push(
                connection, subscription.id, recorded,
                runtime=runtime, now=now, jitter=self._jitter(),
            )  # fmt: skip
            return recorded

        recorded = await self.store(record)
        self._observe(Pushed(feed, len(parsed.entries), recorded.new, parsed.problems))
        return await self._tell_of_entries(runtime, feed, recorded, now)

    async def _tell_of_entries(
        self, runtime: Runtime, feed: FeedState, recorded: Recorded, now: datetime
    ) -> bool:
        """What is told of new entries at once; whether there is something to read."""
        if is_storm(feed, recorded.unknown):
            await self.notify(entry_storm(feed, recorded.unknown, recorded.new, now))
        await self.early.tell(runtime, recorded.wanted)
        return bool(recorded.wanted)

    async def _record_failed_poll(
        self, runtime: Runtime, settings: Feed, feed: FeedState, error: MonitorError
    ) -> None:
        now = self.clock()
        await self._note_uplink(lambda: self._uplink.failed(feed.url, error))
        ours = self._uplink.down
        plan = next_poll(
            now=now,
            polling=runtime.config.polling,
            interval=settings.interval,
            failures=1 if ours else feed.failures + 1,
            error=error,
            jitter=self._jitter(),
        )
        detail = f"{error.what}. {error.hint}" if error.hint else error.what
        await self.store(
            lambda connection: store_feeds.record_failure(
                connection,
                feed,
                now=now,
                error=detail,
                next_poll=plan.at,
                next_reason=plan.reason,
                counted=not ours and not was_held(error),
            )
        )
        self._observe(Polled(feed, "failed", detail=detail))

    async def _note_uplink(self, learn: Callable[[], None]) -> None:
        was_down = self._uplink.down
        learn()
        if self._uplink.down != was_down:
            await self.notify(network_trouble(down=self._uplink.down, now=self.clock()))

    # --- article → alerts --------------------------------------------------------------------

    async def read(self, stored: StoredArticle) -> bool:
        """Read an article's page, match it, and put what is to be told into the outbox.

        Returns:
            Whether there is something to tell.

        Raises:
            StoreError: the database failed.
        """
        try:
            return await self._read(stored)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one article stops no other
            self._observe(Faulted("a reading", stored.article.url or stored.article.id, error))
            if stored.failed_reads >= MAX_FAULTS:
                return await self._read_no_more(stored)
            # Later and later, so that it does not come back at every tick.
            again = self.clock() + timedelta(minutes=2**stored.failed_reads)
            await self.store(lambda c: store_articles.postpone(c, stored, again))
            return False

    async def _read_no_more(self, stored: StoredArticle) -> bool:
        """Match at least what the feed said of an article, so that none is given up unmatched."""
        try:
            return await self._match(self.runtime, stored, feeds_own(stored, self.runtime), None)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one article stops no other
            where = stored.article.url or stored.article.id
            self._observe(Faulted("the last try to match an article", where, error))
            await self.store(lambda c: store_articles.postpone(c, stored, None))
            return False

    async def _read(self, stored: StoredArticle) -> bool:
        runtime = self.runtime
        article, again = await read_text(stored, runtime, self._workers, now=self.clock())
        return await self._match(runtime, stored, article, again)

    async def _match(
        self,
        runtime: Runtime,
        stored: StoredArticle,
        article: Article,
        again: timedelta | None,
        *,
        early: bool = False,
    ) -> bool:
        page = page_lines(article)
        about = (
            article
            if page is None
            else await self.look(partial(without_common_lines, article=article, page=page))
        )
        matches = runtime.matcher.match(about)
        alerting = [match for match in matches if match.alert]
        now = self.clock()
        reached = {match.watchlist for match in alerting}
        report = report_of(about, alerting, now) if alerting else None
        old = stored.backfill and older(
            article.published, news_since(stored.feed_added, runtime, article.fetched or now)
        )

        visits = READ_LATER[stored.revisits :] if alerting and page and not old else ()
        wait = next(iter(visits), None) if again is None else again

        def record(connection: Connection) -> tuple[dict[str, Alert | None], dict[str, Held]]:
            if page is not None and stored.article.text_source is not TextSource.PAGE:
                remember_lines(connection, page, now)
            next_read = None if wait is None else now + wait
            if early:
                store_articles.record_told(connection, stored)
            else:
                store_articles.record_read(
                    connection, stored, article, next_read=next_read, revisit=wait is not again
                )
            held = held_as_backfill(connection, stored, matches) if old else {}
            earlier = store_matches.of_article(connection, stored.id) if stored.reads else []
            recorded = store_matches.record(
                connection, stored.id, matches, held=held, headlines=headlines(article), now=now
            )
            teller = Teller(connection, runtime, article, now)
            told: dict[str, Alert | None] = {}
            if report is not None:
                alone = runtime.config.alerts.group_by == "article"
                where = place(connection, stored.id, report, alone=alone)
                # The gravest first: it may leave nothing to say for the others.
                for match in sorted(alerting, key=lambda each: -each.severity.rank):
                    if match.watchlist not in held:
                        told[match.watchlist] = teller.tell(
                            match, recorded[match.watchlist], stored.article, where
                        )
            for each in () if early else earlier:
                if each.match.alert and each.match.watchlist not in reached:
                    teller.tell_gone(each, stored.article)
            return told, held

        told, held = await self.store(record)
        alerts = tuple(alert for alert in told.values() if alert is not None)
        why = BACKFILL.reason if held and not told else None
        joined = frozenset(watchlist for watchlist, alert in told.items() if alert is None)
        self._observe(Read(article, matches, alerts, why, joined))
        return bool(alerts)
