"""A PostgreSQL server for tests, started once, and a database of its own for each that asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import psutil

from monitor.store import text_days
from monitor.store.database import METADATA, Database
from tests.support.sockets import free_port

_NUMBERS = count()
#: Days on which many tests take place: texts of theirs are with their days, others' in the rows.
DAYS = (
    *(date(2024, 3, day) for day in range(24, 29)),
    date(2026, 3, 2),
    *(date(2026, 11, day) for day in range(20, 31)),
)
# Whoever is still there from the test before.
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_FRESH = "; ".join(
    (
        *(
            f"DELETE FROM {table.name}"
            for table in reversed(METADATA.sorted_tables)
            if table.name != "search_state"
        ),
        "UPDATE search_state SET indexed_from = 1",
        "DELETE FROM article_search_queue",
        "DELETE FROM article_texts",
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    )
)
# Nothing that a test makes outlives a crash of the machine.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "150",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}


@cache
def programs() -> Path | None:
    """Where PostgreSQL's programs are; None if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    there = shutil.which("postgres")
    return None if there is None else Path(there).parent


@dataclass(slots=True)
class Server:
    """A server on loopback, whose one user needs no password."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=_SETTINGS.copy)
    _shared: str | None = None

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def by_file(self, url: str) -> str:
        """The same address, of the socket that stands among the files."""
        name = url.rpartition("/")[2]
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}&port={self.port}"

    def start(self) -> None:
        """Start it, or start it again."""
        options = " ".join(f"-c {key}={value}" for key, value in self.settings.items())
        self._control("start", "-o", f"-p {self.port} -k {self.folder} {options}")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: "fast" ends sessions in order, "immediate" as if it had crashed."""
        self._control("stop", "-m", mode)

    def kill(self) -> None:
        """Kill its first process with -9; its sessions end when they notice."""
        first = psutil.Process(self._postmaster())
        sessions = first.children(recursive=True)
        first.kill()
        # Those that are left keep the next start from the memory that they share.
        psutil.wait_procs([first, *sessions], timeout=60)

    def _postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def _control(self, what: str, *more: str) -> None:
        log = str(self.folder / "log")
        _run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-t", "60", *more, what)

    def cpu_seconds(self) -> float:
        """What all of its processes have used, those that have ended included."""
        postmaster = psutil.Process(self._postmaster())
        used = postmaster.cpu_times()
        total = used.user + used.system + used.children_user + used.children_system
        for each in postmaster.children():
            with suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                total += times.user + times.system
        return total

    def empty(self) -> str:
        """The address of a new database without any table."""
        name = f"t{os.getpid()}_{next(_NUMBERS)}"
        self._ask(f"CREATE DATABASE {name}")
        return self.url(name)

    def clean(self) -> str:
        """The address of a database as the first start leaves it: always of the same one.

        To make another takes many times as long as to empty it.
        """
        if self._shared is None:
            self._shared = self.empty()
            with closing(Database(self._shared)) as db:
                db.upgrade()
                with db.write() as connection:
                    text_days.make(connection, list(DAYS))
        else:
            self._ask(_OTHERS, _FRESH, database=self._shared.rpartition("/")[2])
        return self._shared

    def _ask(self, *statements: str, database: str = "postgres") -> None:
        import psycopg

        address = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _run(program: str, *arguments: str) -> None:
    folder = programs()
    assert folder is not None
    command = [str(folder / program), *arguments]
    if os.geteuid() == 0:
        # Root may not run it.
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    subprocess.run(
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=120,
        cwd="/",
    )


@contextmanager
def running(**settings: str) -> Iterator[Server]:
    """A server for as long as the context lasts, with other settings than tests have."""
    # The usual folders of tests belong to whoever runs them, and nobody else may enter.
    with tempfile.TemporaryDirectory(prefix="monitor-postgresql-") as made:
        folder = Path(made)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = str(folder / "data")
        _run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync",
             "--encoding=UTF8", "--locale=C.UTF-8")  # fmt: skip
        server = Server(folder, free_port(), _SETTINGS | settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
