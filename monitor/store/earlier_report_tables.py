"""The tables of what was stored before a name was watched, and offered to be told."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Table

from monitor.model.earlier_reports import OfferState
from monitor.store.columns import NUMBER, WORDS, UtcDateTime, choice
from monitor.store.tables import metadata

# The watchlists that were in force last, so that an edit is noticed that was made while nobody
# watched; without secrets.
last_watchlists = Table(
    "last_watchlists",
    metadata,
    Column("name", WORDS, primary_key=True),
    Column("place", NUMBER, nullable=False),
    Column("definition", JSON, nullable=False),
)

earlier_offers = Table(
    "earlier_offers",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("watchlist", WORDS, nullable=False),
    Column("names", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("found", NUMBER, nullable=False),
    Column("state", choice(OfferState, 12), nullable=False),
    Column("decided", UtcDateTime),
    Column("decided_by", WORDS),
    sqlite_autoincrement=True,  # the record of changes goes by its number
)
Index("ix_earlier_offers_state", earlier_offers.c.state, earlier_offers.c.at)

earlier_reports = Table(
    "earlier_reports",
    metadata,
    Column("offer_id", ForeignKey("earlier_offers.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "article_id",
        ForeignKey("articles.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("score", Float, nullable=False),
    Column("sentence", WORDS, nullable=False),
    # When it was matched once more to be told.
    Column("told", UtcDateTime),
)
