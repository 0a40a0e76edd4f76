"""Several files into one set of values, remembering which file said what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.config.file_changes import Watched, digest, expand
from monitor.config.positions import KeyPath
from monitor.config.secrets import Substitution
from monitor.config.source import MAX_BYTES, Source, read_bytes, read_source, why_unreadable
from monitor.errors import Fault


class Merged:
    """The values of all files together, before they are validated."""

    def __init__(self, sources: list[Source]) -> None:
        self.data: dict[str, Any] = {}
        self.sources = sources
        self.faults: list[Fault] = []
        self._origins: dict[KeyPath, tuple[Source, KeyPath]] = {(): (sources[0], ())}
        for source in sources:
            self._add(self.data, source.data, (), source)

    @property
    def has_gaps(self) -> bool:
        """True when syntax errors hid some keys."""
        return any(source.has_gaps for source in self.sources)

    def fault(
        self, path: KeyPath, reason: str, *, key: bool = False, suggestion: str | None = None
    ) -> Fault:
        """A fault at a merged value, in the file and at the place it came from."""
        source, local = self._origin(path)
        return source.fault(local, reason, key=key, suggestion=suggestion)

    def inherit(
        self, table: dict[str, Any], defaults: dict[str, Any], path: KeyPath, origin: KeyPath
    ) -> None:
        """Give a table, which stands at `path`, each default it does not set itself.

        `origin` is where the defaults stand.
        """
        for key, value in defaults.items():
            if key not in table:
                table[key] = value
                self._origins[(*path, key)] = self._origin((*origin, key))
            elif isinstance(value, dict) and isinstance(table[key], dict):
                self.inherit(table[key], value, (*path, key), (*origin, key))

    def _origin(self, path: KeyPath) -> tuple[Source, KeyPath]:
        known = path
        while known not in self._origins:
            known = known[:-1]
        source, local = self._origins[known]
        return source, local + path[len(known) :]

    def _add(
        self, into: dict[str, Any], table: dict[str, Any], path: KeyPath, source: Source
    ) -> None:
        for key, value in table.items():
            here = (*path, key)
            if here == ("include",):
                continue
            if key not in into:
                # Copied, because later files and defaults are added to it.
                into[key] = {} if isinstance(value, dict) else value
                self._origins[here] = (source, here)
                if isinstance(value, dict):
                    self._add(into[key], value, here, source)
                elif _is_tables(value):
                    into[key] = []
                    self._append(into[key], value, here, source)
            elif isinstance(value, dict) and isinstance(into[key], dict):
                self._add(into[key], value, here, source)
            elif _is_tables(value) and _is_tables(into[key]):
                self._append(into[key], value, here, source)
            else:
                first, local = self._origins[here]
                place = first.find(local, key=True)
                reason = f"`{key}` is already set in {first.name}:{place.line}:{place.column}"
                self.faults.append(source.fault(here, reason, key=True))

    def _append(self, into: list[Any], tables: list[Any], path: KeyPath, source: Source) -> None:
        for index, table in enumerate(tables):
            self._origins[(*path, len(into))] = (source, (*path, index))
            into.append(dict(table))


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _tables(value: object) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


class Reader:
    """Reads the main file and what it includes, each file once.

    Args:
        substitution: resolves references.
        given: what is read in place of files, by path: nothing is watched for that.
        no_database: what is read does not say where the database is, even if it does.
    """

    def __init__(
        self,
        substitution: Substitution,
        given: Mapping[Path, bytes] | None = None,
        *,
        no_database: bool = False,
    ) -> None:
        self.sources: list[Source] = []
        self._given = given or {}
        self._no_database = no_database
        self.substitution = substitution
        self._digests: dict[Path, str | None] = {}
        self._patterns: list[str] = []
        self._read: set[Path] = set()

    @property
    def watched(self) -> Watched:
        """Everything that was read or looked for."""
        return Watched({**self.substitution.files, **self._digests}, tuple(self._patterns))

    def read(self, path: Path) -> None:
        """Read a file and then the files it includes, in order.

        A file that was read already is passed over: `include = ["*.toml"]` names its own file
        too, and two files may include each other.

        Raises:
            OSError: the file itself cannot be read.
        """
        self._read.add(path.resolve())
        raw = self.read_other(path, MAX_BYTES)
        source = read_source(path, len(self.sources), raw)
        self.sources.append(source)
        storage = source.data.get("storage")
        if self._no_database and isinstance(storage, dict):
            # Before references are resolved: this machine may not have those.
            storage.pop("url", None)
        self.substitution.apply(source)
        resolve_paths(source)
        for at, pattern in _includes(source):
            self._include(source, at, pattern)

    def read_other(self, path: Path, limit: int) -> bytes:
        """A file of another format that the configuration names, watched from now on.

        Raises:
            OSError: it cannot be read, or has more bytes than `limit`.
        """
        if (given := self._given.get(path)) is not None:
            return given
        self._digests[path] = None
        raw = read_bytes(path, limit)
        self._digests[path] = digest(raw)
        return raw

    def _include(self, source: Source, at: KeyPath, pattern: str) -> None:
        full = str(source.path.parent / pattern)
        self._patterns.append(full)
        files = expand(full)
        if not files:
            reason = f"`include` names no file: {pattern}"
            if "*" not in pattern:
                source.faults.append(source.fault(at, reason))
            return
        for path in files:
            if path.resolve() in self._read:
                continue
            try:
                self.read(path)
            except OSError as error:
                reason = f"the included file {path} cannot be read: {why_unreadable(error)}"
                source.faults.append(source.fault(at, reason))


def _includes(source: Source) -> Iterator[tuple[KeyPath, str]]:
    value = source.data.get("include", [])
    if not isinstance(value, list):
        reason = '`include` takes a list of files, such as ["watchlists/*.toml"]'
        source.faults.append(source.fault(("include",), reason))
        return
    for index, pattern in enumerate(value):
        if isinstance(pattern, str) and pattern.strip():
            yield ("include", index), pattern
        else:
            reason = "`include` takes names of files, in quotes"
            source.faults.append(source.fault(("include", index), reason))


def resolve_paths(source: Source) -> None:
    """Make the file names in a file's values absolute: they are relative to that file."""
    folder = source.path.parent
    storage = source.data.get("storage")
    if isinstance(storage, dict) and isinstance(url := storage.get("url"), str):
        storage["url"] = absolute_sqlite(url, folder)
    matching = source.data.get("matching")
    if isinstance(matching, dict) and isinstance(files := matching.get("clusters"), list):
        matching["clusters"] = [
            str(folder / file) if isinstance(file, str) and file.strip() else file for file in files
        ]
    defaults = source.data.get("defaults")
    channels = [*_tables(source.data.get("channels")), *_tables([_default(defaults, "channel")])]
    for channel in channels:
        if isinstance(file := channel.get("template"), str) and file.strip():
            channel["template"] = str(folder / file)
    for watchlist in _tables(source.data.get("watchlists")):
        for example in _tables(watchlist.get("examples")):
            if isinstance(file := example.get("file"), str) and file:
                example["file"] = str(folder / file)


def _default(defaults: object, name: str) -> object:
    return defaults.get(name) if isinstance(defaults, dict) else None


def absolute_sqlite(url: str, folder: Path) -> str:
    """A `sqlite:///` address whose file is relative, made absolute from a folder."""
    scheme, slashes, rest = url.partition(":///")
    if not slashes or not scheme.startswith("sqlite") or not rest or rest.startswith((":", "/")):
        return url
    return f"{scheme}:///{folder / rest}"
