"""Is it the feeds that fail, or our own way to the network?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.errors import FetchError, MonitorError
from monitor.ip_ranges import special
from monitor.model.feed import DEAD_AFTER

#: So many hosts in a row that cannot be reached, and none that can, are no coincidence.
HOSTS = 5
#: Where fewer are asked at all, all of them; but of two both may well be down.
FEWEST = 3
#: Failures that our own network can cause; a server's refusal, say, is not one.
_OURS = {"dns", "connect", "timeout"}


#: Names that are looked up, if at all, in one's own network (RFC 6761, 6762, 8375, 9476).
_NEAR = (".localhost", ".local", ".home.arpa", ".internal", ".lan")


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The hosts whose answers tell whether our way to the network is open."""

    count: int = HOSTS
    near: bool = True
    """Those on this machine or in its own network count: no feed is anywhere else."""

    def hear(self, url: str) -> bool:
        """Whether a feed's host is one of them."""
        return self.near or not is_near_feed(url)


def witnesses(urls: Iterable[str]) -> Witnesses:
    """Those of some feeds: what answers on this machine says nothing while others are asked."""
    hosts = {_host(url) for url in urls}
    far = sum(not is_near(each) for each in hosts)
    return Witnesses(far or len(hosts), near=not far)


def is_near_feed(url: str) -> bool:
    """The same of the host that an address names."""
    return is_near(_host(url))


def is_near(host: str) -> bool:
    """Whether a host is on this machine or in its own network, as far as its name tells."""
    try:
        return special(ip_address(host)) is not None
    except ValueError:
        return "." not in host or host.endswith(_NEAR)


class Uplink:
    """Watches the outcome of every poll; call `reached` or `failed` with each."""

    def __init__(self) -> None:
        self._unreachable: set[str] = set()
        self._dead: set[str] = set()
        self._hosts = Witnesses()

    @property
    def down(self) -> bool:
        """Whether it is our network that fails."""
        alive = self._hosts.count - len(self._dead)
        return len(self._unreachable) >= max(FEWEST, min(HOSTS, alive))

    @property
    def unreachable(self) -> frozenset[str]:
        """The hosts that could not be reached since any could."""
        return frozenset(self._unreachable)

    def not_back(self, unreachable: Iterable[str]) -> None:
        """Take it back that the network is back: nothing could be done about it yet."""
        self._unreachable.update(unreachable)

    def resume(self, unreachable: Iterable[str], hosts: Witnesses) -> None:
        """Go on where an earlier process ended: with the hosts that it could not reach at last."""
        self._hosts = hosts
        self._unreachable = {each for each in unreachable if hosts.near or not is_near(each)}

    def reached(self, url: str | None = None) -> None:
        """A server answered, if only to refuse."""
        if url is not None and not self._hosts.hear(url):
            return
        self._unreachable.clear()
        self._dead.discard(_host(url or ""))

    def failed(
        self, url: str, error: MonitorError, hosts: Witnesses | None = None, times: int = 0
    ) -> None:
        """A feed could not be polled.

        Args:
            url: its address.
            error: why.
            hosts: whose feeds are subscribed, if that has changed.
            times: how often in a row it had failed before, while others could be reached.
        """
        self._hosts = hosts or self._hosts
        if not self._hosts.hear(url):
            return
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
