"""Killed at any instant and started again, the daemon loses no match."""

from __future__ import annotations

import random
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from benchmarks.measuring import living
from tests.support.program import Program, config_toml, wait_until
from tests.support.slack import SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import publish
from tests.support.web import WebWorld

KILLS = 16
"""`benchmarks.kills` has some hundreds."""
STORIES = 40


def test_kill_9_loses_no_match(
    tmp_path: Path,
    web: WebWorld,
    slack: SlackServer,
    record_property: Callable[[str, object], None],
) -> None:
    names = [f"story{number:03}" for number in range(STORIES)]
    program = Program(tmp_path, config_toml([publish(web, *names[:2])], slack=slack.endpoint))
    seed = 20240325
    moments = random.Random(seed)
    published = 2
    killed_sending = 0
    for _ in range(KILLS):
        with program.daemon() as daemon:
            # From before the first statement to well after the last delivery.
            threading.Event().wait(moments.uniform(0.2, 3.0))
            published = min(published + 3, STORIES)
            publish(web, *names[:published])
            daemon.kill()
        killed_sending += claimed(tmp_path / "monitor.db")
    publish(web, *names)
    program.run("run", "--once")

    told = Counter(
        name for post in slack.messages for name in names if f"Headline {name}" in str(post.payload)
    )
    repeated = sum(count - 1 for count in told.values())
    record_property("kills", KILLS)
    record_property("repeated", repeated)
    print(f"{KILLS} kills (seed {seed}): {len(told)} of {STORIES} told, {repeated} repeated")
    assert set(told) == set(names)
    # A message may be repeated only where the kill fell between its acceptance and our commit.
    assert repeated <= killed_sending
    with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as db:
        assert db.execute("SELECT count(*) FROM matches").fetchone() == (STORIES,)
        assert db.execute("SELECT DISTINCT status FROM deliveries").fetchall() == [("sent",)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_who_has_a_mail_that_others_refused_gets_it_from_no_later_process(
    tmp_path: Path, web: WebWorld, smtp: SmtpServer, end: signal.Signals
) -> None:
    names = ("alice", "bob", "carol")
    alice, bob, carol = (f"{name}@example.org" for name in names)
    smtp.refuse(bob, "450 4.2.1 greylisted", "450 4.2.1 greylisted", "250 OK")
    mail = smtp.channel(alice, bob, carol)
    program = Program(tmp_path, config_toml([publish(web, "hack")], mail=mail))
    for _ in range(2):
        with program.daemon() as daemon:
            daemon.wait_for_event("delivery failed and will be tried again")
            daemon.signal(end)
            daemon.process.wait(60)
    with program.daemon() as daemon:
        daemon.wait_for_event("delivered")
        assert daemon.stop() == 0
    assert Counter(mail.recipients for mail in smtp.mails) == {(alice,): 1, (bob,): 1, (carol,): 1}


def claimed(path: Path) -> int:
    """How many deliveries a killed daemon had in hand."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        try:
            found = db.execute("SELECT count(*) FROM deliveries WHERE status = 'sending'")
        except sqlite3.OperationalError:
            return 0
        return int(found.fetchone()[0])


def test_killed_workers_are_replaced_and_nothing_is_lost(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    program = Program(tmp_path, config_toml([publish(web, "before")], slack=slack.endpoint))
    with program.daemon() as daemon:
        slack.wait_for(1)
        for number in range(3):
            for worker in psutil.Process(daemon.process.pid).children(recursive=True):
                # With the process that it was forked from, it may have ended already.
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
            publish(web, "before", *(f"after{each}" for each in range(number + 1)))
            slack.wait_for(number + 2, timeout=120)
        assert daemon.stop() == 0


def test_a_killed_daemon_leaves_no_process_behind(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    program = Program(tmp_path, config_toml([publish(web, "hack")], slack=slack.endpoint))
    with program.daemon() as daemon:
        slack.wait_for(1)
        family = psutil.Process(daemon.process.pid).children(recursive=True)
        assert family
        daemon.kill()
        # One that has ended is there until its parent, init by now, has waited for it.
        wait_until(lambda: not living(family), 60, lambda: f"still there: {living(family)}")
