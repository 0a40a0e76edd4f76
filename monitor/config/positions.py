"""Where each key and value of a TOML file stands.

`tomllib` reads values but forgets their places. This scanner finds the places again, and runs
only when there is something to report, so that loading stays fast. It relies on `tomllib`
having accepted the text and therefore checks nothing itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

KeyPath = tuple[str | int, ...]
"""The way to a value from the top of a file: keys, and indexes into arrays."""

_SPACE = re.compile(r"[ \t]*")
_SPACE_AND_COMMENTS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    # A multi-line string may end in up to two quotes of its own before the closing three.
    r'"""(?:[^\\]|\\.)*?"""(?:""?(?!"))?'
    r"|'''.*?'''(?:''?(?!'))?"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_STRING_OR_COMMENT = re.compile(f"{_STRING.pattern}|(?P<comment>#[^\n]*)", re.DOTALL)
_OTHER_VALUE = re.compile(r"(?:\d{4}-\d\d-\d\d (?=\d))?[^\s,\]}#]+")


class Place(NamedTuple):
    """Offsets into the text; both point at the same character where there is only one thing."""

    key: int
    """Where the key, or a table's name in its header, starts."""
    value: int
    """Where the value, or a table's header, starts."""


class Position(NamedTuple):
    """What an editor shows: both count from 1, columns in characters."""

    line: int
    column: int


def position(text: str, offset: int) -> Position:
    """Line and column of an offset into a text whose lines end in a line feed."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[KeyPath, Place] = {(): Place(0, 0)}
        self.array_lengths: dict[KeyPath, int] = {}
        self.statement = 0

    def run(self) -> None:
        table: KeyPath = ()
        offset = self.after(_SPACE_AND_COMMENTS, 0)
        while offset < len(self.text):
            self.statement = offset
            if self.text[offset] == "[":
                table, offset = self.header(offset)
            else:
                offset = self.pair(table, offset)
            offset = self.after(_SPACE_AND_COMMENTS, offset)

    def after(self, pattern: re.Pattern[str], offset: int) -> int:
        found = pattern.match(self.text, offset)
        if found is None:
            raise ValueError(f"not TOML at offset {offset}")
        return found.end()

    def header(self, start: int) -> tuple[KeyPath, int]:
        is_array = self.text.startswith("[[", start)
        parts, offset = self.key(self.after(_SPACE, start + 1 + is_array))
        path: KeyPath = ()
        for name, where in parts[:-1]:
            path = self.inside((*path, name))
            self.places.setdefault(path, Place(where, start))
        name, where = parts[-1]
        path = (*path, name)
        self.places.setdefault(path, Place(where, start))
        if is_array:
            index = self.array_lengths.get(path, 0)
            self.array_lengths[path] = index + 1
            path = (*path, index)
            self.places[path] = Place(where, start)
        return path, offset + 1 + is_array

    def inside(self, path: KeyPath) -> KeyPath:
        """A header that goes through an array of tables means the array's last table."""
        length = self.array_lengths.get(path)
        return path if length is None else (*path, length - 1)

    def key(self, offset: int) -> tuple[list[tuple[str, int]], int]:
        parts = []
        while True:
            quoted = self.text[offset] in "\"'"
            end = self.after(_STRING if quoted else _BARE_KEY, offset)
            parts.append((_plain(self.text[offset:end]), offset))
            offset = self.after(_SPACE, end)
            if not self.text.startswith(".", offset):
                return parts, offset
            offset = self.after(_SPACE, offset + 1)

    def pair(self, table: KeyPath, start: int) -> int:
        parts, offset = self.key(start)
        value = self.after(_SPACE, offset + 1)
        path = table
        for name, where in parts[:-1]:
            path = (*path, name)
            self.places.setdefault(path, Place(where, where))
        name, where = parts[-1]
        path = (*path, name)
        self.places.setdefault(path, Place(where, value))
        return self.value(path, value)

    def value(self, path: KeyPath, offset: int) -> int:
        match self.text[offset]:
            case "[":
                return self.array(path, offset + 1)
            case "{":
                return self.inline_table(path, offset + 1)
            case '"' | "'":
                return self.after(_STRING, offset)
            case _:
                return self.after(_OTHER_VALUE, offset)

    def array(self, path: KeyPath, offset: int) -> int:
        index = 0
        while True:
            offset = self.after(_SPACE_AND_COMMENTS, offset)
            if self.text[offset] == "]":
                return offset + 1
            if self.text[offset] == ",":
                offset += 1
                continue
            self.places[(*path, index)] = Place(offset, offset)
            offset = self.value((*path, index), offset)
            index += 1

    def inline_table(self, path: KeyPath, offset: int) -> int:
        while True:
            offset = self.after(_SPACE_AND_COMMENTS, offset)
            if self.text[offset] == "}":
                return offset + 1
            offset = offset + 1 if self.text[offset] == "," else self.pair(path, offset)


def _plain(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    # TOML's escapes are JSON's plus \UXXXXXXXX; JSON refuses the tab that TOML allows.
    body = re.sub(r"(?<!\\)((?:\\\\)*)\\U([0-9a-fA-F]{8})", _long_escape, key)
    return str(json.loads(body, strict=False))


def _long_escape(found: re.Match[str]) -> str:
    return found[1] + json.dumps(chr(int(found[2], 16)))[1:-1]


def places(text: str) -> dict[KeyPath, Place]:
    """The place of every table, key and array element of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.run()
    return scanner.places


def last_statement(text: str) -> int:
    """The offset at which the last statement of a TOML text starts."""
    scanner = _Scanner(text)
    scanner.run()
    return scanner.statement


def end_of_value(text: str, offset: int) -> int:
    """The offset behind the value that starts at an offset of a valid TOML text."""
    return _Scanner(text).value((), offset)


def comments(text: str) -> Iterator[re.Match[str]]:
    """The comments of a valid TOML text, each from its `#` to the end of its line."""
    return (found for found in _STRING_OR_COMMENT.finditer(text) if found["comment"])
