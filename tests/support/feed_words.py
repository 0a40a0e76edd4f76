"""What people would read of a feed and its hub."""

from __future__ import annotations

from monitor.messages.feeds import hub_fault, poll_reason
from monitor.model.feed import FeedState, HubSubscription
from tests.support.clock import MONDAY


def why(state: FeedState) -> str:
    """Why it is polled when it is, read when it was last polled."""
    return poll_reason(state.next_reason, state.last_polled or MONDAY)


def fault(hub: HubSubscription) -> str | None:
    """Why its hub does not push."""
    return None if hub.fault is None else hub_fault(hub.fault)
