"""A dead man's switch: a web address is asked for as long as all is well.

What watches over us must not depend on us. A service such as Healthchecks.io raises the alarm
when the ping stays away, whatever the reason: a dead machine, a lost network, a hung process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from monitor.config.schema import Config, Feed
from monitor.errors import MonitorError
from monitor.logs import get_logger

#: A ping that failed is tried again after so long, or its alarm would be a false one.
AGAIN_AFTER = timedelta(minutes=1)
#: The answer says nothing that matters.
MAX_BYTES = 2**20

log = get_logger(__name__)


class DeadMansSwitch:
    """Pings `operations.ping` every `operations.ping_every`, and at once when it gets worse.

    Args:
        clock: seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = 0.0
        self._was_well = True
        self._address: str | None = None

    def is_due(self, config: Config, *, well: bool) -> bool:
        """Whether to ping now."""
        address = config.operations.ping
        if address is None:
            return False
        changed = address != self._address or well != self._was_well
        return changed or self._clock() >= self._next

    async def ping(self, config: Config, *, well: bool) -> bool:
        """Ping, or report a failure; whether that was taken.

        It never raises: to be alive matters more than to have said so.
        """
        from monitor.fetch.client import Fetcher

        operations = config.operations
        if operations.ping is None:
            return False
        self._address, self._was_well = operations.ping, well
        address = operations.ping if well else failure_address(operations.ping)
        private = operations.allow_private_networks
        # A fetcher of its own: it must not stand in line behind slow feeds.
        async with Fetcher(config.polling) as fetcher:
            try:
                await fetcher.fetch(
                    address,
                    max_bytes=MAX_BYTES,
                    accept="*/*",
                    feed=Feed(url=operations.ping, allow_private_networks=private),
                )
            except MonitorError as error:
                # Not its address: who knows it can ping in our place.
                log.warning("the ping was not taken", error=error.what, hint=error.hint)
                self._next = self._clock() + min(AGAIN_AFTER, operations.ping_every).total_seconds()
                return False
        self._next = self._clock() + operations.ping_every.total_seconds()
        return True


def failure_address(address: str) -> str:
    """Where Healthchecks.io and its kin are told of a failure: `/fail` after the ping's path."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
