"""Names that two entities share, and other names that an entity does without unnoticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.config.schema import Entity, Watchlist
from monitor.matching.actors import clusters_for, neighbours
from monitor.matching.names.expansion import ALIAS, CONFIGURED, Name
from monitor.matching.text.normalise import fold_name
from monitor.model.match import Kind

_SHOWN = 5
"""Names that a warning lists as examples."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who goes by a name."""

    watchlist: int
    """Its position in the configuration."""
    entity: Entity
    configured: bool
    """The configuration gives it the name; else a list of actors does, or a rule."""


Owners = Mapping[str, Sequence[Owner]]


def owners_of(
    watchlists: Sequence[Watchlist], names: Mapping[Entity, Sequence[Name]]
) -> dict[str, list[Owner]]:
    """Who goes by which name, whatever stands between its words: "APT 31" is APT31.

    Args:
        watchlists: those configured.
        names: each entity's names.
    """
    owners: dict[str, list[Owner]] = {}
    for number, watchlist in enumerate(watchlists):
        for entity in dict.fromkeys(watchlist.entities):
            for name in names[entity]:
                theirs = owners.setdefault(_key(name.text), [])
                # What is configured comes first.
                if not theirs or (theirs[-1].watchlist, theirs[-1].entity) != (number, entity):
                    is_configured = name.source in {CONFIGURED, ALIAS}
                    theirs.append(Owner(number, entity, is_configured))
    return owners


def shadowed(
    number: int,
    watchlists: Sequence[Watchlist],
    names: Mapping[Entity, Sequence[Name]],
    owners: Owners,
) -> Iterator[tuple[str, str]]:
    """Entities of a watchlist whose configured name is another entity's, too: who, and why.

    Of two that are both configured with it the later one is told of. That two watchlists watch
    the same by the same name is what they are for.
    """
    for entity in dict.fromkeys(watchlists[number].entities):
        own = [name for name in names[entity] if name.source in {CONFIGURED, ALIAS}]
        told: set[tuple[int, Entity]] = set()
        for name in own:
            for other in owners[_key(name.text)]:
                key = (other.watchlist, other.entity)
                if key in told or not _shadows(other, number, entity, watchlists):
                    continue
                told.add(key)
                if other.watchlist == number:
                    where = f"“{other.entity.name}”; both will be reported"
                else:
                    where = (
                        f"“{other.entity.name}” of watchlist “{watchlists[other.watchlist].name}”; "
                        "both will report it"
                    )
                yield entity.name, f"“{name.text}” is also a name of {where}"


def _shadows(other: Owner, number: int, entity: Entity, watchlists: Sequence[Watchlist]) -> bool:
    """Whether it is worth saying that an entity shares a name with another."""
    if other.watchlist == number:
        listed = list(dict.fromkeys(watchlists[number].entities))
        is_later = listed.index(other.entity) > listed.index(entity)
        return other.entity != entity and not (other.configured and is_later)
    if other.entity.name == entity.name:
        return False
    return not (other.configured and other.watchlist > number)


def unlisted(entity: Entity, names: Sequence[Name]) -> Iterator[str]:
    """Which other names an entity is not found by that its user may count on, and what to write."""
    if not entity.expand:
        return
    if entity.kind is Kind.TERM:
        known = clusters_for(entity.name, Kind.THREAT_ACTOR, entity.clusters)
        others = [text for each in known for text in (each.value, *each.synonyms)]
        others = [text for text in dict.fromkeys(others) if _key(text) != _key(entity.name)]
        if known and others:
            yield (
                f"it is watched as a plain term; if you mean the threat actor, write "
                f'{{ name = "{entity.name}", kind = "threat-actor" }}, and it is found by its '
                f"other names, too ({_some(others)})"
            )
        return
    found = {_key(name.text) for name in names}
    apart = []
    for cluster, shared in neighbours(entity.name, entity.kind, entity.clusters):
        others = [text for text in (cluster.value, *cluster.synonyms) if _key(text) not in found]
        if others:
            apart.append(f"as “{shared}”: {_some(others)}")
    if apart:
        yield (
            f"lists of names keep apart what others call by one of its names, {'; '.join(apart)}; "
            "if you mean them, too, add these to `aliases`"
        )


def _some(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _key(text: str) -> str:
    return fold_name(text).replace(" ", "")
