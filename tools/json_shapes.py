"""Writes docs/reference/json.md: what each command prints for scripts, from what commands printed.

python -m tools.json_shapes

`tests/integration/cli/recorded.json` is what the commands really print on a small installation; a
test holds it to them, so what is written here cannot be another program's.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

from tools.commands import ROOT, described

RECORDED = ROOT / "tests" / "integration" / "cli" / "recorded.json"
SHAPES = ROOT / "docs" / "reference" / "json.md"

_INTRODUCTION = """\
# What commands print for scripts

With `--json` a command prints one object a line. These are their keys, written by `make reference`
from what the commands print. `a.b` is a key within an object, `a[]` one value of a list. New keys
come with new versions; those that are here keep their names and meanings within 1.x. Times are
ISO 8601 with their offset, scores go from 0 to 100, durations are in seconds.
"""
_KINDS = {str: "text", bool: "true or false", int: "number", float: "number", type(None): "null"}
#: Objects whose keys are data: how many rows there are of each table.
_COUNTS = {"db stats": "the rows of each table, and `bytes`"}


def shapes() -> dict[str, dict[str, set[str]]]:
    """By command, the kinds of value at each key."""
    names = sorted((each.path.removeprefix("monitor ") for each in described()), key=len)
    found: dict[str, dict[str, set[str]]] = {}
    for line, printed in json.loads(RECORDED.read_text(encoding="utf-8")).items():
        words = " ".join(shlex.split(line))
        command = [each for each in names if f"{words} ".startswith(f"{each} ")][-1]
        for each in printed["out"]:
            _note(each, "", found.setdefault(command, {}))
    return dict(sorted(found.items()))


def _note(value: Any, path: str, found: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        if path:
            found.setdefault(path, set()).add("object")
        for key, each in value.items():
            _note(each, f"{path}.{key}" if path else key, found)
    elif isinstance(value, list):
        found.setdefault(path, set()).add("list")
        for each in value:
            _note(each, f"{path}[]", found)
    else:
        # What differs from run to run is blanked out of what was recorded.
        found.setdefault(path, set()).add("number" if value == "N" else _KINDS[type(value)])


def markdown() -> str:
    """The page."""
    parts = [_INTRODUCTION]
    for command, keys in shapes().items():
        parts.append(f"## monitor {command} --json\n")
        if command in _COUNTS:
            parts.append(f"An object: {_COUNTS[command]}.\n")
            continue
        rows = [
            f"| `{path}` | {', '.join(sorted(kinds, key=lambda kind: kind == 'null'))} |"
            for path, kinds in keys.items()
        ]
        parts.append("\n".join(("| key | value |", "|---|---|", *rows)) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Write it."""
    SHAPES.write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
