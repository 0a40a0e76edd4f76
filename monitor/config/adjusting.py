"""What is changed in a watchlist's table, as text: comments and order stay as they were.

A text is only given back if parsing it shows that exactly what was meant has changed, and if every
comment is still in it, but for those of what was removed.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.config import add_names
from monitor.config.edit import cut, line_start, toml_value, with_comments_above
from monitor.config.positions import KeyPath, Place, places
from monitor.config.schema import Entity, Watchlist
from monitor.errors import ConfigError

BY_HAND = "Change the file by hand; `monitor check` tells whether it is right."
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|(?P<comment>#[^\n]*)',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Another rule of a watchlist; what is empty stays as it is."""

    alert_at: float | None = None
    severity: Mapping[str, float] = field(default_factory=dict)
    """From which score on: `medium`, `high`, `critical`."""
    entity: str | None = None
    """Whose settings `settings` are."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of `aliases`, `context`, `exclude` (lists), `case_sensitive`, `expand`, `weight`."""
    removed: tuple[str, ...] = ()
    """Entities that are watched no more."""
    added: tuple[str, ...] = ()
    """Names that are watched besides."""

    @property
    def is_nothing(self) -> bool:
        """Whether all stays as it is."""
        return self == Adjustment(entity=self.entity)


def adjusted(watchlist: Watchlist, wanted: Adjustment) -> Watchlist:
    """A watchlist under another rule.

    Raises:
        ValueError: there is no such entity, one is added that is there, or a value makes no sense.
    """
    known = {each.name for each in watchlist.entities}
    for name in (*([wanted.entity] if wanted.settings and wanted.entity else ()), *wanted.removed):
        if name not in known:
            raise ValueError(f"nobody of the name “{name}” is watched there")
    taken = {name.casefold() for each in watchlist.entities for name in (each.name, *each.aliases)}
    for name in wanted.added:
        if name.casefold() in taken:
            raise ValueError(f"“{name}” is watched already")
        taken.add(name.casefold())
    entities = [
        _adjusted_entity(each, wanted.settings)
        if wanted.settings and each.name == wanted.entity
        else each
        for each in watchlist.entities
        if each.name not in wanted.removed
    ]
    clusters = watchlist.entities[0].clusters if watchlist.entities else None
    for name in wanted.added:
        new = Entity.model_validate({"name": name})
        entities.append(new if clusters is None else new.knowing(clusters))
    changes: dict[str, Any] = {"entities": tuple(entities)}
    if wanted.alert_at is not None:
        changes["alert_at"] = wanted.alert_at
    if wanted.severity:
        bands = {**watchlist.severity.model_dump(), **wanted.severity}
        changes["severity"] = type(watchlist.severity).model_validate(bands)
    return watchlist.model_copy(update=changes)


def _adjusted_entity(entity: Entity, settings: Mapping[str, Any]) -> Entity:
    values = {**entity.model_dump(), **settings}
    return Entity.model_validate(values).knowing(entity.clusters)


