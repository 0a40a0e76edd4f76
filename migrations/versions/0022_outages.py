"""A feed that could not be reached at all is asked again as soon as any other can be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; why feeds failed until now was not kept."""
    op.add_column(
        "feeds",
        sa.Column("unreachable", sa.Boolean(), nullable=False, server_default="0"),
    )
