"""One daemon a database: two would tell people everything twice."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import StoreError
from monitor.store.database import Database

_HINTS = {
    errno.EROFS: "The file system is read-only; storage.url must name a file where monitor can"
    " write, such as a mounted volume.",
    errno.EACCES: "The user that monitor runs as must be able to write to this file and its"
    " folder; one left by another user can be deleted when no monitor runs.",
}


def alone(db: Database) -> AbstractContextManager[object]:
    """Work on a database that nobody else works on; on a server others may.

    Raises:
        StoreError: another process works on it.
    """
    return nullcontext() if db.file is None else DaemonLock(db.file)


class DaemonLock:
    """Held for as long as the context lasts; the kernel lets go of it when the holder dies.

    Args:
        database: the database's file; the lock is a file beside it.

    Raises:
        StoreError: another process holds it, or its file cannot be written or locked.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        # Beside the real file: a symbolic link to it is no second database.
        real = database.resolve()
        self._path = real.with_name(real.name + ".lock")
        self._file = -1

    def __enter__(self) -> Self:
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"the lock file cannot be opened: {error.strerror}",
                where=str(self._path),
                hint=_HINTS.get(
                    error.errno or 0, "The folder of the database must be there and be writable."
                ),
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            if isinstance(error, BlockingIOError):
                raise StoreError(
                    f"another monitor (process {holder or 'unknown'}) works on this database",
                    where=str(self._database),
                    hint="Stop it first, or give this one a database of its own in storage.url.",
                ) from None
            raise StoreError(
                f"the lock cannot be taken: {error.strerror}",
                where=str(self._path),
                hint="The database must be on a disk with free space and working file locks;"
                " some network file systems have none.",
            ) from None
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
