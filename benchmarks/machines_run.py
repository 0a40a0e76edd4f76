"""Several workers on one PostgreSQL database against `benchmarks.crowd`, some of them killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from benchmarks.apart import HERE, Apart
from benchmarks.crowd import COPIES, ON_ITS_WAY, PER_HOST, Crowd, name_of
from monitor.store.database import Database
from tests.support.program import MONITOR

WATCHED = 10
"""Entities on each watchlist."""
WATCHLISTS = ("first", "second")
#: Of a worker that is killed, or frozen for no longer than that, nothing is expected; seconds.
MISSED = 90.0
_STORY = re.compile(r"\bs(\d+)\b")
_CONFIG = """
[storage]
url = "{url}"
[polling]
interval = "{interval}"
min_interval = "1s"
max_interval = "60s"
allow_private_networks = true
per_host = {per_host}
concurrency = {concurrency}
timeout = "10s"
user_agent = "crowd/${{WORKER}}"
[alerts]
burst = "off"
merge_watchlists = false
[web]
enabled = false
[[channels]]
name = "hook"
url = "{hook}"
"""


def configuration(crowd: Crowd, url: str, *, interval: str, concurrency: int) -> str:
    """What every worker is configured with."""
    entities = ", ".join(f'"{name_of(each, WATCHED)}"' for each in range(WATCHED))
    parts = [
        _CONFIG.format(
            url=url, interval=interval, per_host=PER_HOST, concurrency=concurrency, hook=crowd.hook
        )
    ]
    parts += [f'[[feeds]]\nurl = "{each}"\n' for each in crowd.urls()]
    parts += [
        f'[[watchlists]]\nname = "{name}"\nchannels = ["hook"]\nentities = [{entities}]\n'
        for name in WATCHLISTS
    ]
    return "\n".join(parts)


class Machines:
    """Workers as users start them, each a process of its own.

    Args:
        folder: for the configuration and the logs.
        toml: the configuration.
        url: the database.
        apart: the machines on which they are started, one after the other; by default this one.
    """

    def __init__(self, folder: Path, toml: str, url: str, apart: Sequence[Apart] = (HERE,)) -> None:
        self._folder = folder
        self._apart = apart
        self._db = Database(url)
        self.config = folder / "config.toml"
        self.config.write_text(toml, encoding="utf-8")
        self.at_work: list[subprocess.Popen[bytes]] = []
        self.kills: list[tuple[float, str]] = []
        """When workers were killed, and how each called itself to the servers."""
        self._names: dict[int, str] = {}
        self._started = 0

    def start(self, number: int = 1, command: str = "worker") -> None:
        """Start so many more."""
        for _ in range(number):
            machine = self._apart[self._started % len(self._apart)]
            self._started += 1
            env = {
                **os.environ,
                **machine.environment,
                "MONITOR_CONFIG": str(self.config),
                "WORKER": str(self._started),
            }
            with (self._folder / f"worker-{self._started}.log").open("wb") as log:
                self.at_work.append(
                    subprocess.Popen(
                        [*machine.command, MONITOR, command, "--log-format", "json"],
                        stdout=log, stderr=log, env=env, cwd=self._folder,
                        start_new_session=True,
                    )
                )  # fmt: skip
            self._names[self.at_work[-1].pid] = f"crowd/{self._started}"

    def miss(self, which: int) -> None:
        """Expect nothing more of what one is at."""
        self.kills.append((time.time(), self._names[self.at_work[which].pid]))

    def kill(self, which: int = 0) -> None:
        """End one with -9, and the processes that it has begun."""
        self.miss(which)
        process = self.at_work.pop(which)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> list[int]:
        """Ask all to end, and wait for that; what they ended with."""
        for process in self.at_work:
            process.terminate()
        codes = []
        for process in self.at_work:
            try:
                codes.append(process.wait(timeout=30))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                codes.append(process.wait())
        self.at_work = []
        return codes

    def close(self) -> None:
        """End all that are left."""
        for process in self.at_work:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._db.close()

    def cpu_seconds(self) -> float:
        """What those at work have used, with what they have begun."""
        total = 0.0
        for process in self.at_work:
            parent = psutil.Process(process.pid)
            for each in [parent, *parent.children(recursive=True)]:
                used = each.cpu_times()
                total += used.user + used.system
        return total

    def clocks(self) -> list[float]:
        """How far their clocks were ahead of this machine's when they last said something."""
        found = []
        for log in self._folder.glob("worker-*.log"):
            last = log.read_bytes().splitlines()[-1]
            said = datetime.fromisoformat(json.loads(last)["timestamp"])
            found.append(said.timestamp() - log.stat().st_mtime)
        return found

    def logs(self) -> str:
        """What all of them have said."""
        return "".join(
            each.read_text(errors="replace") for each in sorted(self._folder.glob("worker-*.log"))
        )

    def ask(self, query: str) -> list[Any]:
        """Rows of the database."""
        with self._db.read() as connection:
            return list(connection.execute(text(query)).all())


