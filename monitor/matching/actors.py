"""What threat actors are called, from the clusters of MISP's galaxy that ship with the program.

The data files of `pymispgalaxies` are read directly: its own classes take 1.5 s to build every
cluster there is, and one file takes 10 ms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.matching.normalise import fold_name
from monitor.model import Kind


@dataclass(frozen=True, slots=True)
class Cluster:
    """One actor or malware family: its main name, its other names, and whose word that is."""

    value: str
    synonyms: tuple[str, ...]
    source: str


_GALAXIES = {
    Kind.THREAT_ACTOR: ("threat-actor",),
    Kind.MALWARE: ("malpedia", "mitre-malware", "mitre-tool", "tool", "rat", "ransomware"),
}
_ATTACK_NUMBER = re.compile(r" - [A-Z]+\d+(?:\.\d+)?$")  # MISP writes "Imminent Monitor - S0434"


@cache
def _clusters(galaxy: str) -> tuple[dict[str, list[Cluster]], dict[str, list[Cluster]]]:
    """The clusters of a galaxy by folded main name, and by folded synonym."""
    path = files("pymispgalaxies") / "data" / "misp-galaxy" / "clusters" / f"{galaxy}.json"
    document: Mapping[str, Any] = json.loads(path.read_bytes())
    by_value: dict[str, list[Cluster]] = {}
    by_synonym: dict[str, list[Cluster]] = {}
    for entry in document["values"]:
        synonyms = tuple(dict.fromkeys(entry.get("meta", {}).get("synonyms", ())))
        cluster = Cluster(_ATTACK_NUMBER.sub("", entry["value"]), synonyms, f"MISP {galaxy}")
        by_value.setdefault(_key(cluster.value), []).append(cluster)
        for synonym in synonyms:
            by_synonym.setdefault(_key(synonym), []).append(cluster)
    return by_value, by_synonym


def _key(name: str) -> str:
    return fold_name(name).replace(" ", "")


def clusters_for(name: str, kind: Kind) -> tuple[Cluster, ...]:
    """The clusters that `name` stands for.

    A cluster that bears the name as its main one wins over those that know it as a synonym,
    so that watching "OilRig" does not also watch every actor once taken for OilRig.
    """
    found: list[Cluster] = []
    for galaxy in _GALAXIES.get(kind, ()):
        by_value, by_synonym = _clusters(galaxy)
        found += by_value.get(_key(name)) or by_synonym.get(_key(name), [])
    return tuple(found)


def actor_names() -> tuple[str, ...]:
    """The main name of every threat actor known, in the order of the data."""
    by_value, _ = _clusters("threat-actor")
    return tuple(cluster.value for clusters in by_value.values() for cluster in clusters)


def all_names() -> tuple[str, ...]:
    """Every name of every threat actor known."""
    by_value, _ = _clusters("threat-actor")
    return tuple(
        name
        for clusters in by_value.values()
        for cluster in clusters
        for name in (cluster.value, *cluster.synonyms)
    )


@cache
def _tools() -> frozenset[str]:
    return frozenset(key for galaxy in _GALAXIES[Kind.MALWARE] for key in _clusters(galaxy)[0])


def names_tool(name: str) -> bool:
    """True when a tool bears this name too, as with Winnti, the group and its malware."""
    return _key(name) in _tools()
