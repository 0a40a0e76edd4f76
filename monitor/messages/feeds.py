"""How a feed and its hub are doing, in words: for commands and for what operators are told."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model.feed import (
    FeedDay,
    FeedState,
    HubFault,
    HubFaultKind,
    HubSubscription,
    Incident,
    IncidentKind,
    Move,
    PollReason,
    PollReasonKind,
)
from monitor.wording import counted, every, exactly, in_words, moment

_POLL_REASONS = {
    PollReasonKind.NEW: "it is new",
    PollReasonKind.INTERVAL: "{often}",
    PollReasonKind.RHYTHM: "it publishes about {rhythm}, so {often}",
    PollReasonKind.HOURS: "it publishes about {rhythm} at this time of the week, so {often}",
    PollReasonKind.BREAKING: "a story breaks that it may tell more of, so {often} {until}",
    PollReasonKind.DROPS_ENTRIES: "it dropped entries between polls, so {often}",
    PollReasonKind.PUSHED: "its hub pushes, so it is only polled {often}",
    PollReasonKind.TTL: "its publisher asks for {span} between polls",
    PollReasonKind.FRESH: "its server says that nothing changes for {span}",
    PollReasonKind.FAILED: "failed {times}, waiting {span}",
    PollReasonKind.RETRY_AFTER: "the server asked to wait {until}",
    PollReasonKind.HELD: "its host asked to wait {until}",
    PollReasonKind.NETWORK: "the network was away when it was last asked",
    PollReasonKind.GONE: "stopped: the server said that the feed is gone for good (410)",
    PollReasonKind.INTERVAL_SHORTENED: "its interval was shortened",
    PollReasonKind.UNREADABLE_PUSH: "its hub pushed something that cannot be read",
}


def poll_reason(reason: PollReason, now: datetime) -> str:
    """Why a feed is polled when it is, such as "its publisher asks for 2 hours between polls".

    Args:
        reason: what decided it.
        now: to say a moment of another day with its day.
    """
    said = _POLL_REASONS[reason.kind].format(
        often=every(reason.every) if reason.every else "as before",
        span=exactly(reason.every) if reason.every else "a while",
        rhythm=every(reason.rhythm) if reason.rhythm else "as before",
        times="once" if reason.failures <= 1 else f"{reason.failures} times",
        until=f"until {moment(reason.until, now)}" if reason.until else "a while",
    )
    if reason.not_before is None:
        return said
    return f"{said}, and not before {moment(reason.not_before, now)}, as its publisher asks"


def not_all_kept(day: FeedDay) -> str:
    """What is not kept of a feed today."""
    said = []
    if day.shortened:
        said.append(f"only the beginning and the proofs of {counted(day.shortened, 'text')}")
    if day.left_out:
        said.append(f"nothing of {counted(day.left_out, 'entry', 'entries')} that alert nobody")
    so_far = f"{counted(day.entries, 'new entry', 'new entries')}, {day.bytes / 2**20:.0f} MiB"
    return f"lists more than is kept of a feed in a day ({so_far}): kept is {' and '.join(said)}"


def incident(incident: Incident) -> str:
    """What is wrong with a feed, such as "failing for 2 days: the server answered 500"."""
    lasting = "a while" if incident.lasting is None else in_words(incident.lasting)
    match incident.kind:
        case IncidentKind.GONE:
            return f"gone for good: {incident.error}"
        case IncidentKind.FAILING:
            return f"failing for {lasting}: {incident.error}"
        case IncidentKind.SILENT if incident.rhythm is not None:
            often = f"every {in_words(incident.rhythm).removeprefix('1 ')}"
            return f"silent for {lasting}, though it used to publish {often}"
        case IncidentKind.SILENT:
            return f"silent for {lasting}"


def hub_fault(fault: HubFault) -> str:
    """Why a hub does not push."""
    match fault.kind:
        case HubFaultKind.NOT_CONFIRMED:
            return (
                "it was asked and did not confirm that within 15 minutes: it may not reach the "
                "address in websub.callback"
            )
        case HubFaultKind.UNREADABLE:
            return f"what it pushed cannot be read: {fault.detail}"
        case HubFaultKind.DENIED:
            return f"it refused: {fault.detail}" if fault.detail else "it refused"
        case HubFaultKind.FAILED:
            return fault.detail


def health(state: FeedState) -> str:
    """How its last polls went."""
    if state.stopped:
        return f"gone: {state.last_error}"
    if state.failures:
        times = "once" if state.failures == 1 else f"{state.failures} times"
        return f"failed {times}: {state.last_error}"
    if state.has_failed:
        # Our own network is at fault, which counts as no failure of the feed's.
        return f"not reached{'' if state.last_ok else ' yet'}: {state.last_error}"
    if state.last_polled is None:
        return "not polled yet"
    return "; ".join(("faulty but readable", *state.problems)) if state.problems else "well"


def why(state: FeedState, hub: HubSubscription | None) -> str:
    """Why it is polled when it is."""
    said = poll_reason(state.next_reason, datetime.now(UTC))
    if hub is None or hub.last_push is None or state.next_reason.kind is not PollReasonKind.PUSHED:
        return said
    return f"{said}; last push {in_words(datetime.now(UTC) - hub.last_push)} ago"


def when_next(state: FeedState, hub: HubSubscription | None) -> str:
    """When it is polled next, and why then."""
    reason = state.next_reason.kind
    if state.stopped or state.next_poll is None or reason is PollReasonKind.GONE:
        return "never: the server said that the feed is gone for good (410)"
    local = state.next_poll.astimezone()
    today = local.date() == datetime.now().astimezone().date()
    at = f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"
    said = why(state, hub)
    if reason is PollReasonKind.INTERVAL:
        said = f"it is polled {said}"
    elif reason is PollReasonKind.FAILED:
        said = f"it {said}"
    return f"at {at} because {said}"


def pushed(hub: HubSubscription) -> str:
    """How it stands with a feed's hub."""
    now = datetime.now(UTC)
    said = hub.fault and hub_fault(hub.fault)
    if hub.active(now):
        parts = [f"by {hub.hub} until {_local(hub.lease_end)}"]
        if hub.last_push is None:
            parts.append("nothing so far")
        else:
            times = "once" if hub.pushes == 1 else f"{hub.pushes:,} times, last"
            parts.append(f"{times} {in_words(now - hub.last_push)} ago")
        if hub.missed is not None:
            parts.append(f"a poll found what it had not pushed ({_local(hub.missed)})")
    elif hub.awaits_confirmation():
        parts = [f"not yet: {hub.hub} was asked and has not confirmed it"]
    else:
        parts = [f"not by {hub.hub}: {said or 'it has not been asked yet'}"]
    if hub.active(now) and said:
        parts.append(said)
    if hub.refused:
        parts.append(f"{hub.refused:,} without a valid signature ignored")
    return "; ".join(parts)


def moved(move: Move) -> str:
    """Where its server says that it is now."""
    if move.confirmed is None:
        return f"{move.to} (the server says for good, since {_local(move.since)})"
    since = _local(move.confirmed)
    return f"{move.to} for good: asked there since {since}; please change its `url`"


def validators(state: FeedState) -> str:
    """What its server gave to ask whether it has changed."""
    given = (("ETag", state.validators.etag), ("Last-Modified", state.validators.last_modified))
    return ", ".join(f"{name} {value}" for name, value in given if value) or "none"


def _local(when: datetime | None) -> str:
    return "" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")
