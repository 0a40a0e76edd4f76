"""One configuration file: its bytes, its text, its values, its syntax errors in plain words."""

from __future__ import annotations

import re
import stat
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from monitor.config.positions import (
    KeyPath,
    Place,
    Position,
    places,
    position,
)
from monitor.config.syntax import explain_syntax, line_around
from monitor.errors import Fault

#: A bigger file is not a configuration; reading on would only use up memory.
MAX_BYTES = 64 * 2**20
#: After so many syntax errors in one file the rest is noise.
_MAX_SYNTAX_ERRORS = 20
#: Beyond this many characters only the first is told: each one more means parsing again.
_MAX_REPARSED = 2**20


def shown(path: Path) -> str:
    """A path as people like to read it: relative when it lies below the working directory."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The content of a regular file.

    Raises:
        OSError: it cannot be read, or is not a regular file of at most `limit` bytes.
    """
    status = path.stat()
    # Opening a pipe would wait for ever, and /dev/zero never ends.
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise OSError(f"it is {kind}")
    if status.st_size > limit:
        raise OSError(f"it is larger than {limit // 1024} KiB")
    return path.read_bytes()


def why_unreadable(error: OSError) -> str:
    """The reason of a failed read, in a few words."""
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case PermissionError():
            return "this user may not read it"
        case _:
            return error.strerror or str(error)


@dataclass
class Source:
    """A configuration file that has been read."""

    path: Path
    order: int
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    """Its values, as far as they could be read."""
    faults: list[Fault] = field(default_factory=list)
    has_gaps: bool = False
    """True when syntax errors hid some keys, so that nothing can be said to be missing."""

    @cached_property
    def name(self) -> str:
        """The file's name in messages."""
        return shown(self.path)

    @cached_property
    def places(self) -> dict[KeyPath, Place]:
        """Where everything stands; computed at the first question."""
        return places(self.text)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(newline.end() for newline in re.finditer("\n", self.text))]

    def find(self, path: KeyPath, *, key: bool = False) -> Position:
        """Where a value (or its key) stands; for one that is missing, the table it belongs to."""
        while path not in self.places:
            path = path[:-1]
            key = False
        place = self.places[path]
        offset = place.key if key else place.value
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def fault(
        self, path: KeyPath, reason: str, *, key: bool = False, suggestion: str | None = None
    ) -> Fault:
        """A fault at a value or key of this file."""
        line, column = self.find(path, key=key)
        return Fault(self.order, line, column, self.name, reason, suggestion)


def read_source(path: Path, order: int, raw: bytes) -> Source:
    """Parse one file; what is wrong with it ends up in its `faults`."""
    source = Source(path, order)
    try:
        # Windows editors write a byte-order mark and CRLF; neither shows in an editor's
        # line and column, so neither may count here.
        source.text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        line, column = position(good, len(good))
        reason = "the file is not UTF-8 text; save it with the encoding UTF-8"
        if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            reason = "the file is UTF-16 text; save it with the encoding UTF-8"
        source.faults.append(Fault(order, line, column, source.name, reason))
        source.has_gaps = True
        return source
    if source.text.count("\0") > len(source.text) // 4:
        # What a decoder takes for UTF-8 without complaint; every second byte is 0.
        reason = "the file is UTF-16 or a program's; save it with the encoding UTF-8"
        source.faults.append(Fault(order, 1, 1, source.name, reason))
        source.has_gaps = True
        return source
    _parse(source)
    return source


def _parse(source: Source) -> None:
    """Parse, stepping over lines with an evident slip so that all of them are told at once."""
    text = source.text
    while True:
        try:
            source.data = tomllib.loads(text)
        except RecursionError:
            reason = "values are nested too deeply"
            source.faults.append(Fault(source.order, 1, 1, source.name, reason))
        except ValueError as error:
            offset, reason, skippable = explain_syntax(text, str(error))
            line, column = position(text, offset)
            source.faults.append(Fault(source.order, line, column, source.name, reason))
            source.has_gaps = True
            if skippable and len(source.faults) < _MAX_SYNTAX_ERRORS and len(text) <= _MAX_REPARSED:
                start, end = line_around(text, offset)
                text = text[:start] + " " * (end - start) + text[end:]
                continue
        else:
            # Offsets stay true: a line that was stepped over is as long as it was.
            source.text = text
            return
        source.text = ""
        return
