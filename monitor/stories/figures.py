"""The figures of a report, which are the same in all languages, however they are written.

Numbers of one digit and years tell nothing. How much others tell follows from their digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.stories.opening_words import Token

_DIGITS = (0.2, 0.7, 2.0, 3.0)
"""What a figure of so many digits tells, and more of them, not counting the zeros at its end."""
_ROUND = 0.5
"""What these add."""
_LARGE = 1.5
"""What a figure in millions tells at the least, and one above 100 that has two such digits: 27 may
be in any two reports, 47,000 may not."""
_MILLIONS = 7

_COUNTED = re.compile(
    r"(?<![\d.,])(?P<number>\d[\d.,]{0,11})[ \u00a0\u202f-]?"
    r"(?P<unit>[万萬만億亿억]|[^\W\d_]{1,12})(?P<more>\d{1,4}(?!\d))?"
)
"""A number and what it counts; 4万7000 is 47,000."""
_UNITS = tuple(
    (tuple(words.split()), 10**zeros)
    for zeros, words in (
        (4, "万 萬 만"),
        (8, "億 亿 억"),
        (9, "billion bilh bn milliard miliard miljard milijard milyar mrd mld миллиард мільярд"
            " милиард млрд δισεκατ مليار میلیارد מיליארד tỷ"),
        (6, "million millon milló milhõ milhã milion milió miljo miljo milijun milyon mio mln mn"
            " миллион мільйон милион млн εκατομμ مليون ملايين میلیون מיליון मिलियन juta triệu ล้าน"),
        (3, "mil$ mille$ mila$ bin$"
            " thousand tausend duizend tusen tusind tisíc tysi тысяч тыс тисяч хиляд хиљад χιλιάδ"
            " ألف آلاف אלף हजार हज़ार ribu nghìn พัน"),
    )
)  # fmt: skip
"""How the words for large units begin, or with a $ what they are."""
_SEPARATOR = re.compile(r"[.,](?=\d{3}(?!\d))")
_YEAR = re.compile("(?:19|20)..")


def figures(text: str, parts: Iterable[Token]) -> Iterator[str]:
    """The numbers of more than one digit, but for years; 2.4 million is 2400000."""
    inside: set[int] = set()
    for counted in _COUNTED.finditer(text):
        unit = counted["unit"].casefold()
        scale = next((scale for words, scale in _UNITS if f"{unit}$".startswith(words)), 0)
        number = _SEPARATOR.sub("", counted["number"].rstrip(".,")).replace(",", ".")
        if scale and number.count(".") < 2:
            yield str(round(float(number) * scale) + int(counted["more"] or 0))
            inside |= {*range(*counted.span())}
    for token in parts:
        if token.kind != "number" or len(token.text) < 2 or token.start in inside:
            continue
        if not _YEAR.fullmatch(token.text):
            yield token.text


def figure_weight(figure: str) -> float:
    """How much a figure tells: 0.2 to 3.5."""
    digits = len(figure.rstrip("0"))
    zeros = len(figure) - digits
    told = _DIGITS[min(digits, len(_DIGITS)) - 1] + _ROUND * (zeros > 0)
    large = len(figure) >= _MILLIONS or (digits > 1 and len(figure) > 2)
    return max(told, _LARGE) if large else told
