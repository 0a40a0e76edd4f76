"""What operators are told of the daemon itself: the words of each notice."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.messages.backlogs import backlog_words, reroute_command, stranded_words
from monitor.messages.feeds import incident as incident_in_words
from monitor.messages.feeds import not_all_kept
from monitor.model.alert import Notice
from monitor.model.delivery import Backlog, ChannelState, SendResult
from monitor.model.feed import FeedDay, FeedState, Move
from monitor.wording import counted, in_words, sentence

_MOST_INCIDENTS = 30
_MOST_FAILING = 20


def config_refused(path: Path, problems: Sequence[str], now: datetime) -> Notice:
    """An edit of the configuration was not taken over."""
    faults = "\n".join(f"• {problem}" for problem in problems)
    return _notice(
        "config-refused",
        "The configuration has a fault and was not taken over",
        f"{path} was changed, but cannot be used as it is. "
        f"Monitoring goes on with the last good version.\n\n{faults}",
        now,
    )


def config_accepted(path: Path, now: datetime) -> Notice:
    """The configuration is well again."""
    return _notice(
        "config-accepted",
        "The configuration is in order again",
        f"{path} was read without faults and is in force.",
        now,
    )


def files_differ(worker: str, keys: Sequence[str], now: datetime) -> Notice:
    """Machines that work together have files that say different things."""
    return _notice(
        "files-differ",
        "Machines that work together are configured differently",
        f"The file of {worker} says something else than that of the worker that is there for "
        f"longest: {', '.join(keys)}. Each does as its own file says, so what is watched depends "
        "on who reads it. Push one with `monitor config push`, or give all the same.",
        now,
    )


NETWORK = "network"
"""The kind of notice that tells of our own network."""

_BACK = "A feed could be reached again. All that could not are asked within a minute."


def network_trouble(*, down: bool, now: datetime) -> Notice:
    """Our own network went away, or came back."""
    if down:
        text = (
            "Feeds on several hosts in a row could not be reached and none could: it is this "
            "machine's network or name server. Their failures are not counted; one of them is "
            "tried every few seconds, and all as soon as one can be reached."
        )
        return _notice(NETWORK, "The network cannot be reached", text, now)
    return _notice(NETWORK, "The network is back", _BACK, now)


def channel_trouble(
    state: ChannelState,
    backlog: Backlog,
    fallback: str | None,
    result: SendResult,
    patience: timedelta,
    now: datetime,
) -> Notice:
    """A channel has taken nothing for a while, or its service refuses it for good.

    Args:
        state: how it is doing.
        backlog: what it has not taken, as of now.
        fallback: the channel that stands in for it, if there is one.
        result: what its service has answered last.
        patience: how long an alert is tried.
        now: the time.
    """
    minutes = _minutes(state, now)
    said = f"It has taken no message for {minutes} minutes: " if minutes else ""
    parts = [f"{said}{result.detail}.", f"{sentence(backlog_words(backlog))}"]
    if backlog.waiting:
        parts.append(
            "What waits is tried one by one, and given up if it is refused so again."
            if not result.retryable
            else "What waits is not lost: it is tried again for "
            f"{in_words(patience)}, then given up."
        )
    if fallback is not None:
        parts.append(f"`{fallback}` is told in its place.")
    elif backlog.dead or not result.retryable:
        parts.append("Nobody else is told in its place: it has no `fallback`.")
    if backlog.dead or not result.retryable:
        parts.append(
            "Mend the channel and send what was given up with `monitor alerts retry`, or send it "
            f"elsewhere with `{reroute_command(state.name, fallback or 'NEW')}`."
        )
    parts.append("See `monitor alerts list --stuck`.")
    return _notice("channel", f"{state.name} takes no messages", " ".join(parts), now)


def message_refused(channel: str, detail: str, now: datetime) -> Notice:
    """A channel that takes others has refused a message for good; told once a day for each fault.

    Args:
        channel: its name.
        detail: what its service answered.
        now: the time.
    """
    text = (
        f"{detail}. The message was given up; others are taken. See it with "
        "`monitor alerts list --stuck`, and send it again with `monitor alerts retry`."
    )
    key = f"refused\n{channel}\n{detail}\n{now:%Y-%m-%d}"
    own = hashlib.sha256(key.encode()).hexdigest()[:20]
    return Notice(own, "refused", f"{channel} has refused a message for good", text, now)


def channels_missing(
    stranded: Sequence[Backlog],
    channels: Collection[str],
    renamed: Mapping[str, str],
    now: datetime,
) -> Notice:
    """Deliveries wait for channels that do not exist; told once a day for the same ones.

    Args:
        stranded: what waits, for whom.
        channels: those that there are.
        renamed: what those that are gone seem to be called now, where that is known.
        now: the time.
    """
    lines = [
        f"• {stranded_words(each, channels, renamed=renamed.get(each.channel, ''))}"
        for each in stranded
    ]
    said = ", ".join(each.channel for each in stranded)
    key = "\n".join(f"{each.channel} {each.oldest}" for each in stranded)
    own = hashlib.sha256(f"missing\n{key}\n{now:%Y-%m-%d}".encode()).hexdigest()[:20]
    title = f"Alerts wait for {'a channel' if len(stranded) == 1 else 'channels'} that nobody has"
    return Notice(own, "missing-channel", f"{title}: {said}", "\n".join(lines), now)


def channel_well(state: ChannelState, now: datetime) -> Notice:
    """A channel that was in trouble takes messages again."""
    text = f"It did not for {_minutes(state, now)} minutes. What waited for it is being sent."
    return _notice("channel", f"{state.name} takes messages again", text, now)


def _minutes(state: ChannelState, now: datetime) -> int:
    return (now - (state.failing_since or now)) // timedelta(minutes=1)


def feed_moved(feed: FeedState, move: Move, now: datetime) -> Notice:
    """A feed's server has said for long enough that it is elsewhere now."""
    text = (
        f"For more than a day its server has said that it is to be found at {move.to} for good. "
        "monitor asks there from now on. Put the new address into the configuration: the old one "
        "may be given to somebody else one day."
    )
    return _notice("feed-moved", f"{feed.name} has moved", text, now)


