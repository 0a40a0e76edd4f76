"""A made-up news world for the benchmarks: feeds, article pages, and their server.

`python -m benchmarks.world FEEDS ENTRIES` serves until it is killed, in a process of its own so
that serving is not charged to what is measured, with every answer rendered before the first
request. Every fiftieth article names an entity that the example configuration watches.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import tomlkit
from aiohttp import web

from monitor.resources import resource

ONE_IN = 50
"""One article in so many names a watched entity."""
_NAMED = "Officials said the group known as APT31 was behind the attack on ministers' mail."
_SUBJECTS = [
    "The council",
    "A spokesman",
    "The minister",
    "Residents",
    "The company",
    "Engineers",
    "The committee",
    "Farmers",
    "Analysts",
    "The court",
    "Passengers",
    "The museum",
    "Teachers",
    "The regulator",
    "Fishermen",
    "The team",
]
_VERBS = [
    "approved",
    "rejected",
    "described",
    "questioned",
    "welcomed",
    "delayed",
    "published",
    "defended",
    "reviewed",
    "postponed",
    "expected",
    "examined",
    "criticised",
    "funded",
    "inspected",
    "announced",
]
_OBJECTS = [
    "the new timetable",
    "a plan for the harbour",
    "the annual accounts",
    "repairs to the bridge",
    "a change in the rules",
    "the findings of the report",
    "an increase in fares",
    "the next season",
    "work on the railway line",
    "the price of grain",
    "a scheme for young people",
    "the water supply",
    "the design of the library",
    "an appeal against the ruling",
    "the results of the survey",
]
_ENDS = [
    "after a meeting that lasted most of the day",
    "on Tuesday",
    "despite earlier doubts",
    "in a letter seen by this newspaper",
    "as prices rose for the third month",
    "before the holidays",
    "according to two people who were present",
    "and promised an answer within weeks",
    "while neighbouring towns waited for theirs",
    "for the first time in ten years",
]
_LINKS = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(25))
_RELATED = "".join(f'<li><a href="/more/{n}">Read more: story {n}</a></li>' for n in range(12))
_SCRIPT = "<script>" + "window.layer=window.layer||[];layer.push({page:1});" * 20 + "</script>"


@dataclass(frozen=True, slots=True)
class World:
    """A served world."""

    address: str
    feeds: int
    entries: int
    pid: int
    """Of the server's process."""

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return self.feeds * self.entries

    @property
    def named(self) -> int:
        """How many of them name a watched entity."""
        return len(range(0, self.articles, ONE_IN))

    def write_config(self, folder: Path, interval: str = "1h") -> Path:
        """A configuration in a folder: this world's feeds, the example's watchlists."""
        example = tomlkit.parse(resource("config.example.toml").read_text("utf-8")).unwrap()
        config = {
            "storage": {"url": f"sqlite:///{folder / 'monitor.db'}"},
            "polling": {
                "interval": interval,
                "min_interval": interval,
                # All feeds are on one host here, where politeness would be what is measured.
                "per_host": 100,
                "allow_private_networks": True,
            },
            "feeds": [
                {"url": f"{self.address}/feed/{n}", "name": f"Outlet {n}"}
                for n in range(self.feeds)
            ],
            "watchlists": example["watchlists"],
        }
        path = folder / "config.toml"
        path.write_text(tomlkit.dumps(config), encoding="utf-8")
        return path


@contextmanager
def served(feeds: int, entries: int) -> Iterator[World]:
    """A world with so many feeds of so many entries each, served by another process."""
    command = [sys.executable, "-m", "benchmarks.world", str(feeds), str(entries)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address:
                raise SystemExit("the local server did not start")
            yield World(address, feeds, entries, process.pid)
        finally:
            process.kill()


def page(number: int) -> bytes:
    """The page of an article: 8 to 15 kB, of which about half is the article."""
    chance = random.Random(number)
    paragraphs = [
        " ".join(sentence(chance) for _ in range(chance.randint(2, 5)))
        for _ in range(chance.randint(8, 24))
    ]
    if number % ONE_IN == 0:
        paragraphs.insert(1, _NAMED)
    title = _title(number)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Outlet'
        f'</title><meta property="og:title" content="{title}"><meta name="author" content="A. B.">'
        f"{_SCRIPT}</head><body><header><nav><ul>{_LINKS}</ul></nav></header><main><article>"
        f"<h1>{title}</h1>{''.join(f'<p>{text}</p>' for text in paragraphs)}</article>"
        f"<aside><h2>More</h2><ul>{_RELATED}</ul></aside></main>"
        f"<footer><ul>{_LINKS}</ul><p>All rights reserved.</p></footer>{_SCRIPT}</body></html>"
    ).encode()


def feed(number: int, entries: int, address: str, now: datetime) -> bytes:
    """An RSS feed whose entries are of the last hours, so that none is old news."""
    items = "".join(
        f"<item><title>{_title(n)}</title><link>{address}/article/{n}</link>"
        f'<guid isPermaLink="false">article-{n}</guid>'
        f"<pubDate>{format_datetime(now - timedelta(minutes=n % entries))}</pubDate>"
        f"<description>{sentence(random.Random(n))}</description></item>"
        for n in range(number * entries, (number + 1) * entries)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Outlet {number}</title><link>{address}</link><language>en</language>"
        f"<description>News</description>{items}</channel></rss>"
    ).encode()


def sentence(chance: random.Random) -> str:
    """A sentence that might stand in a newspaper."""
    parts = (chance.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _ENDS))
    return " ".join(parts) + "."


def _title(number: int) -> str:
    chance = random.Random(-number)
    return (
        f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_OBJECTS)} ({number})"
    )


async def _serve(feeds: int, entries: int) -> None:
    import asyncio

    listed: list[bytes] = []
    pages = [page(number) for number in range(feeds * entries)]

    async def serve_feed(request: web.Request) -> web.Response:
        if "If-None-Match" in request.headers:
            return web.Response(status=304, headers={"ETag": '"1"'})
        body = listed[int(request.match_info["number"])]
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": '"1"'})

    async def serve_page(request: web.Request) -> web.Response:
        body = pages[int(request.match_info["number"])]
        return web.Response(body=body, content_type="text/html", charset="utf-8")

    app = web.Application()
    app.router.add_get("/feed/{number}", serve_feed)
    app.router.add_get("/article/{number}", serve_page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    now = datetime.now(UTC)
    listed += [feed(number, entries, address, now) for number in range(feeds)]
    print(address, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    import asyncio

    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
