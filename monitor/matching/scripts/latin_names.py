"""Persons' names in Latin letters, kept for the scripts that have them as they are heard."""

from __future__ import annotations

from array import array
from itertools import pairwise

from monitor.matching.names.align import Shape
from monitor.model.match import Kind


class LatinNames:
    """Persons' names of several words, of each its text and whose it is; each index has the same.

    Most lists are never held against a text in such a script: so no more is kept of a name than
    what an index is made of when one comes.
    """

    def __init__(self) -> None:
        self._added: list[str] = []
        self._kept, self._ends = "", array("Q", (0,))
        self.owners = array("I")
        """Whose each name is, by its number."""

    def __len__(self) -> int:
        return len(self.owners)

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`, if it is such a one."""
        words = shape.words
        if shape.kind is Kind.PERSON and len(words) > 1 and words[0].isascii():
            self._added.append("\n".join((shape.name.text, *words)))
            self.owners.append(number)

    def compile(self) -> None:
        """Keep what was added as one text, which takes half of the memory."""
        for name in self._added:
            self._ends.append(self._ends[-1] + len(name))
        self._kept += "".join(self._added)
        self._added = []

    def names(self) -> list[str]:
        """The names by their numbers: of each its text and its folded words, in lines."""
        return [self._kept[begin:end] for begin, end in pairwise(self._ends)]
