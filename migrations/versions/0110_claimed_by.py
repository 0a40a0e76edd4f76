"""Who of many has claimed a feed or an article: never set where there is one process only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("feeds", "articles"):
        op.add_column(table, sa.Column("claimed_by", sa.Integer(), nullable=True))
