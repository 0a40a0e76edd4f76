"""Places that stand for a name that is not written out there: "APT28 and 29"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.matching.names.numbered import Numbered, series
from monitor.model.match import Kind

_TOOLS_AND_GROUPS = frozenset([Kind.THREAT_ACTOR, Kind.MALWARE])
_HEADS = frozenset(
    ["ministere", "ministerio", "ministero", "departement", "departamento", "dipartimento"]
)
"""Words that French, Spanish, Portuguese and Italian put an adjective behind."""
_ADJECTIVE = re.compile(r"([^\W\d_]{4,25}) (?=d(?:e|u|es|a|os|as|o|el|ella|egli|i|ei)[ '])")
_WORDS = re.compile(r"[^\W\d_]+")
_FEWEST, _MOST = 2, 7
"""Words behind the adjective that the rest of a name has."""


class WrittenOut:
    """What of watched names is found so, and where."""

    def __init__(self) -> None:
        self._series: set[str] = set()
        self._heads: set[str] = set()
        self.compile()

    def add(self, text: str, kind: Kind) -> None:
        """Enter a name's folded text; it is found from the next `compile` on."""
        if text[-1].isdigit() and kind in _TOOLS_AND_GROUPS:
            self._series.add(series(text))
        elif kind is Kind.ORGANISATION and (head := text.partition(" ")[0]) in _HEADS:
            self._heads.add(head)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._numbered = Numbered(self._series)

    def find(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """The folded texts that places may stand for, and the offsets of those places."""
        yield from self._numbered.find(folded)
        for head in sorted(self._heads):
            yield from _without_adjective(head, folded)


def _without_adjective(head: str, folded: str) -> Iterator[tuple[str, int, int]]:
    """«Ministère britannique de la Défense» as if the adjective were not there."""
    start = folded.find(f"{head} ")
    while start >= 0:
        behind = start + len(head) + 1
        found = None if folded[start - 1 : start].isalnum() else _ADJECTIVE.match(folded, behind)
        if found:
            for number, word in enumerate(_WORDS.finditer(folded, found.end())):
                if number >= _FEWEST - 1:
                    yield f"{head} {folded[found.end() : word.end()]}", start, word.end()
                if number >= _MOST - 1:
                    break
        start = folded.find(f"{head} ", behind)
