"""Feeds: what is subscribed, when each is next due, and how each is doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from monitor.model.feed import FeedState, Incident, Move, PollReason, Validators, Wishes, host_of
from monitor.model.hours import PublishingHours
from monitor.store.dialects import insert
from monitor.store.leases import is_free
from monitor.store.tables import entries, feeds


def subscribe(conn: Connection, wanted: Iterable[tuple[str, str]], now: datetime) -> None:
    """Make the subscribed feeds be exactly `wanted`, pairs of address and name.

    A feed no longer wanted keeps its history. One that comes back, or had been given up as
    gone, is due at once; the others keep their place in the schedule.
    """
    names = dict(wanted)
    known = {
        row.url: row for row in conn.execute(select(feeds.c.url, feeds.c.name, feeds.c.subscribed))
    }
    for url in known.keys() - names.keys():
        conn.execute(update(feeds).where(feeds.c.url == url).values(subscribed=False))
    for url, name in names.items():
        if (row := known.get(url)) is None:
            conn.execute(insert(feeds).values(url=url, name=name, added=now, next_poll=now))
        elif not row.subscribed:
            conn.execute(
                update(feeds)
                .where(feeds.c.url == url)
                .values(name=name, subscribed=True, stopped=False, next_poll=now)
            )
        elif row.name != name:
            conn.execute(update(feeds).where(feeds.c.url == url).values(name=name))


# What is remembered of the items is much, and only wanted of a feed that has changed.
_STATE = [column for column in feeds.c if column.name != "memory"]


_WHEN_POLLED = select(
    *feeds.c["id", "url", "name", "last_polled", "next_poll", "next_reason"],
    *feeds.c["language", "breaking_until"],
)


def reschedule(conn: Connection, feed_id: int, at: datetime, reason: PollReason) -> None:
    """Move a feed's next poll, as after an interval changed in the configuration."""
    conn.execute(
        update(feeds).where(feeds.c.id == feed_id).values(next_poll=at, next_reason=reason)
    )


def poll_closely(
    conn: Connection, feed_id: int, until: datetime, at: datetime, reason: PollReason | None
) -> None:
    """Have a feed polled as often as allowed until then, and next at a time.

    Args:
        conn: a write transaction.
        feed_id: which.
        until: when to poll it as usual again.
        at: when to poll it next, if there is a reason for another time than was planned.
        reason: why then; None leaves the next poll where it is.
    """
    sooner = {} if reason is None else {"next_poll": at, "next_reason": reason}
    conn.execute(update(feeds).where(feeds.c.id == feed_id).values(breaking_until=until, **sooner))


def make_due(conn: Connection, now: datetime) -> None:
    """Have all feeds polled now that are not given up as gone."""
    later = feeds.c.subscribed, ~feeds.c.stopped, feeds.c.next_poll > now
    conn.execute(update(feeds).where(*later).values(next_poll=now))


#: Nothing is ever scheduled further ahead; what seems to be was, while the clock was wrong.
FURTHEST = timedelta(days=8)


def due(
    conn: Connection,
    now: datetime,
    limit: int,
    *,
    per_host: int | None = None,
    under_way: Collection[int] = (),
    hosts: Mapping[str, int] | None = None,
    failed: int | None = None,
) -> list[FeedState]:
    """The feeds whose time has come, longest overdue first, without crowding any host.

    Args:
        conn: where to look.
        now: the time.
        limit: how many at most.
        per_host: how many may be under way with one host, those returned included.
        under_way: ids of those that are polled already, whether or not their claims have ended.
        hosts: how many are under way with each host.
        failed: how many at most of those that failed when they were last polled.
    """
    come = or_(
        feeds.c.next_poll <= now,
        # What was last done in the future was planned while the clock was wrong; and no feed is
        # made to wait for its first poll.
        feeds.c.last_polled > now,
        feeds.c.last_polled.is_(None),
        feeds.c.next_poll > now + FURTHEST,
    )
    waiting = conn.execute(
        select(*feeds.c["id", "url", "moved_to", "moved_confirmed", "failures"])
        .where(feeds.c.subscribed, ~feeds.c.stopped, come, is_free(feeds, now))
        .order_by(feeds.c.next_poll, feeds.c.id)
    )
    counts = Counter(hosts)
    left = limit if failed is None else failed
    chosen: list[int] = []
    # Seldom looked through to its end, unless most of what is due is on hosts that are busy.
    for number, url, moved_to, moved, failures in waiting:
        if len(chosen) >= limit:
            break
        if failures and left <= 0:
            continue
        host = host_of(moved_to if moved else url)
        if number not in under_way and (per_host is None or counts[host] < per_host):
            counts[host] += 1
            left -= bool(failures)
            chosen.append(number)
    waiting.close()
    query = select(*_STATE).where(feeds.c.id.in_(chosen)).order_by(feeds.c.next_poll, feeds.c.id)
    return [_state(row) for row in conn.execute(query)]


