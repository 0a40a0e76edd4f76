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
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from monitor.config.file_changes import stopped_within
from monitor.daemon import systemd
from monitor.daemon.chores import Chores
from monitor.daemon.driver_interface import PATIENCE, Drives, driver_of
from monitor.daemon.earlier_reports import offer_earlier, offer_since_last
from monitor.daemon.following import follower_of
from monitor.daemon.ping import DeadMansSwitch
from monitor.daemon.reload import Reloader
from monitor.daemon.triggers import Schedule
from monitor.errors import StoreError
from monitor.logs import get_logger
from monitor.pipeline.context import Context
from monitor.pipeline.runtime import Runtime
from monitor.websub.subscriber import Subscriber

#: How long what is under way may take to finish once the daemon is told to stop, in seconds.
GRACE_SECONDS = 5.0
#: How long stopping may take altogether, when a lock on the database or a thread that waits for
#: a service holds it up, in seconds.
STOP_SECONDS = 8.5
BEAT_SECONDS = 10
#: How often to look whether a ping is due, in seconds.
PING_LOOK_SECONDS = 1
#: How often to see to the hubs that push.
HUBS_SECONDS = 5
#: How often to look which version of the configuration is in force; see `config.in_force.LEAD`.
FOLLOW_SECONDS = 1
#: How often to look whether the schema is still one that this program knows.
SCHEMA_SECONDS = 10
#: After the watching of the configuration's files failed it begins anew after so long.
WATCH_AGAIN_SECONDS = 30.0

log = get_logger(__name__)


