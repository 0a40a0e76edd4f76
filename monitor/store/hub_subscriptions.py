"""What has been agreed with hubs, feed by feed (WebSub)."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, literal, or_, select, update

from monitor.model.feed import HubFault, HubFaultKind, HubSubscription
from monitor.store.tables import feeds, hub_subscriptions

_COLUMNS = tuple(each.name for each in fields(HubSubscription))


def add(
    conn: Connection, feed_id: int, *, hub: str, topic: str, token: str, secret: str, now: datetime
) -> None:
    """Remember that a hub is to be asked, at once, to push a feed."""
    conn.execute(
        insert(hub_subscriptions).values(
            feed_id=feed_id, hub=hub, topic=topic, token=token, secret=secret,
            created=now, wanted=True, next_try=now, failures=0, pushes=0, refused=0,
        )
    )  # fmt: skip


def save(conn: Connection, subscription: HubSubscription) -> None:
    """Take over everything; it must have been read in the same transaction."""
    values = {name: getattr(subscription, name) for name in _COLUMNS if name != "id"}
    conn.execute(
        update(hub_subscriptions).where(hub_subscriptions.c.id == subscription.id).values(values)
    )


def forget(conn: Connection, number: int) -> None:
    """Delete one, by its id: nothing that comes from its hub is heard any more."""
    conn.execute(delete(hub_subscriptions).where(hub_subscriptions.c.id == number))


def by_id(conn: Connection, number: int) -> HubSubscription | None:
    """One, by its id."""
    query = select(hub_subscriptions).where(hub_subscriptions.c.id == number)
    row = conn.execute(query).one_or_none()
    return None if row is None else _subscription(row)


def by_token(conn: Connection, token: str) -> HubSubscription | None:
    """The one whose part of our address this is."""
    query = select(hub_subscriptions).where(hub_subscriptions.c.token == token)
    row = conn.execute(query).one_or_none()
    return None if row is None else _subscription(row)


def of_feed(conn: Connection, feed_id: int) -> HubSubscription | None:
    """A feed's, but for those that are to be ended."""
    query = (
        select(hub_subscriptions)
        .where(hub_subscriptions.c.feed_id == feed_id, hub_subscriptions.c.wanted)
        .order_by(hub_subscriptions.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _subscription(row)


def everything(conn: Connection) -> dict[int, HubSubscription]:
    """All by the id of their feed, but for those that are to be ended."""
    query = (
        select(hub_subscriptions).where(hub_subscriptions.c.wanted).order_by(hub_subscriptions.c.id)
    )
    return {row.feed_id: _subscription(row) for row in conn.execute(query)}


def due(conn: Connection, now: datetime, callback: str, limit: int) -> list[HubSubscription]:
    """Those to be seen to, longest overdue first.

    Their hub is to be asked, their lease is over, their hub was told another address of ours
    than the present one, or their feed is not wanted any more.

    Args:
        conn: where to look.
        now: the time.
        callback: our address, to which the token of each is added.
        limit: how many at most.
    """
    each = hub_subscriptions.c
    elsewhere = each.callback != literal(f"{callback}/") + each.token
    unwanted = or_(~feeds.c.subscribed, feeds.c.stopped)
    query = (
        select(hub_subscriptions)
        .join(feeds, feeds.c.id == each.feed_id)
        .where(
            or_(
                each.next_try <= now,
                each.lease_end <= now,
                and_(each.wanted, or_(elsewhere, unwanted)),
            )
        )
        .order_by(each.next_try, each.id)
        .limit(limit)
    )
    return [_subscription(row) for row in conn.execute(query)]


def unconfirmed(conn: Connection, now: datetime) -> int:
    """How many never confirm that they were asked; 0 if any hub has agreed."""
    each = hub_subscriptions.c
    agreed = select(each.id).where(each.wanted, each.lease_end > now)
    failing = select(func.count()).where(
        each.wanted, each.fault == HubFault(HubFaultKind.NOT_CONFIRMED), each.failures >= 2
    )
    return 0 if conn.execute(agreed).first() else int(conn.scalar(failing) or 0)


def _subscription(row: Row[Any]) -> HubSubscription:
    return HubSubscription(**{name: getattr(row, name) for name in _COLUMNS})
