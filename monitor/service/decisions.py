"""What people decide about stories, as it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.errors import UsageError
from monitor.model.audit import Action


class GoneError(UsageError):
    """What is to be taken back is no longer as it was left."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was decided."""

    change: int | None
    """The number by which it is taken back; None when it was so before."""
    action: Action
    story: int
    by: str
    """Who decided it: somebody else, when it was so before."""
    number: int = 0
    """How many messages it holds back, how many people are spared, or how many stories it is of."""
    others: tuple[int, ...] = ()
    """All the stories, where it was decided of several at once."""
