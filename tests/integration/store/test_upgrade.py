"""An upgrade that is killed, or during which others write, does nothing by half."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor.daemon.lock import DaemonLock
from monitor.model.hold import HoldReason
from monitor.store import tables
from monitor.store.database import Database
from tests.support import old_database
from tests.support.clock import MONDAY
from tests.support.earlier import Before0011
from tests.support.program import Program, config_toml

# Each upgrade is one of a process forked for it, so that all is loaded once only.
KILLED = """
import os, signal, sqlite3, sys
import alembic.command, alembic.autogenerate, alembic.migration, alembic.script
from contextlib import closing
from sqlalchemy import event
from monitor.store.database import Database

def dump():
    with closing(sqlite3.connect(sys.argv[1])) as raw:
        return list(raw.iterdump())

before = dump()
# Nothing is committed before the last: every seventh meets each migration.
for last in range(1, 1000, 7):
    child = os.fork()
    if child == 0:
        db = Database(f"sqlite:///{sys.argv[1]}")
        seen = 0
        def count(*_):
            global seen
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(db.engine, "after_cursor_execute", count)
        db.upgrade()
        db.close()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status):
        assert status == 0, status
        print(last)
        break
    assert dump() == before, f"killed at its statement {last} it left something behind"
"""

# What a daemon of the earlier version does, until its statements are understood no more.
WRITER = """
import sqlite3, sys
from contextlib import closing
from pathlib import Path
from tests.support.earlier import Before0011

with closing(Before0011(Path(sys.argv[1]))) as earlier:
    for number in range(100_000):
        try:
            earlier.delivery(None, f"c{number}", "quiet hours", notice_id="n")
        except sqlite3.OperationalError as error:
            assert "waits_for" in str(error), error
            break
        print(number, flush=True)
    print("end", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.db"
    old_database.make(path, "0010")
    with closing(Before0011(path)) as earlier:
        earlier.feed()
        earlier.insert("notices", id="n", kind="k", title="t", text="x", created=MONDAY)
        for number, waits_for in enumerate(("quiet hours", "silence 3", "fallback for slack")):
            earlier.alert(f"a{number}")
            earlier.delivery(f"a{number}", "slack", waits_for)
        earlier.match(held="its story was told already: it is alike", thread="a0")
    return path


def test_killed_after_any_statement_an_upgrade_has_done_nothing(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
    with closing(Database(f"sqlite:///{path}")) as db:
        assert db.upgrade() is False
        assert (db.differences(), db.damage()) == ([], [])
        with db.read() as connection:
            holds = set(connection.execute(select(*tables.deliveries.c["hold", "hold_ref"])))
    assert holds == {
        (HoldReason.QUIET_HOURS, None), (HoldReason.SILENCE, "3"), (HoldReason.FALLBACK, "slack"),
    }  # fmt: skip


def test_what_is_written_while_it_is_upgraded_is_rewritten_or_refused(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        while writer.stdout.readline() not in {"20\n", ""}:
            pass
        with closing(Database(f"sqlite:///{path}")) as db:
            assert db.upgrade() is True
            # Not `communicate`, which knows nothing of what was read ahead.
            rest = writer.stdout.read().split()
            assert (rest[-1], writer.wait(60)) == ("end", 0)
            written = 21 + len(rest) - 1
            with db.read() as connection:
                count = select(func.count()).select_from(tables.deliveries).where(
                    tables.deliveries.c.notice_id == "n",
                    tables.deliveries.c.hold == HoldReason.QUIET_HOURS,
                )  # fmt: skip
                assert connection.scalar(count) == written
            assert db.damage() == []


def test_nobody_upgrades_what_a_daemon_works_on(path: Path) -> None:
    program = Program(path.parent, config_toml([]))
    with DaemonLock(path):
        refused = program.run("db", "upgrade")
        assert refused.returncode == 1
        assert "another monitor" in refused.stderr
    assert program.json("db", "upgrade")["upgraded"] is True
    with DaemonLock(path):
        # Nothing is left to do, so that nobody is in the way.
        assert program.json("db", "upgrade")["upgraded"] is False
