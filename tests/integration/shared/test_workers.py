"""Several daemons at work on one database: what one does the others do not, and none is missed."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text, update

from monitor.daemon.compose import opened
from monitor.daemon.daemon import Daemon
from monitor.pipeline.events import Step
from monitor.service.check import check_config
from monitor.service.health import health
from monitor.store.database import Database
from monitor.store.tables import alerts, articles, feeds
from tests.support.postgresql import Server
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.web import WebWorld, article_html, item, rss

PATIENCE = 60.0
ABOUT = "Officials said the group known as APT31 was behind the attack on ministers' mail."


class Workers:
    """Daemons on a database, each with all that a process has."""

    def __init__(self, folder: Path, db: Database, stack: AsyncExitStack) -> None:
        self._config = folder / "config.toml"
        self.db = db
        self._stack = stack
        self.steps: list[list[Step]] = []
        self.daemons: list[tuple[Daemon, asyncio.Task[None]]] = []

    async def configure(self, *feeds: str, slack: str) -> None:
        toml = config_toml(list(feeds), slack=slack)
        toml = toml.replace("sqlite:///monitor.db", self.db.url)
        self._config.write_text(toml + "\n[web]\nenabled = false\n")

    async def start(self) -> Daemon:
        checked = await asyncio.to_thread(check_config, self._config)
        steps: list[Step] = []
        self.steps.append(steps)
        ctx = await self._stack.enter_async_context(
            opened(checked, observe=steps.append, console=io.StringIO())
        )
        daemon = Daemon(ctx, self._config, watch=False, hubs=False)
        task = asyncio.create_task(daemon.run())
        self._stack.push_async_callback(self._end, daemon, task)
        self.daemons.append((daemon, task))
        return daemon

    async def _end(self, daemon: Daemon, task: asyncio.Task[None]) -> None:
        daemon.stop()
        await asyncio.wait_for(task, PATIENCE)

    async def until(self, query: Any, wanted: Callable[[Any], bool]) -> Any:
        """Wait for what a query finds."""

        def look() -> Any:
            with self.db.read() as connection:
                return connection.scalar(query)

        async with asyncio.timeout(PATIENCE):
            while not wanted(found := await asyncio.to_thread(look)):
                await asyncio.sleep(0.05)
        return found


@asynccontextmanager
async def workers(folder: Path, db: Database) -> AsyncIterator[Workers]:
    async with AsyncExitStack() as stack:
        yield Workers(folder, db, stack)


def publish(web: WebWorld, feed: str, *names: str) -> None:
    for name in names:
        web.serve(f"/{name}", article_html(f"APT31 named in {name}", [ABOUT, f"Of {name}."] * 3))
    entries = [item(f"APT31 named in {name}", link=web.url(f"/{name}")) for name in names]
    web.serve(feed, rss(entries))


ASKED = text("SELECT count(*) FROM feeds WHERE last_ok IS NOT NULL")
SENT = text("SELECT count(*) FROM deliveries WHERE status = 'sent'")


async def test_two_do_what_one_would_and_a_database_that_was_away_stops_neither(
    tmp_path: Path, shared: Database, slack: SlackServer, web: WebWorld, postgresql: Server
) -> None:
    names = [f"story-{n}" for n in range(6)]
    addresses = [web.url(f"/feed-{n}") for n in range(3)]
    for n in range(3):
        publish(web, f"/feed-{n}")
    async with workers(tmp_path, shared) as some:
        await some.configure(*addresses, slack=slack.endpoint)
        await some.start()
        await some.start()
        await some.until(ASKED, lambda asked: asked == 3)
        for n in range(3):
            publish(web, f"/feed-{n}", *names[2 * n : 2 * n + 2])
        await some.until(SENT, lambda sent: sent == 6)
        found = await asyncio.to_thread(lambda: health(shared, some.daemons[0][0]._ctx.clock()))
        assert [each.live for each in found.workers] == [True, True]
        assert found.live

        await asyncio.to_thread(postgresql.stop, "fast")
        publish(web, "/feed-0", *names[:2], "story-6")
        await asyncio.to_thread(postgresql.start)
        await some.until(SENT, lambda sent: sent == 7)
    with shared.read() as connection:
        assert connection.scalar(select(func.count()).select_from(articles)) == 7
        assert connection.scalar(select(func.count()).select_from(alerts)) == 7
        # They have left: nothing is theirs any more.
        assert connection.scalar(text("SELECT count(*) FROM workers")) == 0
        claimed = feeds.c.claimed_by.is_not(None) & feeds.c.claimed_until.is_not(None)
        assert connection.scalar(select(func.count()).select_from(feeds).where(claimed)) == 0
    assert len(slack.messages) == 7


async def test_who_wakes_after_another_took_over_records_nothing(
    tmp_path: Path, shared: Database, slack: SlackServer, web: WebWorld
) -> None:
    publish(web, "/feed")
    hold = threading.Event()
    web.serve("/late", article_html("APT31 named in late", [ABOUT] * 3), hold=hold)
    async with workers(tmp_path, shared) as some:
        await some.configure(web.url("/feed"), slack=slack.endpoint)
        daemon = await some.start()
        await some.until(ASKED, lambda asked: asked == 1)
        web.serve("/feed", rss([item("APT31 named in late", link=web.url("/late"))]))
        at_it = select(articles.c.claimed_by).where(articles.c.claimed_until.is_not(None))
        await some.until(at_it, lambda worker: worker is not None)
        with shared.write() as connection:
            later = func.now() + text("interval '1 hour'")
            connection.execute(update(articles).values(claimed_by=0, claimed_until=later))
        hold.set()
        reads: Any = daemon._driver
        async with asyncio.timeout(PATIENCE):
            while reads._reads._under_way:
                await asyncio.sleep(0.05)
        with shared.read() as connection:
            row = connection.execute(select(articles)).one()
    assert row.claimed_by == 0
    assert row.body == ""
    assert row.next_read is not None
