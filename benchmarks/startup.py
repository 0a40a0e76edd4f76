"""What the commands that only look cost, against an interpreter that does nothing.

`python -m benchmarks.startup` runs them in turns on a database of 10,000 articles; the first
turn, which may have to compile and to read from disk, does not count. What counts is CPU time
(user and system), which a busy machine stretches less than the clock on the wall.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import report, spread
from monitor.model.delivery import DeliveryStatus
from monitor.model.match import Severity
from monitor.store import tables
from monitor.store.database import Database

PROGRAM = Path(sys.executable).with_name("monitor")
NOTHING = "python -c pass"
LOOKING = (
    "--help",
    "alerts list",
    "matches list",
    "health",
    "watchlists expand",
    "feeds list",
    "silence list",
    # The last article: told, and matched anew.
    "trace https://a.example/9991",
)
ARTICLES = 10_000
CONFIG = """
[storage]
url = "sqlite:///monitor.db"

[[watchlists]]
name = "Westminster"
entities = [{ name = "APT31", kind = "threat-actor" }, { name = "Turla", kind = "threat-actor" }]
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args(arguments)
    commands = {NOTHING: [sys.executable, "-c", "pass"]}
    commands |= {f"monitor {words}": [str(PROGRAM), *words.split()] for words in LOOKING}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(CONFIG)
        fill(Database(f"sqlite:///{folder}/monitor.db"))
        # As it is where people install it: what was compiled is kept.
        env = os.environ | {"MONITOR_CONFIG": str(config)}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(options.runs + 1):
            for name, command in commands.items():
                before = _cpu_of_children()
                # `health` says with its exit code that no daemon runs.
                subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=env)
                if turn:
                    seconds[name].append(_cpu_of_children() - before)
    nothing = seconds.pop(NOTHING)
    report(
        [
            (
                f"`{name}`, CPU",
                spread(taken, " s"),
                f"`{NOTHING}`: {spread(nothing, ' s', 3)}",
                spread([a / b for a, b in zip(taken, nothing, strict=True) if b], " ×", 1),
            )
            for name, taken in seconds.items()
        ]
    )


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fill(db: Database, articles: int = ARTICLES) -> None:
    """Make a database of articles of 5 kB, with a match in every tenth, each told on one channel.

    Args:
        db: an empty one.
        articles: how many.
    """
    db.upgrade()
    begun = datetime.now(UTC) - timedelta(days=30)
    body = "Officials named the group as APT31 and said that it had been placed under sanctions. "
    with db.write() as connection:
        connection.execute(
            tables.feeds.insert(),
            [
                {"id": 1, "url": "https://a.example/feed", "name": "A", "added": begun,
                 "next_poll": begun}
            ],
        )  # fmt: skip
        numbers = range(1, articles + 1)
        connection.execute(
            tables.articles.insert(),
            [
                {"id": number, "feed_id": 1, "url": f"https://a.example/{number}",
                 "url_key": f"https://a.example/{number}", "title": f"Headline {number}",
                 "body": body * 60, "fetched": begun + timedelta(minutes=number)}
                for number in numbers
            ],
        )  # fmt: skip
        mention = {"entity": "APT31", "name": "APT31", "field": "body", "start": 29, "end": 34,
                   "text": "APT31", "sentence": body.strip(), "sentence_start": 0}  # fmt: skip
        told = [(number, begun + timedelta(minutes=number)) for number in numbers[::10]]
        connection.execute(
            tables.matches.insert(),
            [
                {"id": number, "article_id": number, "watchlist": "Westminster", "score": 65.0,
                 "severity": Severity.HIGH, "alert": True, "mentions": [mention], "reasons": [],
                 "created": when, "thread": f"alert{number}", "joined": when}
                for number, when in told
            ],
        )  # fmt: skip
        connection.execute(
            tables.alerts.insert(),
            [
                {"id": f"alert{number}", "match_id": number, "created": when,
                 "thread": f"alert{number}"}
                for number, when in told
            ],
        )  # fmt: skip
        connection.execute(
            tables.deliveries.insert(),
            [
                {"channel": "console", "alert_id": f"alert{number}", "created": when,
                 "status": DeliveryStatus.SENT, "attempts": 1, "sent": when, "due": when,
                 "since": when, "planned": when, "follow_up": 0}
                for number, when in told
            ],
        )  # fmt: skip
    db.close()


if __name__ == "__main__":
    main()
