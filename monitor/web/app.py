"""The application: its pages, the API beside them, and what guards them."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from monitor.web.answer_cache import Remembered
from monitor.web.api import actions, insights, lists, probes, syndicated
from monitor.web.errors import HANDLERS, Fence
from monitor.web.pages import (
    almost,
    earlier_reports,
    feeds,
    inbox,
    links,
    login,
    names,
    operations,
    outgoing,
    regrouping,
    search,
    slack,
    story,
    stream,
    triage,
    tuning,
    watchlists,
)
from monitor.web.security import MOST_BYTES, Guard
from monitor.web.site import Site

STATIC = Path(__file__).with_name("static")
#: What never changes without its name or the program's version changing.
STATIC_SECONDS = 3_600
#: Machines' own first: a watchlist's feed stands beside the list of feeds.
PAGES = (
    probes,
    syndicated,
    inbox,
    story,
    triage,
    regrouping,
    links,
    slack,
    search,
    tuning,
    names,
    almost,
    earlier_reports,
    watchlists,
    feeds,
    outgoing,
    operations,
    login,
    stream,
)
API = (lists, insights, actions)


def create_app(site: Site) -> Starlette:
    """The page on a database and a configuration.

    Args:
        site: what its pages need.
    """
    routes: list[BaseRoute] = [route for each in PAGES for route in each.router.routes]
    routes += [each.route for api in API for each in api.endpoints.all]
    routes.append(Mount("/static", _Static(directory=STATIC), name="static"))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Guard, web=lambda: site.config.web),
            # Within the guard, so that an answer about a fault of ours says what browsers may do.
            Middleware(Fence),
            Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES),
        ],
        exception_handlers=HANDLERS,
    )
    app.state.site = site
    app.state.door = login.Door()
    app.state.seen = tuning.Seen()
    app.state.remembered = Remembered(site.clock)
    app.state.news = stream.News(site)
    app.state.buttons = slack.Buttons(site)
    return app


class _Static(StaticFiles):
    """The files of the page; none of them is anybody's secret."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
        return response
