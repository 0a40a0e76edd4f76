"""Who works on a feed or an article has claimed it for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing is claimed yet."""
    for table in ("feeds", "articles"):
        op.add_column(table, sa.Column("claimed_until", sa.DateTime(), nullable=True))
