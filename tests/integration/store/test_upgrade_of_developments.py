"""What was new in a story stands in an older database as a sentence, and is taken apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text

from monitor.messages.developments import development_words
from monitor.model.development import (
    Development,
    HeadlineChanged,
    NamesEntities,
    NoLongerNames,
    OfficialSource,
    SeverityRose,
    ToldInWords,
)
from monitor.model.match import Severity
from monitor.store.database import Database
from monitor.store.tables import alerts, matches

SAID: list[tuple[str, tuple[Development, ...]]] = [
    ("it now names Ni Gaobin", (NamesEntities(("Ni Gaobin",)),)),
    ("it now names APT31, Doe, Jane and 3 more", (NamesEntities(("APT31", "Doe, Jane"), 3),)),
    (
        "it now names Jane; its severity rose from medium to critical; an official source reports"
        " it: www.ncsc.gov.uk",
        (
            NamesEntities(("Jane",)),
            SeverityRose(Severity.MEDIUM, Severity.CRITICAL),
            OfficialSource("www.ncsc.gov.uk"),
        ),
    ),
    (
        "its headline is now “Hackers; it was “APT31”: minister”, and was “A; b”; it no longer "
        "names Jane, of whom it said “Jane; she, of all, “spied”.”; it no longer names AP, of whom"
        " it said “AP.”",
        (
            HeadlineChanged("A; b", "Hackers; it was “APT31”: minister"),
            NoLongerNames("Jane", "Jane; she, of all, “spied”."),
            NoLongerNames("AP", "AP."),
        ),
    ),
    ("somebody wrote this by hand", (ToldInWords("somebody wrote this by hand"),)),
]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    """A database as the version before wrote it, with one match and its alert."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript((Path(__file__).parent / "first_schema.sql").read_text(encoding="utf-8"))
    with closing(Database(f"sqlite:///{path}")) as db:
        with db.altering() as connection:
            config = db._alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "0011")
        yield db


@pytest.mark.parametrize(("said", "developments"), SAID)
def test_a_sentence_is_taken_apart_and_says_the_same(
    old: Database, said: str, developments: tuple[Development, ...]
) -> None:
    mentions = '[{"entity": "Doe, Jane"}, {"entity": "APT31"}, {"entity": "AP"}]'
    with old.write() as connection:
        for table in ("matches", "alerts"):
            connection.execute(text(f"UPDATE {table} SET development = :said"), {"said": said})
        connection.execute(text("UPDATE matches SET mentions = :it"), {"it": mentions})
    assert old.upgrade() is True
    assert old.differences() == []
    assert old.damage() == []
    with old.read() as connection:
        stored = connection.scalars(select(matches.c.development)).all()
        told = connection.execute(select(alerts.c.id, alerts.c.development)).all()
    assert stored == [developments]
    assert told == [("a1", developments)], "an alert keeps its id"
    assert development_words(developments) == said


def test_nothing_new_stays_nothing(old: Database) -> None:
    assert old.upgrade() is True
    with old.read() as connection:
        assert connection.scalars(select(matches.c.development)).all() == [()]
        assert connection.scalar(text("SELECT development IS NULL FROM alerts")) == 1
