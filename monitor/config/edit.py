"""Adding feeds to the configuration and taking them out, with everything else as it was.

The file belongs to its owner: its comments, order and spacing are theirs. So nothing is
written anew; text is put in or cut out, and the result is only kept when parsing it shows
that exactly the feeds meant have changed.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.config import checks
from monitor.config.load import LoadedConfig, load_config
from monitor.config.merge import Reader
from monitor.config.positions import KeyPath, Place, places
from monitor.config.replace import alone, replace_file
from monitor.config.schema import Feed
from monitor.config.secrets import Substitution
from monitor.config.source import shown
from monitor.errors import ConfigError

_BY_HAND = "Change the file by hand; `monitor check` tells whether it is right."
_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
# A line drawn in a comment makes it a heading, which stands above more than one feed.
_DRAWN = re.compile(r"[-=*~_─═#]{3,}")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Added:
    """What `add_feeds` did."""

    file: Path
    """The file the feeds stand in now."""
    added: tuple[Feed, ...]
    already: tuple[Feed, ...]
    """Those not added because they are in the configuration."""


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """Where a feed stands."""

    url: str
    file: Path
    index: int
    """Its number among the feeds of that file, from 0."""
    line: int


def same_feed(url: str) -> str:
    """A key that is equal for addresses of one feed: http or https, letter case of the host."""
    text = url.strip().partition("#")[0]
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return text
    port = None if port == {"http": 80, "https": 443}.get(parts.scheme) else port
    # A user name stays: with another one the same address may be another feed.
    user = parts.netloc.rpartition("@")[0]
    return f"//{user}@{host}:{port or ''}{parts.path or '/'}?{parts.query}"


def add_feeds(path: Path, feeds: Sequence[Feed], *, env: Mapping[str, str] = os.environ) -> Added:
    """Append feeds, as `[[feeds]]`, below those that are there.

    They go to the end of the main file's feeds; if it has none, of those in the first included
    file that has some; else to the end of the main file. Only what a feed sets is written.

    Raises:
        InvalidConfig: the configuration has faults; it is left as it is.
        ConfigError: it cannot be edited safely, or would have faults afterwards.
        MonitorError: the file cannot be replaced.
    """
    with alone(path):
        loaded = load_config(path, env=env)
        known = {same_feed(feed.url) for feed in loaded.config.feeds}
        added: list[Feed] = []
        already: list[Feed] = []
        for feed in feeds:
            key = same_feed(feed.url)
            (already if key in known else added).append(feed)
            known.add(key)
        files = _files(path, env)
        file = next((each for each in files if each.tables), files[0])
        if added:
            _refuse_faults(loaded, (*loaded.config.feeds, *added), "adding them")
            file.insert(added)
            file.replace()
    return Added(file.path, tuple(added), tuple(already))


def remove_feed(
    path: Path, url: str, *, env: Mapping[str, str] = os.environ
) -> tuple[FeedPlace, ...]:
    """Take a feed out, wherever it stands; where it stood.

    With its table go the comment lines right above it and below its last key: those that no
    blank line parts from it, unless a line drawn in them makes them a heading.

    Args:
        path: the main file.
        url: the feed's address as configured.
        env: environment variables the configuration may refer to.

    Raises:
        InvalidConfig: the configuration has faults; it is left as it is.
        ConfigError: it cannot be edited safely, or would have faults afterwards.
        MonitorError: a file cannot be replaced.
    """
    with alone(path):
        loaded = load_config(path, env=env)
        left = [feed for feed in loaded.config.feeds if feed.url != url]
        _refuse_faults(loaded, left, "removing it")
        found = tuple(place for place in feed_places(path, env=env) if place.url == url)
        files = {file.path: file for file in _files(path, env)}
        changed = {place.file: files[place.file] for place in found}
        for file in changed.values():
            file.cut([place.index for place in found if place.file == file.path])
        for file in changed.values():
            file.replace()
    return found


def feed_places(path: Path, *, env: Mapping[str, str] = os.environ) -> tuple[FeedPlace, ...]:
    """Where each feed stands, in reading order; one listed twice has two places.

    The configuration must be without faults.
    """
    reader = Reader(Substitution(env))
    reader.read(path)
    return tuple(
        FeedPlace(table["url"].strip(), source.path, index, source.find(("feeds", index)).line)
        for source in reader.sources
        for index, table in enumerate(source.data.get("feeds", ()))
    )


def _files(path: Path, env: Mapping[str, str]) -> list[_File]:
    reader = Reader(Substitution(env))
    reader.read(path)
    return [_File(source.path) for source in reader.sources]


def _refuse_faults(loaded: LoadedConfig, feeds: Sequence[Feed], doing: str) -> None:
    """Whatever `load_config` would find wrong with the configuration with these feeds."""
    candidate = loaded.config.model_copy(update={"feeds": tuple(feeds)})
    for finding in checks.errors(candidate.model_dump(mode="json"), loaded.secrets):
        raise ConfigError(
            f"{doing} would leave a fault: {finding.reason}",
            where=loaded.fault(finding.reason, *finding.path).where,
            hint="Change that first.",
        )


# --- one file -------------------------------------------------------------------------------


class _File:
    """A configuration file being edited: its text as it stands, line ends and all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = path.read_bytes()
        self._text = self._raw.removeprefix(_BOM).decode()
        self._newline = "\r\n" if "\r\n" in self._text else "\n"
        self._data = tomllib.loads(self._text)
        self._places = places(self._text)

    @property
    def tables(self) -> list[dict[str, Any]]:
        """Its feeds."""
        tables: list[dict[str, Any]] = self._data.get("feeds", [])
        return tables

    def insert(self, feeds: Sequence[Feed]) -> None:
        """Put feeds below the last one, or at the end."""
        self._refuse_inline()
        at = self._spans()[-1][1] if self.tables else len(self._text)
        before, after = self._text[:at], self._text[at:]
        wanted = [feed_lines(feed) for feed in feeds]
        tables = ["".join(f"{line}\n" for line in ("[[feeds]]", *each)) for each in wanted]
        gap = "" if not before or before.endswith("\n") else "\n"
        if before.strip() and not before.endswith(("\n\n", "\n\r\n")):
            gap += "\n"
        text = (gap + "\n".join(tables)).replace("\n", self._newline)
        below = "" if not after or after.startswith(("\n", "\r\n")) else self._newline
        added = [tomllib.loads("\n".join(each)) for each in wanted]
        self._keep(before + text + below + after, [*self.tables, *added])

    def cut(self, indexes: Sequence[int]) -> None:
        """Take feeds out by their numbers."""
        self._refuse_inline()
        spans = self._spans()
        text = self._text
        for index in sorted(indexes, reverse=True):
            start, end = spans[index]
            text = cut(text, with_comments_above(text, start), end)
        self._keep(text, [t for i, t in enumerate(self.tables) if i not in indexes])

    def replace(self) -> None:
        """Put the new text in the file's place. Raises MonitorError as `replace_file` does."""
        raw = (_BOM if self._raw.startswith(_BOM) else b"") + self._text.encode()
        replace_file(self.path, raw, expected=self._raw)

    def _keep(self, text: str, feeds: list[dict[str, Any]]) -> None:
        """Take over an edited text if exactly the feeds differ, as meant."""
        wanted = {**self._data, "feeds": feeds}
        if not feeds:
            del wanted["feeds"]
        try:
            data = tomllib.loads(text)
        except ValueError:
            data = {}
        if data != wanted:
            raise ConfigError(
                "its feeds are written in a way that this command cannot change safely",
                where=shown(self.path),
                hint=_BY_HAND,
            )
        self._text, self._data = text, data

    def _refuse_inline(self) -> None:
        if "feeds" in self._data and ("feeds", 0) not in self._headers():
            raise ConfigError(
                "its feeds stand in a list, `feeds = […]`, which this command cannot change",
                where=shown(self.path),
                hint="Write each as a table of its own under [[feeds]].",
            )

    def _headers(self) -> dict[KeyPath, Place]:
        # In a header the name comes after the bracket, elsewhere the value after the key.
        return {way: place for way, place in self._places.items() if place.key > place.value}

    def _spans(self) -> list[tuple[int, int]]:
        """Where each feed's table starts and ends, comments right below it included."""
        headers = self._headers()
        # A table that belongs to a feed ([feeds.x]) is part of it.
        others = sorted(p.value for way, p in headers.items() if way[:1] != ("feeds",))
        starts = [headers["feeds", index].value for index in range(len(self.tables))]
        spans = []
        for start, following in zip(starts, [*starts[1:], len(self._text)], strict=True):
            at = bisect_right(others, start)
            limit = min(following, others[at] if at < len(others) else len(self._text))
            begin, limit = (line_start(self._text, each) for each in (start, limit))
            ends_file = limit == len(self._text)
            spans.append((begin, begin + _length(self._text[begin:limit], ends_file=ends_file)))
        return spans


