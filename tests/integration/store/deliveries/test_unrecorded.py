"""What was accepted and could not be recorded is noted, and recorded by the next process."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from monitor.model.delivery import DeliveryStatus
from monitor.store import tables
from monitor.store.database import Database
from monitor.store.deliveries.unrecorded import Sent, Unrecorded, record_noted
from tests.integration.store.deliveries.test_transitions import LATER, NOW, World

MOMENT = timedelta(microseconds=1)
ONE = Sent((1,), LATER, NOW, "r")
TWO = Sent((2, 3), LATER, NOW)


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """The system refuses every byte that makes a file longer than that, as a full disk does."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monitor.db"


def note(file: Path) -> Path:
    return file.with_name("monitor.db-unrecorded")


def test_the_next_process_reads_what_was_noted_and_not_recorded_since(file: Path) -> None:
    first = Unrecorded(file)
    assert first.read() == []
    first.begin()
    first.add(ONE)
    first.add(TWO)
    first.add(TWO)
    first.remove(ONE)
    second = Unrecorded(file)
    assert second.read() == [TWO]
    # It is there until it is recorded.
    assert second.read() == [TWO]
    second.begin()
    assert Unrecorded(file).read() == []


def test_a_full_disk_takes_the_note_where_its_room_was_kept(file: Path) -> None:
    noted = Unrecorded(file)
    noted.begin()
    with no_room_beyond(note(file).stat().st_size):
        noted.add(ONE)
        assert Unrecorded(file).read() == [ONE]
        # What is too long leaves it as it is.
        noted.add(Sent(tuple(range(30_000)), LATER, NOW))
    assert Unrecorded(file).read() == [ONE]


def test_where_there_is_no_room_nothing_is_noted_and_nothing_fails(file: Path) -> None:
    with no_room_beyond(0):
        noted = Unrecorded(file)
        noted.begin()
        noted.add(ONE)
        assert Unrecorded(file).read() == []
    gone = Unrecorded(file.parent / "gone" / "monitor.db")
    gone.begin()
    gone.add(ONE)
    assert gone.read() == []


def test_of_a_database_on_a_server_nothing_is_noted(file: Path) -> None:
    noted = Unrecorded(None)
    noted.begin()
    noted.add(ONE)
    noted.remove(ONE)
    assert noted.read() == []


@pytest.mark.parametrize("place", [0, 20, 40, 60])
def test_a_note_that_was_not_written_whole_is_none(file: Path, place: int) -> None:
    noted = Unrecorded(file)
    noted.begin()
    noted.add(ONE)
    written = bytearray(note(file).read_bytes())
    written[place] ^= 1
    note(file).write_bytes(written)
    assert Unrecorded(file).read() == []


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n", b"\0" * 65_536])
def test_a_note_that_holds_nothing_is_none(file: Path, content: bytes) -> None:
    note(file).write_bytes(content)
    assert Unrecorded(file).read() == []


def test_what_was_noted_is_recorded_of_the_claim_it_is_about_only(db: Database) -> None:
    world = World(db)
    sent = replace(ONE, ids=(world.id,))

    def after(noted: Sent) -> tuple[int, DeliveryStatus | None]:
        with db.write() as connection:
            count = record_noted(connection, [noted])
        return count, world.status

    world.put(DeliveryStatus.SENDING, claimed_until=LATER)
    # Another claim's: the database is an older one, put back.
    assert after(replace(sent, claimed_until=LATER + MOMENT)) == (0, DeliveryStatus.SENDING)
    for status in set(DeliveryStatus) - {DeliveryStatus.SENDING}:
        world.put(status, claimed_until=LATER)
        assert after(sent) == (0, status)
    world.put(DeliveryStatus.SENDING, claimed_until=LATER)
    assert after(replace(sent, ids=(world.id, 99))) == (1, DeliveryStatus.SENT)
    assert (world.row().sent, world.row().receipt) == (NOW, "r")
    # Once is as good as twice.
    with db.write() as connection:
        connection.execute(update(tables.deliveries).values(edited=NOW))
    assert after(sent) == (0, DeliveryStatus.SENT)
