"""Versions in the database: numbered, acknowledged, in force for all at one moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.config.in_force import LEAD, PATIENCE
from monitor.model.config_version import Acknowledgement, ConfigText, ConfigVersion
from monitor.store import config_versions as store
from monitor.store.database import Database

SAID = ConfigText("[web]\nenabled = false\n", {"form.j2": "{{ title }}"}, "a" * 64)


@pytest.fixture
def first(db: Database) -> ConfigVersion:
    with db.write() as connection:
        return store.push(connection, SAID, author="ann", note="the first")


def acknowledge(
    db: Database,
    version: ConfigVersion,
    worker: str,
    live: set[str],
    after: timedelta = timedelta(),
    problem: str | None = None,
) -> ConfigVersion:
    said = Acknowledgement(worker, version.number, version.created + after, problem, ("slack",))
    with db.write() as connection:
        found = store.acknowledge(connection, said, live)
    assert found is not None
    return found


def in_force(db: Database, at: datetime) -> int | None:
    with db.read() as connection:
        found = store.in_force(connection, at)
    return None if found is None else found.number


def test_what_was_pushed_is_read_as_it_was(db: Database, first: ConfigVersion) -> None:
    with db.read() as connection:
        assert store.text_of(connection, first.number) == SAID
        assert store.by_number(connection, first.number) == first
        assert store.newest(connection) == first
        assert store.text_of(connection, 99) is None
        assert store.by_number(connection, 99) is None


def test_numbers_rise_and_the_newest_comes_first(db: Database, first: ConfigVersion) -> None:
    with db.write() as connection:
        second = store.push(connection, SAID, author="bob", restores=first.number)
    assert second.number == first.number + 1
    with db.read() as connection:
        assert store.recent(connection) == [second, first]
        assert store.recent(connection, limit=1) == [second]


def test_the_last_live_worker_that_is_ready_makes_it_take_effect(
    db: Database, first: ConfigVersion
) -> None:
    live = {"a", "b"}
    assert acknowledge(db, first, "a", live).effective is None
    at = timedelta(seconds=2)
    assert acknowledge(db, first, "b", live, at).effective == first.created + at + LEAD
    assert in_force(db, first.created + at) is None
    assert in_force(db, first.created + at + LEAD) == first.number
    # Who starts later does not have it fall out of force.
    assert acknowledge(db, first, "c", {"a", "b", "c", "d"}).effective is not None


def test_a_worker_that_cannot_use_it_only_delays_it(db: Database, first: ConfigVersion) -> None:
    acknowledge(db, first, "a", {"a", "b"})
    acknowledge(db, first, "b", {"a", "b"}, problem="`KEY` is not set")
    assert in_force(db, first.created + PATIENCE - timedelta(seconds=1)) is None
    assert in_force(db, first.created + PATIENCE) == first.number
    with db.read() as connection:
        said = store.acknowledgements(connection, first.number)
    assert [(each.worker, each.problem, each.lacking) for each in said] == [
        ("a", None, ("slack",)),
        ("b", "`KEY` is not set", ("slack",)),
    ]


def test_a_worker_may_change_its_mind(db: Database, first: ConfigVersion) -> None:
    acknowledge(db, first, "a", {"a"}, problem="`KEY` is not set")
    assert acknowledge(db, first, "a", {"a"}).effective is not None
    with db.read() as connection:
        assert len(store.acknowledgements(connection, first.number)) == 1


def test_a_worker_that_dies_before_it_was_ready_is_not_waited_for(
    db: Database, first: ConfigVersion
) -> None:
    acknowledge(db, first, "a", {"a", "b"})
    now = first.created + timedelta(seconds=5)
    with db.write() as connection:
        store.settle(connection, first.number, {"a"}, now)
        assert store.in_force(connection, now + LEAD) is not None


def test_nobody_acknowledges_what_does_not_exist(db: Database) -> None:
    said = Acknowledgement("a", 7, datetime(2024, 3, 25, tzinfo=UTC))
    with db.write() as connection:
        assert store.acknowledge(connection, said, {"a"}) is None


def test_of_many_old_versions_only_those_that_may_be_in_force_are_looked_at(
    db: Database, first: ConfigVersion
) -> None:
    with db.write() as connection:
        later = [store.push(connection, SAID, author="ann") for _ in range(5)]
    assert in_force(db, later[-1].created + PATIENCE) == later[-1].number
    acknowledge(db, first, "a", {"a"})
    assert in_force(db, first.created + LEAD + timedelta(seconds=1)) == first.number
