"""What the allocator keeps."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAPS = """
import ctypes, sys, threading
from monitor.pipeline.allocator import keep_little
{setting}
gate = threading.Barrier(4)
def work():
    gate.wait()
    kept = [bytes(1000) for _ in range(1000)]
    gate.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc_info")
@pytest.mark.parametrize(("setting", "one"), [("keep_little()", True), ("", False)])
def test_threads_share_one_heap(setting: str, one: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HEAPS.format(setting=setting)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert (done.stdout.count("<heap nr=") == 1) is one
