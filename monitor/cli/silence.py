"""`monitor silence`: not to be told of something for a while."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.narrowing import OnlyArgument, only
from monitor.cli.options import (
    LARGEST_ID,
    ConfigOption,
    JsonOption,
    database,
    load,
    login,
    require_words,
)
from monitor.cli.printing import print_each, print_json, print_table, safe
from monitor.errors import UsageError
from monitor.wording import counted

if TYPE_CHECKING:
    from monitor.config.schema import Config
    from monitor.model.match import Severity
    from monitor.service.silences import StatedSilence

silence_app = typer.Typer(help="Not to be told of something for a while.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(silence_app, name="silence", no_args_is_help=True)


@silence_app.command()
def add(
    reason: Annotated[str, typer.Option(help="Why, for those who wonder later.")],
    watchlist: Annotated[
        list[str] | None, typer.Option(help="Of this watchlist. Repeat for several.")
    ] = None,
    entity: Annotated[
        list[str] | None, typer.Option(help="That names nobody but this entity (or these).")
    ] = None,
    feed: Annotated[
        list[str] | None, typer.Option(help="From this feed: its name, a tag or its address.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="With these words in a row, in whatever case.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Whatever it is.")] = False,
    max_severity: Annotated[
        str | None, typer.Option(help="Nothing graver: low, medium or high.")
    ] = None,
    lasts: Annotated[
        str | None, typer.Option("--for", help="How long, such as 2h or 3d.", show_default="24h")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Until when, such as 18:00, 2024-03-26 or 2024-03-26T08:00.")
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Never send what is missed meanwhile, not even later.")
    ] = False,
    author: Annotated[str | None, typer.Option(help="Who says so.", show_default="you")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send no alerts of a kind for a while; what was missed comes together when it ends.

    Of what is asked for, everything must hold. It counts for what waits to be sent, too, and for
    a running daemon at once.
    """
    from monitor.model.alert import Silence
    from monitor.service import silences

    settings = load(config).config
    now = datetime.now(UTC)
    for option, value in (("--reason", reason), ("--text", text), ("--author", author)):
        require_words(option, value)
    if not (watchlist or entity or feed or text or everything or max_severity):
        raise UsageError(
            "it is not said what to silence",
            hint="Name it with --watchlist, --entity, --feed or --text, or write --all.",
        )
    silences.require_known(
        settings, watchlists=watchlist or (), entities=entity or (), feeds=feed or ()
    )
    silence = Silence(
        id=0,
        author=(author or login()).strip(),
        reason=reason.strip(),
        created=now,
        ends=_end(lasts, until, now, settings.alerts.timezone),
        watchlists=tuple(watchlist or ()),
        entities=tuple(entity or ()),
        feeds=tuple(feed or ()),
        text=text and " ".join(text.split()),
        max_severity=_severity(max_severity),
        drop=drop,
    )
    added = silences.add(database(config), silence, settings)
    if as_json:
        print_json(added)
        return
    end = _local(added.ends, settings)
    typer.echo(f"Silence {added.id} is in force until {end}: {safe(_words(added))}.")
    if added.muted:
        fate = "dropped" if drop else "held back"
        messages = counted(added.muted, "message")
        typer.echo(f"{messages} waiting to be sent {'is' if added.muted == 1 else 'are'} {fate}.")


