"""Every change of a delivery's state. Nothing else writes the table `deliveries`.

                          ┌───────────────── retry ──────────┬──────────┐
                          ▼                                  │          │
     add ─────────────▶ pending ──claim─▶ sending ─failed─▶ failed     dead
      │                   ▲ ▲ └◀─release──┘ │ │ ▲            │ │        ▲
      │ inhibited         │ │               │ │ └────claim───┘ │        │
      ▼                   │ └─ hold, replan ┼─┼────────────────┘        │
    replaced ────free─────┘                 │ └──────────dead───────────┘
      ▲                                     └──sent─▶ sent
      └──replaced── pending, sending (claimed by nobody any more), failed, dead

    pending   waits for its time, `next_attempt`, and for what `hold` says, if it says anything;
              `batch` makes it part of a summary, `merge` of a message about its story
    sending   a sender has claimed it until `claimed_until`, and may `renew` that; then, or by
              `recover` once the sender is known to be dead, it may be claimed again
    failed    its service has refused it, and is asked again at `next_attempt`, or when it takes
              something else (`hurry`)
    sent      its service has it: the end, but for what is written into the message later
              (`edited`, `uneditable`, `cover`)
    dead      refused for good, or for too long: shown, and sent again if somebody says `retry`
    replaced  something else is told in its place: its alert through another channel, for good; or
              a graver alert of its story, until `free` says that that is not told itself

A delivery to a channel that is gone becomes one to another (`reroute`), and is pending there.
A delivery that need not be told any more is deleted: `withdraw` (what it says has been told, or a
silence drops it), `call_off` (somebody has acknowledged), `forget` (it is old). Each change is one
statement, so that a delivery never is in between two states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, update

from monitor.model.delivery import DeliveryStatus, PartlyAccepted
from monitor.model.hold import Hold, HoldReason
from monitor.store.columns import NO_VALUE, hold_values
from monitor.store.deliveries.claimable import WAITING, is_free
from monitor.store.dialects import greatest, insert
from monitor.store.tables import deliveries

#: Due for so long and not tried: nobody was there to try, and the time of tries begins anew.
OVERDUE = timedelta(hours=1)


# --- to be told -------------------------------------------------------------------------------


def add(
    conn: Connection,
    channel: str,
    at: datetime,
    now: datetime,
    *,
    alert_id: str | None = None,
    notice_id: str | None = None,
    follow_up: int = 0,
    hold: Hold | None = None,
    instead_of: str | None = None,
) -> bool:
    """Have a channel told of an alert, of what followed it, or of a notice, at a time.

    What is inhibited is not told until it is freed. False if the channel is told of it already.
    """
    added = insert(deliveries).values(
        alert_id=alert_id,
        notice_id=notice_id,
        channel=channel,
        follow_up=follow_up,
        instead_of=instead_of,
        created=now,
        **_planned(at, hold, now),
    )
    return conn.execute(added.on_conflict_do_nothing()).rowcount > 0


def tell_anyway(
    conn: Connection, alert_id: str, channel: str, at: datetime, hold: Hold | None, now: datetime
) -> bool:
    """Have a channel told that was to be told only if nobody acknowledges; False if none was."""
    waits = and_(
        deliveries.c.alert_id == alert_id,
        deliveries.c.channel == channel,
        deliveries.c.follow_up == 0,
        deliveries.c.status == DeliveryStatus.PENDING,
        deliveries.c.hold == HoldReason.ACKNOWLEDGEMENT,
    )
    return _set(conn, waits, **_planned(at, hold, now)) > 0


# --- when -------------------------------------------------------------------------------------


def hold(conn: Connection, ids: Sequence[int], until: datetime, by: Hold, now: datetime) -> None:
    """Put deliveries off; they are as old as they were.

    Those of a summary still bear what brought them together, and those that are made only if
    nobody acknowledges can still be called off.
    """
    _set(
        conn,
        _open(ids),
        status=DeliveryStatus.PENDING,
        **_unclaimed(until, now),
        **_unless_kept(by, deliveries.c.summary.is_(None)),
    )


def replan(
    conn: Connection,
    ids: Sequence[int],
    at: datetime,
    by: Hold | None,
    now: datetime,
    *,
    error: str | None = None,
) -> None:
    """Send deliveries not before a time, as if they had been made for it; each by itself.

    With `error`, what their service said of them, they have not been tried yet as they are now.
    """
    anew = {} if error is None else {"attempts": 0, "last_error": error}
    # What is left of a summary must not pass for the whole.
    _set(conn, _open(ids), claimed_until=None, summary=None, **_planned(at, by, now), **anew)


def free(conn: Connection, alert_id: str, channel: str, now: datetime) -> None:
    """Have a channel told what it was not because of a graver alert, which is not told now."""
    inhibited = and_(
        deliveries.c.channel == channel,
        deliveries.c.status == DeliveryStatus.REPLACED,
        deliveries.c.hold == HoldReason.INHIBITED,
        deliveries.c.hold_ref == alert_id,
    )
    # As old as it was: it may be too old to come by itself.
    values = _planned(greatest(deliveries.c.due, now), None, now) | {"due": deliveries.c.due}
    _set(conn, inhibited, **values)


def hurry(conn: Connection, channel: str, now: datetime) -> None:
    """Make due what a channel has refused and is to be tried again later: since it was refused."""
    refused = and_(
        deliveries.c.channel == channel,
        deliveries.c.status == DeliveryStatus.FAILED,
        deliveries.c.next_attempt > now,
        deliveries.c.planned <= now,
    )
    _set(conn, refused, next_attempt=deliveries.c.planned)


def retry(
    conn: Connection,
    now: datetime,
    statuses: Sequence[DeliveryStatus],
    *,
    alert_id: str | None = None,
    channels: Collection[str] | None = None,
) -> int:
    """Make due at once what was refused, of all alerts or one, on all channels or some."""
    wanted: ColumnElement[bool] = deliveries.c.status.in_(statuses)
    if channels is not None:
        wanted &= deliveries.c.channel.in_([*channels])
    # A replay starts a new time of patience, or it would die again at its first failure.
    anew = {"status": DeliveryStatus.PENDING, "attempts": 0, "due": now, "since": now}
    anew |= {"next_attempt": now, "planned": now}
    if alert_id is not None:
        # By itself: it may have been part of a summary that is refused for another's sake.
        anew |= {"summary": None, **hold_values(None)}
        wanted &= deliveries.c.alert_id == alert_id
    return _set(conn, wanted, **anew)


def reroute(
    conn: Connection, ids: Sequence[int], channel: str, at: datetime, by: Hold | None, now: datetime
) -> None:
    """Have another channel told in place of deliveries' own; they are as old as they were."""
    values = _planned(at, by, now) | {"channel": channel, "due": deliveries.c.due, "attempts": 0}
    values |= {"claimed_until": None, "last_error": None, "summary": None, "message": None}
    values["instead_of"] = func.coalesce(deliveries.c.instead_of, deliveries.c.channel)
    _set(conn, deliveries.c.id.in_(ids), **values)


