"""When to poll a feed next: pure, so that it can be explained and tested without waiting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.config.schema import Polling
from monitor.errors import FetchError, MonitorError
from monitor.feeds.publishing_hours import gap, wait_for_news
from monitor.model.feed import (
    FeedState,
    Incident,
    IncidentKind,
    PollReason,
    PollReasonKind,
    Wishes,
)
from monitor.model.hours import PublishingHours

LONGEST_RETRY_AFTER = timedelta(days=7)
"""A server may ask for more; no single answer silences a feed for longer than this."""

# Answers that seldom change by themselves soon: worth asking, but less often from the start.
_STANDING_REFUSALS = {401, 403, 404, 451}
_STANDING_FACTOR = 4
_GONE = 410
NO_WISHES = Wishes()
# Without an interval of its own a feed is polled at least this much less often than usual.
_SLOWEST = 4
# A feed that publishes in every so many intervals is polled once in each: those that publish
# more often more often, by the root of it (see `monitor.feeds.publishing_hours.wait_for_news`).
_USUAL_GAP = 20
# So many of the newest entries tell how often a feed publishes.
_RHYTHM_OF = 20
_TROUBLE = timedelta(days=1)
_SILENCE = timedelta(days=3)
_SILENT_TIMES = 10
_REMEMBER_DROPS = timedelta(days=7)
_A_MINUTE = timedelta(minutes=1)
_A_SECOND = timedelta(seconds=1)
_SPREAD = timedelta(minutes=10)
# What a hub pushes is only looked after now and then.
_PUSHED_TIMES = 4


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When, and why then."""

    at: datetime | None
    """None when the feed is stopped: the server said that it is gone for good."""
    reason: PollReason

    @property
    def stopped(self) -> bool:
        """True when the feed is not to be polled again."""
        return self.at is None


def next_poll(
    *,
    now: datetime,
    polling: Polling,
    interval: timedelta | None = None,
    rhythm: timedelta | None = None,
    hours: PublishingHours | None = None,
    breaking_until: datetime | None = None,
    drops_entries: bool = False,
    wishes: Wishes = NO_WISHES,
    fresh_for: timedelta | None = None,
    pushed: bool = False,
    failures: int = 0,
    error: MonitorError | None = None,
    silent: timedelta = timedelta(),
    jitter: float = 0.5,
) -> NextPoll:
    """Decide when a feed that has just been polled is polled again.

    A feed that answered is due after its own configured interval. Without one, a feed that
    publishes often, or often at this hour, is polled more often than `polling.interval`, and one
    that publishes seldom less often, but never less than a quarter as often: its one item of the
    year may be the one that matters. While a story breaks that it may tell more of, and when it
    drops entries between polls, it is polled as often as allowed, and one
    whose hub pushes what is new a quarter as often as else, in case the hub loses something. What
    its publisher asks for comes on top, within `max_interval`: the server's own word on
    freshness always, the document's `ttl` unless the user set an interval for this very feed.

    A failing feed waits twice as long each time, within `min_interval` and `max_interval`, and
    is never given up, unless the server said 410.

    Args:
        now: the time of the poll.
        polling: the configured limits.
        interval: the feed's own configured interval; None means `polling.interval`.
        rhythm: the usual time between two of its entries (see `rhythm_of`), if known.
        hours: when in the week it publishes, if known: it tells more than `rhythm`.
        breaking_until: until when it may tell more of a story that breaks.
        drops_entries: whether entries were lost between two polls.
        wishes: what the feed's document asks for.
        fresh_for: for how long the server says that nothing changes.
        pushed: whether its hub can be relied upon to push what is new (WebSub).
        failures: polls failed in a row, this one included; only meaningful with `error`.
        error: what went wrong this time; None when the feed was read or had not changed.
        silent: how long ago it last answered; only meaningful with `error`.
        jitter: 0 to 1, evenly distributed.
    """
    if error is not None:
        return _after_failure(now, polling, interval, failures, error, silent, jitter)
    usual, reason = _usual(now, polling, interval, rhythm, hours, drops_entries)
    if breaking_until is not None and now < breaking_until and polling.min_interval < usual:
        usual = polling.min_interval
        reason = PollReason(PollReasonKind.BREAKING, every=usual, until=breaking_until)
    if pushed and not drops_entries:
        usual = _within(usual * _PUSHED_TIMES, polling)
        reason = PollReason(PollReasonKind.PUSHED, every=usual)
    # Up to a tenth earlier, so that feeds added together drift apart.
    wait = max(polling.min_interval, usual * (1 - 0.1 * jitter))
    ttl = None if interval is not None else wishes.ttl
    for wish, kind in ((ttl, PollReasonKind.TTL), (fresh_for, PollReasonKind.FRESH)):
        if wish is not None and (bounded := min(wish, polling.max_interval)) > wait:
            # Later than asked for rather than earlier, and not all at the very second.
            wait, reason = bounded * (1 + 0.05 * jitter), PollReason(kind, every=bounded)
    at = _allowed(now + wait, wishes)
    if at > now + wait:
        reason = replace(reason, not_before=at)
    return NextPoll(at, reason)


