"""What people were told: alerts, and how far their deliveries got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from monitor.errors import UsageError
from monitor.messages.render import render_alert
from monitor.messages.text import wrapped
from monitor.model.alert import Alert
from monitor.model.article import Article
from monitor.model.delivery import ChannelState
from monitor.model.match import Match, Severity
from monitor.service import deliveries
from monitor.service.answer import CorrelationInWords, DevelopmentInWords, FateInParts, picked
from monitor.service.database import Database
from monitor.service.deliveries import ChannelTrouble, Delivery, Silences
from monitor.service.fates import fate_of_alert
from monitor.store import alerts as store_alerts
from monitor.store import channels as store_channels
from monitor.store.deliveries import coverage, lookups, outbox


@dataclass(frozen=True, slots=True)
class ListedDelivery(Delivery):
    """How a delivery is getting on, and its channel."""

    channel_failing: ChannelTrouble | None


@dataclass(frozen=True, slots=True)
class ListedAlert:
    """An alert in a list."""

    id: str
    created: datetime
    watchlist: str
    score: float
    severity: Severity
    title: str
    url: str | None
    thread: str | None
    development: DevelopmentInWords
    acknowledged: datetime | None
    acknowledged_by: str | None
    deliveries: tuple[ListedDelivery, ...]
    fate: FateInParts


@dataclass(frozen=True, slots=True)
class AlertList:
    """Alerts, newest first, and the channels that take nothing."""

    alerts: tuple[ListedAlert, ...]
    failing: tuple[ChannelState, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Who else has reported an alert's story."""

    outlet: str
    title: str
    url: str | None
    published: datetime | None
    why: CorrelationInWords
    likely: bool
    """It is not certain that it belongs to the story."""
    development: DevelopmentInWords


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert as people get it, who else reported its story, and how far each delivery got."""

    id: str
    match: Match
    article: Article
    created: datetime
    thread: str | None
    development: DevelopmentInWords
    why: CorrelationInWords
    """Why its article belongs to the story, or stands apart."""
    also: tuple[Report, ...]
    remark: str | None
    acknowledged: datetime | None
    acknowledged_by: str | None
    text: str
    deliveries: tuple[Delivery, ...]
    fate: FateInParts


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who sees to an alert."""

    id: str
    acknowledged_by: str
    not_told: tuple[str, ...]
    """The channels that would have been told had nobody acknowledged it."""
    before: Annotated[bool, Field(exclude=True)]
    """Somebody had acknowledged it already."""


@dataclass(frozen=True, slots=True)
class Retried:
    """How many deliveries are due again."""

    due: int


def listed(
    db: Database,
    *,
    stuck: bool = False,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
    now: datetime,
) -> AlertList:
    """Alerts, newest first, and how far each delivery got.

    Args:
        db: the database.
        stuck: only those that a channel has not taken when due.
        before: only those that come after this one, its time and id, in that order.
        limit: how many at the most.
        now: the time.
    """
    with db.read() as connection:
        if stuck:
            trouble = lookups.stuck(connection, now, limit=limit)
            wanted = {state.alert_id for state in trouble if state.alert_id is not None}
            alerts = store_alerts.by_id(connection, wanted)
        else:
            alerts = store_alerts.recent(connection, limit=limit, before=before)
        failing = store_channels.states(connection)
        ids = [alert.id for alert in alerts]
        theirs = deliveries.of_alerts(connection, ids, Silences(connection), limit=100 * limit)
    return AlertList(
        tuple(
            picked(
                ListedAlert,
                alert,
                alert.match,
                alert.article,
                deliveries=tuple(_on_its_channel(each, failing) for each in theirs[alert.id]),
                fate=fate_of_alert(theirs[alert.id]),
            )
            for alert in alerts
        ),
        tuple(failing.values()),
    )


def _on_its_channel(delivery: Delivery, failing: dict[str, ChannelState]) -> ListedDelivery:
    state = failing.get(delivery.channel)
    trouble = None if state is None else picked(ChannelTrouble, state)
    return picked(ListedDelivery, delivery, channel_failing=trouble)


def shown(db: Database, beginning: str, timezone: str) -> ShownAlert:
    """One alert, with its text as people get it.

    Args:
        db: the database.
        beginning: its id, or how that begins.
        timezone: an IANA name, for times within the text.

    Raises:
        UsageError: no alert's id begins so, or several do.
    """
    with db.read() as connection:
        alert = _alert(connection, beginning)
        theirs = deliveries.of_alerts(connection, [alert.id], Silences(connection))
        story = coverage.coverage(connection, alert.thread or alert.id)
    return picked(
        ShownAlert,
        alert,
        also=tuple(
            picked(
                Report,
                each,
                each.article,
                why=each.correlation,
                likely=each.is_uncertain,
            )
            for each in story
            if each.article.id != alert.article.id
        ),
        text=wrapped(render_alert(alert, timezone=timezone).text),
        deliveries=tuple(theirs[alert.id]),
        fate=fate_of_alert(theirs[alert.id]),
        why=next((each.correlation for each in story if each.article.id == alert.article.id), None),
    )


def acknowledge(db: Database, beginning: str, who: str, now: datetime) -> Acknowledged:
    """Say that somebody sees to an alert and what was told of its story so far.

    Raises:
        UsageError: no alert's id begins so, or several do.
    """
    with db.write() as connection:
        alert = _alert(connection, beginning)
        spared = outbox.acknowledge(connection, alert.thread or alert.id, who, now)
    return Acknowledged(
        alert.id, alert.acknowledged_by or who, tuple(spared), alert.acknowledged is not None
    )


def retry(db: Database, beginning: str | None, now: datetime) -> Retried:
    """Have deliveries sent once more: an alert's unsent ones, or by default all dead ones.

    Raises:
        UsageError: no alert's id begins so, or several do, or it has nothing unsent.
    """
    with db.write() as connection:
        alert_id = None if beginning is None else _alert(connection, beginning).id
        number = outbox.retry(connection, now, alert_id=alert_id, dead_only=alert_id is None)
    if beginning is not None and not number:
        raise UsageError(
            "there is no unsent delivery of that alert", hint="See `monitor alerts list --stuck`."
        )
    return Retried(number)


def _alert(connection: Connection, beginning: str) -> Alert:
    beginning = beginning.strip()
    if not beginning:
        raise UsageError("say which alert", hint="See `monitor alerts list`.")
    found = store_alerts.recent(connection, alert_id=beginning, limit=2)
    if len(found) != 1:
        raise UsageError(
            f"{'several alerts begin' if found else 'no alert begins'} with {beginning!r}",
            hint="See `monitor alerts list`.",
        )
    return found[0]
