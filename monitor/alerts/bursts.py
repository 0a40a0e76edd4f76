"""What one feed has told at once, and what is gathered into one message: pure.

A feed that suddenly lists hundreds of entries about somebody watched would ring a phone hundreds
of times. Its first alerts come at once; what else comes of it is gathered until nothing more does,
and goes out as one message (Alertmanager's `group_wait` and `group_interval`). Nothing is dropped,
and what other feeds tell waits for none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.batching import GRAVE_RATE
from monitor.alerts.merging import merged
from monitor.model.burst import FeedKey, Gathering, Told
from monitor.model.delivery import Due
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Severity

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
    latest: Mapping[int, datetime] | None = None,
) -> Gathered:
    """Part what is due on a channel into what goes out now and what is gathered.

    Only what is due for the first time, and that nothing has held back, counts: what waited for
    quiet hours or a rate goes out together anyway, and what was tried is tried as it was. What
    several feeds list counts for all of them, and waits only if all of them tell too much: who
    lists what others list makes nobody's limit larger, and nobody's smaller but its own. Critical
    alerts do not wait, up to `GRAVE_RATE` times the limit.

    Args:
        due: of one channel.
        told: what the channel was told of each feed within the limit's span.
        gathering: what is being gathered of each feed.
        limit: so many messages of a feed come at once within a span.
        now: the time.
        wait: false if nothing more can come of a burst, as at the end of `run --once`.
        latest: until when deliveries can wait, by their number, for those that cannot longer.
    """
    number, window = limit
    free: list[Due] = []
    fresh: dict[str | int, list[Due]] = {}
    ripe: dict[FeedKey, list[Due]] = {}
    for message in merged(due):
        if not _is_counted(message[0]):
            free += message
        elif (key := _gathered_for(message)) is not None:
            ripe.setdefault(key, []).extend(message)
        else:
            # A story counts once, though each watchlist may have a message of its own.
            fresh.setdefault(message[0].event or message[0].id, []).extend(message)
    used = Counter(
        {
            key: sum(now - window < each.at <= now for each in messages)
            for key, messages in told.items()
        }
    )
    more: dict[FeedKey, list[Due]] = {}
    # The gravest of a burst are not among those that wait.
    for story in sorted(fresh.values(), key=lambda story: -max(map(_rank, story))):
        keys = _keys(story[0])
        is_grave = any(each.severity is Severity.CRITICAL for each in story)
        most = GRAVE_RATE * number if is_grave else number
        waits = () if is_grave else (*gathering, *ripe, *more)
        if any(used[key] < most and key not in waits for key in keys):
            used.update({key for each in story for key in _keys(each)})
            free += story
        else:
            more.setdefault(keys[0], []).extend(story)
    held: list[Gather] = []
    for key in dict.fromkeys([*ripe, *more]):
        members = [*ripe.get(key, ()), *more.get(key, ())]
        hold = Hold(HoldReason.BURST, str(key[0]))
        known = gathering.get(key)
        until = _until(members, told.get(key, ()), known, window, now)
        if key not in ripe and known is not None and known.until > now:
            # With those that wait already, so that all make one message.
            until = min(known.until, until)
        until = min([until, *(latest[each.id] for each in members if latest and each.id in latest)])
        if wait and until > now:
            held.append(Gather(tuple(each.id for each in members), until, hold))
        else:
            free += [replace(each, hold=hold) for each in members]
    return Gathered(tuple(free), tuple(held))


def _is_counted(each: Due) -> bool:
    """Whether a delivery counts, and may be gathered."""
    is_plain = each.severity is not None and each.edits is None and each.summary is None
    is_free = each.hold is None or each.hold.reason is HoldReason.BURST
    return bool(each.feeds) and is_plain and is_free and not each.tried


def _keys(each: Due) -> tuple[FeedKey, ...]:
    """What a delivery counts for: one of the feeds that list its article."""
    return tuple((feed, each.follow_up > 0) for feed in each.feeds)


def _gathered_for(message: Sequence[Due]) -> FeedKey | None:
    """For whose burst a message waits; None if for none, or if another feed has it, too."""
    if len(message[0].feeds) > 1:
        return None
    waits = any(each.hold is not None for each in message)
    return _keys(message[0])[0] if waits else None


def _rank(each: Due) -> int:
    return -1 if each.severity is None else each.severity.rank


def _until(
    members: Sequence[Due],
    told: Sequence[Told],
    known: Gathering | None,
    window: timedelta,
    now: datetime,
) -> datetime:
    """When what is gathered goes out: whatever goes on coming, no later than the window says."""
    made = [_made(each.created or now, now) for each in members]
    known_made = [_made(known.first, now), _made(known.latest, now)] if known else []
    first, latest = min([*made, *known_made]), max([*made, *known_made])
    over = min(latest + QUIET, first + LONGEST)
    last = max((each.at for each in told if each.gathered and each.at <= now), default=None)
    return over if last is None else max(over, min(last, first) + window)


def _made(moment: datetime, now: datetime) -> datetime:
    """When something was made; long enough ago if a clock that was ahead says when."""
    return moment if moment <= now else now - LONGEST
