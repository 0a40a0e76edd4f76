"""Is it the feeds that fail, or our own way to the network?"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from monitor.errors import FetchError, MonitorError
from monitor.model.feed import DEAD_AFTER

#: So many hosts in a row that cannot be reached, and none that can, are no coincidence.
HOSTS = 5
#: Where fewer are asked at all, all of them; but of two both may well be down.
FEWEST = 3
#: Failures that our own network can cause; a server's refusal, say, is not one.
_OURS = {"dns", "connect", "timeout"}


class Uplink:
    """Watches the outcome of every poll; call `reached` or `failed` with each."""

    def __init__(self) -> None:
        self._unreachable: set[str] = set()
        self._dead: set[str] = set()
        self._hosts = HOSTS

    @property
    def down(self) -> bool:
        """Whether it is our network that fails."""
        alive = self._hosts - len(self._dead)
        return len(self._unreachable) >= max(FEWEST, min(HOSTS, alive))

    @property
    def unreachable(self) -> frozenset[str]:
        """The hosts that could not be reached since any could."""
        return frozenset(self._unreachable)

    def not_back(self, unreachable: Iterable[str]) -> None:
        """Take it back that the network is back: nothing could be done about it yet."""
        self._unreachable.update(unreachable)

    def resume(self, unreachable: Iterable[str], hosts: int) -> None:
        """Go on where an earlier process ended: with the hosts that it could not reach at last."""
        self._hosts = hosts
        self._unreachable = set(unreachable)

    def reached(self, url: str | None = None) -> None:
        """A server answered, if only to refuse."""
        self._unreachable.clear()
        self._dead.discard(_host(url or ""))

    def failed(self, url: str, error: MonitorError, hosts: int = HOSTS, times: int = 0) -> None:
        """A feed could not be polled.

        Args:
            url: its address.
            error: why.
            hosts: how many hosts have feeds that are subscribed.
            times: how often in a row it had failed before, while others could be reached.
        """
        self._hosts = hosts
        if is_unreachable(error):
            # Of a host that is dead by itself nothing can be learnt of ours. Whoever owns many
            # such hosts could make an outage of them.
            (self._dead if times >= DEAD_AFTER else self._unreachable).add(_host(url))
        elif not isinstance(error, FetchError) or error.kind == "http":
            # It was fetched, and turned out not to be a feed; or its server refused.
            self.reached()


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def is_unreachable(error: MonitorError) -> bool:
    """Whether a feed's host could not be reached, for which our own network may be to blame."""
    return isinstance(error, FetchError) and error.kind in _OURS
