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
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks.measuring import report
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
#: What a daemon has without the page, then with it; opened, and asked as programs ask.
_MEMORY = """
import asyncio, gc, sys
from pathlib import Path
import psutil
import monitor.daemon.daemon, monitor.daemon.compose
from monitor.pipeline.allocator import keep_little
from monitor.service.check import check_config

def said():
    gc.collect()
    print(psutil.Process().memory_info().rss // 1024)

keep_little()
said()
from monitor.web.serving import Site, create_app
said()
config = Path(sys.argv[1])
checked = check_config(config, fetch_examples=False)
said()
site = Site(checked.loaded.config.storage.url, lambda: checked, config)
app = create_app(site)

async def ask(paths):
    # As a server does it: nothing is loaded that a daemon does without.
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        assert message.get("status", 200) == 200, message

    for path in paths:
        plain, _, query = path.partition("?")
        await app({"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
            "method": "GET", "path": plain, "raw_path": plain.encode(), "root_path": "",
            "query_string": query.encode(), "scheme": "http", "client": ("127.0.0.1", 1),
            "server": ("localhost", 8787), "headers": [(b"host", b"localhost:8787")]},
            receive, send)
    said()

asyncio.run(ask(sys.argv[2:]))
asyncio.run(ask(["/api/v1/stories"]))
site.close()
"""


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
    """The memory of a daemon, and what is added: by the page, by opening pages, by the API."""
    paths = [path.format(story=story) for path in PAGES.values()]
    command = [sys.executable, "-c", _MEMORY, str(config), *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    bare, loaded, ready, opened, asked = (int(each) / 1024 for each in done.stdout.split())
    return bare, [loaded - bare, loaded - bare + opened - ready, loaded - bare + asked - ready]


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
    stages = ("memory that it adds", "the same, pages open", "the same, API asked")
    for stage, added in zip(stages, more, strict=True):
        ratio = f"{(without + added) / without:.2f}"
        rows.append((f"page: {stage}", f"{added:.1f} MB", f"{without:.0f} MB", ratio))
    report([(f"{name} ({number:,} articles)", *rest) for name, *rest in rows])  # type: ignore[misc]


if __name__ == "__main__":
    main()