def entry_storm(feed: FeedState, unknown: int, new: int, now: datetime) -> Notice:
    """A feed that has been read before lists very much at once; told once a day for each feed."""
    text = (
        f"At once it lists {unknown:,} entries that it did not list before, {new:,} of them "
        "articles that were not known. Each is kept and told once; those older than the "
        "subscription are kept and not told. It may have been moved to another system, or "
        "have dumped its archive."
    )
    key = f"entry-storm\n{feed.url}\n{now:%Y-%m-%d}"
    own = hashlib.sha256(key.encode()).hexdigest()[:20]
    return Notice(own, "entry-storm", f"{feed.name} lists {unknown:,} entries at once", text, now)


def template_failed(channel: str, warning: str, now: datetime) -> Notice:
    """A channel's template could not be used for a message; told once a day for each fault."""
    text = (
        f"{warning}\n\nThe message was sent in the built-in form; nothing is lost. `monitor check` "
        "tries the template on messages of every kind."
    )
    key = f"template\n{channel}\n{warning}\n{now:%Y-%m-%d}"
    own = hashlib.sha256(key.encode()).hexdigest()[:20]
    return Notice(own, "template", f"The template of {channel} could not be used", text, now)


def cannot_listen(fault: str, now: datetime) -> Notice:
    """Hubs cannot reach us."""
    text = (
        f"{fault}. See `listen` in [websub]. Until that works, hubs cannot push what is new; it is "
        "found by polling, as it is without hubs."
    )
    return _notice("websub", "Hubs cannot reach monitor", text, now)


def hubs_do_not_confirm(number: int, callback: str, now: datetime) -> Notice:
    """Hubs seem not to reach us."""
    feeds = "a feed" if number == 1 else f"{number:,} feeds"
    text = (
        f"Hubs were asked several times to push what is new in {feeds}, and none has confirmed it: "
        f"probably they do not reach {callback} (`callback` in [websub]). They are asked again, "
        "less often; feeds are polled as they are without hubs."
    )
    return _notice("websub", "Hubs do not reach monitor", text, now)


def feeds_in_trouble(
    troubled: Sequence[FeedState], well: Sequence[FeedState], now: datetime
) -> Notice:
    """Feeds got into serious trouble, or out of it: that of their `incident`."""
    number = len(troubled) or len(well)
    title = f"{counted(number, 'feed')} {'in trouble' if troubled else 'well again'}"
    lines = [
        *(f"• {feed.name}: {_incident(feed)}" for feed in troubled),
        *(f"• {feed.name} is well again (it was {_incident(feed)})" for feed in well),
    ]
    return _notice("feeds", title, "\n".join(_some(lines, _MOST_INCIDENTS)), now)


@dataclass(frozen=True, slots=True)
class LastDay:
    """How a day went."""

    feeds: int
    failing: Sequence[FeedState]
    articles: int
    matches: int
    alerts: int
    dead: int
    """Deliveries that are given up and not replayed, whenever that was."""
    channels: Sequence[ChannelState]
    """Those that take nothing."""


def feeds_bounded(bounded: Sequence[tuple[str, FeedDay]], now: datetime) -> Notice:
    """Feeds that list more than is kept of one in a day."""
    text = (
        "All that they say was matched. How much is kept of a feed in a day is set by "
        "storage.max_feed_entries and storage.max_feed_bytes."
    )
    lines = _some([f"• {name} {not_all_kept(day)}" for name, day in bounded], _MOST_INCIDENTS)
    title = f"{counted(len(bounded), 'feed')} not kept as a whole"
    return _notice("feed-bounds", title, "\n".join([text, "", *lines]), now)


def proof_of_life(day: LastDay, now: datetime) -> Notice:
    """How the last day went, so that silence is never mistaken for peace."""
    lines = [
        f"{counted(day.feeds - len(day.failing), 'feed')} well, {len(day.failing):,} failing, "
        f"{counted(day.articles, 'article')} read, {counted(day.matches, 'match', 'matches')}, "
        f"{counted(day.alerts, 'alert')} in the last 24 hours."
    ]
    if day.dead:
        verb = "is" if day.dead == 1 else "are"
        said = counted(day.dead, "delivery", "deliveries")
        lines.append(f"{said} {verb} dead: see `monitor alerts list --stuck`.")
    lines += [
        f"• The channel {each.name} takes no messages: {each.last_error}" for each in day.channels
    ]
    lines += _some([f"• {feed.name}: {feed.last_error}" for feed in day.failing], _MOST_FAILING)
    return _notice("proof-of-life", "monitor is alive", "\n".join(lines), now)


def _some(lines: list[str], most: int) -> list[str]:
    left = len(lines) - most
    more = [f"• and {left} more: see `monitor feeds list --failing`."] if left > 0 else []
    return [*lines[:most], *more]


def _incident(feed: FeedState) -> str:
    return "well" if feed.incident is None else incident_in_words(feed.incident)


def _notice(kind: str, title: str, text: str, now: datetime) -> Notice:
    key = f"{kind}\n{text}\n{now.isoformat()}"
    return Notice(hashlib.sha256(key.encode()).hexdigest()[:20], kind, title, text, now)
