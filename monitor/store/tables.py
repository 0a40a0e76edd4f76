"""The tables. `migrations/` creates them; a test holds the two against each other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC times in Python; naive UTC in the database, since SQLite keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would be off by the local zone without anyone noticing."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Attach the zone that was taken off."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # False once the config no longer lists it: its history and what was seen stay.
    Column("subscribed", Boolean, nullable=False, default=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_digest", String(64)),
    # Its items, by digests of their bytes, so that only those that changed are read again.
    Column("memory", LargeBinary),
    Column("added", UtcDateTime, nullable=False),
    Column("last_polled", UtcDateTime),
    Column("last_ok", UtcDateTime),
    Column("last_error", Text),
    Column("failures", Integer, nullable=False, default=0),
    Column("next_poll", UtcDateTime, nullable=False),
    Column("next_reason", Text, nullable=False, default=""),
    Column("stopped", Boolean, nullable=False, default=False),
    Column("problems", JSON, nullable=False, default=list),
    # Where its server says that it has moved for good, and how sure we are of that.
    Column("moved_to", Text),
    Column("moved_since", UtcDateTime),
    Column("moved_polls", Integer, nullable=False, default=0),
    Column("moved_confirmed", UtcDateTime),
    # What the publisher asks for, and how often it really publishes (seconds): they decide when
    # the feed is polled next, changed or not.
    Column("wishes", JSON, nullable=False, default=dict),
    Column("rhythm", Float),
    Column("last_new", UtcDateTime),
    Column("last_dropped", UtcDateTime),
    Column("times_dropped", Integer, nullable=False, default=0),
    # What operators have been told of it; null once it is well again.
    Column("incident", Text),
)
Index("ix_feeds_due", feeds.c.subscribed, feeds.c.stopped, feeds.c.next_poll)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("url", Text),
    # The canonical address: two feeds that list the same page make one article.
    Column("url_key", Text, index=True),
    Column("title", Text, nullable=False, default=""),
    Column("summary", Text, nullable=False, default=""),
    # The feed's own full text; kept apart so that a page that comes late can replace `body`.
    Column("content", Text, nullable=False, default=""),
    Column("body", Text, nullable=False, default=""),
    Column("outlet", Text, nullable=False, default=""),
    Column("authors", JSON, nullable=False, default=list),
    Column("language", String(35)),
    Column("published", UtcDateTime),
    Column("fetched", UtcDateTime, nullable=False),
    # True for what a feed already held when it was first polled and that is too old to tell.
    Column("backfill", Boolean, nullable=False, default=False),
    # True once a feed has changed its words: names that came with that are news.
    Column("edited", Boolean, nullable=False, default=False),
    Column("text_source", String(8), nullable=False, default="feed"),
    Column("text_note", Text),
    # When its page is to be read; null when there is nothing left to read.
    Column("next_read", UtcDateTime),
    Column("reads", Integer, nullable=False, default=0),
    # Those in a row, since its feed last changed it, that must be tried again.
    Column("failed_reads", Integer, nullable=False, default=0),
)
# Of the few that wait only; the many that were read are no part of it.
Index(
    "ix_articles_next_read",
    articles.c.next_read,
    sqlite_where=articles.c.next_read.is_not(None),
)
Index("ix_articles_fetched", articles.c.fetched)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id"), nullable=False),
    Column("identity", Text, nullable=False),
    # Outlives its article: what has been seen must not come back as news.
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL"), index=True),
    # Its words, if it joined an article made of another entry; empty if they are the same.
    Column("text", Text),
    # Of its words, so that an edit is noticed and a counter in the text is not one.
    Column("digest", String(32), nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    UniqueConstraint("feed_id", "identity"),
)

matches = Table(
    "matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("watchlist", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("severity", String(8), nullable=False),
    Column("alert", Boolean, nullable=False),
    # Why nobody was told although the score reached the threshold.
    Column("held", Text),
    Column("mentions", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    UniqueConstraint("article_id", "watchlist"),
)
Index("ix_matches_created", matches.c.created)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("match_id", ForeignKey("matches.id"), nullable=False, unique=True),
    Column("created", UtcDateTime, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id")),
    Column("notice_id", ForeignKey("notices.id")),
    Column("channel", Text, nullable=False),
    Column("status", String(8), nullable=False, default="pending"),
    Column("attempts", Integer, nullable=False, default=0),
    # When it was first due: what quiet hours held overnight still gets its full day of tries.
    Column("since", UtcDateTime, nullable=False),
    Column("next_attempt", UtcDateTime),
    # When that was decided: by a clock that was ahead, if it is still to come.
    Column("planned", UtcDateTime, nullable=False),
    # Until when a sender that claimed it may be believed to be alive.
    Column("claimed_until", UtcDateTime),
    Column("last_error", Text),
    Column("created", UtcDateTime, nullable=False),
    Column("sent", UtcDateTime),
    UniqueConstraint("alert_id", "channel"),
    UniqueConstraint("notice_id", "channel"),
    CheckConstraint("(alert_id IS NULL) <> (notice_id IS NULL)", name="one_content"),
)
Index("ix_deliveries_due", deliveries.c.status, deliveries.c.next_attempt)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    # After this the loop is late and `monitor health` says so.
    Column("late_after", UtcDateTime, nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
)
