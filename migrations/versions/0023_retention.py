"""What entries are forgotten is found without a look at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_entries_forgotten",
        "entries",
        ["last_seen"],
        sqlite_where=sa.text("article_id IS NULL"),
    )
