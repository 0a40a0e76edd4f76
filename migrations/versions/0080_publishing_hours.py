"""When in the week a feed publishes, and until when it may tell more of a story that breaks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the hours are learned anew from what each feed lists."""
    op.add_column("feeds", sa.Column("hours", sa.Text(), nullable=True))
    op.add_column("feeds", sa.Column("language", sa.String(35), nullable=True))
    op.add_column("feeds", sa.Column("breaking_until", sa.DateTime(), nullable=True))
