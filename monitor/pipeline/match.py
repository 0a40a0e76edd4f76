"""A match: an article's text is held against the watchlists, and what is news is to be told.

The article is stored together with its matches, its place in a story, the alerts and their
deliveries, so that a crash loses none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.alerts.plan import headlines
from monitor.model.alert import Alert
from monitor.model.article import Article, TextSource
from monitor.model.hold import Held
from monitor.model.match import Match
from monitor.model.situation import RecordedMatch, Situation
from monitor.pipeline.backfill import BACKFILL, held_as_backfill, is_old_news
from monitor.pipeline.daily_limit import keep_page
from monitor.pipeline.events import Read
from monitor.pipeline.full_text import left_alone
from monitor.pipeline.place import place
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.site_lines import (
    PageLines,
    Spans,
    page_lines,
    remember_lines,
    without_common_lines,
)
from monitor.pipeline.tell import breaks, tell, watch_closely
from monitor.store import articles as store_articles
from monitor.store import earlier_reports as store_earlier
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.matches import StoredMatch
from monitor.stories.correlate import Report, report_of

if TYPE_CHECKING:
    from monitor.pipeline.context import Context

#: The page of an article that people were told of is read again after each of these: corrections
#: come within hours. None is longer than `monitor.store.articles.FURTHEST`.
READ_LATER = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=3))


async def match(
    ctx: Context,
    runtime: Runtime,
    stored: StoredArticle,
    article: Article,
    again: timedelta | None,
    *,
    early: bool = False,
    earlier: frozenset[str] = frozenset(),
) -> bool:
    """Match an article, and put what is to be told into the outbox.

    Args:
        ctx: what all steps share.
        runtime: the configuration with which this article's step began.
        stored: the article as it was looked up.
        article: the same with what was read.
        again: after how long to read it again, as it could not be had; None if it could.
        early: it was not read yet: this is only what its feed said.
        earlier: the watchlists that it came too early for, and for which it is wanted.

    Returns:
        Whether there is something to tell.

    Raises:
        StoreError: the database failed.
    """
    found = await _find(ctx, runtime, stored, article, earlier)
    told, held = await ctx.store(partial(found.record, again=again, early=early))
    alerts = tuple(alert for alert in told.values() if alert is not None)
    why = BACKFILL.reason if held and not told else None
    joined = frozenset(watchlist for watchlist, alert in told.items() if alert is None)
    ctx.observe(Read(article, found.matches, alerts, why, joined))
    if any(map(breaks, alerts)):
        config = runtime.config
        await ctx.store(partial(watch_closely, config=config, article=article, now=found.now))
    return bool(alerts)


async def _find(
    ctx: Context,
    runtime: Runtime,
    stored: StoredArticle,
    article: Article,
    earlier: frozenset[str],
) -> _Found:
    page = page_lines(article)
    about: Article = article
    blanked: Spans = ()
    # Most articles name nobody, whatever their site puts on every page.
    concerns = page is None or runtime.matcher.finds_any(article)
    if page is not None and concerns:
        known = partial(without_common_lines, article=article, page=page)
        about, blanked = await ctx.look_once(known)
    matches = runtime.matcher.match(about) if concerns else ()
    alerting = [each for each in matches if each.alert]
    now = ctx.clock()
    report = report_of(about, alerting, now) if alerting else None
    return _Found(runtime, stored, article, page, blanked, matches, report, now, earlier)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in an article."""

    runtime: Runtime
    stored: StoredArticle
    article: Article
    page: PageLines | None
    """The lines of its page; None if that was not had."""
    blanked: Spans
    """What of its body all of its site's pages have, so that it was not looked at."""
    matches: tuple[Match, ...]
    report: Report | None
    """What is kept to find its story; None if nobody is to be told of it."""
    now: datetime
    earlier: frozenset[str] = frozenset()
    """The watchlists that it came too early for, and for which somebody wants it told."""

    @property
    def old(self) -> bool:
        """Whether it is no news."""
        return is_old_news(self.stored, self.article, self.runtime, self.now)

    @property
    def alerting(self) -> list[Match]:
        """The matches that reached their thresholds, the gravest first.

        That may leave nothing to say for the others.
        """
        alerting = [each for each in self.matches if each.alert]
        return sorted(alerting, key=lambda each: -each.severity.rank)

    def record(
        self, connection: Connection, *, again: timedelta | None, early: bool
    ) -> tuple[dict[str, Alert | None], dict[str, Held]]:
        """Store the article and its matches, and tell of them; in a write transaction.

        Returns:
            What people are told, by watchlist, and why they are not, by watchlist.
        """
        self._record_reading(connection, again, early=early)
        stored, now = self.stored, self.now
        held = held_as_backfill(connection, stored, self.matches) if self.old else {}
        if self.earlier:
            held = {name: why for name, why in held.items() if name not in self.earlier}
            store_earlier.record_told(connection, stored.id, now)
        earlier = store_matches.of_article(connection, stored.id) if stored.reads else []
        recorded = store_matches.record(
            connection, stored.id, self.matches, held=held, headlines=headlines(self.article),
            rulesets=self.runtime.rulesets, blanked=self.blanked, now=now,
        )  # fmt: skip
        reached = {each.watchlist for each in self.alerting}
        gone = [
            each
            for each in (() if early else earlier)
            if each.match.alert and each.match.watchlist not in reached
        ]
        # Most articles alert nobody: nothing is looked up for them.
        if self.report is None and not gone:
            return {}, held
        return self._tell(connection, recorded, held, gone), held

    def _record_reading(
        self, connection: Connection, again: timedelta | None, *, early: bool
    ) -> None:
        if self.page is not None and self.stored.article.text_source is not TextSource.PAGE:
            remember_lines(connection, self.page, self.now)
        if early:
            store_articles.record_told(connection, self.stored)
            return
        told_of_page = self.alerting and self.page and not self.old
        visits = READ_LATER[self.stored.revisits :] if told_of_page else ()
        wait = next(iter(visits), None) if again is None else again
        most = self.runtime.config.storage.max_feed_bytes
        store_articles.record_read(
            connection,
            self.stored,
            keep_page(connection, self.stored, self.article, self.matches, most, self.now),
            next_read=None if wait is None else self.now + wait,
            revisit=wait is not again,
            asked=not left_alone(self.stored, self.now),
        )

    def _tell(
        self,
        connection: Connection,
        recorded: dict[str, RecordedMatch],
        held: dict[str, Held],
        gone: Sequence[StoredMatch],
    ) -> dict[str, Alert | None]:
        situation = Situation(self.article, self.stored.article, None, earlier=self.earlier)
        if self.report is not None:
            alone = self.runtime.config.alerts.group_by == "article"
            where = place(connection, self.stored.id, self.report, alone=alone)
            situation = replace(situation, story=where.story, is_uncertain=where.is_uncertain)
        concerned = [each for each in self.alerting if each.watchlist not in held]
        found = [(each, recorded[each.watchlist]) for each in concerned]
        loaded, now = self.runtime.loaded, self.now
        told = tell(
            connection, loaded.config, situation, found, gone, now, config_version=loaded.version
        )
        return {each.watchlist: told.get(each.watchlist) for each in concerned}
