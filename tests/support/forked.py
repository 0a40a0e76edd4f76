"""Commands run as processes that are forked from one which has imported what they need.

Importing takes most of a short command's time. What a forked one does is what the installed program
does from its entry point on, in a process of its own: arguments, environment, folder, files, exit
code. That the program starts by itself, quickly and with nothing missing, other tests show, which
start it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

#: Read by an interpreter when it starts, and not again in a fork.
AT_START = ("PYTHON", "LANG", "LC_")
ROOMS = (
    "cli", "service", "config", "messages", "store", "pipeline", "fetch", "channels", "matching",
)  # fmt: skip
LIBRARIES = (
    "alembic.autogenerate", "alembic.command", "httpx_aiohttp", "rich.markdown", "rich.table",
    "sqlalchemy.dialects.sqlite", "tomlkit",
)  # fmt: skip


class Forks:
    """A process to fork commands from; it ends with this one."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._one_at_a_time = threading.Lock()
        self._started = {k: v for k, v in os.environ.items() if k.startswith(AT_START)}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
            )
        atexit.register(self.close)

    def close(self) -> None:
        """End it, once no more commands are wanted."""
        self._socket.close()
        self._process.wait(10)

    def can(self, env: Mapping[str, str]) -> bool:
        """Whether a command in this environment can be forked, rather than started."""
        return self._started == {k: v for k, v in env.items() if k.startswith(AT_START)}

    def run(
        self,
        arguments: Sequence[str | Path],
        *,
        stdin: str,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
    ) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run`, with text; `arguments[0]` is what the program is called."""
        words = [os.fspath(each) for each in arguments]
        wanted = {"arguments": words, "cwd": str(cwd), "env": dict(env)}
        ours, theirs = socket.socketpair()
        with (
            ours,
            tempfile.TemporaryFile("w+", encoding="utf-8") as given,
            tempfile.TemporaryFile("w+", encoding="utf-8") as output,
            tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        ):
            given.write(stdin)
            given.seek(0)
            with theirs, self._one_at_a_time:
                files = [each.fileno() for each in (given, output, errors, theirs)]
                socket.send_fds(self._socket, [json.dumps(wanted).encode()], files)
            ours.settimeout(timeout)
            process = _number(ours)
            try:
                code = _number(ours)
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                raise subprocess.TimeoutExpired(words, timeout) from None
            for each in (output, errors):
                each.seek(0)
            return subprocess.CompletedProcess(words, code, output.read(), errors.read())


@cache
def forks() -> Forks:
    """The one of this process."""
    return Forks()


def _number(answers: socket.socket) -> int:
    raw = answers.recv(8, socket.MSG_WAITALL)
    assert len(raw) == 8, "the process that commands are forked from has died"
    return int.from_bytes(raw, signed=True)


# --- the process that is forked from ---------------------------------------------------------


def load() -> None:
    """Import what commands do, and compute what they keep."""
    for room in ROOMS:
        package = importlib.import_module(f"monitor.{room}")
        for module in pkgutil.iter_modules(package.__path__, f"monitor.{room}."):
            if module.name != "monitor.pipeline.preload":
                importlib.import_module(module.name)
    for library in LIBRARIES:
        importlib.import_module(library)
    from monitor.config.schema import Watchlist
    from monitor.matching.matcher import Matcher

    Matcher([Watchlist.model_validate({"name": "w", "entities": ["APT31", "Jane Doe"]})])
    gc.freeze()


def become_a_command(requests: socket.socket) -> None:
    """Fork for every request; returns in the fork, which is the command from then on."""
    while True:
        request, files, _, _ = socket.recv_fds(requests, 2**20, 4)
        if not request:
            os._exit(0)
        if os.fork() == 0:
            _be_waited_for(files[3])
            break
        for each in files:
            os.close(each)
    for number, each in enumerate(files[:3]):
        os.dup2(each, number)
    for each in (*files, requests.detach()):
        os.close(each)
    wanted = json.loads(request)
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    time.tzset()
    sys.argv[:] = wanted["arguments"]


def _be_waited_for(answers: int) -> None:
    """Fork once more, and return in the fork: the other waits for its end and tells of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if process == 0:
        return
    os.write(answers, process.to_bytes(8, signed=True))
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.write(answers, code.to_bytes(8, signed=True))
    os._exit(0)


if __name__ == "__main__":
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    become_a_command(socket.socket(fileno=int(sys.argv[1])))
    from monitor.cli.main import main

    main()
