"""Adding names and queries to watchlists in their files, with comments and order as they were.

As for feeds (`monitor.config.edit`): text is put in, and the result is only kept when parsing it
shows that exactly what was meant was added.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config import checks
from monitor.config.edit import toml_value
from monitor.config.load import load_config
from monitor.config.merge import Reader
from monitor.config.positions import places
from monitor.config.replace import alone, replace_file
from monitor.config.schema import Entity, Query, Watchlist
from monitor.config.secrets import Substitution
from monitor.config.source import shown
from monitor.errors import ConfigError, UsageError

_BY_HAND = "Change the file by hand; `monitor check` tells whether it is right."
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Added:
    """A name or a query that is watched from now on."""

    file: Path
    line: int
    """Where it stands."""
    watchlist: str
    name: str
    is_new: bool
    """Whether the watchlist was made for it."""


def lines_of(addition: Entity | Query, watchlist: str | None = None) -> list[str]:
    """What is to be written, as lines of TOML.

    Args:
        addition: what is to be watched.
        watchlist: the name of the watchlist to make for it; None if it goes into one that is there.
    """
    kind = "queries" if isinstance(addition, Query) else "entities"
    table = [f"  [[watchlists.{kind}]]"]
    table += [f"  {key} = {toml_value(value)}" for key, value in _set(addition).items()]
    if watchlist is None:
        return table
    return ["[[watchlists]]", f"name = {toml_value(watchlist)}", "", *table]


def add(
    path: Path,
    watchlist: str,
    addition: Entity | Query,
    *,
    env: Mapping[str, str] = os.environ,
) -> Added:
    """Have a watchlist watch a name or a query more; one that is not there is made.

    It goes to the end of the watchlist's table, wherever that stands. A new watchlist goes to the
    end of the file that has the others.

    Args:
        path: the configuration's main file.
        watchlist: its name.
        addition: what is to be watched.
        env: environment variables the configuration may refer to.

    Raises:
        UsageError: the watchlist watches it already.
        InvalidConfig: the configuration has faults; it is left as it is.
        ConfigError: it cannot be edited safely, or would have faults afterwards.
        MonitorError: the file cannot be replaced.
    """
    with alone(path):
        loaded = load_config(path, env=env)
        lists = loaded.config.watchlists
        known = next((each for each in lists if each.name == watchlist), None)
        if known is not None:
            _refuse_known(known, addition)
        candidate = loaded.config.model_copy(update={"watchlists": _with(lists, known, watchlist,
                                                                         addition)})  # fmt: skip
        for finding in checks.errors(candidate.model_dump(mode="json"), loaded.secrets):
            raise ConfigError(
                f"adding it would leave a fault: {finding.reason}",
                where=loaded.fault(finding.reason).where,
                hint="Change that first.",
            )
        file, index = _place(path, watchlist, env)
        raw = file.read_bytes()
        before = raw.decode("utf-8")
        after, line = edited(before, index, watchlist, addition, file)
        replace_file(file, after.encode(), expected=raw)
    return Added(file, line, watchlist, addition.name, known is None)


def _set(addition: Entity | Query) -> dict[str, Any]:
    values = addition.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return {key: value for key, value in values.items() if value not in ("", [])}


def _read(addition: Entity | Query) -> dict[str, Any]:
    """The same as a file gives it, in which nothing is a reference."""
    return tomllib.loads("\n".join(f"{key} = {toml_value(v)}" for key, v in _set(addition).items()))


def _refuse_known(watchlist: Watchlist, addition: Entity | Query) -> None:
    if isinstance(addition, Query):
        is_known = any(each.query == addition.query for each in watchlist.queries)
        what = "asks that"
    else:
        name = addition.name.casefold()
        is_known = any(
            name in {each.name.casefold(), *map(str.casefold, each.aliases)}
            for each in watchlist.entities
        )
        what = "watches that name"
    if is_known:
        raise UsageError(f"watchlist “{watchlist.name}” {what} already")


def _with(
    lists: Sequence[Watchlist], known: Watchlist | None, name: str, addition: Entity | Query
) -> tuple[Watchlist, ...]:
    key = "queries" if isinstance(addition, Query) else "entities"
    if known is None:
        return (*lists, Watchlist.model_validate({"name": name, key: (addition,)}))
    more = known.model_copy(update={key: (*getattr(known, key), addition)})
    return tuple(more if each is known else each for each in lists)


def _place(path: Path, watchlist: str, env: Mapping[str, str]) -> tuple[Path, int | None]:
    """The file that a watchlist stands in, and its number there; None if it is to be made."""
    reader = Reader(Substitution(env))
    reader.read(path)
    for source in reader.sources:
        for index, table in enumerate(source.data.get("watchlists", ())):
            if str(table.get("name", "")).strip() == watchlist:
                return source.path, index
    holding = (source.path for source in reader.sources if source.data.get("watchlists"))
    return next(holding, reader.sources[0].path), None


def edited(
    before: str, index: int | None, watchlist: str, addition: Entity | Query, file: Path
) -> tuple[str, int]:
    """A file's text with the addition, and the line where that stands."""
    text = before.removeprefix(_BOM)
    data = tomllib.loads(text)
    key = "queries" if isinstance(addition, Query) else "entities"
    lists = data.setdefault("watchlists", [])
    if index is None:
        after, at = _appended(text, lines_of(addition, watchlist))
        lists.append({**tomllib.loads(f"name = {toml_value(watchlist)}"), key: [_read(addition)]})
    elif key in lists[index] and ("watchlists", index, key, 0) not in _headers(text):
        given, value = _set(addition), _read(addition)
        is_plain = key == "entities" and list(value) == ["name"]
        after, at = _in_list(text, index, key, given["name"] if is_plain else given, file)
        lists[index][key].append(value["name"] if is_plain else value)
    else:
        after, at = _inserted(text, index, lines_of(addition))
        lists[index].setdefault(key, []).append(_read(addition))
    try:
        is_meant = tomllib.loads(after) == data
    except ValueError:
        is_meant = False
    if not is_meant:
        raise _unsafe(file)
    bom = _BOM if before.startswith(_BOM) else ""
    return bom + after, after.count("\n", 0, at) + 1


