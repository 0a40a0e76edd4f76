"""Feeds on hosts of their own for the poller's benchmark: every address of 127.0.0.0/8 is one.

`python -m benchmarks.publisher FEEDS [varied]` serves until it is killed, in a process of its own
and with as little work as can be. Each connection is good for one answer, as between two polls a
quarter of an hour apart. A request for `/turn` publishes the next two items of every feed.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.request import urlopen

from benchmarks.world import sentence

QUIET = '"quiet"'
"""Who has this validator is told for ever that nothing has changed."""
LISTED = 30
FRESH = 2
_WORDS = 55
"""Sentences of an item: together with the markup about 4 kB, as in real feeds with full texts."""
_TEXTS = 64
_SYLLABLES = [f"{first}{second}" for first in "bdfgklmnprstvz" for second in "aeiou"]
_ONE_IN = 50


@dataclass(frozen=True, slots=True)
class Publisher:
    """Served feeds."""

    port: int
    feeds: int
    pid: int
    """Of the server's process."""

    def urls(self) -> list[str]:
        """The feeds' addresses, each on a host of its own."""
        return [
            f"http://127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}:{self.port}/feed/{n}"
            for n in range(self.feeds)
        ]

    def turn(self) -> None:
        """Publish two new items in each feed."""
        with urlopen(f"http://127.0.0.1:{self.port}/turn") as answer:
            answer.read()


@contextmanager
def served(feeds: int, *, varied: bool = False) -> Iterator[Publisher]:
    """So many feeds, served by another process.

    Args:
        feeds: how many.
        varied: each text has words and names of its own, and one in fifty names somebody watched.
    """
    command = [sys.executable, "-m", "benchmarks.publisher", str(feeds), *["varied"] * varied]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            if not port:
                raise SystemExit("the local server did not start")
            yield Publisher(int(port), feeds, process.pid)
        finally:
            process.kill()


class Feeds:
    """What each feed lists at each turn."""

    def __init__(self, *, varied: bool = False) -> None:
        self.turn = 0
        self._varied = varied
        chance = random.Random(1)
        self._texts = [
            "".join(
                f"<p>{' '.join(sentence(chance) for _ in range(5))}</p>" for _ in range(_WORDS // 5)
            )
            for _ in range(_TEXTS)
        ]
        self._begun = datetime.now(UTC)

    def body(self, feed: int) -> bytes:
        """The document of a feed."""
        newest = self.turn * FRESH + LISTED
        items = "".join(self._item(feed, number) for number in range(newest, newest - LISTED, -1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"'
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            f"<title>Outlet {feed}</title><link>https://outlet-{feed}.example/</link>"
            f"<description>News</description><language>en</language>"
            f"<lastBuildDate>{format_datetime(self._begun)}</lastBuildDate>{items}</channel></rss>"
        ).encode()

    def _item(self, feed: int, number: int) -> str:
        text = self._texts[(feed * 7 + number) % _TEXTS]
        if self._varied:
            text = _own_words(feed, number) + text
        address = f"https://outlet-{feed}.example/news/{number}"
        # Older items first had older dates; none is in the future.
        published = format_datetime(self._begun - timedelta(minutes=100_000 - number))
        return (
            f"<item><title>{text[3:60]} ({number})</title><link>{address}</link>"
            f"<guid>{address}</guid><pubDate>{published}</pubDate><dc:creator>A. B.</dc:creator>"
            f"<category>News</category><description>{text[3:200]}</description>"
            f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        )


def _own_words(feed: int, number: int) -> str:
    chance = random.Random(f"{feed} {number}")

    def word() -> str:
        return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randrange(2, 5)))

    people = [f"{word().title()} {word().title()}" for _ in range(6)]
    said = " ".join(f"{who} of {word().title()} spoke of {word()}." for who in people)
    named = chance.choice(("APT31", "Ni Gaobin")) if chance.randrange(_ONE_IN) == 0 else "Nobody"
    return f"<p>{said} {named} was blamed for the {word()} of {word().title()}.</p>"


class _Connection(asyncio.Protocol):
    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._request += data
        if b"\r\n\r\n" not in self._request:
            return
        path = self._request.split(b" ", 2)[1].decode()
        tag = f'"{self._feeds.turn}"'.encode()
        if path == "/turn":
            self._feeds.turn += 1
            self._answer(b"200 OK", b"", b"")
        elif b"one-match: " + QUIET.encode() in self._request.lower():
            self._answer(b"304 Not Modified", QUIET.encode(), None)
        elif b"one-match: " + tag in self._request.lower():
            self._answer(b"304 Not Modified", tag, None)
        else:
            self._answer(b"200 OK", tag, self._feeds.body(int(path.rpartition("/")[2])))

    def _answer(self, status: bytes, tag: bytes, body: bytes | None) -> None:
        head = b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nETag: " + tag
        if body is not None:
            head += b"\r\nContent-Type: application/rss+xml; charset=utf-8\r\nContent-Length: "
            head += str(len(body)).encode()
        self._transport.write(head + b"\r\n\r\n" + (body or b""))
        self._transport.close()


async def _serve() -> None:
    feeds = Feeds(varied="varied" in sys.argv)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(feeds), "0.0.0.0", 0, backlog=4096
    )  # every 127.x.y.z
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
