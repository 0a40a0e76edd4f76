"""What goes out together, how each channel is doing, and who has acknowledged what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Stored as naive UTC; the conversion is the program's, not the schema's.
UtcDateTime = sa.DateTime


def upgrade() -> None:
    """Create the table; what is on its way counts as due since its day of tries began."""
    op.create_table(
        "channels",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("failed", UtcDateTime(), nullable=True),
        sa.Column("rests_until", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("told", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )
    op.add_column("alerts", sa.Column("acknowledged", UtcDateTime(), nullable=True))
    op.add_column("alerts", sa.Column("acknowledged_by", sa.Text(), nullable=True))

    op.add_column("deliveries", sa.Column("due", UtcDateTime(), nullable=True))
    op.execute("UPDATE deliveries SET due = since")
    with op.batch_alter_table("deliveries", recreate="always") as batch:
        batch.alter_column("due", existing_type=UtcDateTime(), nullable=False)
        batch.add_column(sa.Column("summary", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("instead_of", sa.Text(), nullable=True))
    op.drop_index("ix_deliveries_due", table_name="deliveries")
    op.create_index(
        "ix_deliveries_due", "deliveries", ["status", "channel", "next_attempt"], unique=False
    )
    op.create_index(
        "ix_deliveries_sent",
        "deliveries",
        ["channel", "sent"],
        unique=False,
        sqlite_where=sa.text("sent IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_summary",
        "deliveries",
        ["summary"],
        unique=False,
        sqlite_where=sa.text("summary IS NOT NULL"),
    )
