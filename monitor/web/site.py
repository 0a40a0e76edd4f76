"""What every page shares: the database, the configuration in force, the time, who is asking."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

from monitor.config.schema import Config
from monitor.config.secrets import redactor
from monitor.model.audit import Action, Change, Source
from monitor.service import audit
from monitor.service.database import READING_CACHE_KIB, Database
from monitor.service.sessions import Sessions, installation_key

if TYPE_CHECKING:
    from monitor.config.load import LoadedConfig

T = TypeVar("T")
P = ParamSpec("P")

#: Questions to the database that are answered at the same time.
THREADS = 4
#: Trials on the past at the same time: each takes a core.
TRIALS = 2
#: Addresses at which feeds are looked for at the same time.
LOOKUPS = 2


class Few:
    """A few threads of their own for what takes long; who comes when all are busy is told so.

    Args:
        most: how many.
        name: of the threads.
    """

    def __init__(self, most: int, name: str) -> None:
        self._free = threading.Semaphore(most)
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def ask(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in one of the threads.

        Raises:
            HTTPException: all are busy (503).
        """
        if not self._free.acquire(blocking=False):
            raise HTTPException(
                503, "Others are having such a thing done already; try again in a minute."
            )
        try:
            done = self._threads.submit(work, *args, **kwargs)
        except BaseException:
            self._free.release()
            raise
        # Not when whoever asked goes away: the thread is busy until it has finished.
        done.add_done_callback(lambda _: self._free.release())
        return await asyncio.wrap_future(done)

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class InForce(Protocol):
    """A configuration that is in force, compiled."""

    @property
    def loaded(self) -> LoadedConfig:
        """The configuration, with where each of its values stands."""

    @property
    def matcher(self) -> Any:
        """What finds its names."""


class Site:
    """What pages need.

    Args:
        url: the database's address; it is opened anew, so that a page never waits for a
            connection of the pipeline's.
        in_force: the configuration in force, which a reload replaces.
        config_path: its main file.
        clock: the time, in UTC.
        stopping: set when the daemon ends.
    """

    def __init__(
        self,
        url: str,
        in_force: Callable[[], InForce],
        config_path: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        stopping: asyncio.Event | None = None,
    ) -> None:
        self.url = url
        self.db = Database(url, cache_kib=READING_CACHE_KIB)
        self.in_force = in_force
        self.config_path = config_path
        self.clock = clock
        self.stopping = stopping or asyncio.Event()
        self.key = installation_key(self.db, "page")
        self.sessions = Sessions(self.db, self.key, self.password, clock)
        self._redactor = (frozenset[str](), redactor(()))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self.trials = Few(TRIALS, "trial")
        self.lookups = Few(LOOKUPS, "lookup")

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.in_force().loaded.config

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.config.alerts.timezone)

    def password(self) -> str | None:
        """The password in force; None when nobody is asked for one."""
        secret = self.config.web.password
        return None if secret is None else secret.get_secret_value()

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by https, so that cookies may be held back from http."""
        return urlsplit(self.config.web.public_url or "").scheme == "https"

    def redact(self, text: str) -> str:
        """A text without what gives access, by the configuration in force: as commands print it."""
        hidden = self.in_force().loaded.references
        known = self._redactor
        if known[0] is not hidden:
            # Put down as one: several threads may come here after a reload.
            self._redactor = known = (hidden, redactor(hidden))
        return known[1](text)

    async def ask(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of `service/` in a thread of its own, off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    async def record(
        self, person: str, action: Action, subject: str, *, source: Source = Source.PAGE,
        **detail: Any,
    ) -> None:  # fmt: skip
        """Enter who changed what."""
        change = Change(self.clock(), person, source, action, subject, detail)
        await self.ask(audit.record, self.db, change)

    def close(self) -> None:
        """Let go of the threads and of the database."""
        self.trials.close()
        self.lookups.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.db.close()
