"""Verdicts, and by which rules a match was first and last found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and add the columns; by which rules earlier matches were found is lost."""
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("watchlist", sa.Text(), nullable=False),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("worth", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ruleset", sa.String(length=24), nullable=True),
        sa.Column("undone", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdicts_story", "verdicts", ["story_id", "watchlist"], unique=False)
    op.create_index("ix_verdicts_match", "verdicts", ["match_id"], unique=False)
    op.create_index("ix_verdicts_watchlist", "verdicts", ["watchlist", "id"], unique=False)
    op.add_column("matches", sa.Column("ruleset", sa.String(length=24), nullable=True))
    op.add_column("matches", sa.Column("first_score", sa.Float(), nullable=True))
    op.add_column("matches", sa.Column("blanked", sa.JSON(), nullable=True))
