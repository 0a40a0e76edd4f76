"""What was stored before a name was watched is offered to be told, and marked when it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; no alert until now told of an earlier report."""
    op.create_table(
        "earlier_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watchlist", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("decided", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_offers"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_earlier_offers_state", "earlier_offers", ["state", "at"])
    op.create_table(
        "earlier_reports",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("told", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["earlier_offers.id"],
            name="fk_earlier_reports_offer_id_earlier_offers",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_earlier_reports_article_id_articles",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offer_id", "article_id", name="pk_earlier_reports"),
    )
    op.create_index("ix_earlier_reports_article_id", "earlier_reports", ["article_id"])
    op.add_column(
        "alerts",
        sa.Column("earlier", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
