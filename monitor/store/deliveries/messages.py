"""What one message says of a story: the alerts of all watchlists that go out in it, as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, func, select

from monitor.model.alert import Alert, Coverage, FollowUp
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import Development, WatchlistJoined
from monitor.store import alerts as store_alerts
from monitor.store.deliveries import coverage
from monitor.store.tables import alerts, deliveries

MESSAGE = func.coalesce(deliveries.c.summary, deliveries.c.message, cast(deliveries.c.id, Text))
"""By what deliveries are told apart that go out, or went, in different messages."""

StoryKey = int | str
"""A story's number where a channel gets one message of it; else its first alert for a watchlist."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a channel has been told of a story before a message."""

    first: str | None = None
    """The alert whose message was the first; None if there was none."""
    threads: frozenset[str] = frozenset()
    """The first alerts of the watchlists that it was told for."""


def key_of(story_id: int | None, thread: str, *, merge: bool) -> StoryKey:
    """What the alerts have in common that make one message.

    Args:
        story_id: the story; None for what was told before there were stories.
        thread: the story's first alert for the watchlist.
        merge: whether the watchlists of a story go out together.
    """
    return story_id if merge and story_id is not None else thread


def is_of(key: StoryKey, told: Any = alerts) -> ColumnElement[bool]:
    """Whether an alert belongs to a story."""
    is_it: ColumnElement[bool] = (
        told.c.story_id == key if isinstance(key, int) else told.c.thread == key
    )
    return is_it


def told_before(
    conn: Connection, key: StoryKey, channel: str, *, until: datetime | None = None
) -> Before:
    """What a channel has been told of a story, all of it or before a message sent then."""
    query = (
        select(deliveries.c.message, deliveries.c.alert_id, alerts.c.thread)
        .join(alerts, alerts.c.id == deliveries.c.alert_id)
        .where(
            is_of(key),
            deliveries.c.channel == channel,
            deliveries.c.status == DeliveryStatus.SENT,
        )
        .order_by(deliveries.c.sent, deliveries.c.id)
    )
    if until is not None:
        query = query.where(deliveries.c.sent < until)
    rows = conn.execute(query).all()
    if not rows:
        return Before()
    first = rows[0].message or rows[0].alert_id
    return Before(first, frozenset(row.thread for row in rows))


def lead_of(rows: Sequence[Row[Any]], told: Mapping[str, Alert]) -> Row[Any]:
    """The delivery whose alert a message is headed and identified by.

    The one that it was identified by when it was tried; else the gravest, and of these the one
    with the highest score.
    """
    known = [row for row in rows if row.message == row.alert_id]
    if known:
        return known[0]

    def rank(row: Row[Any]) -> tuple[int, float, str]:
        match = told[row.alert_id].match
        return -match.severity.rank, -match.score, match.watchlist

    return min(rows, key=rank)


def merged(
    conn: Connection,
    rows: Sequence[Row[Any]],
    contents: Mapping[int, Alert | FollowUp],
    before: Before,
) -> Alert | FollowUp:
    """What deliveries say together that go out as one message.

    Args:
        conn: an open connection.
        rows: the deliveries, all alerts or all follow-ups.
        contents: what each of them says, by its number.
        before: what their channel has been told of the story.
    """
    told = {row.alert_id: _alert(contents[row.id]) for row in rows}
    lead = lead_of(rows, told)
    others = sorted(
        (alert for id_, alert in told.items() if id_ != lead.alert_id),
        key=lambda each: (-each.match.severity.rank, -each.match.score, each.match.watchlist),
    )
    alert = replace(told[lead.alert_id], together=tuple(others))
    alert = replace(alert, also=_also([alert, *others]))
    if lead.follow_up:
        own = conn.scalar(
            select(deliveries.c.message).where(
                deliveries.c.alert_id == lead.alert_id,
                deliveries.c.channel == lead.channel,
                deliveries.c.follow_up == 0,
            )
        )
        follows = dict.fromkeys(filter(None, (before.first, own or alert.id)))
        is_default = tuple(follows) in {(alert.id,), (alert.thread, alert.id)}
        return FollowUp(
            replace(alert, follows=None if is_default else tuple(follows)), lead.follow_up
        )
    news: dict[Development, None] = {}
    for each in (alert, *others):
        news |= dict.fromkeys(each.development or _joined(each, before))
    is_other = before.first is not None and before.first not in {alert.thread, alert.id}
    follows_ = (before.first,) if is_other and before.first else None
    return replace(alert, development=tuple(news), follows=follows_)


