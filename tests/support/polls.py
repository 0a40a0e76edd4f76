"""Polls that are planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.config.schema import Polling
from monitor.feeds.politeness import (
    NextPoll,
)
from monitor.messages.feeds import poll_reason

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)


POLLING = Polling()  # every 15 minutes, between 5 minutes and a day


MINUTE = timedelta(minutes=1)


def why(poll: NextPoll) -> str:
    return poll_reason(poll.reason, NOW)


def wait(poll: NextPoll) -> timedelta:
    assert poll.at is not None
    return poll.at - NOW
