"""Sentences that said why a report belongs to its story become what they said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.model.story import Correlation, JoinKind, Role
from monitor.store.correlations import correlation_of
from monitor.store.database import Database
from monitor.store.tables import reports, story_keys
from tests.support import old_database

AT = "2024-03-25 14:00:00.000000"
SENTENCES = {
    None: None,
    "its text is that of The Courier’s report": Correlation(
        JoinKind.COPY, True, "The Courier", timedelta(), share=1.0
    ),
    "82 % of its text is that of an earlier report": Correlation(
        JoinKind.NEAR_DUPLICATE, True, "", timedelta(), share=0.82
    ),
    "like The Courier’s report it names APT31, Ni Gaobin and speaks of MPs, 3,100; 1 minute apart":
        Correlation(
            JoinKind.SAME_EVENT, True, "The Courier", timedelta(minutes=1),
            entities=("APT31", "Ni Gaobin"), words=("MPs", "3,100"),
        ),
    "like an earlier report in another language it names APT31; 5 hours apart": Correlation(
        JoinKind.CROSS_LINGUAL, True, "", timedelta(hours=5), entities=("APT31",)
    ),
    "something that nobody foresaw": Correlation(JoinKind.SAME_EVENT, True, "", timedelta()),
}  # fmt: skip


def insert(raw: sqlite3.Connection, table: str, **values: object) -> None:
    """A row, whose other columns are empty."""
    columns = raw.execute(f"PRAGMA table_info({table})").fetchall()
    empty = {name: "" for _, name, _, not_null, *_ in columns if not_null}
    row = empty | values
    marks = ", ".join("?" * len(row))
    raw.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()])


@pytest.mark.parametrize(("sentence", "kept"), SENTENCES.items())
def test_a_sentence_becomes_what_it_said(
    tmp_path: Path, sentence: str | None, kept: Correlation | None
) -> None:
    path = tmp_path / "monitor.db"
    old_database.make(path, "0014")
    with closing(sqlite3.connect(path)) as raw:
        insert(raw, "feeds", id=1, added=AT, next_poll=AT)
        insert(raw, "articles", id=1, feed_id=1, fetched=AT)
        insert(raw, "stories", id=1, began=AT)
        insert(
            raw, "reports", article_id=1, story_id=1, at=AT, entities="[]", fingerprint=b"\x03",
            why=sentence,
        )  # fmt: skip
        insert(raw, "story_keys", key=7, article_id=1)
        raw.commit()
    with closing(Database(f"sqlite:///{path}")) as db:
        db.upgrade()
        with db.read() as connection:
            [row] = connection.execute(select(reports)).all()
            assert connection.execute(select(story_keys)).all() == [(7, 1)]
    assert correlation_of(row.correlation) == kept
    assert Role(row.role) is (Role.FIRST if kept is None else Role.FIRM)
    assert row.fingerprint == b"\x03"
