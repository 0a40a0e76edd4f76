"""What one feed has told at once, and what is gathered into one message: pure.

A feed that suddenly lists hundreds of entries about somebody watched would ring a phone hundreds
of times. Its first alerts come at once; what else comes of it is gathered until nothing more does,
and goes out as one message (Alertmanager's `group_wait` and `group_interval`). Nothing is dropped,
and what other feeds tell waits for none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.merging import merged
from monitor.model.burst import FeedKey, Gathering, Told
from monitor.model.delivery import Due
from monitor.model.hold import Hold, HoldReason

QUIET = timedelta(seconds=10)
"""A burst is over when nothing more has come of its feed for so long."""

LONGEST = timedelta(minutes=5)
"""What is gathered waits no longer for the end of a burst."""


@dataclass(frozen=True, slots=True)
class Gather:
    """Deliveries that wait for the end of their feed's burst."""

    ids: tuple[int, ...]
    until: datetime
    hold: Hold


@dataclass(frozen=True, slots=True)
class Gathered:
    """What may go out of what is due, and what is gathered."""

    free: tuple[Due, ...]
    """What was gathered bears its hold, by which it goes out together."""
    held: tuple[Gather, ...] = ()


def gather(
    due: Sequence[Due],
    told: Mapping[FeedKey, Sequence[Told]],
    gathering: Mapping[FeedKey, Gathering],
    limit: tuple[int, timedelta],
    now: datetime,
    *,
    wait: bool = True,
) -> Gathered:
    """Part what is due on a channel into what goes out now and what is gathered.

    Only what is due for the first time, and that nothing has held back, counts: what waited for
    quiet hours or a rate goes out together anyway, and what was tried is tried as it was.

    Args:
        due: of one channel.
        told: what the channel was told of each feed within the limit's span.
        gathering: what is being gathered of each feed.
        limit: so many messages of a feed come at once within a span.
        now: the time.
        wait: false if nothing more can come of a burst, as at the end of `run --once`.
    """
    number, window = limit
    free: list[Due] = []
    fresh: dict[FeedKey, dict[str | int, list[Due]]] = {}
    ripe: dict[FeedKey, list[Due]] = {}
    for story in merged(due):
        key = _key(story[0])
        if key is None:
            free += story
        elif any(_is_gathered(each) for each in story):
            ripe.setdefault(key, []).extend(story)
        else:
            # A story counts once, though each watchlist may have a message of its own.
            told_of = fresh.setdefault(key, {})
            told_of.setdefault(story[0].event or story[0].id, []).extend(story)
    more: dict[FeedKey, list[Due]] = {}
    for key, told_of in fresh.items():
        used = sum(now - window < each.at <= now for each in told.get(key, ()))
        room = 0 if key in gathering or key in ripe else max(number - used, 0)
        # The gravest of a burst are not among those that wait.
        stories = sorted(told_of.values(), key=lambda story: -max(_rank(each) for each in story))
        free += [each for story in stories[:room] for each in story]
        if stories[room:]:
            more[key] = [each for story in stories[room:] for each in story]
    held: list[Gather] = []
    for key in dict.fromkeys([*ripe, *more]):
        members = [*ripe.get(key, ()), *more.get(key, ())]
        hold = Hold(HoldReason.BURST, str(key[0]))
        known = gathering.get(key)
        until = _until(members, told.get(key, ()), known, window, now)
        if key not in ripe and known is not None and known.until > now:
            # With those that wait already, so that all make one message.
            until = known.until
        if wait and until > now:
            held.append(Gather(tuple(each.id for each in members), until, hold))
        else:
            free += [replace(each, hold=hold) for each in members]
    return Gathered(tuple(free), tuple(held))


def _key(each: Due) -> FeedKey | None:
    """What a delivery counts for; None if it is never gathered."""
    is_plain = each.severity is not None and each.edits is None and each.summary is None
    if each.feed is None or not is_plain or each.tried:
        return None
    return (each.feed, each.follow_up > 0) if each.hold is None or _is_gathered(each) else None


def _is_gathered(each: Due) -> bool:
    return each.hold is not None and each.hold.reason is HoldReason.BURST


def _rank(each: Due) -> int:
    return -1 if each.severity is None else each.severity.rank


def _until(
    members: Sequence[Due],
    told: Sequence[Told],
    known: Gathering | None,
    window: timedelta,
    now: datetime,
) -> datetime:
    """When what is gathered goes out. What a clock that was ahead says puts nothing off."""
    made = [min(each.created or now, now) for each in members]
    first = min([*made, *([known.first] if known else [])])
    latest = min(max([*made, *([known.latest] if known else [])]), now)
    over = min(latest + QUIET, first + LONGEST)
    last = max((each.at for each in told if each.gathered and each.at <= now), default=None)
    return over if last is None else max(over, last + window)
