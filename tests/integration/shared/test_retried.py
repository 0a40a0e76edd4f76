"""What a command writes and the server undoes for another's sake is done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from monitor.config.schema import Config
from monitor.errors import StoreError
from monitor.model.alert import Silence
from monitor.model.audit import Action, Change, Source
from monitor.model.token import Scope
from monitor.service import audit, silences, tokens
from monitor.store.database import Database

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DEADLOCK, SERIALIZATION, DIVISION = "40P01", "40001", "22012"

# A sequence is not set back when a transaction is undone: it counts the tries.
_UNDOING = """
CREATE SEQUENCE tries;
CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('tries') <= {times} THEN
        RAISE EXCEPTION 'in the way' USING ERRCODE = '{code}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER undo BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION undo();
"""
_NO_MORE = "DROP FUNCTION IF EXISTS undo CASCADE; DROP SEQUENCE IF EXISTS tries"

Undoing = Callable[[str, str, int], None]


@pytest.fixture
def undoing(shared: Database) -> Iterator[Undoing]:
    """Has the server undo what enters a row into a table, so many times."""

    def run(statements: str) -> None:
        with shared.write() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(statements)

    yield lambda table, code, times: run(_UNDOING.format(table=table, code=code, times=times))
    run(_NO_MORE)


def tries(db: Database) -> int:
    with db.read() as connection:
        return int(connection.scalar(text("SELECT last_value FROM tries")) or 0)


def add_token(db: Database) -> None:
    tokens.add(db, "east", Scope.READ, "somebody", NOW, source=Source.COMMAND)


def add_silence(db: Database) -> None:
    silence = Silence(
        id=0, author="somebody", reason="", created=NOW, ends=NOW + timedelta(hours=1),
        watchlists=("all",), entities=(), feeds=(),
    )  # fmt: skip
    silences.add(db, silence, Config())


def record_change(db: Database) -> None:
    audit.record(db, Change(NOW, "somebody", Source.COMMAND, Action.LOGGED_IN, "here"))


WRITES = {"tokens": add_token, "silences": add_silence, "audit": record_change}


@pytest.mark.parametrize("code", [DEADLOCK, SERIALIZATION])
@pytest.mark.parametrize("table", WRITES)
def test_what_was_undone_is_done_again_and_once(
    shared: Database, undoing: Undoing, table: str, code: str
) -> None:
    undoing(table, code, 2)
    WRITES[table](shared)
    assert tries(shared) == 3
    with shared.read() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1


def test_what_is_always_undone_is_told_in_the_end(shared: Database, undoing: Undoing) -> None:
    undoing("tokens", DEADLOCK, 1000)
    with pytest.raises(StoreError, match="in each other's way"):
        add_token(shared)
    assert tries(shared) == 6


def test_what_is_a_fault_is_not_tried_again(shared: Database, undoing: Undoing) -> None:
    undoing("tokens", DIVISION, 1000)
    with pytest.raises(StoreError):
        add_token(shared)
    assert tries(shared) == 1
