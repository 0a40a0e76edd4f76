"""The API beside the page: its framework takes some ten megabytes, and is loaded at first use."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from monitor.web.site import Site

if TYPE_CHECKING:
    from fastapi import FastAPI


#: What programs may ask, as OpenAPI: `tools.openapi` writes it. To work that out takes megabytes.
DESCRIPTION = Path(__file__).with_name("openapi.json")


class Programs:
    """Answers what programs ask below /api.

    Args:
        site: what answers need.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._api: FastAPI | None = None
        self._loading = asyncio.Lock()

    async def loaded(self) -> FastAPI:
        """What answers; it is loaded in a thread, so that nothing else waits for it."""
        async with self._loading:
            if self._api is None:
                self._api = await asyncio.to_thread(self._load)
            return self._api

    def _load(self) -> FastAPI:
        from monitor.web.api.schema import create_api

        return create_api(self._site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (await self.loaded())(scope, receive, send)
