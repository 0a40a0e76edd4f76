"""What is due of one story on one channel goes out as one message: pure.

Each watchlist has an alert of its own, so that silences, acknowledgements and escalations concern
it alone. What a channel gets of them is merged when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model.delivery import Due
from monitor.model.hold import HoldReason
from monitor.model.plan import AddAlert, Destination, Intent

_APART = {HoldReason.ACKNOWLEDGEMENT, HoldReason.FALLBACK}
"""What is told for such a reason says so, and goes out only with what is told for the same."""


def told_at_once(intents: Sequence[Intent], now: datetime) -> tuple[Intent, ...]:
    """The same, but a channel that is told of an article now is told of all that it is to be told.

    What is new for one watchlist would wait for `group_window`; where the article is told at once
    for another, it would come twice.

    Args:
        intents: what was planned for one article.
        now: the time.
    """
    rung = {
        each.channel
        for intent in intents
        if isinstance(intent, AddAlert) and not intent.quietly
        for each in intent.destinations
        if each.inhibited_by is None and each.hold is None and each.not_before <= now
    }

    def now_too(each: Destination) -> Destination:
        waits = each.hold is None and each.not_before > now
        return replace(each, not_before=now) if waits and each.channel in rung else each

    return tuple(
        replace(intent, destinations=tuple(map(now_too, intent.destinations)))
        if isinstance(intent, AddAlert)
        else intent
        for intent in intents
    )


def merged(due: Sequence[Due]) -> list[tuple[Due, ...]]:
    """Group what is due on a channel by the message that it makes, each where its first stands.

    What may have been sent already is tried again as it was: its message has an id by which a
    receiver tells a repeat, and must not say something else under it. Without the alert that gave
    it its id, which may be told another time, the others make a message with an id of their own.

    Args:
        due: of one channel, in the order in which it is to go out.
    """
    leads = {each.message for each in due if each.message and each.alert_id == each.message}
    messages: dict[object, dict[str | None, Due]] = {}
    apart: list[tuple[Due, ...]] = []
    for each in due:
        members = messages.setdefault(_key(each, leads), {})
        if each.thread in members:
            # Of two alerts of one watchlist the second is told when the first has been.
            apart.append((each,))
        else:
            members[each.thread] = each
    grouped = [tuple(members.values()) for members in messages.values()] + apart
    place = {each.id: index for index, each in enumerate(due)}
    return sorted(grouped, key=lambda members: min(place[each.id] for each in members))


def _key(each: Due, leads: set[str]) -> object:
    """The same for what goes out as one message."""
    if each.story is None:
        return each.id
    if each.edits is not None:
        return each.edits
    if each.tried:
        together = each.message, each.message in leads, each.follow_up > 0, each.hold
        return together if each.message else each.id
    hold = each.hold if each.hold is not None and each.hold.reason in _APART else None
    return each.story, each.follow_up > 0, hold, each.summary
