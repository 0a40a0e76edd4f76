"""History is entered into the search index in the background, while the daemon goes on."""

from __future__ import annotations

import asyncio

from monitor.config.file_changes import stopped_within
from monitor.logs import get_logger
from monitor.pipeline.context import Context
from monitor.store import search_index

#: How often to look whether anything is missing, in seconds.
LOOK_SECONDS = 60
#: Left to others after each step, in seconds: about as long as a step takes.
PAUSE_SECONDS = 0.1

log = get_logger(__name__)


async def index_history(ctx: Context, stopping: asyncio.Event) -> None:
    """Enter all that is missing, a few articles at a time, the newest first.

    Raises:
        StoreError: the database failed; what is missing stays to be entered.
    """
    if ctx.db.is_shared:
        # What comes is only noted at first, and entered by whoever is free.
        while await ctx.store(search_index.index_more):
            if stopping.is_set():
                return
        return
    state = await ctx.look(search_index.indexed)
    if state.whole:
        return
    log.info("history is being indexed", articles=state.missing)
    while await ctx.store(search_index.index_more):
        if await stopped_within(stopping, PAUSE_SECONDS):
            return
    log.info("all of the history is indexed")
