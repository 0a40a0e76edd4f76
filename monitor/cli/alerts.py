"""`monitor alerts`, `monitor notify`: what was told, what is stuck, and trying a channel."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.context import (
    ConfigOption,
    JsonOption,
    count,
    database,
    load,
    print_json,
    print_table,
    require_words,
    safe,
)
from monitor.errors import MonitorError, UsageError
from monitor.messages.developments import development_words
from monitor.model.hold import HoldReason

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from monitor.model.alert import Alert, Coverage
    from monitor.model.delivery import ChannelState
    from monitor.service.holds import Holds
    from monitor.store.deliveries.lookups import DeliveryState

alerts_app = typer.Typer(help="What people were told, and what is stuck.")
notify_app = typer.Typer(help="Try the channels.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(alerts_app, name="alerts", no_args_is_help=True)
    app.add_typer(notify_app, name="notify", no_args_is_help=True)


@alerts_app.command(name="list")
def list_alerts(
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only those that a channel has not taken when due.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Alerts, newest first, and how far each delivery got."""
    from monitor.service.holds import Holds, facts
    from monitor.store import alerts as store_alerts
    from monitor.store import channels
    from monitor.store.deliveries import lookups as deliveries

    db = database(config)
    with db.read() as connection:
        if stuck:
            trouble = deliveries.stuck(connection, datetime.now(UTC), limit=limit)
            wanted = {state.alert_id for state in trouble if state.alert_id is not None}
            alerts = store_alerts.by_id(connection, wanted)
        else:
            alerts = store_alerts.recent(connection, limit=limit)
        states = deliveries.states(
            connection, alert_ids=[alert.id for alert in alerts], limit=100 * limit
        )
        failing = channels.states(connection)
        holds = Holds(connection, None)
    rows = []
    for alert in alerts:
        own = [state for state in states if state.alert_id == alert.id]
        if as_json:
            print_json(
                {
                    "id": alert.id,
                    "created": alert.created,
                    "watchlist": alert.match.watchlist,
                    "score": alert.match.score,
                    "severity": alert.match.severity.value,
                    "title": alert.article.title,
                    "url": alert.article.url,
                    "thread": alert.thread,
                    "development": development_words(alert.development) or None,
                    "acknowledged": alert.acknowledged,
                    "acknowledged_by": alert.acknowledged_by,
                    "deliveries": [
                        facts(state)
                        | {
                            "channel_failing": _failing(failing.get(state.channel)),
                            "silenced": holds.silenced(state),
                        }
                        for state in own
                    ],
                }
            )
            continue
        rows.append(
            (
                alert.id[:8],
                alert.created.astimezone().strftime("%Y-%m-%d %H:%M"),
                alert.match.watchlist,
                f"{alert.match.score:g}",
                "; ".join(_progress(state, holds) for state in own),
                (
                    f"Development, {development_words(alert.development)}: "
                    if alert.development
                    else ""
                )
                + alert.article.title,
            )
        )
    if not as_json:
        print_table(
            ("Id", "When", "Watchlist", "Score", "Deliveries", "Headline"),
            rows,
            empty="Nothing is stuck." if stuck else "No alerts yet.",
        )
        for line in map(_trouble, failing.values()) if stuck else ():
            typer.echo(safe(line))


