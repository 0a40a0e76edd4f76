"""What every figure shares: medians with their spread, CPU time of a family of processes."""

from __future__ import annotations

import contextlib
import os
import platform
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil


@dataclass(slots=True)
class Cost:
    """What something took: wall time, and CPU time of all processes that took part (seconds)."""

    wall: float = 0.0
    cpu: float = 0.0


@dataclass(slots=True)
class Meter:
    """Adds up what blocks of code cost, by name.

    Args:
        apart: processes that are no part of what is measured, such as the local server.
    """

    apart: frozenset[int] = frozenset()
    costs: dict[str, Cost] = field(default_factory=dict)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Charge the block to a name."""
        cost = self.costs.setdefault(name, Cost())
        wall, cpu = time.perf_counter(), cpu_seconds(os.getpid(), apart=self.apart)
        try:
            yield
        finally:
            cost.wall += time.perf_counter() - wall
            cost.cpu += cpu_seconds(os.getpid(), apart=self.apart) - cpu


def cpu_seconds(pid: int, *, apart: frozenset[int] = frozenset()) -> float:
    """CPU seconds, user and system, of a process and of its descendants, ended ones included."""
    total = 0.0
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            if each.pid not in apart:
                total += sum(each.cpu_times()[:4])
    return total


def living(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that run: one that has ended and that its parent has not waited for yet does not."""
    return [each for each in processes if _lives(each)]


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD})
    return False


def spread(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """Median with the least and the greatest value, such as `1.21 (1.18–1.30)`."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f}{unit} ({low:.{digits}f}–{high:.{digits}f})"


def facts() -> str:
    """The machine and the interpreter, in one line."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}),"
        f" {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def report(rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Print rows of (figure, measured, baseline, ratio) as Markdown, and the machine."""
    print(f"\n{facts()}\n")
    print("| Figure | Measured | Baseline | Ratio |\n| --- | --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
