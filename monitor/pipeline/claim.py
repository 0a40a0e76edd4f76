"""What is due is taken for sending, channel by channel.

What a silence, a burst or a rate holds goes on waiting, and what another channel has told in the
place of its own is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor.alerts import breaker, routing
from monitor.alerts.batching import arrange
from monitor.config.schema import Channel, Config
from monitor.errors import StoreError
from monitor.model.delivery import ChannelState, Delivery, Due
from monitor.model.hold import Hold, HoldReason
from monitor.pipeline import burst, replan
from monitor.pipeline.events import Faulted, Observer
from monitor.pipeline.fallback import fall_back
from monitor.store import channels as store_channels
from monitor.store import locks
from monitor.store.deliveries import claims, fallbacks, transitions

T = TypeVar("T")

#: Messages handed to one channel in a row before the outbox is asked again.
BATCH = 20
#: After so long what nobody could read is looked at again: a newer version may be able to.
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claiming:
    """How what is due is taken.

    Args:
        config: the configuration in force.
        now: the time.
        lease: how long it is left to the sender.
        due_by: nothing more comes: what was due by then, or is gathered of bursts, is taken.
        observe: told of what cannot be read.
    """

    config: Config
    now: datetime
    lease: timedelta
    due_by: datetime | None
    observe: Observer

    def claim(
        self, connection: Connection, free: Collection[str]
    ) -> tuple[dict[str, list[Delivery]], dict[str, ChannelState]]:
        """What is taken on each channel that has anything due, and how the channels are doing.

        Args:
            connection: an open write transaction.
            free: the channels that may be sent to.
        """
        config, now = self.config, self.now
        # Of a channel and the one that stands in for it only one is sent what is due on both.
        locks.take_channel(connection, *routing.beside(free, config))
        states = store_channels.states(connection)
        fault = _tried(connection, lambda: fall_back(connection, config, states, now))
        if isinstance(fault, Exception):
            self.observe(Faulted("having others told", "", fault))
        awake = [name for name in free if not breaker.rests(states.get(name), now)]
        come_due = claims.channels_due(connection, now, awake, due_by=self.due_by)
        # A channel is asked itself before the one that stands in for it.
        reserves = routing.reserves(config)
        claimed = {}
        for name in sorted(come_due, key=lambda each: each in reserves):
            if deliveries := self._readable(connection, name, states.get(name)):
                claimed[name] = deliveries
        return claimed, states

    def _readable(
        self, connection: Connection, name: str, state: ChannelState | None
    ) -> list[Delivery]:
        """What is taken on a channel, without what nobody can read: that must not silence it."""
        claimed = partial(self._claimed, connection, name, state)
        found = _tried(connection, claimed)
        if not isinstance(found, Exception):
            return found
        self.observe(Faulted("claiming what is due", name, found))
        for id_ in claims.ids_due(connection, self.now, name, due_by=self.due_by):
            with connection.begin_nested() as looking:
                found = _tried(connection, partial(claimed, only=id_))
                looking.rollback()
            if isinstance(found, Exception):
                detail = f"monitor itself failed at it: {type(found).__name__}"
                transitions.failed(connection, [id_], detail, self.now + AGAIN, self.now)
        found = _tried(connection, claimed)
        return [] if isinstance(found, Exception) else found

    def _claimed(
        self,
        connection: Connection,
        name: str,
        state: ChannelState | None,
        *,
        only: int | None = None,
    ) -> list[Delivery]:
        config, now = self.config, self.now
        merge = config.alerts.merge_watchlists
        channel = next((each for each in config.channels if each.name == name), None)
        due = claims.due_on(connection, now, name, due_by=self.due_by, merge=merge, only=only)
        audible = self._audible(connection, due, name, channel)
        rate = None if channel is None else channel.rate
        sent = claims.sent_since(connection, name, now - rate[1]) if rate else ()
        is_open = breaker.is_open(state)
        if not is_open:
            # The oldest news first; but to find out whether a channel is back, what has
            # waited longest for its turn: what was just refused may be to blame itself.
            # What rings comes before what only changes a message.
            audible.sort(key=lambda each: (each.edits is not None, each.due, each.id))
        arranged = arrange(audible, channel, sent, now)
        if arranged.until is not None:
            transitions.hold(connection, arranged.held, arranged.until, Hold(HoldReason.RATE), now)
        parcels = arranged.parcels[: 1 if is_open else BATCH]
        return claims.claim(connection, now, parcels, merge=merge, lease=self.lease)

    def _audible(
        self, connection: Connection, due: Sequence[Due], name: str, channel: Channel | None
    ) -> list[Due]:
        """Without what was being sent when another channel took it, and what is held."""
        ids = [each.id for each in due]
        taken = fallbacks.settle(connection, ids) | fallbacks.in_hand(connection, ids, self.now)
        left = [each for each in due if each.id not in taken]
        left = replan.audible(connection, left, channel, self.config, self.now)
        wait = self.due_by is None
        return list(burst.gather(connection, name, left, self.config, self.now, wait=wait))


def _tried(connection: Connection, work: Callable[[], T]) -> T | Exception:
    """What work comes to, or the fault of ours that undid it: with one it must stop no other."""
    try:
        with connection.begin_nested():
            return work()
    except (StoreError, SQLAlchemyError):
        raise
    except Exception as error:  # noqa: BLE001 - it is told of and put off
        return error
