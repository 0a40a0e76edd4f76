"""Links from messages to the page: where they lead, and what they are to do there."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class LinkAction(enum.StrEnum):
    """What a link asks for; it stands in the link, so that names stay as they are."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not-relevant"
    ACKNOWLEDGE = "on-it"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to the page."""

    url: str
    action: LinkAction | None
    """None for the story itself."""
