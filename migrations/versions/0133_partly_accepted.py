"""A delivery knows which targets of its channel have its message while others refuse it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0133"
down_revision = "0132"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("deliveries", sa.Column("accepted", sa.Text(), nullable=True))
