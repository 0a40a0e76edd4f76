"""An index over all articles' words; an article's number is never given to another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what is stored is entered in the background.

    The triggers are made once the whole schema stands: see `monitor.store.search_index`.
    """
    with op.batch_alter_table(
        "articles", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ):
        pass
    op.execute(
        "CREATE VIRTUAL TABLE article_search USING fts5("
        "title, summary, body, content='', tokenize='ascii', columnsize=0)"
    )
    op.execute("CREATE TABLE article_words (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID")
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("indexed_from", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_state_only_one")),
    )
    # Of no version yet: it is taken up as soon as the triggers are there.
    op.execute(
        "INSERT INTO search_state (id, version, indexed_from) "
        "SELECT 1, '', coalesce(max(id), 0) + 1 FROM articles"
    )
