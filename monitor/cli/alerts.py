"""`monitor alerts`: what was told, what is stuck, and seeing to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import (
    ConfigOption,
    JsonOption,
    config_if_readable,
    database,
    load,
    login,
    require_words,
    start_of,
)
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe, say
from monitor.messages.correlations import why
from monitor.messages.developments import development_words
from monitor.messages.fates import fate_words, waiting_words
from monitor.model.delivery import AlertFilter, DeliveryStatus
from monitor.model.match import Severity
from monitor.wording import counted, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.model.delivery import ChannelState
    from monitor.service.alerts import ListedAlert, Rerouted
    from monitor.service.deliveries import Delivery

alerts_app = typer.Typer(help="What people were told, and what is stuck.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(alerts_app, name="alerts", no_args_is_help=True)


@alerts_app.command(name="list")
def list_alerts(
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only those that a channel has not taken when due.")
    ] = False,
    state: Annotated[
        list[DeliveryStatus] | None,
        typer.Option(
            "--state", "--status", help="With a delivery in this state. Repeat for several."
        ),
    ] = None,
    channel: Annotated[str | None, typer.Option(help="Told, or to be told, there.")] = None,
    watchlist: Annotated[str | None, typer.Option(help="Only of this watchlist.")] = None,
    entity: Annotated[
        str | None, typer.Option(help="That name this entity, or fulfil this query.")
    ] = None,
    severity: Annotated[
        list[Severity] | None, typer.Option(help="Of this severity. Repeat for several.")
    ] = None,
    since: Annotated[str | None, typer.Option(help='Such as "24h" or "7d".')] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Alerts, newest first, that fulfil every condition given, and how far each delivery got."""
    from monitor.messages.backlogs import stranded_words
    from monitor.service import alerts

    settings = config_if_readable(config)
    wanted = AlertFilter(
        watchlist=watchlist,
        entity=entity,
        severities=tuple(severity or ()),
        channel=channel,
        statuses=tuple(state or ()),
        since=start_of(since),
    )
    found = alerts.listed(
        database(config),
        wanted,
        stuck=stuck,
        limit=limit,
        now=datetime.now(UTC),
        config=settings,
    )
    if as_json:
        print_each(found.alerts)
        return
    print_table(
        ("Id", "When", "Watchlist", "Score", "Deliveries", "Headline"),
        (
            (
                alert.id[:8],
                local_time(alert.created),
                alert.watchlist,
                f"{alert.score:g}",
                "; ".join(map(_progress, alert.deliveries)),
                _news(alert) + alert.title,
            )
            for alert in found.alerts
        ),
        empty=_empty(stuck=stuck, filtered=wanted != AlertFilter()),
    )
    channels = () if settings is None else settings.channel_names
    for each in found.missing:
        typer.echo(safe(sentence(stranded_words(each, channels))))
    for failing in found.failing if stuck else ():
        typer.echo(safe(_trouble(failing)))


def _empty(*, stuck: bool, filtered: bool) -> str:
    """That there are no alerts to list."""
    if stuck:
        return "Nothing is stuck."
    return "No such alerts." if filtered else "No alerts yet."


