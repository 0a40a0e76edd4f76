"""A delivery knows which targets of its channel have its message.

0004 adds the column, too, since the version that asks for it works on that; databases that were at
0004 or 0005 before it did have it from here.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column where it is not there."""
    op.execute('ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS accepted text COLLATE "C"')
