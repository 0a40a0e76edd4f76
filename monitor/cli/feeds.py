"""`monitor feeds list|show|discover|poll`: what is read, how it is doing, what there is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.narrowing import OnlyArgument, only
from monitor.cli.options import (
    ConfigOption,
    JsonOption,
    config_path,
    database,
    database_if_any,
    load,
    settings,
)
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe, say, shown
from monitor.errors import ConfigError, StoreError
from monitor.messages.feeds import health, moved, pushed, validators, when_next, why

if TYPE_CHECKING:
    from monitor.config.schema import Feed, Polling
    from monitor.service.discovery import FoundFeed
    from monitor.service.feed_trials import PolledFeed

feeds_app = typer.Typer(help="Feeds: their health, finding them, adding and removing them.")

FeedArgument = Annotated[
    str, typer.Argument(metavar="NAME_OR_URL", help="A feed's name or address.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(feeds_app, name="feeds", no_args_is_help=True)


@feeds_app.command(name="list")
def list_feeds(
    text: OnlyArgument = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only those in trouble.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """The feeds, how each is doing, and when it is polled next and why."""
    from monitor.service.feeds import listed

    states = only(
        listed(database_if_any(config), _configured(config), failing=failing),
        text, lambda each: (each.name, each.url), "feed",
    )  # fmt: skip
    if as_json:
        print_each(states)
        return
    print_table(
        ("Feed", "Health", "Entries", "Last poll", "Next poll", "Why"),
        (
            (
                state.name,
                health(state),
                str(state.entries_seen),
                local_time(state.last_polled),
                "never" if state.stopped else local_time(state.next_poll),
                why(state, state.hub),
            )
            for state in states
        ),
        empty="All feeds are well." if failing else "No feeds yet: add some under [[feeds]].",
    )


@feeds_app.command()
def show(feed: FeedArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Everything known of one feed: settings, health, last poll, next poll and why then."""
    from monitor.service import feeds

    loaded = load(config)
    wanted = feeds.named_feed(loaded.config, feed)
    db, note = None, "it has not been polled yet"
    try:
        db = database(config)
    except StoreError as error:
        note = str(error)
    found = feeds.shown(loaded.path, wanted, db)
    if as_json:
        print_json(found)
        return
    state, past, hub = found.state, found.history, found.hub
    interval = wanted.interval or loaded.config.polling.interval
    rows: list[tuple[str, str]] = [
        ("address", shown(wanted.url)),
        ("stands in", ", ".join(found.places)),
        ("tags", ", ".join(wanted.tags) or "none"),
        ("interval", _duration(interval) + ("" if wanted.interval else " (as for all feeds)")),
    ]
    if state is None:
        rows.append(("state", note))
    else:
        rows += [
            ("health", health(state)),
            ("last poll", local_time(state.last_polled) or "none yet"),
            ("last answer", local_time(state.last_ok) or "none yet"),
            ("next poll", when_next(state, hub)),
            ("entries", f"{state.entries_seen:,} seen"),
            ("validators", validators(state)),
        ]
    if past is not None:
        lately = f"{past.new_since:,} new in {feeds.LATELY.days} days"
        first = f"first seen {local_time(past.last_new) or 'never'}"
        rows.insert(-1, ("newest", f"{first}; {lately}"))
        rows.append(("here since", local_time(past.added)))
    if hub is not None:
        rows.append(("pushed", pushed(hub)))
    if state is not None and state.move is not None:
        rows.append(("moved to", moved(state.move)))
    typer.echo(safe(wanted.label))
    for heading, value in rows:
        typer.echo(f"  {heading:<12} {safe(value)}")


@feeds_app.command()
def discover(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site's address, or a feed's.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the feeds behind a site's address. Changes nothing."""
    from monitor.service.discovery import discovered

    found = discovered(url, _polling_of(config))
    if as_json:
        print_each(found)
    else:
        print_found(found)


@feeds_app.command()
def poll(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME_OR_URL]...", help="Which feeds; without it, all."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch and read feeds now and say what they give. Stores nothing, tells nobody.

    "New" are entries that the database does not know yet: the daemon's next poll finds them.
    Exits with 1 when a feed that was named cannot be read.
    """
    from monitor.service.feed_trials import known_entries, polled
    from monitor.service.feeds import named_feeds

    loaded = load(config)
    feeds = named_feeds(loaded.config, wanted or ())
    known: dict[str, set[str]] | None = None
    try:
        known = known_entries(database(config), feeds)
    except StoreError as error:
        say(f"note: what is new cannot be told: {error}", err=True)
    rows = polled(feeds, loaded.config.polling, known)
    if as_json:
        print_each(rows)
    else:
        print_table(
            ("Feed", "Answer", "Entries", "New", "Newest", "Seconds", "Remarks"),
            (
                (
                    row.name,
                    str(row.status or "none"),
                    str(row.entries),
                    "?" if row.new is None else str(row.new),
                    local_time(row.newest),
                    f"{row.seconds:.1f}",
                    "; ".join(_remarks(row)),
                )
                for row in rows
            ),
            empty="No feeds yet: add some with `monitor feeds add`.",
        )
    if wanted and not all(row.ok for row in rows):
        raise typer.Exit(1)


def _polling_of(config: Path | None) -> Polling:
    """As configured; as usual where there is no configuration, for looking needs none."""
    from monitor.config.schema import Polling

    named = config or settings.config or os.environ.get("MONITOR_CONFIG")
    try:
        path = config_path(config)
    except ConfigError:
        if named:
            raise
        return Polling()
    return load(path).config.polling


def _configured(config: Path | None) -> tuple[Feed, ...]:
    """The configured feeds; none where the configuration has faults, for looking needs none."""
    try:
        return load(config).config.feeds
    except ConfigError:
        return ()


def print_found(found: Sequence[FoundFeed]) -> None:
    """Print the feeds that a search found."""
    print_table(
        ("Address", "Title", "Entries", "Newest"),
        (
            (
                shown(each.url),
                each.title + (" (comments)" if each.is_comments else ""),
                str(each.entries),
                local_time(each.newest),
            )
            for each in found
        ),
        empty="No feed was found.",
    )


def _remarks(row: PolledFeed) -> list[str]:
    moved = f"moved for good to {row.moved_to}" if row.moved_to else ""
    return [text for text in (row.error, moved, *row.problems) if text]


def _duration(span: timedelta) -> str:
    from monitor.config.values import format_duration

    return format_duration(span)