def everything(conn: Connection, *, subscribed_only: bool = True) -> list[FeedState]:
    """All feeds by name, with the number of entries each has ever shown."""
    counts: dict[int, int] = dict(
        conn.execute(select(entries.c.feed_id, func.count()).group_by(entries.c.feed_id)).all()
    )
    query = select(*_STATE).order_by(feeds.c.name, feeds.c.url)
    if subscribed_only:
        query = query.where(feeds.c.subscribed)
    return [_state(row, counts.get(row.id, 0)) for row in conn.execute(query)]


def subscribed(conn: Connection) -> list[FeedState]:
    """All feeds that are polled, without the number of their entries."""
    return [_state(row) for row in conn.execute(select(*_STATE).where(feeds.c.subscribed))]


def not_watched_closely(conn: Connection, until: datetime) -> list[FeedState]:
    """Feeds that do well and are not polled as often as allowed until then anyway.

    Of each only when it is polled is known, and what it is like: all of them would take long.
    """
    seldom = or_(feeds.c.breaking_until.is_(None), feeds.c.breaking_until < until)
    well = feeds.c.subscribed, ~feeds.c.stopped, feeds.c.failures == 0
    rows = conn.execute(_WHEN_POLLED.where(*well, seldom)).mappings()
    return [FeedState(**row) for row in rows]


_BREAKING = select(feeds.c.breaking_until).where(feeds.c.id == bindparam("feed"))


def breaking_until(conn: Connection, feed_id: int) -> datetime | None:
    """Until when a feed is polled as often as allowed (see `poll_closely`)."""
    return conn.scalar(_BREAKING, {"feed": feed_id})


def by_ids(conn: Connection, ids: Collection[int]) -> list[FeedState]:
    """Some feeds, without the number of their entries; not those no longer subscribed."""
    query = select(*_STATE).where(feeds.c.id.in_(ids), feeds.c.subscribed)
    return [_state(row) for row in conn.execute(query)]


@dataclass(frozen=True, slots=True)
class History:
    """What the database remembers of a feed beyond its state."""

    added: datetime
    last_new: datetime | None
    """When an entry was seen for the first time, last."""
    new_since: int
    """Entries seen for the first time since the time asked about."""


_MEMORY = select(feeds.c.memory).where(feeds.c.id == bindparam("feed"))


def memory(conn: Connection, feed_id: int) -> bytes:
    """What a feed's last reading left for the next one (see `ParsedFeed.memory`)."""
    return conn.scalar(_MEMORY, {"feed": feed_id}) or b""


def history(conn: Connection, url: str, since: datetime) -> History | None:
    """A feed's history; None when it has never been subscribed here."""
    row = conn.execute(select(feeds.c.id, feeds.c.added).where(feeds.c.url == url)).one_or_none()
    if row is None:
        return None
    of_feed = entries.c.feed_id == row.id
    last_new = conn.scalar(select(func.max(entries.c.first_seen)).where(of_feed))
    count = conn.scalar(
        select(func.count()).select_from(entries).where(of_feed, entries.c.first_seen >= since)
    )
    return History(row.added, last_new, count or 0)


@dataclass(frozen=True, slots=True)
class Habits:
    """What a feed's document tells of how it is to be polled."""

    wishes: Wishes
    rhythm: timedelta | None
    new: bool
    """It listed something new."""
    dropped: bool
    """Entries were lost between this poll and the last."""
    hours: PublishingHours | None = None
    language: str | None = None
    """A BCP 47 tag, as it says."""
    memory: bytes = b""
    """For the next reading; see `ParsedFeed.memory`."""


# Built once: what SQLAlchemy does to build a statement takes longer than to run this one.
_POLLED = update(feeds).where(feeds.c.id == bindparam("polled"))


