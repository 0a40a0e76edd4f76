"""How errors are shown: a page for people, problem details for programs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.errors import MonitorError, StoreError, UsageError
from monitor.logs import get_logger
from monitor.service.verdicts import ConflictError
from monitor.web.api.access import NotThereError, RefusedError
from monitor.web.identity import LoginNeededError, StaleFormError
from monitor.web.page_request import site_of
from monitor.web.rendering import page

Explaining: TypeAlias = Callable[[Request, Any], Coroutine[Any, Any, Response]]

log = get_logger(__name__)


class Fence:
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
        # Not the address: it holds what people watch.
        where = getattr(request.scope.get("endpoint"), "__name__", "no page")
        log.error("a page failed", page=where, error=repr(error), exc_info=error)
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
        case NotThereError():
            return 404, "There is none", str(error.detail), None
        case HTTPException(status_code=404):
            return 404, "There is no such page", "Nothing is here.", None
        case HTTPException():
            return error.status_code, "That did not work", str(error.detail), None
    return 500, "Something went wrong here", "It is in the log; nothing stored is lost.", None


def wants_json(request: Request) -> bool:
    """Whether a program asks, in place of a person."""
    path = request.url.path
    return path.startswith(("/api/", "/metrics", "/healthz", "/readyz")) or path.endswith(
        (".atom", ".json")
    )


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


HANDLERS: dict[int | type[Exception], Explaining] = {
    LoginNeededError: _ask_to_log_in,
    RefusedError: _refuse,
    MonitorError: _explain,
    HTTPException: _explain,
}
