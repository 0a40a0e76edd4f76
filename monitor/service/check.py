"""Is a configuration fit to run? For `monitor check`, at start, and before every reload."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import PlainSerializer

from monitor.alerts.routing import channels_for, reserves
from monitor.config.load import LoadedConfig, load_config
from monitor.config.schema import Config, Example, Watchlist
from monitor.errors import ChannelError, ConfigError, Fault, MonitorError, StoreError
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.delivery import Backlog
from monitor.model.match import Match, Severity


@dataclass(frozen=True, slots=True)
class Checked:
    """A configuration that can run."""

    loaded: LoadedConfig
    matcher: Matcher
    warnings: tuple[Fault, ...]
    """What is probably not meant."""
    failed_examples: tuple[Fault, ...]
    """Examples that the watchlists do not live up to: an edit that breaks one is refused."""


def _in_parts(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "reason": fault.reason,
        "suggestion": fault.suggestion,
        "message": str(fault),
    }


FaultInParts = Annotated[Fault, PlainSerializer(_in_parts)]
"""A fault, for scripts: those of its parts that are not known are null."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `monitor check` found."""

    ok: bool
    errors: tuple[FaultInParts, ...]
    warnings: tuple[FaultInParts, ...]


def check_config(
    path: Path, *, env: Mapping[str, str] = os.environ, fetch_examples: bool = True
) -> Checked:
    """Load a configuration, compile it, and try its channels and examples.

    Args:
        path: the configuration file.
        env: environment variables its values may refer to.
        fetch_examples: whether to run examples whose text is at a web address, too. Not at
            start, when the network may still be on its way up.

    Raises:
        ConfigError: it cannot run; `faults` lists every fault found.
    """
    return check_loaded(load_config(path, env=env), fetch_examples=fetch_examples)


def check_loaded(loaded: LoadedConfig, *, fetch_examples: bool = True) -> Checked:
    """As `check_config`, of a configuration that was loaded, wherever from.

    Raises:
        ConfigError: it cannot run; `faults` lists every fault found.
    """
    faults = [
        *_storage_faults(loaded),
        *_query_faults(loaded),
        *_channel_faults(loaded),
        *_template_faults(loaded),
    ]
    if faults:
        # The place of the first tells the reader of a log line where to begin.
        raise ConfigError("the configuration cannot be used", where=faults[0].where, faults=faults)
    matcher = Matcher(loaded.config.watchlists)
    failures, unread = _run_examples(loaded, matcher, fetch_examples)
    warnings = (
        *loaded.warnings,
        *_silent_channels(loaded),
        *(Fault.nowhere(str(each)) for each in _lint(loaded.config)),
        *unread,
    )
    return Checked(loaded, matcher, warnings, failures)


def waiting_in_vain(loaded: LoadedConfig) -> Iterator[Fault]:
    """Who waits in the database for channels that the configuration does not have."""
    from monitor.messages.backlogs import stranded_words

    names = loaded.config.channel_names
    yield from (Fault.nowhere(stranded_words(each, names)) for each in backlogs_in_vain(loaded))


def backlogs_in_vain(loaded: LoadedConfig) -> list[Backlog]:
    """The same, as figures; nothing of a database that cannot be read."""
    from monitor.service.database import opened_if_any
    from monitor.store.deliveries.missing_channels import stranded

    names = loaded.config.channel_names
    try:
        db = opened_if_any(loaded.config.storage.url)
        if db is None:
            return []
        with closing(db), db.read() as connection:
            return stranded(connection, names)
    except MonitorError:
        # Of another version, or locked: the commands that need it say so.
        return []


def told(config: Config) -> tuple[str, ...]:
    """The channels that alerts can reach, each once."""
    gravest = Match("", 100.0, Severity.CRITICAL, alert=True, mentions=(), reasons=())
    # Without watchlists: where the alerts of the first one will go.
    watchlists = config.watchlists or (Watchlist(name="any"),)
    names = (name for each in watchlists for name in channels_for(gravest, each, config))
    return tuple(dict.fromkeys(names))


def _silent_channels(loaded: LoadedConfig) -> Iterator[Fault]:
    """Channels that are set up and get nothing, which nobody wants."""
    config = loaded.config
    used = {*told(config), *config.operations.channels, *reserves(config)}
    for number, channel in enumerate(config.channels):
        if channel.name not in used:
            why = (
                "a digest gets only what a watchlist names it for"
                if channel.mode == "digest"
                else "every watchlist names others"
            )
            said = (
                f"nothing is sent to `{channel.name}`, for {why}: add it to the `channels` of one"
            )
            yield loaded.fault(said, "channels", number)


