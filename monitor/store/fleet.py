"""Who works on a database together: on PostgreSQL only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, bindparam, text

#: A worker that has said nothing for so long is missed.
SILENT_SECONDS = 45
#: One that has said nothing for so long is forgotten.
FORGOTTEN_SECONDS = 3600

_DETAIL = bindparam("detail", type_=JSON())
_JOIN = text(
    "INSERT INTO workers (name, pid, version, schema) VALUES (:name, :pid, :version, :schema)"
    " RETURNING id"
)
# As far as there are workers: a schema before the fourth has no such table, or no such column.
_BEFORE = text(
    "SELECT EXISTS (SELECT FROM workers AS w WHERE beat > now() - make_interval(secs => :seconds)"
    " AND coalesce((to_jsonb(w) ->> 'schema')::integer, 0) < :schema)"
)
_BEAT = text(
    "UPDATE workers SET beat = now(), detail = CAST(:detail AS jsonb) WHERE id = :id RETURNING id"
).bindparams(_DETAIL)
_LIST = text(
    "SELECT id, name, pid, version, started, beat, detail,"
    " extract(epoch FROM now() - beat)::float8 AS silent FROM workers ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works, as of its last sign of life."""

    id: int
    name: str
    pid: int
    version: str
    started: datetime
    beat: datetime
    detail: dict[str, Any]
    silent: float
    """For how long it has said nothing, in seconds."""

    @property
    def is_missed(self) -> bool:
        """Whether it should have said something."""
        return self.silent > SILENT_SECONDS

    @property
    def written(self) -> dict[str, str] | None:
        """Digests of what its machine's file says (`monitor.config.compare`), if that counts."""
        found: dict[str, str] | None = self.detail.get("written")
        return found


def join(conn: Connection, name: str, pid: int, version: str, schema: int) -> int:
    """Begin to work; the number by which what one works on is known.

    Args:
        conn: an open write transaction.
        name: of the machine.
        pid: of the process.
        version: of the program.
        schema: which revision of the schema it makes.
    """
    said = {"name": name, "pid": pid, "version": version, "schema": schema}
    return int(conn.scalar(_JOIN, said) or 0)


def is_any_before(conn: Connection, schema: int) -> bool:
    """Whether a program may be at work that makes a schema before that.

    One that died does no harm, but one that was frozen may wake: both count until they are
    forgotten.
    """
    if conn.scalar(text("SELECT to_regclass('workers')")) is None:
        return False
    return bool(conn.scalar(_BEFORE, {"schema": schema, "seconds": FORGOTTEN_SECONDS}))


def beat(conn: Connection, worker: int, detail: dict[str, Any]) -> bool:
    """Give a sign of life; False if others have forgotten this worker meanwhile."""
    return conn.scalar(_BEAT, {"id": worker, "detail": detail}) is not None


def leave(conn: Connection, worker: int) -> None:
    """Work no more."""
    conn.execute(text("DELETE FROM workers WHERE id = :id"), {"id": worker})


def forget(conn: Connection) -> None:
    """Forget those that died long ago."""
    conn.execute(
        text("DELETE FROM workers WHERE beat < now() - make_interval(secs => :seconds)"),
        {"seconds": FORGOTTEN_SECONDS},
    )


def everyone(conn: Connection) -> list[Worker]:
    """All that work, or have died not long ago."""
    return [Worker(**row) for row in conn.execute(_LIST).mappings()]


def name_of(machine: str, pid: int) -> str:
    """What a process is called among others, of this machine and of all."""
    return f"{machine}:{pid}"


def live(conn: Connection) -> frozenset[str]:
    """The names of those that work."""
    return frozenset(name_of(each.name, each.pid) for each in everyone(conn) if not each.is_missed)


def alive(workers: Iterable[Worker]) -> int:
    """How many of them work."""
    return sum(not each.is_missed for each in workers)
