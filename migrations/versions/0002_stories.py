"""Stories, what is told of them later, and the lines that a host's pages have in common."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Stored as naive UTC; the conversion is the program's, not the schema's.
UtcDateTime = sa.DateTime


def upgrade() -> None:
    """Create the tables; give what was told before a thread of its own."""
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    op.create_index("ix_stories_began", "stories", ["began"], unique=False)
    op.create_table(
        "reports",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_reports_article_id_articles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f("fk_reports_story_id_stories")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_story_id"), "reports", ["story_id"], unique=False)
    op.create_index("ix_reports_at", "reports", ["at"], unique=False)
    op.create_table(
        "story_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["reports.article_id"],
            name=op.f("fk_story_keys_article_id_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "article_id", name=op.f("pk_story_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_story_keys_article_id"), "story_keys", ["article_id"], unique=False)
    op.create_table(
        "host_lines",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("digest", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("last_seen", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("host", "digest", name=op.f("pk_host_lines")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_host_lines_last_seen", "host_lines", ["last_seen"], unique=False)
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )

    op.add_column("matches", sa.Column("thread", sa.String(length=40), nullable=True))
    op.add_column("matches", sa.Column("joined", UtcDateTime(), nullable=True))
    op.add_column("matches", sa.Column("development", sa.Text(), nullable=True))
    op.create_index(
        "ix_matches_thread",
        "matches",
        ["thread"],
        unique=False,
        sqlite_where=sa.text("thread IS NOT NULL"),
    )

    with op.batch_alter_table("alerts", recreate="always") as batch:
        batch.drop_constraint("uq_alerts_match_id", type_="unique")
        batch.create_index("ix_alerts_match_id", ["match_id"], unique=False)
        batch.add_column(sa.Column("story_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("thread", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("development", sa.Text(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_alerts_story_id_stories"), "stories", ["story_id"], ["id"]
        )
        batch.create_index("ix_alerts_story_id", ["story_id"], unique=False)
        batch.create_index("ix_alerts_thread", ["thread"], unique=False)
    op.execute("UPDATE alerts SET thread = id")
    op.execute(
        "UPDATE matches SET (thread, joined) ="
        " (SELECT alerts.id, alerts.created FROM alerts WHERE alerts.match_id = matches.id)"
    )

    with op.batch_alter_table("deliveries", recreate="always") as batch:
        batch.add_column(sa.Column("follow_up", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("waits_for", sa.Text(), nullable=True))
        batch.add_column(sa.Column("covered", UtcDateTime(), nullable=True))
        batch.drop_constraint("uq_deliveries_alert_id", type_="unique")
        batch.create_unique_constraint(
            "uq_deliveries_alert_id", ["alert_id", "channel", "follow_up"]
        )
