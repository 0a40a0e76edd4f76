"""A token: what a program shows to use the API."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class Scope(enum.StrEnum):
    """What a token lets do; each lets do what those before it do."""

    READ = "read"
    JUDGE = "judge"
    """Say what a story was worth, acknowledge, silence."""
    ADMIN = "admin"
    """Send again what was not sent."""

    def includes(self, other: Scope) -> bool:
        """Whether it lets do what another does."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out; the token itself is kept nowhere."""

    name: str
    scope: Scope
    author: str
    """Who made it."""
    created: datetime
    used: datetime | None = None
    """When it was last shown, to a few minutes."""
