"""The whole schema, as it is where a database on PostgreSQL begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")
TIME = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Make the tables, those first to which others point."""
    _make_first()
    _make_second()
    _make_search()


def _make_first() -> None:
    op.create_table(
        "article_words",
        sa.Column("word", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_article_words"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "channels",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", TIME),
        sa.Column("failed", TIME),
        sa.Column("rests_until", TIME),
        sa.Column("last_error", TEXT),
        sa.Column("told", TIME),
        sa.PrimaryKeyConstraint("name", name="pk_channels"),
    )
    op.create_table(
        "config_versions",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("note", TEXT),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("restores", sa.BigInteger()),
        sa.Column("effective", TIME),
        sa.PrimaryKeyConstraint("number", name="pk_config_versions"),
    )
    op.create_table(
        "earlier_offers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("watchlist", TEXT, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided", TIME),
        sa.Column("decided_by", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_offers"),
    )
    op.create_index("ix_earlier_offers_state", "earlier_offers", ["state", "at"])
    op.create_table(
        "feeds",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("subscribed", sa.Boolean(), nullable=False),
        sa.Column("etag", TEXT),
        sa.Column("last_modified", TEXT),
        sa.Column("body_digest", TEXT),
        sa.Column("memory", sa.LargeBinary()),
        sa.Column("added", TIME, nullable=False),
        sa.Column("last_polled", TIME),
        sa.Column("last_ok", TIME),
        sa.Column("last_error", TEXT),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("unreachable", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("next_poll", TIME, nullable=False),
        sa.Column("next_reason", TEXT, nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("moved_to", TEXT),
        sa.Column("moved_since", TIME),
        sa.Column("moved_polls", sa.BigInteger(), nullable=False),
        sa.Column("moved_confirmed", TIME),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("rhythm", sa.Float()),
        sa.Column("hours", TEXT),
        sa.Column("language", TEXT),
        sa.Column("breaking_until", TIME),
        sa.Column("last_new", TIME),
        sa.Column("last_dropped", TIME),
        sa.Column("times_dropped", sa.BigInteger(), nullable=False),
        sa.Column("incident", TEXT),
        sa.Column("claimed_until", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("url", name="uq_feeds_url"),
    )
    op.create_index("ix_feeds_due", "feeds", ["subscribed", "stopped", "next_poll"])
    op.create_table(
        "heartbeats",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("late_after", TIME, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeats"),
    )
    op.create_table(
        "host_lines",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("digest", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.PrimaryKeyConstraint("host", "digest", name="pk_host_lines"),
    )
    op.create_index("ix_host_lines_last_seen", "host_lines", ["last_seen"])
    op.create_table(
        "hosts",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("articles", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )
    op.create_table(
        "keys",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
    )
    op.create_table(
        "notices",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_table(
        "search_state",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("indexed_from", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_search_state_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_search_state"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("password", TEXT, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("seen", TIME, nullable=False),
        sa.Column("ends", TIME, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_ends", "sessions", ["ends"])
    op.create_table(
        "silences",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("ends", TIME, nullable=False),
        sa.Column("watchlists", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("feeds", sa.JSON(), nullable=False),
        sa.Column("text", TEXT),
        sa.Column("max_severity", sa.String(8)),
        sa.Column("drop", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
    )
    op.create_index("ix_silences_ends", "silences", ["ends"])
    op.create_table(
        "stories",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("began", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_index("ix_stories_began", "stories", ["began"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("used", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
        sa.UniqueConstraint("name", name="uq_tokens_name"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("story_id", sa.BigInteger()),
        sa.Column("match_id", sa.BigInteger(), nullable=False),
        sa.Column("watchlist", TEXT, nullable=False),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("worth", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(24)),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("ruleset", TEXT),
        sa.Column("undone", TIME),
        sa.Column("undone_by", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_match", "verdicts", ["match_id"])
    op.create_index("ix_verdicts_story", "verdicts", ["story_id", "watchlist"])
    op.create_index("ix_verdicts_watchlist", "verdicts", ["watchlist", "id"])
    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("url", TEXT),
        sa.Column("url_key", TEXT),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("outlet", TEXT, nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("language", TEXT),
        sa.Column("published", TIME),
        sa.Column("fetched", TIME, nullable=False),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("text_source", TEXT, nullable=False),
        sa.Column("page_url", TEXT),
        sa.Column("text_note", TEXT),
        sa.Column("page_title", TEXT, server_default="", nullable=False),
        sa.Column("next_read", TIME),
        sa.Column("reads", sa.BigInteger(), nullable=False),
        sa.Column("failed_reads", sa.BigInteger(), nullable=False),
        sa.Column("revisits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("claimed_until", TIME),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_articles_feed_id_feeds"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_fetched", "articles", ["fetched"])


def _make_second() -> None:
    op.create_index(
        "ix_articles_next_read",
        "articles",
        ["next_read"],
        postgresql_where=sa.text("next_read IS NOT NULL"),
    )
    op.create_index(
        "ix_articles_page_url",
        "articles",
        ["page_url"],
        postgresql_using="hash",
        postgresql_where=sa.text("page_url IS NOT NULL"),
    )
    op.create_index("ix_articles_url_key", "articles", ["url_key"], postgresql_using="hash")
    op.create_table(
        "config_acknowledgements",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("worker", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("problem", TEXT),
        sa.Column("lacking", sa.JSON(), nullable=False),
        sa.Column("file_sha256", TEXT),
        sa.ForeignKeyConstraint(
            ["version"],
            ["config_versions.number"],
            name="fk_config_acknowledgements_version_config_versions",
        ),
        sa.PrimaryKeyConstraint("version", "worker", name="pk_config_acknowledgements"),
    )
    op.create_table(
        "feed_days",
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("shortened", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_feed_days_feed_id_feeds"),
        sa.PrimaryKeyConstraint("feed_id", "day", name="pk_feed_days"),
    )
    op.create_table(
        "hub_subscriptions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("hub", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("callback", TEXT),
        sa.Column("asked", TIME),
        sa.Column("confirmed", TIME),
        sa.Column("agreed", TIME),
        sa.Column("lease_end", TIME),
        sa.Column("next_try", TIME),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("fault", TEXT),
        sa.Column("last_push", TIME),
        sa.Column("pushes", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("missed", TIME),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name="fk_hub_subscriptions_feed_id_feeds"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hub_subscriptions"),
        sa.UniqueConstraint("token", name="uq_hub_subscriptions_token"),
    )
    op.create_index("ix_hub_subscriptions_feed_id", "hub_subscriptions", ["feed_id"])
    op.create_table(
        "earlier_reports",
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("sentence", TEXT, nullable=False),
        sa.Column("told", TIME),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_earlier_reports_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["earlier_offers.id"],
            name="fk_earlier_reports_offer_id_earlier_offers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offer_id", "article_id", name="pk_earlier_reports"),
    )
    op.create_index("ix_earlier_reports_article_id", "earlier_reports", ["article_id"])
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.BigInteger(), nullable=False),
        sa.Column("identity", TEXT, nullable=False),
        sa.Column("article_id", sa.BigInteger()),
        sa.Column("text", TEXT),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_entries_article_id_articles",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name="fk_entries_feed_id_feeds"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("feed_id", "identity", name="uq_entries_feed_id"),
    )
    op.create_index("ix_entries_article_id", "entries", ["article_id"])
    op.create_index(
        "ix_entries_forgotten",
        "entries",
        ["last_seen"],
        postgresql_where=sa.text("article_id IS NULL"),
    )
    op.create_table(
        "matches",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("watchlist", TEXT, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("alert", sa.Boolean(), nullable=False),
        sa.Column("held", sa.String(16)),
        sa.Column("held_ref", TEXT),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("thread", TEXT),
        sa.Column("joined", TIME),
        sa.Column("development", sa.JSON()),
        sa.Column("headlines", sa.JSON()),
        sa.Column("ruleset", TEXT),
        sa.Column("first_score", sa.Float()),
        sa.Column("blanked", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_matches_article_id_articles"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matches"),
        sa.UniqueConstraint("article_id", "watchlist", name="uq_matches_article_id"),
    )
    op.create_index("ix_matches_alert", "matches", ["id"], postgresql_where="alert")
    op.create_index("ix_matches_created", "matches", ["created"])
    op.create_index(
        "ix_matches_thread", "matches", ["thread"], postgresql_where=sa.text("thread IS NOT NULL")
    )
    op.create_table(
        "reports",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("outlet", TEXT, nullable=False),
        sa.Column("language", TEXT),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary()),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("correlation", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_reports_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_reports_story_id_stories"),
        sa.PrimaryKeyConstraint("article_id", name="pk_reports"),
    )
    op.create_index("ix_reports_at", "reports", ["at"])
    op.create_index("ix_reports_story_id", "reports", ["story_id"])
    op.create_table(
        "alerts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("match_id", sa.BigInteger(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("story_id", sa.BigInteger()),
        sa.Column("thread", TEXT),
        sa.Column("development", sa.JSON()),
        sa.Column("acknowledged", TIME),
        sa.Column("acknowledged_by", TEXT),
        sa.Column("earlier", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("config_version", sa.BigInteger()),
        sa.ForeignKeyConstraint(["match_id"], ["matches.id"], name="fk_alerts_match_id_matches"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_alerts_story_id_stories"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_match_id", "alerts", ["match_id"])
    op.create_index("ix_alerts_story_id", "alerts", ["story_id"])
    op.create_index("ix_alerts_thread", "alerts", ["thread"])
    op.create_table(
        "story_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["reports.article_id"],
            name="fk_story_keys_article_id_reports",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "article_id", name="pk_story_keys"),
    )
    op.create_index("ix_story_keys_article_id", "story_keys", ["article_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", TEXT),
        sa.Column("notice_id", TEXT),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("follow_up", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("hold", sa.String(16)),
        sa.Column("hold_ref", TEXT),
        sa.Column("summary", TEXT),
        sa.Column("message", TEXT),
        sa.Column("instead_of", TEXT),
        sa.Column("covered", TIME),
        sa.Column("also", sa.JSON()),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("next_attempt", TIME),
        sa.Column("planned", TIME, nullable=False),
        sa.Column("claimed_until", TIME),
        sa.Column("last_error", TEXT),
        sa.Column("created", TIME, nullable=False),
        sa.Column("sent", TIME),
        sa.Column("receipt", TEXT),
        sa.Column("edited", TIME),
        sa.CheckConstraint(
            "(alert_id IS NULL) <> (notice_id IS NULL)", name="ck_deliveries_one_content"
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_deliveries_alert_id_alerts"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_deliveries_notice_id_notices"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("alert_id", "channel", "follow_up", name="uq_deliveries_alert_id"),
        sa.UniqueConstraint("notice_id", "channel", name="uq_deliveries_notice_id"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["status", "channel", "next_attempt"])
    op.create_index(
        "ix_deliveries_sent",
        "deliveries",
        ["channel", "sent"],
        postgresql_where=sa.text("sent IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_summary",
        "deliveries",
        ["summary"],
        postgresql_where=sa.text("summary IS NOT NULL"),
    )


def _make_search() -> None:
    """Make the index, and what notes in it what is to be entered; see `store.search_postgresql`."""
    op.execute(
        "CREATE TABLE article_search (article_id bigint PRIMARY KEY "
        "REFERENCES articles (id) ON DELETE CASCADE, words tsvector, exact boolean NOT NULL)"
    )
    op.execute("CREATE INDEX ix_article_search_words ON article_search USING gin (words)")
    op.execute(
        "CREATE INDEX ix_article_search_all ON article_search (article_id) WHERE words IS NULL"
    )
    op.execute(
        "CREATE TABLE article_search_queue ("
        "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id bigint NOT NULL)"
    )
    op.execute(
        "CREATE FUNCTION note_for_search() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO article_search_queue (article_id) VALUES (new.id); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER article_search_new AFTER INSERT ON articles "
        "FOR EACH ROW EXECUTE FUNCTION note_for_search()"
    )
    op.execute(
        "CREATE TRIGGER article_search_changed AFTER UPDATE OF title, summary, body ON articles "
        "FOR EACH ROW WHEN ((old.title, old.summary, old.body) "
        "IS DISTINCT FROM (new.title, new.summary, new.body)) EXECUTE FUNCTION note_for_search()"
    )
    op.execute("INSERT INTO search_state (id, version, indexed_from) VALUES (1, '', 1)")
