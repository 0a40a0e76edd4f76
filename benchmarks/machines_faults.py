"""What may happen to workers and to their database, one after the other, and what is lost by it.

A disk that is full, a worker that is frozen for longer than its claims last and wakes up, and a
server whose first process is killed with -9, while stories are published.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.crowd import Crowd, crowd
from benchmarks.machines_run import (
    Machines,
    Outcome,
    configuration,
    is_all_told,
    judge,
    machines,
    until,
)
from monitor.store.database import Database
from tests.support.postgresql import Server

HOSTS, FEEDS, STORIES = 4, 16, 3
#: Longer than any claim lasts, in seconds.
FROZEN_SECONDS = 75.0
_FULL = (
    "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
    " 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
    "CREATE TRIGGER is_full BEFORE INSERT ON articles EXECUTE FUNCTION is_full()",
)
_FREED = ("DROP TRIGGER is_full ON articles", "DROP FUNCTION is_full()")
#: As if time had passed: whatever is claimed is somebody's who says nothing.
_LATER = (
    *(
        f"UPDATE {table} SET claimed_until = now() - interval '1 s' WHERE claimed_until > now()"
        for table in ("feeds", "articles", "deliveries")
    ),
    "UPDATE host_permits SET leases = '{}'",
    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 h'",
)


def faults(
    server: Server, folder: Path, url: str, *, frozen: float | None = None, patience: float = 120.0
) -> Outcome:
    """Two workers, and what happens to them; what came of it.

    Args:
        server: of the database.
        folder: for the workers.
        url: the database, as the first start leaves it.
        frozen: for how long a worker is frozen, in seconds; by default its claims are ended by
            hand, as if that time had passed.
        patience: for each fault, until all is told.
    """
    outcome = Outcome()
    with crowd(HOSTS, FEEDS, 0.02) as served:
        toml = configuration(served, url, interval="2s", concurrency=20)
        with machines(folder, toml, url) as some:
            some.start(2)
            outcome.expect(until(lambda: _polled(some) == FEEDS, patience), "nothing was polled")
            told = _Told(outcome, some, served, patience)
            _fill_the_disk(told, url)
            _freeze(told, url, frozen)
            _kill_the_server(told, server)
            final = judge(some, served, told.stories)
            outcome.faults += final.faults
            outcome.figures |= final.figures
            codes = some.stop()
            outcome.expect(codes == [0, 0], f"workers ended with {codes}")
    return outcome


class _Told:
    """Publishes stories, and waits until they are told."""

    def __init__(self, outcome: Outcome, some: Machines, served: Crowd, patience: float) -> None:
        self.outcome = outcome
        self.some = some
        self.stories = 0
        self._served = served
        self._patience = patience

    def publish(self) -> None:
        self._served.ask(f"publish?stories={STORIES}&watched=10")
        self.stories += STORIES

    def wait(self, what: str) -> None:
        begun = time.monotonic()
        came = until(lambda: is_all_told(self.some, self.stories), self._patience)
        self.outcome.expect(came, f"not all was told after {what}")
        self.outcome.figures[f"told after {what}, s"] = round(time.monotonic() - begun, 1)


def _fill_the_disk(told: _Told, url: str) -> None:
    _do(url, *_FULL)
    told.publish()
    said = until(lambda: "disk is full" in told.some.logs(), 60)
    told.outcome.expect(said, "nobody said that the disk is full")
    _do(url, *_FREED)
    told.wait("the disk was full")


def _freeze(told: _Told, url: str, seconds: float | None) -> None:
    told.publish()
    until(lambda: bool(told.some.ask("SELECT 1 FROM articles WHERE claimed_by IS NOT NULL")), 30)
    frozen = told.some.at_work[0]
    told.some.miss(0)
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        if seconds is None:
            _do(url, *_LATER)
        else:
            time.sleep(seconds)
        told.wait("a worker was frozen")
    finally:
        os.kill(frozen.pid, signal.SIGCONT)
    [(woken,)] = told.some.ask("SELECT now()")
    beats = f"SELECT count(*) FROM workers WHERE beat > '{woken}'"
    awake = until(lambda: told.some.ask(beats)[0][0] == 2, 60)
    told.outcome.expect(awake, "who was frozen has not come back")


def _kill_the_server(told: _Told, server: Server) -> None:
    server.kill()
    told.publish()
    server.start()
    told.wait("PostgreSQL was killed")


def _do(url: str, *statements: str) -> None:
    db = Database(url)
    try:
        with db.write() as connection:
            for each in statements:
                connection.execute(text(each))
    finally:
        db.close()


def _polled(some: Machines) -> Any:
    return some.ask("SELECT count(*) FROM feeds WHERE last_ok IS NOT NULL")[0][0]
