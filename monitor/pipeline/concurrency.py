"""Who may begin: so much at once, and so much of it with one host.

A host that hangs holds what is begun with it for as long as a request may take. If it could take
every slot, nobody else would be asked meanwhile. Nor may all those that failed when they were last
asked, on however many hosts: they may well hang again. Nor may the pages that one feed lists, on
however many hosts: whoever writes it may have chosen hosts that never answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Bounds(NamedTuple):
    """How much may be under way."""

    overall: int
    per_host: int
    per_feed: int | None = None
    """Of what feeds list; without it a feed may take all."""


def for_pages(overall: int, per_host: int) -> Bounds:
    """So many pages at a time, a quarter of them for what any one feed lists."""
    return Bounds(overall, per_host, max(per_host, overall // 4))


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
    full_feeds: tuple[int, ...] = ()
    """By id, the feeds of whose pages nothing more may begin."""

    @property
    def full_hosts(self) -> list[str]:
        """The hosts with which nothing more may begin."""
        return [host for host, count in self.hosts.items() if count >= self.per_host]

    def admits(self, host: str | None, feed: int) -> bool:
        """Whether one that keeps a host busy for a feed may begin."""
        kept_waiting = host in self.full_hosts or feed in self.full_feeds
        return self.free > 0 and (host is None or not kept_waiting)


class Slots:
    """What is under way, by id.

    Args:
        bounds: asked every time, as a new configuration may change them.
    """

    def __init__(self, bounds: Callable[[], Bounds]) -> None:
        self._bounds = bounds
        self._under_way: dict[int, tuple[str | None, int | None]] = {}
        self._hosts: Counter[str] = Counter()
        self._feeds: Counter[int] = Counter()
        self._doubtful: set[int] = set()

    def room(self) -> Room:
        """What is free now."""
        overall, per_host, per_feed = self._bounds()
        free = max(0, overall - len(self._under_way))
        doubtful = max(0, _share(overall) - len(self._doubtful))
        full = () if per_feed is None else (f for f, n in self._feeds.items() if n >= per_feed)
        under_way = frozenset(self._under_way)
        return Room(free, per_host, under_way, dict(self._hosts), doubtful, tuple(full))

    @property
    def is_half_free(self) -> bool:
        """Whether at least half of all slots are free."""
        return len(self._under_way) * 2 <= self._bounds().overall

    def take(
        self, number: int, host: str | None, *, feed: int | None = None, doubtful: bool = False
    ) -> bool:
        """Take a slot, if there is one and this is not under way already.

        Args:
            number: the id of what begins.
            host: whom it will keep busy; None for nobody.
            feed: the feed that lists it, by id, if it keeps a host busy for that.
            doubtful: whether it failed last time.
        """
        overall, per_host, per_feed = self._bounds()
        if number in self._under_way or len(self._under_way) >= overall:
            return False
        if doubtful and len(self._doubtful) >= _share(overall):
            return False
        if host is None:
            feed = None
        elif self._hosts[host] >= per_host:
            return False
        if feed is not None and per_feed is not None and self._feeds[feed] >= per_feed:
            return False
        if host is not None:
            self._hosts[host] += 1
        if feed is not None:
            self._feeds[feed] += 1
        self._under_way[number] = host, feed
        if doubtful:
            self._doubtful.add(number)
        return True

    def release(self, number: int) -> bool:
        """Give a slot back; whether somebody else may have had to wait for it."""
        overall, per_host, per_feed = self._bounds()
        was_full = len(self._under_way) >= overall
        if number in self._doubtful:
            was_full = was_full or len(self._doubtful) >= _share(overall)
            self._doubtful.remove(number)
        host, feed = self._under_way.pop(number)
        if host is not None:
            was_full = was_full or self._hosts[host] >= per_host
            _take_one(self._hosts, host)
        if feed is not None:
            was_full = was_full or (per_feed is not None and self._feeds[feed] >= per_feed)
            _take_one(self._feeds, feed)
        return was_full


def _take_one(counts: Counter[T], key: T) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def _share(overall: int) -> int:
    """How many of the slots may be taken by what failed last time."""
    return max(1, overall // 2)
