"""A development: what is new in a story that people have been told of."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from monitor.model.match import Severity


class DevelopmentKind(enum.StrEnum):
    """What sort of news it is; stored, so that names stay as they are."""

    NAMES_ENTITIES = "names_entities"
    SEVERITY_ROSE = "severity_rose"
    OFFICIAL_SOURCE = "official_source"
    HEADLINE_CHANGED = "headline_changed"
    NO_LONGER_NAMES = "no_longer_names"
    WATCHLIST_JOINED = "watchlist_joined"
    TOLD_IN_WORDS = "told_in_words"


@dataclass(frozen=True, slots=True)
class NamesEntities:
    """Watched entities are named that were not before."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.NAMES_ENTITIES
    entities: tuple[str, ...]
    """As many as a message says."""
    more: int = 0
    """How many there are besides."""


@dataclass(frozen=True, slots=True)
class SeverityRose:
    """It turned out graver."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.SEVERITY_ROSE
    before: Severity
    after: Severity


@dataclass(frozen=True, slots=True)
class OfficialSource:
    """A government or an international body reports it for the first time."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.OFFICIAL_SOURCE
    host: str


@dataclass(frozen=True, slots=True)
class HeadlineChanged:
    """The article's headline says something else."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.HEADLINE_CHANGED
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NoLongerNames:
    """The article has taken a name back."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.NO_LONGER_NAMES
    entity: str
    sentence: str
    """What it had said of it."""


@dataclass(frozen=True, slots=True)
class WatchlistJoined:
    """It concerns another watchlist, too. A channel's own news: no match bears it."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.WATCHLIST_JOINED
    watchlist: str


@dataclass(frozen=True, slots=True)
class ToldInWords:
    """What an earlier version told, in words that cannot be taken apart."""

    kind: ClassVar[DevelopmentKind] = DevelopmentKind.TOLD_IN_WORDS
    words: str


Development = (
    NamesEntities
    | SeverityRose
    | OfficialSource
    | HeadlineChanged
    | NoLongerNames
    | WatchlistJoined
    | ToldInWords
)
"""One piece of news, of one kind and with its arguments."""


_CLASSES: dict[DevelopmentKind, type[Development]] = {
    each.kind: each
    for each in (
        NamesEntities,
        SeverityRose,
        OfficialSource,
        HeadlineChanged,
        NoLongerNames,
        WatchlistJoined,
        ToldInWords,
    )
}


def new_entities(developments: Iterable[Development]) -> frozenset[str]:
    """The entities that are what is new."""
    return frozenset(
        entity
        for each in developments
        if isinstance(each, NamesEntities)
        for entity in each.entities
    )


def to_json(development: Development) -> dict[str, Any]:
    """As it is stored."""
    return {"kind": development.kind.value, **asdict(development)}


def from_json(stored: Mapping[str, Any]) -> Development:
    """What was stored.

    Raises:
        ValueError: no version up to this one has stored it.
    """
    given = {name: value for name, value in stored.items() if name != "kind"}
    kind = DevelopmentKind(stored["kind"])
    if kind is DevelopmentKind.NAMES_ENTITIES:
        given["entities"] = tuple(given["entities"])
    if kind is DevelopmentKind.SEVERITY_ROSE:
        given = {name: Severity(value) for name, value in given.items()}
    return _CLASSES[kind](**given)
