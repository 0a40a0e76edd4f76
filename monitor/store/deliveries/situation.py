"""What a plan depends on is read, and what it intends is carried out: in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.model.alert import Alert
from monitor.model.development import Development
from monitor.model.match import Match
from monitor.model.plan import (
    AddAlert,
    AddFollowUp,
    DropFollowUps,
    HoldMatch,
    HurryFollowUps,
    Intent,
    JoinThread,
    Plan,
    RememberHeadlines,
    Reschedule,
)
from monitor.model.situation import Concern, RecordedMatch, Situation, ThreadDelivery
from monitor.store import matches as store_matches
from monitor.store import silences as store_silences
from monitor.store import stories as store_stories
from monitor.store.columns import hold_of
from monitor.store.deliveries import coverage, outbox, transitions
from monitor.store.matches import StoredMatch
from monitor.store.tables import alerts, deliveries, matches


def read(
    conn: Connection,
    situation: Situation,
    found: Iterable[tuple[Match, RecordedMatch]],
    gone: Iterable[StoredMatch],
    *,
    inhibited_since: datetime,
    now: datetime,
) -> Situation:
    """Add to what is known of an article what people have been told of its story.

    Args:
        conn: an open write transaction.
        situation: the article and its story.
        found: its matches that reached their thresholds, and what became of them.
        gone: those that an earlier reading found and this one does not.
        inhibited_since: critical alerts since then may stand for lesser ones.
        now: the time.
    """
    silences = tuple(store_silences.in_force(conn, now))
    story = situation.story
    if story is None:
        story = store_stories.story_of(conn, int(situation.article.id))
    situation = replace(situation, story=story, silences=silences)
    return replace(
        situation,
        concerns=tuple(
            _concern(conn, story, match, recorded, inhibited_since) for match, recorded in found
        ),
        gone=tuple(
            _concern(conn, story, each.match, recorded, inhibited_since)
            for each in gone
            if each.alert_id is not None and each.thread is not None
            for recorded in [RecordedMatch(each.id, graver=False, thread=each.thread)]
        ),
    )


def _concern(
    conn: Connection,
    story: int | None,
    match: Match,
    recorded: RecordedMatch,
    inhibited_since: datetime,
) -> Concern:
    if story is None:
        return Concern(match, recorded)
    told = store_stories.told(conn, story, match.watchlist, but=recorded.id)
    threads = {*(told.threads if told else ()), *([recorded.thread] if recorded.thread else ())}
    return Concern(
        match,
        recorded,
        told,
        # Who is told of it has it join a thread.
        alerts=_alerts(conn, recorded.id) if recorded.thread else {},
        thread=thread_deliveries(conn, *threads) if threads else (),
        inhibitors=coverage.inhibitors(conn, story, match.watchlist, inhibited_since),
    )


def _alerts(conn: Connection, match_id: int) -> dict[str, tuple[Development, ...]]:
    query = select(alerts.c.id, alerts.c.development).where(alerts.c.match_id == match_id)
    return {row.id: row.development for row in conn.execute(query)}


def thread_deliveries(conn: Connection, *threads: str) -> tuple[ThreadDelivery, ...]:
    """The deliveries of a story's alerts for one watchlist, and of what followed, oldest first.

    Args:
        conn: an open connection.
        threads: the story's first alert for the watchlist, and those of stories that were put
            together with it.
    """
    query = (
        select(deliveries, matches.c.severity)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .join(matches, matches.c.id == alerts.c.match_id)
        .where(alerts.c.thread.in_(threads))
        .order_by(deliveries.c.id)
    )
    return tuple(
        ThreadDelivery(
            id=row.id,
            alert_id=row.alert_id,
            channel=row.channel,
            status=row.status,
            severity=row.severity,
            follow_up=row.follow_up,
            hold=hold_of(row.hold, row.hold_ref),
            sent=row.sent,
            covered=row.covered,
            receipt=row.receipt,
            edited=row.edited,
        )
        for row in conn.execute(query)
    )


def apply(
    conn: Connection,
    plan: Plan,
    story: int | None,
    now: datetime,
    *,
    config_version: int | None = None,
) -> list[Alert]:
    """Carry out a plan.

    Args:
        conn: the write transaction in which its situation was read.
        plan: what is intended.
        story: the article's.
        now: the time.
        config_version: the version of the configuration it was planned by, if it has one.

    Returns:
        The alerts that somebody is told of.
    """
    return [
        intent.alert
        for intent in plan.intents
        if _apply(conn, intent, story, now, config_version)
        and isinstance(intent, AddAlert)
        and not intent.quietly
    ]


def _apply(
    conn: Connection, intent: Intent, story: int | None, now: datetime, config_version: int | None
) -> bool:
    """Whether it comes to an alert that was not there."""
    match intent:
        case AddAlert():
            return outbox.add_alert(
                conn,
                intent.alert.id,
                intent.match_id,
                intent.destinations,
                now,
                graver=intent.graver,
                story_id=story,
                thread=intent.alert.thread,
                development=intent.alert.development,
                earlier=intent.alert.earlier,
                config_version=config_version,
            )
        case JoinThread(match_id, thread, held, news):
            store_matches.join(conn, match_id, thread, now, why=held, development=news)
        case HoldMatch(match_id, held):
            store_matches.hold(conn, match_id, held)
        case RememberHeadlines(match_id, headlines):
            store_matches.remember_headlines(conn, match_id, headlines)
        case DropFollowUps(thread, channel):
            coverage.drop_follow_ups(conn, thread, channel)
        case AddFollowUp(thread, channel, at, hold):
            coverage.add_follow_up(conn, thread, channel, at, now, hold=hold)
        case HurryFollowUps(thread, channel, at, hold):
            late = coverage.follow_ups_after(conn, thread, channel, at)
            transitions.replan(conn, late, at, hold, now)
        case Reschedule(delivery, at, hold):
            transitions.replan(conn, [delivery], at, hold, now)
    return False
