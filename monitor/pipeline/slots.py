"""Who may begin: so much at once, and so much of it with one host.

A host that hangs holds what is begun with it for as long as a request may take. If it could take
every slot, nobody else would be asked meanwhile. Nor may all those that failed when they were last
asked, on however many hosts: they may well hang again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Bounds(NamedTuple):
    """How much may be under way."""

    overall: int
    per_host: int


@dataclass(frozen=True, slots=True)
class Room:
    """What is free at a moment, to look in the database for what may take it."""

    free: int
    per_host: int
    under_way: frozenset[int]
    """By id."""
    hosts: dict[str, int]
    """How much is under way with each."""
    doubtful: int
    """How much may begin of what failed last time."""

    @property
    def full_hosts(self) -> list[str]:
        """The hosts with which nothing more may begin."""
        return [host for host, count in self.hosts.items() if count >= self.per_host]


class Slots:
    """What is under way, by id.

    Args:
        bounds: asked every time, as a new configuration may change them.
    """

    def __init__(self, bounds: Callable[[], Bounds]) -> None:
        self._bounds = bounds
        self._under_way: dict[int, str | None] = {}
        self._hosts: Counter[str] = Counter()
        self._doubtful: set[int] = set()

    def room(self) -> Room:
        """What is free now."""
        overall, per_host = self._bounds()
        free = max(0, overall - len(self._under_way))
        doubtful = max(0, _share(overall) - len(self._doubtful))
        return Room(free, per_host, frozenset(self._under_way), dict(self._hosts), doubtful)

    def take(self, number: int, host: str | None, *, doubtful: bool = False) -> bool:
        """Take a slot, if there is one and this is not under way already.

        Args:
            number: the id of what begins.
            host: whom it will keep busy; None for nobody.
            doubtful: whether it failed last time.
        """
        overall, per_host = self._bounds()
        if number in self._under_way or len(self._under_way) >= overall:
            return False
        if doubtful and len(self._doubtful) >= _share(overall):
            return False
        if host is not None:
            if self._hosts[host] >= per_host:
                return False
            self._hosts[host] += 1
        self._under_way[number] = host
        if doubtful:
            self._doubtful.add(number)
        return True

    def release(self, number: int) -> bool:
        """Give a slot back; whether somebody else may have had to wait for it."""
        overall, per_host = self._bounds()
        was_full = len(self._under_way) >= overall
        if number in self._doubtful:
            was_full = was_full or len(self._doubtful) >= _share(overall)
            self._doubtful.remove(number)
        host = self._under_way.pop(number)
        if host is None:
            return was_full
        was_full = was_full or self._hosts[host] >= per_host
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        return was_full


def _share(overall: int) -> int:
    """How many of the slots may be taken by what failed last time."""
    return max(1, overall // 2)
