"""What answers programs, which `monitor.web.api.programs` loads at first use; its description.

The description (OpenAPI 3.1) is worked out where the program is made, by `tools.openapi`.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from monitor import __version__
from monitor.web.api import deeds, insights, lists, machine, syndicated
from monitor.web.errors import HANDLERS, Fence, problem_json
from monitor.web.remembered import Remembered
from monitor.web.site import Site


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": words}
    for status, words in (
        (400, "What was asked for makes no sense"),
        (401, "A token is needed, or this one opens nothing"),
        (403, "The token does not let do that"),
        (404, "There is none of that number or name"),
        (503, "The database cannot be used"),
    )
}


def create_api(site: Site) -> FastAPI:
    """What answers programs, below /api."""
    api = _framework()
    api.state.site = site
    api.state.remembered = Remembered(site.clock)
    for each in (*lists.endpoints.all, *insights.endpoints.all, *deeds.endpoints.all):
        api.add_api_route(each.path, each.handler, methods=[each.method], response_model=None)
    api.add_middleware(Fence)
    return api


def description() -> dict[str, Any]:
    """All that programs may ask, as OpenAPI."""
    api = _framework()
    for route in (*machine.router.routes, *syndicated.router.routes):
        # Answered without this framework; described with everything else.
        api.add_api_route(route.path, route.endpoint, methods=["GET"], summary=_title(route.name))
    for each in (*lists.endpoints.all, *insights.endpoints.all, *deeds.endpoints.all):
        api.add_api_route(
            each.path, each.handler, methods=[each.method], response_model=each.shape,
            responses=PROBLEMS,
        )  # fmt: skip
    return api.openapi()


def _framework() -> FastAPI:
    return FastAPI(
        title="monitor",
        # Paths hold what people watch: nothing of them is told to anybody, whatever environment
        # variables ask for.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False,
                   "auto_configure": False},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        version=__version__,
        description="What the page shows, for programs.",
        exception_handlers={**HANDLERS, RequestValidationError: _refuse},
    )  # fmt: skip


def _title(name: str) -> str:
    return name.replace("_", " ").title()


async def _refuse(_: Request, __: Exception) -> Response:
    return problem_json(400, "That cannot be shown", "The address makes no sense.")
