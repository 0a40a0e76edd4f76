# ruff: noqa: RUF001 - Cyrillic endings
"""What threat actors are called: MISP's clusters, which ship with the program, and users' own.

The data files of `pymispgalaxies` are read directly: its own classes take 1.5 s to build every
cluster there is, and one file takes 10 ms.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from monitor.config.clusters import BUILT_IN, Cluster, Clusters, parse_clusters
from monitor.matching.text.normalise import fold_name
from monitor.model.match import Kind

_GALAXIES = {
    Kind.THREAT_ACTOR: ("threat-actor",),
    Kind.MALWARE: ("malpedia", "mitre-malware", "mitre-tool", "tool", "rat", "ransomware"),
}
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_Index = tuple[dict[str, list[Cluster]], dict[str, list[Cluster]]]
"""Clusters by folded main name, and by folded synonym."""


@cache
def _builtin(galaxy: str) -> _Index:
    return _index(_clusters_of(galaxy))


@cache
def _clusters_of(galaxy: str) -> tuple[Cluster, ...]:
    # Its data only: to import it takes longer than to read a file.
    spec = find_spec("pymispgalaxies")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / "misp-galaxy" / "clusters" / f"{galaxy}.json"
    (clusters,) = parse_clusters(path.read_bytes(), f"MISP {galaxy}").values()
    return clusters


@lru_cache(maxsize=8)
def _own(clusters: Clusters, kind: Kind) -> tuple[_Index, ...]:
    return tuple(_index(file.get(kind, ())) for file in clusters.own)


def _index(clusters: Iterable[Cluster]) -> _Index:
    by_value: dict[str, list[Cluster]] = {}
    by_synonym: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        by_value.setdefault(_key(cluster.value), []).append(cluster)
        for synonym in cluster.synonyms:
            by_synonym.setdefault(_key(synonym), []).append(cluster)
    return by_value, by_synonym


def _key(name: str) -> str:
    return fold_name(name).replace(" ", "")


def clusters_for(name: str, kind: Kind, clusters: Clusters = BUILT_IN) -> tuple[Cluster, ...]:
    """The clusters that `name` stands for, the user's own first.

    In each list, a cluster that bears the name as its main one wins over those that know it as
    a synonym, so that watching "OilRig" does not also watch every actor once taken for OilRig.
    """
    found: list[Cluster] = []
    indexes = _own(clusters, kind)
    if clusters.builtin:
        indexes += tuple(map(_builtin, _GALAXIES.get(kind, ())))
    for by_value, by_synonym in indexes:
        found += by_value.get(_key(name)) or by_synonym.get(_key(name), [])
    if not found and kind is Kind.THREAT_ACTOR and clusters.builtin:
        return _gang(name)
    return tuple(found)


def _gang(name: str) -> tuple[Cluster, ...]:
    """What those go by who are known by their ransomware: ALPHV, BlackCat.

    Names in small letters are families that MISP found no name for, and words.
    """
    by_value, by_synonym = _builtin("ransomware")
    found = by_value.get(_key(name)) or by_synonym.get(_key(name), [])
    return tuple(each for each in found if each.value[:1].isupper())


def names_abroad(names: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """What newsrooms in other scripts call an actor that goes by one of `names`.

    Each with whether it is a word of its own there, and so no proof.
    """
    known = _abroad()
    written = [each for name in names for each in known.get(_key(name), ())]
    return tuple(
        (form, name.endswith("?"))
        for name in dict.fromkeys(written)
        for form in _in_cases(name.rstrip("?"))
    )


def _in_cases(name: str) -> tuple[str, ...]:
    """A name in Cyrillic letters with the endings of its cases; others as they are."""
    if not _CYRILLIC.fullmatch(name) or name[-1] in "иіоуэюяйь":
        return (name,)
    stem, endings = (name[:-1], "ыеуио") if name[-1] == "а" else (name, "ауе")
    further = ("ой",) if name[-1] == "а" else ("ом", "ів", "ов")
    return (name, *(stem + ending for ending in (*endings, *further)))


@cache
def _abroad() -> dict[str, tuple[str, ...]]:
    text = files("monitor.matching").joinpath("actors_abroad.toml").read_text("utf-8")
    table: dict[str, str] = tomllib.loads(text)
    return {_key(name): tuple(listed.split("; ")) for name, listed in table.items()}


def neighbours(
    name: str, kind: Kind, clusters: Clusters = BUILT_IN
) -> tuple[tuple[Cluster, str], ...]:
    """Other clusters that share a name with those that `name` stands for, and that name.

    MISP keeps them apart, while many use their names for one and the same.
    """
    own = clusters_for(name, kind, clusters)
    indexes = _own(clusters, kind)
    if clusters.builtin:
        indexes += tuple(map(_builtin, _GALAXIES.get(kind, ())))
    found: dict[str, tuple[Cluster, str]] = {}
    for text in (text for each in own for text in (each.value, *each.synonyms)):
        for by_value, by_synonym in indexes:
            for other in (*by_value.get(_key(text), ()), *by_synonym.get(_key(text), ())):
                if other not in own:
                    found.setdefault(other.value, (other, text))
    return tuple(found.values())


def actor_names() -> tuple[str, ...]:
    """The main name of every threat actor known, in the order of the data."""
    by_value, _ = _builtin("threat-actor")
    return tuple(cluster.value for clusters in by_value.values() for cluster in clusters)


def all_names() -> tuple[str, ...]:
    """Every name of every threat actor known."""
    by_value, _ = _builtin("threat-actor")
    return tuple(
        name
        for clusters in by_value.values()
        for cluster in clusters
        for name in (cluster.value, *cluster.synonyms)
    )


@cache
def _tools() -> frozenset[str]:
    # Of most galaxies nothing else is asked: an index of them takes twice as long.
    clusters = (each for galaxy in _GALAXIES[Kind.MALWARE] for each in _clusters_of(galaxy))
    return frozenset(_key(each.value) for each in clusters)


def names_tool(name: str) -> bool:
    """True when a tool bears this name too, as with Winnti, the group and its malware."""
    return _key(name) in _tools()


@cache
def _known_tools() -> frozenset[str]:
    galaxies = (galaxy for galaxy in _GALAXIES[Kind.MALWARE] if galaxy != "malpedia")
    return frozenset(key for galaxy in galaxies for key in _builtin(galaxy)[0])


def names_known_tool(name: str) -> bool:
    """True when a tool is known by this name to others than Malpedia.

    Malpedia files what it knows of a group's tools under the group's name, too: OilRig.
    """
    return _key(name) in _known_tools()


@cache
def _extorting() -> frozenset[str]:
    return frozenset(_builtin("ransomware")[0])


def names_ransomware(name: str) -> bool:
    """True when ransomware bears this name too: with it, the name is that of those who extort."""
    return _key(name) in _extorting()
