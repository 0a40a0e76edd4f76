"""The demonstration's end: its page, open for as long as somebody sits at the terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from monitor.config.web import Web
from monitor.errors import MonitorError
from monitor.pipeline.context import Context
from monitor.store import upkeep
from monitor.web.app import create_app
from monitor.web.server import PageServer
from monitor.web.site import Site

#: Where people look for it; if somebody else is there, any other port does.
_PORT = 8787


def stays_open(console: Console) -> bool:
    """Whether somebody is there to look at a page: not in a pipe, and not where tests run."""
    return console.is_terminal and not os.environ.get("CI")


async def show_page(ctx: Context, config: Path, console: Console) -> None:
    """Serve the page of what was found until somebody presses Ctrl-C.

    Args:
        ctx: what the demonstration ran on.
        config: its configuration.
        console: where to say so.
    """
    now = ctx.clock()
    # Nothing is late in it: all that there is has been read.
    await ctx.store(lambda c: upkeep.beat(c, "demo", now, timedelta(days=1), {}))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    site = Site(ctx.db.url, lambda: ctx.runtime, config, clock=ctx.clock, stopping=stopping)
    try:
        server = _server(site, stopping)
        await server.start()
        console.print(f"\nIts page is open: [bold][link]{server.address}[/link][/bold] (the inbox)")
        console.print("Ctrl-C ends the demonstration.")
        await stopping.wait()
        await server.stop()
    finally:
        site.close()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _server(site: Site, stopping: asyncio.Event) -> PageServer:
    app = create_app(site)
    try:
        return PageServer(app, Web(listen=f"127.0.0.1:{_PORT}"), stopping, quiet=True)
    except MonitorError:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        return PageServer(app, Web(listen=f"127.0.0.1:{port}"), stopping, quiet=True)