def _unsafe(file: Path) -> ConfigError:
    return ConfigError(
        "its watchlists are written in a way that cannot be changed safely",
        where=shown(file),
        hint=_BY_HAND,
    )


def _headers(text: str) -> frozenset[Any]:
    """The tables that have a header of their own."""
    # In a header the name comes after the bracket, elsewhere the value after the key.
    return frozenset(way for way, place in places(text).items() if place.key > place.value)


def _appended(text: str, lines: Sequence[str]) -> tuple[str, int]:
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else newline
    if text.strip() and not text.endswith(("\n\n", "\r\n\r\n")):
        gap += newline
    return text + gap + "".join(f"{line}{newline}" for line in lines), len(text + gap)


def _inserted(text: str, index: int, lines: Sequence[str]) -> tuple[str, int]:
    """A text with lines at the end of a watchlist's table."""
    newline = "\r\n" if "\r\n" in text else "\n"
    own = ("watchlists", index)
    starts = {way: min(place) for way, place in places(text).items() if way}
    start = starts[own]
    begins = (at for way, at in starts.items() if at > start and way[:2] != own)
    end = min(begins, default=len(text))
    end = end if end == len(text) else text.rfind("\n", 0, end) + 1
    kept = text[:end].splitlines(keepends=True)
    # Comments right above the next table are about that one.
    while kept and (not kept[-1].strip() or (end < len(text) and kept[-1].lstrip()[:1] == "#")):
        end -= len(kept.pop())
    before, after = text[:end], text[end:]
    gap = newline if before.endswith("\n") else newline * 2
    put = "".join(f"{line}{newline}" for line in lines)
    return before + gap + put + after, len(before + gap)


def _in_list(text: str, index: int, key: str, value: Any, file: Path) -> tuple[str, int]:
    """A text with one more item in a list such as `entities = ["…"]`."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        table: Any = document["watchlists"][index]
        table[key].append(_inline(value))
        after = tomlkit.dumps(document)
    except (TOMLKitError, LookupError, TypeError, AttributeError) as error:
        raise _unsafe(file) from error
    way = ("watchlists", index, key)
    found = places(after) if after else {}
    place = found.get(way)
    return after, 0 if place is None else place.key


def _inline(value: Any) -> Any:
    import tomlkit

    if isinstance(value, str):
        return tomlkit.parse(f"it = {toml_value(value)}")["it"]
    table = tomlkit.inline_table()
    for key, each in value.items():
        table.append(key, tomlkit.parse(f"it = {toml_value(each)}")["it"])
    return table
