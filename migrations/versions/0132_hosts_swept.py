"""Lines of pages are forgotten host by host: an index by age costs more than it is worth."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0132"
down_revision = "0131"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and drop the index."""
    op.add_column("hosts", sa.Column("swept", sa.DateTime(), nullable=True))
    op.drop_index("ix_host_lines_last_seen", "host_lines")
