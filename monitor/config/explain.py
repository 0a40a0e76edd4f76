"""pydantic's complaints in words that somebody who is not a programmer can act on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from monitor.config.positions import KeyPath
from monitor.config.schema import Channel, Config, Feed, Watchlist

TablePath = tuple[str, ...]

#: What may stand in [defaults.…], and the list whose tables inherit it.
DEFAULTS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "feed": ("feeds", Feed),
    "watchlist": ("watchlists", Watchlist),
    "channel": ("channels", Channel),
}


def _model_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The table a field holds, and whether it holds a list of them."""
    if get_origin(annotation) is tuple:
        return _model_of(get_args(annotation)[0])[0], True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    return None, False


@cache
def tables() -> dict[TablePath, dict[str, FieldInfo]]:
    """Every table of the configuration by its path, with its keys."""
    found: dict[TablePath, dict[str, FieldInfo]] = {}

    def visit(model: type[BaseModel], path: TablePath) -> None:
        found[path] = model.model_fields
        for key, info in model.model_fields.items():
            if inner := _model_of(info.annotation)[0]:
                visit(inner, (*path, key))

    visit(Config, ())
    for name, (_, model) in DEFAULTS.items():
        visit(model, ("defaults", name))
    return found


def _is_list(path: TablePath) -> bool:
    info = tables().get(path[:-1], {}).get(path[-1])
    return info is not None and _model_of(info.annotation)[1]


def header(path: KeyPath) -> str:
    """A table as its header is written: `[storage]`, `[[watchlists.entities]]`."""
    names = tuple(part for part in path if isinstance(part, str))
    if not names:
        return "the top of the file"
    dotted = ".".join(names)
    return f"[[{dotted}]]" if _is_list(names) else f"[{dotted}]"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, if one is close enough."""
    known = list(known)
    plain = {re.sub(r"[-_ ]", "", item).casefold(): item for item in known}
    wanted = re.sub(r"[-_ ]", "", name).casefold()
    if wanted in plain:
        return plain[wanted]
    if close := difflib.get_close_matches(wanted, plain, n=1, cutoff=0.6):
        return plain[close[0]]
    # A word is enough for a name of several.
    words = {word: item for item in known for word in item.casefold().split() if word != item}
    close = difflib.get_close_matches(name.casefold(), words, n=1, cutoff=0.75)
    return words[close[0]] if close else None


class Advice(NamedTuple):
    """Words that help, and the name among them that was probably meant."""

    words: str
    suggestion: str | None = None


def did_you_mean(name: str, known: Iterable[str]) -> Advice:
    """`: did you mean …?`, or what there is, or nothing when there is nothing to offer."""
    names = list(known)
    if (meant := nearest(name, names)) is not None:
        return Advice(f": did you mean `{meant}`?", meant)
    if names and len(names) <= 12:
        return Advice("; there is " + ", ".join(f"`{item}`" for item in names))
    return Advice("")


def is_showable(key: str) -> bool:
    """False for what might be a secret pasted in the wrong place."""
    return len(key) <= 40 and "://" not in key and "@" not in key


def unknown_key(key: str, table: KeyPath) -> Advice:
    """Why a key is refused, and what was probably meant."""
    names = tuple(part for part in table if isinstance(part, str))
    if not is_showable(key):
        return Advice("unknown key (not shown: it looks like an address or a secret)")
    where = f"in {header(table)}" if names else "at the top level"
    reason = f"unknown key `{key}` {where}"
    known = [*tables().get(names, {}), *(("include", "defaults") if not names else ())]
    called = _CALLED.get(key, key)
    if called in known or nearest(key, known):
        words, suggestion = did_you_mean(called if called in known else key, known)
        return Advice(reason + words, suggestion)
    if key in {"include", "defaults", *tables()[()]} and names:
        place = "before the first [table]" if key == "include" else f"as {header((key,))}"
        return Advice(f"{reason}: it belongs at the top level, {place}")
    if homes := [
        path for path, keys in tables().items() if key in keys and path[:1] != ("defaults",)
    ]:
        return Advice(f"{reason}: it belongs in {' or '.join(header(path) for path in homes)}")
    return Advice(reason + did_you_mean(key, known).words)


class Complaint(NamedTuple):
    """One fault of a value, in words."""

    path: KeyPath
    reason: str
    at_key: bool = False
    """It concerns the key, not its value."""
    is_missing: bool = False
    """It concerns a key that is not there."""
    suggestion: str | None = None


def explain(errors: Iterable[ErrorDetails], data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Turn pydantic's errors into complaints, one for each value.

    `data` is what was validated: pydantic's own paths name the branches of unions too.
    """
    grouped: dict[KeyPath, list[ErrorDetails]] = {}
    for error in errors:
        path = _path_in(error["loc"], data)
        if error["type"] == "missing":
            path = (*path, error["loc"][-1])
        grouped.setdefault(path, []).append(error)
    for path, group in grouped.items():
        match group[0]["type"]:
            case "missing":
                reason = f"`{path[-1]}` is missing in {header(path[:-1])}"
                yield Complaint(path, reason, is_missing=True)
            case "extra_forbidden":
                reason, suggestion = unknown_key(str(path[-1]), path[:-1])
                yield Complaint(path, reason, at_key=True, suggestion=suggestion)
            case _:
                yield Complaint(path, _value_reason(path, group))


def _path_in(loc: tuple[int | str, ...], data: Any) -> KeyPath:
    path: KeyPath = ()
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
        path = (*path, part)
    return path


_SENTENCES = {
    "tuple_type": 'takes a list, such as ["…", "…"]',
    "string_type": "takes text, in quotes",
    "bool_type": "takes true or false",
    "int_type": "takes a whole number",
    "float_type": "takes a number",
    "literal_error": "takes one of {expected}",
    "enum": "takes one of {expected}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "greater_than": "must be more than {gt:g}",
}

_CALLED = {"names": "entities", "keywords": "entities", "people": "entities", "webhook": "url"}
"""Keys of ours by what others call them."""
_UNQUOTED = {"bool_type", "int_type", "float_type"}


def _value_reason(path: KeyPath, group: list[ErrorDetails]) -> str:
    names = tuple(part for part in path if isinstance(part, str))
    error = group[0]
    context = error.get("ctx", {})
    is_table = names in tables()
    if error["type"] == "value_error":
        # A rule over several keys of a table already names them.
        reason = str(context["error"]) if is_table else f"`{names[-1]}`: {context['error']}"
    elif is_table and _is_list(names) and error["type"] == "tuple_type":
        reason = f"`{names[-1]}` is a list of tables: write {header(names)}, in double brackets"
        if isinstance(error["input"], str):
            reason = f'`{names[-1]}` is a list: write ["…"], in brackets, even of one'
    elif is_table:
        subject = "each of " if isinstance(path[-1], int) else ""
        reason = f"{subject}`{names[-1]}` is a table: write {header(names)} above its keys"
    else:
        sentence = _SENTENCES.get(error["type"])
        said = sentence.format(**context).replace("'", '"') if sentence else error["msg"]
        quotes = error["type"] in _UNQUOTED and isinstance(error["input"], str)
        reason = f"`{names[-1]}` {said}{', without quotes' if quotes else ''}"
    if others := [other for other in group[1:] if other["type"] == "literal_error"]:
        reason += f", or {others[0]['ctx']['expected']}".replace("'", '"')
    return reason
