"""Versions of the configuration: pushed, acknowledged by each worker, in force from a moment on.

What decides is in `monitor.config.in_force`; times are the database's, the same for all machines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from monitor.config.in_force import PATIENCE, agreed
from monitor.config.in_force import in_force as which_in_force
from monitor.model.config_version import Acknowledgement, ConfigText, ConfigVersion
from monitor.store.dialects import is_shared
from monitor.store.fleet_tables import config_acknowledgements, config_versions

_HEAD = tuple(
    config_versions.c["number", "created", "author", "sha256", "note", "restores", "effective"]
)


def time_of(conn: Connection) -> datetime:
    """The database's time: the same for all machines."""
    if not is_shared(conn):
        return datetime.now(UTC)
    found: datetime = conn.execute(select(func.clock_timestamp())).scalar_one()
    return found.astimezone(UTC)


def push(
    conn: Connection,
    said: ConfigText,
    *,
    author: str,
    note: str | None = None,
    restores: int | None = None,
) -> ConfigVersion:
    """Enter a version, which takes effect once live workers have acknowledged it."""
    now = time_of(conn)
    number: int = conn.execute(
        insert(config_versions)
        .values(
            created=now,
            author=author,
            note=note,
            sha256=said.sha256,
            text=said.text,
            files=dict(said.files),
            restores=restores,
        )
        .returning(config_versions.c.number)
    ).scalar_one()
    return ConfigVersion(number, now, author, said.sha256, note, restores)


def recent(conn: Connection, *, limit: int | None = None) -> list[ConfigVersion]:
    """Versions without their texts, the newest first."""
    query = select(*_HEAD).order_by(config_versions.c.number.desc())
    return [_version(row) for row in conn.execute(query if limit is None else query.limit(limit))]


def newest(conn: Connection) -> ConfigVersion | None:
    """The last one that was pushed."""
    return next(iter(recent(conn, limit=1)), None)


def by_number(conn: Connection, number: int) -> ConfigVersion | None:
    """One version, without its text."""
    row = conn.execute(select(*_HEAD).where(config_versions.c.number == number)).one_or_none()
    return None if row is None else _version(row)


def text_of(conn: Connection, number: int) -> ConfigText | None:
    """What a version says."""
    query = select(*config_versions.c["text", "files", "sha256"])
    row = conn.execute(query.where(config_versions.c.number == number)).one_or_none()
    return None if row is None else ConfigText(row.text, row.files, row.sha256)


def in_force(conn: Connection, now: datetime) -> ConfigVersion | None:
    """The version in force; None while none is.

    Args:
        conn: an open connection.
        now: the database's time.
    """
    return which_in_force(_that_may_be(conn, now), now)


def _that_may_be(conn: Connection, now: datetime) -> Sequence[ConfigVersion]:
    """The newest one that must be in force by now, and those after it."""
    number, created = config_versions.c.number, config_versions.c.created
    oldest = select(func.max(number)).where(created <= now - PATIENCE).scalar_subquery()
    query: Select[Any] = select(*_HEAD).where(number >= func.coalesce(oldest, 0))
    return [_version(row) for row in conn.execute(query)]


def acknowledge(
    conn: Connection, said: Acknowledgement, live: Collection[str]
) -> ConfigVersion | None:
    """Record what a worker says of a version; all of them agree when the last one is ready.

    Args:
        conn: an open write transaction.
        said: what it says, at the database's time; what it said before is replaced.
        live: the workers that are alive; the one that speaks is taken to be.

    Returns:
        The version, as it is now; None if there is no such version.
    """
    # Of two that acknowledge at once the later one must see what the other said.
    locked = select(*_HEAD).where(config_versions.c.number == said.version).with_for_update()
    if conn.execute(locked).one_or_none() is None:
        return None
    # What the dead have said is of no use to anybody.
    others = {*live} - {said.worker}
    of_it = config_acknowledgements.c.version == said.version
    gone = of_it & config_acknowledgements.c.worker.not_in(others)
    conn.execute(delete(config_acknowledgements).where(gone))
    conn.execute(
        insert(config_acknowledgements).values(asdict(said) | {"lacking": list(said.lacking)})
    )
    settle(conn, said.version, {*live, said.worker}, said.at)
    return by_number(conn, said.version)


def settle(conn: Connection, number: int, live: Collection[str], now: datetime) -> None:
    """Have a version take effect if every live worker has acknowledged it.

    To be called besides when a worker has gone: those that are left may all have.
    """
    version = by_number(conn, number)
    if version is None or version.effective is not None:
        return
    at = agreed(version, acknowledgements(conn, number), live, now)
    if at is not None:
        unsettled = (config_versions.c.number == number) & config_versions.c.effective.is_(None)
        conn.execute(update(config_versions).where(unsettled).values(effective=at))


def acknowledgements(conn: Connection, number: int) -> list[Acknowledgement]:
    """What workers say of a version, by their names."""
    query = select(config_acknowledgements).where(config_acknowledgements.c.version == number)
    return [
        Acknowledgement(
            row.worker, row.version, row.at, row.problem, tuple(row.lacking), row.file_sha256
        )
        for row in conn.execute(query.order_by(config_acknowledgements.c.worker))
    ]


def _version(row: Row[Any]) -> ConfigVersion:
    return ConfigVersion(
        row.number, row.created, row.author, row.sha256, row.note, row.restores, row.effective
    )
