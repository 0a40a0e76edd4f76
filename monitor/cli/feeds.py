"""`monitor feeds list|show|discover|poll`: what is read, how it is doing, what there is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from monitor.cli.feed_words import (
    health,
    hub_json,
    moved,
    pushed,
    state_json,
    validators,
    when_next,
    why,
)
from monitor.cli.options import (
    ConfigOption,
    JsonOption,
    config_path,
    database,
    database_if_any,
    load,
    settings,
)
from monitor.cli.printing import local_time, print_json, print_table, safe, shown
from monitor.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from monitor.config.schema import Polling
    from monitor.fetch.client import Fetcher
    from monitor.model.feed import FeedState, HubSubscription
    from monitor.pipeline.workers import Workers
    from monitor.service.feeds import FoundFeed, Trial

T = TypeVar("T")

feeds_app = typer.Typer(help="Feeds: their health, finding them, adding and removing them.")

FeedArgument = Annotated[
    str, typer.Argument(metavar="NAME_OR_URL", help="A feed's name or address.")
]
#: How far back "lately" reaches in `monitor feeds show`.
LATELY = timedelta(days=7)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(feeds_app, name="feeds", no_args_is_help=True)


@feeds_app.command(name="list")
def list_feeds(
    failing: Annotated[bool, typer.Option("--failing", help="Only those in trouble.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """The feeds, how each is doing, and when it is polled next and why."""
    from monitor.store import hub_subscriptions
    from monitor.store.feeds import everything

    states: list[FeedState] = []
    hubs: dict[int, HubSubscription] = {}
    if (db := database_if_any(config)) is not None:
        with db.read() as connection:
            states = everything(connection)
            hubs = hub_subscriptions.everything(connection)
    states += _not_yet_polled(config, states)
    if failing:
        states = [state for state in states if state.last_error or state.stopped]
    if as_json:
        for state in states:
            print_json(state_json(state))
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
                why(state, hubs.get(state.id)),
            )
            for state in states
        ),
        empty="All feeds are well." if failing else "No feeds yet: add some under [[feeds]].",
    )


@feeds_app.command()
def show(feed: FeedArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Everything known of one feed: settings, health, last poll, next poll and why then."""
    from monitor.config.edit import feed_places
    from monitor.service.feeds import named_feed
    from monitor.store import hub_subscriptions
    from monitor.store.feeds import everything, history

    loaded = load(config)
    wanted = named_feed(loaded.config, feed)
    places = [
        f"{place.file}:{place.line}"
        for place in feed_places(loaded.path)
        if place.url == wanted.url
    ]
    state, past, hub, note = None, None, None, "it has not been polled yet"
    try:
        with database(config).read() as connection:
            state = next((s for s in everything(connection) if s.url == wanted.url), None)
            past = history(connection, wanted.url, datetime.now(UTC) - LATELY)
            hub = hub_subscriptions.of_feed(connection, state.id) if state else None
    except StoreError as error:
        note = str(error)
    if as_json:
        print_json(
            {
                **wanted.model_dump(),
                "url": shown(wanted.url),
                "name": wanted.label,
                "places": places,
                "state": None if state is None else {**state_json(state), "url": shown(state.url)},
                "history": None if past is None else asdict(past),
                "next": None if state is None else when_next(state, hub),
                "hub": None if hub is None else hub_json(hub),
            }
        )
        return
    interval = wanted.interval or loaded.config.polling.interval
    rows: list[tuple[str, str]] = [
        ("address", shown(wanted.url)),
        ("stands in", ", ".join(places)),
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
        rows.insert(-1, ("newest", f"first seen {local_time(past.last_new) or 'never'};"
                                   f" {past.new_since:,} new in {LATELY.days} days"))  # fmt: skip
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
    found = discovered(url, polling_of(config))
    if as_json:
        for each in found:
            print_json(_found_json(each))
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
    from monitor.service.feeds import named_feeds, try_feeds
    from monitor.store.entries import identities

    loaded = load(config)
    feeds = named_feeds(loaded.config, wanted or ())
    known: dict[str, set[str]] | None = None
    try:
        with database(config).read() as connection:
            known = {feed.url: identities(connection, feed.url) for feed in feeds}
    except StoreError as error:
        typer.echo(f"note: what is new cannot be told: {error}", err=True)
    trials = _with_network(
        loaded.config.polling, lambda fetcher, workers: try_feeds(feeds, fetcher, workers)
    )
    rows = [_trial_json(trial, None if known is None else known[trial.feed.url])
            for trial in trials]  # fmt: skip
    if as_json:
        for row in rows:
            print_json(row)
    else:
        print_table(
            ("Feed", "Answer", "Entries", "New", "Newest", "Seconds", "Remarks"),
            (
                (
                    row["name"],
                    str(row["status"] or "none"),
                    str(row["entries"]),
                    "?" if row["new"] is None else str(row["new"]),
                    local_time(row["newest"]),
                    f"{row['seconds']:.1f}",
                    "; ".join(_remarks(row)),
                )
                for row in rows
            ),
            empty="No feeds yet: add some with `monitor feeds add`.",
        )
    if wanted and any(trial.error for trial in trials):
        raise typer.Exit(1)


# --- the network -----------------------------------------------------------------------------


def _with_network(polling: Polling, work: Callable[[Fetcher, Workers], Awaitable[T]]) -> T:
    from monitor.fetch.client import Fetcher
    from monitor.pipeline.workers import Workers

    async def run() -> T:
        workers = Workers()
        try:
            async with Fetcher(polling) as fetcher:
                return await work(fetcher, workers)
        finally:
            workers.close()

    return asyncio.run(run())


def polling_of(config: Path | None) -> Polling:
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


def discovered(url: str, polling: Polling) -> tuple[FoundFeed, ...]:
    """Search with a fetcher and workers of its own. Raises MonitorError when nothing is found."""
    from monitor.service.feeds import discover as search

    return _with_network(polling, lambda fetcher, workers: search(url, fetcher, workers))


# --- how it looks ----------------------------------------------------------------------------


def _not_yet_polled(config: Path | None, states: Sequence[FeedState]) -> list[FeedState]:
    """The configured feeds that no daemon has taken up yet."""
    from monitor.model.feed import FeedState

    try:
        feeds = load(config).config.feeds
    except ConfigError:
        return []
    known = {state.url for state in states}
    return [FeedState(0, feed.url, feed.label) for feed in feeds if feed.url not in known]


def _found_json(found: FoundFeed) -> dict[str, Any]:
    return {**asdict(found), "url": shown(found.url)}


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


def _trial_json(trial: Trial, known: set[str] | None) -> dict[str, Any]:
    entries = trial.parsed.entries if trial.parsed else ()
    return {
        "name": trial.feed.label,
        "url": shown(trial.feed.url),
        "ok": trial.error is None,
        "status": trial.status,
        "entries": len(entries),
        "new": None if known is None else sum(each.identity not in known for each in entries),
        "newest": trial.newest,
        "seconds": round(trial.seconds, 3),
        "moved_to": trial.moved_to,
        "problems": list(trial.parsed.problems) if trial.parsed else [],
        "error": None if trial.error is None else trial.error.what,
    }


def _remarks(row: dict[str, Any]) -> list[str]:
    moved = f"moved for good to {row['moved_to']}" if row["moved_to"] else ""
    return [text for text in (row["error"], moved, *row["problems"]) if text]


def _duration(span: timedelta) -> str:
    from monitor.config.values import format_duration

    return format_duration(span)
