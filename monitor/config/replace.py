"""Replacing a configuration file without anybody ever seeing half of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from monitor.config.source import shown
from monitor.errors import MonitorError


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one edit at a time pass, so that two commands do not undo each other."""
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY)
    except OSError:
        # Whatever is wrong with the folder is told better by who reads the file.
        yield
        return
    try:
        with contextlib.suppress(OSError):  # file systems without locks: the check at the end stays
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def replace_file(path: Path, raw: bytes, *, expected: bytes) -> None:
    """Put new content in a file's place at one stroke; its mode, owner and links stay.

    Args:
        path: the file, or a link, which stays one: what it leads to is replaced.
        raw: the new content.
        expected: the content it must have until then.

    Raises:
        MonitorError: it cannot be, or somebody else changed the file meanwhile.
    """
    target = path.resolve()
    try:
        _replace(target, raw, expected)
    except OSError as error:
        raise MonitorError(
            f"cannot be replaced: {error.strerror or error}; it was left as it is",
            where=shown(target),
            hint="This user must be allowed to write the file and the folder it is in.",
        ) from None


def _replace(target: Path, raw: bytes, expected: bytes) -> None:
    status = target.stat()
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            mine = os.fstat(file.fileno())
            if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(file.fileno(), status.st_mode & 0o7777)
            os.fsync(file.fileno())
        if target.read_bytes() != expected:
            raise MonitorError(
                "was changed by somebody else in this very moment; nothing was written",
                where=shown(target),
                hint="Try again.",
            )
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