def _lint(config: Config) -> Iterator[object]:
    from monitor.matching.lint import lint

    heaviest = max((feed.weight for feed in config.feeds), default=1.0)
    yield from lint(_once_each(config.watchlists), heaviest)


def _once_each(watchlists: Sequence[Watchlist]) -> tuple[Watchlist, ...]:
    """The watchlists without what loading has warned of already, and where it stands."""
    return tuple(
        each.model_copy(update={"entities": tuple(dict.fromkeys(each.entities))})
        for each in watchlists
        if each.entities or each.queries
    )


def _query_faults(loaded: LoadedConfig) -> Iterator[Fault]:
    """Where a query cannot be understood, and why."""
    from monitor.matching.queries.query_evaluation import compile_query
    from monitor.matching.queries.query_language import QuerySyntaxError

    for number, watchlist in enumerate(loaded.config.watchlists):
        for index, query in enumerate(watchlist.queries):
            try:
                compile_query(query, watchlist)
            except QuerySyntaxError as error:
                yield loaded.fault(str(error), "watchlists", number, "queries", index, "query")


def _storage_faults(loaded: LoadedConfig) -> Iterator[Fault]:
    """Where the database's address cannot be used, and why: nothing is opened."""
    from monitor.store.database import Database

    try:
        db = Database(loaded.config.storage.url)
        db.close()
        if db.file is not None and db.file.is_dir():
            raise StoreError("is a folder", where=db.where, hint="Name a file in it.")
    except (ConfigError, StoreError) as error:
        what = error.what if isinstance(error, ConfigError) else f"{error.where}: {error.what}"
        yield loaded.fault(f"{what}. {error.hint or ''}".strip(), "storage", "url")


def _channel_faults(loaded: LoadedConfig) -> Iterator[Fault]:
    """Where a channel's address cannot be used, and why."""
    from monitor.channels.sender import validate_channel

    for number, channel in enumerate(loaded.config.channels):
        try:
            validate_channel(channel)
        except ChannelError as error:
            yield loaded.fault(str(error), "channels", number, "url")


def _template_faults(loaded: LoadedConfig) -> Iterator[Fault]:
    """Where a channel's template cannot be used, and why."""
    if not any(channel.template for channel in loaded.config.channels):
        return
    from monitor.service.templates import template_faults

    channels, timezone = loaded.config.channels, loaded.config.alerts.timezone
    faults = template_faults(channels, now=datetime.now(UTC), timezone=timezone)
    for number, (channel, fault) in enumerate(zip(channels, faults, strict=True)):
        if fault is not None:
            said = f"the template of channel `{channel.name}`: {fault.reason}"
            found = loaded.fault(said, "channels", number, "template")
            if fault.line:
                found = replace(found, file=str(channel.template), line=fault.line, column=None)
            yield found


def _run_examples(
    loaded: LoadedConfig, matcher: Matcher, fetch_examples: bool
) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """The examples that fail, and why others could not be run."""
    from monitor.matching.examples import check_examples

    failures: list[Fault] = []
    unread: list[Fault] = []
    for number, watchlist in enumerate(loaded.config.watchlists):
        runnable, texts, places = [], [], []
        for index, example in enumerate(watchlist.examples):
            if example.url is not None and not fetch_examples:
                continue
            place = ("watchlists", number, "examples", index)
            try:
                texts.append(_text_of(example, loaded))
                runnable.append(example)
                places.append(place)
            except MonitorError as error:
                complaint = loaded.fault(f"this example cannot be read: {error}", *place)
                # The network may fail without the edit being at fault; a file may not.
                (unread if example.url is not None else failures).append(complaint)
        of_those = watchlist.model_copy(update={"examples": tuple(runnable)})
        failures += [
            loaded.fault(
                f"an example of “{failure.watchlist}”: {failure.text}", *places[failure.number - 1]
            )
            for failure in check_examples(matcher, of_those, texts)
        ]
    return tuple(failures), tuple(unread)


def _text_of(example: Example, loaded: LoadedConfig) -> str | Article:
    from monitor.service.documents import fetch, read_source

    if example.text is not None:
        return example.text
    if example.file is not None:
        return read_source(str(loaded.path.parent / example.file))[0]
    address = str(example.url)
    answer = asyncio.run(fetch([address], loaded.config.polling))[address]
    if isinstance(answer, MonitorError):
        raise answer
    return read_source(address, fetched=answer)[0]
