"""The server of the feeds that misbehave, and the name service of those that have names."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp.abc import AbstractResolver, ResolveResult

from benchmarks.misbehaving import NAMED, Answer, Outlet, answer_of


def _host(number: int) -> str:
    return f"127.9.{number // 250}.{1 + number % 250}"


def _name(number: int) -> str:
    return f"outlet-{number}.moving"


class Names(AbstractResolver):
    """A name service that knows the outlets that have names; every third answer is a trap."""

    def __init__(self, served: list[Outlet]) -> None:
        self._known = {_name(each.number): each for each in served if each.kind == NAMED}
        self._asked = dict.fromkeys(self._known, 0)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up."""
        if host not in self._known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        self._asked[host] += 1
        address = _host(self._known[host].number) if self._asked[host] % 3 else "169.254.169.254"
        found = ResolveResult(
            hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing to close."""


class Server:
    """Serves the outlets: feed 7 under /feed/7 on any address of this machine's loopback."""

    def __init__(self, served: list[Outlet], clock: Callable[[], datetime]) -> None:
        self.outlets = served
        self.port = 0
        self._clock = clock

    def url(self, outlet: Outlet) -> str:
        """A feed's address, on a host of its own."""
        number = outlet.number
        host = _name(number) if outlet.kind == NAMED else _host(number)
        outlet.address = f"//{host}:{self.port}/feed/{number}"
        return f"http:{outlet.address}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            sent = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:])
            }
            await self._answer(path, sent, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # Whoever asked has hung up, or the day is over.
            pass
        finally:
            writer.close()

    async def _answer(self, path: str, sent: dict[str, str], writer: asyncio.StreamWriter) -> None:
        _, where, number = path.split("/")
        number, _, left = number.partition("?")
        outlet = self.outlets[int(number)]
        answer = answer_of(outlet, where, left, self._clock(), sent)
        if answer.keys:
            outlet.answered.append(frozenset(answer.keys))
        await _write(answer, writer)


async def _write(answer: Answer, writer: asyncio.StreamWriter) -> None:
    length = len(answer.body) + (99 if answer.how == "cut" else 0)
    headers = [("Content-Type", answer.content_type), *answer.headers, ("Connection", "close")]
    if answer.how not in {"endless", "drip"}:
        headers.append(("Content-Length", str(length)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 {answer.status}\r\n{lines}\r\n".encode()
    if answer.how == "silent":
        await asyncio.sleep(60)
        return
    if answer.how == "drip":
        for byte in head:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)
    writer.write(head)
    while answer.how == "endless":
        writer.write(b"<!-- more -->" * 1000)
        await writer.drain()
    if answer.how == "reset":
        writer.write(answer.body[: len(answer.body) // 2])
        await writer.drain()
        connection = writer.get_extra_info("socket")
        # A linger time of zero turns closing into a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    writer.write(answer.body)
    await writer.drain()


@asynccontextmanager
async def serving(served: list[Outlet], clock: Callable[[], datetime]) -> AsyncGenerator[Server]:
    """The server, running."""
    server = Server(served, clock)
    listening = await asyncio.start_server(server.handle, "0.0.0.0", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
