"""Text in bytes in which a space stands for all that is no part of a word.

The automaton for whole words runs over it, so that of what it would propose in vain, names within
longer words, most never leaves it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from monitor.matching.text.normalise import JOINED, hangul, is_word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_ASCII_GAPS = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_CODES = 0x110000
_SHORT = 64
"""Characters below which setting up arrays takes longer than it saves."""


def gapped(folded: str) -> bytes:
    """Folded text in UTF-8 with a space for each character that no word between spaces has.

    A name between two spaces here is a whole word there, or touches letters of a script that
    puts no spaces between words.
    """
    if folded.isascii():
        return folded.encode().translate(_ASCII_GAPS)
    if len(folded) < _SHORT:
        return folded.translate(_KEPT).encode()
    import numpy as np

    table = _table()
    codes = np.frombuffer(folded.encode("utf-32-le"), dtype="<u4")
    kept = table[codes]
    if not kept.all():
        for code in np.unique(codes[kept == 0]).tolist():
            table[code] = _KEPT[code]
        kept = table[codes]
    text: str = kept.tobytes().decode("utf-32-le")
    return text.encode()


def in_bytes(folded: str) -> bytes:
    """The same with one byte for each character, so that offsets are those of the text.

    Characters of different scripts share a byte; those of one script have one each. Whoever finds
    something in it compares the text itself.
    """
    if folded.isascii():
        return folded.encode().translate(_ASCII_GAPS)
    if len(folded) < _SHORT:
        return bytes(map(_BYTES.__getitem__, map(ord, folded)))
    import numpy as np

    table = _byte_table()
    codes = np.frombuffer(folded.encode("utf-32-le"), dtype="<u4")
    kept = table.take(codes)
    if not kept.all():
        for code in np.unique(codes[kept == 0]).tolist():
            table[code] = _BYTES[code]
        kept = table.take(codes)
    return kept.tobytes()


def spaced(text: str) -> bool:
    """True for text in scripts that put spaces between words and join nothing to names."""
    return text.isascii() or JOINED.search(text) is None


class _Kept(dict[int, int]):
    """What stands for each character, filled as characters are met; for `str.translate`."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        kept = self[code] = code if is_word(character) and not hangul(character) else ord(" ")
        return kept


_KEPT = _Kept()


class _Bytes(dict[int, int]):
    """The byte for each character, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        kept = _KEPT[code]
        # Scripts begin at multiples of 128, and hardly any has more letters than that.
        byte = self[code] = kept if kept < _OTHERS else _OTHERS | (kept & (_OTHERS - 1))
        return byte


_OTHERS = 0x80
"""The bytes from here on are for what is not of ASCII."""
_BYTES = _Bytes()


@cache
def _byte_table() -> npt.NDArray[np.uint8]:
    """The byte for each character; 0 for one that was not met yet."""
    import numpy as np

    return np.zeros(_CODES, dtype="u1")


@cache
def _table() -> npt.NDArray[np.uint32]:
    """What stands for each character; 0 for one that was not met yet."""
    import numpy as np

    return np.zeros(_CODES, dtype="<u4")
