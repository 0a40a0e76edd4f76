"""Writes monitor/web/api/openapi.json, which describes the API, from the functions that answer.

python -m tools.openapi          # write it
python -m tools.openapi --check  # exit with 1 when it is not what would be written

FastAPI works it out, from the same signatures by which `monitor.web.api.endpoints` answers.
"""

from __future__ import annotations

import json
import sys
from inspect import Parameter, Signature
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.responses import Response

from monitor import __version__
from monitor.web.api import actions, insights, lists, probes, syndicated
from monitor.web.api.endpoints import Endpoint, Handler, arguments
from monitor.web.api.probes import DESCRIPTION


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


def description() -> dict[str, Any]:
    """All that programs may ask, as OpenAPI."""
    api = FastAPI(
        title="monitor", version=__version__, description="What the page shows, for programs.",
        docs_url=None, redoc_url=None, openapi_url=None,
    )  # fmt: skip
    for route in (*probes.router.routes, *syndicated.router.routes):
        title = route.name.replace("_", " ").title()
        api.add_api_route(route.path, route.endpoint, methods=["GET"], summary=title)
    for each in (*lists.endpoints.all, *insights.endpoints.all, *actions.endpoints.all):
        api.add_api_route(
            each.path, _stand_in(each), methods=[each.method], response_model=each.shape,
            responses=PROBLEMS,
        )  # fmt: skip
    return api.openapi()


def _stand_in(endpoint: Endpoint) -> Handler:
    """A function that takes what programs say, without who says it."""

    async def stand_in(**_: Any) -> Response:
        raise NotImplementedError

    _, *said = arguments(endpoint.handler)
    given = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default in said
    ]
    stand_in.__signature__ = Signature(given)  # type: ignore[attr-defined] # PEP 362
    stand_in.__name__ = endpoint.handler.__name__
    stand_in.__doc__ = endpoint.handler.__doc__
    return stand_in


def written() -> str:
    """What the file holds."""
    return json.dumps(description(), ensure_ascii=False, indent=1) + "\n"


def main(wanted: list[str]) -> int:
    """Write it, or compare; the exit code."""
    new = written()
    if "--check" in wanted:
        return int(DESCRIPTION.read_text(encoding="utf-8") != new)
    DESCRIPTION.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
