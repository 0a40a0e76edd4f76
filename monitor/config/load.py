"""From a path to a valid configuration, or to every reason why it is not one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.config import checks
from monitor.config.clusters import MAX_BYTES, ByKind, Clusters, parse_clusters
from monitor.config.explain import DEFAULTS, Complaint, did_you_mean, explain, is_showable
from monitor.config.file_changes import Watched
from monitor.config.merge import Merged, Reader, absolute_sqlite
from monitor.config.positions import KeyPath
from monitor.config.schema import Config, Feed, Matching, Watchlist
from monitor.config.secrets import Substitution, secrets_of, shown_nowhere, worth_hiding
from monitor.config.source import Source, shown, why_unreadable
from monitor.errors import ConfigError, Fault

TEMPLATE_BYTES = 256 * 1024
"""What a template's file may hold; the built-in ones have some 5 KiB."""

_INIT = "Write a commented one with `monitor init`."


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """A configuration without faults, and what the daemon must know about where it came from."""

    config: Config
    path: Path
    watched: Watched
    """What was read, and its contents' digests, for `monitor.config.file_changes.changes`."""
    secrets: frozenset[str]
    """Strings that logs and messages must blank out."""
    references: frozenset[str]
    """Those of them that the files only refer to, as `${…}`, and what else gives access in an
    address: nothing at all shows them."""
    warnings: tuple[Fault, ...]
    """In file order."""
    _merged: Merged = field(repr=False)
    version: int | None = None
    """Its number, if it came from the database that machines share."""
    lacking: frozenset[str] = frozenset()
    """Channels whose secrets this machine does not have; nothing can be sent to them from here."""

    def fault(self, reason: str, *path: str | int) -> Fault:
        """A fault of a setting, such as `fault("…", "watchlists", 0, "examples", 2)`.

        Positions count as in the configuration; only feeds listed twice are counted once there
        and twice here. What is not set lies where its table starts.
        """
        return self._merged.fault(path, reason)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The main file and those it includes, in the order in which they were read."""
        return tuple(self._merged.sources)

    @property
    def files(self) -> tuple[Path, ...]:
        """The main file, every other one it names, and those secrets were read from."""
        return tuple(self.watched.digests)


class InvalidConfig(ConfigError):  # noqa: N818 # reads as what it is: a configuration with faults
    """A configuration that was read and has faults."""

    def __init__(self, faults: tuple[Fault, ...], watched: Watched) -> None:
        more = len(faults) - 1
        hint = f"There are {more} more faults." if more > 1 else None
        super().__init__(
            faults[0].reason,
            where=faults[0].where,
            hint="There is 1 more fault." if more == 1 else hint,
            faults=faults,
        )
        self.watched = watched


def find_config(explicit: Path | None, env: Mapping[str, str], cwd: Path) -> Path:
    """The configuration file to use, as an absolute path.

    In this order: the one asked for, `$MONITOR_CONFIG`, `config.toml` in the working
    directory, `$XDG_CONFIG_HOME/monitor/config.toml` (by default below `~/.config`).

    Raises:
        ConfigError: there is none.
    """
    # Never resolved further: a mounted file is replaced by swapping the link it lies behind,
    # and what is relative to it is relative to where the user sees it.
    if explicit is not None:
        return _must_exist(cwd / explicit, None)
    if named := env.get("MONITOR_CONFIG"):
        return _must_exist(cwd / named, "$MONITOR_CONFIG")
    home = env.get("XDG_CONFIG_HOME") or f"{env.get('HOME') or Path.home()}/.config"
    places = (cwd / "config.toml", cwd / home / "monitor" / "config.toml")
    for path in places:
        if os.path.lexists(path):
            return path
    raise ConfigError(
        f"there is no configuration: neither {places[0]} nor {places[1]} exists", hint=_INIT
    )


def _must_exist(path: Path, named_by: str | None) -> Path:
    try:
        path.lstat()
    except PermissionError:
        lacking = "is in a folder that this user may not look into"
        hint = "Run this as the user whose it is, or let this one read it."
    except OSError:
        lacking, hint = "does not exist", f"Write a commented one with `monitor init {path}`."
    else:
        return path
    what = f"the configuration file {path} {lacking}"
    raise ConfigError(f"{what} ({named_by} names it)" if named_by else what, hint=hint)


def load_config(path: Path, *, env: Mapping[str, str] = os.environ) -> LoadedConfig:
    """Read, merge, substitute and validate a configuration.

    Raises:
        InvalidConfig: it has faults; all of them are told.
        ConfigError: the file cannot be read.
    """
    return read_config(path.absolute(), Reader(Substitution(env)))


def read_config(path: Path, reader: Reader) -> LoadedConfig:
    """As `load_config`, with a reader of one's own, which has read nothing yet.

    Raises:
        InvalidConfig: it has faults; all of them are told.
        ConfigError: the file cannot be read.
    """
    try:
        return _read(path, reader)
    except RecursionError:
        # What tomllib just about manages may be too deep for what looks at it afterwards.
        raise ConfigError("values are nested too deeply", where=shown(path)) from None


def _read(path: Path, reader: Reader) -> LoadedConfig:
    try:
        reader.read(path)
    except OSError as error:
        hint = None
        if isinstance(error, FileNotFoundError):
            hint = _INIT
        elif isinstance(error, PermissionError):
            hint = "Run this as the user whose it is, or let this one read it."
        raise ConfigError(
            f"the configuration cannot be read: {why_unreadable(error)}",
            where=shown(path),
            hint=hint,
        ) from None

    merged = Merged(reader.sources)
    default_faults = list(_take_defaults(merged))
    config, faults = _validate(merged)
    # A bad default is told once, where it stands, not for each table that inherits it.
    told = {(fault.order, fault.line, fault.column) for fault in default_faults}
    faults = [fault for fault in faults if (fault.order, fault.line, fault.column) not in told]
    faults += [*merged.faults, *default_faults]
    own, cluster_faults = _read_clusters(merged, reader)
    faults += cluster_faults
    templates, template_faults = _read_templates(merged, reader)
    faults += template_faults
    hidden = worth_hiding(reader.substitution.values)
    if not merged.has_gaps:
        faults += [_found(merged, each) for each in checks.errors(merged.data, hidden)]
    for source in reader.sources:
        faults += source.faults
    if faults or config is None:
        raise InvalidConfig(tuple(sorted(set(faults))), reader.watched)

    notes = {_found(merged, each) for each in checks.warnings(merged.data)}
    return LoadedConfig(
        config=_finish(config, path.parent, own, templates),
        path=path,
        watched=reader.watched,
        secrets=worth_hiding({*reader.substitution.values, *secrets_of(config)}),
        references=worth_hiding({*hidden, *shown_nowhere(config)}),
        warnings=tuple(sorted(notes)),
        _merged=merged,
    )


def _found(merged: Merged, finding: checks.Finding) -> Fault:
    return merged.fault(
        finding.path, finding.reason, key=finding.key, suggestion=finding.suggestion
    )


def _complained(merged: Merged, complaint: Complaint) -> Fault:
    return merged.fault(
        complaint.path, complaint.reason, key=complaint.at_key, suggestion=complaint.suggestion
    )


def _take_defaults(merged: Merged) -> Iterator[Fault]:
    """Take `[defaults]` out of the values and let the tables inherit it."""
    defaults = merged.data.pop("defaults", {})
    if not isinstance(defaults, dict):
        yield merged.fault(("defaults",), "`defaults` is a table: write [defaults.feed]")
        return
    for name, values in defaults.items():
        path = ("defaults", name)
        if name not in DEFAULTS:
            shown_name = f"`{name}`" if is_showable(name) else "name"
            words, suggestion = did_you_mean(name, DEFAULTS)
            reason = f"unknown {shown_name} in [defaults]{words}"
            yield merged.fault(path, reason, key=True, suggestion=suggestion)
            continue
        if not isinstance(values, dict):
            yield merged.fault(path, f"`{name}` is a table: write [defaults.{name}]")
            continue
        target, model = DEFAULTS[name]
        yield from _check_defaults(merged, path, values, model)
        tables = merged.data.get(target)
        for index, table in enumerate(tables if isinstance(tables, list) else ()):
            if isinstance(table, dict):
                merged.inherit(table, values, (target, index), path)


def _check_defaults(
    merged: Merged, path: KeyPath, values: dict[str, Any], model: type[BaseModel]
) -> Iterator[Fault]:
    """Check defaults by themselves: there may be no table yet that inherits them."""
    try:
        model.model_validate(values)
    except ValidationError as error:
        data = {"defaults": {path[-1]: values}}
        details = error.errors()
        for detail in details:
            detail["loc"] = (*path, *detail["loc"])
        for complaint in explain(details, data):
            # What every table must say itself may be missing here.
            if not (complaint.is_missing and len(complaint.path) == len(path) + 1):
                yield _complained(merged, complaint)


def _validate(merged: Merged) -> tuple[Config | None, list[Fault]]:
    try:
        return Config.model_validate(merged.data), []
    except ValidationError as error:
        return None, [
            _complained(merged, complaint)
            for complaint in explain(error.errors(), merged.data)
            if not (complaint.is_missing and merged.has_gaps)
        ]


def _read_clusters(merged: Merged, reader: Reader) -> tuple[tuple[ByKind, ...], list[Fault]]:
    """What the files of `clusters` in [matching] say, and what is wrong with them."""
    table = merged.data.get("matching")
    files = table.get("clusters") if isinstance(table, dict) else None
    found, faults = [], []
    for index, file in enumerate(files if isinstance(files, list) else ()):
        if not isinstance(file, str) or not file.strip():
            continue  # a fault of the value itself, told as such
        path = Path(file)
        try:
            found.append(parse_clusters(reader.read_other(path, MAX_BYTES), path.name))
        except (OSError, ValueError) as error:
            why = (
                f"cannot be read: {why_unreadable(error)}"
                if isinstance(error, OSError)
                else str(error)
            )
            reason = f"`clusters`: the file {path} {why}"
            faults.append(merged.fault(("matching", "clusters", index), reason))
    return tuple(found), faults


def _read_templates(merged: Merged, reader: Reader) -> tuple[dict[int, str], list[Fault]]:
    """What the files of `template` in [[channels]] hold, by channel, and what is wrong there."""
    tables = merged.data.get("channels")
    found, faults = {}, []
    for index, table in enumerate(tables if isinstance(tables, list) else ()):
        file = table.get("template") if isinstance(table, dict) else None
        if not isinstance(file, str) or not file.strip():
            continue  # a fault of the value itself, told as such
        try:
            found[index] = reader.read_other(Path(file), TEMPLATE_BYTES).decode("utf-8-sig")
        except (OSError, ValueError) as error:
            why = why_unreadable(error) if isinstance(error, OSError) else "it is not UTF-8"
            reason = f"`template`: the file {file} cannot be read: {why}"
            faults.append(merged.fault(("channels", index, "template"), reason))
    return found, faults


def _finish(
    config: Config, folder: Path, own: tuple[ByKind, ...], templates: Mapping[int, str]
) -> Config:
    """Settle what depends on the main file's place or on several tables."""
    url = absolute_sqlite(config.storage.url, folder)
    feeds: dict[str, Feed] = {}
    for feed in config.feeds:
        first = feeds.setdefault(feed.url, feed)
        if first is not feed:
            tags = tuple(dict.fromkeys((*first.tags, *feed.tags)))
            feeds[feed.url] = first.model_copy(update={"tags": tags})
    return config.model_copy(
        update={
            "storage": config.storage.model_copy(update={"url": url}),
            "feeds": tuple(feeds.values()),
            "watchlists": _knowing(config, own),
            "channels": tuple(
                channel.written(templates[index]) if index in templates else channel
                for index, channel in enumerate(config.channels)
            ),
        }
    )


def _knowing(config: Config, own: tuple[ByKind, ...]) -> tuple[Watchlist, ...]:
    """The watchlists, with their entities' other names from the lists that [matching] names."""
    if config.matching == Matching():
        return config.watchlists
    clusters = Clusters(config.matching.builtin_clusters, own)
    return tuple(
        watchlist.model_copy(
            update={"entities": tuple(each.knowing(clusters) for each in watchlist.entities)}
        )
        for watchlist in config.watchlists
    )
