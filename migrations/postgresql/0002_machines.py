"""What many workers share: who works, what hosts are spared, jobs; and who has claimed what."""

from __future__ import annotations

from alembic import op

from monitor.store import machines

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and add the columns."""
    for table in ("feeds", "articles"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS claimed_by bigint")
    machines.create(op.get_bind())
