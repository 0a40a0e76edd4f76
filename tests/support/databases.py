"""Tests that run on both kinds of database: in such a module stands `database = BOTH`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest) -> str:
    """Each test that opens a database runs on each kind."""
    return str(request.param)


BOTH = both


def copied(new_database: Path, folder: Path) -> str:
    """The address of a file of its own: every migration takes its time."""
    path = folder / "monitor.db"
    if not path.exists():
        shutil.copy(new_database, path)
    return f"sqlite:///{path}"
