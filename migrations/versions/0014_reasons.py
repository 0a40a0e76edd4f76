"""Reasons are kinds with figures, no sentences: of the next poll, of incidents, of hubs' faults."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_SPAN = r"(?:(\d+) )?(second|minute|hour|day)s?"
_SENTENCES = (
    ("pushed", re.compile(rf"its hub pushes, so it is only polled every (?P<every>{_SPAN})")),
    (
        "drops-entries",
        re.compile(rf"it dropped entries between polls, so every (?P<every>{_SPAN})"),
    ),
    (
        "rhythm",
        re.compile(rf"it publishes about every (?P<rhythm>{_SPAN}), so every (?P<every>{_SPAN})"),
    ),
    ("ttl", re.compile(rf"its publisher asks for (?P<every>{_SPAN}) between polls")),
    ("fresh", re.compile(rf"its server says that nothing changes for (?P<every>{_SPAN})")),
    ("failed", re.compile(rf"failed (?P<times>once|\d+ times), waiting (?P<every>{_SPAN})")),
    ("retry-after", re.compile(r"the server asked to wait until ")),
    ("held", re.compile(r"its host asked to wait until ")),
    ("gone", re.compile(r"stopped: ")),
    ("interval-shortened", re.compile(r"its interval was shortened")),
    ("unreadable-push", re.compile(r"its hub pushed something that cannot be read")),
    ("interval", re.compile(rf"every (?P<every>{_SPAN})")),
)
_NOT_CONFIRMED = "it was asked and did not confirm that within"
_REFUSED = re.compile(r"it refused(?:: )?")
_UNREADABLE = "what it pushed cannot be read: "


def upgrade() -> None:
    """Rewrite what is stored; a moment that a sentence named is in `next_poll` all the same."""
    connection = op.get_bind()
    feeds = sa.table(
        "feeds",
        sa.column("id", sa.Integer),
        sa.column("next_reason", sa.Text),
        sa.column("incident", sa.Text),
    )
    for row in connection.execute(sa.select(feeds)).all():
        connection.execute(
            feeds.update()
            .where(feeds.c.id == row.id)
            .values(
                next_reason=json.dumps(_poll_reason(row.next_reason)),
                incident=row.incident and json.dumps(_incident(row.incident)),
            )
        )
    op.execute("ALTER TABLE hub_subscriptions RENAME COLUMN last_error TO fault")
    hubs = sa.table("hub_subscriptions", sa.column("id", sa.Integer), sa.column("fault", sa.Text))
    for row in connection.execute(sa.select(hubs).where(hubs.c.fault.is_not(None))).all():
        connection.execute(
            hubs.update().where(hubs.c.id == row.id).values(fault=_compact(_fault(row.fault)))
        )


def _compact(value: dict[str, object]) -> str:
    """As the program writes it: one kind of fault is looked for by its text."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _poll_reason(sentence: str) -> dict[str, object]:
    for kind, pattern in _SENTENCES:
        if found := pattern.match(sentence):
            said = found.groupdict()
            reason: dict[str, object] = {"kind": kind}
            for name in ("every", "rhythm"):
                if said.get(name):
                    reason[name] = _seconds(said[name])
            if times := said.get("times"):
                reason["failures"] = 1 if times == "once" else int(times.split()[0])
            return reason
    return {"kind": "new"}


def _seconds(span: str) -> float:
    number, unit = re.fullmatch(_SPAN, span).groups()  # type: ignore[union-attr]
    return float(int(number or 1) * _UNITS[unit])


def _incident(sentence: str) -> dict[str, object]:
    kind, _, error = sentence.partition(": ")
    if sentence.startswith("silent for "):
        return {"kind": "silent"}
    return {"kind": "gone" if kind == "gone for good" else "failing", "error": error}


def _fault(sentence: str) -> dict[str, object]:
    if sentence.startswith(_NOT_CONFIRMED):
        return {"kind": "not-confirmed"}
    if refused := _REFUSED.match(sentence):
        detail = sentence[refused.end() :]
        return {"kind": "denied", "detail": detail} if detail else {"kind": "denied"}
    if sentence.startswith(_UNREADABLE):
        return {"kind": "unreadable", "detail": sentence[len(_UNREADABLE) :]}
    return {"kind": "failed", "detail": sentence}
