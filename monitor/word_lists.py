"""How often a language's words are used: the lists that `wordfreq` ships, without its program.

Importing that takes 0.1 s and 12 MB, for taking texts apart, which nobody asks of it here.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import msgpack

_LISTS: Path | None = None


def _path(language: str, size: str) -> Path | None:
    global _LISTS  # noqa: PLW0603 - found once
    if _LISTS is None:
        spec = find_spec("wordfreq")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        _LISTS = Path(spec.submodule_search_locations[0]) / "data"
    path = _LISTS / f"{size}_{language}.msgpack.gz"
    return path if language.isalpha() and path.exists() else None


def shares(
    language: str, size: Literal["small", "large"] = "small"
) -> Iterator[tuple[float, list[str]]]:
    """The words of a language by their share of all words in use, the commonest first.

    The format is `wordfreq`'s cBpack: gzipped msgpack, a header, then a list of words for each
    hundredth of a bel below one.

    Args:
        language: an ISO 639 code, such as "en".
        size: "small" has what is met once in a million words, "large" once in a hundred millions.

    Raises:
        LookupError: there is no such list.
    """
    return _lists(language, size, encoded=False)


def encoded_shares(
    language: str, size: Literal["small", "large"] = "small"
) -> Iterator[tuple[float, list[bytes]]]:
    """As `shares`, with the words as they are stored, in UTF-8: quicker by half."""
    return _lists(language, size, encoded=True)


def _lists(language: str, size: str, *, encoded: bool) -> Iterator[tuple[float, list[Any]]]:
    path = _path(language, size)
    if path is None:
        raise LookupError(f"no {size} list of words in {language!r}")
    header, *lists = msgpack.unpackb(gzip.decompress(path.read_bytes()), raw=encoded)
    if header not in ({"format": "cB", "version": 1}, {b"format": b"cB", b"version": 1}):
        raise LookupError(f"{path} is of another format: {header}")
    for below, words in enumerate(lists):
        if words:
            yield 10 ** (-below / 100), words


def frequencies(language: str) -> dict[str, float]:
    """The share of each word of a language's small list, the commonest first.

    Raises:
        LookupError: there is no such list.
    """
    found: dict[str, float] = {}
    for share, words in shares(language):
        found |= dict.fromkeys(words, share)
    return found
