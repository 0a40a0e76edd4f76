"""The whole schema, as it is where a database on PostgreSQL begins: `baseline/` has its tables."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Those first to which others point.
SUBJECTS = ("feeds", "articles", "stories", "matches", "alerts", "people", "machines", "search")


def upgrade() -> None:
    """Make the tables, subject by subject."""
    folder = Path(__file__).with_name("baseline")
    for subject in SUBJECTS:
        op.get_bind().exec_driver_sql((folder / f"{subject}.sql").read_text("utf-8"))
