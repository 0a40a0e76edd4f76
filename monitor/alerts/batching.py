"""What goes out with what: digests, and summaries of what was held back.

Policy without a clock, a network or a memory. Nothing is dropped: all that is due either goes
out, by itself or in a summary, or waits for the channel's rate.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.merging import merged
from monitor.config.schema import Channel
from monitor.model.delivery import Due, Parcel
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity

FEW = 5
"""So many that waited for the same thing are still sent one by one. A reader who comes back to
five messages reads them; one who comes back to fifty reads none."""

MOST = 500
"""In one summary; what is more makes another. A mail of so many is as long as a book."""

MOST_OF_BURST = 2000
"""The same for what one feed has told at once: it is one message, which nobody reads to its end."""

GRAVE_RATE = 2
"""Critical alerts do not wait for a channel's rate, up to so many times that rate."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is sent now, and what is not."""

    parcels: tuple[Parcel, ...]
    """In the order in which they go out."""
    held: tuple[int, ...] = ()
    """Deliveries that wait for the channel's rate."""
    until: datetime | None = None
    """How long they do."""


@dataclass(frozen=True, slots=True)
class _Message:
    members: tuple[Due, ...]
    summary: str | None = None
    hold: Hold | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(member.id for member in self.members)

    @property
    def is_free(self) -> bool:
        """A notice, or a change that nobody's phone rings for: it neither waits nor counts."""
        return self.members[0].severity is None or self.members[0].edits is not None

    @property
    def is_critical(self) -> bool:
        is_grave = any(each.severity is Severity.CRITICAL for each in self.members)
        return self.summary is None and is_grave


def arrange(
    due: Sequence[Due], channel: Channel | None, sent: Iterable[datetime], now: datetime
) -> Arrangement:
    """Say what goes out of what is due on one channel.

    - What tells of one story goes out as one message (`merging`), and counts as one.
    - A digest goes out as one message, and so does what is too old to be news.
    - More than `FEW` that waited for the same quiet hours, silence or rate go out as a summary,
      and so does all that was gathered of one feed's burst (`bursts`).
    - What was a summary at its last try is the same one again, so that a repeat can be told.
    - Where the channel's rate allows fewer messages than there are, the last that it allows is a
      summary of all the others; if it allows none, all of them wait. Critical alerts do not,
      up to `GRAVE_RATE` times the rate; notices and changes of messages neither wait nor count.

    Args:
        due: in the order in which they are to go out.
        channel: its settings; None for the console.
        sent: when the channel got its latest messages.
        now: the time.
    """
    expire_after = channel.expire_after if channel is not None else "never"
    too_old = None if expire_after == "never" else now - expire_after
    messages = _grouped(due, too_old)
    if channel is None or channel.rate is None:
        return Arrangement(tuple(map(_parcel, messages)))
    return _within(messages, channel.rate, sent, now)


class _Way(enum.Enum):
    """How a delivery goes out."""

    ALONE = enum.auto()
    IF_MANY = enum.auto()
    """With the others of its group, if they are many."""
    TOGETHER = enum.auto()
    AGAIN = enum.auto()
    """As part of the summary that it was part of."""


def _grouped(due: Sequence[Due], too_old: datetime | None) -> list[_Message]:
    groups: dict[tuple[_Way, int | str | Hold], list[tuple[Due, ...]]] = {}
    for story in merged(due):
        groups.setdefault(_group(story[0], too_old), []).append(story)
    messages: list[_Message] = []
    for (way, what), members in groups.items():
        if way is _Way.AGAIN and isinstance(what, str):
            holds = [each.hold for each in _flat(members) if each.hold is not None]
            # What is told only if nobody acknowledges bears that, whatever brought it here.
            brought = [each for each in holds if each.reason is not HoldReason.ACKNOWLEDGEMENT]
            messages.append(_Message(_flat(members), what, next(iter(brought or holds), None)))
        elif isinstance(what, Hold) and (way is _Way.TOGETHER or len(members) > _few(what)):
            messages += _summaries(members, what)
        else:
            messages += map(_Message, members)
    position = {each.id: index for index, each in enumerate(due)}
    return sorted(messages, key=lambda message: min(position[id_] for id_ in message.ids))


def _few(hold: Hold) -> int:
    """So many that waited for the same are still sent one by one."""
    return 1 if hold.reason is HoldReason.BURST else FEW


def _group(each: Due, too_old: datetime | None) -> tuple[_Way, int | str | Hold]:
    """How a delivery goes out, and with what: all that have the same go out together."""
    if each.severity is None or each.edits is not None:
        return _Way.ALONE, each.id
    expired = Hold(HoldReason.EXPIRED)
    # Those that grow too old one after the other, while nothing can be sent, make one summary.
    alone_so_far = each.summary is None or each.hold == expired
    if too_old is not None and each.due < too_old and alone_so_far:
        return _Way.TOGETHER, expired
    if each.summary is not None:
        return _Way.AGAIN, each.summary
    if each.hold is None:
        return _Way.ALONE, each.id
    is_digest = each.hold.reason is HoldReason.DIGEST
    return (_Way.TOGETHER if is_digest else _Way.IF_MANY), each.hold


def _summaries(members: Sequence[tuple[Due, ...]], hold: Hold) -> list[_Message]:
    ordered = sorted(members, key=lambda story: (story[0].due, story[0].id))
    most = MOST_OF_BURST if hold.reason is HoldReason.BURST else MOST
    parts = (_flat(ordered[start : start + most]) for start in range(0, len(ordered), most))
    return [_Message(part, _identity(part), hold) for part in parts]


def _flat(members: Iterable[tuple[Due, ...]]) -> tuple[Due, ...]:
    return tuple(each for story in members for each in story)


def _identity(members: Sequence[Due]) -> str:
    """The same for the same deliveries."""
    key = "\n".join(str(member.id) for member in members)
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def _within(
    messages: Sequence[_Message],
    rate: tuple[int, timedelta],
    sent: Iterable[datetime],
    now: datetime,
) -> Arrangement:
    number, window = rate
    # What a clock that was ahead has sent says nothing of how much there was lately.
    used = sorted(moment for moment in sent if now - window < moment <= now)
    room, grave_room = number - len(used), GRAVE_RATE * number - len(used)
    passing: list[_Message] = []
    others: list[_Message] = []
    for message in messages:
        if message.is_free:
            passing.append(message)
        elif message.is_critical and grave_room > 0:
            passing.append(message)
            room, grave_room = room - 1, grave_room - 1
        else:
            others.append(message)
    if len(others) <= max(room, 0):
        return Arrangement(tuple(map(_parcel, messages)))
    head, tail = others[: max(room - 1, 0)], others[max(room - 1, 0) :]
    if room > 0:
        head.append(_last(tail))
    going = {id_ for message in (*passing, *head) for id_ in message.ids}
    order = {id_: index for index, message in enumerate(messages) for id_ in message.ids}
    return Arrangement(
        tuple(map(_parcel, sorted([*passing, *head], key=lambda each: order[each.ids[0]]))),
        tuple(id_ for message in tail for id_ in message.ids if id_ not in going),
        (used[max(len(used) - number, 0)] if used else now) + window,
    )


def _last(tail: Sequence[_Message]) -> _Message:
    """The last message that a rate allows, in place of all these."""
    if tail[0].summary is not None:
        return tail[0]
    alone = [message.members for message in tail if message.summary is None]
    return _summaries(alone, Hold(HoldReason.RATE))[0] if len(alone) > 1 else tail[0]


def _parcel(message: _Message) -> Parcel:
    return Parcel(message.ids, message.summary, message.hold)
