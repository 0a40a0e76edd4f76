"""Lists of what threat actors and malware are called: MISP's clusters, ATT&CK's STIX bundles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.model.match import Kind

#: ATT&CK's largest bundle has some 50 MB.
MAX_BYTES = 128 * 2**20
_ATTACK_NUMBER = re.compile(r" - [A-Z]+\d+(?:\.\d+)?$")  # MISP writes "Imminent Monitor - S0434"
_STIX_KINDS = {
    "intrusion-set": Kind.THREAT_ACTOR,
    "threat-actor": Kind.THREAT_ACTOR,
    "malware": Kind.MALWARE,
    "tool": Kind.MALWARE,
}
_MALWARE = """
malware malpedia tool rat ransomware stealer backdoor banker botnet android cryptominers
"""
_MALWARE_TYPES = frozenset(_MALWARE.split())
"""Words in the `type` of MISP's clusters that are of malware; all others are of actors."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One actor or malware family: its main name, its other names, and whose word that is."""

    value: str
    synonyms: tuple[str, ...]
    source: str


ByKind = Mapping[Kind, tuple[Cluster, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which lists an entity's other names come from."""

    builtin: bool = True
    own: tuple[ByKind, ...] = field(default=())
    """What each of the user's own files says."""


BUILT_IN = Clusters()


def parse_clusters(raw: bytes, source: str) -> ByKind:
    """What a MISP cluster or a STIX 2 bundle calls whom.

    Args:
        raw: the JSON file's bytes.
        source: whose word it is, as people are told.

    Raises:
        ValueError: it is neither, or names nobody; says why and where.
    """
    try:
        document = json.loads(raw)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"is not JSON: {error.msg} in {place}") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None
    document = document if isinstance(document, dict) else {}
    if isinstance(values := document.get("values"), list):
        kind = _kind_of(document.get("type"))
        found = [(kind, cluster) for cluster in _misp(values, source)]
    elif isinstance(objects := document.get("objects"), list):
        found = list(_stix(objects, source))
    else:
        raise ValueError(
            "is neither a MISP cluster, which has a list of `values`, nor a STIX bundle, which "
            "has a list of `objects`"
        )
    if not found:
        raise ValueError("names no threat actor, malware or tool")
    return {
        kind: tuple(cluster for other, cluster in found if other is kind)
        for kind in {kind for kind, _ in found}
    }


def _kind_of(cluster_type: object) -> Kind:
    words = cluster_type.lower().split("-") if isinstance(cluster_type, str) else ()
    return Kind.THREAT_ACTOR if _MALWARE_TYPES.isdisjoint(words) else Kind.MALWARE


def _misp(values: list[Any], source: str) -> Iterator[Cluster]:
    for number, entry in enumerate(values):
        where = f"values[{number}]"
        entry = entry if isinstance(entry, dict) else {}  # noqa: PLW2901 - what it must be
        meta = entry.get("meta")
        synonyms = _names(meta.get("synonyms") if isinstance(meta, dict) else None, where)
        value = _name(entry.get("value"), "value", where)
        yield Cluster(_ATTACK_NUMBER.sub("", value), synonyms, source)


def _stix(objects: list[Any], source: str) -> Iterator[tuple[Kind, Cluster]]:
    for number, entry in enumerate(objects):
        kind = _STIX_KINDS.get(str(entry.get("type"))) if isinstance(entry, dict) else None
        if kind is None or entry.get("revoked") is True or entry.get("x_mitre_deprecated") is True:
            continue
        where = f"objects[{number}]"
        aliases = (
            *_names(entry.get("aliases"), where),
            *_names(entry.get("x_mitre_aliases"), where),
        )
        name = _name(entry.get("name"), "name", where)
        yield kind, Cluster(name, tuple(dict.fromkeys(aliases)), source)


def _name(value: object, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"has no text as `{key}` in {where}")
    return value.strip()


def _names(value: object, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f"has other names in {where} that are not a list of texts")
    return tuple(dict.fromkeys(name.strip() for name in value if name.strip()))
