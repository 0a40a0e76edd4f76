"""Servers that note whether many machines together keep to what each server may be asked.

`python -m benchmarks.crowd HOSTS FEEDS SECONDS NET` serves until it is killed, in a process of its
own: feeds on hosts whose addresses begin with NET (such as 127.10), each answer after so many
seconds, and the pages that they list. It notes how much was under way with each host at once,
whether pages came faster than a host's robots.txt asks for, who asked while a host had asked for
time, and from how many addresses. It takes messages, too.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.request import urlopen

from aiohttp import web

from benchmarks.apart import LOOPBACK

PER_HOST = 2
COPIES = 4
#: One host of so many asks for a pause between its pages, in seconds; another for time.
ONE_IN = 25
PAUSE = 1.0
RETRY_AFTER = 12
#: What was on its way when a host asked for time arrives within so many seconds: to tell the other
#: machines takes as long as a busy one needs.
ON_ITS_WAY = 8.0
#: The first page may come so late, in seconds, and the others at their time.
LATE = 4.0
_SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u")]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Served feeds."""

    port: int
    hosts: int
    feeds: int
    net: str

    def urls(self) -> list[str]:
        """The feeds' addresses."""
        hosts = [f"http://{address(n, self.net)}:{self.port}" for n in range(self.hosts)]
        return [f"{hosts[n % self.hosts]}/feed/{n}" for n in range(self.feeds)]

    @property
    def hook(self) -> str:
        """Where messages are taken."""
        return f"json://{self.net}.255.1:{self.port}/hook"

    def ask(self, what: str) -> Any:
        """Have something done (`publish?stories=200`), or reported."""
        with urlopen(f"http://127.0.0.1:{self.port}/control/{what}", timeout=60) as answer:
            return json.load(answer)


def address(host: int, net: str) -> str:
    """The address of a host by its number, of 62,500."""
    return f"{net}.{host // 250}.{1 + host % 250}"


def name_of(story: int, watched: int) -> str:
    """Whom a story is about."""
    return f"Zorblax{chr(97 + story % watched)} Group"


@contextmanager
def crowd(hosts: int, feeds: int, seconds: float, net: str = LOOPBACK) -> Iterator[Crowd]:
    """Feeds on hosts that answer after so many seconds, served by another process.

    Args:
        hosts: that are asked.
        feeds: on them.
        seconds: until each answers.
        net: how the hosts' addresses begin.
    """
    numbers = map(str, (hosts, feeds, seconds))
    command = [sys.executable, "-m", "benchmarks.crowd", *numbers, net]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Crowd(int(process.stdout.readline()), hosts, feeds, net)
        finally:
            process.kill()


@dataclass(slots=True)
class _Host:
    under_way: int = 0
    most: int = 0
    asked: int = 0
    pages: list[float] = field(default_factory=list)
    held: Held | None = None
    holds: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """That a host has asked for time."""

    by: str
    """Who was told."""
    since: float
    until: float


