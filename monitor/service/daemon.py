"""The daemon: what runs when, what happens on a signal, and how it comes to an end.

APScheduler runs a handful of jobs; when each feed, article and delivery is next due lives in
the database. A job only starts what is due and not under way, so none of them waits for a slow
site or a slow service.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from monitor.config.load import InvalidConfig
from monitor.config.watch import changes
from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.model import Delivery, FeedState
from monitor.service import systemd
from monitor.service.check import Checked, check_config
from monitor.service.logs import get_logger, set_secrets
from monitor.service.notices import (
    config_accepted,
    config_refused,
    feed_incidents,
    proof_of_life,
)
from monitor.service.pipeline import Pipeline
from monitor.service.runtime import Runtime, compose, subscribe
from monitor.store import articles as store_articles
from monitor.store import feeds as store_feeds
from monitor.store import outbox, upkeep
from monitor.store.articles import StoredArticle

#: How long what is under way may take to finish once the daemon is told to stop, in seconds.
GRACE_SECONDS = 5.0
#: Articles read at the same time: a slow site must not keep the others waiting.
READERS = 32
#: A loop that has not come round for so long is late.
PATIENCE = timedelta(seconds=60)
BEAT_SECONDS = 10
#: After the database failed (a full disk, say) nothing is started for so long.
PAUSE_AFTER_STORE_ERROR = timedelta(seconds=30)

log = get_logger(__name__)


class Daemon:
    """Runs a pipeline until it is told to stop.

    Args:
        pipeline: the steps.
        config_path: the file to watch and reload.
        watch: whether to watch it at all.
    """

    def __init__(self, pipeline: Pipeline, config_path: Path, *, watch: bool = True) -> None:
        self._pipeline = pipeline
        self._config_path = config_path
        self._watch = watch
        self._stopping = asyncio.Event()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._tasks: set[asyncio.Task[None]] = set()
        self._polling: set[int] = set()
        self._reading: set[int] = set()
        self._sending: set[str] = set()
        self._rounds: dict[str, Any] = {}
        self._problems: tuple[str, ...] = ()
        self._watched = pipeline.runtime.loaded.watched
        self._paused_until = pipeline.clock()
        self._loaded_at = pipeline.clock()
        self.abandoned = 0
        """How many things under way had to be abandoned at the end."""

    def stop(self) -> None:
        """Begin to stop; `run` returns within ten seconds."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until `stop` is called or SIGTERM or SIGINT arrives; SIGHUP reloads."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._start("reload", self.reload()))
        every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self._dispatch, "interval", seconds=1, **every)
        self._scheduler.add_job(self._deliver, "interval", seconds=1, **every)
        # sd_watchdog_enabled(3) advises to speak twice as often as systemd expects.
        beat = min(BEAT_SECONDS, (systemd.watchdog_interval() or 60) / 2)
        self._scheduler.add_job(self._beat, "interval", seconds=beat, **every)
        self._scheduler.add_job(self._prune, "interval", hours=6, **every)
        self._scheduler.add_job(self._report_incidents, "interval", minutes=10, **every)
        self._schedule_heartbeat()
        recovered = await self._pipeline.store(lambda c: outbox.recover(c, self._pipeline.clock()))
        if recovered:
            log.warning("deliveries of a killed daemon are sent again", deliveries=recovered)
        await self._dispatch()
        await self._deliver()
        await self._beat()
        self._scheduler.start()
        watcher = asyncio.create_task(self._watch_config()) if self._watch else None
        systemd.notify("READY=1")
        try:
            await self._stopping.wait()
        finally:
            systemd.notify("STOPPING=1")
            log.info("stopping", under_way=len(self._tasks))
            self._scheduler.shutdown(wait=False)
            if watcher is not None:
                watcher.cancel()
            await self._finish()
            with contextlib.suppress(StoreError):
                await self._pipeline.store(upkeep.stop_beating)

    # --- jobs --------------------------------------------------------------------------------

    async def _dispatch(self) -> None:
        """Start the polls and readings that are due."""
        now = self._pipeline.clock()
        self._rounds["dispatch"] = now
        if now < self._paused_until or self._stopping.is_set():
            return
        concurrency = self._pipeline.runtime.config.polling.concurrency
        try:
            due = await self._pipeline.look(
                lambda c: store_feeds.due(c, now, concurrency + len(self._polling))
            )
        except StoreError as error:
            self._pause(error)
            return
        for feed in due:
            if feed.id not in self._polling and len(self._polling) < concurrency:
                self._polling.add(feed.id)
                self._start("poll", self._poll(feed), where=feed.url)
        await self._read_due()

    async def _read_due(self) -> None:
        free = READERS - len(self._reading)
        if free <= 0 or self._stopping.is_set():
            return
        now = self._pipeline.clock()
        under_way = set(self._reading)
        due = await self._pipeline.look(lambda c: store_articles.to_read(c, now, free, under_way))
        for stored in due:
            # Another caller may have started it while we were looking.
            if stored.id not in self._reading and len(self._reading) < READERS:
                self._reading.add(stored.id)
                self._start("read", self._read(stored), where=stored.article.url or "")

    async def _poll(self, feed: FeedState) -> None:
        try:
            something_to_read = await self._pipeline.poll(feed)
        finally:
            self._polling.discard(feed.id)
        if something_to_read:
            await self._read_due()

    async def _read(self, stored: StoredArticle) -> None:
        try:
            await self._pipeline.read(stored)
        finally:
            self._reading.discard(stored.id)
        await self._read_due()
        await self._deliver()

    async def _deliver(self) -> None:
        """Start sending what is due, each channel on its own."""
        now = self._pipeline.clock()
        self._rounds["deliver"] = now
        if now < self._paused_until or self._stopping.is_set():
            return
        try:
            claimed = await self._pipeline.claim(self._sending)
        except StoreError as error:
            self._pause(error)
            return
        for channel, deliveries in claimed.items():
            self._sending.add(channel)
            self._start("deliver", self._send(channel, deliveries), where=channel)

    async def _send(self, channel: str, deliveries: list[Delivery]) -> None:
        try:
            await self._pipeline.deliver(channel, deliveries, self._stopping)
        finally:
            self._sending.discard(channel)

    async def _beat(self) -> None:
        """Say that the loops are alive, to `monitor health` and to systemd's watchdog."""
        now = self._pipeline.clock()
        rounds = dict(self._rounds)
        config = {
            "file": str(self._config_path),
            "loaded_at": self._loaded_at.isoformat(),
            "problems": list(self._problems),
        }

        def record(connection: Connection) -> None:
            for name, at in rounds.items():
                upkeep.beat(connection, name, at, PATIENCE, {"pid": os.getpid()})
            upkeep.beat(connection, "config", now, PATIENCE, config)

        try:
            await self._pipeline.store(record)
        except StoreError as error:
            self._pause(error)
            return
        if all(now - at < PATIENCE for at in rounds.values()):
            systemd.notify("WATCHDOG=1")

    async def _prune(self) -> None:
        storage = self._pipeline.runtime.config.storage
        now = self._pipeline.clock()

        def before(keep: Any) -> Any:
            return None if keep == "forever" else now - keep

        while not self._stopping.is_set():
            gone = await self._pipeline.store(
                lambda c: upkeep.prune(
                    c,
                    articles_before=before(storage.keep_articles),
                    matches_before=before(storage.keep_matches),
                )
            )
            if not any(gone.values()):
                return
            log.info("pruned what is older than storage.keep_* allows", **gone)

    # --- the configuration -------------------------------------------------------------------

    async def _watch_config(self) -> None:
        async for _ in changes(lambda: self._watched, stop=self._stopping):
            await self.reload()

    async def reload(self) -> bool:
        """Take over the configuration as it is now on disk; a broken one changes nothing.

        Returns:
            True when it was taken over.
        """
        systemd.notify("RELOADING=1")
        try:
            checked = await asyncio.to_thread(check_config, self._config_path)
            self._watched = checked.loaded.watched
            if checked.failed_examples:
                raise ConfigError(
                    "examples in the watchlists fail",
                    where=str(self._config_path),
                    problems=checked.failed_examples,
                )
            await self._take_over(checked)
        except MonitorError as error:
            await self._refuse(error)
            return False
        finally:
            systemd.notify("READY=1")
        return True

    async def _take_over(self, checked: Checked) -> None:
        previous = self._pipeline.runtime
        runtime = compose(checked.loaded, checked.matcher, previous.console, previous)
        now = self._pipeline.clock()
        await self._pipeline.store(
            lambda c: subscribe(c, runtime.config, now=now, previous=previous.config)
        )
        set_secrets(checked.loaded.secrets)
        self._pipeline.runtime = runtime
        self._loaded_at = now
        if runtime.fetcher is not previous.fetcher:
            self._start("close", self._close_when_idle(previous))
        self._schedule_heartbeat()
        for warning in checked.warnings:
            log.warning(warning)
        if runtime.config.storage.url != previous.config.storage.url:
            log.warning("storage.url changed: that takes effect at the next start")
        log.info(
            "configuration reloaded",
            feeds=len(runtime.feeds),
            watchlists=len(runtime.watchlists),
            channels=len(runtime.config.channels),
        )
        if self._problems:
            self._problems = ()
            await self._pipeline.notify(config_accepted(self._config_path, now))
        await self._beat()

    async def _refuse(self, error: MonitorError) -> None:
        if isinstance(error, InvalidConfig):
            self._watched = error.watched
        problems = (error.problems if isinstance(error, ConfigError) else ()) or (str(error),)
        for problem in problems:
            log.error("configuration not taken over", problem=problem)
        log.warning("going on with the last good configuration", file=str(self._config_path))
        if problems != self._problems:
            self._problems = problems
            notice = config_refused(self._config_path, problems, self._pipeline.clock())
            await self._pipeline.notify(notice)
        await self._beat()

    def _schedule_heartbeat(self) -> None:
        config = self._pipeline.runtime.config
        at = config.operations.heartbeat
        if self._scheduler.get_job("heartbeat"):
            self._scheduler.remove_job("heartbeat")
        if at is not None and config.operations.channels:
            self._scheduler.add_job(
                self._prove_life,
                "cron",
                id="heartbeat",
                hour=at.hour,
                minute=at.minute,
                timezone=config.alerts.timezone,
                misfire_grace_time=3600,
            )

    async def _report_incidents(self) -> None:
        now = self._pipeline.clock()
        notice = await self._pipeline.store(lambda c: feed_incidents(c, now))
        if notice is not None:
            await self._pipeline.notify(notice)

    async def _prove_life(self) -> None:
        now = self._pipeline.clock()
        notice = await self._pipeline.look(lambda c: proof_of_life(c, now))
        await self._pipeline.notify(notice)

    # --- tasks -------------------------------------------------------------------------------

    def _start(self, what: str, work: Coroutine[Any, Any, Any], *, where: str = "") -> None:
        task = asyncio.create_task(self._guarded(what, work, where))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, what: str, work: Coroutine[Any, Any, Any], where: str) -> None:
        try:
            await work
        except StoreError as error:
            self._pause(error)
        except Exception as error:
            log.error(f"{what} failed", where=where, error=str(error), exc_info=True)

    def _pause(self, error: StoreError) -> None:
        log.error("the database failed; starting nothing for a while", error=str(error))
        self._paused_until = self._pipeline.clock() + PAUSE_AFTER_STORE_ERROR

    async def _close_when_idle(self, runtime: Runtime) -> None:
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others)
        await runtime.fetcher.aclose()

    async def _finish(self) -> None:
        """Let what is under way finish, then abandon the rest: the database knows it all."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        left = list(self._tasks)
        self.abandoned = len(left)
        for task in left:
            task.cancel()
        if left:
            log.warning("abandoned what would not finish; the next start goes on", tasks=len(left))
            await asyncio.wait(left, timeout=1)
