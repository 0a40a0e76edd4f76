"""Polls that found nothing new, on a database on which several work: recorded many at a time.

One that is not recorded yet when its process is killed is done once more, as its claim says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.feeds.politeness import NextPoll
from monitor.model.feed import Validators
from monitor.pipeline.lease import Lease, LeaseLostError
from monitor.pipeline.shared_queries import Gathered
from monitor.store import unchanged
from monitor.store.unchanged import Held, Unchanged
from monitor.store.write_queue import Writer

#: Those that end within so long are recorded together: nobody waits for any of them. Seconds.
WITHIN = 0.2
#: Recorded together at the most.
TOGETHER = 200


@dataclass(frozen=True, slots=True)
class NothingNew:
    """That a feed was polled and had not changed."""

    lease: Lease
    """Under which it was polled."""
    validators: Validators
    body_digest: str | None
    at: datetime
    plan: Callable[[datetime | None], NextPoll]
    """When it is polled next, by until when it is polled as often as allowed."""


class UnchangedPolls:
    """Records polls that found nothing new.

    Args:
        writer: writes into a PostgreSQL database.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._gathered = Gathered[NothingNew, bool](self._record, name="polls", most=TOGETHER)

    async def record(self, poll: NothingNew) -> None:
        """Record one, together with others.

        Raises:
            LeaseLostError: another worker has taken over.
            StoreError: the database failed.
        """
        if not await self._gathered.ask(poll, WITHIN):
            raise LeaseLostError(f"another worker has taken over feed {poll.lease.row}")

    def close(self) -> None:
        """Let go of the thread."""
        self._gathered.close()

    def _record(self, polls: Sequence[NothingNew]) -> Sequence[bool]:
        def record(connection: Connection) -> list[bool]:
            held = unchanged.hold(connection, [each.lease.row for each in polls])
            ours = [_is_held(each.lease, held) for each in polls]
            still = [each for each, own in zip(polls, ours, strict=True) if own]
            if still:
                found = [_unchanged(each, held[each.lease.row]) for each in still]
                unchanged.record(connection, found)
            return ours

        return self._writer.run(record)


def _is_held(lease: Lease, held: Mapping[int, Held]) -> bool:
    return lease.row in held and held[lease.row].worker == lease.worker


def _unchanged(poll: NothingNew, held: Held) -> Unchanged:
    plan = poll.plan(held.breaking_until)
    return Unchanged(
        feed_id=poll.lease.row,
        validators=poll.validators,
        body_digest=poll.body_digest,
        at=poll.at,
        next_poll=plan.at or poll.at,
        next_reason=plan.reason,
    )
