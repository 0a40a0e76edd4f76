"""Stories put together by hand, buttons pressed once, and what was watched before a stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")


def upgrade() -> None:
    """Add the column, and make the tables."""
    op.execute("ALTER TABLE stories ADD COLUMN IF NOT EXISTS merged_into bigint")
    op.create_table(
        "slack_requests",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("ends", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_slack_requests"),
    )
    op.create_index("ix_slack_requests_ends", "slack_requests", ["ends"])
    op.create_table(
        "last_watchlists",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_last_watchlists"),
    )
