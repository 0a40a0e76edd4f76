"""How long does a report wait for its message while a hostile feed is at work?

`python -m benchmarks.starve` runs the installed daemon on honest feeds, one of which has a report
now and then, beside each kind of hostile feeds of `benchmarks.hostile`, and beside none. Measured
is the time from when a feed lists a report to the webhook's message of it, the median of some. Ends
with 1 if it is more than twice what it is beside none, for any of them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.hostile import KINDS, Hostile, none, report, watched
from tests.support.program import POLLING, Program, wait_until
from tests.support.web import WebWorld, rss

MOST = 2.0
"""Times what it takes beside none."""
SETTLED = 6.0
"""Seconds for which a hostile feed works before the first report comes."""
PATIENCE = 120.0
_CONFIG = """
[storage]
url = "sqlite:///monitor.db"
{polling}
[[watchlists]]
name = "Actors"
alert_at = 1
entities = ["APT31"]
[[watchlists]]
name = "People"
entities = [{watched}]
channels = ["hook"]
[[channels]]
name = "hook"
url = "json://127.0.0.2:{port}/hook"
{feeds}
"""


def waits(kind: Callable[[WebWorld], Hostile], reports: int, folder: Path) -> list[float]:
    """Seconds from each report to its message, while hostile feeds of a kind are at work.

    Args:
        kind: which.
        reports: how many.
        folder: for configuration and database.
    """
    found = []
    with WebWorld("0.0.0.0") as web, WebWorld("127.0.0.2") as honest:
        names = [f"/feed{n}" for n in range(reports)]
        for name in names:
            honest.serve(name, rss([]))
        honest.serve("/hook", "ok")
        hostile = kind(web)
        urls = [*map(honest.url, names), *hostile.feeds]
        program = Program(
            folder,
            _CONFIG.format(
                polling=POLLING,
                watched=", ".join(f'"{name}"' for name in watched()),
                port=honest.port,
                feeds="\n".join(f'[[feeds]]\nurl = "{url}"' for url in urls),
            ),
        )
        with _ticking(hostile), program.daemon():
            for name in names:
                honest.wait_for(name, timeout=PATIENCE)
            time.sleep(SETTLED)
            for number, name in enumerate(names):
                link = f"/real{number}x"
                honest.serve(name, rss([report(honest, number)]))
                begun = time.monotonic()
                told = _told(honest, link)
                wait_until(told, PATIENCE, lambda: f"{link} was told to nobody")  # noqa: B023
                found.append(time.monotonic() - begun)
    return found


def _told(web: WebWorld, link: str) -> Callable[[], bool]:
    seen = 0

    def told() -> bool:
        nonlocal seen
        posts = web.requests("/hook")
        fresh, seen = posts[seen:], len(posts)
        return any(link.encode() in each.body for each in fresh)

    return told


@contextmanager
def _ticking(hostile: Hostile) -> Iterator[None]:
    over = threading.Event()

    def run() -> None:
        while not over.wait(1.0):
            hostile.tick()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main() -> None:
    """Run all of them and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starve", description=__doc__)
    parser.add_argument("--reports", type=int, default=5)
    parser.add_argument("kinds", nargs="*", help="such as silent_hosts; all by default")
    options = parser.parse_args()
    kinds = [each for each in KINDS if not options.kinds or each.__name__ in options.kinds]
    base = 0.0
    worst = 0.0
    for kind in (none, *kinds):
        with tempfile.TemporaryDirectory() as folder:
            found = waits(kind, options.reports, Path(folder))
        median = statistics.median(found)
        base = base or median
        worst = max(worst, median / base)
        print(
            f"{kind.__name__:22} {median:5.2f} s ({min(found):.2f}-{max(found):.2f})"
            f" {median / base:5.2f} x",
            flush=True,
        )
    sys.exit(1 if worst > MOST else 0)


if __name__ == "__main__":
    main()
