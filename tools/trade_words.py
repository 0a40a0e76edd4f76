"""Make `matching/rules/trade_words.tsv`: how much oftener a word stands in security headlines.

    python -m tools.trade_words HEADLINES [...]

Each file holds headlines of newsrooms that write about security, a line each. What is kept is one
number for each word: the natural logarithm of how much more often it stands there than in English
at large (`wordfreq`), for words that are met often enough to tell. Names of actors are left out:
they are what the table is asked about.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from pathlib import Path

from monitor.matching.actors import all_names
from monitor.matching.names.ordinary import frequency
from monitor.matching.rules.headline_words import STOP, TABLE, words_of
from monitor.matching.text.normalise import fold_name

_MET = 3
"""Headlines that have a word, or would have if it were as common there as elsewhere."""
_TELLING = 0.4
_MOST = 3.0


def table(headlines: list[str]) -> dict[str, float]:
    """Each telling word and its weight."""
    met = Counter(word for line in set(headlines) for word in words_of(line))
    total = sum(met.values())
    names = {word for name in all_names() for word in re.findall(r"\w+", fold_name(name))}
    found = {}
    for word in sorted({*met, *_general()} - STOP - _DATES):
        expected = 10 ** (frequency(word) - 9) * total if frequency(word) else 0.0
        weight = math.log((met[word] + 1) / (expected + 1))
        enough = max(met[word], expected) >= _MET
        if enough and abs(weight) >= _TELLING and not (word in names and frequency(word) < 4):
            found[word] = max(-_MOST, min(_MOST, weight))
    return found


def _general() -> set[str]:
    from monitor.word_lists import frequencies

    return {w for w in frequencies("en") if w.isascii() and w.isalpha() and not _COARSE.match(w)}


_DATED = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december summer summers winter spring autumn fall
"""
_DATES = frozenset(_DATED.split())
_COARSE = re.compile("fuck|shit")


def main() -> int:
    """Write the table."""
    lines = [line for file in sys.argv[1:] for line in Path(file).read_text("utf-8").splitlines()]
    rows = table(lines)
    text = "".join(f"{word}\t{weight:.1f}\n" for word, weight in sorted(rows.items()))
    Path("monitor/matching/rules", TABLE).write_text(text, "utf-8")
    sys.stdout.write(f"{len(rows)} words of {len(lines)} headlines\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
