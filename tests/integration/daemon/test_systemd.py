"""The daemon as systemd sees it: what it says on the socket it is given, and when."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Program, config_toml
from tests.support.story import publish
from tests.support.web import WebWorld


class Systemd:
    """The end of a notification socket that systemd would read, and the daemon's address of it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(60)
        self._socket.bind(address.replace("@", "\0"))

    def hears(self) -> str:
        """The next word, apart from signs of life."""
        while (word := self._socket.recv(4096).decode()) == "WATCHDOG=1":
            pass
        return word

    def hears_sign_of_life(self) -> bool:
        """Whether the next word is one."""
        return self._socket.recv(4096) == b"WATCHDOG=1"

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["a path", "an abstract name"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    path = str(tmp_path / "notify")
    systemd = Systemd(path if request.param == "a path" else "@" + path)
    yield systemd
    systemd.close()


def test_it_tells_of_its_start_its_reloads_and_its_end(
    tmp_path: Path, web: WebWorld, systemd: Systemd
) -> None:
    program = Program(tmp_path, config_toml([publish(web)]))
    program.env["NOTIFY_SOCKET"] = systemd.address
    with program.daemon() as daemon:
        # Before it is ready: systemd's watchdog begins to count at that moment.
        assert systemd.hears_sign_of_life()
        assert systemd.hears() == "READY=1"
        assert program.run("health").returncode == 0

        daemon.signal(signal.SIGHUP)
        assert systemd.hears() == "RELOADING=1"
        assert systemd.hears() == "READY=1"

        program.config.write_text("[polling]\ninterval = 'soon'\n")
        assert systemd.hears() == "RELOADING=1"
        # It goes on with what it had; for ever "reloading" would make systemd refuse the next.
        assert systemd.hears() == "READY=1"

        assert daemon.process.poll() is None
        daemon.signal(signal.SIGTERM)
        assert systemd.hears() == "STOPPING=1"
        assert daemon.process.wait(60) == 0


def test_a_start_that_fails_is_never_called_ready(tmp_path: Path, systemd: Systemd) -> None:
    program = Program(tmp_path, "[polling]\ninterval = 'soon'\n")
    program.env["NOTIFY_SOCKET"] = systemd.address
    # The unit does not start it again after this code: it would only fail again.
    assert program.run("run").returncode == 2
    systemd._socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.hears()
