"""Which watchlists an edit has given another name: they are what they were under the old one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_WHOM = ("entities", "queries")
"""What makes a watchlist the same: a threshold may be changed with its name."""


def renamed(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """The new names of watchlists by the old ones.

    Args:
        before: the definitions before the edit (`monitor.config.ruleset.definition`).
        now: those after it.

    Returns:
        Of those that are gone the ones that are there under one new name, and only one.
    """
    names = {each["name"] for each in before}, {each["name"] for each in now}
    gone = _by_whom([each for each in before if each["name"] not in names[1]])
    come = _by_whom([each for each in now if each["name"] not in names[0]])
    return {
        old[0]: come[whom][0]
        for whom, old in gone.items()
        if len(old) == 1 and len(come.get(whom, ())) == 1
    }


def _by_whom(definitions: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in definitions:
        whom = json.dumps([each.get(key) for key in _WHOM], sort_keys=True)
        found.setdefault(whom, []).append(each["name"])
    return found
