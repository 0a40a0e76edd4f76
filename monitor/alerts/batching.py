"""What goes out with what: digests, and summaries of what was held back.

Policy without a clock, a network or a memory. Nothing is dropped: all that is due either goes
out, by itself or in a summary, or waits for the channel's rate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts import routing, timing
from monitor.config.schema import Channel, Watchlist
from monitor.config.values import format_duration
from monitor.model.alert import SILENCE, Alert
from monitor.model.delivery import ACKNOWLEDGEMENT, Due, Parcel, Summary
from monitor.model.match import Severity

FEW = 5
"""So many that waited for the same thing are still sent one by one. A reader who comes back to
five messages reads them; one who comes back to fifty reads none."""

MOST = 500
"""In one summary; what is more makes another. A mail of so many is as long as a book."""

GRAVE_RATE = 2
"""Critical alerts do not wait for a channel's rate, up to so many times that rate."""


_AT_ONCE = "What came all at once"
_WORDS: dict[str, tuple[str, str | None]] = {
    timing.QUIET_HOURS: ("What came in quiet hours", "This channel was quiet until {time}"),
    timing.RATE: (_AT_ONCE, "They came faster than this channel takes messages"),
    ACKNOWLEDGEMENT: ("Not acknowledged", "Nobody has acknowledged these alerts yet"),
    timing.EXPIRED: ("Delivered late", "This channel could not be reached when they were news"),
}


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
    reason: str | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(member.id for member in self.members)

    @property
    def is_free(self) -> bool:
        """A notice, or a change that nobody's phone rings for: it neither waits nor counts."""
        return self.members[0].severity is None or self.members[0].edits

    @property
    def is_critical(self) -> bool:
        return self.summary is None and self.members[0].severity is Severity.CRITICAL


def arrange(
    due: Sequence[Due], channel: Channel | None, sent: Iterable[datetime], now: datetime
) -> Arrangement:
    """Say what goes out of what is due on one channel.

    - A digest goes out as one message, and so does what is too old to be news.
    - More than `FEW` that waited for the same quiet hours, silence or rate go out as a summary.
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


def words(summary: Summary, channel: Channel | None, timezone: str) -> tuple[str, str | None]:
    """A summary's title, and why what is in it comes together, for a user.

    Args:
        summary: which one.
        channel: the settings of the channel that it goes to, if there are any.
        timezone: an IANA name.
    """
    local = summary.due.astimezone(ZoneInfo(timezone))
    reason = summary.reason
    if reason == timing.DIGEST:
        return f"Digest of {local.day} {local:%B %Y}", None
    if reason == timing.RATE and channel is not None and channel.rate is not None:
        number, window = channel.rate
        most = f"{number} message{'s' if number > 1 else ''} in {format_duration(window)}"
        return _AT_ONCE, f"This channel takes {most}; these came on top of that"
    if reason.startswith(SILENCE):
        return "What was silenced", f"They were held back by {reason}, which has ended"
    if reason.startswith(timing.FALLBACK):
        name = reason.removeprefix(timing.FALLBACK)
        return f"In place of {name}", _in_place_of(reason)
    title, note = _WORDS.get(reason, (f"What waited for {reason}", None))
    return title, note and note.format(time=f"{local:%H:%M}")


def remark(reason: str | None, alert: Alert, watchlist: Watchlist | None) -> str | None:
    """Why an alert is told here or now, or what is expected of who reads it, for a user.

    Args:
        reason: what it has waited for.
        alert: what is told.
        watchlist: the settings of its watchlist, if it still is one.
    """
    command = f"monitor alerts ack {alert.id[:8]}"
    if reason == ACKNOWLEDGEMENT:
        return f"Nobody has acknowledged it yet. To do so: {command}"
    said = _in_place_of(reason)
    if watchlist is not None and (told := routing.escalations(alert.match, watchlist)):
        after = format_duration(watchlist.escalate_after or timedelta(0))
        wish = f"To acknowledge it, before {' and '.join(told)} is told after {after}: {command}"
        return f"{said}. {wish}" if said else wish
    return said


def _in_place_of(reason: str | None) -> str | None:
    if reason is None or not reason.startswith(timing.FALLBACK):
        return None
    return f"Told here as {reason.removeprefix(timing.FALLBACK)} takes no messages"


def _grouped(due: Sequence[Due], too_old: datetime | None) -> list[_Message]:
    groups: dict[tuple[str, str], list[Due]] = {}
    for each in due:
        groups.setdefault(_group(each, too_old), []).append(each)
    messages: list[_Message] = []
    for (how, what), members in groups.items():
        if how == "alone" or (how == "if many" and len(members) <= FEW):
            messages += [_Message((member,)) for member in members]
        elif how == "again":
            messages.append(_Message(tuple(members), what, members[0].waits_for or ""))
        else:
            messages += _summaries(members, what)
    position = {each.id: index for index, each in enumerate(due)}
    return sorted(messages, key=lambda message: min(position[id_] for id_ in message.ids))


def _group(each: Due, too_old: datetime | None) -> tuple[str, str]:
    """How a delivery goes out: alone, again as it did, together, or that if there are many."""
    if each.severity is None or each.edits:
        return "alone", str(each.id)
    # Those that grow too old one after the other, while nothing can be sent, make one summary.
    alone_so_far = each.summary is None or each.waits_for == timing.EXPIRED
    if too_old is not None and each.due < too_old and alone_so_far:
        return "together", timing.EXPIRED
    if each.summary is not None:
        return "again", each.summary
    if each.waits_for == timing.DIGEST:
        return "together", timing.DIGEST
    return ("if many", each.waits_for) if each.waits_for else ("alone", str(each.id))


def _summaries(members: Sequence[Due], reason: str) -> list[_Message]:
    ordered = sorted(members, key=lambda member: (member.due, member.id))
    parts = (tuple(ordered[start : start + MOST]) for start in range(0, len(ordered), MOST))
    return [_Message(part, _identity(part), reason) for part in parts]


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
    alone = [message.members[0] for message in tail if message.summary is None]
    return _summaries(alone, timing.RATE)[0] if len(alone) > 1 else tail[0]


def _parcel(message: _Message) -> Parcel:
    return Parcel(message.ids, message.summary, message.reason)