@alerts_app.command(name="show")
def show_alert(
    alert_id: Annotated[str, typer.Argument(help="Its id, or how it begins.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """One alert as people get it, who else reported its story, and how far each delivery got."""
    from monitor.messages.render import render_alert
    from monitor.messages.text import wrapped
    from monitor.service.holds import Holds, facts
    from monitor.store.deliveries import coverage as threads
    from monitor.store.deliveries import lookups as store_deliveries

    settings = load(config).config
    db = database(config)
    with db.read() as connection:
        alert = _alert(connection, alert_id)
        states = store_deliveries.states(connection, alert_ids=[alert.id])
        story = threads.coverage(connection, alert.thread or alert.id)
        holds = Holds(connection, None)
    others = [each for each in story if each.article.id != alert.article.id]
    text = wrapped(render_alert(alert, timezone=settings.alerts.timezone).text)
    if as_json:
        deliveries = [facts(state) | {"silenced": holds.silenced(state)} for state in states]
        also = [_coverage(each) for each in others]
        said = {
            "development": development_words(alert.development) or None,
            "also": also,
            "text": text,
        }
        print_json(asdict(alert) | said | {"deliveries": deliveries})
        return
    typer.echo(text)
    if others:
        typer.echo(f"The same story in {count(len(others), 'other report', 'other reports')}:")
    for each in others:
        typer.echo(f"  {safe(each.article.outlet)}: {safe(each.article.title)}")
        typer.echo(f"    {safe(each.article.url or '')}")
        for why in filter(None, (each.why, development_words(each.development))):
            typer.echo(f"    {safe(why)}")
    if others:
        typer.echo("")
    if alert.acknowledged is not None:
        who = safe(alert.acknowledged_by or "")
        typer.echo(f"acknowledged by {who}, {_time(alert.acknowledged)}")
    for state in states:
        tried = {0: "never tried", 1: "tried once"}.get(
            state.attempts, f"tried {state.attempts} times"
        )
        error = f": {safe(state.last_error)}" if state.last_error else ""
        waits = safe(_waits(state, holds))
        typer.echo(f"{_told(state)}: {state.status.value}{waits}, {tried}{error}")


@alerts_app.command(name="ack")
def acknowledge(
    alert_id: Annotated[str, typer.Argument(help="Its id, or how it begins.")],
    by: Annotated[str | None, typer.Option(help="Who sees to it; without it, you.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that somebody sees to an alert and what was told of its story so far."""
    from monitor.store.deliveries import outbox

    require_words("--by", by)
    who = (by or _user()).strip()
    db = database(config)
    with db.write() as connection:
        alert = _alert(connection, alert_id)
        spared = outbox.acknowledge(connection, alert.thread or alert.id, who, datetime.now(UTC))
    if as_json:
        print_json({"id": alert.id, "acknowledged_by": alert.acknowledged_by or who,
                    "not_told": list(spared)})  # fmt: skip
    elif alert.acknowledged is not None and not spared:
        typer.echo(f"{safe(alert.acknowledged_by or '')} has acknowledged it before.")
    else:
        said = f"; {' and '.join(spared)} will not be told" if spared else ""
        typer.echo(f"{safe(who)} has acknowledged it{safe(said)}.")


@alerts_app.command()
def retry(
    alert_id: Annotated[
        str | None, typer.Argument(help="One alert's id; without it, all dead deliveries.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send dead deliveries once more (the running daemon does it at once)."""
    from monitor.store.deliveries import outbox

    db = database(config)
    with db.write() as connection:
        if alert_id is not None:
            alert_id = _alert(connection, alert_id).id
        number = outbox.retry(
            connection, datetime.now(UTC), alert_id=alert_id, dead_only=alert_id is None
        )
    if alert_id is not None and not number:
        raise UsageError(
            "there is no unsent delivery of that alert", hint="See `monitor alerts list --stuck`."
        )
    if as_json:
        print_json({"due": number})
    else:
        typer.echo(f"{count(number, 'delivery is', 'deliveries are')} due again.")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user may have no name.
        return "somebody"


def _told(state: DeliveryState) -> str:
    """The channel, and which message to it."""
    which = f"{state.channel}, follow-up {state.follow_up}" if state.follow_up else state.channel
    which += f" in place of {state.instead_of}" if state.instead_of else ""
    which += ", together with others" if state.summary else ""
    return f"{which}, changed {_time(state.edited)}" if state.edited else which


def _progress(state: DeliveryState, holds: Holds) -> str:
    error = f" ({state.last_error})" if state.last_error else ""
    return f"{_told(state)}: {state.status.value}{_waits(state, holds)}{error}"


def _waits(state: DeliveryState, holds: Holds) -> str:
    """What holds a delivery back, and until when."""
    from monitor.messages.holds import hold_words

    if said := holds.silenced(state):
        return f", {said}"
    if state.sent is not None or state.hold is None:
        return ""
    reason = state.hold.reason
    if state.next_attempt is None:
        return f", {hold_words(state.hold)}" if reason is HoldReason.INHIBITED else ""
    if reason is HoldReason.ACKNOWLEDGEMENT:
        return f", told {_time(state.next_attempt)} unless somebody acknowledges it"
    expired = reason is HoldReason.EXPIRED
    what = "too old to come by itself" if expired else hold_words(state.hold)
    return f", {what} until {_time(state.next_attempt)}"


def _failing(state: ChannelState | None) -> dict[str, object] | None:
    """What is wrong with a channel, if anything is."""
    if state is None:
        return None
    return {key: value for key, value in asdict(state).items() if key not in {"name", "told"}}


def _trouble(state: ChannelState) -> str:
    """What is wrong with a channel, in a line."""
    since = f" since {_time(state.failing_since)}" if state.failing_since else ""
    again = f"; left alone until {_time(state.rests_until)}" if state.rests_until else ""
    tries = count(state.failures, "message")
    return f"{state.name} takes nothing{since} ({tries} refused: {state.last_error}){again}"


def _time(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _coverage(coverage: Coverage) -> dict[str, object]:
    article = coverage.article
    return {
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "published": article.published,
        "why": coverage.why,
        "development": development_words(coverage.development) or None,
    }


def _alert(connection: Connection, beginning: str) -> Alert:
    """The alert whose id begins so. Raises UsageError unless it is one."""
    from monitor.store import alerts as store_alerts

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


@notify_app.command(name="test")
def notify_test(
    channel: Annotated[
        str | None, typer.Argument(help="The channel; without it, every one.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a sample alert and report what the service said."""
    from monitor.channels.sender import Sender
    from monitor.messages.render import render_sample

    settings = load(config).config
    # stdout is for the JSON when a script reads it.
    sender = Sender(settings.channels, console=sys.stderr if as_json else sys.stdout)
    names = [each.name for each in settings.channels] or ["console"]
    if channel is not None:
        if channel not in sender.channels:
            raise UsageError(
                f"no channel is called {channel!r}",
                hint=f"There are: {', '.join(sender.channels)}.",
            )
        names = [channel]
    message = render_sample(now=datetime.now(UTC), timezone=settings.alerts.timezone)
    failed = []
    for name in names:
        result = sender.send(name, message)
        if as_json:
            said_json = {"channel": name, "ok": result.ok, "detail": result.detail}
            print_json(said_json | ({"warning": result.warning} if result.warning else {}))
        else:
            said = "accepted" if result.ok else "failed"
            typer.echo(f"{name}: {said}: {result.detail}", err=True)
            if result.warning:
                typer.echo(f"{name}: in the built-in form, for {result.warning}", err=True)
        if not result.ok:
            failed.append(name)
    if failed:
        raise MonitorError(
            f"{len(failed)} of {count(len(names), 'channel')} failed",
            hint=f"Check the `url` of {' and '.join(failed)}.",
        )
