"""What waits to be sent, so that it can be planned anew, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select, update

from monitor.model.alert import Alert
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import Held, Hold, HoldReason
from monitor.model.match import Match
from monitor.store import alerts as store_alerts
from monitor.store import articles as store_articles
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.columns import hold_of
from monitor.store.deliveries import claimable, coverage, follow_ups, transitions
from monitor.store.tables import alerts, deliveries, matches

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery of an alert, or of what followed it, that is still to be sent."""

    id: int
    channel: str
    match: Match
    """That of its alert."""
    tells_of: tuple[tuple[Match, StoredArticle], ...]
    """What it is about: its alert's, or the reports that it is to tell of."""
    match_id: int
    next_attempt: datetime | None
    hold: Hold | None
    tried: bool
    """Its channel has refused it, or may have got it."""


def waiting(
    conn: Connection, *, ids: Sequence[int] | None = None, hold: Hold | None = None
) -> Iterator[Waiting]:
    """Deliveries of alerts that are still to be sent, oldest first.

    Args:
        conn: an open connection.
        ids: only these, abandoned claims included; by default all that are not being sent.
        hold: only those that wait for this.
    """
    query = select(deliveries.c.id).where(deliveries.c.alert_id.is_not(None))
    if ids is None:
        query = query.where(deliveries.c.status.in_(claimable.WAITING))
    if hold is not None:
        query = query.where(
            deliveries.c.hold == hold.reason, deliveries.c.hold_ref.is_not_distinct_from(hold.ref)
        )
    found = list(conn.scalars(query.order_by(deliveries.c.id))) if ids is None else sorted(ids)
    # An article is as long as it is, and there may be thousands that wait.
    for start in range(0, len(found), _AT_ONCE):
        yield from _waiting(conn, found[start : start + _AT_ONCE])


def _waiting(conn: Connection, ids: Sequence[int]) -> Iterator[Waiting]:
    rows = conn.execute(
        select(deliveries, alerts.c.match_id)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(deliveries.c.id.in_(ids))
        .order_by(deliveries.c.id)
    ).all()
    told = store_alerts.contents(conn, {row.alert_id for row in rows})
    about = {row.id: _about(conn, row, told[row.alert_id]) for row in rows}
    wanted = {article_id for found in about.values() for article_id, _ in found}
    by_id = {article.id: article for article in store_articles.by_ids(conn, sorted(wanted))}
    for row in rows:
        alert = told[row.alert_id]
        yield Waiting(
            row.id,
            row.channel,
            alert.match,
            tuple((match, by_id[article_id]) for article_id, match in about[row.id]),
            row.match_id,
            row.next_attempt,
            hold_of(row.hold, row.hold_ref),
            tried=row.status is not DeliveryStatus.PENDING or row.summary is not None,
        )


def _about(conn: Connection, row: Row[Any], alert: Alert) -> list[tuple[int, Match]]:
    if row.follow_up == 0:
        return [(int(alert.article.id), alert.match)]
    return coverage.untold(conn, alert.thread or alert.id, row.channel)


def stood_in_for(conn: Connection, delivery_id: int) -> int | None:
    """The delivery that another one stands in for, if that may still be sent itself."""
    other = deliveries.alias()
    query = (
        select(other.c.id)
        .join(
            deliveries,
            and_(
                deliveries.c.instead_of == other.c.channel,
                deliveries.c.alert_id == other.c.alert_id,
                deliveries.c.follow_up == other.c.follow_up,
            ),
        )
        .where(deliveries.c.id == delivery_id, other.c.status.in_(claimable.WAITING))
    )
    return conn.scalar(query)


def drop(conn: Connection, dropped: Waiting, why: Held) -> None:
    """Never send a delivery; its match says why, once nothing is left to tell of it.

    What a follow-up was to tell of counts as told, or the next one would tell of it.
    """
    thread = conn.scalar(
        select(alerts.c.thread)
        .join(deliveries, deliveries.c.alert_id == alerts.c.id)
        .where(deliveries.c.id == dropped.id, deliveries.c.follow_up > 0)
    )
    if thread is not None and (message := follow_ups.latest(conn, thread, dropped.channel)):
        covered = coverage.latest(conn, thread)
        if covered is not None:
            transitions.cover(conn, {message.delivery: covered})
    transitions.withdraw(conn, [dropped.id])
    told = (
        select(deliveries.c.id)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(alerts.c.match_id == dropped.match_id)
    )
    conn.execute(
        update(matches)
        .where(matches.c.id == dropped.match_id, ~told.exists())
        .values(**store_matches.held_values(why))
    )


def kept_back(conn: Connection, alert_id: str, reason: HoldReason) -> list[tuple[int, str]]:
    """The deliveries of an alert that wait for that reason, with their channels."""
    rows = conn.execute(
        select(deliveries.c.id, deliveries.c.channel).where(
            deliveries.c.alert_id == alert_id,
            deliveries.c.follow_up == 0,
            deliveries.c.status == DeliveryStatus.PENDING,
            deliveries.c.hold == reason,
        )
    )
    return [(row.id, row.channel) for row in rows]


def held_by(conn: Connection) -> dict[int, int]:
    """How many deliveries each silence holds back, by its number."""
    query = (
        select(deliveries.c.hold_ref, func.count())
        .where(deliveries.c.status.in_(claimable.WAITING), deliveries.c.hold == HoldReason.SILENCE)
        .group_by(deliveries.c.hold_ref)
    )
    return {int(number): count for number, count in conn.execute(query)}
