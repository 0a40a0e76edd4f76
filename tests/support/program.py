"""The installed program, run as a user runs it: in a process of its own, on a config of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.forked import forks

MONITOR = Path(sys.executable).with_name("monitor")
STARTED = [("run",), ("demo",), ("--help",), ("--version",)]
"""Commands that are started as users start them, rather than forked: one of each kind is."""

WATCHLIST = """
[[watchlists]]
name = "Westminster"
channels = [{channels}]

  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"

  [[watchlists.entities]]
  name = "Zhao Guangzong"
  kind = "person"
"""

POLLING = """
[polling]
interval = "1s"
min_interval = "1s"
allow_private_networks = true
"""


def config_toml(
    feeds: list[str],
    *,
    slack: str | None = None,
    mail: str | None = None,
    operations: bool = False,
    watchlist: str = WATCHLIST,
    polling: str = POLLING,
    group_by: str = "article",
    burst: str = "off",
    slack_options: str = "",
    slack_url: str = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC",
    feed_options: str = "",
) -> str:
    """A configuration: feeds by address, and channels `slack` and `mail` where wanted.

    Tests tell one text under many addresses, so articles are not grouped unless asked for; and
    much of one feed, each by itself.
    """
    channels = [name for name, url in (("slack", slack), ("mail", mail)) if url]
    parts = ['[storage]\nurl = "sqlite:///monitor.db"\n', polling]
    parts.append(f'[alerts]\ngroup_by = "{group_by}"\nburst = "{burst}"\n')
    if operations:
        parts.append('[operations]\nchannels = ["slack"]\n')
    parts += [f'[[feeds]]\nurl = "{url}"\n{feed_options}\n' for url in feeds]
    parts.append(watchlist.format(channels=", ".join(f'"{name}"' for name in channels)))
    if slack:
        parts.append(
            '[[channels]]\nname = "slack"\n'
            f'url = "{slack_url}"\nendpoint = "{slack}"\n'
            f"{slack_options}\n"
        )
    if mail:
        parts.append(f'[[channels]]\nname = "mail"\nurl = "{mail}"\n')
    return "\n".join(parts)


class Program:
    """A folder with a configuration, and the program run on it."""

    def __init__(self, folder: Path, toml: str) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        # Tests run beside each other, and the page has one address unless it is told another.
        page = "" if "[web]" in toml else "\n[web]\nenabled = false\n"
        self.config.write_text(toml + page, encoding="utf-8")
        self.env = {
            # Of the terminal that the tests run on it is to know nothing.
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith("MONITOR_") and key not in {"COLUMNS", "LINES"}
            },
            "MONITOR_CONFIG": str(self.config),
            "NO_COLOR": "1",
        }

    def run(
        self, *arguments: str, stdin: str = "", timeout: float = 180
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [str(MONITOR), *arguments]
        if arguments[:1] not in STARTED and forks().can(self.env):
            return forks().run(command, stdin=stdin, cwd=self.folder, env=self.env, timeout=timeout)
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True,
            cwd=self.folder, env=self.env, timeout=timeout, check=False,
        )  # fmt: skip

    def json(self, *arguments: str, stdin: str = "") -> Any:
        """Run a command with `--json` and return the one object it prints."""
        done = self.run(*arguments, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def daemon(self, *arguments: str) -> Iterator[Daemon]:
        """A running daemon; killed at the end if it is still there."""
        daemon = Daemon(self, arguments)
        try:
            yield daemon
        finally:
            daemon.kill()


class Daemon:
    """`monitor run` in a process, with what it prints."""

    def __init__(self, program: Program, arguments: tuple[str, ...]) -> None:
        number = sum(1 for _ in program.folder.glob("*.stderr"))
        self._errors = program.folder / f"{number}.stderr"
        self._output = program.folder / f"{number}.stdout"
        with self._errors.open("wb") as errors, self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [MONITOR, "run", *arguments],
                cwd=program.folder,
                env=program.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )

    @property
    def log(self) -> list[dict[str, Any]]:
        """The log so far (stderr, one JSON object a line)."""
        lines = self._errors.read_text("utf-8").split("\n")
        # The last piece is empty, or a line that is still being written.
        return [json.loads(line) for line in lines[:-1]]

    @property
    def errors(self) -> str:
        """What it printed on stderr so far, log and all."""
        return self._errors.read_text("utf-8")

    @property
    def output(self) -> str:
        """What it printed on stdout so far."""
        return self._output.read_text("utf-8")

    def wait_for_event(self, event: str, count: int = 1, timeout: float = 60) -> dict[str, Any]:
        """Block until an event was logged `count` times; the last of them."""
        found: list[dict[str, Any]] = []

        def logged() -> bool:
            found[:] = [line for line in self.log if line["event"] == event]
            return len(found) >= count

        wait_until(
            logged, timeout, lambda: f"{event!r} was not logged: {self._errors.read_text('utf-8')}"
        )
        return found[count - 1]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def stop(self, timeout: float = 60) -> int:
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self.process.kill()
        self.process.wait(10)


def wait_until(condition: Callable[[], bool], timeout: float, complaint: Callable[[], str]) -> None:
    """Look again and again until a condition holds that only another process can bring about."""
    end = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, complaint()
        pause.wait(0.02)
