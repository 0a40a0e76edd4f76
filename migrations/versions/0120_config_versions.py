"""Versions of the configuration, what workers say of them, and by which one an alert was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column."""
    op.create_table(
        "config_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("effective", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_config_versions"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "config_acknowledgements",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("lacking", sa.JSON(), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["version"],
            ["config_versions.number"],
            name="fk_config_acknowledgements_version_config_versions",
        ),
        sa.PrimaryKeyConstraint("version", "worker", name="pk_config_acknowledgements"),
    )
    # Not in batch mode: a column is added without the table being copied.
    op.add_column("alerts", sa.Column("config_version", sa.Integer(), nullable=True))
