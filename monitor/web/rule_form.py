"""The form of the page that tunes a watchlist: what it asks for, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from monitor.config.adjusting import Adjustment
from monitor.config.schema import Entity, Watchlist
from monitor.errors import UsageError
from monitor.wording import counted

#: Lines of a list, and characters of one, that are read.
MOST_LINES = 200
MOST_CHARACTERS = 200
_LISTS = ("aliases", "context", "exclude")
_WORDS = {"aliases": "name", "context": "context word", "exclude": "exclusion"}
_FIELDS = (
    "alert_at",
    "high",
    "critical",
    "entity",
    "of",
    *_LISTS,
    "case",
    "weight",
    "remove",
    "add",
)


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What somebody has filled in."""

    wanted: Adjustment
    entity: Entity | None
    """Whose settings are shown."""
    filled: Mapping[str, Any]
    """What stands in the fields."""
    query: str
    """The same as an address asks for it."""


def read_threshold(given: str | None, otherwise: float) -> float:
    """A score from which on something is so, as it was given.

    Raises:
        UsageError: it is none.
    """
    if given is None or not given.strip():
        return otherwise
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise UsageError("a threshold is a number from 0 to 100")
    return round(value, 1)


def read_rule(given: Mapping[str, str], watchlist: Watchlist) -> RuleForm:
    """What a form or an address asks for.

    Raises:
        UsageError: it makes no sense.
    """
    alert_at = read_threshold(given.get("alert_at"), watchlist.alert_at)
    bands = watchlist.severity
    severity = {
        key: score
        for key, now in (("high", bands.high), ("critical", bands.critical))
        if given.get(key) and (score := read_threshold(given[key], 0)) != now
    }
    entity = next((e for e in watchlist.entities if e.name == given.get("entity")), None)
    is_filled = entity is not None and given.get("of") == entity.name
    settings = _settings(given, entity) if entity is not None and is_filled else {}
    removed = (entity.name,) if entity is not None and is_filled and given.get("remove") else ()
    wanted = Adjustment(
        alert_at=alert_at if alert_at != watchlist.alert_at else None,
        severity=severity,
        entity=entity.name if entity is not None else None,
        settings={} if removed else settings,
        removed=removed,
        added=tuple(_lines(given.get("add", ""))),
    )
    filled: dict[str, Any] = {
        "alert_at": alert_at,
        "high": severity.get("high", bands.high),
        "critical": severity.get("critical", bands.critical),
        "add": "\n".join(wanted.added),
        "remove": bool(removed),
    }
    if entity is not None:
        as_it_is = {name: getattr(entity, name) for name in (*_LISTS, "case_sensitive", "weight")}
        filled |= as_it_is | settings
    asked = [(name, given[name]) for name in _FIELDS if given.get(name)]
    return RuleForm(wanted, entity, filled, urlencode(asked))


def _settings(given: Mapping[str, str], entity: Entity) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _LISTS:
        if name in given:
            found[name] = _lines(given[name])
    if "aliases" in given or "case" in given:
        found["case_sensitive"] = bool(given.get("case"))
    if given.get("weight"):
        try:
            found["weight"] = float(given["weight"])
        except ValueError:
            raise UsageError("a weight is a number from 0 to 10") from None
    return {name: value for name, value in found.items() if value != _now(entity, name)}


def _now(entity: Entity, name: str) -> Any:
    value = getattr(entity, name)
    return list(value) if isinstance(value, tuple) else value


def _lines(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found = list(dict.fromkeys(line for line in lines if line))
    if len(found) > MOST_LINES or any(len(line) > MOST_CHARACTERS for line in found):
        raise UsageError(f"a list has at most {MOST_LINES} lines of {MOST_CHARACTERS} characters")
    return found


def in_words(wanted: Adjustment, watchlist: Watchlist) -> list[str]:
    """What another rule changes, each change in a few words."""
    said = []
    if wanted.alert_at is not None:
        said.append(f"Alert from {wanted.alert_at:g} instead of {watchlist.alert_at:g}")
    said += [f"{key} from {score:g}" for key, score in wanted.severity.items()]
    said += [f"without {name}" for name in wanted.removed]
    said += [f"with {name}" for name in wanted.added]
    entity = next((each for each in watchlist.entities if each.name == wanted.entity), None)
    if entity is not None and wanted.settings:
        parts = [
            part for key, value in wanted.settings.items() for part in _change(key, value, entity)
        ]
        said.append(f"{entity.name}: {', '.join(parts)}")
    said[:1] = [each[:1].upper() + each[1:] for each in said[:1]]
    return said


def _change(key: str, value: Any, entity: Entity) -> list[str]:
    if key == "case_sensitive":
        return ["in its own case only" if value else "in any case"]
    if key == "weight":
        return [f"weight {value:g}"]
    before, what = set(getattr(entity, key)), _WORDS[key]
    more, less = set(value) - before, before - set(value)
    parts = [f"{counted(len(more), what)} more"] if more else []
    if less:
        parts.append(f"{counted(len(less), what)} less")
    return parts or ["in another order"]
