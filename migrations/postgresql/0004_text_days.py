"""A table of articles' texts that is divided by days; nothing is in it before the next revision.

And lines of pages are forgotten host by host: an index by age costs more than it is worth. Workers
of the version before, which look by it, do so more slowly. And a delivery knows which targets of
its channel have its message; workers of the version before do not ask, and repeat it to those.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Takes a tenth of the time of PostgreSQL's own way, where the server was built with it.
_HAS_LZ4 = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
_LONG = (
    ("article_texts", "body"),
    ("article_texts", "content"),
    ("articles", "body"),
    ("articles", "content"),
    ("article_search", "words"),
)
# Of an article without a text with its day it is empty.
_IN_A_DAY = """
CREATE FUNCTION day_{column}(id bigint, fetched timestamptz) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce((
        SELECT t.{column} FROM article_texts AS t
        WHERE t.day = (fetched AT TIME ZONE 'UTC')::date AND t.article_id = id), '');
END $$
"""


def upgrade() -> None:
    """Make the tables, and what looks into them for the text of an article; drop an index."""
    op.execute("ALTER TABLE hosts ADD COLUMN IF NOT EXISTS swept timestamptz")
    op.execute("DROP INDEX IF EXISTS ix_host_lines_last_seen")
    op.execute('ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS accepted text COLLATE "C"')
    # Which schema a worker's program makes. Those of before say nothing.
    op.execute("ALTER TABLE workers ADD COLUMN IF NOT EXISTS schema integer")
    op.execute(
        "CREATE TABLE article_texts ("
        "day date NOT NULL, article_id bigint NOT NULL, "
        'body text COLLATE "C" NOT NULL, content text COLLATE "C" NOT NULL, '
        "CONSTRAINT pk_article_texts PRIMARY KEY (day, article_id)) PARTITION BY RANGE (day)"
    )
    # A day whose texts are there. `closed`: what comes stays in the articles' rows. `emptied`: by
    # the transaction that brought back the last text that is still needed.
    op.execute(
        "CREATE TABLE text_days (day date CONSTRAINT pk_text_days PRIMARY KEY, "
        "closed boolean NOT NULL DEFAULT false, emptied bigint)"
    )
    for column in ("body", "content"):
        # In a function, each call looks at the one day's table. In a join the planner would lock
        # all of them, of which there may be more than the server has locks for.
        op.execute(_IN_A_DAY.format(column=column))
    if op.get_bind().scalar(sa.text(_HAS_LZ4)):
        for table, column in _LONG:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION lz4")
