"""What verdicts say, and what they do not say yet."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from monitor.alerts.quality import (
    SuggestionKind,
    name_precision,
    precision,
    suggestions,
    threshold,
    wilson,
)
from monitor.model.verdict import Verdict, VerdictReason, Worth

NAME = ("APT31", "Zirconium")
OTHER = ("APT31", "APT31")


def verdict(
    number: int,
    score: float,
    *,
    relevant: bool,
    reason: VerdictReason | None = None,
    names: tuple[tuple[str, str], ...] = (OTHER,),
) -> Verdict:
    worth = Worth.RELEVANT if relevant else Worth.NOT_RELEVANT
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Verdict(number, number, "w", (number,), names, score, worth, reason, "", "Ann", at, None)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 0, 0, 1), (8, 10, 0.490, 0.943), (10, 10, 0.722, 1), (0, 4, 0, 0.490), (1, 1, 0.207, 1)],
)
def test_wilson_s_interval(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=0.001)


def test_few_verdicts_make_no_percentage() -> None:
    three = [verdict(n, 60, relevant=True) for n in range(3)]
    assert (precision(three).count, precision(three).of) == (3, 3)
    assert precision(three).value is None
    assert precision(three).interval is None
    assert precision([*three, verdict(9, 60, relevant=False)]).value == 0.75


def test_only_reasons_that_speak_of_the_name_count_against_it() -> None:
    said = [
        verdict(1, 60, relevant=True, names=(NAME,)),
        verdict(2, 60, relevant=False, reason=VerdictReason.ANOTHER, names=(NAME,)),
        verdict(3, 60, relevant=False, reason=VerdictReason.OLD_NEWS, names=(NAME,)),
        verdict(4, 60, relevant=False, names=(NAME,)),
    ]
    share = name_precision(said)[NAME]
    assert (share.count, share.of) == (1, 2)


def judged(chance: random.Random, number: int) -> list[Verdict]:
    """Of a watchlist whose relevant stories score 70 and more, and whose noise scores less."""
    said = []
    for at in range(number):
        relevant = chance.random() < 0.7
        score = chance.uniform(72, 95) if relevant else chance.uniform(50, 70)
        said.append(verdict(at, round(score, 1), relevant=relevant))
    return said


def test_a_threshold_is_suggested_once_enough_is_known_and_holds_on_the_newest() -> None:
    chance = random.Random(1)
    assert suggestions("w", 50, judged(chance, 40)) == []
    [found] = suggestions("w", 50, judged(chance, 150))
    assert found.kind is SuggestionKind.RAISE_THRESHOLD
    assert found.threshold is not None
    assert 65 <= found.threshold <= 76
    assert found.relevant_kept.count >= 0.9 * found.relevant_kept.of
    assert found.noise_gone.count > 0
    assert found.verdicts == 100
    assert found.relevant_kept.of + found.noise_gone.of == 50


def test_what_scored_just_the_threshold_was_told_and_counts() -> None:
    chance = random.Random(1)
    said = judged(chance, 150)
    just = [verdict(each.id, 50, relevant=False) if each.score < 51 else each for each in said]
    assert suggestions("w", 50, just) == suggestions("w", 50, said)
    [found] = suggestions("w", 50, just)
    assert found.verdicts == 100


def test_noise_that_scores_higher_would_not_go() -> None:
    older = [verdict(n, 80 if n % 2 else 55, relevant=n % 2 == 1) for n in range(200)]
    newest = [verdict(200 + n, 80, relevant=n % 2 == 1) for n in range(98)]
    last = [verdict(298, 60, relevant=False), verdict(299, 80, relevant=True)]
    [found] = suggestions("w", 50, [*older, *newest, *last])
    assert (found.threshold, found.noise_gone.count, found.noise_gone.of) == (80, 1, 50)


def test_what_does_not_hold_on_the_newest_is_not_suggested() -> None:
    chance = random.Random(2)
    older = judged(chance, 100)
    newest = [verdict(200 + n, 55, relevant=True) for n in range(50)]
    assert threshold(50, older) is not None
    assert suggestions("w", 50, [*older, *newest]) == []


def test_a_threshold_seldom_loses_more_than_it_says() -> None:
    """It keeps 90 % for sure: of a hundred watchlists hardly one loses more of what comes."""
    chance = random.Random(3)
    broken = made = 0
    for _ in range(200):
        said = [
            verdict(n, round(chance.uniform(50, 100), 1), relevant=chance.random() < 0.6)
            for n in range(160)
        ]
        if (raised := threshold(50, said)) is not None:
            made += 1
            broken += (100 - raised) / 50 < 0.9
    assert made > 50
    assert broken <= 0.05 * made


def test_a_name_that_mostly_means_something_else_is_named() -> None:
    about = [
        verdict(n, 60, relevant=False, reason=VerdictReason.ORDINARY_WORD, names=(NAME,))
        for n in range(0, 30, 2)
    ]
    good = [verdict(n, 80, relevant=True) for n in range(1, 30, 2)]
    said = sorted([*about, *good], key=lambda each: each.id)
    [found] = [each for each in suggestions("w", 50, said) if each.name]
    assert (found.entity, found.name) == NAME
    assert found.kind is SuggestionKind.MIND_CASE
    assert found.relevant_kept.count == found.relevant_kept.of
    assert found.noise_gone.count == found.noise_gone.of > 0
    assert [each for each in suggestions("w", 50, said[:6]) if each.name] == []
