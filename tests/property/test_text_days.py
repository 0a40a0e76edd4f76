"""Whatever order things come in: who asks for an article's texts gets what was stored last.

On PostgreSQL, while texts of days that are too old are brought back and dropped, that is broken
off anywhere, others store something at the same time, and others look at the database as it was.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, delete, insert, select, text, update

from monitor.store import text_days
from monitor.store.article_texts import BODY, CONTENT
from monitor.store.database import Database
from monitor.store.tables import articles
from tests.support.articles import feed
from tests.support.postgresql import Server

FIRST = date(2023, 5, 4)
DAYS = 3
TEXTS = st.sampled_from(["", "A page.", "B page.", "C " * 3000])

Texts = dict[int, tuple[str, str]]


class TextDays(RuleBasedStateMachine):
    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.db = self.stack.enter_context(closing(Database(self.url)))
        self.known: Texts = {}
        self.writing: tuple[Connection, int, tuple[str, str]] | None = None
        self.views: list[tuple[ExitStack, Connection, Texts]] = []

    @initialize()
    def begin(self) -> None:
        with self.db.write() as connection:
            connection.execute(delete(articles))
            # Always the same numbers: what is chosen must not depend on the run before.
            connection.execute(text("SELECT setval('articles_id_seq', 1, false)"))
            feed(connection)
            text_days.make(connection, [FIRST + timedelta(days=each) for each in range(DAYS)])

    def teardown(self) -> None:
        self.end_views()
        self.commit()
        before = _midnight(DAYS)
        text_days.drop(self.db, before)
        with self.db.read() as connection:
            left = select(text("1")).select_from(text("text_days"))
            assert connection.scalar(left.where(text(f"day < '{before.date()}'"))) is None
        self.what_was_stored_last_is_read()
        self.stack.close()

    # --- what is stored --------------------------------------------------------------------------

    @rule(day=st.integers(-1, DAYS), hour=st.sampled_from([0, 23]), body=TEXTS, content=TEXTS)
    def store(self, day: int, hour: int, body: str, content: str) -> None:
        row = {"feed_id": 1, "title": "T", "body": body, "content": content}
        at = _midnight(day) + timedelta(hours=hour, minutes=59)
        with self.db.write() as connection:
            row["feed_id"] = feed(connection)
            made = insert(articles).values(**row, fetched=at).returning(articles.c.id)
            self.known[int(connection.scalar(made) or 0)] = body, content

    @precondition(lambda self: self.free())
    @rule(data=st.data(), body=st.none() | TEXTS, content=st.none() | TEXTS, goes_on=st.booleans())
    def change(
        self, data: st.DataObject, body: str | None, content: str | None, goes_on: bool
    ) -> None:
        number = data.draw(st.sampled_from(self.free()))
        given = {"body": body, "content": content}
        values: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
        before = self.known[number]
        after = (
            before[0] if body is None else body,
            before[1] if content is None else content,
        )
        change = update(articles).where(articles.c.id == number).values(title="U", **values)
        if goes_on and self.writing is None:
            connection = self.db.engine.connect()
            connection.execute(change)
            self.writing = connection, number, after
            return
        with self.db.write() as connection:
            connection.execute(change)
        self.known[number] = after

    @precondition(lambda self: self.writing)
    @rule()
    def commit(self) -> None:
        if self.writing is not None:
            connection, number, after = self.writing
            connection.commit()
            connection.close()
            self.known[number], self.writing = after, None

    @precondition(lambda self: self.writing)
    @rule()
    def roll_back(self) -> None:
        assert self.writing is not None
        self.writing[0].rollback()
        self.writing[0].close()
        self.writing = None

    @precondition(lambda self: self.free())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.free()))
        with self.db.write() as connection:
            connection.execute(delete(articles).where(articles.c.id == number))
        del self.known[number]

    def free(self) -> list[int]:
        """Those that nobody else is about to change."""
        busy = self.writing and self.writing[1]
        return sorted(each for each in self.known if each != busy)

    # --- what goes -------------------------------------------------------------------------------

    @rule(days=st.integers(1, DAYS), steps=st.integers(0, 12) | st.just(99), is_seen=st.booleans())
    def drop(self, days: int, steps: int, is_seen: bool) -> None:
        """As far as it comes until it is broken off."""
        if is_seen and len(self.views) < 2:
            self.look()
        left = iter(range(steps))
        text_days.drop(self.db, _midnight(days), lambda: next(left, None) is None)

    @rule(day=st.integers(0, DAYS - 1))
    def make(self, day: int) -> None:
        with self.db.write() as connection:
            text_days.make(connection, [FIRST + timedelta(days=day)])

    # --- what is read ----------------------------------------------------------------------------

    @precondition(lambda self: len(self.views) < 2)
    @rule()
    def look(self) -> None:
        """Begin to look at the database as it is now, and at no texts yet."""
        stack = ExitStack()
        view = stack.enter_context(self.db.read())
        view.execute(text("SELECT count(*) FROM feeds"))
        self.views.append((stack, view, dict(self.known)))

    @precondition(lambda self: self.views)
    @rule()
    def end_views(self) -> None:
        for stack, view, known in self.views:
            assert _texts(view) == known
            stack.close()
        self.views = []

    @invariant()
    def what_was_stored_last_is_read(self) -> None:
        with self.db.read() as connection:
            assert _texts(connection) == self.known


def _midnight(day: int) -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=day)


def _texts(connection: Connection) -> Texts:
    rows = connection.execute(select(articles.c.id, BODY.label("b"), CONTENT.label("c")))
    return {row.id: (row.b, row.c) for row in rows}


def test_texts_are_what_was_stored_last(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_days, "PATIENCE", 0.05)
    monkeypatch.setattr(text_days, "BATCH", 2)
    monkeypatch.setattr("monitor.store.write_queue.TRIES", 2)
    TextDays.url = postgresql.clean()
    few = settings(
        max_examples=40, stateful_step_count=30, deadline=None, derandomize=True, database=None,
        report_multiple_bugs=False, phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(TextDays, settings=few)
