"""The API with its description (OpenAPI): what `monitor.web.api.programs` loads at first use."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from monitor import __version__
from monitor.web.api import actions, insights, lists, machine
from monitor.web.errors import HANDLERS, Fence, problem_json
from monitor.web.remembered import Remembered
from monitor.web.site import Site


def create_api(site: Site) -> FastAPI:
    """What answers programs, below /api."""
    api = FastAPI(
        title="monitor",
        # Paths hold what people watch: nothing of them is told to anybody, whatever environment
        # variables ask for.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False,
                   "auto_configure": False},
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        version=__version__,
        description="What the page shows, for programs.",
        exception_handlers={**HANDLERS, RequestValidationError: _refuse},
    )  # fmt: skip
    api.state.site = site
    api.state.remembered = Remembered(site.clock)
    for route in machine.router.routes:
        # Answered without this; described here, with everything else.
        api.add_api_route(route.path, route.endpoint, methods=["GET"], summary=_title(route.name))
    for programs in (lists, insights, actions):
        api.include_router(programs.router)
    api.add_middleware(Fence)
    return api


def _title(name: str) -> str:
    return name.replace("_", " ").title()


async def _refuse(_: Request, __: Exception) -> Response:
    return problem_json(400, "That cannot be shown", "The address makes no sense.")