def waits_for_pushes(feed: FeedState) -> bool:
    """Whether a feed's next poll was put off because its hub pushes."""
    return feed.next_reason.kind is PollReasonKind.PUSHED


def was_held(error: MonitorError) -> bool:
    """Whether a feed was not even asked, because its host had said "later" to another request."""
    return isinstance(error, FetchError) and error.kind == "held"


def drops_entries(feed: FeedState, now: datetime, *, dropped: bool) -> bool:
    """Whether a feed is to be polled more often because it drops entries between polls.

    For a week after it was last found to. When it was not polled for a long time, as when the
    daemon was stopped, what it dropped meanwhile says nothing about the usual interval.

    Args:
        feed: as it was before this poll.
        now: the time.
        dropped: whether this poll found that entries were dropped.
    """
    recently = feed.last_dropped is not None and now - feed.last_dropped < _REMEMBER_DROPS
    if not dropped or feed.last_ok is None:
        return recently
    planned = (feed.next_poll or now) - feed.last_ok
    return recently or now - feed.last_ok <= 2 * max(planned, _A_MINUTE)


def incident_of(feed: FeedState, now: datetime) -> Incident | None:
    """What is so wrong with a feed that operators must be told; None when it is well enough.

    A feed in trouble for less than a day may mend itself, and every feed pauses now and then:
    told is one that is gone, that has failed for a day, or that has been silent for ten times
    as long as it used to be, and for three days at least.
    """
    if feed.stopped:
        return Incident(IncidentKind.GONE, error=feed.last_error)
    well = feed.last_ok or feed.added or now
    if feed.failures and now - well >= _TROUBLE:
        return Incident(IncidentKind.FAILING, now - well, error=feed.last_error)
    if feed.last_new is not None and feed.rhythm is not None:
        silence = now - feed.last_new
        if silence >= max(_SILENCE, _SILENT_TIMES * feed.rhythm):
            return Incident(IncidentKind.SILENT, silence, feed.rhythm)
    return None


def rhythm_of(published: Sequence[datetime | None], now: datetime) -> timedelta | None:
    """The usual time between two entries of a feed, from those it lists now.

    A feed silent for longer than its entries suggest has slowed down. None when fewer than
    three of its entries are dated.
    """
    times = sorted(when for when in published if when is not None and when <= now)[-_RHYTHM_OF:]
    if len(times) < 3:
        return None
    return max((times[-1] - times[0]) / (len(times) - 1), (now - times[-1]) / 2)


