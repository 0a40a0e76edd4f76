"""Who asks by the API, and what they may do."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from monitor.errors import UsageError
from monitor.model.audit import Action, Source
from monitor.model.token import Scope
from monitor.service import tokens
from monitor.service.verdicts import ConflictError
from monitor.web.identity import LoginNeededError, visitor
from monitor.web.page_request import site_of
from monitor.web.security import SAFE_METHODS
from monitor.web.site import Site

T = TypeVar("T")
P = ParamSpec("P")


class RefusedError(Exception):
    """What was asked for needs a token, or one that lets do more."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


class NotThereError(HTTPException):
    """Nothing is stored under that number or name."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody, or some program, that may do what it asks for."""

    site: Site
    person: str
    request: Request

    async def record(self, action: Action, subject: object, **detail: Any) -> None:
        """Enter that whoever asks has changed something."""
        await self.site.record(self.person, action, str(subject), source=Source.API, **detail)


async def caller(request: Request, scope: Scope = Scope.READ) -> Caller:
    """Who asks.

    A token says so. Without one, who may see the page may read here, too; what changes something
    always takes a token: browsers send neither that nor anything in its place for another site.

    Raises:
        RefusedError: the token opens nothing, or lets do less; or there is none.
    """
    site = site_of(request)
    secret = _shown(request)
    if secret is None:
        if request.method not in SAFE_METHODS or scope is not Scope.READ:
            raise RefusedError(401, "a token is needed", "Make one: monitor token add NAME.")
        try:
            who = await site.ask(visitor, request, site)
        except LoginNeededError:
            raise RefusedError(
                401, "log in or show a token", "Authorization: Bearer, from monitor token add."
            ) from None
        return Caller(site, who.person, request)
    token = await site.ask(tokens.find, site.db, secret, site.clock())
    if token is None:
        raise RefusedError(401, "the token opens nothing", "It may have been revoked.")
    if not token.scope.includes(scope):
        detail = f"It may {token.scope}; this takes {scope}."
        raise RefusedError(403, "the token does not let do that", detail)
    return Caller(site, token.name, request)


def _shown(request: Request) -> str | None:
    """The token that is shown, as RFC 6750 §2.1 has it; to feed readers, as a password (RFC 7617).

    A browser sends a password that it was given once by itself, for other sites' pages, too: it
    counts for reading only.
    """
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic" and request.method in SAFE_METHODS:
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return None


async def one(ask: Caller, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What is stored under a number or name.

    Raises:
        NotThereError: nothing is.
        ConflictError: somebody was faster.
    """
    try:
        return await ask.site.ask(work, *args, **kwargs)
    except ConflictError:
        raise
    except UsageError as error:
        raise NotThereError(404, str(error)) from None
