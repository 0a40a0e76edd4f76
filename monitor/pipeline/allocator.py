"""What the memory allocator keeps of what was freed: glibc's habits suit programs with many cores.

It gives each thread a heap of its own, up to eight for each core, and seldom returns what was
freed. A process that hands its work to threads in turn then holds half as much again as it uses.
"""

from __future__ import annotations

import ctypes
import sys

# From glibc's malloc.h; see mallopt(3).
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_KEPT = 2**20
"""Bytes free at the top of the heap that are not returned."""


def keep_little() -> None:
    """Let this process have one heap and return what is freed, where its allocator is glibc's.

    The interpreter's lock lets one thread allocate at a time anyway.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none.
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)
        # It would adapt by itself, were the other not set.
        mallopt(_M_MMAP_THRESHOLD, _KEPT)
