"""What machines that work on one database have in common besides the program's own tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from monitor.store import jobs


def create(connection: Connection) -> None:
    """Make it, as far as it is not there. In a write transaction."""
    driver: Any = connection.connection.driver_connection
    driver.execute(Path(__file__).with_name("machines.sql").read_text("utf-8"))
    jobs.create(connection)
