"""What pages hear while they are open: how many stories are new, and how many wait.

Only numbers: a list never moves under somebody who judges it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from monitor.service import inbox
from monitor.service.inbox import InboxFilter
from monitor.web.page_request import INBOX_SPAN, Asking
from monitor.web.routes import Routes, read_number
from monitor.web.site import Site

router = Routes()

#: Pages that listen at the same time.
MOST_STREAMS = 20
HEARTBEAT_SECONDS = 15.0
#: How often to look for news.
LOOK_SECONDS = 3.0
#: A browser whose stream broke comes back after so long, in milliseconds.
COME_BACK_MS = 5_000


class News:
    """Looks for news once for all who listen.

    Args:
        site: what pages need.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.listening = 0
        self._newest = 0
        self._looked = -LOOK_SECONDS
        self._lock = asyncio.Lock()

    async def newest(self) -> int:
        """The number of the newest match, as of a moment ago."""
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if now - self._looked >= LOOK_SECONDS:
                self._newest = await self._site.ask(inbox.newest, self._site.db)
                self._looked = now
            return self._newest

    async def of(self, seen: int) -> AsyncIterator[bytes]:
        """The stream of one page.

        Args:
            seen: the newest match when the page was made.
        """
        self.listening += 1
        try:
            yield f"retry: {COME_BACK_MS}\n\n".encode()
            said, quiet = -1, 0.0
            while not self._site.stopping.is_set():
                newest = await self.newest()
                if newest != said:
                    said, quiet = newest, 0.0
                    yield await self._counted(seen, newest)
                if quiet >= HEARTBEAT_SECONDS:
                    quiet = 0.0
                    yield b": still here\n\n"
                quiet += LOOK_SECONDS
                if await _stopped(self._site.stopping, LOOK_SECONDS):
                    return
        finally:
            self.listening -= 1

    async def _counted(self, seen: int, newest: int) -> bytes:
        since: datetime = self._site.clock() - INBOX_SPAN
        wanted = InboxFilter(since=since)
        new = await self._site.ask(inbox.waiting, self._site.db, wanted, after=seen)
        waiting = await self._site.ask(inbox.waiting, self._site.db, wanted)
        data = json.dumps({"new": new, "waiting": waiting})
        return f"id: {seen}-{newest}\nevent: stories\ndata: {data}\n\n".encode()


async def _stopped(stopping: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True


@router.get("/events")
async def events(request: Request) -> Response:
    """The stream of server-sent events."""
    await Asking.of(request)
    news: News = request.app.state.news
    if news.listening >= MOST_STREAMS:
        headers = {"Retry-After": str(COME_BACK_MS // 1000)}
        return PlainTextResponse("Too many pages are open.\n", 503, headers)
    # A browser that comes back says how far it was told; its page is as old as before.
    given = request.headers.get("last-event-id", "") or request.query_params.get("seen", "")
    seen = given.partition("-")[0]
    number = read_number(seen)
    if number is None:
        number = await news.newest()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    return StreamingResponse(news.of(number), media_type="text/event-stream", headers=headers)
