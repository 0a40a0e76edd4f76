"""Scores are what `docs/explanation/scoring.md` says they are: factor by factor."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.score import Evidence, capped, entity_reasons, total
from monitor.model.article import Article
from monitor.model.match import Reason

READ = datetime(2024, 3, 25, tzinfo=UTC)
ARTICLE = Article(id="a")
MINUS = "\N{MINUS SIGN}"
SCORING = Path(__file__).parents[3] / "docs" / "explanation" / "scoring.md"

#: What an article holds when a factor of the documentation's table applies, besides a sure name.
APPLIES: dict[tuple[str, str], dict[str, Any]] = {
    ("name", "55"): {},
    ("name", "15"): {"ambiguous": True},
    ("context", "40"): {"ambiguous": True, "context": "hackers"},
    ("query", "55"): {"query": True},
    ("tool", "-25"): {"as_tool": True},
    ("title", "20"): {"in_title": True},
    ("opening", "10"): {"in_lead": True},
    ("someone else", "-25"): {"excluded": "APT31 Records"},
    ("freshness", "-10"): {"published": READ - timedelta(days=31)},
}


def evidence(**found: Any) -> Evidence:
    """A sure name deep in the text, unless something else is said."""
    usual: dict[str, Any] = {
        "entity": "APT31", "name": "APT31", "ambiguous": False, "ambiguity": "", "context": "",
        "in_title": False, "in_lead": False, "count": 1,
    }  # fmt: skip
    return Evidence(**usual | found)


def reasons(article: Article = ARTICLE, **found: Any) -> dict[str, float]:
    """The points of each factor that applies."""
    given = entity_reasons(evidence(**found), article)
    return {reason.factor: reason.points for reason in given}


def score(article: Article = ARTICLE, **found: Any) -> float:
    return total(entity_reasons(evidence(**found), article))


def documented() -> list[tuple[str, str]]:
    """The factors of the documentation's table whose points are one number."""
    table = SCORING.read_text("utf-8").replace(MINUS, "-")
    rows = re.findall(r"^\| ([a-z ]+) \| ([+-]\d+) \|", table, re.MULTILINE)
    return [(factor, points.lstrip("+")) for factor, points in rows]


def test_each_factor_counts_what_is_documented_and_no_other_applies() -> None:
    assert sorted(documented()) == sorted(APPLIES)
    for (factor, points), found in APPLIES.items():
        article = Article(id="a", published=found.get("published"), fetched=READ)
        given = reasons(article, **{name: found[name] for name in found if name != "published"})
        assert given.pop(factor) == float(points)
        assert set(given) <= {"name"}, f"{factor} brings others with it"


def test_what_is_no_tenth_of_a_point_is_no_reason() -> None:
    assert reasons(weight=1.005) == {"name": 55, "entity weight": 0.3}
    assert reasons(weight=1.0005) == {"name": 55}


@pytest.mark.parametrize(("mentions", "points"), [(1, None), (2, 5), (4, 7.5), (10_000, 10)])
def test_each_doubling_of_mentions_adds_half_of_what_is_left(
    mentions: int, points: float | None
) -> None:
    assert reasons(count=mentions).get("frequency") == points


@pytest.mark.parametrize(
    ("published", "is_old"),
    [
        (READ - timedelta(days=30), False),
        (READ - timedelta(days=30, seconds=1), True),
        (READ + timedelta(days=90), False),  # a feed whose clock is ahead
        (None, False),
    ],
)
def test_news_is_old_a_month_after_it_was_published(
    published: datetime | None, is_old: bool
) -> None:
    assert ("freshness" in reasons(Article(id="a", published=published, fetched=READ))) is is_old
    assert "freshness" not in reasons(Article(id="a", published=published))


@pytest.mark.parametrize(("weight", "expected"), [(0, 0), (0.5, 37.5), (1, 75), (2, 150)])
def test_a_weight_multiplies_all_that_was_found(weight: float, expected: float) -> None:
    assert score(in_title=True, weight=weight) == expected
    assert score(Article(id="a", feed_weight=weight), in_title=True) == expected


def test_what_changes_nothing_that_is_shown_is_no_reason() -> None:
    assert set(reasons(weight=1.0005)) == {"name"}


def test_an_ambiguous_name_says_why_it_is_one() -> None:
    for why, shown in (
        ("a word of every day", "a word of every day"),
        ("", "“APT31” is ambiguous"),
    ):
        [name] = entity_reasons(evidence(ambiguous=True, ambiguity=why), ARTICLE)
        assert name.detail == shown


def test_weights_multiply_each_other() -> None:
    given = reasons(Article(id="a", feed_weight=0.5), in_title=True, weight=2)
    assert (given["entity weight"], given["feed weight"]) == (75, -75)


@pytest.mark.parametrize("weight", [1, 10])
def test_an_ambiguous_name_alone_ends_at_30_whatever_else_there_is(weight: float) -> None:
    alone: dict[str, Any] = {
        "ambiguous": True,
        "in_title": True,
        "in_lead": True,
        "count": 8,
        "weight": weight,
    }
    assert score(**alone) == 30
    assert score(**alone, context="hackers") > 30
    assert score(**alone | {"ambiguous": False}) > 30
    # There is nothing to take away from what is less.
    assert reasons(ambiguous=True, in_lead=True) == {"name": 15, "opening": 10}


def test_an_institution_that_many_countries_have_counts_like_an_ambiguous_name() -> None:
    assert reasons(unsaid=True) == {"name": 55, "country": -40}
    assert reasons(unsaid=True, ambiguous=True) == {"name": 15}
    assert score(unsaid=True, in_title=True, in_lead=True, count=8) == 30


@pytest.mark.parametrize(
    ("points", "cap"),
    [
        ((55, 45), None),
        ((55, 45.1), -0.1),
        ((55, 99.5), -54.5),
        ((15, -15), None),
        ((15, -15.1), 0.1),
        ((15, -50), 35),
    ],
)
def test_a_score_ends_at_0_and_at_100(points: tuple[float, ...], cap: float | None) -> None:
    found = tuple(Reason("name", each, "") for each in points)
    given = capped(found)
    assert given[: len(found)] == found
    assert [each.points for each in given[len(found) :]] == ([] if cap is None else [cap])
    assert 0 <= total(given) <= 100


@pytest.mark.parametrize(("others", "points"), [(0, None), (1, 5), (2, 10), (3, 10)])
def test_each_other_who_is_named_adds_5_and_all_of_them_at_most_10(
    others: int, points: float | None
) -> None:
    names = ["Purple Harbour", "Grey Quarry", "Silver Orchard", "Brown Meadow"]
    watchlist = Watchlist.model_validate({"name": "w", "entities": names})
    body = "It rained for long. " * 40 + " ".join(
        f"{name} said so." for name in names[: 1 + others]
    )
    (match,) = Matcher([watchlist]).match(Article(id="a", body=body))
    assert {each.factor: each.points for each in match.reasons}.get("together") == points


@pytest.mark.parametrize(("before", "opens"), [(599, True), (600, False)])
def test_the_opening_is_the_first_600_characters(before: int, opens: bool) -> None:
    watchlist = Watchlist.model_validate({"name": "w", "entities": ["Purple Harbour"]})
    # No spaces at its beginning: those do not count.
    body = "rain " * (before // 5 - 1) + "rain" + "s" * (before % 5) + " Purple Harbour said so."
    assert body.index("Purple") == before
    (match,) = Matcher([watchlist]).match(Article(id="a", body=body))
    assert ("opening" in {each.factor for each in match.reasons}) is opens