@silence_app.command(name="list")
def list_silences(
    text: OnlyArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Silences, the newest first, and how many messages each holds back."""
    from monitor.service import silences

    settings = load(config).config
    found = only(
        silences.listed(database(config), datetime.now(UTC), ended=everything),
        text, lambda each: (_words(each), each.author, each.reason), "silence",
    )  # fmt: skip
    if as_json:
        print_each(found)
        return
    print_table(
        ("Id", "Until", "Holds", "What", "By", "Reason"),
        (
            (
                str(each.id),
                _local(each.ends, settings),
                str(each.holds),
                _words(each),
                each.author,
                each.reason,
            )
            for each in found
        ),
        empty="Nothing is silenced.",
    )


@silence_app.command()
def extend(
    number: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=LARGEST_ID, help="Which; see `silence list`.")
    ],
    lasts: Annotated[
        str | None, typer.Option("--for", help="How much longer, such as 2h or 3d.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Until when, such as 18:00, 2024-03-26 or 2024-03-26T08:00.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a silence last longer, for what it holds back already, too."""
    from monitor.service import silences

    settings = load(config).config
    now = datetime.now(UTC)
    if lasts is None and until is None:
        raise UsageError("it is not said how long", hint="Write --for 2h or --until 18:00.")
    ends = _end(lasts, until, now, settings.alerts.timezone)
    longer = ends if lasts is None else ends - now
    silence = silences.extend(database(config), number, longer, settings, now)
    if as_json:
        print_json(silence)
        return
    typer.echo(f"Silence {number} is in force until {_local(silence.ends, settings)}; it holds"
               f" {counted(silence.holds, 'message')} back.")  # fmt: skip


@silence_app.command()
def expire(
    number: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=LARGEST_ID, help="Which; see `silence list`.")
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a silence; what was missed under it is sent (a running daemon does it at once)."""
    from monitor.service import silences

    settings = load(config).config
    expired = silences.expire(database(config), number, settings, datetime.now(UTC))
    if as_json:
        print_json(expired)
    else:
        typer.echo(f"Silence {number} has ended; {counted(expired.freed, 'message')} can be sent.")


def _end(lasts: str | None, until: str | None, now: datetime, timezone: str) -> datetime:
    from monitor.config.values import parse_duration
    from monitor.service.silences import LONGEST

    if lasts is not None and until is not None:
        raise UsageError("--for and --until say the same", hint="Write one of them.")
    try:
        if until is None:
            ends = now + parse_duration(lasts or "24h")
        else:
            ends = _moment(until, now.astimezone(ZoneInfo(timezone)))
    except (ValueError, OverflowError):
        raise UsageError(
            f"{until or lasts!r} is no {'time' if until else 'duration'}",
            hint="Write --for 2h or --for 3d, --until 18:00 or --until 2024-03-26T08:00.",
        ) from None
    if not now < ends <= now + LONGEST:
        raise UsageError(
            "a silence ends in the future, and within a year",
            hint="Leave a watchlist or an entity out of the configuration to be rid of it.",
        )
    return ends


def _moment(text: str, local_now: datetime) -> datetime:
    """A date or time of day (the next) as clocks here show it, or with an offset of its own.

    A time that they skip, or show twice, is the first that it may be (PEP 495).

    Raises:
        ValueError: it is none.
    """
    zone = local_now.tzinfo
    if not re.fullmatch(r"\d\d:\d\d", text):
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    at = time.fromisoformat(text)
    days = (local_now.date() + timedelta(days=ahead) for ahead in (0, 1, 2))
    moments = (datetime.combine(day, at, zone).astimezone(UTC) for day in days)
    return next(moment for moment in moments if moment > local_now)


def _severity(name: str | None) -> Severity | None:
    from monitor.model.match import Severity

    if name is None:
        return None
    try:
        return Severity(name)
    except ValueError:
        raise UsageError(
            f"{name!r} is no severity", hint=f"There are: {', '.join(Severity)}."
        ) from None


def _local(moment: datetime, settings: Config) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.alerts.timezone)):%Y-%m-%d %H:%M}"


def _words(silence: StatedSilence) -> str:
    """What it mutes, in a line."""
    parts = [
        f"{name} {' or '.join(values)}"
        for name, values in (
            ("watchlist", silence.watchlists),
            ("entity", silence.entities),
            ("feed", silence.feeds),
        )
        if values
    ]
    if silence.text is not None:
        parts.append(f"“{silence.text}”")
    if silence.max_severity is not None:
        parts.append(f"up to {silence.max_severity}")
    return ", ".join(parts or ["everything"]) + (", dropped" if silence.drop else "")
