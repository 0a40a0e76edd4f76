"""Is it the feeds that fail, or our own way to the network?"""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.errors import FetchError, MonitorError

#: So many hosts in a row that cannot be reached, and none that can, are no coincidence.
HOSTS = 5
#: Failures that our own network can cause; a server's refusal, say, is not one.
_OURS = {"dns", "connect", "timeout"}


class Uplink:
    """Watches the outcome of every poll; call `reached` or `failed` with each."""

    def __init__(self) -> None:
        self._unreachable: set[str] = set()

    @property
    def down(self) -> bool:
        """Whether it is our network that fails."""
        return len(self._unreachable) >= HOSTS

    def reached(self) -> None:
        """A server answered, if only to refuse."""
        self._unreachable.clear()

    def failed(self, url: str, error: MonitorError) -> None:
        """A feed could not be polled."""
        if not isinstance(error, FetchError):
            # It was fetched, and turned out not to be a feed.
            self.reached()
        elif error.kind in _OURS:
            self._unreachable.add(urlsplit(url).hostname or url)
        elif error.kind == "http":
            self.reached()
