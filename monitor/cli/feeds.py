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

from monitor.cli.context import (
    ConfigOption,
    JsonOption,
    config_path,
    database,
    database_if_any,
    load,
    print_json,
    print_table,
    safe,
    settings,
    shown,
)
from monitor.cli.inspect import local_time
from monitor.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from monitor.config.schema import Polling
    from monitor.feeds.fetch import Fetcher
    from monitor.model import FeedState, HubSubscription, Move
    from monitor.service.subscriptions import FoundFeed, Trial
    from monitor.service.workers import Workers

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
    from monitor.store import websub
    from monitor.store.feeds import everything

    states: list[FeedState] = []
    hubs: dict[int, HubSubscription] = {}
    if (db := database_if_any(config)) is not None:
        with db.read() as connection:
            states = everything(connection)
            hubs = websub.everything(connection)
    states += _not_yet_polled(config, states)
    if failing:
        states = [state for state in states if state.last_error or state.stopped]
    if as_json:
        for state in states:
            print_json(asdict(state))
        return
    print_table(
        ("Feed", "Health", "Entries", "Last poll", "Next poll", "Why"),
        (
            (
                state.name,
                _health(state),
                str(state.entries_seen),
                local_time(state.last_polled),
                "never" if state.stopped else local_time(state.next_poll),
                _why(state, hubs.get(state.id)),
            )
            for state in states
        ),
        empty="All feeds are well." if failing else "No feeds yet: add some under [[feeds]].",
    )


@feeds_app.command()
def show(feed: FeedArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Everything known of one feed: settings, health, last poll, next poll and why then."""
    from monitor.config.edit import feed_places
    from monitor.service.subscriptions import named_feed
    from monitor.store import websub
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
            hub = websub.of_feed(connection, state.id) if state else None
    except StoreError as error:
        note = str(error)
    if as_json:
        print_json(
            {
                **wanted.model_dump(),
                "url": shown(wanted.url),
                "name": wanted.label,
                "places": places,
                "state": None if state is None else {**asdict(state), "url": shown(state.url)},
                "history": None if past is None else asdict(past),
                "next": None if state is None else _next(state, hub),
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
            ("health", _health(state)),
            ("last poll", local_time(state.last_polled) or "none yet"),
            ("last answer", local_time(state.last_ok) or "none yet"),
            ("next poll", _next(state, hub)),
            ("entries", f"{state.entries_seen:,} seen"),
            ("validators", _validators(state)),
        ]
    if past is not None:
        rows.insert(-1, ("newest", f"first seen {local_time(past.last_new) or 'never'};"
                                   f" {past.new_since:,} new in {LATELY.days} days"))  # fmt: skip
        rows.append(("here since", local_time(past.added)))
    if hub is not None:
        rows.append(("pushed", pushed(hub)))
    if state is not None and state.move is not None:
        rows.append(("moved to", _moved(state.move)))
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
    from monitor.service.subscriptions import named_feeds, try_feeds
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
    from monitor.feeds.fetch import Fetcher
    from monitor.service.workers import Workers

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
    from monitor.service.subscriptions import discover as search

    return _with_network(polling, lambda fetcher, workers: search(url, fetcher, workers))


# --- how it looks ----------------------------------------------------------------------------


def _not_yet_polled(config: Path | None, states: Sequence[FeedState]) -> list[FeedState]:
    """The configured feeds that no daemon has taken up yet."""
    from monitor.model import FeedState

    try:
        feeds = load(config).config.feeds
    except ConfigError:
        return []
    known = {state.url for state in states}
    return [FeedState(0, feed.url, feed.label) for feed in feeds if feed.url not in known]


def _health(state: FeedState) -> str:
    if state.stopped:
        return f"gone: {state.last_error}"
    if state.failures:
        times = "once" if state.failures == 1 else f"{state.failures} times"
        return f"failed {times}: {state.last_error}"
    if state.last_error:
        # Our own network is at fault, which counts as no failure of the feed's.
        return f"not reached{'' if state.last_ok else ' yet'}: {state.last_error}"
    if state.last_polled is None:
        return "not polled yet"
    return "; ".join(("faulty but readable", *state.problems)) if state.problems else "well"


def _why(state: FeedState, hub: HubSubscription | None) -> str:
    """Why it is polled when it is."""
    from monitor.feeds.politeness import in_words, waits_for_pushes

    if hub is None or hub.last_push is None or not waits_for_pushes(state):
        return state.next_reason
    return f"{state.next_reason}; last push {in_words(datetime.now(UTC) - hub.last_push)} ago"


def _next(state: FeedState, hub: HubSubscription | None) -> str:
    if state.stopped or state.next_poll is None:
        return f"never: {state.next_reason.removeprefix('stopped: ')}"
    moment = state.next_poll.astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    at = f"{moment:%H:%M}" if today else f"{moment:%Y-%m-%d %H:%M}"
    reason = _why(state, hub) or "it is new"
    if reason.startswith("every"):
        reason = f"it is polled {reason}"
    elif reason.startswith("failed"):
        reason = f"it {reason}"
    return f"at {at} because {reason}"


def pushed(hub: HubSubscription) -> str:
    """How it stands with a feed's hub."""
    from monitor.feeds.politeness import in_words

    now = datetime.now(UTC)
    if hub.active(now):
        parts = [f"by {shown(hub.hub)} until {local_time(hub.lease_end)}"]
        parts.append(
            "nothing so far"
            if hub.last_push is None
            else f"{hub.pushes:,} times, last {in_words(now - hub.last_push)} ago"
        )
        if hub.missed is not None:
            parts.append(f"a poll found what it had not pushed ({local_time(hub.missed)})")
    elif hub.awaits_confirmation():
        parts = [f"not yet: {shown(hub.hub)} was asked and has not confirmed it"]
    else:
        parts = [f"not by {shown(hub.hub)}: {hub.last_error or 'it has not been asked yet'}"]
    if hub.active(now) and hub.last_error:
        parts.append(hub.last_error)
    if hub.refused:
        parts.append(f"{hub.refused:,} without a valid signature ignored")
    return "; ".join(parts)


def hub_json(hub: HubSubscription) -> dict[str, Any]:
    """The same for scripts, without what only the hub may know."""
    facts = asdict(hub)
    for name in ("id", "feed_id", "token", "secret", "callback", "wanted"):
        del facts[name]
    return {**facts, "hub": shown(hub.hub), "active": hub.active(datetime.now(UTC))}


def _moved(move: Move) -> str:
    if move.confirmed is None:
        return f"{shown(move.to)} (the server says for good, since {local_time(move.since)})"
    since = local_time(move.confirmed)
    return f"{shown(move.to)} for good: asked there since {since}; please change its `url`"


def _validators(state: FeedState) -> str:
    given = (("ETag", state.validators.etag), ("Last-Modified", state.validators.last_modified))
    return ", ".join(f"{name} {value}" for name, value in given if value) or "none"


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
    from monitor.config.schema import format_duration

    return format_duration(span)
