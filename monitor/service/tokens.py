"""Tokens of programs: given out once, listed without what opens, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from monitor.config.explain import did_you_mean
from monitor.errors import UsageError
from monitor.model.audit import Action, Change, Source
from monitor.model.token import Scope, Token
from monitor.service.database import Database
from monitor.store import audit, tokens
from monitor.store.write_queue import retried

__all__ = ["Scope", "Token"]

PREFIX = "mon_"
"""So that scanners for secrets know one that was published."""
MOST_NAME = 60
#: How often it is noted that a token is used: a reading is not to cost a writing.
USED_EVERY = timedelta(minutes=10)


@retried
def add(
    db: Database, name: str, scope: Scope, author: str, now: datetime, *, source: Source
) -> str:
    """Make a token; what its program is to show, which is kept nowhere.

    Raises:
        UsageError: there is one of that name, or the name is none.
    """
    name = " ".join(name.split())
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise UsageError(f"a token's name has from 1 to {MOST_NAME} characters")
    secret = PREFIX + secrets.token_urlsafe(32)
    with db.write() as connection:
        if not tokens.add(connection, Token(name, scope, author, now), _digest(secret)):
            raise UsageError(
                f"there is a token called {name!r} already",
                hint="Revoke it first, or give another name.",
            )
        facts = {"scope": scope.value}
        audit.record(connection, Change(now, author, source, Action.TOKEN_ADDED, name, facts))
    return secret


@retried
def find(db: Database, secret: str, now: datetime) -> Token | None:
    """The token that a program shows; None if it opens nothing."""
    with db.read() as connection:
        token = tokens.find(connection, _digest(secret))
    if token is not None and (token.used is None or now - token.used > USED_EVERY):
        with db.write() as connection:
            tokens.use(connection, token.name, now)
    return token


def listed(db: Database) -> list[Token]:
    """All tokens, by name."""
    with db.read() as connection:
        return tokens.everything(connection)


@retried
def revoke(db: Database, name: str, author: str, now: datetime, *, source: Source) -> None:
    """Have a token open nothing any more.

    Raises:
        UsageError: there is none of that name.
    """
    with db.write() as connection:
        if not tokens.revoke(connection, name):
            advice = did_you_mean(name, {each.name for each in tokens.everything(connection)})
            raise UsageError(f"no token is called `{name}`{advice.words}")
        audit.record(connection, Change(now, author, source, Action.TOKEN_REVOKED, name))


def _digest(secret: str) -> str:
    # Not slow on purpose, as a password's is: 256 bits of chance cannot be guessed.
    return hashlib.sha256(secret.encode()).hexdigest()
