"""What `Database` asks of the kind of database that it stands for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine


class Backend(Protocol):
    """A kind of database: SQLite's files, or PostgreSQL's servers."""

    engine: Engine
    where: str
    """What people know it by, without a password."""
    path: Path | None
    """Its file; None if it is none."""
    migrations: str
    """The folder of its revisions, beside the others' in `migrations/`."""
    is_shared: bool
    """Whether other processes may be at work on it at the same time."""

    def exists(self) -> bool:
        """Whether there is anything to open. Raises StoreError if that cannot be told."""
        ...

    def require_usable(self) -> None:
        """Make sure that it is as it has to be. Raises StoreError."""
        ...

    def require_same(self) -> None:
        """Make sure that it was not replaced while it was in use. Raises StoreError."""
        ...

    def translated(self) -> AbstractContextManager[None]:
        """Have its faults raised as StoreError."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A consistent view that blocks no writer."""
        ...

    def altering(self) -> AbstractContextManager[Connection]:
        """A write transaction in which the schema may be changed, by nobody else meanwhile."""
        ...

    def settle(self, connection: Connection) -> None:
        """Finish an upgrade, in its transaction. Raises StoreError if something would be lost."""
        ...

    def target(self, connection: Connection, head: str) -> str:
        """To which revision it may be brought now: not to one that others cannot work with."""
        ...

    def allows(self, current: str, head: str) -> bool:
        """Whether a program of one revision may work on a database of another."""
        ...

    def damage(self, connection: Connection) -> list[str]:
        """What is wrong with it; empty when it is sound."""
        ...

    def size(self) -> int:
        """How large it is, in bytes."""
        ...

    def backup(self, target: Path) -> None:
        """Copy it to a file while it is in use. Raises StoreError."""
        ...

    def checkpoint(self) -> None:
        """Bring what was written lately into the file itself, as far as nobody reads it."""
        ...

    def shrink(self) -> None:
        """Let it be no larger than what is in it needs. Raises StoreError."""
        ...
