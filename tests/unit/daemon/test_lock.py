from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.daemon.lock import DaemonLock
from monitor.errors import StoreError

HOLD = """
import sys
from pathlib import Path
from monitor.daemon.lock import DaemonLock
with DaemonLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its stdin ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    with holder(database) as other:
        with pytest.raises(StoreError) as refused, DaemonLock(database):
            pass
        assert f"process {other.pid}" in str(refused.value)
        assert str(database) in str(refused.value)
        assert "storage.url" in str(refused.value)
        assert other.poll() is None


def test_the_kernel_lets_go_of_a_killed_holders_lock(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    with holder(database) as other:
        other.kill()
        other.wait(10)
        with DaemonLock(database):
            assert (tmp_path / "monitor.db.lock").read_text() == f"{os.getpid()}\n"


def test_it_can_be_taken_again_after_its_end_and_after_a_refusal(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    with DaemonLock(database):
        # Two in one process are two as well.
        with pytest.raises(StoreError, match=f"process {os.getpid()}"), DaemonLock(database):
            pass
        with pytest.raises(StoreError), DaemonLock(database):
            pass
    with DaemonLock(database), DaemonLock(tmp_path / "other.db"):
        pass


def test_a_link_to_the_database_is_no_second_database(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    database = tmp_path / "monitor.db"
    database.touch()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(database)
    with DaemonLock(database), pytest.raises(StoreError, match="another monitor"), DaemonLock(link):
        pass


def test_a_process_started_meanwhile_does_not_keep_the_lock(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    with DaemonLock(database):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with DaemonLock(database):
            pass
        assert child.poll() is None
    finally:
        child.communicate(b"\n", timeout=60)


def test_a_lock_that_cannot_be_had_is_explained(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file") as missing:
        DaemonLock(tmp_path / "nowhere" / "monitor.db").__enter__()
    assert "folder" in str(missing.value)
    (tmp_path / "taken.db.lock").mkdir()
    with pytest.raises(StoreError, match=r"taken\.db\.lock"), DaemonLock(tmp_path / "taken.db"):
        pass


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="only Linux has a /sys")
def test_a_file_system_that_cannot_be_written_is_explained() -> None:
    # The one place on every Linux where not even root can make a file.
    with pytest.raises(StoreError) as refused, DaemonLock(Path("/sys/kernel/monitor.db")):
        pass
    assert "storage.url" in str(refused.value) or "writ" in str(refused.value)
