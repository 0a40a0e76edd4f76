"""What operators are told of the daemon itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from monitor.feeds.politeness import incident_of
from monitor.model.alert import Notice
from monitor.model.delivery import ChannelState, DeliveryStatus
from monitor.model.feed import FeedState, Move
from monitor.store import alerts, articles, channels, feeds, matches
from monitor.store.deliveries import lookups as deliveries


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


def network_trouble(*, down: bool, now: datetime) -> Notice:
    """Our own network went away, or came back."""
    if down:
        text = (
            "Feeds on several hosts in a row could not be reached and none could: it is this "
            "machine's network or name server. Their failures are not counted, and they are "
            "tried again all the time."
        )
        return _notice("network", "The network cannot be reached", text, now)
    return _notice("network", "The network is back", "A feed could be reached again.", now)


def channel_trouble(state: ChannelState, now: datetime) -> Notice:
    """A channel has taken nothing for a while."""
    text = (
        f"It has taken no message for {_minutes(state, now)} minutes: {state.last_error}. What "
        "waits for it is not lost, and it is tried again all the time; see "
        "`monitor alerts list --stuck`."
    )
    return _notice("channel", f"{state.name} takes no messages", text, now)


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


def feed_incidents(connection: Connection, now: datetime) -> Notice | None:
    """Feeds that got into serious trouble, or out of it, since this was last called.

    Each is told once, and once more when it is well again; all of them in one notice. None
    when there is nothing to tell.
    """
    troubled, well = [], []
    for state in feeds.everything(connection):
        incident = incident_of(state, now)
        if incident is not None and state.incident is None:
            troubled.append(f"• {state.name}: {incident}")
        elif incident is None and state.incident is not None:
            well.append(f"• {state.name} is well again (it was {state.incident})")
        else:
            continue
        feeds.set_incident(connection, state.id, incident)
    if not troubled and not well:
        return None
    number = len(troubled) or len(well)
    noun = "feed" if number == 1 else "feeds"
    title = f"{number} {noun} in trouble" if troubled else f"{number} {noun} well again"
    shown = [*troubled, *well]
    lines = shown[:30]
    if len(shown) > len(lines):
        lines.append(f"• and {len(shown) - len(lines)} more: see `monitor feeds list --failing`.")
    return _notice("feeds", title, "\n".join(lines), now)


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


def proof_of_life(connection: Connection, now: datetime) -> Notice:
    """How the last day went, so that silence is never mistaken for peace."""
    since = now - timedelta(hours=24)
    states = feeds.everything(connection)
    failing = [state for state in states if state.failures or state.stopped]
    read = articles.count(connection, since)
    found = matches.count(connection, since)
    told = alerts.count(connection, since)
    waiting = deliveries.counts(connection)
    lines = [
        f"{_count(len(states) - len(failing), 'feed')} well, {len(failing):,} failing, "
        f"{_count(read, 'article')} read, {_count(found, 'match', 'matches')}, "
        f"{_count(told, 'alert')} in the last 24 hours."
    ]
    if dead := waiting[DeliveryStatus.DEAD]:
        verb = "is" if dead == 1 else "are"
        said = _count(dead, "delivery", "deliveries")
        lines.append(f"{said} {verb} dead: see `monitor alerts list --stuck`.")
    lines += [
        f"• The channel {state.name} takes no messages: {state.last_error}"
        for state in channels.states(connection).values()
    ]
    lines += [f"• {state.name}: {state.last_error}" for state in failing[:20]]
    if len(failing) > 20:
        lines.append(f"• and {len(failing) - 20} more: see `monitor feeds list --failing`.")
    return _notice("proof-of-life", "monitor is alive", "\n".join(lines), now)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _notice(kind: str, title: str, text: str, now: datetime) -> Notice:
    key = f"{kind}\n{text}\n{now.isoformat()}"
    return Notice(hashlib.sha256(key.encode()).hexdigest()[:20], kind, title, text, now)
