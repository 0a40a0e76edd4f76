"""Following the versions of the configuration that machines share, so that all change together."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from monitor.config.one_text import put_together
from monitor.config.salvage import database_url
from monitor.config.version import load_to_share, load_version
from monitor.daemon.reload import take_over
from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.logs import get_logger
from monitor.model.config_version import Acknowledgement, ConfigVersion
from monitor.pipeline.context import Context
from monitor.pipeline.runtime import Runtime
from monitor.service.check import Checked, check_config, check_loaded
from monitor.service.own_files import require_same_file
from monitor.store import config_versions, fleet
from monitor.store.database import Database

Live = Callable[[Connection], Collection[str]]
"""The workers that are alive."""

log = get_logger(__name__)


def starting(own: Path) -> Checked:
    """What a process begins with: the version in force, else this machine's own file.

    Args:
        own: this machine's own file, which says where the database is.

    Raises:
        ConfigError: it cannot be used here.
        OtherFileError: no version is in force, and workers live whose file says something else.
        StoreError: the database cannot be reached.
    """
    try:
        opened = Database(database_url(own))
    except (ConfigError, StoreError):
        # What cannot be opened is refused with its place in the file.
        return check_config(own, fetch_examples=False)
    with closing(opened) as db:
        if db.is_shared and db.exists():
            used = _used(db)
            if used is not None:
                return _compiled(db, used.number, own)
            checked = check_config(own, fetch_examples=False)
            require_same_file(db, checked.loaded)
            return checked
    return check_config(own, fetch_examples=False)


def _used(db: Database) -> ConfigVersion | None:
    with db.read() as connection:
        return config_versions.in_force(connection, config_versions.time_of(connection))


def _compiled(db: Database, number: int, own: Path) -> Checked:
    with db.read() as connection:
        said = config_versions.text_of(connection, number)
    assert said is not None, "versions are not deleted"
    return check_loaded(load_version(said, number, own, db.url), fetch_examples=False)


class Follower:
    """Keeps a worker on the version in force.

    Args:
        ctx: whose runtime to replace.
        own: this machine's own file.
        worker: this worker's name.
        live: the workers that are alive; this one is taken to be.
        told: called when `monitor health` is to be told anew.
        replaced: called with the runtime that is no longer in force.
    """

    def __init__(
        self,
        ctx: Context,
        own: Path,
        *,
        worker: str,
        live: Live,
        told: Callable[[], Awaitable[None]],
        replaced: Callable[[Runtime], None],
    ) -> None:
        self.problem: str | None = None
        """Why this machine cannot use the version in force; it takes no work until it can."""
        self.leads = ctx.runtime.loaded.version is not None
        """Whether a version is in force, so that this machine's own file is not."""
        self._ctx = ctx
        self._own = own
        self._worker = worker
        self._live = live
        self._told = told
        self._replaced = replaced
        self._ready: dict[int, Checked | MonitorError] = {}
        self._acknowledged: int | None = None
        self._anew = False
        self._one_at_a_time = asyncio.Lock()

    async def step(self) -> None:
        """Acknowledge a new version, and go over to the one in force; to be called each second.

        Raises:
            StoreError: the database failed.
        """
        async with self._one_at_a_time:
            newest, used, now = await self._ctx.look(_look)
            if newest is None:
                return
            if self._acknowledged != newest.number:
                await self._prepare(newest.number, now)
                self._acknowledged = newest.number
            elif newest.effective is None:
                # Whom one waits for may have died since.
                await self._ctx.store(
                    lambda c: config_versions.settle(
                        c, newest.number, {*self._live(c), self._worker}, now
                    )
                )
            self.leads = used is not None
            if used is not None and (self._anew or used.number != self._ctx.runtime.loaded.version):
                await self._go_over(used.number, now)
            kept = {newest.number} if used is None else {newest.number, used.number}
            self._ready = {each: said for each, said in self._ready.items() if each in kept}

    async def retry(self) -> None:
        """Read again what is in force, and what could not be used: secrets may have changed."""
        self._acknowledged = None
        self._ready = {}
        self._anew = True

    async def _prepare(self, number: int, now: datetime) -> None:
        found = await self._compiled(number)
        problem = str(_told_as_one(found)) if isinstance(found, MonitorError) else None
        lacking = () if isinstance(found, MonitorError) else sorted(found.loaded.lacking)
        own = await asyncio.to_thread(own_fingerprint, self._own)
        said = Acknowledgement(self._worker, number, now, problem, tuple(lacking), own)
        await self._ctx.store(lambda c: config_versions.acknowledge(c, said, self._live(c)))
        if problem is not None:
            log.error("this machine cannot use a new configuration", version=number, why=problem)
        for channel in lacking:
            log.warning("this machine lacks a channel's secrets", version=number, channel=channel)

    async def _compiled(self, number: int) -> Checked | MonitorError:
        if number not in self._ready:
            try:
                self._ready[number] = await asyncio.to_thread(
                    _compiled, self._ctx.db, number, self._own
                )
            except ConfigError as error:
                self._ready[number] = error
        return self._ready[number]

    async def _go_over(self, number: int, now: datetime) -> None:
        found = await self._compiled(number)
        self._anew = False
        if isinstance(found, MonitorError):
            if self.problem is None:
                log.error("waiting for a configuration that can be used", version=number)
            self.problem = str(_told_as_one(found))
            self._ctx.idle = True
        else:
            previous = await take_over(self._ctx, found, now)
            self.problem = None
            self._ctx.idle = False
            self._replaced(previous)
            log.info("configuration taken over", version=number)
        await self._told()


def follower_of(
    ctx: Context,
    own: Path,
    *,
    told: Callable[[], Awaitable[None]],
    replaced: Callable[[Runtime], None],
) -> Follower | None:
    """What follows versions for this process; None on a database of one machine."""
    if not ctx.db.is_shared:
        return None
    name = fleet.name_of(socket.gethostname(), os.getpid())
    return Follower(ctx, own, worker=name, live=fleet.live, told=told, replaced=replaced)


def _look(conn: Connection) -> tuple[ConfigVersion | None, ConfigVersion | None, datetime]:
    now = config_versions.time_of(conn)
    return config_versions.newest(conn), config_versions.in_force(conn, now), now


def _told_as_one(error: MonitorError) -> object:
    """The first fault, which names its place, if there are any."""
    faults = error.faults if isinstance(error, ConfigError) else ()
    return faults[0] if faults else error


def own_fingerprint(own: Path) -> str | None:
    """A digest of what a machine's own file says, if it says more than where the database is."""
    try:
        loaded = load_to_share(own)
        says_more = any(
            each.data.keys() - {"storage", "include"}
            or each.data.get("storage", {}).keys() - {"url"}
            for each in loaded.sources
        )
        return put_together(loaded).sha256 if says_more else None
    except MonitorError:
        # It need not be right: nothing but the database's address is taken from it.
        return None
