"""The server in the daemon's loop: its socket, its signals, its end."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import pytest

from monitor.config.web import Web
from monitor.errors import MonitorError
from monitor.web.pages.stream import MOST_STREAMS
from monitor.web.server import PageServer, bound
from tests.support.page import Page
from tests.support.sockets import free_port


async def test_open_streams_do_not_hold_the_end_up(page: Page) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    web = Web(listen=f"127.0.0.1:{free_port()}")
    server = PageServer(page.app, web, page.site.stopping)
    await server.start()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=server.address, timeout=60, limits=limits) as browser:
        for _ in range(200):
            try:
                await browser.get("/static/icon.svg")
                break
            except httpx.ConnectError:
                await asyncio.sleep(0)
        streams = []
        for _ in range(MOST_STREAMS):
            stream = await browser.send(browser.build_request("GET", "/events"), stream=True)
            assert stream.headers["content-type"].startswith("text/event-stream")
            pieces = stream.aiter_raw()
            await anext(pieces)
            # Kept: what reads a stream closes it when it goes.
            streams.append((stream, pieces))
        refused = await browser.get("/events")
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert "server" not in refused.headers
        began = time.monotonic()
        await server.stop()
        assert time.monotonic() - began < 3
        for stream, _ in streams:
            await stream.aclose()


def test_a_taken_port_is_said_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(MonitorError) as refused:
            bound(listen)
    assert str(refused.value) == (
        f"the page cannot be served at {listen}: Address already in use. Set another `listen` in "
        "[web], or `enabled = false`."
    )
    assert refused.value.exit_code == 1


def test_commands_that_look_do_not_load_the_page() -> None:
    code = (
        "import sys; sys.argv = ['monitor', '--help']\n"
        "from monitor.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([each for each in ('fastapi', 'uvicorn', 'starlette', 'monitor.web.app') "
        "if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_daemon_does_without_what_describes_its_api() -> None:
    # It takes megabytes, and an environment variable lets it tell others what is asked for.
    code = (
        "import sys, monitor.web.beside_daemon\n"
        "print([each for each in ('fastapi', 'opentelemetry') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


async def test_a_page_does_not_wait_for_the_others(open_page: Callable[[], Page]) -> None:
    page = open_page()
    answers = await asyncio.gather(*(page.get("/") for _ in range(12)))
    assert {each.status_code for each in answers} == {200}
