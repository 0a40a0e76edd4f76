# ruff: noqa: RUF001 - quotes and dashes of every kind stand beside names
"""What stands right before a name: its sentence's beginning, or a word.

Asked of nearly every place where a name is proposed, so neither reads more than it must: an
expression that has to end where the name begins is tried from each character before it.
"""

from __future__ import annotations

import re

_QUOTES = "\"'“‘„‚(["
_ENDS = frozenset('.!?:;…•*|\n\r"“”‘„‚«»([')
_DASHES = frozenset("-–—")
_WORD = re.compile(r"([^\W\d_][\w'’\-]*)[ \u00a0\-]\Z")


def begins_sentence(before: str) -> bool:
    """Whether `before`, the text up to a word, ends a sentence, or opens a quotation."""
    bare = before.rstrip(_QUOTES)
    if not _ENDS.isdisjoint(before[len(bare) :]):
        return True
    ended = bare.rstrip()
    between = bare[len(ended) :]
    if not ended or "\n" in between or "\r" in between:
        return True
    return ended[-1] in _ENDS or (between != "" and ended[-1] in _DASHES)


def word_before(before: str) -> tuple[str, int] | None:
    """The word right before a name, which one space or hyphen parts from it, and where it begins.

    None where something else stands there.
    """
    found = _WORD.search(before, before.rfind(" ", 0, -1) + 1)
    return (found[1], found.start()) if found else None


_ASKS_LISTED = """
wie warum wieso wer weshalb comment pourquoi qui quand cómo como quién perché come chi jak dlaczego
kto proč kdo hoe waarom wie hur varför hvorfor hvordan как почему кто зачем як чому хто
"""
ASKS = frozenset(_ASKS_LISTED.split())
"""Words that begin a headline's question, and no name: "Wie Akira eine Firma ruinierte"."""
