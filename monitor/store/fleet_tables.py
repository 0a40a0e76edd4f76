"""The tables of what machines share: versions of the configuration, and who uses which."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Table

from monitor.store.columns import NUMBER, WORDS, UtcDateTime, short
from monitor.store.tables import metadata

config_versions = Table(
    "config_versions",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("created", UtcDateTime, nullable=False),
    Column("author", WORDS, nullable=False),
    Column("note", WORDS),
    # Of the text and the files.
    Column("sha256", short(64), nullable=False),
    Column("text", WORDS, nullable=False),
    # What else it consists of, such as templates, by name.
    Column("files", JSON, nullable=False),
    # The earlier version whose text it has.
    Column("restores", NUMBER),
    # From when on all workers use it; null until they have agreed on that.
    Column("effective", UtcDateTime),
    sqlite_autoincrement=True,
)

# What each worker says of a version.
config_acknowledgements = Table(
    "config_acknowledgements",
    metadata,
    Column("version", ForeignKey("config_versions.number"), primary_key=True),
    Column("worker", short(120), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    # Why it cannot use it; null for one that is ready to.
    Column("problem", WORDS),
    # The channels whose secrets its machine does not have.
    Column("lacking", JSON, nullable=False),
    # Of what its own file says, if it says anything of what versions are about.
    Column("file_sha256", short(64)),
)
