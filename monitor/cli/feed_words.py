"""How a feed is doing, in words: for `monitor feeds list` and `show`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.cli.printing import local_time, shown
from monitor.messages import feeds as messages
from monitor.model.feed import PollReasonKind
from monitor.wording import in_words

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
    said = messages.poll_reason(state.next_reason, datetime.now(UTC))
    if hub is None or hub.last_push is None or state.next_reason.kind is not PollReasonKind.PUSHED:
        return said
    return f"{said}; last push {in_words(datetime.now(UTC) - hub.last_push)} ago"


def when_next(state: FeedState, hub: HubSubscription | None) -> str:
    """When it is polled next, and why then."""
    reason = state.next_reason.kind
    if state.stopped or state.next_poll is None or reason is PollReasonKind.GONE:
        return "never: the server said that the feed is gone for good (410)"
    moment = state.next_poll.astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    at = f"{moment:%H:%M}" if today else f"{moment:%Y-%m-%d %H:%M}"
    said = why(state, hub)
    if reason is PollReasonKind.INTERVAL:
        said = f"it is polled {said}"
    elif reason is PollReasonKind.FAILED:
        said = f"it {said}"
    return f"at {at} because {said}"


def pushed(hub: HubSubscription) -> str:
    """How it stands with a feed's hub."""
    now = datetime.now(UTC)
    said = hub.fault and messages.hub_fault(hub.fault)
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
        parts = [f"not by {shown(hub.hub)}: {said or 'it has not been asked yet'}"]
    if hub.active(now) and said:
        parts.append(said)
    if hub.refused:
        parts.append(f"{hub.refused:,} without a valid signature ignored")
    return "; ".join(parts)


def hub_json(hub: HubSubscription) -> dict[str, Any]:
    """The same for scripts, without what only the hub may know."""
    facts = asdict(hub)
    for name in ("id", "feed_id", "token", "secret", "callback", "wanted", "fault"):
        del facts[name]
    said = hub.fault and messages.hub_fault(hub.fault)
    return {
        **facts,
        "last_error": said,
        "hub": shown(hub.hub),
        "active": hub.active(datetime.now(UTC)),
    }


def state_json(state: FeedState) -> dict[str, Any]:
    """How a feed is doing, for scripts."""
    return {
        **asdict(state),
        "next_reason": messages.poll_reason(state.next_reason, datetime.now(UTC)),
        "incident": state.incident and messages.incident(state.incident),
    }


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
