"""Polls that found nothing new, recorded many at a time: on PostgreSQL only.

Nearly all polls are such. Each by itself would cost the server and this program several times as
much as the poll itself did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from monitor.model.feed import PollReason, Validators
from monitor.store.postgresql import storable_json_text

_REASON = TypeAdapter(PollReason)

# In the order of their ids: whoever locks several rows locks them in one order.
_HOLD = text(
    "SELECT id, claimed_by, breaking_until FROM feeds WHERE id = ANY(:ids)"
    " ORDER BY id FOR NO KEY UPDATE"
)
_RECORD = text(
    "UPDATE feeds SET etag = polled.etag, last_modified = polled.last_modified,"
    " body_digest = polled.body_digest, last_polled = polled.at, last_ok = polled.at,"
    " last_error = NULL, failures = 0, unreachable = false, next_poll = polled.next_poll,"
    " next_reason = polled.next_reason, claimed_until = NULL"
    " FROM json_to_recordset(CAST(:polled AS json)) AS polled(id bigint, etag text,"
    " last_modified text, body_digest text, at timestamptz, next_poll timestamptz,"
    " next_reason text) WHERE feeds.id = polled.id"
)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A feed that was polled and had not changed."""

    feed_id: int
    validators: Validators
    body_digest: str | None
    at: datetime
    next_poll: datetime
    next_reason: PollReason


@dataclass(frozen=True, slots=True)
class Held:
    """A feed that nobody else changes while the transaction lasts."""

    worker: int | None
    """Whose it is."""
    breaking_until: datetime | None
    """Until when it is polled as often as allowed."""


def hold(conn: Connection, ids: Sequence[int]) -> Mapping[int, Held]:
    """Keep others from feeds while the transaction lasts; those that are there, by their ids."""
    rows = conn.execute(_HOLD, {"ids": list(ids)})
    return {row.id: Held(row.claimed_by, row.breaking_until) for row in rows}


def record(conn: Connection, polls: Sequence[Unchanged]) -> None:
    """Remember polls, of feeds that are held."""
    found = json.dumps([_row(each) for each in polls])
    conn.execute(_RECORD, {"polled": storable_json_text(found)})


def _row(poll: Unchanged) -> dict[str, object]:
    return {
        "id": poll.feed_id,
        "etag": poll.validators.etag,
        "last_modified": poll.validators.last_modified,
        "body_digest": poll.body_digest,
        "at": poll.at.isoformat(),
        "next_poll": poll.next_poll.isoformat(),
        "next_reason": _REASON.dump_json(poll.next_reason, exclude_defaults=True).decode(),
    }
