"""The table of what people said that stories were worth."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, Index, Table

from monitor.model.verdict import VerdictReason, Worth
from monitor.store.columns import NUMBER, WORDS, UtcDateTime, choice, short
from monitor.store.tables import metadata

# Outlives its story and its matches: what people said of them goes on to count.
verdicts = Table(
    "verdicts",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("story_id", NUMBER),
    # The first of its matches, by which it is found where there is no story.
    Column("match_id", NUMBER, nullable=False),
    Column("watchlist", WORDS, nullable=False),
    Column("matches", JSON, nullable=False),
    Column("names", JSON, nullable=False),
    Column("score", Float, nullable=False),
    Column("worth", choice(Worth, 12), nullable=False),
    Column("reason", choice(VerdictReason, 24)),
    Column("note", WORDS, nullable=False),
    Column("who", WORDS, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ruleset", short(24)),
    Column("undone", UtcDateTime),
    Column("undone_by", WORDS),
    sqlite_autoincrement=True,
)
Index("ix_verdicts_story", verdicts.c.story_id, verdicts.c.watchlist)
Index("ix_verdicts_match", verdicts.c.match_id)
Index("ix_verdicts_watchlist", verdicts.c.watchlist, verdicts.c.id)
