"""What a message names besides is kept, so that a change of it takes nothing away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what the messages that are there name is not known."""
    op.add_column("deliveries", sa.Column("also", sa.JSON(), nullable=True))
