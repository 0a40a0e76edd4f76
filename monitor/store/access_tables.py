"""The tables of who may, and of who did what: logins, keys, and the record of changes."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, LargeBinary, Table

from monitor.model.audit import Action, Source
from monitor.model.token import Scope
from monitor.store.columns import NUMBER, WORDS, UtcDateTime, choice, short
from monitor.store.tables import metadata

# Who is logged in on the page.
sessions = Table(
    "sessions",
    metadata,
    # Of the cookie: what stands here opens nothing.
    Column("digest", short(64), primary_key=True),
    Column("person", WORDS, nullable=False),
    # Of the password that was asked for, so that another one ends it.
    Column("password", short(64), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("address", WORDS, nullable=False),
)
Index("ix_sessions_ends", sessions.c.ends)

# Everything that was changed through the page or the API, and by whom.
audit = Table(
    "audit",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("person", WORDS, nullable=False),
    Column("source", choice(Source, 8), nullable=False),
    Column("action", choice(Action, 24), nullable=False),
    # What it was done to: a story's number, a feed's address, ...
    Column("subject", WORDS, nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
    sqlite_autoincrement=True,
)

Index("ix_audit_subject", audit.c.subject)

# Programs that may use the API.
tokens = Table(
    "tokens",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("name", WORDS, nullable=False, unique=True),
    # Of what is shown: what stands here opens nothing.
    Column("digest", short(64), nullable=False, unique=True),
    Column("scope", choice(Scope, 8), nullable=False),
    Column("author", WORDS, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("used", UtcDateTime),
)

# Requests of Slack that were let pass: none counts twice, whenever the daemon was started.
slack_requests = Table(
    "slack_requests",
    metadata,
    # Of the signature.
    Column("digest", short(64), primary_key=True),
    # From then on it is too old anyway.
    Column("ends", UtcDateTime, nullable=False, index=True),
)

# Keys that this installation made for itself, by what they are for.
keys = Table(
    "keys",
    metadata,
    Column("name", short(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
