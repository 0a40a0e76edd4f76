"""Tokens of programs, by the digests of what they show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from monitor.model.token import Token
from monitor.store.access_tables import tokens


def add(conn: Connection, token: Token, digest: str) -> bool:
    """Enter a token; False if there is one of that name."""
    if conn.scalar(select(tokens.c.id).where(tokens.c.name == token.name)) is not None:
        return False
    columns = ("name", "scope", "author", "created")
    values = {name: getattr(token, name) for name in columns}
    conn.execute(insert(tokens).values(digest=digest, **values))
    return True


def find(conn: Connection, digest: str) -> Token | None:
    """The token of a digest."""
    row = conn.execute(select(tokens).where(tokens.c.digest == digest)).one_or_none()
    return None if row is None else _token(row)


def everything(conn: Connection) -> list[Token]:
    """All tokens, by name."""
    return [_token(row) for row in conn.execute(select(tokens).order_by(tokens.c.name))]


def use(conn: Connection, name: str, now: datetime) -> None:
    """Note that a token was shown."""
    conn.execute(update(tokens).where(tokens.c.name == name).values(used=now))


def revoke(conn: Connection, name: str) -> bool:
    """Have a token open nothing any more; whether there was one."""
    return conn.execute(delete(tokens).where(tokens.c.name == name)).rowcount > 0


def _token(row: Row[Any]) -> Token:
    return Token(row.name, row.scope, row.author, row.created, row.used)
