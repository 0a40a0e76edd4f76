"""How a feed is doing, in words: for `monitor feeds list` and `show`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.cli.context import shown
from monitor.cli.inspect import local_time

if TYPE_CHECKING:
    from monitor.model.feed import FeedState, HubSubscription, Move


def health(state: FeedState) -> str:
    """How its last polls went."""
    if state.stopped:
        return f"gone: {state.last_error}"
    if state.failures:
        times = "once" if state.failures == 1 else f"{state.failures} times"
        return f"failed {times}: {state.last_error}"
    if state.last_error:
        # Our own network is at fault, which counts as no failure of the feed's.
        return f"not reached{'' if state.last_ok else ' yet'}: {state.last_error}"
    if state.last_polled is None:
        return "not polled yet"
    return "; ".join(("faulty but readable", *state.problems)) if state.problems else "well"


def why(state: FeedState, hub: HubSubscription | None) -> str:
    """Why it is polled when it is."""
    from monitor.feeds.politeness import in_words, waits_for_pushes

    if hub is None or hub.last_push is None or not waits_for_pushes(state):
        return state.next_reason
    return f"{state.next_reason}; last push {in_words(datetime.now(UTC) - hub.last_push)} ago"


def when_next(state: FeedState, hub: HubSubscription | None) -> str:
    """When it is polled next, and why then."""
    if state.stopped or state.next_poll is None:
        return f"never: {state.next_reason.removeprefix('stopped: ')}"
    moment = state.next_poll.astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    at = f"{moment:%H:%M}" if today else f"{moment:%Y-%m-%d %H:%M}"
    reason = why(state, hub) or "it is new"
    if reason.startswith("every"):
        reason = f"it is polled {reason}"
    elif reason.startswith("failed"):
        reason = f"it {reason}"
    return f"at {at} because {reason}"


def pushed(hub: HubSubscription) -> str:
    """How it stands with a feed's hub."""
    from monitor.feeds.politeness import in_words

    now = datetime.now(UTC)
    if hub.active(now):
        parts = [f"by {shown(hub.hub)} until {local_time(hub.lease_end)}"]
        if hub.last_push is None:
            parts.append("nothing so far")
        else:
            times = "once" if hub.pushes == 1 else f"{hub.pushes:,} times, last"
            parts.append(f"{times} {in_words(now - hub.last_push)} ago")
        if hub.missed is not None:
            parts.append(f"a poll found what it had not pushed ({local_time(hub.missed)})")
    elif hub.awaits_confirmation():
        parts = [f"not yet: {shown(hub.hub)} was asked and has not confirmed it"]
    else:
        parts = [f"not by {shown(hub.hub)}: {hub.last_error or 'it has not been asked yet'}"]
    if hub.active(now) and hub.last_error:
        parts.append(hub.last_error)
    if hub.refused:
        parts.append(f"{hub.refused:,} without a valid signature ignored")
    return "; ".join(parts)


def hub_json(hub: HubSubscription) -> dict[str, Any]:
    """The same for scripts, without what only the hub may know."""
    facts = asdict(hub)
    for name in ("id", "feed_id", "token", "secret", "callback", "wanted"):
        del facts[name]
    return {**facts, "hub": shown(hub.hub), "active": hub.active(datetime.now(UTC))}


def moved(move: Move) -> str:
    """Where its server says that it is now."""
    if move.confirmed is None:
        return f"{shown(move.to)} (the server says for good, since {local_time(move.since)})"
    since = local_time(move.confirmed)
    return f"{shown(move.to)} for good: asked there since {since}; please change its `url`"


def validators(state: FeedState) -> str:
    """What its server gave to ask whether it has changed."""
    given = (("ETag", state.validators.etag), ("Last-Modified", state.validators.last_modified))
    return ", ".join(f"{name} {value}" for name, value in given if value) or "none"