def whole(
    conn: Connection,
    key: StoryKey,
    channel: str,
    receipt: str,
    changing: Iterable[str],
) -> Alert | FollowUp:
    """What a message that is there says from now on.

    Args:
        conn: an open connection.
        key: its story.
        channel: where it is.
        receipt: what its service finds it by.
        changing: the threads of which it is to tell all; of others it goes on saying what it said.
    """
    rows = conn.execute(
        select(deliveries).where(deliveries.c.channel == channel, deliveries.c.receipt == receipt)
    ).all()
    told = store_alerts.contents(conn, {row.alert_id for row in rows})
    changing = set(changing)
    # What has been told since by another message, it goes on saying.
    said = {article for row in rows for article in row.also or ()}
    contents: dict[int, Alert | FollowUp] = {}
    for row in rows:
        alert = told[row.alert_id]
        thread = alert.thread or alert.id
        until = None if thread in changing else row.covered
        merge = isinstance(key, int)
        also = coverage.coverage(
            conn, thread, channel=channel, but=row.id, said=said, until=until, merge=merge
        )
        alert = replace(alert, also=also)
        contents[row.id] = FollowUp(alert, row.follow_up) if row.follow_up else alert
    before = told_before(conn, key, channel, until=min(row.sent for row in rows))
    return merged(conn, rows, contents, before)


def said_once(items: Sequence[tuple[StoryKey, Alert | FollowUp]]) -> list[Alert | FollowUp]:
    """The items of a summary, with each report in one of those of its story.

    Args:
        items: what each says, after its story.

    Returns:
        The same in the same order, without those that have nothing left to say.
    """
    said: dict[StoryKey, set[str]] = {}
    for key, item in items:
        if isinstance(item, Alert):
            said.setdefault(key, set()).update(each.article.id for each in (item, *item.together))
    kept: dict[int, Alert | FollowUp] = {}
    # What is told with its proof comes before what is only counted.
    for place in sorted(range(len(items)), key=lambda each: isinstance(items[each][1], FollowUp)):
        key, item = items[place]
        alert, known = _alert(item), said.setdefault(key, set())
        also = tuple(each for each in alert.also if each.article.id not in known)
        known |= {each.article.id for each in also}
        alert = replace(alert, also=also)
        if isinstance(item, Alert):
            kept[place] = alert
        elif also:
            kept[place] = replace(item, alert=alert)
    return [kept[place] for place in sorted(kept)]


def _joined(alert: Alert, before: Before) -> tuple[Development, ...]:
    """That a story which a channel was told of concerns another watchlist."""
    if not before.threads or (alert.thread or alert.id) in before.threads:
        return ()
    return (WatchlistJoined(alert.match.watchlist),)


def _alert(content: Alert | FollowUp) -> Alert:
    return content.alert if isinstance(content, FollowUp) else content


def _also(told: Sequence[Alert]) -> tuple[Coverage, ...]:
    """Who else has reported what is told, each article once, in order of time."""
    if len(told) == 1:
        return told[0].also
    shown = {each.article.id for each in told}
    found: dict[str, Coverage] = {}
    for each in (one for alert in told for one in alert.also):
        known = found.get(each.article.id)
        if each.article.id not in shown and (known is None or not known.development):
            found[each.article.id] = each
    return tuple(sorted(found.values(), key=lambda each: int(each.article.id)))
