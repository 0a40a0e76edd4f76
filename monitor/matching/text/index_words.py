"""Folded text as an index takes it: words, and pairs of characters where no space parts words.

What a query's word is found in has all of the word's tokens, in a row; so an index of tokens may
propose, and the matcher decides. Runs of Chinese, Japanese, Korean, Thai and their like are cut
into overlapping pairs, with the last character once more by itself: two characters are found as
one pair, and one as the beginning of a pair or that last.

What the index was filled with must be said again, letter by letter, to take it out again: a
change of folding, or of this file, is a change of `VERSION`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.matching.text.invisible import apart
from monitor.matching.text.normalise import JOINED, fold, hangul, is_word, unspaced
from monitor.matching.text.word_gaps import gapped, spaced

VERSION = "1"
"""Of folding and tokens together: with another the index is made anew."""
_RUN = re.compile(f"{JOINED.pattern}+")
_LONGEST = 250
"""Characters of a token that counts as a word."""


class _Kept(dict[int, int]):
    """What stands for each character: itself, or a space; for `str.translate`."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        kept = self[code] = (
            code if is_word(character) or unspaced(character) or hangul(character) else ord(" ")
        )
        return kept


_KEPT = _Kept()


def index_tokens(text: str | None) -> str:
    """The tokens of a text as it stands, with a space between them.

    A text in which something invisible may end a word or stand within one gives both readings.
    """
    return _read(text)[0] if text else ""


def index_words(*texts: str | None) -> Iterator[str]:
    """The different words of texts that a wildcard may mean: no pairs of characters."""
    words: set[str] = set()
    for text in filter(None, texts):
        tokens, mixed = _read(text)
        words.update(tokens.split(), mixed)
    # Most are in ASCII, and storing an article would spend a tenth of its time in the expression.
    return (
        word
        for word in words
        if len(word) <= _LONGEST and (word.isascii() or not JOINED.match(word))
    )


# An update takes out what was entered a moment ago, and words are listed of what is entered.
@lru_cache(maxsize=16)
def _read(text: str) -> tuple[str, frozenset[str]]:
    """A text's tokens, and its words of letters of other scripts with Korean ones after them."""
    folded = fold(text)
    tokens, mixed = _tokens(folded.text), _mixed(folded.text)
    if folded.invisible and (parted := apart(folded, ())) is not folded:
        tokens += " " + _tokens(parted.text)
        mixed |= _mixed(parted.text)
    return tokens, mixed


def _mixed(folded: str) -> frozenset[str]:
    if spaced(folded) or not any(map(hangul, folded)):
        return frozenset()
    words = "".join(each if is_word(each) else " " for each in folded).split()
    return frozenset(word for word in words if not word.isascii() and any(map(hangul, word)))


def phrase_tokens(folded: str) -> tuple[list[str], bool]:
    """The tokens in a row that every text has in which a folded phrase stands.

    Returns:
        The tokens, and whether of the last only the beginning need be there.
    """
    tokens = _tokens(folded).split()
    # What follows in the text may make a pair of its last character.
    runs = list(_RUN.finditer(folded))
    if not runs or any(map(is_word, folded[runs[-1].end() :])):
        return tokens, False
    if len(runs[-1][0]) == 1:
        return tokens, True
    return tokens[:-1], False


def _tokens(folded: str) -> str:
    if spaced(folded):
        return gapped(folded).decode()
    return _RUN.sub(_pairs, folded.translate(_KEPT))


def _pairs(run: re.Match[str]) -> str:
    text = run[0]
    pairs = [text[at : at + 2] for at in range(len(text))]
    return f" {' '.join(pairs)} "
