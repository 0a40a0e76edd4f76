"""Who is logged in on the page, and the keys that this installation made for itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from monitor.store.access_tables import keys, sessions

LINKS = "links"
"""What the key is called that signs links in messages."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who logged in."""

    digest: str
    """Of what their cookie holds."""
    person: str
    password: str
    """A digest of the password that was asked for."""
    created: datetime
    seen: datetime
    ends: datetime
    address: str


def add(conn: Connection, session: Session) -> None:
    """Enter a session."""
    columns = ("digest", "person", "password", "created", "seen", "ends", "address")
    conn.execute(insert(sessions).values({name: getattr(session, name) for name in columns}))


def find(conn: Connection, digest: str) -> Session | None:
    """The session of a cookie, by its digest."""
    row = conn.execute(select(sessions).where(sessions.c.digest == digest)).one_or_none()
    return None if row is None else _session(row)


def everything(conn: Connection, now: datetime) -> list[Session]:
    """Those that have not ended, the latest seen first."""
    query = select(sessions).where(sessions.c.ends > now).order_by(sessions.c.seen.desc())
    return [_session(row) for row in conn.execute(query)]


def see(conn: Connection, digest: str, now: datetime, ends: datetime) -> None:
    """Note that somebody is still there."""
    conn.execute(update(sessions).where(sessions.c.digest == digest).values(seen=now, ends=ends))


def end(conn: Connection, digest: str) -> bool:
    """Revoke a session; whether there was one."""
    return conn.execute(delete(sessions).where(sessions.c.digest == digest)).rowcount > 0


def forget_ended(conn: Connection, now: datetime) -> None:
    """Remove the sessions that have ended."""
    conn.execute(delete(sessions).where(sessions.c.ends <= now))


def key(conn: Connection, name: str) -> bytes:
    """The installation's own key for a purpose, made when it is first asked for."""
    found = conn.scalar(select(keys.c.value).where(keys.c.name == name))
    if found is None:
        found = secrets.token_bytes(32)
        conn.execute(insert(keys).values(name=name, value=found))
    return bytes(found)


def known_key(conn: Connection, name: str) -> bytes | None:
    """The same, if it was made before."""
    found = conn.scalar(select(keys.c.value).where(keys.c.name == name))
    return None if found is None else bytes(found)


def _session(row: Row[Any]) -> Session:
    return Session(
        digest=row.digest,
        person=row.person,
        password=row.password,
        created=row.created,
        seen=row.seen,
        ends=row.ends,
        address=row.address,
    )
