"""The page over many articles: CPU time of each, what a first load weighs, what it costs in memory.

    python -m benchmarks.page [--articles 1000000]

Every tenth of the generated articles has a match, every second of these is a report of the story
before. Times are of the processor, in this process: asking the database and drawing, without a
socket.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.measuring import cpu_seconds, report
from benchmarks.startup import PROGRAM
from monitor.service.check import check_config
from monitor.store.database import Database
from monitor.web.app import STATIC, create_app
from monitor.web.site import Site

NOW = datetime(2026, 11, 29, 22, tzinfo=UTC)
#: A million articles in ninety days.
APART = timedelta(seconds=7.8)
ROUNDS = 15
CONFIG = """
[storage]
url = "sqlite:///{path}"
[[watchlists]]
name = "List 1"
entities = ["APT31", "Turla"]
"""
PAGES = {
    "inbox": "/",
    "inbox, all of ever": "/?state=all&since=all",
    "inbox, gravest of the week": "/?state=all&sort=score",
    "inbox, one name": "/?state=all&since=all&entity=Entity+3",
    "inbox, critical": "/?severity=critical",
    "story": "/stories/{story}",
    "timeline": "/timeline",
    "watchlists": "/watchlists",
    "operations": "/operations",
}
#: What a browser loads at first, but for fonts.
FIRST = ("style.css", "boot.js", "page.js", "palette.js", "htmx.min.js", "icons.svg", "icon.svg")
_REASON = '{"kind": "interval"}'
#: As a file has it that is run; nothing in it is asked or told.
_RUN = """
[[channels]]
name = "out"
url = "json://127.0.0.1:9/x"
[[feeds]]
url = "http://127.0.0.1:9/feed"
[web]
enabled = {enabled}
listen = "127.0.0.1:{port}"
"""
API = ("/api/v1/stories", "/api/v1/matches", "/api/v1/alerts", "/api/v1/timeline",
       "/api/openapi.json", "/stories.atom")  # fmt: skip
#: A daemon is at rest that has taken less than 0.1 s of CPU in so many seconds.
REST = 4.0


def fill(path: Path, number: int) -> int:
    """Make a database of so many articles; the newest story."""
    with closing(Database(f"sqlite:///{path}")) as db:
        db.upgrade()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        # Search has a figure of its own; entering a million articles into its index takes long.
        triggers = conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute(
            "INSERT INTO feeds (id, url, name, subscribed, added, failures, next_poll, next_reason,"
            " stopped, problems, moved_polls, wishes, times_dropped) VALUES (1, 'http://x', 'X', 1,"
            " ?, 0, ?, ?, 0, '[]', 0, '{}', 0)",
            (_at(number, number), _at(number, number), _REASON),
        )  # fmt: skip
        conn.executemany(
            "INSERT INTO articles (id, feed_id, url, url_key, title, summary, content, body,"
            " outlet, authors, language, published, fetched, backfill, edited, text_source, reads,"
            " failed_reads) VALUES (?, 1, ?, ?, ?, '', '', ?, ?, '[]', ?, ?, ?, 0, 0, 'page', 1,"
            " 0)",
            _articles(number),
        )
        found = range(1, number + 1, 10)
        conn.executemany(
            "INSERT INTO matches (id, article_id, watchlist, score, severity, alert, mentions,"
            " reasons, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_match(place, each, number) for place, each in enumerate(found, 1)),
        )
        stories = len(found) // 2 + 1
        conn.executemany(
            "INSERT INTO stories (id, began) VALUES (?, ?)",
            ((each, _at(number, number)) for each in range(1, stories + 1)),
        )
        conn.executemany(
            "INSERT INTO reports (article_id, story_id, at, outlet, language, entities, role)"
            " VALUES (?, ?, ?, ?, 'en', ?, ?)",
            (
                (each, place // 2 + 1, _at(each, number), f"Outlet {each % 300}",
                 json.dumps([f"Entity {place % 40}"]), "firm" if place % 2 else "first")
                for place, each in enumerate(found)
            ),
        )  # fmt: skip
        conn.executemany(
            "INSERT INTO verdicts (story_id, match_id, watchlist, matches, names, score, worth,"
            " note, who, at) VALUES (?, 1, 'List 1', '[1]', '[]', 50, 'relevant', '', 'x', ?)",
            ((each, _at(number, number)) for each in range(1, max(1, stories - 2_000))),
        )
        conn.commit()
        conn.execute("ANALYZE")
    return stories - 1


def _articles(number: int) -> Iterator[tuple[Any, ...]]:
    for each in range(1, number + 1):
        at, url = _at(each, number), f"https://x/{each}"
        yield (each, url, url, f"Headline {each} of something", "body text " * 20,
               f"Outlet {each % 300}", ("en", "de", "zh")[each % 3], at, at)  # fmt: skip


def _match(place: int, article: int, number: int) -> tuple[Any, ...]:
    entity = f"Entity {place % 40}"
    mention = {"entity": entity, "name": entity, "field": "body", "start": 0, "end": 8,
               "text": "body tex", "sentence": "body text body text",
               "sentence_start": 0}  # fmt: skip
    reason = {"factor": "name", "points": 55.0, "detail": "a name"}
    severity = ("low", "medium", "high", "critical")[place % 4]
    return (place, article, f"List {place % 5}", 40.0 + place % 60, severity, place % 3 > 0,
            json.dumps([mention]), json.dumps([reason]), _at(article, number))  # fmt: skip


def _at(article: int, number: int) -> str:
    return f"{NOW - (number - article) * APART:%Y-%m-%d %H:%M:%S.%f}"


async def ask(folder: Path, story: int) -> tuple[list[tuple[str, str, str, str]], bytes]:
    """CPU time of each page, and the inbox itself."""
    config = folder / "config.toml"
    checked = check_config(config, fetch_examples=False)
    site = Site(checked.loaded.config.storage.url, lambda: checked, config, clock=lambda: NOW)
    transport = httpx.ASGITransport(create_app(site))
    rows, inbox = [], b""
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8787") as browser:
        for name, path in PAGES.items():
            times: list[float] = []
            # The first of all compiles its template.
            await browser.get(path.format(story=story))
            for _ in range(ROUNDS):
                began = time.process_time()
                answer = await browser.get(path.format(story=story))
                times.append((time.process_time() - began) * 1000)
                assert answer.status_code == 200, (path, answer.text[:300])
            inbox = answer.content if name == "inbox" else inbox
            times.sort()
            p95 = times[round(0.95 * (len(times) - 1))]
            said = f"{statistics.median(times):.0f} ms, p95 {p95:.0f} ms of CPU"
            rows.append((f"page: {name}", said, "", ""))
    site.close()
    return rows, inbox


def megabytes(config: Path, story: int) -> tuple[float, list[float]]:
    """The memory of a daemon, and what the page adds: at rest, with pages opened, the API asked.

    Of two daemons on the same database, one after the other, the one without the page.
    """
    with _running(config, "false") as (without, _):
        bare = _rss(without)
    with _running(config, "true") as (daemon, address):
        found = [_rss(daemon)]
        with httpx.Client(base_url=address, timeout=120) as browser:
            for paths in (PAGES.values(), API):
                for path in [*paths] * 3:
                    browser.get(path.format(story=story)).raise_for_status()
                found.append(_rss(daemon))
    return bare, [each - bare for each in found]


@contextmanager
def _running(config: Path, enabled: str) -> Iterator[tuple[psutil.Process, str]]:
    """The installed program at rest, and where its page is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = config.with_name("run.toml")
    path.write_text(config.read_text() + _RUN.format(enabled=enabled, port=port))
    with config.with_name("log").open("wb") as log:
        daemon = subprocess.Popen([PROGRAM, "--config", path, "run"], stdout=log, stderr=log)
    try:
        used = -1.0
        while (now := cpu_seconds(daemon.pid)) - used > 0.1:
            used = now
            time.sleep(REST)
        yield psutil.Process(daemon.pid), f"http://127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait(30)


def _rss(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    number = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = folder / "monitor.db"
        story = fill(path, number)
        (folder / "config.toml").write_text(CONFIG.format(path=path), encoding="utf-8")
        rows, inbox = asyncio.run(ask(folder, story))
        without, more = megabytes(folder / "config.toml", story)
    files = [inbox, *((STATIC / name).read_bytes() for name in FIRST)]
    weight = sum(len(gzip.compress(each)) for each in files) / 1000
    rows.append(("page: first load without fonts, compressed", f"{weight:.1f} kB", "60 kB", ""))
    stages = ("memory that it adds at rest", "the same, pages opened", "the same, API asked, too")
    for stage, added in zip(stages, more, strict=True):
        ratio = f"{(without + added) / without:.2f}"
        rows.append((f"page: {stage}", f"{added:.1f} MB", f"{without:.0f} MB", ratio))
    report([(f"{name} ({number:,} articles)", *rest) for name, *rest in rows])  # type: ignore[misc]


if __name__ == "__main__":
    main()