def record_success(
    conn: Connection,
    feed: FeedState,
    *,
    now: datetime,
    validators: Validators,
    body_digest: str | None,
    problems: Sequence[str],
    next_poll: datetime | None,
    next_reason: PollReason,
    move: Move | None = None,
    habits: Habits | None = None,
) -> None:
    """Remember a poll that the server answered; `habits` only when the feed had changed."""
    learned: dict[str, Any] = {}
    if habits is not None:
        learned = {
            "wishes": _wishes_json(habits.wishes),
            "rhythm": habits.rhythm.total_seconds() if habits.rhythm else None,
            "hours": habits.hours,
            "language": habits.language,
            "memory": habits.memory or None,
        }
        if habits.new:
            learned["last_new"] = now
        if habits.dropped:
            learned["last_dropped"] = now
            learned["times_dropped"] = feed.times_dropped + 1
    conn.execute(
        _POLLED,
        {
            "polled": feed.id,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "body_digest": body_digest,
            "last_polled": now,
            "last_ok": now,
            "last_error": None,
            "failures": 0,
            "unreachable": False,
            "next_poll": next_poll or now,
            "next_reason": next_reason,
            "problems": list(problems),
            "moved_to": move.to if move else None,
            "moved_since": move.since if move else None,
            "moved_polls": move.polls if move else 0,
            "moved_confirmed": move.confirmed if move else None,
            "claimed_until": None,
            **learned,
        },
    )


def record_failure(
    conn: Connection,
    feed: FeedState,
    *,
    now: datetime,
    error: str,
    next_poll: datetime | None,
    next_reason: PollReason,
    counted: bool = True,
    unreachable: bool = False,
) -> None:
    """Remember a poll that failed; without a next one the feed is given up as gone.

    What is no failure of the feed's own (our network's, say) is not `counted`. One whose host could
    not be reached is asked again as soon as any other can be (`outages`). Validators stay: the next
    answer may still be unchanged.
    """
    conn.execute(
        update(feeds)
        .where(feeds.c.id == feed.id)
        .values(
            last_polled=now,
            last_error=error,
            failures=feeds.c.failures + int(counted),
            unreachable=unreachable,
            next_poll=next_poll or now,
            next_reason=next_reason,
            stopped=next_poll is None,
            claimed_until=None,
        )
    )


def record_news(conn: Connection, feed_id: int, now: datetime) -> None:
    """Remember that something new came from a feed without a poll."""
    conn.execute(update(feeds).where(feeds.c.id == feed_id).values(last_new=now))


def set_incident(conn: Connection, feed_id: int, incident: Incident | None) -> None:
    """Remember what operators were told of a feed, or that it is well again."""
    conn.execute(update(feeds).where(feeds.c.id == feed_id).values(incident=incident))


def _wishes_json(wishes: Wishes) -> dict[str, Any]:
    return {
        "ttl": wishes.ttl.total_seconds() if wishes.ttl else None,
        "skip_hours": list(wishes.skip_hours),
        "skip_days": list(wishes.skip_days),
    }


def _wishes(stored: Mapping[str, Any]) -> Wishes:
    return Wishes(
        ttl=timedelta(seconds=stored["ttl"]) if stored.get("ttl") else None,
        skip_hours=tuple(stored.get("skip_hours", ())),
        skip_days=tuple(stored.get("skip_days", ())),
    )


def _state(row: Row[Any], entries_seen: int = 0) -> FeedState:
    return FeedState(
        id=row.id,
        url=row.url,
        name=row.name,
        validators=Validators(row.etag, row.last_modified),
        body_digest=row.body_digest,
        last_polled=row.last_polled,
        last_ok=row.last_ok,
        last_error=row.last_error,
        failures=row.failures,
        next_poll=row.next_poll,
        next_reason=row.next_reason,
        stopped=row.stopped,
        entries_seen=entries_seen,
        wishes=_wishes(row.wishes),
        rhythm=None if row.rhythm is None else timedelta(seconds=row.rhythm),
        hours=row.hours,
        language=row.language,
        breaking_until=row.breaking_until,
        last_new=row.last_new,
        last_dropped=row.last_dropped,
        times_dropped=row.times_dropped,
        added=row.added,
        move=(
            Move(row.moved_to, row.moved_since, row.moved_polls, row.moved_confirmed)
            if row.moved_since is not None
            else None
        ),
        incident=row.incident,
        problems=tuple(row.problems),
    )
