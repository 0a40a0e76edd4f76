"""What holds a delivery, or a match, back is a reason and what it refers to; it was a sentence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: What deliveries waited for, as it was written, and its reason.
_HOLDS = {
    "quiet hours": "quiet-hours",
    "digest": "digest",
    "rate": "rate",
    "acknowledgement": "acknowledgement",
    "expired": "expired",
}
#: How it began where what it referred to came after it.
_HOLDS_OF = {"silence ": "silence", "fallback for ": "fallback", "inhibited by ": "inhibited"}

#: How the sentences began that said why nobody was told of a match.
_HELD = {
    "it was already old news when its feed was first polled": "backfill",
    "its story was told already": "told",
    "its story is told when the silence ends": "silenced",
    "silenced until ": "dropped",
}

# The alert was named by how its id begins: it is the one that the same channel is told.
_INHIBITOR = """
    UPDATE deliveries SET hold_ref = coalesce((
        SELECT alerts.id FROM alerts
        JOIN deliveries AS graver ON graver.alert_id = alerts.id
        WHERE alerts.id >= deliveries.hold_ref
        AND substr(alerts.id, 1, length(deliveries.hold_ref)) = deliveries.hold_ref
        AND alerts.id < deliveries.hold_ref || char(1114111)
        AND graver.channel = deliveries.channel AND graver.follow_up = 0
        ORDER BY alerts.created DESC LIMIT 1
    ), hold_ref) WHERE hold = 'inhibited'
"""

# "silenced until 2026-01-31 09:00 by Ann: we know", in a time zone that nobody knows any more: of
# several silences with the same words the one is meant whose end is nearest.
_DROPPED_BY = """
    SELECT match_id, silence_id FROM (
        SELECT matches.id AS match_id, silences.id AS silence_id, row_number() OVER (
            PARTITION BY matches.id
            ORDER BY abs(julianday(silences.ends) - julianday(substr(held_before, 16, 16)))
        ) AS place
        FROM matches JOIN silences ON silences."drop" AND substr(held_before, 32)
            = ' by ' || silences.author || ': ' || silences.reason
        WHERE held = 'dropped'
    ) WHERE place = 1
"""


def upgrade() -> None:
    """Rewrite what is stored; nothing that waits is told earlier or later for it."""
    connection = op.get_bind()

    def run(statement: str, **values: object) -> None:
        connection.execute(sa.text(statement), values)

    op.add_column("deliveries", sa.Column("hold", sa.String(16), nullable=True))
    op.add_column("deliveries", sa.Column("hold_ref", sa.Text(), nullable=True))
    for written, reason in _HOLDS.items():
        run("UPDATE deliveries SET hold = :reason WHERE waits_for = :written",
            reason=reason, written=written)  # fmt: skip
    for written, reason in _HOLDS_OF.items():
        run(
            "UPDATE deliveries SET hold = :reason,"
            " hold_ref = substr(waits_for, length(:written) + 1)"
            " WHERE substr(waits_for, 1, length(:written)) = :written",
            reason=reason,
            written=written,
        )
    run(_INHIBITOR)
    op.drop_column("deliveries", "waits_for")

    # Not in batch mode, which would copy all that was found where.
    op.execute("ALTER TABLE matches RENAME COLUMN held TO held_before")
    op.add_column("matches", sa.Column("held", sa.String(16), nullable=True))
    op.add_column("matches", sa.Column("held_ref", sa.Text(), nullable=True))
    for written, reason in _HELD.items():
        run("UPDATE matches SET held = :reason"
            " WHERE substr(held_before, 1, length(:written)) = :written",
            reason=reason, written=written)  # fmt: skip
    for match, silence in connection.execute(sa.text(_DROPPED_BY)).all():
        run("UPDATE matches SET held_ref = :silence WHERE id = :match", match=match,
            silence=str(silence))  # fmt: skip
    op.drop_column("matches", "held_before")
