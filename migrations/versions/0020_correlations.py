"""Why a report belongs to its story is kept as what it is, not as a sentence."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0014"
branch_labels = None
depends_on = None

_COPY = re.compile(r"(?:(?P<share>\d+) % of )?its text is that of (?P<who>.+)", re.DOTALL)
_EVENT = re.compile(
    r"like (?P<who>.+?)(?P<abroad> in another language)? it names (?P<names>.+?)"
    r"(?: and speaks of (?P<words>.+))?; (?P<apart>\d+) (?P<unit>minute|hour)s? apart",
    re.DOTALL,
)
_SECONDS = {"minute": 60, "hour": 3600}
_ROWS = 1000


def upgrade() -> None:
    """Add the columns and fill them from the sentences.

    What was kept to recognise reports of a story is made anew when it is looked at.
    """
    op.add_column(
        "reports", sa.Column("role", sa.String(length=8), nullable=False, server_default="first")
    )
    op.add_column("reports", sa.Column("correlation", sa.JSON(), nullable=True))
    reports = sa.table(
        "reports",
        sa.column("article_id", sa.Integer()),
        sa.column("why", sa.Text()),
        sa.column("role", sa.String()),
        sa.column("correlation", sa.JSON()),
    )
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.select(reports.c.article_id, reports.c.why)
        .where(reports.c.why.is_not(None), reports.c.article_id > last)
        .order_by(reports.c.article_id)
        .limit(_ROWS)
    ).all():
        connection.execute(
            sa.update(reports)
            .where(reports.c.article_id == sa.bindparam("id"))
            .values(role="firm", correlation=sa.bindparam("found")),
            [{"id": row.article_id, "found": _correlation(row.why)} for row in rows],
        )
        last = rows[-1].article_id
    with op.batch_alter_table("reports") as batch:
        batch.alter_column("role", server_default=None)
        batch.drop_column("why")


def _correlation(why: str) -> dict[str, Any]:
    """What a sentence said."""
    if found := _COPY.fullmatch(why):
        share = int(found["share"] or 100) / 100
        kind = "near_duplicate" if found["share"] else "copy"
        return {"kind": kind, "certain": True, "outlet": _outlet(found["who"]), "seconds": 0,
                "share": share}  # fmt: skip
    if found := _EVENT.fullmatch(why):
        return {
            "kind": "cross_lingual" if found["abroad"] else "same_event",
            "certain": True,
            "outlet": _outlet(found["who"]),
            "seconds": int(found["apart"]) * _SECONDS[found["unit"]],
            "entities": found["names"].split(", "),
            "words": (found["words"] or "").split(", ") if found["words"] else [],
        }
    return {"kind": "same_event", "certain": True, "outlet": "", "seconds": 0}


def _outlet(who: str) -> str:
    return "" if who == "an earlier report" else who.removesuffix("’s report")
