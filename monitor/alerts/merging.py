"""What is due of one story on one channel goes out as one message: pure.

Each watchlist has an alert of its own, so that silences, acknowledgements and escalations concern
it alone. What a channel gets of them is merged when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model.delivery import Due
from monitor.model.hold import HoldReason

_APART = {HoldReason.ACKNOWLEDGEMENT, HoldReason.FALLBACK}
"""What is told for such a reason says so, and goes out only with what is told for the same."""


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
