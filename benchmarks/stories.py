"""How well and how fast articles are grouped into stories.

    python -m benchmarks.stories              # all figures, some minutes
    python -m benchmarks.stories --quick      # against 10,000 recent articles, not 100,000
    python -m benchmarks.stories --errors     # name the pairs that are judged wrongly

Quality is measured on the labelled pairs of `tests/evaluation/stories` and, for reports in several
languages, of `tests/evaluation/stories_abroad`; for speed see `stories_speed`.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.stories_speed import print_speed, shingles
from monitor.stories.same_event import shared_words
from tests.evaluation import stories_labelled
from tests.evaluation.stories_abroad import pairs as pairs_abroad
from tests.evaluation.stories_grouped import from_angles, grouped, in_many, in_one_language
from tests.evaluation.stories_labelled import Half, Pair, is_held_for_same, joins_quietly, report

HALVES: tuple[Half, ...] = ("tuned", "held_back")

Judge = Callable[[Pair], bool]


# --- quality ----------------------------------------------------------------------------------


def jaccard(pair: Pair, threshold: float) -> bool:
    """The usual near-duplicate test: how many runs of three words two texts share of all."""
    one, two = shingles(pair.first.article), shingles(pair.second.article)
    return len(one & two) / len(one | two) >= threshold


def headline(pair: Pair, threshold: float) -> bool:
    """The usual test for one event: headlines alike, by difflib."""
    matcher = difflib.SequenceMatcher(
        None, pair.first.article.title.casefold(), pair.second.article.title.casefold()
    )
    return matcher.ratio() >= threshold


def quality(judge: Judge, labelled: Sequence[Pair]) -> tuple[float, float, list[Pair]]:
    """Precision, recall, and the pairs that are judged wrongly."""
    held = [judge(pair) for pair in labelled]
    right = sum(h and pair.same for h, pair in zip(held, labelled, strict=True))
    wrong = [pair for h, pair in zip(held, labelled, strict=True) if h != pair.same]
    return right / max(1, sum(held)), right / sum(pair.same for pair in labelled), wrong


def best(judge: Callable[[Pair, float], bool], labelled: Sequence[Pair]) -> float:
    """The threshold at which a baseline's F1 is highest."""

    def f1(threshold: float) -> float:
        precision, recall, _ = quality(lambda pair: judge(pair, threshold), labelled)
        return 2 * precision * recall / max(0.001, precision + recall)

    return max((n / 20 for n in range(1, 20)), key=f1)


def two_watched(pair: Pair) -> bool:
    """The usual test across languages: two watched names in common, or one and a word, that day."""
    first, second = report(pair.first), report(pair.second)
    names = len(first.entities & second.entities)
    if not names or abs(first.at - second.at) > timedelta(hours=12):
        return False
    return names > 1 or bool(shared_words(first.fingerprint.terms, second.fingerprint.terms))


def print_quality(errors: bool) -> None:
    """Precision and recall of both halves, beside the baselines, and by kind of pair."""
    halves = {half: stories_labelled.pairs(half) for half in HALVES}
    judges: list[tuple[str, Judge]] = [("monitor", is_held_for_same)]
    for label, judge in (
        ("runs of three words, Jaccard", jaccard),
        ("headlines, difflib", headline),
    ):
        threshold = best(judge, halves["tuned"])
        judges.append((f"{label} ≥ {threshold}", partial(judge, threshold=threshold)))
    print_judged("pairs in one language", halves, judges, errors)
    judges = [
        ("monitor", is_held_for_same),
        ("monitor, quietly", joins_quietly),
        ("two watched names, 12 hours", two_watched),
    ]
    halves = {half: pairs_abroad(half) for half in HALVES}
    print_judged("pairs in different languages", halves, judges, errors)
    print("\n| one after the other | events | told | of more than one event | quietly |")
    print("| --- | --- | --- | --- | --- |")
    chains = [
        (f"{half}: {label}", reports(half))
        for label, reports in (("one language", in_one_language), ("several", in_many))
        for half in HALVES
    ]
    of_angles = [("short", None), *((f"{half}: long", half) for half in HALVES)]
    chains += [
        (f"{label}, each outlet an angle of its own", from_angles(half))
        for label, half in of_angles
    ]
    for label, told in chains:
        with tempfile.TemporaryDirectory() as folder:
            made = grouped(Path(folder), told)
        print(
            f"| {label} | {made.events} | {made.stories_per_event:.2f} times each |"
            f" {len(made.mixed)} of {made.stories} stories {', '.join(made.mixed)} |"
            f" {', '.join(made.quietly_mixed)} |"
        )


def print_judged(
    title: str, halves: dict[Half, list[Pair]], judges: Sequence[tuple[str, Judge]], errors: bool
) -> None:
    """Precision and recall of labelled pairs by each judge, and those of the first by kind."""
    print(f"\n| {title} | pairs | precision | recall |\n| --- | --- | --- | --- |")
    for half, labelled in halves.items():
        for label, judge_pair in judges:
            precision, recall, wrong = quality(judge_pair, labelled)
            print(f"| {half}: {label} | {len(labelled)} | {precision:.3f} | {recall:.3f} |")
            if errors and judge_pair is is_held_for_same:
                print(*(f"  {pair.same} {pair.id}" for pair in wrong), sep="\n", file=sys.stderr)
    print("\n| kind of pair | same story | tuned: right of | held back: right of |")
    print("| --- | --- | --- | --- |")
    counts: dict[tuple[bool, str], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for half, labelled in halves.items():
        for pair in labelled:
            counts[not pair.same, pair.kind][half].append(is_held_for_same(pair) == pair.same)
    for (different, kind), by_half in sorted(counts.items()):
        cells = [f"{sum(by_half[half])} of {len(by_half[half])}" for half in halves]
        print(f"| {kind} | {'no' if different else 'yes'} | {' | '.join(cells)} |")


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer recent articles")
    parser.add_argument("--errors", action="store_true", help="name the pairs judged wrongly")
    wanted = parser.parse_args()
    print_quality(wanted.errors)
    print_speed(10_000 if wanted.quick else 100_000)


if __name__ == "__main__":
    main()
