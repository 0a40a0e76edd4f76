"""Korean and Chinese names watched in their own script, met in Latin letters.

한동훈 is Han Dong-hoon in one paper and Han Donghun in another; 賴清德 is Lai Ching-te, in the
romanisation of Taiwan, or Lai Qingde. So what is written like such a name is read back: it costs
one pass of an automaton, and only where such names are watched.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from monitor.matching.names.align import Shape
from monitor.matching.names.meanings import Use
from monitor.matching.names.taiwan import taiwanese
from monitor.matching.scripts.hangul import FAMILIES, in_hangul
from monitor.matching.text.normalise import Folded, fold_name
from monitor.model.match import Kind

_HANGUL = re.compile("[\uac00-\ud7a3]{3}")
_HAN = re.compile("[\u3400-\u9fff]{2,3}")
_HYPHENS = "\\-\u2010\u2011"


class InLatin:
    """An index of names in Hangul or Chinese characters; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._whose: dict[str, array[int]] = {}
        self._pattern: Any = None

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        if shape.kind is not Kind.PERSON:
            return
        if key := _key(shape.name.text):
            numbers = self._whose.setdefault(key, array("I"))
            if not numbers or numbers[-1] != number:
                numbers.append(number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        patterns = []
        if any(map(_HANGUL.match, self._whose)):
            families = "|".join(sorted(each.title() for each in FAMILIES))
            given = rf"[A-Z][a-z]+(?:[ {_HYPHENS}][A-Za-z][a-z]+)?"
            patterns += [
                rf"(?:{families}) {given}",
                rf"[A-Z][a-z]+[{_HYPHENS}][a-z]+ (?:{families})",
            ]
        if any(each.isascii() for each in self._whose):
            patterns.append(rf"[A-Z][a-z]{{1,5}} [A-Z][a-z]{{1,5}}[{_HYPHENS}][a-z]{{1,5}}")
        self._pattern = _quick(patterns) if patterns else None

    def find(self, folded: Folded) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in a text: its use, its folded offsets, and that it is sure."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(folded.original):
            for written in dict.fromkeys((*in_hangul(found[0]), *taiwanese(found[0]))):
                for number in self._whose.get(written, ()):
                    span = folded.position(*found.span())
                    for use in self._uses(number):
                        if use.shape and _key(use.shape.name.text) == written:
                            yield use, *span, True


@lru_cache(maxsize=5_000)
def _key(name: str) -> str:
    """By what a name is found: itself in Hangul, its pinyin in one word; empty for any other."""
    text = fold_name(name)
    if _HANGUL.fullmatch(text):
        return text
    return anyascii(text).lower() if _HAN.fullmatch(text) else ""


def _quick(patterns: Sequence[str]) -> Any:
    import re2  # type: ignore[import-untyped]  # the package has no type information

    return re2.compile(rf"\b(?:{'|'.join(patterns)})\b")
