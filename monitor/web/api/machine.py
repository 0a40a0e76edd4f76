"""What other machines ask: metrics, whether it lives, whether it is ready; feeds of watchlists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from monitor.errors import MonitorError
from monitor.model.token import Scope
from monitor.service import syndication
from monitor.service.health import health
from monitor.web.api.access import Caller, caller
from monitor.web.api.lists import one
from monitor.web.asking import Asking, site_of

router = APIRouter()


async def may_read(request: Request) -> Caller:
    """Whoever may read."""
    return await caller(request, Scope.READ)


Asker = Annotated[Caller, Depends(may_read)]


@router.get("/healthz")
async def is_alive() -> Response:
    """That the process answers; for what starts it again when it does not."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def is_ready(request: Request) -> Response:
    """Whether database and configuration are in order: 200, else 503."""
    site = site_of(request)
    try:
        found = await site.ask(health, site.db, site.clock())
    except MonitorError:
        return JSONResponse({"status": "the database cannot be used"}, 503)
    if not found.config.ok:
        return JSONResponse({"status": "the last edit of the configuration was refused"}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def show_metrics(ask: Asker) -> Response:
    """How everything is doing, as Prometheus reads it."""
    from monitor.service.metrics import CONTENT_TYPE, metrics

    data = await ask.site.ask(metrics, ask.site.db, ask.site.clock())
    return Response(data, headers={"Content-Type": CONTENT_TYPE})


@router.get("/feeds/{watchlist}.atom")
async def atom(ask: Asker, watchlist: str) -> Response:
    """A watchlist's alerts as Atom."""
    site, address = ask.site, str(ask.request.url)
    data = await one(
        ask, syndication.as_atom, site.db, site.config, watchlist, address, site.redact
    )
    return Response(data, headers={"Content-Type": "application/atom+xml; charset=utf-8"})


@router.get("/feeds/{watchlist}.json")
async def json_feed(ask: Asker, watchlist: str) -> Response:
    """A watchlist's alerts as JSON Feed."""
    site, address = ask.site, str(ask.request.url)
    data = await one(
        ask, syndication.as_json_feed, site.db, site.config, watchlist, address, site.redact
    )
    return Response(data, headers={"Content-Type": "application/feed+json"})


@router.get("/api", response_class=HTMLResponse, include_in_schema=False)
async def describe(request: Request) -> Response:
    """What the API offers, for people."""
    asking = await Asking.of(request)
    schema = request.app.openapi()
    methods = [
        (method.upper(), path, operation.get("summary", ""), operation.get("description", ""))
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    return await asking.page("api.html", methods=methods)
