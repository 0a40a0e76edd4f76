"""The application: its pages, what guards them, and how errors are shown."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor import __version__
from monitor.errors import MonitorError, StoreError, UsageError
from monitor.logs import get_logger
from monitor.service.verdicts import ConflictError
from monitor.web.api import deeds, lists
from monitor.web.api import machine as machine_api
from monitor.web.api.access import NotThereError, RefusedError
from monitor.web.asking import site_of
from monitor.web.pages import (
    almost,
    door,
    earlier,
    feeds,
    inbox,
    links,
    machine,
    names,
    outgoing,
    regrouping,
    search,
    slack,
    story,
    stream,
    triage,
    tuning,
    watching,
)
from monitor.web.rendering import page
from monitor.web.security import MOST_BYTES, Guard
from monitor.web.site import Site
from monitor.web.visitors import LoginNeededError, StaleFormError

STATIC = Path(__file__).with_name("static")
#: What never changes without its name or the program's version changing.
STATIC_SECONDS = 3_600

log = get_logger(__name__)


def create_app(site: Site) -> FastAPI:
    """The page on a database and a configuration.

    Args:
        site: what its pages need.
    """
    app = FastAPI(
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
    )  # fmt: skip
    app.state.site = site
    app.state.door = door.Door()
    app.state.seen = tuning.Seen()
    app.state.remembered = names.Remembered(site.clock)
    app.state.news = stream.News(site)
    app.state.buttons = slack.Buttons(site)
    # Before the page's own: a watchlist's feed stands beside the list of feeds.
    for programs in (machine_api, lists, deeds):
        app.include_router(programs.router)
    for each in (
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
        earlier,
        watching,
        feeds,
        outgoing,
        machine,
        door,
        stream,
    ):
        app.include_router(each.router, include_in_schema=False)
    app.mount("/static", _Static(directory=STATIC), name="static")
    _explain_errors(app)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)
    # Within the guard, so that an answer about a fault of ours says what browsers may do, too.
    app.add_middleware(_Fence)
    app.add_middleware(Guard, web=lambda: site.config.web)
    return app


class _Fence:
    """Explains what nothing else has caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if begun:
                raise
            response = await _explain(Request(scope, receive), error)
            await response(scope, receive, send)


class _Static(StaticFiles):
    """The files of the page; none of them is anybody's secret."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
        return response


def _explain_errors(app: FastAPI) -> None:
    app.add_exception_handler(LoginNeededError, _ask_to_log_in)
    app.add_exception_handler(RefusedError, _refuse)
    for kind in (MonitorError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _explain)


async def _ask_to_log_in(request: Request, _: Exception) -> Response:
    if wants_json(request):
        return problem_json(401, "log in first")
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = "/login" if target == "/" else f"/login?next={quote(target, safe='')}"
    if request.headers.get("hx-request") == "true":
        return PlainTextResponse("Log in again.", 401, {"HX-Redirect": "/login"})
    return RedirectResponse(where, 303)


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    answer = problem_json(error.status, error.title, error.detail)
    if error.status == 401:
        # RFC 6750 §3; and feed readers ask for a password when they are told Basic.
        answer.headers["WWW-Authenticate"] = 'Bearer, Basic realm="monitor"'
    return answer


async def _explain(request: Request, error: Exception) -> Response:
    status, title, text, hint = _said(error)
    if status >= 500 and not isinstance(error, MonitorError | HTTPException):
        route = request.scope.get("route")
        # Not the address: it holds what people watch.
        where = getattr(route, "path", "no page")
        log.error("a page failed", path=where, error=repr(error), exc_info=error)
    if wants_json(request):
        return problem_json(status, title, text)
    if request.headers.get("hx-request") == "true":
        return PlainTextResponse(f"{text} {hint or ''}".strip(), status)
    return problem_page(request, status, title, text, hint)


def _said(error: Exception) -> tuple[int, str, str, str | None]:  # noqa: PLR0911 - a table
    """The status, a title, what was wrong, and what to do about it."""
    match error:
        case StaleFormError():
            return 403, "Not done", f"{error.what}.", error.hint
        case ConflictError():
            return 409, "Somebody was faster", f"{error.what}.", error.hint
        case UsageError():
            return 400, "That cannot be shown", f"{error.what}.", error.hint
        case StoreError():
            return 503, "The database cannot be used", str(error), "Nothing of it was done."
        case MonitorError():
            return 400, "That did not work", str(error), None
        case RequestValidationError():
            return 400, "That cannot be shown", "The address makes no sense.", None
        case NotThereError():
            return 404, "There is none", str(error.detail), None
        case HTTPException(status_code=404):
            return 404, "There is no such page", "Nothing is here.", None
        case HTTPException():
            return error.status_code, "That did not work", str(error.detail), None
    return 500, "Something went wrong here", "It is in the log; nothing stored is lost.", None


def wants_json(request: Request) -> bool:
    """Whether a program asks, in place of a person."""
    return request.url.path.startswith(("/api/", "/metrics", "/healthz", "/readyz"))


def problem_json(status: int, title: str, detail: str | None = None) -> JSONResponse:
    """An error for programs (RFC 9457)."""
    content = {"type": "about:blank", "title": title, "status": status}
    if detail:
        content["detail"] = detail
    return JSONResponse(content, status, media_type="application/problem+json")


def problem_page(
    request: Request, status: int, title: str, text: str, hint: str | None = None
) -> HTMLResponse:
    """An error for people."""
    said = {"title": title, "text": text, "hint": hint, "back": "/"}
    return page(site_of(request), request, "problem.html", None, status=status, **said)
