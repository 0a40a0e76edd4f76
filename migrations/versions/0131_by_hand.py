"""Stories put together by hand, buttons pressed once, and what was watched before a stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0131"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and make the tables."""
    op.add_column("stories", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.create_table(
        "slack_requests",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_slack_requests"),
    )
    op.create_index("ix_slack_requests_ends", "slack_requests", ["ends"])
    op.create_table(
        "last_watchlists",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_last_watchlists"),
    )
