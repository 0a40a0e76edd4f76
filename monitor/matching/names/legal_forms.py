"""Whether a firm's legal form stands behind a name, as one: Shell plc, no shell companies.

And whether a name only begins that of another firm, which its legal form ends: Sony, of Sony
Pictures Entertainment Inc.
"""

from __future__ import annotations

import re
from itertools import islice

from monitor.matching.text.near_words import REACH
from monitor.matching.text.normalise import Folded
from monitor.matching.text.words import LEGAL_FORMS, LEGAL_PHRASE, WORD, canonical

_REACH = 60
_BARE = frozenset(["company", "companies"])
"""Legal forms within a longer name, and after it no more than words."""
_ANY_CASE = frozenset(
    [
        "inc",
        "ltd",
        "llc",
        "plc",
        "corp",
        "gmbh",
        "pty",
        "jsc",
        "ojsc",
        "pjsc",
        "cjsc",
        "llp",
        "sarl",
    ]
)
"""Legal forms that are no word of any language: written small, they are still that."""
_SPELT = frozenset(["incorporated", "limited", "corporation", "aktiengesellschaft", "co"])
_GAP = re.compile(r",? |,")


def with_legal_form(name: str, folded: Folded, start: int, end: int) -> bool:
    """True for a name at `start:end` of folded text that a legal form follows, written as one.

    "Target Corporation" and "Orange S.A.", not "the target, as the report says", "Shell
    companies", "Gap co-founder".
    """
    begin, finish = folded.locate(start, end)
    if folded.original[begin:finish].islower() and not name.islower():
        return False
    gap = _GAP.match(folded.text, end)
    after = gap.end() if gap else end
    word = WORD.match(folded.text, after)
    if word is None or after == end:
        return False
    if LEGAL_PHRASE.match(folded.text, after):
        return True
    low, high = folded.locate(after, word.end())
    around = folded.original[begin : high + _REACH]
    return canonical(word[0]) in LEGAL_FORMS and _written_as_form(
        canonical(word[0]), folded.original[low:high], around[high - begin :][:1], around.isupper()
    )


def _written_as_form(form: str, written: str, following: str, shouted: bool) -> bool:
    if form in _BARE or following == "-":
        return False
    if form in _ANY_CASE:
        return True
    if form in _SPELT:
        return written[0].isupper() and not (shouted and form == "co")
    # "AS", "S.A.", "NV" are capitals; "As" begins a headline's next word.
    return (written.replace(".", "").isupper() or "." in written) and not shouted


_WORDS = 5
"""Words of another firm's name, up to its legal form."""
_SHORT = 2
"""Letters up to which a legal form is a word of some language, too, and a sentence's first."""
_TITLED = frozenset(["oy"])
_WITHIN = re.compile(r"(?:[ \u00a0\-/]| [&+] | \(|\) |(?:(?<=[A-Z])|(?<=St)|(?<=[A-Z]r))\. )\Z")
_BEFORE_FORM = re.compile(r"(?:[,)]? |[\u00a0\-])\Z")


def longer_organisation(folded: Folded, end: int) -> bool:
    """True when the name that ends at `end` goes on to another company's legal form.

    Over no comma and no sentence's end: "Google, Apple Inc." are two, and in "of Reuters. Rovnako
    sa" and "Pepsi Center, Denver, CO" no firm is.
    """
    before = end
    for between, found in enumerate(islice(WORD.finditer(folded.text, end, end + REACH), _WORDS)):
        begin, finish = folded.locate(*found.span())
        _, ended = folded.locate(before - 1, before)
        gap = folded.original[ended:begin]
        written = folded.original[begin:finish]
        form = canonical(found[0])
        if form in LEGAL_FORMS and _BEFORE_FORM.match(gap) and _ends_name(form, folded, found):
            return between > 0
        if written[:1].islower() or _WITHIN.match(gap) is None:
            return False
        before = found.end()
    return False


def _ends_name(form: str, folded: Folded, found: re.Match[str]) -> bool:
    begin, finish = folded.locate(*found.span())
    written = folded.original[begin:finish]
    if written[:1].isupper() and (form in _BARE or form in _TITLED or len(form) > _SHORT):
        return True
    around = folded.original[max(0, begin - _REACH) : finish + _REACH]
    return _written_as_form(form, written, folded.original[finish : finish + 1], around.isupper())