def _usual(
    now: datetime,
    polling: Polling,
    interval: timedelta | None,
    rhythm: timedelta | None,
    hours: PublishingHours | None,
    drops_entries: bool,
) -> tuple[timedelta, PollReason]:
    if drops_entries:
        usual = min(polling.min_interval, interval or polling.min_interval)
        usual = _within(usual, polling)
        return usual, PollReason(PollReasonKind.DROPS_ENTRIES, every=usual)
    if interval is not None or (rhythm is None and hours is None):
        usual = _within(interval or polling.interval, polling)
        return usual, PollReason(PollReasonKind.INTERVAL, every=usual)
    slowest = max(polling.interval, min(polling.interval * _SLOWEST, polling.max_interval))
    patience = polling.interval / _USUAL_GAP
    if hours is not None:
        moment = now.astimezone(UTC)
        kind, rhythm = PollReasonKind.HOURS, gap(hours, moment)
        usual = wait_for_news(hours, moment, patience, slowest)
    else:
        assert rhythm is not None
        kind = PollReasonKind.RHYTHM
        # At least a second: what lists all its entries at one time has no rhythm.
        usual = patience * math.sqrt(max(rhythm, _A_SECOND) / patience)
    usual = _whole_minutes(_within(min(usual, slowest), polling))
    usual = _within(usual, polling)
    return usual, PollReason(kind, every=usual, rhythm=_whole_minutes(rhythm))


def _whole_minutes(span: timedelta) -> timedelta:
    """Seconds mean nothing to a feed, and "every 17 minutes" is said more easily."""
    return _A_MINUTE * max(1, round(span / _A_MINUTE)) if span > _A_MINUTE else span


def _after_failure(
    now: datetime,
    polling: Polling,
    interval: timedelta | None,
    failures: int,
    error: MonitorError,
    silent: timedelta,
    jitter: float,
) -> NextPoll:
    usual = _within(interval or polling.interval, polling)
    status = error.status if isinstance(error, FetchError) else None
    if status == _GONE:
        return NextPoll(None, PollReason(PollReasonKind.GONE))
    if was_held(error):
        until = _bounded((error.retry_after if isinstance(error, FetchError) else None) or 0.0)
        reason = PollReason(PollReasonKind.HELD, until=now + until)
        # Where a server refuses after some requests, whoever was not asked for long comes first.
        return NextPoll(now + until + max(timedelta(), _A_MINUTE - silent) * jitter, reason)
    # 2**30 times any interval is beyond every limit; without the bound a number grows for ever.
    wait = usual * 2 ** min(max(failures, 1) - 1, 30) if usual < polling.max_interval else usual
    if status in _STANDING_REFUSALS:
        wait *= _STANDING_FACTOR
    # Half fixed, half random: failures of one server are spread, yet no retry comes at once.
    wait = _within(min(wait, polling.max_interval) * (0.5 + 0.5 * jitter), polling)
    asked = error.retry_after if isinstance(error, FetchError) else None
    if asked is not None and (until := _bounded(asked)) > wait:
        reason = PollReason(PollReasonKind.RETRY_AFTER, until=now + until)
        # Everything on its host waits for that moment: not all are to come at once then.
        return NextPoll(now + until + min(until * 0.05, _SPREAD) * jitter, reason)
    return NextPoll(
        now + wait, PollReason(PollReasonKind.FAILED, every=wait, failures=max(failures, 1))
    )


def _allowed(at: datetime, wishes: Wishes) -> datetime:
    """The first moment from `at` on that is in no hour and on no day to be skipped."""
    # A feed that skips every hour, or every day, asks for nothing that can be done.
    hours = wishes.skip_hours if len(set(wishes.skip_hours)) < 24 else ()
    days = wishes.skip_days if len(set(wishes.skip_days)) < 7 else ()
    moment = at.astimezone(UTC)
    while moment.weekday() in days or moment.hour in hours:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def _within(wait: timedelta, polling: Polling) -> timedelta:
    return max(polling.min_interval, min(wait, polling.max_interval))


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, LONGEST_RETRY_AFTER.total_seconds()))
