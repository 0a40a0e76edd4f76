"""Whether a text's word can be a form of a name's word, asked of each language in turn."""

from __future__ import annotations

from monitor.matching.names.align import same_word
from monitor.matching.spelling.inflection import change, feminine_family, same_abroad
from monitor.matching.text.endings import ENDINGS, FAMILY_FEMININE
from monitor.matching.text.sounds import of_other_letters


def plausible(wanted: str, found: str) -> bool:
    """What `monitor.matching.spelling.forms` tells of many names' words together."""
    abroad = wanted.isascii() and of_other_letters(found)
    return (
        same_word(wanted, found)
        or (abroad and same_abroad(wanted, found))
        or any(change(wanted, found, each, True) is not None for each in ENDINGS)
        or any(feminine_family(wanted, found, each) for each in FAMILY_FEMININE)
    )
