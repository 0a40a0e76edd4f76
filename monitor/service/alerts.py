"""What people were told: alerts, and how far their deliveries got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from monitor.config.explain import did_you_mean
from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.messages.backlogs import stranded_words
from monitor.messages.plain_text import wrapped
from monitor.messages.render import render_alert
from monitor.model.alert import Alert
from monitor.model.article import Article
from monitor.model.delivery import AlertFilter, Backlog, ChannelState
from monitor.model.match import Match, Severity
from monitor.pipeline import reroute as rerouting
from monitor.service import deliveries
from monitor.service.database import Database
from monitor.service.deliveries import ChannelTrouble, Delivery, Silences
from monitor.service.fates import fate_of_alert
from monitor.service.json_values import CorrelationInWords, DevelopmentInWords, FateInParts, picked
from monitor.service.typed_names import require_known
from monitor.store import alerts as store_alerts
from monitor.store import channels as store_channels
from monitor.store.deliveries import coverage, lookups, missing_channels, outbox
from monitor.store.write_queue import retried


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
    """Alerts, newest first, and the channels that take nothing, or do not exist."""

    alerts: tuple[ListedAlert, ...]
    failing: tuple[ChannelState, ...]
    missing: tuple[Backlog, ...]


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
    config_version: int | None
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
    stranded: tuple[Backlog, ...]
    """What is not: no such channels exist."""


@dataclass(frozen=True, slots=True)
class Rerouted:
    """What became of what waited for a channel."""

    channel: str
    to: str
    due: int
    """Deliveries that the other channel is sent now."""
    later: int
    """Those that it is sent later: it has quiet hours or a digest, or they are silenced."""
    revived: int
    """Those of them that had been given up."""
    known: int
    """Those that the other channel is told of anyway, or was."""
    still_configured: bool
    """What comes from now on still goes to the channel itself."""


def listed(
    db: Database,
    wanted: AlertFilter | None = None,
    *,
    stuck: bool = False,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
    now: datetime,
    config: Config | None = None,
) -> AlertList:
    """Alerts, newest first, and how far each delivery got.

    Args:
        db: the database.
        wanted: only these.
        stuck: only those that a channel has not taken when due.
        before: only those that come after this one, its time and id, in that order.
        limit: how many at the most.
        now: the time.
        config: the configuration; None if it cannot be read.

    Raises:
        UsageError: there never was a watchlist, entity or channel of a name that is asked for.
    """
    wanted = wanted or AlertFilter()
    with db.read() as connection:
        require_known(
            connection,
            config,
            watchlist=wanted.watchlist,
            entity=wanted.entity,
            channel=wanted.channel,
        )
        most = -1 if stuck else limit
        alerts = store_alerts.search(connection, wanted, before=before, limit=most)
        if stuck:
            trouble = lookups.stuck(connection, now, limit=limit)
            in_trouble = {state.alert_id for state in trouble}
            alerts = [each for each in alerts if each.id in in_trouble]
        failing = store_channels.states(connection)
        known = None if config is None else config.channel_names
        missing = [] if known is None else missing_channels.stranded(connection, known)
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
        tuple(each for each in failing.values() if known is None or each.name in known),
        tuple(missing),
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


@retried
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


@retried
def retry(db: Database, beginning: str | None, channels: Sequence[str], now: datetime) -> Retried:
    """Have deliveries sent once more: an alert's unsent ones, or by default all dead ones.

    Args:
        db: the database.
        beginning: the alert's id, or how that begins; None for all.
        channels: those that there are: what is for others is left as it is.
        now: the time.

    Raises:
        UsageError: no alert's id begins so, or several do, or it has nothing that could be sent.
    """
    with db.write() as connection:
        alert_id = None if beginning is None else _alert(connection, beginning).id
        dead_only = alert_id is None
        number = outbox.retry(
            connection, now, alert_id=alert_id, dead_only=dead_only, known=channels
        )
        left = missing_channels.stranded(connection, channels, alert_id=alert_id)
    left = [each for each in left if each.dead or not dead_only]
    if not number and left:
        raise UsageError(
            "nothing is due again: " + "; ".join(stranded_words(each, channels) for each in left)
        )
    if beginning is not None and not number:
        raise UsageError(
            "there is no unsent delivery of that alert", hint="See `monitor alerts list --stuck`."
        )
    return Retried(number, tuple(left))


@retried
def reroute(db: Database, channel: str, to: str, config: Config, now: datetime) -> Rerouted:
    """Send what waits for a channel, and what it has refused for good, to another.

    Doing it again changes nothing.

    Args:
        db: the database.
        channel: one that was renamed, removed, or takes nothing.
        to: a configured one.
        config: the configuration.
        now: the time.

    Raises:
        UsageError: there is no such channel.
    """
    known = config.channel_names
    if to not in known:
        raise UsageError(f"no channel is called `{to}`{did_you_mean(to, known).words}")
    if channel == to:
        raise UsageError(f"both names are `{to}`: name the channel that is gone, then the other")
    with db.write() as connection:
        named = {*missing_channels.channels(connection), *known}
        if channel not in named:
            near = did_you_mean(channel, sorted(named - {to})).words
            raise UsageError(f"nothing was ever to be sent to a channel called `{channel}`{near}")
        done = rerouting.reroute(connection, channel, to, config, now)
    return picked(Rerouted, done, channel=channel, to=to, still_configured=channel in known)


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
