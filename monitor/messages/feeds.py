"""How a feed and its hub are doing, in words: for commands and for what operators are told."""

from __future__ import annotations

from datetime import datetime

from monitor.model.feed import (
    HubFault,
    HubFaultKind,
    Incident,
    IncidentKind,
    PollReason,
    PollReasonKind,
)
from monitor.wording import every, exactly, in_words, moment

_POLL_REASONS = {
    PollReasonKind.NEW: "it is new",
    PollReasonKind.INTERVAL: "{often}",
    PollReasonKind.RHYTHM: "it publishes about {rhythm}, so {often}",
    PollReasonKind.DROPS_ENTRIES: "it dropped entries between polls, so {often}",
    PollReasonKind.PUSHED: "its hub pushes, so it is only polled {often}",
    PollReasonKind.TTL: "its publisher asks for {span} between polls",
    PollReasonKind.FRESH: "its server says that nothing changes for {span}",
    PollReasonKind.FAILED: "failed {times}, waiting {span}",
    PollReasonKind.RETRY_AFTER: "the server asked to wait {until}",
    PollReasonKind.HELD: "its host asked to wait {until}",
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