@contextmanager
def machines(
    folder: Path, toml: str, url: str, apart: Sequence[Apart] = (HERE,)
) -> Iterator[Machines]:
    """Workers that are ended at last, whatever happens; see `Machines`."""
    found = Machines(folder, toml, url, apart)
    try:
        yield found
    finally:
        found.close()


@dataclass(slots=True)
class Outcome:
    """What came of it, and what is wrong with that."""

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def expect(self, right: bool, fault: str) -> None:
        """Note a fault unless all is right."""
        if not right:
            self.faults.append(fault)


def until(condition: Callable[[], bool], seconds: float, pause: float = 0.5) -> bool:
    """Wait for something; whether it came within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return False


def is_all_told(some: Machines, stories: int) -> bool:
    """Whether all that was published is read, and every story told on both watchlists."""
    [(read, waiting)] = some.ask(
        "SELECT coalesce(sum(CASE WHEN reads > 0 THEN 1 ELSE 0 END), 0),"
        " (SELECT count(*) FROM deliveries WHERE status <> 'sent' AND follow_up = 0) FROM articles"
    )
    [(told,)] = some.ask("SELECT count(*) FROM deliveries WHERE status = 'sent'")
    return bool(read >= stories * COPIES and not waiting and told >= stories * len(WATCHLISTS))


def is_all_read(some: Machines) -> bool:
    """Whether no page is to be asked for now, or as soon as its host may be asked."""
    [(due,)] = some.ask("SELECT count(*) FROM articles WHERE next_read < now() + interval '1 min'")
    return not due


def judge(some: Machines, crowd: Crowd, stories: int) -> Outcome:
    """Hold what was stored, sent and asked against what should have been.

    Args:
        some: the workers.
        crowd: what was served.
        stories: how many were published.
    """
    outcome = Outcome()
    said = crowd.ask("report")
    _judge_stored(outcome, some, said, stories)
    _judge_sent(outcome, some, said, stories)
    outcome.expect(said["most"] <= PER_HOST, f"{said['most']} requests at once with one host")
    broken = [(by, since, who) for by, since, who in said["broken_holds"]]
    # Who was killed before others could know of it took it along: be it that the server answered a
    # moment after whoever asked was dead.
    died = {
        (by, since)
        for by, since, _ in broken
        if any(by == name and -MISSED < since - at < ON_ITS_WAY for at, name in some.kills)
    }
    broken = [each for each in broken if each[:2] not in died]
    outcome.expect(not broken, f"{len(broken)} requests in spite of a hold: {broken[:5]}")
    outcome.expect(not said["hurried"], f"pages without pauses at {said['hurried']}")
    outcome.figures |= {
        "requests": said["asked"],
        "most_at_one_host": said["most"],
        "hosts_that_asked_for_time": said["held_hosts"],
        "requests_for_time_that_died_with_a_worker": len(died),
        "pages_with_pauses": said["paused_pages"],
        "kills": len(some.kills),
        "machines_that_asked": len(said["askers"]),
    }
    return outcome


def _judge_stored(outcome: Outcome, some: Machines, said: dict[str, Any], stories: int) -> None:
    [(articles, addresses)] = some.ask("SELECT count(*), count(DISTINCT url_key) FROM articles")
    outcome.expect(
        articles == addresses == said["listed"],
        f"{said['listed']} items listed became {articles} articles of {addresses} pages",
    )
    alerts: Counter[tuple[str, str]] = Counter()
    for watchlist, title in some.ask(
        "SELECT m.watchlist, a.title FROM alerts al JOIN matches m ON m.id = al.match_id"
        " JOIN articles a ON a.id = m.article_id"
    ):
        found = _STORY.search(title)
        alerts[watchlist, found[1] if found else "?"] += 1
    wanted = {(name, str(n)) for name in WATCHLISTS for n in range(stories)}
    outcome.expect(not wanted - alerts.keys(), f"never told: {sorted(wanted - alerts.keys())[:5]}")
    twice = [each for each, times in alerts.items() if times > 1]
    outcome.expect(not twice, f"{len(twice)} stories told more than once: {twice[:5]}")
    outcome.figures |= {"articles": articles, "alerts": alerts.total(), "stories": stories}


def _judge_sent(outcome: Outcome, some: Machines, said: dict[str, Any], stories: int) -> None:
    at: dict[str, list[float]] = {}
    told: Counter[str] = Counter()
    for moment, message, title in said["messages"]:
        at.setdefault(message, []).append(moment)
        if found := _STORY.search(title):
            told[found[1]] += 1
    missing = [n for n in range(stories) if told[str(n)] < len(WATCHLISTS)]
    outcome.expect(not missing, f"stories whose messages did not arrive: {missing[:5]}")
    repeated = {each: moments for each, moments in at.items() if len(moments) > 1}
    unexcused = [
        each
        for each, moments in repeated.items()
        if not any(moments[0] - 1 <= kill <= moments[-1] for kill, _ in some.kills)
    ]
    outcome.expect(not unexcused, f"{len(unexcused)} messages repeated without a kill")
    outcome.figures |= {"messages": len(at), "repeated_for_kills": len(repeated)}
