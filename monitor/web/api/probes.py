"""What other machines ask: metrics, whether it lives, whether it is ready."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from monitor.errors import MonitorError
from monitor.service.health import health
from monitor.web.api.access import caller
from monitor.web.page_request import site_of
from monitor.web.routes import Routes

router = Routes()

#: What programs may ask, as OpenAPI: `tools.openapi` writes it. To work that out takes megabytes.
DESCRIPTION = Path(__file__).with_name("openapi.json")


@router.get("/api/openapi.json")
async def describe(_: Request) -> Response:
    """What programs may ask (OpenAPI 3.1)."""
    return FileResponse(DESCRIPTION, media_type="application/json")


@router.get("/healthz")
async def is_alive(_: Request) -> Response:
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
async def show_metrics(request: Request) -> Response:
    """How everything is doing, as Prometheus reads it."""
    ask = await caller(request)
    from monitor.service.metrics import CONTENT_TYPE, metrics

    data = await ask.site.ask(metrics, ask.site.db, ask.site.clock())
    return Response(data, headers={"Content-Type": CONTENT_TYPE})
