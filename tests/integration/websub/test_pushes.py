"""What hubs push is read, and believed no more than it deserves."""

from __future__ import annotations

import asyncio
import socket

import pytest

from monitor.daemon.once import run_once
from monitor.pipeline.events import Pushed, Tally
from tests.support.feed_words import fault, why
from tests.support.hub import Answer, send
from tests.support.pushed_feed import POLLING, World


class TestPushes:
    async def test_a_push_becomes_an_alert_without_a_poll(self, world: World) -> None:
        await world.start()
        await world.agree()
        polls = len(world.web.requests("/feed"))
        [answer] = await world.push("hack")
        assert answer == Answer(202, "")
        assert world.arrived == 1
        await world.read()
        [post] = world.slack.messages
        assert "Headline hack" in str(post.payload)
        assert len(world.web.requests("/feed")) == polls
        assert [(step.entries, step.new) for step in world.product.steps
                if isinstance(step, Pushed)] == [(1, 1)]  # fmt: skip

    async def test_what_was_pushed_is_not_told_again_when_it_is_polled(self, world: World) -> None:
        await world.start()
        await world.agree()
        await world.push("hack")
        await world.push("hack")
        await world.read()
        world.lists("hack", "old")
        await run_once(world.product.ctx, Tally())
        await world.read()
        assert len(world.slack.messages) == 1
        assert world.feed.times_dropped == 0
        assert world.feed.problems == ()

    async def test_nothing_is_learned_from_what_a_push_leaves_out(self, world: World) -> None:
        world.lists(*(f"old{n}" for n in range(5)))
        await world.start(announce=False)
        await world.agree()
        before = world.feed
        await world.push("hack")
        await world.push("road")
        after = world.feed
        assert after.times_dropped == 0
        assert after.last_new == world.product.clock()
        for name in ("validators", "body_digest", "rhythm", "wishes", "last_ok", "last_polled"):
            assert getattr(after, name) == getattr(before, name)

    @pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
    async def test_signed_in_any_way(self, world: World, method: str) -> None:
        await world.start()
        await world.agree()
        await world.push("hack", method=method)
        assert world.agreed.pushes == 1

    @pytest.mark.parametrize(
        "how", [{"secret": "wrong"}, {"signature": ""}, {"signature": "sha1="}, {"method": "md5"}]
    )
    async def test_what_is_not_signed_is_ignored_and_counted(
        self, world: World, how: dict[str, str]
    ) -> None:
        await world.start()
        await world.agree()
        [answer] = await world.push("hack", **how)
        assert answer == Answer(202, "")
        await world.read()
        assert world.slack.messages == []
        assert world.feed.entries_seen == 1
        known = world.agreed
        assert (known.refused, known.pushes, known.last_push) == (1, 0, None)

    async def test_to_an_address_nobody_was_told(self, world: World) -> None:
        await world.start()
        await world.agree()
        for address, status in (
            (f"{world.callback}/{'a' * 43}", 410),
            (world.callback, 404),
            (f"{world.callback}/", 404),
            (f"{world.callback}/..%2f..%2fetc", 404),
        ):
            answer = await asyncio.to_thread(send, "POST", address, b"news")
            assert answer.status == status
        answer = await asyncio.to_thread(send, "PUT", world.address, b"news")
        assert answer.status == 405

    async def test_what_cannot_be_read_is_asked_for(self, world: World) -> None:
        await world.start()
        await world.agree()
        world.product.clock.advance(minutes=30)
        for body in (b"<html>Error</html>", b"\0", b" "):
            [answer] = await world.push(body=body)
            assert answer.status == 202
        assert "cannot be read" in (fault(world.agreed) or "")
        assert world.feed.next_poll == world.product.clock()
        assert "cannot be read" in why(world.feed)
        await world.push("hack")
        assert fault(world.agreed) is None

    async def test_a_compressed_push_is_refused(self, world: World) -> None:
        await world.start()
        await world.agree()
        [answer] = await world.push("hack", headers={"Content-Encoding": "gzip"})
        assert answer.status == 415

    async def test_behind_a_proxy_that_changes_the_path(self, world: World) -> None:
        await world.start()
        await world.agree()
        token = world.address.rpartition("/")[2]
        moved = f"http://127.0.0.1:{world.port}/{token}"
        world.hub.subscribers[world.topic, moved] = world.hub.subscribers.popitem()[1]
        await world.push("hack")
        assert world.agreed.pushes == 1

    async def test_a_huge_body(self, world: World) -> None:
        await world.start(polling=POLLING + 'max_bytes = "64KiB"\n')
        await world.agree()
        [declared] = await world.push(body=b"x" * 65_537)
        assert declared.status == 413

        def endless() -> bytes:
            host = ("127.0.0.1", world.port)
            with socket.create_connection(host, timeout=20) as link:
                path = world.address.partition(f":{world.port}")[2]
                head = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                link.sendall(head.encode())
                sent = 0
                try:
                    while sent < 10 * 2**20:
                        link.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                        sent += 4096
                except OSError:
                    return b""
                return link.recv(100)

        assert not (await asyncio.to_thread(endless)).startswith(b"HTTP/1.1 2")
        await world.push("hack")
        assert world.agreed.pushes == 1

    async def test_a_hub_that_waits_to_be_told_to_go_on(self, world: World) -> None:
        await world.start()
        await world.agree()
        path = world.address.partition(f":{world.port}")[2]

        def ask() -> list[bytes]:
            with socket.create_connection(("127.0.0.1", world.port), timeout=20) as link:
                head = (
                    f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                    "Expect: 100-continue\r\n\r\n"
                )
                link.sendall(head.encode())
                first = link.recv(1000)
                link.sendall(b"news")
                return [first, link.recv(1000)]

        first, second = await asyncio.to_thread(ask)
        assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert second.startswith(b"HTTP/1.1 202")
        assert world.agreed.refused == 1

    @pytest.mark.parametrize("much", [0, 20, 200])
    async def test_a_slow_sender_is_cut_off(
        self, world: World, monkeypatch: pytest.MonkeyPatch, much: int
    ) -> None:
        monkeypatch.setattr("monitor.websub.server.RECEIVE_SECONDS", 0.2)
        await world.start()
        await world.mind()
        path = world.address.partition(f":{world.port}")[2]
        request = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nnews"
        request = request.ljust(300, "x")

        def ask() -> bytes:
            with socket.create_connection(("127.0.0.1", world.port), timeout=20) as link:
                link.sendall(request[:much].encode())
                try:
                    return link.recv(1000)
                except ConnectionResetError:
                    return b""

        assert await asyncio.to_thread(ask) == b""
        assert world.agreed.refused == 0

    async def test_too_many_at_once_are_told_to_come_back(self, world: World) -> None:
        await world.start()
        await world.agree()
        path = world.address.partition(f":{world.port}")[2]
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()

        async def begin() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            writer.write(head)
            return reader, writer

        links = [await begin() for _ in range(3)]
        readings = [asyncio.create_task(reader.read(100)) for reader, _ in links]
        done, _ = await asyncio.wait(readings, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        [refused] = done
        assert refused.result().startswith(b"HTTP/1.1 503")
        for _, writer in links:
            writer.close()
        await asyncio.gather(*readings, return_exceptions=True)

    async def test_when_the_database_fails_the_hub_is_told_to_come_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import sqlite3

        monkeypatch.setattr("monitor.store.sqlite_file.BUSY_TIMEOUT_MS", 1)
        world.product.db.close()
        await world.start()
        await world.agree()
        other = sqlite3.connect(world.product.db.path, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            [answer] = await world.push("hack")
            assert answer.status == 503
            other.execute("ROLLBACK")
        finally:
            other.close()
        [answer] = await world.push("hack")
        assert answer.status == 202
        await world.read()
        assert len(world.slack.messages) == 1
