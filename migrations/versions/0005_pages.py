"""Where an article's page turned out to be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was read before is found by the address its feed gave only."""
    op.add_column("articles", sa.Column("page_url", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_articles_page_url"),
        "articles",
        ["page_url"],
        unique=False,
        sqlite_where=sa.text("page_url IS NOT NULL"),
    )
