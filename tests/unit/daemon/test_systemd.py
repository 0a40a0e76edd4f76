from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.daemon.systemd import notify, watchdog_interval


@pytest.fixture(params=["file", "abstract"])
def systemd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    """The receiving end, as systemd makes it."""
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("only Linux has abstract sockets")
    name = f"monitor-test-{os.getpid()}"
    path = str(tmp_path / "notify") if request.param == "file" else f"@{name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path if request.param == "file" else f"\0{name}")
        receiver.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        yield receiver


def test_systemd_is_told(systemd: socket.socket) -> None:
    assert notify("READY=1\nSTATUS=2 feeds, für alle")
    assert notify("WATCHDOG=1")
    assert systemd.recv(1000).decode() == "READY=1\nSTATUS=2 feeds, für alle"
    assert systemd.recv(1000) == b"WATCHDOG=1"


def test_a_systemd_that_does_not_read_holds_nothing_up(systemd: socket.socket) -> None:
    told = 0
    while notify("WATCHDOG=1"):
        told += 1
        assert told < 1_000_000
    assert systemd.recv(1000) == b"WATCHDOG=1"
    assert notify("WATCHDOG=1")


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "relative", "vsock:2:1234", "/" * 200])
def test_without_anyone_to_tell_nothing_happens(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert notify("READY=1") is False
    monkeypatch.delenv("NOTIFY_SOCKET")
    assert notify("READY=1") is False


@pytest.mark.parametrize(
    ("microseconds", "pid", "seconds"),
    [
        ("60000000", None, 60.0),
        ("1500000", "ours", 1.5),
        ("60000000", "1", None),
        (None, "ours", None),
        ("0", "ours", None),
        ("-5", "ours", None),
        ("soon", "ours", None),
        ("²", "ours", None),
        ("", "ours", None),
    ],
)
def test_the_watchdogs_interval(
    microseconds: str | None,
    pid: str | None,
    seconds: float | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = {
        "WATCHDOG_USEC": microseconds,
        "WATCHDOG_PID": str(os.getpid()) if pid == "ours" else pid,
    }
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert watchdog_interval() == seconds
