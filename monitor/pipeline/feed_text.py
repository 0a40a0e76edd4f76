"""What a feed itself says of an entry is told at once, whatever its page costs.

Pages have to queue: for their host's pauses, for the processes that read them, behind those of a
feed whose hosts never answer. What the feed said is there already. Where its own words alert, they
are told when the poll has recorded them; what the page adds when it is read is told as what a
later reading finds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, Any

from monitor.errors import StoreError
from monitor.model.article import Article
from monitor.model.match import Match
from monitor.pipeline.backfill import is_old_news
from monitor.pipeline.events import Faulted
from monitor.pipeline.full_text import as_known
from monitor.pipeline.lease import HELD
from monitor.pipeline.match import match
from monitor.pipeline.runtime import Runtime
from monitor.store import articles as store_articles
from monitor.store.articles import StoredArticle

if TYPE_CHECKING:
    from monitor.pipeline.context import Context

#: How long an entry's words wait for its page to prove them, in seconds. Most pages answer sooner.
#: A teaser says too little to be known for a report of a story that was told: who is told of one
#: is told of the story twice. So it is no less than a slow page takes, and far from minutes.
GRACE_SECONDS = 10.0
#: Where pages come one after the other, an entry's words wait for a page that has no room yet, and
#: so often it is looked whether they still come, in seconds. What hangs keeps nobody for longer.
LOOK_SECONDS = 2.0
#: So many wait in that hope: more than that are not read within the time.
MOST_HOPING = 400
#: So many of one poll may wait for their pages; the others' would not be read within that time.
READ_AT_ONCE = 5
#: So many are looked up at a time.
_AT_A_TIME = 200
#: Longest time to match without giving anything else its turn, in seconds.
_TURN = 0.02


class EarlyTeller:
    """Tells of entries by what their feeds said of them.

    Args:
        ctx: what all steps share.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._waiting: set[asyncio.Task[None]] = set()
        self.has_room: Callable[[StoredArticle], bool] = lambda _: True
        """Whether an article's page would be asked for now."""
        self.is_soon: Callable[[StoredArticle], bool] = lambda _: False
        """Whether there will be room for it soon: others' pages come, and do not hang."""
        self._hoping = 0
        self.grace_seconds: float | None = None
        """Another time to wait than `GRACE_SECONDS`."""

    async def tell(
        self, runtime: Runtime, wanted: Sequence[int], *, old: Collection[int] = ()
    ) -> None:
        """Tell of articles that are to be read; the first few may wait for a moment.

        Args:
            runtime: the configuration in force.
            wanted: their ids, in the order in which they will be read.
            old: those that are known to be no news, which need not be looked up.

        Raises:
            StoreError: the database failed.
        """
        soon = set(wanted[:READ_AT_ONCE])
        waiting: list[StoredArticle] = []
        hoping: list[StoredArticle] = []
        begun = time.monotonic()
        news = [each for each in wanted if each not in old]
        for start in range(0, len(news), _AT_A_TIME):
            some = partial(store_articles.by_ids, article_ids=news[start : start + _AT_A_TIME])
            looked_up = await self._ctx.look(some)
            for stored, alerts in zip(looked_up, self._alerting(runtime, looked_up), strict=True):
                if alerts:
                    if stored.id in soon and self.has_room(stored):
                        waiting.append(stored)
                    elif stored.id in soon and self._may_hope(len(hoping)) and self.is_soon(stored):
                        hoping.append(stored)
                    else:
                        await self._tell_of(runtime, stored)
                if time.monotonic() - begun > _TURN:
                    await asyncio.sleep(0)
                    begun = time.monotonic()
        if waiting:
            self._beside(self._tell_later(runtime, waiting))
        if hoping:
            self._beside(self._tell_unless_soon(runtime, hoping))

    async def tell_of_unread(self, runtime: Runtime) -> None:
        """Tell of what a daemon that was killed had no time to tell of. Raises StoreError."""
        await self.tell(runtime, await self._ctx.look(store_articles.never_read))

    def close(self) -> None:
        """Let nobody wait any more: what is not told yet is still to be read."""
        for task in self._waiting:
            task.cancel()

    def _alerting(self, runtime: Runtime, some: Sequence[StoredArticle]) -> Iterator[bool]:
        """Of each whether its feed's own words alert."""
        now = self._ctx.clock()
        known = [as_known(stored, runtime) for stored in some]
        is_news = [
            not is_old_news(stored, article, runtime, now)
            for stored, article in zip(some, known, strict=True)
        ]
        found = runtime.matcher.match_all(compress(known, is_news))
        for article, news in zip(known, is_news, strict=True):
            matches = _matches(runtime, article, found) if news else ()
            yield any(match.alert for match in matches)

    async def _tell_of(self, runtime: Runtime, stored: StoredArticle) -> None:
        try:
            known = as_known(stored, runtime)
            await match(self._ctx, runtime, stored, known, None, early=True)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one article stops no other
            where = stored.article.url or stored.article.id
            self._ctx.observe(Faulted("telling of an entry", where, error))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def _may_hope(self, more: int) -> bool:
        return self._hoping + more < MOST_HOPING

    async def _tell_unless_soon(self, runtime: Runtime, hoping: Sequence[StoredArticle]) -> None:
        self._hoping += len(hoping)
        try:
            left = self._grace()
            while left > 0 and any(map(self.is_soon, hoping)):
                await asyncio.sleep(min(LOOK_SECONDS, left))
                left -= LOOK_SECONDS
        finally:
            self._hoping -= len(hoping)
        await self._tell_unread(runtime, hoping)

    async def _tell_later(self, runtime: Runtime, waiting: Sequence[StoredArticle]) -> None:
        await asyncio.sleep(self._grace())
        await self._tell_unread(runtime, waiting)

    def _grace(self) -> float:
        return GRACE_SECONDS if self.grace_seconds is None else self.grace_seconds

    async def _tell_unread(self, runtime: Runtime, waiting: Sequence[StoredArticle]) -> None:
        # The poll has ended by now, and whoever polls the feed next is in nobody's way.
        HELD.set(None)
        before = {stored.id: stored.reads for stored in waiting}
        try:
            # Most pages have come by then.
            unread = await self._ctx.look_once(partial(store_articles.still_unread, reads=before))
            if not unread:
                return
            for stored in await self._ctx.look(partial(store_articles.by_ids, article_ids=unread)):
                if stored.next_read is not None and stored.reads == before[stored.id]:
                    await self._tell_of(runtime, stored)
        except StoreError as error:
            # It is told when its page is read, or when the next daemon begins.
            self._ctx.observe(Faulted("telling of entries", waiting[0].article.feed or "", error))


def _matches(
    runtime: Runtime, article: Article, found: Iterator[Sequence[Match]]
) -> Sequence[Match]:
    """What was found in an article together with others; by itself after a fault with any."""
    # Its reading meets the same fault, and says so.
    with suppress(Exception):
        return next(found)
    with suppress(Exception):
        return runtime.matcher.match(article)
    return ()
