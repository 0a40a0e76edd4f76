"""Whether machines that share no version of the configuration have files that say the same."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.config.compare import Digests, differing, digests
from monitor.config.load import LoadedConfig
from monitor.errors import Fault, MonitorError
from monitor.service.database import opened_if_any
from monitor.store import config_versions, fleet
from monitor.store.database import Database


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A worker whose machine's file says something else."""

    worker: str
    keys: tuple[str, ...]
    """Settings, kinds of table (`feeds`) and files of which they differ."""


class OtherFileError(MonitorError):
    """Other machines' files say something else, and no version says which of them counts."""

    def __init__(self, others: Sequence[OtherFile]) -> None:
        super().__init__(
            "this machine's configuration is not that of the workers on its database "
            f"({_named(others)})",
            hint="Run `monitor config push` on the machine whose file is right, so that it counts "
            "on all, or give all machines the same.",
        )


def odd_ones(workers: Sequence[fleet.Worker]) -> dict[int, tuple[str, ...]]:
    """Of those that live, whoever's file says something else than that of the oldest, and in what.

    By their numbers.
    """
    saying = {each.id: each.written for each in workers if not each.is_missed and each.written}
    if not saying:
        return {}
    first = saying[min(saying)]
    differences = ((number, differing(first, written)) for number, written in saying.items())
    return {number: keys for number, keys in differences if keys}


def others_of(workers: Sequence[fleet.Worker], written: Digests) -> tuple[OtherFile, ...]:
    """Those that live, and whose file says something else than another."""
    found = (
        OtherFile(fleet.name_of(each.name, each.pid), differing(written, each.written))
        for each in workers
        if not each.is_missed and each.written is not None
    )
    return tuple(each for each in found if each.keys)


def require_same_file(db: Database, loaded: LoadedConfig) -> None:
    """Have nobody begin whose file differs from what others work by.

    Args:
        db: a database that many share, on which no version is in force.
        loaded: what this machine's file says.

    Raises:
        OtherFileError: another worker lives whose file says something else.
        ConfigError: a file was changed meanwhile.
        StoreError: the database failed.
    """
    with db.read() as connection:
        workers = [each for each in fleet.everyone(connection) if not _is_gone(each)]
    if others := others_of(workers, digests(loaded)):
        raise OtherFileError(others)


def other_files(loaded: LoadedConfig) -> Iterator[Fault]:
    """What `monitor check` warns of; nothing where a database cannot be asked."""
    try:
        db = opened_if_any(loaded.config.storage.url)
        if db is None:
            return
        with closing(db):
            if not db.is_shared:
                return
            with db.read() as connection:
                workers = () if _is_version_used(connection) else fleet.everyone(connection)
        for each in others_of(workers, digests(loaded)):
            yield Fault.nowhere(
                f"worker {each.worker} has a file that says something else "
                f"({', '.join(each.keys)}), and no version of the configuration is pushed: a "
                "worker that begins with this one is refused. See `monitor config push`."
            )
    except MonitorError:
        # The commands that need the database say what is wrong with it.
        return


def _is_version_used(connection: Connection) -> bool:
    now = config_versions.time_of(connection)
    return config_versions.in_force(connection, now) is not None


def _named(others: Sequence[OtherFile]) -> str:
    return "; ".join(f"{each.worker} differs in {', '.join(each.keys)}" for each in others)


def _is_gone(worker: fleet.Worker) -> bool:
    """Whether it was of this machine, and is dead: who begins again need not wait to miss it."""
    if worker.name != socket.gethostname():
        return False
    if worker.pid == os.getpid():
        # What begins anew in a container has the number that the one before it had.
        return True
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
