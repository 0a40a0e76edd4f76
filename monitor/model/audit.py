"""What people change through the page and the API, as it is recorded."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Source(enum.StrEnum):
    """Which way a change came."""

    PAGE = "page"
    API = "api"
    LINK = "link"
    """By a signed link in a message."""
    SLACK = "slack"
    COMMAND = "command"


class Action(enum.StrEnum):
    """What was done; stored, so that names stay as they are."""

    LOGGED_IN = "logged-in"
    LOGIN_REFUSED = "login-refused"
    LOGGED_OUT = "logged-out"
    JUDGED = "judged"
    VERDICT_UNDONE = "verdict-undone"
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGEMENT_UNDONE = "acknowledgement-undone"
    SILENCED = "silenced"
    SILENCE_ENDED = "silence-ended"
    SILENCE_EXTENDED = "silence-extended"
    FEED_ADDED = "feed-added"
    FEED_REMOVED = "feed-removed"
    CONFIG_CHANGED = "config-changed"
    RETRIED = "retried"
    REROUTED = "rerouted"
    TOKEN_ADDED = "token-added"  # noqa: S105 - a kind
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - a kind
    BACKTESTED = "backtested"
    MERGED = "merged"
    MERGE_UNDONE = "merge-undone"
    SPLIT = "split"
    SPLIT_UNDONE = "split-undone"
    EARLIER_TOLD = "earlier-told"
    EARLIER_DISMISSED = "earlier-dismissed"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody did through the page or the API."""

    at: datetime
    person: str
    source: Source
    action: Action
    subject: str
    """What it was done to: a story's number, a feed's address."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0
