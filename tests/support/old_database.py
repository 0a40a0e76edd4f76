"""A database as an earlier version left it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from alembic import command

from monitor.store.database import Database


def make(path: Path, revision: str) -> None:
    """Make an empty database at a revision of the schema."""
    with closing(Database(f"sqlite:///{path}")) as db:
        config = db._alembic()
        with db.altering() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
