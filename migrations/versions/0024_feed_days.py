"""How much is kept of each feed a day is counted, so that it can be bounded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what was kept until now counts for no day."""
    op.create_table(
        "feed_days",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("shortened", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_feed_days_feed_id_feeds")),
        sa.PrimaryKeyConstraint("feed_id", "day", name=op.f("pk_feed_days")),
        sqlite_with_rowid=False,
    )
