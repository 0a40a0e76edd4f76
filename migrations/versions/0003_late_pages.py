"""Articles that people were told of are read again; what changed in them is told, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is needed to notice a change."""
    op.add_column("articles", sa.Column("page_title", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "articles", sa.Column("revisits", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("matches", sa.Column("headlines", sa.JSON(), nullable=True))