def _length(chunk: str, *, ends_file: bool) -> int:
    """How much of a text, from a table's header to the next one, is the table."""
    lines = [found.span() for found in _LINE.finditer(chunk) if found[0]]
    kinds = [_kind(chunk[start:end]) for start, end in lines]
    own = 1 + max(number for number, kind in enumerate(kinds) if kind == "statement")
    whole = _values(chunk)
    # A text of several lines may end in one that looks like a comment.
    while _values(chunk[: lines[own - 1][1]]) != whole:
        own += 1
    below = own
    while below < len(kinds) and kinds[below] == "comment":
        below += 1
    is_heading = _DRAWN.search(chunk[lines[own - 1][1] : lines[below - 1][1]])
    # Comments that reach down to the next header are about what it begins.
    if (below < len(kinds) or ends_file) and not is_heading:
        own = below
    return lines[own - 1][1]


def _values(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def _kind(line: str) -> str:
    text = line.strip()
    if not text:
        return "blank"
    return "comment" if text.startswith("#") else "statement"


def line_start(text: str, offset: int) -> int:
    # The end of the text is where its last line would go on.
    return offset if offset == len(text) else text.rfind("\n", 0, offset) + 1


def with_comments_above(text: str, start: int) -> int:
    """Where the comment block right above a table starts, or the table if there is none."""
    top = start
    while top:
        line = text.rfind("\n", 0, top - 1) + 1
        if _kind(text[line:top]) != "comment":
            break
        if _DRAWN.search(text[line:top]):
            return start
        top = line
    return top


def cut(text: str, start: int, end: int) -> str:
    """A text without a part, and with one gap where there were two."""
    before, after = text[:start], text[end:]
    content = before.rstrip("\r\n")
    if not content:
        return after.lstrip("\r\n")
    if not after or after.startswith(("\n", "\r\n")):
        line_end = "\r\n" if before.startswith("\r\n", len(content)) else "\n"
        before = content + line_end
    return before + after


# --- TOML -----------------------------------------------------------------------------------


def feed_lines(feed: Feed) -> list[str]:
    """What a feed sets, as lines of TOML."""
    values = feed.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return [
        f"{key} = {toml_value(value)}" for key, value in values.items() if value not in ("", [])
    ]


def toml_value(value: object) -> str:
    """A value as TOML writes it, in which nothing is a reference."""
    if isinstance(value, str):
        # Never a reference: a feed's title could otherwise name a file to be read into it.
        text = _SURROGATES.sub("\ufffd", value).replace("${", "$${")
        # TOML's basic strings have JSON's escapes; only DEL needs one more.
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {toml_value(item)}' for key, item in value.items())}}}"
    return json.dumps(value)
