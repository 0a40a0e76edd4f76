"""One daemon a database: two would tell people everything twice."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import StoreError


class DaemonLock:
    """Held for as long as the context lasts; the kernel lets go of it when the holder dies.

    Args:
        database: the database's file; the lock is a file beside it.

    Raises:
        StoreError: another process holds it, or its file cannot be written.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._file = -1

    def __enter__(self) -> Self:
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"the lock file cannot be written: {error.strerror}",
                where=str(self._path),
                hint="The folder of the database must be writable for the user monitor runs as.",
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            raise StoreError(
                f"another monitor (process {holder or 'unknown'}) works on this database",
                where=str(self._database),
                hint="Stop it first, or give this one a database of its own in storage.url.",
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # The file stays: to remove it would let a third process lock a new one of that name
        # while a second still waits for, or holds, this one.
        os.close(self._file)