class _Server:
    def __init__(self, hosts: int, feeds: int, seconds: float, net: str) -> None:
        self._hosts: dict[str, _Host] = defaultdict(_Host)
        self._pausing = {address(n, net) for n in range(0, hosts, ONE_IN)}
        self._holding = {address(n, net) for n in range(1, hosts, ONE_IN)}
        self._number, self._feeds, self._seconds, self._net = hosts, feeds, seconds, net
        self._askers: set[str | None] = set()
        self._items: dict[int, list[str]] = defaultdict(list)
        self._versions: Counter[int] = Counter()
        self._texts: dict[int, tuple[str, str]] = {}
        self._messages: list[tuple[float, str, str]] = []
        self._polls: list[float] = []
        self._broken: list[tuple[str, float, str]] = []
        # How often it asks for time, by how much it is asked.
        self._every = max(10, 4 * feeds // hosts)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**22)
        app.router.add_get("/feed/{feed}", self._feed)
        app.router.add_get("/page/{story}/{copy}", self._page)
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_post("/hook", self._hook)
        app.router.add_get("/control/publish", self._publish)
        app.router.add_get("/control/report", self._report)
        return app

    async def _noted(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        name = request.host.partition(":")[0]
        host = self._hosts[name]
        now = time.time()
        held = host.held
        if held is not None and held.since + ON_ITS_WAY < now < held.until - 0.1:
            self._broken.append((held.by, held.since, request.headers["User-Agent"]))
        self._askers.add(request.remote)
        host.asked += 1
        # Whatever else comes meanwhile: who counts afterwards may miss the turn.
        is_turn = host.asked % self._every == self._every // 2
        host.under_way += 1
        host.most = max(host.most, host.under_way)
        try:
            await asyncio.sleep(self._seconds)
            if name in self._holding and is_turn and (held is None or now > held.until):
                at = time.time()
                host.held = Held(request.headers["User-Agent"], at, at + RETRY_AFTER)
                host.holds += 1
                return web.Response(status=429, headers={"Retry-After": str(RETRY_AFTER)})
            return answer
        finally:
            host.under_way -= 1

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        feed = int(request.match_info["feed"])
        self._polls.append(time.monotonic())
        tag = f'"{self._versions[feed]}"'
        if request.headers.get("If-None-Match") == tag:
            return await self._noted(request, web.Response(status=304, headers={"ETag": tag}))
        items = "".join(self._items[feed])
        body = (
            '<?xml version="1.0"?><rss version="2.0"><channel>'
            f"<title>Feed {feed}</title><link>http://{request.host}/</link>"
            f"<description>d</description>{items}</channel></rss>"
        )
        answer = web.Response(text=body, content_type="application/rss+xml", headers={"ETag": tag})
        return await self._noted(request, answer)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        title, text = self._texts[int(request.match_info["story"])]
        host = self._hosts[request.host.partition(":")[0]]
        host.pages.append(time.monotonic())
        body = (
            f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
            + "".join(f"<p>{each}</p>" for each in text.split("\n"))
            + "</article></body></html>"
        )
        return await self._noted(request, web.Response(text=body, content_type="text/html"))

    async def _robots(self, request: web.Request) -> web.StreamResponse:
        pausing = request.host.partition(":")[0] in self._pausing
        said = (
            f"User-agent: *\nCrawl-delay: {PAUSE:g}\n" if pausing else "User-agent: *\nAllow: /\n"
        )
        return await self._noted(request, web.Response(text=said))

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        message = await request.json()
        self._messages.append((time.time(), str(message.get("id")), str(message.get("title"))))
        await asyncio.sleep(0.05)
        return web.Response(text="ok")

    async def _publish(self, request: web.Request) -> web.StreamResponse:
        stories, watched = int(request.query["stories"]), int(request.query["watched"])
        first = len(self._texts)
        for story in range(first, first + stories):
            title, text = self._texts[story] = _story(story, watched)
            for copy in range(COPIES):
                feed = (story * COPIES + copy) % self._feeds
                host = f"{address(feed % self._number, self._net)}:{request.url.port}"
                at = format_datetime(datetime.now(UTC), usegmt=True)
                self._items[feed].append(
                    f"<item><title>{title}</title><link>http://{host}/page/{story}/{copy}</link>"
                    f"<guid>{story}-{copy}</guid><pubDate>{at}</pubDate>"
                    f"<description>{text[:200]}</description></item>"
                )
                self._versions[feed] += 1
        return web.json_response({"stories": len(self._texts)})

    async def _report(self, _: web.Request) -> web.StreamResponse:
        hosts = self._hosts.items()
        listed = sum(len(each) for each in self._items.values())
        return web.json_response(
            {
                "most": max((each.most for _, each in hosts), default=0),
                "asked": sum(each.asked for _, each in hosts),
                "askers": sorted(filter(None, self._askers)),
                "broken_holds": self._broken,
                "held_hosts": sum(each.holds > 0 for _, each in hosts),
                "hurried": [
                    name for name, each in hosts if name in self._pausing and _hurried(each.pages)
                ],
                "paused_pages": sum(len(e.pages) for name, e in hosts if name in self._pausing),
                "listed": listed,
                "polls": self._polls,
                "now": time.monotonic(),
                "messages": self._messages,
            }
        )


def _hurried(pages: list[float]) -> bool:
    """Whether pages were asked for faster than one for each pause, all in all."""
    return len(pages) > 2 and pages[-1] - pages[0] < (len(pages) - 1) * PAUSE - LATE


def _story(number: int, watched: int) -> tuple[str, str]:
    """A story in words of its own, so that no two of them are taken for one."""
    chance = random.Random(number)
    words = ["".join(chance.choice(_SYLLABLES) for _ in range(3)) for _ in range(60)]
    name = name_of(number, watched)
    title = f"{name} s{number} {' '.join(chance.sample(words, 4))}"
    paragraphs = [" ".join(chance.sample(words, 14)).capitalize() + "." for _ in range(12)]
    paragraphs.append(f"{name} was named by the {' '.join(chance.sample(words, 5))}.")
    return title, "\n".join(paragraphs)


async def _serve(hosts: int, feeds: int, seconds: float, net: str) -> None:
    server = _Server(hosts, feeds, seconds, net)
    # Who hangs up is not under way any more.
    runner = web.AppRunner(server.app(), access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0, backlog=4096)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