@alerts_app.command(name="show")
def show_alert(
    alert_id: Annotated[str, typer.Argument(help="Its id, or how it begins.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """One alert as people get it, who else reported its story, and how far each delivery got."""
    from monitor.service import alerts

    timezone = load(config).config.alerts.timezone
    alert = alerts.shown(database(config), alert_id, timezone)
    if as_json:
        print_json(alert)
        return
    say(alert.text)
    if alert.why is not None:
        typer.echo(f"Its story: {safe(why(alert.why))}\n")
    if alert.also:
        reports = counted(len(alert.also), "other report")
        typer.echo(f"The same story in {reports}:")
    for each in alert.also:
        typer.echo(f"  {safe(each.outlet)}: {safe(each.title)}")
        typer.echo(f"    {safe(each.url or '')}")
        for words in filter(None, (why(each.why), development_words(each.development))):
            typer.echo(f"    {safe(words)}")
    if alert.also:
        typer.echo("")
    if alert.acknowledged is not None:
        who = safe(alert.acknowledged_by or "")
        typer.echo(f"acknowledged by {who}, {local_time(alert.acknowledged)}")
    if alert.config_version is not None:
        typer.echo(f"made by version {alert.config_version} of the configuration")
    typer.echo(safe(sentence(fate_words(alert.fate, None))))
    for delivery in alert.deliveries:
        tried = {0: "never tried", 1: "tried once"}.get(
            delivery.attempts, f"tried {delivery.attempts} times"
        )
        error = f": {delivery.last_error}" if delivery.last_error else ""
        state = f"{delivery.status.value}{_waits(delivery)}"
        typer.echo(safe(f"{_told(delivery)}: {state}, {tried}{error}"))


@alerts_app.command(name="ack")
def acknowledge(
    alert_id: Annotated[str, typer.Argument(help="Its id, or how it begins.")],
    by: Annotated[str | None, typer.Option(help="Who sees to it; without it, you.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that somebody sees to an alert and what was told of its story so far."""
    from monitor.service import alerts

    require_words("--by", by)
    who = (by or login()).strip()
    done = alerts.acknowledge(database(config), alert_id, who, datetime.now(UTC))
    if as_json:
        print_json(done)
    elif done.before and not done.not_told:
        typer.echo(f"{safe(done.acknowledged_by)} has acknowledged it before.")
    else:
        said = f"; {' and '.join(done.not_told)} will not be told" if done.not_told else ""
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
    from monitor.messages.backlogs import stranded_words
    from monitor.service import alerts

    channels = load(config).config.channel_names
    done = alerts.retry(database(config), alert_id, channels, datetime.now(UTC))
    if as_json:
        print_json(done)
        return
    typer.echo(f"{counted(done.due, 'delivery is', 'deliveries are')} due again.")
    for each in done.stranded:
        typer.echo(safe(sentence(f"left as they are: {stranded_words(each, channels)}")))


@alerts_app.command()
def reroute(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The channel that is gone or dead.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The channel to tell instead.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send what waits for a channel, and what it refused for good, to another.

    Once more changes nothing. A running daemon sends it at once.
    """
    from monitor.service import alerts

    settings = load(config).config
    done = alerts.reroute(database(config), old, new, settings, datetime.now(UTC))
    if as_json:
        print_json(done)
        return
    for line in _rerouted(done):
        typer.echo(safe(line))


def _rerouted(done: Rerouted) -> Iterator[str]:
    """What became of what waited for a channel."""
    moved = done.due + done.later
    if moved:
        number = counted(moved, "delivery", "deliveries")
        revived = f", {done.revived:,} of them given up before" if done.revived else ""
        verb = "goes" if moved == 1 else "go"
        yield f"{number} for `{done.channel}` {verb} to `{done.to}`{revived}."
    else:
        yield f"Nothing waits for `{done.channel}`."
    if done.later:
        yield (
            f"{done.later:,} of them later: `{done.to}` has quiet hours or a digest, or a silence "
            "holds them; see `monitor alerts list`."
        )
    if done.known:
        yield f"{done.known:,} not sent: `{done.to}` is told of the same anyway, or was."
    if done.still_configured:
        yield f"`{done.channel}` is still configured: what comes from now on goes to it."


def _news(alert: ListedAlert) -> str:
    """What tells a development from a first report."""
    said = development_words(alert.development)
    return f"Development, {said}: " if said else ""


def _told(state: Delivery) -> str:
    """The channel, and which message to it."""
    which = f"{state.channel}, follow-up {state.follow_up}" if state.follow_up else state.channel
    which += f" in place of {state.instead_of}" if state.instead_of else ""
    which += ", together with others" if state.summary else ""
    return f"{which}, changed {local_time(state.edited)}" if state.edited else which


def _progress(state: Delivery) -> str:
    error = f" ({state.last_error})" if state.last_error else ""
    return f"{_told(state)}: {state.status.value}{_waits(state)}{error}"


def _waits(state: Delivery) -> str:
    """What holds a delivery back, and until when."""
    if state.sent is not None:
        return ""
    said = waiting_words(state.waits_for, state.next_attempt, state.silenced, None)
    return f", {said}" if said else ""


def _trouble(state: ChannelState) -> str:
    """What is wrong with a channel, in a line."""
    since = f" since {local_time(state.failing_since)}" if state.failing_since else ""
    again = f"; left alone until {local_time(state.rests_until)}" if state.rests_until else ""
    tries = counted(state.failures, "message")
    return f"{state.name} takes nothing{since} ({tries} refused: {state.last_error}){again}"
