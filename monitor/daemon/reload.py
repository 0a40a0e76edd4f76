"""Taking over the configuration while the daemon runs; a broken edit changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from monitor.config.file_changes import Watched, changes, stopped_within
from monitor.config.load import InvalidConfig
from monitor.daemon import systemd
from monitor.errors import ConfigError, Fault, MonitorError, StoreError
from monitor.logs import get_logger, set_secrets
from monitor.messages.notices import config_accepted, config_refused
from monitor.pipeline.context import Context
from monitor.pipeline.notices import channels_missing
from monitor.pipeline.runtime import Runtime, compose, subscribe
from monitor.service.check import Checked, check_config

#: An edit that the database could not take (locked, full) is tried again after so long.
TRY_AGAIN_SECONDS = 30.0

log = get_logger(__name__)


async def take_over(ctx: Context, checked: Checked, now: datetime) -> Runtime:
    """Put a configuration in force; what was in force before.

    Raises:
        StoreError: the database failed, and the one before stays in force.
    """
    previous = ctx.runtime
    runtime = compose(checked.loaded, checked.matcher, previous.console, previous, clock=ctx.clock)
    await ctx.store(lambda c: subscribe(c, runtime.config, now=now, previous=previous.config))
    set_secrets(checked.loaded.secrets)
    ctx.runtime = runtime
    for warning in checked.warnings:
        log.warning(str(warning))
    return previous


class Reloader:
    """Watches the configuration's files and gives the pipeline a new runtime when they change.

    Args:
        ctx: whose runtime to replace.
        path: the configuration's file.
        told: called when something about the configuration is worth telling `monitor health`.
        replaced: called with the runtime that is no longer in force.
    """

    def __init__(
        self,
        ctx: Context,
        path: Path,
        *,
        told: Callable[[], Awaitable[None]],
        replaced: Callable[[Runtime], None],
    ) -> None:
        self.path = path
        self.faults: tuple[Fault, ...] = ()
        """Why the newest edit was refused; nothing when it is in force."""
        self.loaded_at = ctx.clock()
        self._ctx = ctx
        self._told = told
        self._replaced = replaced
        self._watched = ctx.runtime.loaded.watched
        self._one_at_a_time = asyncio.Lock()

    def look_at(self, watched: Watched) -> None:
        """Watch other files from now on: those of a configuration that came another way."""
        self._watched = watched

    async def watch(self, stopping: asyncio.Event, start: Callable[[], None]) -> None:
        """Call `start`, which must see to a `reload`, whenever the files changed."""
        async for _ in changes(lambda: self._watched, stop=stopping):
            start()

    async def reload(self, stopping: asyncio.Event) -> None:
        """Take over the configuration as it is now on disk, as soon as the database lets it.

        Args:
            stopping: ends the waiting for the database.
        """
        async with self._one_at_a_time:
            while not stopping.is_set():
                systemd.notify("RELOADING=1")
                try:
                    await self._reload()
                    return
                except StoreError as error:
                    log.error("the configuration waits for the database", error=str(error))
                finally:
                    systemd.notify("READY=1")
                await stopped_within(stopping, TRY_AGAIN_SECONDS)

    async def _reload(self) -> None:
        try:
            checked = await asyncio.to_thread(check_config, self.path)
            self._watched = checked.loaded.watched
            if checked.failed_examples:
                raise ConfigError(
                    "examples in the watchlists fail",
                    where=str(self.path),
                    faults=checked.failed_examples,
                )
            await self._take_over(checked)
        except StoreError:
            raise
        except MonitorError as error:
            await self._refuse(error)

    async def _take_over(self, checked: Checked) -> None:
        now = self._ctx.clock()
        previous = await take_over(self._ctx, checked, now)
        runtime = self._ctx.runtime
        self.loaded_at = now
        self._replaced(previous)
        if runtime.config.storage.url != previous.config.storage.url:
            log.warning("storage.url changed: that takes effect at the next start")
        log.info(
            "configuration reloaded",
            feeds=len(runtime.feeds),
            watchlists=len(runtime.watchlists),
            channels=len(runtime.config.channels),
        )
        await self._ctx.notify_of(
            lambda c: channels_missing(c, runtime.config, now, previous.config)
        )
        if self.faults:
            await self._ctx.notify(config_accepted(self.path, now))
            self.faults = ()
        await self._told()

    async def _refuse(self, error: MonitorError) -> None:
        if isinstance(error, InvalidConfig):
            self._watched = error.watched
        faults = error.faults if isinstance(error, ConfigError) else ()
        faults = faults or (Fault.nowhere(str(error)),)
        problems = tuple(map(str, faults))
        for problem in problems:
            log.error("configuration not taken over", problem=problem)
        log.warning("going on with the last good configuration", file=str(self.path))
        if faults != self.faults:
            notice = config_refused(self.path, problems, self._ctx.clock())
            await self._ctx.notify(notice)
            self.faults = faults
        await self._told()
