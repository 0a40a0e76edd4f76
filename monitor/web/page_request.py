"""One request of a page: who asks, what the edge of the page shows, and forms that are ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.errors import UsageError
from monitor.model.audit import Action, Source
from monitor.service.overview import overview
from monitor.web.identity import (
    TOKEN_FIELD,
    Visitor,
    greet,
    local_path,
    require_form,
    visitor,
)
from monitor.web.rendering import page, render
from monitor.web.site import Site

#: How far back the inbox reaches unless asked otherwise.
INBOX_SPAN = timedelta(days=7)
_SPAN = re.compile(r"(\d{1,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def site_of(request: Request) -> Site:
    """What pages need, as the application holds it."""
    site: Site = request.app.state.site
    return site


def read_span(text: str) -> timedelta:
    """A span such as "7d".

    Raises:
        UsageError: it is none.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UsageError("that is no span of time", hint='Write one such as "12h" or "7d".')
    return min(timedelta(**{_UNITS[found[2]]: int(found[1])}), timedelta(days=36_500))


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of somebody who may ask."""

    request: Request
    site: Site
    who: Visitor

    @classmethod
    async def of(cls, request: Request) -> Asking:
        """Look up who asks.

        Raises:
            LoginNeededError: they have not logged in.
        """
        site = site_of(request)
        return cls(request, site, await site.ask(visitor, request, site))

    @property
    def is_fragment(self) -> bool:
        """Whether a script asks, for a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    async def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page with everything at its edge, drawn off the event loop."""
        return await self.site.ask(self._draw, template, status, values)

    def _draw(self, template: str, status: int, values: Mapping[str, Any]) -> HTMLResponse:
        now = self.site.clock()
        edge = overview(self.site.db, self.site.config, now - INBOX_SPAN, now)
        shared = {"overview": edge, "config_name": self.site.config_path.name}
        return page(self.site, self.request, template, self.who, status=status, **shared, **values)

    async def fragment(self, template: str, **values: Any) -> str:
        """A part of a page."""
        return await self.site.ask(render, self.site, self.request, template, self.who, **values)

    async def form(self) -> Mapping[str, str]:
        """The fields of a form of ours, each once.

        Raises:
            StaleFormError: it was not made by us for this browser.
        """
        given = await self.request.form(max_files=0, max_fields=200)
        fields = {name: value for name, value in given.items() if isinstance(value, str)}
        require_form(self.site, self.who, fields.get(TOKEN_FIELD, ""))
        return fields

    def back(self, fields: Mapping[str, str], otherwise: str = "/") -> Response:
        """Where a form leads once it is done."""
        response = RedirectResponse(local_path(fields.get("next"), otherwise), 303)
        greet(response, self.site, self.who)
        return response

    async def record(
        self, action: Action, subject: object, *, source: Source = Source.PAGE, **detail: Any
    ) -> None:
        """Enter that whoever asks has changed something."""
        await self.site.record(self.who.person, action, str(subject), source=source, **detail)
