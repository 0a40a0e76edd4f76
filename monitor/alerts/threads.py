"""What each channel got, and is about to get, of a story for one watchlist: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.alerts.news import rises
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import HoldReason
from monitor.model.match import Match, Severity
from monitor.model.situation import ThreadDelivery

_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.FAILED)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChannelThread:
    """What one channel got, and is about to get, of a story."""

    waits: bool = False
    """A message is still to be sent, or sent again, and will tell of all that came by then."""
    waiting: Severity | None = None
    """How grave that message is if it is an alert, not one about who else has reported."""
    last: datetime | None = None
    """When the last message was sent; None while there was none."""
    later: int = 0
    """Messages after the first, sent or not."""
    inhibited: bool = False
    """It is told of the story by a graver alert of another watchlist only."""
    told: bool = False
    """It got a message, or is to get one that no silence keeps back; the above is about these."""
    silenced: bool = False
    """A message waits for the end of a silence, and will tell of all that came by then."""
    silenced_waiting: Severity | None = None
    """How grave the gravest alert among those is."""
    editable: bool = False
    """The latest message can be changed."""
    changed: datetime | None = None
    """When that was sent, or last changed."""

    def waits_to_tell(self, match: Match, *, muted: bool) -> bool:
        """Whether an alert that waits to be sent may tell of a match, too.

        Args:
            match: what is to be told.
            muted: a silence keeps it back, so that it may wait with what others keep back.
        """
        waiting = (self.waiting, self.silenced_waiting if muted else None)
        return any(each is not None and not rises(each, match.severity) for each in waiting)


def by_channel(thread: Sequence[ThreadDelivery]) -> dict[str, ChannelThread]:
    """The channels that are told of a story, by name.

    Args:
        thread: the deliveries of the story's alerts for the watchlist, oldest first.
    """
    found: dict[str, ChannelThread] = {}
    for each in thread:
        # Who is told because nobody has acknowledged an alert is told nothing else.
        if each.hold is None or each.hold.reason is not HoldReason.ACKNOWLEDGEMENT:
            found[each.channel] = _with(found.get(each.channel, ChannelThread()), each)
    for name, known in found.items():
        if known.last is not None:
            found[name] = _with_latest(known, [each for each in thread if each.channel == name])
    return found


def _with(was: ChannelThread, each: ThreadDelivery) -> ChannelThread:
    waits = each.status in _WAITING
    grave = each.severity if each.follow_up == 0 else None
    reason = None if each.hold is None else each.hold.reason
    if waits and reason is HoldReason.SILENCE:
        gravest = _gravest(was.silenced_waiting, grave)
        return replace(was, silenced=True, silenced_waiting=gravest)
    inhibited = reason is HoldReason.INHIBITED
    return replace(
        was,
        waits=was.waits or waits,
        waiting=_gravest(was.waiting, grave) if waits else was.waiting,
        last=max(filter(None, (each.sent, was.last)), default=None),
        later=was.later + 1 if was.told else 0,
        inhibited=inhibited and (was.inhibited or not was.told),
        told=True,
    )


def _with_latest(known: ChannelThread, deliveries: Iterable[ThreadDelivery]) -> ChannelThread:
    sent = [each for each in deliveries if each.status is DeliveryStatus.SENT]
    latest = max(sent, key=lambda each: (each.covered or _LONG_AGO, each.id), default=None)
    if latest is None:
        return known
    return replace(known, editable=latest.receipt is not None, changed=latest.edited or latest.sent)


def _gravest(one: Severity | None, other: Severity | None) -> Severity | None:
    return max(filter(None, (one, other)), key=lambda each: each.rank, default=None)


def is_kept_back(each: ThreadDelivery, alert: str, reasons: set[HoldReason]) -> bool:
    """Whether a delivery is that of an alert, and waits for one of the reasons."""
    return (
        each.alert_id == alert
        and each.follow_up == 0
        and each.status is DeliveryStatus.PENDING
        and each.hold is not None
        and each.hold.reason in reasons
    )
