"""`monitor silence`: not to be told of something for a while."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.context import (
    LARGEST_ID,
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
from monitor.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from monitor.config.schema import Config
    from monitor.model.alert import Silence
    from monitor.model.match import Severity

silence_app = typer.Typer(help="Not to be told of something for a while.")

LONGEST = timedelta(days=366)
"""Nobody remembers a silence for longer than that."""


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
    from monitor.pipeline import hold

    settings = load(config).config
    now = datetime.now(UTC)
    for option, value in (("--reason", reason), ("--text", text), ("--author", author)):
        require_words(option, value)
    if not (watchlist or entity or feed or text or everything or max_severity):
        raise UsageError(
            "it is not said what to silence",
            hint="Name it with --watchlist, --entity, --feed or --text, or write --all.",
        )
    _require_known(settings, watchlist, entity, feed)
    silence = Silence(
        id=0,
        author=(author or _login()).strip(),
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
    with database(config).write() as connection:
        silence, muted = hold.add(connection, silence, settings)
    if as_json:
        print_json(_json(silence, now) | {"muted": muted})
        return
    end = _local(silence.ends, settings)
    typer.echo(f"Silence {silence.id} is in force until {end}: {safe(_words(silence))}.")
    if muted:
        fate = "dropped" if drop else "held back"
        typer.echo(f"{count(muted, 'message')} waiting to be sent {'is' if muted == 1 else 'are'}"
                   f" {fate}.")  # fmt: skip


@silence_app.command(name="list")
def list_silences(
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Silences, the newest first, and how many messages each holds back."""
    from monitor.store import silences

    settings = load(config).config
    now = datetime.now(UTC)
    with database(config).read() as connection:
        found = silences.everything(connection)
        held = silences.held_by(connection)
    shown = [each for each in found if everything or each.in_force(now)]
    rows = []
    for each in shown:
        holds = held.get(each.id, 0)
        if as_json:
            print_json(_json(each, now) | {"holds": holds})
            continue
        rows.append(
            (
                str(each.id),
                _local(each.ends, settings),
                str(holds),
                _words(each),
                each.author,
                each.reason,
            )
        )
    if not as_json:
        print_table(
            ("Id", "Until", "Holds", "What", "By", "Reason"), rows, empty="Nothing is silenced."
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
    from monitor.pipeline import hold

    settings = load(config).config
    now = datetime.now(UTC)
    if lasts is None and until is None:
        raise UsageError("it is not said how long", hint="Write --for 2h or --until 18:00.")
    with database(config).write() as connection:
        silence = _in_force(connection, number, now)
        begins = silence.ends if until is None else now
        ends = _end(lasts, until, begins, settings.alerts.timezone)
        if ends <= silence.ends:
            raise UsageError(
                f"silence {number} lasts until {_local(silence.ends, settings)} anyway",
                hint=f"To end it early: `monitor silence expire {number}`.",
            )
        if ends > now + LONGEST:
            raise UsageError("a silence ends within a year")
        silence, held = hold.extend(connection, silence, ends, settings, now)
    if as_json:
        print_json(_json(silence, now) | {"holds": held})
        return
    typer.echo(f"Silence {number} is in force until {_local(silence.ends, settings)}; it holds"
               f" {count(held, 'message')} back.")  # fmt: skip


@silence_app.command()
def expire(
    number: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=LARGEST_ID, help="Which; see `silence list`.")
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a silence; what was missed under it is sent (a running daemon does it at once)."""
    from monitor.pipeline import hold

    settings = load(config).config
    now = datetime.now(UTC)
    with database(config).write() as connection:
        silence = _in_force(connection, number, now)
        freed = hold.expire(connection, silence, settings, now)
    if as_json:
        print_json({"id": number, "freed": freed})
    else:
        typer.echo(f"Silence {number} has ended; {count(freed, 'message')} can be sent.")


def _in_force(connection: Connection, number: int, now: datetime) -> Silence:
    """The silence of that number. Raises UsageError unless it mutes something."""
    from monitor.store import silences

    silence = silences.by_id(connection, number)
    if silence is None or not silence.in_force(now):
        raise UsageError(
            f"silence {number} has ended already" if silence else f"there is no silence {number}",
            hint="See `monitor silence list`.",
        )
    return silence


def _require_known(
    settings: Config,
    watchlists: Iterable[str] | None,
    entities: Iterable[str] | None,
    feeds: Iterable[str] | None,
) -> None:
    """Raises UsageError for what the configuration does not know."""
    from monitor.config.explain import nearest

    lists = settings.watchlists
    known = {
        "watchlist": {each.name for each in lists},
        "entity": {entity.name for each in lists for entity in each.entities}
        | {query.name for each in lists for query in each.queries},
        "feed": {label for each in settings.feeds for label in (each.label, each.url, *each.tags)},
    }
    asked = {"watchlist": watchlists, "entity": entities, "feed": feeds}
    for what, names in asked.items():
        for name in names or ():
            if name not in known[what]:
                meant = nearest(name, known[what])
                raise UsageError(
                    f"no {what} is called {name!r}",
                    hint=f"Did you mean {meant!r}?" if meant else "See `monitor check`.",
                )


def _end(lasts: str | None, until: str | None, now: datetime, timezone: str) -> datetime:
    from monitor.config.values import parse_duration

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


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container's user may have no name.
        return "somebody"


def _local(moment: datetime, settings: Config) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.alerts.timezone)):%Y-%m-%d %H:%M}"


def _words(silence: Silence) -> str:
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


def _json(silence: Silence, now: datetime) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(silence) | {"in_force": silence.in_force(now)}
