"""How well and how fast an article is found in its page, beside trafilatura alone.

`python -m benchmarks.reading` reads the pages of the folder that `--corpus` or the environment
variable MONITOR_CORPUS names: `pages.jsonl.gz`, each line with `url`, `html` and the true `text`.
The measure is that of scrapinghub's article-extraction-benchmark: runs of four words in common,
counted as often as they occur. Ends with 1 if trafilatura alone is better.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.measuring import report
from monitor.articles.page import read_page
from monitor.errors import PageError

_RUN = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as published, and the article in it as a person would copy it."""

    url: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Of all pages; F1 is the mean of each page's own."""

    precision: float
    recall: float
    f1: float


def pages(corpus: Path) -> list[Page]:
    """The labelled pages of a folder."""
    with gzip.open(corpus / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [Page(line["url"], line["html"], line["text"]) for line in found]


def quality(labelled: Sequence[Page], read: Callable[[Page], str]) -> Quality:
    """How well a way to read finds the article in each of the pages."""
    scores = [_score(page.text, read(page)) for page in labelled]
    precision, recall, f1 = (fmean(column) for column in zip(*scores, strict=True))
    return Quality(precision, recall, f1)


def ours(page: Page) -> str:
    """What the product reads; nothing, if it says that there is no article."""
    try:
        return read_page(page.html.encode(), url=page.url).text
    except PageError:
        return ""


def trafilatura_alone(page: Page) -> str:
    """What trafilatura finds as it comes."""
    import trafilatura

    return trafilatura.extract(page.html, url=page.url) or ""


def _score(true: str, found: str) -> tuple[float, float, float]:
    wanted, got = _runs(true), _runs(found)
    common = sum((wanted & got).values())
    precision = common / got.total() if got else 1.0
    recall = common / wanted.total()
    return precision, recall, 2 * common / (wanted.total() + got.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=os.environ.get("MONITOR_CORPUS"))
    corpus = parser.parse_args().corpus
    if corpus is None:
        print("left out: neither --corpus nor MONITOR_CORPUS is set", file=sys.stderr)
        return 0
    labelled = pages(corpus)
    ways = (ours, trafilatura_alone)
    for way in ways:
        way(labelled[0])  # What is loaded once.
    found, seconds = [], []
    for way in ways:
        begun = time.process_time()
        found.append(quality(labelled, way))
        seconds.append((time.process_time() - begun) / len(labelled))
    mine, theirs = found
    rows = [
        (f"{name}, {len(labelled)} pages", f"{one:.3f}", f"trafilatura alone: {two:.3f}", "")
        for name, one, two in (
            ("mean F1", mine.f1, theirs.f1),
            ("precision", mine.precision, theirs.precision),
            ("recall", mine.recall, theirs.recall),
        )
    ]
    own, other = seconds
    rows.append(
        ("CPU a page", f"{own * 1000:.0f} ms", f"{other * 1000:.0f} ms", f"{own / other:.2f} ×")
    )
    report(rows)
    return 0 if mine.f1 >= theirs.f1 else 1


if __name__ == "__main__":
    sys.exit(main())
