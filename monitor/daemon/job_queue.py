"""The messenger between workers: Procrastinate, jobs in PostgreSQL. Nothing else knows of it.

A job only says which rows somebody is to look at. What is due, and who works on it, stands in the
rows themselves: a job that is lost costs a claim's time, one that comes twice finds nothing to do.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.worker import Worker
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Connection, make_url, text

from monitor.config.file_changes import stopped_within
from monitor.logs import get_logger

#: Jobs of a kind that are begun at the same time: they end as soon as somebody has room for them.
POLLS = READS = 2
#: Channels that are sent to at the same time, and other jobs that take long.
OTHERS = 24
#: A worker says so often that it lives, and after so long without its jobs are given to others, in
#: seconds. It need not be dead: what it has claimed stays its own for longer than that.
BEAT_SECONDS, STALLED_SECONDS = 4.0, 10.0
#: How often to look for jobs of the dead, in seconds.
RESCUED_EVERY_SECONDS = 3.0
#: How often to look for polls, of which nobody is told; for other jobs, should the word of one be
#: lost. Seconds.
LOOK_SECONDS, LOOK_ANYWAY_SECONDS = 0.5, 5.0
#: Connections at most; two more are told of jobs.
CONNECTIONS = 2
#: After the database went away it is asked again so often, in seconds.
AGAIN_SECONDS = 1.0
#: How long jobs under way may take when the engine stops, in seconds.
GRACE_SECONDS = 2.0

_FAULTS = (ConnectorException, psycopg.Error, PoolTimeout, OSError)
_IS_ASKED = text(
    "SELECT DISTINCT lock FROM procrastinate_jobs"
    " WHERE queue_name = 'deliver' AND status IN ('todo', 'doing')"
)
# What `batch_defer` does, without its asking for the type and writing every job to the log first.
_HAND_OUT = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg("
    "ROW(given.name, given.name, 0, NULL, NULL, given.args, NULL)::procrastinate_job_to_defer_v1))"
    " FROM (SELECT CAST(:name AS varchar) AS name, args"
    " FROM jsonb_array_elements(CAST(:given AS jsonb)) AS args) AS given"
)
_CONNECTION: dict[str, Any] = {
    "application_name": "monitor jobs",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}

log = get_logger(__name__)

Handed = Callable[[Sequence[int], bool], Awaitable[None]]


class Engine:
    """Hands jobs to whoever has time.

    Args:
        url: the database's address.
        poll: begins on feeds: their ids, and whether they failed last time.
        read: begins on articles.
        deliver: sends what is due on a channel.
        chores: what is done once by all workers together: when (as cron says it), and what.
    """

    def __init__(
        self,
        url: str,
        *,
        poll: Handed,
        read: Handed,
        deliver: Callable[[str], Awaitable[None]],
        chores: Mapping[str, tuple[str, Callable[[int], Awaitable[None]]]],
    ) -> None:
        conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._conninfo = conninfo
        self._app = App(connector=PsycopgConnector(conninfo=conninfo))
        # Never opened: it only writes into the transactions that it is given.
        self._deferring = App(connector=SyncPsycopgConnector(conninfo=conninfo))
        self._gone: list[int] = []
        # What it has to say of jobs is said by those who do them; of an outage, below.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        logging.getLogger("psycopg").setLevel(logging.CRITICAL)
        self._task("poll", poll)
        self._task("read", read)

        async def send(channel: str) -> None:
            await deliver(channel)

        self._app.task(name="deliver", queue="deliver")(send)
        for name, (cron, chore) in chores.items():
            self._chore(name, cron, chore)

    def _task(self, name: str, begin: Handed) -> None:
        async def handed(ids: list[int], doubtful: bool = False) -> None:
            await begin(ids, doubtful)

        self._app.task(name=name, queue=name)(handed)

    def _chore(self, name: str, cron: str, chore: Callable[[int], Awaitable[None]]) -> None:
        async def do(timestamp: int) -> None:
            await chore(timestamp)

        task = self._app.task(name=name, queue="chores", queueing_lock=name, lock=name)(do)
        self._app.periodic(cron=cron)(task)

    # --- in somebody's transaction ----------------------------------------------------------

    def hand_out(
        self, connection: Connection, name: str, jobs: Iterable[tuple[list[int], bool]]
    ) -> None:
        """Have somebody begin on rows, once the transaction is committed."""
        if given := [{"ids": ids, "doubtful": doubtful} for ids, doubtful in jobs]:
            connection.execute(_HAND_OUT, {"name": name, "given": json.dumps(given)})

    def asked_to_deliver(self, connection: Connection) -> frozenset[str]:
        """The channels on which somebody is asked to send what is due, or does so."""
        return frozenset(connection.scalars(_IS_ASKED))

    def have_delivered(self, connection: Connection, channels: Iterable[str]) -> None:
        """Have somebody send what is due on channels, on which nobody is asked to."""
        for channel in channels:
            # Another may ask at the same moment, which must not undo what else was handed out.
            driver = connection.connection.driver_connection
            with suppress(AlreadyEnqueued), connection.begin_nested():
                self._deferring.configure_task(
                    "deliver", queue="deliver", lock=channel, queueing_lock=channel,
                    priority=1, connection=driver,
                ).defer(channel=channel)  # fmt: skip

    # --- at work ----------------------------------------------------------------------------

    async def run(self, stopping: asyncio.Event) -> None:
        """Do jobs until told to stop; begin anew whenever the database has been away."""
        while not stopping.is_set():
            try:
                await self._run(stopping)
            except _FAULTS as error:
                log.warning("the jobs wait for the database", error=str(error))
            except Exception as error:
                log.error("the engine failed; it begins anew", error=str(error), exc_info=True)
            await stopped_within(stopping, AGAIN_SECONDS)

    async def _run(self, stopping: asyncio.Event) -> None:
        pool = AsyncConnectionPool(
            self._conninfo, min_size=1, max_size=CONNECTIONS, open=False, timeout=10,
            kwargs=_CONNECTION, configure=_configure, check=AsyncConnectionPool.check_connection,
        )  # fmt: skip
        try:
            await pool.open(wait=True, timeout=5)
            connector = PsycopgConnector(conninfo=self._conninfo)
            with self._app.replace_connector(connector) as app:
                async with app.open_async(pool):
                    await self._forget_gone(pool)
                    await self._work(app, stopping)
        finally:
            await pool.close(timeout=1)

    async def _work(self, app: App, stopping: asyncio.Event) -> None:
        workers = [
            _worker(app, ["poll"], POLLS, LOOK_SECONDS, listens=False),
            _worker(app, ["read"], READS, LOOK_ANYWAY_SECONDS),
            _worker(app, ["deliver", "chores"], OTHERS, LOOK_ANYWAY_SECONDS),
        ]
        tasks = [asyncio.create_task(each.run()) for each in workers]  # type: ignore[no-untyped-call]
        tasks.append(asyncio.create_task(_rescue(app)))
        asked = asyncio.create_task(stopping.wait())
        try:
            # None of them ends by itself, unless something is wrong.
            done, _ = await asyncio.wait([*tasks, asked], return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            self._gone += [each.worker_id for each in workers if each.worker_id is not None]
            for each in workers:
                each.stop()  # type: ignore[no-untyped-call]
            tasks[-1].cancel()
            await asyncio.wait(tasks, timeout=2 * GRACE_SECONDS)
            for task in tasks:
                task.cancel()
        for task in done - {asked}:
            task.result()
        if not stopping.is_set():
            raise ConnectorException("a worker ended")

    async def _forget_gone(self, pool: AsyncConnectionPool) -> None:
        """Let the jobs be done that were ours before the database went away."""
        gone, self._gone = self._gone, []
        if gone:
            async with pool.connection() as connection:
                await connection.execute(
                    "DELETE FROM procrastinate_workers WHERE id = ANY(%s)", (gone,)
                )


async def _configure(connection: AsyncConnection) -> None:
    # Each of its statements stands for itself.
    await connection.set_autocommit(True)


def _worker(
    app: App, queues: list[str], concurrency: int, look: float, *, listens: bool = True
) -> Worker:
    # To be told of jobs takes a connection.
    return Worker(
        app=app, queues=queues, concurrency=concurrency, delete_jobs="always",
        fetch_job_polling_interval=look, listen_notify=listens,
        shutdown_graceful_timeout=GRACE_SECONDS, install_signal_handlers=False,
        update_heartbeat_interval=BEAT_SECONDS, stalled_worker_timeout=STALLED_SECONDS,
    )  # fmt: skip


async def _rescue(app: App) -> None:
    """Have the jobs of the dead done by others: by itself nothing does that."""
    manager = app.job_manager
    while True:
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            # Somebody else may have rescued it at the same moment.
            with suppress(ConnectorException):
                await manager.retry_job(job)
        await asyncio.sleep(RESCUED_EVERY_SECONDS)