class Companion(Protocol):
    """What runs in the daemon's loop beside the pipeline, such as the page."""

    async def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End within two seconds."""


class Daemon:
    """Runs the pipeline's steps until it is told to stop.

    Args:
        ctx: what all steps share.
        config_path: the file to watch and reload.
        watch: whether to watch it at all.
        beside: what runs in its loop from beginning to end.
        hubs: whether hubs may push to it, where the configuration says so.
        abandon: called in a thread of its own when stopping takes too long; must end the
            process, which loses nothing.
    """

    def __init__(
        self,
        ctx: Context,
        config_path: Path,
        *,
        watch: bool = True,
        beside: Sequence[Companion] = (),
        hubs: bool = True,
        abandon: Callable[[], None] | None = None,
    ) -> None:
        self._ctx = ctx
        self._watch = watch
        self._beside = beside
        self._abandon = abandon
        self._stopping = asyncio.Event()
        self._schedule = Schedule()
        self._reloader = Reloader(ctx, config_path, told=self._beat, replaced=self._config_replaced)
        self._follower = follower_of(
            ctx, config_path, told=self._beat, replaced=self._config_replaced
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._chores = Chores(ctx, self._stopping)
        self._driver: Drives = driver_of(
            ctx, start=self._start, stopping=self._stopping, chores=self._shared_chores
        )
        self._hubs = hubs
        self._subscriber = Subscriber(ctx, start=self._start, arrived=self._driver.read_due)
        self._switch = DeadMansSwitch()
        self._terminal = _terminal()
        self._lost: StoreError | None = None
        self._rounds: dict[str, tuple[datetime, float]] = {}
        # By the monotonic clock: the other may be set back while the pause lasts.
        self._paused_until = time.monotonic()
        self.abandoned = 0
        """How many things under way had to be abandoned at the end."""

    def stop(self) -> None:
        """Begin to stop; `run` returns within ten seconds."""
        if self._abandon is not None and not self._stopping.is_set():
            deadline = threading.Timer(STOP_SECONDS, self._abandon)
            deadline.daemon = True
            deadline.start()
        self._stopping.set()

    async def run(self) -> None:
        """Run until `stop` is called or SIGTERM or SIGINT arrives; SIGHUP reloads.

        Raises:
            StoreError: the database's file went away.
        """
        self._listen_to_signals()
        self._plan_jobs()
        recovered = await self._driver.take_up()
        if recovered:
            log.warning("deliveries of a killed daemon are sent again", deliveries=recovered)
        await self._mind_hubs()
        await self._dispatch()
        self._start("earlier", offer_since_last(self._ctx, self._stopping))
        if not self._driver.is_shared:
            self._start("missing", self._chores.report_missing())
            self._start("tell", self._ctx.early.tell_of_unread(self._ctx.runtime))
        await self._deliver()
        await self._beat()
        self._schedule.start()
        for companion in self._beside:
            await companion.start()
        watcher = asyncio.create_task(self._watch_config()) if self._watch else None
        systemd.notify("READY=1")
        try:
            await self._stopping.wait()
        finally:
            systemd.notify("STOPPING=1")
            log.info("stopping", under_way=len(self._tasks))
            self._schedule.stop()
            if watcher is not None:
                watcher.cancel()
            await asyncio.gather(*(companion.stop() for companion in self._beside))
            await self._subscriber.close()
            await self._finish()
            with contextlib.suppress(StoreError, TimeoutError):
                await asyncio.wait_for(self._say_goodbye(), 2)
        if self._lost is not None:
            raise self._lost

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)

    def _plan_jobs(self) -> None:
        self._schedule.every(1, self._dispatch)
        self._schedule.every(1, self._deliver)
        self._schedule.every(self._driver.renewed_every, self._renew)
        self._schedule.every(HUBS_SECONDS, self._mind_hubs)
        # sd_watchdog_enabled(3) advises to speak twice as often as systemd expects.
        self._schedule.every(min(BEAT_SECONDS, (systemd.watchdog_interval() or 60) / 2), self._beat)
        self._schedule.every(PING_LOOK_SECONDS, self._ping)
        if self._follower is not None:
            self._schedule.every(FOLLOW_SECONDS, self._follow)
            self._schedule.every(SCHEMA_SECONDS, self._check_schema)
        if not self._driver.is_shared:
            for chore, seconds in self._chores.regular().items():
                self._schedule.every(seconds, partial(self._do, chore))
            self._schedule_heartbeat()

    # --- jobs --------------------------------------------------------------------------------

    async def _dispatch(self) -> None:
        """Start the polls and readings that are due."""
        try:
            self._ctx.db.require_same()
        except StoreError as error:
            self._lost = error
            self.stop()
            return
        now = self._ctx.clock()
        if not self._may_start("dispatch", now):
            return
        try:
            await self._driver.poll_due()
            await self._driver.read_due()
        except StoreError as error:
            self._pause(error)

    async def _renew(self) -> None:
        """Keep what is under way claimed."""
        try:
            await self._driver.renew()
        except StoreError as error:
            self._pause(error)

    async def _mind_hubs(self) -> None:
        """See to it that hubs push what they are to push, and can reach us."""
        if self._paused() or not self._hubs:
            return
        try:
            await self._subscriber.mind()
        except StoreError as error:
            self._pause(error)

    async def _deliver(self) -> None:
        """Start sending what is due, each channel on its own."""
        now = self._ctx.clock()
        if not self._may_start("deliver", now):
            return
        try:
            await self._driver.deliver_due()
        except StoreError as error:
            self._pause(error)

    async def _beat(self) -> None:
        """Say that the loops are alive, to `monitor health` and to systemd's watchdog."""
        now = self._ctx.clock()
        rounds = {name: at for name, (at, _) in self._rounds.items()}
        config = {
            "file": str(self._reloader.path),
            "loaded_at": self._reloader.loaded_at.isoformat(),
            "problems": [str(fault) for fault in self._reloader.faults],
        }
        try:
            await self._driver.beat(rounds, now, config)
        except StoreError as error:
            self._pause(error)
            return
        if self._on_time():
            systemd.notify("WATCHDOG=1")

    def _on_time(self) -> bool:
        patience = PATIENCE.total_seconds()
        return all(time.monotonic() - at < patience for _, at in self._rounds.values())

    async def _ping(self) -> None:
        """Let the service that watches over us know how we are."""
        config = self._ctx.runtime.config
        well = (
            self._on_time()
            and time.monotonic() >= self._paused_until
            and not self._ctx.deliverer.is_in_trouble
        )
        if self._switch.is_due(config, well=well) and not self._stopping.is_set():
            await self._switch.ping(config, well=well)

    async def _do(self, chore: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if not self._paused():
            await self._guarded(getattr(chore, "__name__", ""), chore())

    def _shared_chores(self) -> dict[str, tuple[str, Callable[[int], Coroutine[Any, Any, None]]]]:
        async def guarded(
            name: str, chore: Callable[[int], Coroutine[Any, Any, None]], at: int
        ) -> None:
            await self._guarded(name, chore(at))

        return {
            name: (when, partial(guarded, name, chore))
            for name, (when, chore) in self._chores.shared().items()
        }

    # --- the configuration -------------------------------------------------------------------

    async def _watch_config(self) -> None:
        while not self._stopping.is_set():
            watching = self._reloader.watch(self._stopping, self._reload)
            await self._guarded("watching the configuration", watching)
            await stopped_within(self._stopping, WATCH_AGAIN_SECONDS)

    def _hang_up(self) -> None:
        if self._terminal and not _terminal():
            log.info("the terminal was closed")
            self.stop()
        else:
            self._reload()

    def _reload(self) -> None:
        if self._follower is not None and self._follower.leads:
            # This machine's file does not count; its secrets may have changed.
            self._start("reload", self._follower.retry())
        else:
            self._start("reload", self._reloader.reload(self._stopping))

    async def _follow(self) -> None:
        """Go over to the configuration that machines share, when it changes."""
        if self._follower is None or self._paused():
            return
        try:
            await self._follower.step()
        except StoreError as error:
            self._pause(error)

    async def _check_schema(self) -> None:
        """End when others have brought the schema further than this program can go along."""
        if self._paused():
            return
        try:
            self._lost = await self._ctx.look(self._ctx.db.refusal)
        except StoreError as error:
            self._pause(error)
        if self._lost is not None:
            self.stop()

    def _config_replaced(self, previous: Runtime) -> None:
        self._reloader.look_at(self._ctx.runtime.loaded.watched)
        config = self._ctx.runtime.config
        looking = offer_earlier(
            self._ctx, previous.config, config, frozenset(self._tasks), self._stopping
        )
        self._start("earlier", looking)
        if self._ctx.runtime.fetcher is not previous.fetcher:
            self._start("close", self._close_when_idle(previous))
        self._start("wake", self._ctx.deliverer.reconfigured(previous.config))
        self._schedule_heartbeat()

    def _schedule_heartbeat(self) -> None:
        if self._driver.is_shared:
            return
        config = self._ctx.runtime.config
        at = config.operations.heartbeat if config.operations.channels else None
        self._schedule.daily("heartbeat", self._chores.prove_life, at, config.alerts.timezone)

    # --- tasks -------------------------------------------------------------------------------

    def _start(self, what: str, work: Coroutine[Any, Any, Any], /, *, where: str = "") -> None:
        task = asyncio.create_task(self._guarded(what, work, where))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, what: str, work: Coroutine[Any, Any, Any], where: str = "") -> None:
        try:
            await work
        except StoreError as error:
            self._pause(error)
        except Exception as error:
            log.error(f"{what} failed", where=where, error=str(error), exc_info=True)

    def _may_start(self, loop: str, now: datetime) -> bool:
        """Whether a loop that came round may start anything."""
        self._rounds[loop] = (now, time.monotonic())
        return not self._paused() and not self._ctx.idle

    def _paused(self) -> bool:
        return time.monotonic() < self._paused_until or self._stopping.is_set()

    def _pause(self, error: StoreError) -> None:
        log.error("the database failed; starting nothing for a while", error=str(error))
        self._paused_until = time.monotonic() + self._driver.paused_for

    async def _close_when_idle(self, runtime: Runtime) -> None:
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others)
        await runtime.fetcher.aclose()

    async def _say_goodbye(self) -> None:
        """Leave nothing behind that the next start, or another, would have to wait for."""
        await self._driver.leave()

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


def _terminal() -> bool:
    """Whether there is a terminal whose closing means that we are no longer wanted.

    SIGHUP asks for a reload, but is also what a closed terminal window sends.
    """
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return False  # nohup(1)
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
