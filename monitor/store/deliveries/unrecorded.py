"""What services have accepted while the database would not record it: noted beside its file.

On a disk that is full nothing can be added, but what is there can be written over: the note has
its room from the start on. (File systems that never write over anything, such as Btrfs and ZFS,
may refuse it all the same.) Without the note the next start would send such a message again.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from monitor.model.delivery import DeliveryStatus
from monitor.store.deliveries import fallbacks, transitions
from monitor.store.tables import deliveries

_ROOM = 65_536
"""Bytes: a summary of 2,000 alerts takes a quarter."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What is to be recorded of a message that its service has accepted."""

    ids: tuple[int, ...]
    claimed_until: datetime | None
    """Tells its claim from any other."""
    at: datetime
    receipt: str | None = None


_NOTE = TypeAdapter(list[Sent])


class Unrecorded:
    """The note.

    Args:
        database: the database's file; None: it is on a server, where others go on and nobody
            reads a note.
    """

    def __init__(self, database: Path | None) -> None:
        self._path = None
        if database is not None:
            real = database.resolve()
            self._path = real.with_name(real.name + "-unrecorded")
        self._sent: dict[tuple[int, ...], Sent] = {}
        self._lock = threading.Lock()

    def add(self, sent: Sent) -> None:
        """Note that a message was accepted."""
        with self._lock:
            self._sent[sent.ids] = sent
            self._write()

    def remove(self, sent: Sent) -> None:
        """Forget what is recorded by now."""
        with self._lock:
            if self._sent.pop(sent.ids, None) is not None:
                self._write()

    def read(self) -> list[Sent]:
        """What an earlier process has noted; nothing if that cannot be read."""
        if self._path is None:
            return []
        try:
            digest, found = self._path.read_bytes().split(b"\n", 2)[:2]
        except (OSError, ValueError):
            return []
        return _NOTE.validate_json(found) if digest == _digest(found) else []

    def begin(self) -> None:
        """Forget what an earlier process has noted, and make room."""
        with self._lock:
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        found = _NOTE.dump_json(list(self._sent.values()))
        # Where there is no room it stays as it was: what it says then is true, and recorded.
        if len(written := _digest(found) + b"\n" + found + b"\n") > _ROOM:
            return
        with contextlib.suppress(OSError):
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                is_long = os.fstat(file).st_size >= _ROOM
                os.pwrite(file, written if is_long else written.ljust(_ROOM, b"\0"), 0)
                os.fsync(file)
            finally:
                os.close(file)


def record_noted(conn: Connection, noted: Iterable[Sent]) -> int:
    """Record what was noted, as far as nothing else was recorded since; how many deliveries."""
    count = 0
    for sent in noted:
        claimed = select(deliveries.c.id).where(
            deliveries.c.id.in_(sent.ids),
            deliveries.c.status == DeliveryStatus.SENDING,
            deliveries.c.claimed_until == sent.claimed_until,
        )
        ids = list(conn.scalars(claimed))
        if not ids:
            continue
        transitions.sent(conn, ids, sent.at, receipt=sent.receipt)
        fallbacks.settle(conn, ids)
        count += len(ids)
    return count


def _digest(found: bytes) -> bytes:
    return blake2b(found, digest_size=16).hexdigest().encode()
