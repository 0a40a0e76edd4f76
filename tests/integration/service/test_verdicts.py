"""Verdicts on real stories: given, contradicted, taken back, counted."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.errors import UsageError
from monitor.model.article import Article
from monitor.model.verdict import VerdictReason, Worth
from monitor.service import matches as service_matches
from monitor.service.verdicts import (
    ConflictError,
    judge,
    listed,
    precision,
    standing,
    to_sample,
    undo,
)
from monitor.store import matches as store_matches
from monitor.store.database import Database
from monitor.store.tables import matches
from tests.support.articles import put, report
from tests.support.clock import MONDAY
from tests.support.matches import found
from tests.support.program import Program, config_toml


@pytest.fixture
def told(db: Database) -> tuple[Database, list[int]]:
    """Two articles of one story, and one of none, each with a match; the matches' numbers."""
    with db.write() as connection:
        numbers = put(connection, [Article(id="", title=f"APT31 again {n}") for n in range(3)])
        report(connection, numbers[:2])
        ids = []
        for number, score in zip(numbers, (80.0, 60.0, 30.0), strict=True):
            made = store_matches.record(
                connection, number, [found(score)], rulesets={"w": "r1"}, now=MONDAY
            )
            ids += [each.id for each in made.values()]
    return db, ids


def test_a_verdict_is_about_the_whole_story(told: tuple[Database, list[int]]) -> None:
    db, (first, second, _) = told
    given = judge(db, Worth.RELEVANT, "Ann", MONDAY, match_id=second, note="good")
    assert given.matches == (first, second)
    assert given.story_id is not None
    assert given.score == 80
    assert given.ruleset == "r1"
    assert given.names == (("APT31", "APT31"),)
    assert standing(db, first) == given == standing(db, second)


def test_two_who_judge_at_once_are_told_of_each_other(told: tuple[Database, list[int]]) -> None:
    db, (first, second, _) = told
    given = judge(db, Worth.RELEVANT, "Ann", MONDAY, match_id=first)
    with pytest.raises(ConflictError, match="Ann has said “relevant”") as raised:
        judge(db, Worth.NOT_RELEVANT, "Bob", MONDAY, match_id=second)
    assert raised.value.standing == given
    later = judge(
        db, Worth.NOT_RELEVANT, "Bob", MONDAY, match_id=second, seen=given.id,
        reason=VerdictReason.OLD_NEWS,
    )  # fmt: skip
    assert [each.who for each in listed(db).items] == ["Bob", "Ann"]
    with pytest.raises(ConflictError, match="Bob has said “not relevant”"):
        undo(db, given.id, "Ann", MONDAY)
    undone = undo(db, later.id, "Bob", MONDAY)
    assert (undone.undone, undone.undone_by, undone.stands) == (MONDAY, "Bob", False)
    assert standing(db, first) == given
    with pytest.raises(ConflictError):
        undo(db, later.id, "Bob", MONDAY)
    assert [each.id for each in listed(db).items] == [given.id]
    assert [each.id for each in listed(db, undone=True).items] == [later.id, given.id]


def test_what_was_said_is_counted_once_a_story(told: tuple[Database, list[int]]) -> None:
    db, (first, second, alone) = told
    given = judge(db, Worth.NOT_RELEVANT, "Ann", MONDAY, match_id=first)
    judge(db, Worth.RELEVANT, "Ann", MONDAY, match_id=second, seen=given.id)
    judge(db, Worth.NOT_RELEVANT, "Ann", MONDAY, match_id=alone, reason=VerdictReason.ORDINARY_WORD)
    [counted] = precision(db)
    assert (counted.share.count, counted.share.of) == (1, 2)
    assert [(each.name, each.share.count, each.share.of) for each in counted.names] == [
        ("APT31", 1, 2)
    ]
    page = listed(db, limit=2)
    assert len(page.items) == 2
    assert len(listed(db, limit=2, cursor=page.next).items) == 1


def test_what_the_threshold_keeps_back_is_shown_for_judgement(
    told: tuple[Database, list[int]],
) -> None:
    db, (_, _, alone) = told
    assert to_sample(db, MONDAY) == {"w": (alone,)}
    judge(db, Worth.RELEVANT, "Ann", MONDAY, match_id=alone)
    assert to_sample(db, MONDAY) == {}
    assert to_sample(db, MONDAY + timedelta(days=8)) == {}


def test_the_first_score_is_kept(told: tuple[Database, list[int]]) -> None:
    db, (first, *_) = told
    with db.write() as connection:
        article = connection.scalar(select(matches.c.article_id).where(matches.c.id == first))
        assert article is not None
        store_matches.record(
            connection, article, [found(90)], rulesets={"w": "r2"}, blanked=[(3, 9)], now=MONDAY
        )
        row = connection.execute(select(matches).where(matches.c.id == first)).one()
    assert (row.first_score, row.score, row.ruleset, row.blanked) == (80, 90, "r2", [[3, 9]])
    assert service_matches.shown(db, first).score == 90


def test_mistakes_are_explained(told: tuple[Database, list[int]]) -> None:
    db, (first, *_) = told
    for wrong in (
        {"match_id": 999},
        {"story_id": 1, "watchlist": "other"},
        {"match_id": first, "note": "x" * 5000},
    ):
        with pytest.raises(UsageError):
            judge(db, Worth.NOT_RELEVANT, "Ann", MONDAY, **wrong)
    with pytest.raises(UsageError, match="a reason says why"):
        judge(db, Worth.RELEVANT, "Ann", MONDAY, match_id=first, reason=VerdictReason.COPY)
    with pytest.raises(UsageError, match="no verdict 7"):
        undo(db, 7, "Ann", MONDAY)


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_command(tmp_path: Path, told: tuple[Database, list[int]]) -> None:
    db, (first, *_) = told
    program = Program(tmp_path, config_toml([]))
    given = json.loads(
        program.run("verdict", str(first), "not-relevant", "--reason", "copy", "--by", "Ann",
                    "--json").stdout
    )  # fmt: skip
    assert given["reason"] == "copy"
    again = program.run("verdict", str(first), "relevant", "--by", "Bob")
    assert again.returncode == 2
    assert f"--over {given['id']}" in again.stderr
    assert "Ann" in program.run("verdict", "list").stdout
    assert "0 of 1" in program.run("verdict", "precision").stdout
    assert program.run("verdict", "undo", str(given["id"])).returncode == 0
    assert standing(db, first) is None
