"""When a permanent redirect (301, 308) is believed: pure.

One such answer may be a mistake, or a hotel's login page. So the new address is only asked in
place of the configured one once every answer has led there for a while; what fails in between
(and a login page is no feed) says nothing either way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.feed import Move

#: So many polls in a row, over so long a time, must have been sent to the same address.
POLLS = 3
SPAN = timedelta(days=1)


def move_after(move: Move | None, led_to: str | None, now: datetime) -> Move | None:
    """What is known of a feed's move after a poll that was answered.

    Args:
        move: what was known before.
        led_to: where the answer came from, if only permanent redirects led there.
        now: the time.
    """
    if led_to is None:
        return None
    if move is None or move.to != led_to:
        return Move(led_to, now)
    if move.confirmed is not None:
        return move
    polls = move.polls + 1
    sure = polls >= POLLS and now - move.since >= SPAN
    return replace(move, polls=polls, confirmed=now if sure else None)
