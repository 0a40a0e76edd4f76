"""Names that nobody watches, out of stories that are told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.schema import Config, Entity, Watchlist
from monitor.matching.unwatched import candidates
from monitor.model.article import Article
from monitor.model.match import Kind
from monitor.service.unwatched import unwatched_names
from monitor.store.database import Database
from tests.support.articles import FIRST, put, report
from tests.support.program import Program, config_toml


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("Officials blamed APT28 and UNC1151 for it.", Kind.THREAT_ACTOR, {"APT28", "UNC1151"}),
        ("The Akira ransomware gang claimed it.", Kind.THREAT_ACTOR, {"Akira"}),
        ("It was the work of Velvet Panda, they said.", Kind.THREAT_ACTOR, {"Velvet Panda"}),
        ("The National Audit Office (NAO) and the Ministry of Truth met.", Kind.ORGANISATION,
         {"Ministry of Truth"}),
        ("The Rural Payments Agency (RPA) paid.", Kind.ORGANISATION,
         {"Rural Payments Agency", "RPA"}),
        ("Later Mr Tobias Wendt spoke.", Kind.PERSON, {"Tobias Wendt"}),
        ("They asked Ilse Brandt. On Monday Brandt left. So Brandt said.", Kind.PERSON,
         {"Ilse Brandt"}),
        ("Last Tuesday it rained. The Chinese Government and Senate Democrats agreed.",
         Kind.PERSON, set()),
    ],
)  # fmt: skip
def test_names_are_known_by_what_stands_beside_them(text: str, kind: Kind, names: set[str]) -> None:
    found = candidates(Article(id="", body=text))
    assert {each.name for each in found if each.kind is kind} >= names
    if not names:
        assert found == set()


@pytest.fixture
def told(db: Database) -> Database:
    said = "The Rural Payments Agency was named by Mr Tobias Wendt; APT31 was blamed."
    with db.write() as connection:
        for number in range(3):
            outlets = [f"Outlet {number % 2}", "Rural Payments Agency Press"]
            numbers = put(connection, [Article(id="", title=f"Story {number}", body=said)] * 2)
            report(connection, numbers, outlets=outlets)
        put(connection, [Article(id="", body="Mr Tobias Wendt again")] * 20)
        once = put(connection, [Article(id="", body="Mr Carl Seltzer came once.")])
        report(connection, once)
    return db


def test_what_stands_out_comes_first_and_what_is_watched_is_left_out(told: Database) -> None:
    watched = Config(
        watchlists=(Watchlist(name="w", entities=(Entity(name="APT31", kind=Kind.THREAT_ACTOR),)),)
    )
    found = unwatched_names(told, watched, FIRST)
    assert [(each.name, each.kind) for each in found] == [
        ("Rural Payments Agency", Kind.ORGANISATION), ("Tobias Wendt", Kind.PERSON),
    ]  # fmt: skip
    assert (found[0].stories, found[0].outlets, found[0].articles) == (3, 3, 6)
    assert found[0].lift > found[1].lift
    assert "APT31" in {each.name for each in unwatched_names(told, Config(), FIRST)}
    assert unwatched_names(told, watched, FIRST + timedelta(days=20)) == []


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_command(tmp_path: Path, told: Database) -> None:
    program = Program(tmp_path, config_toml([]))
    assert program.run("names", "--json").stdout == ""
    shown = program.run("names").stdout
    assert "nobody watches" in shown
