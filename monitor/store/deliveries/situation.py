"""What a plan depends on is read, and what it intends is carried out: in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

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
from monitor.store import told_stories
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
    left = [
        (each.match, RecordedMatch(each.id, graver=False, thread=each.thread))
        for each in gone
        if each.alert_id is not None and each.thread is not None
    ]
    found = [*found]
    concerns = _concerns(conn, story, [*found, *left], inhibited_since)
    return replace(
        situation, concerns=tuple(concerns[: len(found)]), gone=tuple(concerns[len(found) :])
    )


def _concerns(
    conn: Connection,
    story: int | None,
    found: Sequence[tuple[Match, RecordedMatch]],
    inhibited_since: datetime,
) -> list[Concern]:
    """What people were told for each watchlist; of all of them at once."""
    if story is None or not found:
        return [Concern(match, recorded) for match, recorded in found]
    but = {match.watchlist: recorded.id for match, recorded in found}
    told = told_stories.told(conn, story, but)
    threads = {
        match.watchlist: {
            *(told[match.watchlist].threads if match.watchlist in told else ()),
            *([recorded.thread] if recorded.thread else ()),
        }
        for match, recorded in found
    }
    sent = deliveries_by_thread(conn, {each for some in threads.values() for each in some})
    # Who is told of it has it join a thread.
    alerted = _alerts(conn, [recorded.id for _, recorded in found if recorded.thread])
    critical = coverage.inhibitors(conn, story, inhibited_since)
    return [
        Concern(
            match,
            recorded,
            told.get(match.watchlist),
            alerts=alerted.get(recorded.id, {}),
            thread=_oldest_first(sent, threads[match.watchlist]),
            inhibitors=critical.for_others_than(match.watchlist),
        )
        for match, recorded in found
    ]


def _alerts(
    conn: Connection, match_ids: Sequence[int]
) -> dict[int, dict[str, tuple[Development, ...]]]:
    if not match_ids:
        return {}
    found: dict[int, dict[str, tuple[Development, ...]]] = {}
    for row in conn.execute(_ALERTS, {"matches": match_ids}):
        found.setdefault(row.match_id, {})[row.id] = row.development
    return found


def thread_deliveries(conn: Connection, *threads: str) -> tuple[ThreadDelivery, ...]:
    """The deliveries of a story's alerts for one watchlist, and of what followed, oldest first.

    Args:
        conn: an open connection.
        threads: the story's first alert for the watchlist, and those of stories that were put
            together with it.
    """
    return _oldest_first(deliveries_by_thread(conn, threads), threads)


def deliveries_by_thread(
    conn: Connection, threads: Collection[str]
) -> dict[str, list[ThreadDelivery]]:
    """The same of many stories and watchlists, by thread."""
    found: dict[str, list[ThreadDelivery]] = {}
    for row in conn.execute(_DELIVERIES, {"threads": sorted(threads)}) if threads else ():
        found.setdefault(row.thread, []).append(
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
        )
    return found


def _oldest_first(
    found: Mapping[str, Sequence[ThreadDelivery]], threads: Collection[str]
) -> tuple[ThreadDelivery, ...]:
    some = [each for thread in set(threads) for each in found.get(thread, ())]
    return tuple(sorted(some, key=lambda each: each.id))


# Built once: to build a statement takes longer than to run it.
_ALERTS = select(*alerts.c["match_id", "id", "development"]).where(
    alerts.c.match_id.in_(bindparam("matches", expanding=True))
)
_DELIVERIES = (
    select(
        *deliveries.c[
            "id", "alert_id", "channel", "status", "follow_up", "hold", "hold_ref", "sent",
            "covered", "receipt", "edited",
        ],
        matches.c.severity,
        alerts.c.thread,
    )
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
    .join(matches, matches.c.id == alerts.c.match_id)
    .where(alerts.c.thread.in_(bindparam("threads", expanding=True)))
    .order_by(deliveries.c.id)
)  # fmt: skip


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
    joining = [each for each in plan.intents if isinstance(each, JoinThread)]
    store_matches.join(conn, joining, now)
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
        case JoinThread():
            # All of them at once, by `apply`.
            pass
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