# --- sending ----------------------------------------------------------------------------------


def batch(conn: Connection, ids: Sequence[int], summary: str, hold: Hold | None) -> None:
    """Let deliveries go out as one message, now and whenever it is tried again.

    Those that are made only if nobody acknowledges can still be called off.
    """
    # What one of them named when it was tried alone is not all that the summary says.
    _set(conn, _open(ids), summary=summary, also=NO_VALUE, **_unless_kept(hold))


def merge(conn: Connection, ids: Sequence[int], message: str | None) -> None:
    """Let deliveries make one message, known by an alert's id; None: each makes its own."""
    _set(conn, _open(ids), message=message)


def claim(conn: Connection, ids: Sequence[int], until: datetime, now: datetime) -> None:
    """Leave deliveries to a sender until a time."""
    _set(
        conn,
        deliveries.c.id.in_(ids) & is_free(now),
        status=DeliveryStatus.SENDING,
        attempts=deliveries.c.attempts + 1,
        since=case((deliveries.c.next_attempt < now - OVERDUE, now), else_=deliveries.c.since),
        claimed_until=until,
    )


def cover(conn: Connection, covered: Mapping[int, datetime]) -> None:
    """Note up to when what came of its story is part of each delivery's message."""
    for moment in set(covered.values()):
        ids = [id_ for id_, each in covered.items() if each == moment]
        _set(conn, deliveries.c.id.in_(ids), covered=moment)


def say(conn: Connection, ids: Sequence[int], also: Sequence[int]) -> None:
    """Note which articles the message of deliveries names as having its story besides."""
    _set(conn, deliveries.c.id.in_(ids), also=[*also])


def renew(
    conn: Connection, ids: Sequence[int], claimed_until: datetime | None, until: datetime
) -> bool:
    """Extend a claim; False if another has taken it over."""
    ours = _claimed(ids) & (deliveries.c.claimed_until == claimed_until)
    return _set(conn, ours, claimed_until=until) > 0


