"""Messages that are there can be changed: what their service finds them by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was sent before is not changed any more."""
    op.add_column("deliveries", sa.Column("receipt", sa.Text(), nullable=True))
    op.add_column("deliveries", sa.Column("edited", sa.DateTime(), nullable=True))
