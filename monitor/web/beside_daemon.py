"""The page beside a running daemon: put together, served, and taken down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from monitor.service.database import Database
from monitor.web.app import create_app
from monitor.web.server import PageServer
from monitor.web.site import InForce, Site


@contextmanager
def serving(
    db: Database, in_force: Callable[[], InForce], config_path: Path
) -> Iterator[tuple[PageServer, ...]]:
    """The page's server, not started yet; none where the page is switched off.

    Args:
        db: the database; the page opens it for itself.
        in_force: the configuration in force, which a reload replaces.
        config_path: its main file.

    Raises:
        MonitorError: its address is taken.
    """
    web = in_force().loaded.config.web
    if not web.enabled:
        yield ()
        return
    stopping = asyncio.Event()
    with ExitStack() as stack:
        site = Site(db.url, in_force, config_path, stopping=stopping)
        stack.callback(site.close)
        yield (PageServer(create_app(site), web, stopping),)