def release(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Give back what was claimed and never tried."""
    untried = {"status": DeliveryStatus.PENDING, "attempts": deliveries.c.attempts - 1}
    _set(conn, _claimed(ids), **untried, **_unclaimed(now, now))


def recover(conn: Connection, now: datetime) -> int:
    """Make claims of a dead process due again; how many there were.

    Only for the holder of the daemon lock, who knows that no other sender lives. Whether the
    service had accepted such a message cannot be known, so it is sent again: a repeat is the
    lesser evil.
    """
    return _set(
        conn,
        deliveries.c.status == DeliveryStatus.SENDING,
        status=DeliveryStatus.FAILED,
        **_unclaimed(now, now),
    )


# --- what came of it --------------------------------------------------------------------------


def sent(
    conn: Connection, ids: Sequence[int], now: datetime, *, receipt: str | None = None
) -> None:
    """The service accepted their message; by `receipt` it finds one that it can change."""
    _set(
        conn,
        deliveries.c.id.in_(ids),
        status=DeliveryStatus.SENT,
        sent=now,
        next_attempt=None,
        claimed_until=None,
        last_error=None,
        receipt=receipt,
        accepted=None,
    )


def accepted(conn: Connection, ids: Sequence[int], by: PartlyAccepted) -> None:
    """Some of the channel's targets have their message, even if it is dead, until all have it."""
    _set(conn, _open(ids), accepted=by)


def failed(
    conn: Connection, ids: Sequence[int], error: str, next_attempt: datetime, now: datetime
) -> None:
    """The service did not accept their message, and is asked again at a time."""
    _set(
        conn,
        _open(ids),
        status=DeliveryStatus.FAILED,
        **_unclaimed(next_attempt, now),
        last_error=error,
    )


def dead(
    conn: Connection,
    ids: Sequence[int],
    error: str,
    now: datetime,
    *,
    since: datetime | None = None,
) -> None:
    """The service will not accept it; with `since`, only what has been tried since before then."""
    given_up = _open(ids)
    if since is not None:
        given_up &= deliveries.c.since <= since
    _set(conn, given_up, status=DeliveryStatus.DEAD, last_error=error, **_unclaimed(None, now))


def replaced(conn: Connection, ids: Sequence[int]) -> None:
    """Another channel has been told in place of these deliveries' own."""
    _set(conn, _open(ids), status=DeliveryStatus.REPLACED, next_attempt=None)


def edited(conn: Connection, delivery_id: int, covered: datetime | None, now: datetime) -> None:
    """The message of a delivery was changed and tells of what came up to a time."""
    until = func.coalesce(covered, deliveries.c.covered)
    _set(conn, deliveries.c.id == delivery_id, covered=until, edited=now)


def uneditable(conn: Connection, delivery_id: int) -> None:
    """The message of a delivery cannot be changed any more."""
    _set(conn, deliveries.c.id == delivery_id, receipt=None)


# --- not to be told any more ------------------------------------------------------------------


def withdraw(conn: Connection, ids: Iterable[int]) -> None:
    """Take deliveries out of the outbox; what was sent stays."""
    conn.execute(delete(deliveries).where(_open([*ids])))


def call_off(conn: Connection, alert_ids: Sequence[str]) -> tuple[str, ...]:
    """Tell nobody that nobody has acknowledged alerts; the channels that are spared."""
    other = deliveries.alias()
    stands_in = select(other.c.id).where(
        other.c.alert_id == deliveries.c.alert_id,
        other.c.channel == deliveries.c.instead_of,
        other.c.hold == HoldReason.ACKNOWLEDGEMENT,
    )
    called_off = conn.scalars(
        delete(deliveries)
        .where(
            deliveries.c.alert_id.in_(alert_ids),
            deliveries.c.status.in_(WAITING),
            or_(deliveries.c.hold == HoldReason.ACKNOWLEDGEMENT, stands_in.exists()),
        )
        .returning(deliveries.c.channel)
    )
    return tuple(sorted(set(called_off)))


def forget(conn: Connection, about: ColumnElement[bool]) -> None:
    """Delete what was told of alerts or notices that are too old to be kept."""
    conn.execute(delete(deliveries).where(about))


# --- which ------------------------------------------------------------------------------------


def _set(conn: Connection, which: ColumnElement[bool], **values: Any) -> int:
    return conn.execute(update(deliveries).where(which).values(**values)).rowcount


def _open(ids: Sequence[int]) -> ColumnElement[bool]:
    """Those of them that can still be sent: who comes late finds that another has told them."""
    settled = [DeliveryStatus.SENT, DeliveryStatus.REPLACED]
    return deliveries.c.id.in_(ids) & deliveries.c.status.not_in(settled)


def _claimed(ids: Sequence[int]) -> ColumnElement[bool]:
    return deliveries.c.id.in_(ids) & (deliveries.c.status == DeliveryStatus.SENDING)


def _unless_kept(hold: Hold | None, where: ColumnElement[bool] | None = None) -> dict[str, Any]:
    """What they wait for, but for what is told only if nobody acknowledges."""
    may_change = deliveries.c.hold.is_distinct_from(HoldReason.ACKNOWLEDGEMENT)
    if where is not None:
        may_change &= where
    return {
        name: case((may_change, value), else_=deliveries.c[name])
        for name, value in hold_values(hold).items()
    }


def _unclaimed(next_attempt: datetime | None, now: datetime) -> dict[str, Any]:
    return {"next_attempt": next_attempt, "planned": now, "claimed_until": None}


def _planned(at: Any, hold: Hold | None, now: datetime) -> dict[str, Any]:
    is_inhibited = hold is not None and hold.reason is HoldReason.INHIBITED
    return {
        **hold_values(hold),
        "status": DeliveryStatus.REPLACED if is_inhibited else DeliveryStatus.PENDING,
        "due": at,
        "since": at,
        "next_attempt": None if is_inhibited else at,
        "planned": now,
    }
