"""This machine's own file beside those of others, while no version says which of them counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from monitor.config.compare import Digests, digests
from monitor.config.load import LoadedConfig
from monitor.errors import ConfigError
from monitor.logs import get_logger
from monitor.messages.notices import files_differ
from monitor.pipeline.context import Context
from monitor.service.own_files import odd_ones
from monitor.store import fleet

#: Signs of life for which files must differ before people are told: an edit comes to several
#: machines one after the other.
ROUNDS = 3

log = get_logger(__name__)


class OwnFile:
    """What is told of this machine's own file to other workers, and of theirs to people.

    Args:
        ctx: for the configuration in force, and to tell people.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._of: LoadedConfig | None = None
        self._written: Digests = {}
        self._keys: tuple[str, ...] = ()
        self._rounds = 0

    async def written(self) -> Digests | None:
        """Digests of what it says; None where a version counts, and while it is being edited."""
        loaded = self._ctx.runtime.loaded
        if loaded.version is not None:
            return None
        if loaded is not self._of:
            try:
                self._written = await asyncio.to_thread(digests, loaded)
            except ConfigError:
                return None
            self._of = loaded
        return self._written

    async def compare(self, worker: int, everyone: Sequence[fleet.Worker]) -> None:
        """Tell people if it differs from that of the worker that is there for longest.

        Args:
            worker: the number of this one.
            everyone: all workers as of now.

        Raises:
            StoreError: the database failed.
        """
        keys = odd_ones(everyone).get(worker, ())
        if keys != self._keys:
            self._keys, self._rounds = keys, 0
            if keys:
                log.error("this machine's configuration is not that of others", differs_in=keys)
            else:
                log.info("this machine's configuration is that of others again")
        self._rounds += 1
        if keys and self._rounds == ROUNDS:
            name = next(
                fleet.name_of(each.name, each.pid) for each in everyone if each.id == worker
            )
            await self._ctx.notify(files_differ(name, keys, self._ctx.clock()))