def edited(text: str, index: int, name: str, wanted: Adjustment, file: Path) -> str:
    """A file's text with a watchlist under another rule.

    Args:
        text: the file's.
        index: which of its watchlists.
        name: the watchlist's.
        wanted: the rule.
        file: the file, for what is said of it.

    Raises:
        ConfigError: it is written in a way that cannot be changed safely.
    """
    own: KeyPath = ("watchlists", index)
    from tomlkit.exceptions import TOMLKitError

    bands = {key: number(value) for key, value in wanted.severity.items()}
    try:
        if wanted.alert_at is not None:
            text = _set(text, own, {"alert_at": number(wanted.alert_at)}, file)
        if bands:
            text = _set_bands(text, own, bands, file)
        if wanted.settings:
            entities = tomllib.loads(text)["watchlists"][index]["entities"]
            place = _place_of(entities, wanted.entity)
            text = _set(text, (*own, "entities", place), dict(wanted.settings), file)
        for each in wanted.removed:
            text = _without(text, index, each, file)
        for each in wanted.added:
            entity = Entity.model_validate({"name": each})
            text, _ = add_names.edited(text, index, name, entity, file)
    except (TOMLKitError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise _unsafe(file) from error
    return text


def number(value: float) -> float:
    """A number as people write it."""
    return int(value) if float(value).is_integer() else value


def _unsafe(file: Path) -> ConfigError:
    return ConfigError("cannot be edited safely", where=str(file), hint=BY_HAND)


def _place_of(entities: Sequence[Any], name: str | None) -> int:
    """Where an entity stands in a list; a plain name stands for one. Raises ValueError."""
    names = [each if isinstance(each, str) else each["name"] for each in entities]
    return names.index(name)


def _at(data: Any, way: KeyPath) -> Any:
    for key in way:
        data = data[key]
    return data


def _set_bands(text: str, own: KeyPath, bands: Mapping[str, float], file: Path) -> str:
    """With other scores from which on a match is of a severity."""
    if "severity" in _at(tomllib.loads(text), own):
        return _set(text, (*own, "severity"), bands, file)
    return _set(text, own, {"severity": dict(bands)}, file)


def _set(text: str, way: KeyPath, values: Mapping[str, Any], file: Path) -> str:
    """With other values in the table that a way leads to."""
    meant: Any = tomllib.loads(text)
    table = _at(meant, way)
    if isinstance(table, str):
        # A plain name becomes a table with that name.
        _at(meant, way[:-1])[way[-1]] = table = {"name": table}
    if any(_refers(table.get(key)) for key in values):
        raise _unsafe(file)  # a secret may stand behind it
    values = {key: _as_written(value) for key, value in values.items()}
    table.update(values)
    after = _replaced(text, way, values)
    lines = [f"{key} = {toml_value(_as_meant(value))}" for key, value in values.items()
             if key not in _keys(text, way)]  # fmt: skip
    if lines and _has_header(text, way):
        after = _put(after, way, lines)
    if tomllib.loads(after) != meant or not _comments(after) >= _comments(text):
        raise _unsafe(file)
    return after


def _as_written(value: Any) -> Any:
    """A value as a file holds it, in which `${` begins a reference."""
    return tomllib.loads(f"it = {toml_value(value)}")["it"]


def _as_meant(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_meant(each) for each in value]
    return value.replace("$${", "${") if isinstance(value, str) else value


def _refers(value: Any) -> bool:
    """Whether a value as a file holds it refers to something that stands elsewhere."""
    if isinstance(value, list):
        return any(map(_refers, value))
    return isinstance(value, str) and "${" in value.replace("$${", "")


def _keys(text: str, way: KeyPath) -> Collection[str]:
    table = _at(tomllib.loads(text), way)
    return () if isinstance(table, str) else table.keys()


def _has_header(text: str, way: KeyPath) -> bool:
    # In a header the name comes after the bracket, elsewhere the value after the key.
    place = places(text).get(way)
    return place is not None and place.key > place.value


def _replaced(text: str, way: KeyPath, values: Mapping[str, Any]) -> str:
    """With the values whose keys are there; all of them where the table has no header."""
    import tomlkit

    document = tomlkit.parse(text)
    holder: Any = _at(document, way[:-1])
    table = holder[way[-1]]
    if isinstance(table, str):
        inline = tomlkit.inline_table()
        inline.append("name", table)
        holder[way[-1]] = table = inline
    has_header = _has_header(text, way)
    if not has_header and not values.keys() <= table.keys():
        # Made anew, so that what is added stands as people write it.
        inline = tomlkit.inline_table()
        for key, value in table.items():
            inline.append(key, value)
        holder[way[-1]] = table = inline
    for key, value in values.items():
        if key not in table and has_header:
            continue
        if isinstance(value, list | tuple) and isinstance(table.get(key), list):
            _amend(table[key], value)
        else:
            table[key] = _item(value)
    return tomlkit.dumps(document)


def _amend(array: Any, wanted: Sequence[str]) -> None:
    """Make a list say what is wanted, and leave as it is written whatever stays."""
    for place in reversed(range(len(array))):
        if array[place] not in wanted:
            del array[place]
    for value in wanted:
        if value not in array:
            array.append(_item(value))
    if list(array) != list(wanted):
        raise ValueError("the order is another")


def _item(value: Any) -> Any:
    import tomlkit

    return tomlkit.parse(f"it = {toml_value(_as_meant(value))}")["it"]


def _put(text: str, way: KeyPath, lines: Sequence[str]) -> str:
    """With lines below the last of a table's own that has a header."""
    place = places(text)[way]
    start, end = line_start(text, place.value), _end(text, place)
    kept = text[start:end].splitlines(keepends=True)
    whole = tomllib.loads("".join(kept))
    while not kept[-1].strip() or kept[-1].lstrip().startswith("#"):
        if tomllib.loads("".join(kept[:-1])) != whole:
            break  # the end of a text of several lines
        kept.pop()
    newline = "\r\n" if "\r\n" in text else "\n"
    last = kept[-1] if len(kept) > 1 else kept[0]
    indent = last[: len(last) - len(last.lstrip())]
    above = text[: start + len("".join(kept))]
    gap = "" if above.endswith("\n") else newline
    added = "".join(f"{indent}{line}{newline}" for line in lines)
    return above + gap + added + text[len(above) :]


def _end(text: str, place: Place) -> int:
    """Where the next table's header begins its line."""
    starts = (each.value for each in places(text).values() if each.key > each.value)
    following = min((at for at in starts if at > place.value), default=len(text))
    return line_start(text, following)


def _without(text: str, index: int, name: str, file: Path) -> str:
    """Without an entity, and what is said right above it."""
    import tomlkit

    meant: Any = tomllib.loads(text)
    table = meant["watchlists"][index]
    place = _place_of(table["entities"], name)
    del table["entities"][place]
    way: KeyPath = ("watchlists", index, "entities", place)
    if _has_header(text, way):
        if not table["entities"]:
            del table["entities"]
        header = places(text)[way]
        start = with_comments_above(text, line_start(text, header.value))
        end = _end(text, header)
        kept = text[:end]
        # Comments right above the next table are about that one.
        after = cut(text, start, with_comments_above(kept, end) if end < len(text) else end)
        lost = _comments(text[start:end])
    else:
        document = tomlkit.parse(text)
        entities: Any = _at(document, way[:-1])
        del entities[place]
        after, lost = tomlkit.dumps(document), Counter()
    if tomllib.loads(after) != meant or not _comments(after) >= _comments(text) - lost:
        raise _unsafe(file)
    return after


def _comments(text: str) -> Counter[str]:
    return Counter(found["comment"].rstrip() for found in _TOKEN.finditer(text)
                   if found["comment"])  # fmt: skip
