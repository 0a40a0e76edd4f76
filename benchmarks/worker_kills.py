"""The processes that read documents, killed with -9 at random instants: is every job answered?

`python -m benchmarks.worker_kills --rounds 2000` hands jobs to a pool, small ones and large ones,
and kills its processes meanwhile, idle ones and busy ones, as a system does that is short of
memory, while others keep every processor busy. Ends with 1 if a job was answered wrongly or not
at all.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

from benchmarks.measuring import living
from monitor.errors import WorkerError
from monitor.pipeline.workers import Workers

PROCESSES = 2
JOBS = 6
"""Handed in at once, three for each process."""
LARGE = 300_000
"""Bytes of a large job and of its answer: more than a pipe holds."""
PATIENCE = 180.0
"""Seconds after which a job counts as never answered; all of them take less than one."""


@dataclass(slots=True)
class Outcome:
    """What became of the jobs."""

    rounds: int = 0
    killed: int = 0
    answered: int = 0
    given_up: int = 0
    """Answered with an error: their processes were killed over and over."""
    wrong: int = 0
    unanswered: int = 0
    slowest: float = 0.0
    """Seconds until the last job of a round was answered."""


def work(number: int, size: int, seconds: float) -> tuple[int, bytes]:
    """Take so long, and answer with so many bytes."""
    time.sleep(seconds)
    return number, bytes([number % 256]) * size


async def storm(rounds: int, seed: int) -> Outcome:
    """Hand in jobs and kill processes, so many times.

    Args:
        rounds: how many times.
        seed: of the instants.
    """
    moments = random.Random(seed)
    outcome = Outcome()
    pool = Workers(PROCESSES)
    try:
        for _ in range(rounds):
            begun = time.monotonic()
            kills = [moments.choice((0.0, moments.uniform(0, 0.05))) for _ in range(PROCESSES)]
            # Some rounds hit processes that all wait for work, and that is when jobs come.
            killer = threading.Thread(target=_kill, args=(kills, outcome))
            killer.start()
            await asyncio.sleep(moments.choice((0.0, moments.uniform(0, 0.01))))
            jobs = [_hand_in(pool, moments, outcome, number) for number in range(JOBS)]
            await asyncio.gather(*jobs)
            await asyncio.to_thread(killer.join)
            outcome.rounds += 1
            outcome.slowest = max(outcome.slowest, time.monotonic() - begun)
            print(f"\r{outcome.rounds} rounds", end="", file=sys.stderr, flush=True)
    finally:
        await asyncio.to_thread(pool.close)
    return outcome


async def _hand_in(pool: Workers, moments: random.Random, outcome: Outcome, number: int) -> None:
    size, seconds = moments.choice((0, LARGE)), moments.choice((0.0, 0.02))
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await pool.run(30, work, number, size, seconds)
    except TimeoutError:
        outcome.unanswered += 1
    except WorkerError:
        outcome.given_up += 1
    else:
        right = answer == work(number, size, 0)
        outcome.answered += right
        outcome.wrong += not right


def _kill(kills: list[float], outcome: Outcome) -> None:
    family = psutil.Process().children(recursive=True)
    processes = [each for each in living(family) if _reads(each)]
    for seconds, each in zip(kills, processes, strict=False):
        time.sleep(seconds)
        with suppress(psutil.NoSuchProcess):
            each.kill()
            outcome.killed += 1


def _reads(process: psutil.Process) -> bool:
    """Whether it is no server that forks, but one of those that it has forked."""
    with suppress(psutil.Error):
        parent = process.parent()
        return parent is not None and parent.pid != os.getpid()
    return False


@contextmanager
def load(count: int) -> Iterator[None]:
    """Keep the processors busy with so many programs while the block lasts."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for each in busy:
            each.kill()
            each.wait()


def main() -> None:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker_kills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--load", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=20240325)
    options = parser.parse_args()
    begun = time.perf_counter()
    with load(options.load):
        outcome = asyncio.run(storm(options.rounds, options.seed))
    print(
        f"\n{outcome.rounds:,} rounds (seed {options.seed}) beside {options.load} busy programs,"
        f" {outcome.killed:,} processes killed; {time.perf_counter() - begun:.0f} s"
    )
    print(
        f"jobs answered {outcome.answered:,}, given up {outcome.given_up:,};"
        f" the slowest round took {outcome.slowest:.1f} s"
    )
    print(f"wrong answers: {outcome.wrong:,}")
    print(f"unanswered jobs: {outcome.unanswered:,}")
    sys.exit(1 if outcome.wrong or outcome.unanswered else 0)


if __name__ == "__main__":
    main()
