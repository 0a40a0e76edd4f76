"""From values to HTML: one environment, everything escaped, times and names said in one way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor import __version__
from monitor.messages.developments import development_words
from monitor.messages.sanitise import fit, line_of, one_line, safe_link
from monitor.model.match import Severity
from monitor.model.verdict import VerdictReason
from monitor.web import plots
from monitor.web.identity import Visitor, form_token, greet
from monitor.web.languages import language_name
from monitor.web.site import Site
from monitor.wording import counted, in_words

#: Why a story was not worth telling, in the order of the keys 1 to 6.
REASONS = {
    VerdictReason.ANOTHER: "another of that name",
    VerdictReason.ORDINARY_WORD: "ordinary word",
    VerdictReason.IN_PASSING: "mentioned in passing",
    VerdictReason.OLD_NEWS: "old news",
    VerdictReason.COPY: "copy",
    VerdictReason.NOT_FOR_US: "not for us",
}
TEMPLATES = Path(__file__).with_name("templates")
#: Characters of a sentence in a list.
QUOTE = 260


@cache
def environment() -> Environment:
    """Jinja's environment; each template is compiled once."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {
        "counted": counted,
        "development": development_words,
        "language": language_name,
        "line": one_line,
        "link": safe_link,
        "span": in_words,
        "reason": lambda reason: REASONS[reason],
        "score": lambda value: f"{value:.0f}",
        "points": lambda value: f"{value:+.0f}" if abs(value) >= 1 else f"{value:+.1f}",
        "rank": lambda severity: Severity(severity).rank + 1,
        "spark": plots.spark,
        "thousands": lambda number: f"{number:,}",
        "seconds": lambda number: in_words(timedelta(seconds=number)),
        "quoted": lambda quote: fit(
            line_of(quote.text, list(quote.names)), QUOTE, around_name=True
        ),
    }
    env.globals |= {"version": __version__, "reasons_why_not": tuple(REASONS.items())}
    return env


class Moments:
    """Times as people of a zone read them.

    Args:
        site: whose zone and clock.
    """

    def __init__(self, site: Site) -> None:
        self._zone = site.zone
        self._now = site.clock().astimezone(self._zone)

    def clock(self, at: datetime | None) -> str:
        """Hours and minutes, with the day where that is not today."""
        if at is None:
            return ""
        local = at.astimezone(self._zone)
        if local.date() == self._now.date():
            return f"{local:%H:%M}"
        if local.year == self._now.year:
            return f"{local.day} {local:%b, %H:%M}"
        return f"{local.day} {local:%b %Y, %H:%M}"

    def exact(self, at: datetime | None) -> str:
        """To the second, with the day where that is not today."""
        if at is None:
            return ""
        local = at.astimezone(self._zone)
        if local.date() == self._now.date():
            return f"{local:%H:%M:%S}"
        return f"{local.day} {local:%b} {local:%H:%M:%S}"

    def hour(self, at: datetime) -> str:
        """Hours and minutes, where the day stands beside them."""
        return f"{at.astimezone(self._zone):%H:%M}"

    def day(self, at: datetime) -> str:
        """The day, such as "Monday, 25 March"."""
        local = at.astimezone(self._zone)
        year = "" if local.year == self._now.year else f" {local.year}"
        return f"{local:%A}, {local.day} {local:%B}{year}"

    def part(self, at: datetime) -> str:
        """The part of the day, for headings within a list."""
        local = at.astimezone(self._zone)
        days = (self._now.date() - local.date()).days
        if days == 0:
            name = "morning" if local.hour < 12 else "afternoon" if local.hour < 18 else "evening"
            return f"This {name}"
        if days == 1:
            return "Yesterday"
        return f"{local:%A}" if 1 < days < 7 else f"{local.day} {local:%B}"

    def iso(self, at: datetime) -> str:
        """For machines."""
        return at.astimezone(self._zone).isoformat(timespec="seconds")

    def ago(self, at: datetime | None) -> str:
        """How long ago, such as "9 seconds ago"."""
        if at is None:
            return "never"
        span = self._now - at
        return "just now" if span < timedelta(seconds=2) else f"{in_words(span)} ago"


def render(
    site: Site, request: Request, template: str, who: Visitor | None, /, **values: Any
) -> str:
    """A template with what every page has."""
    shared: dict[str, Any] = {
        "request": request,
        "path": request.url.path,
        "moments": Moments(site),
        "who": who,
        "redact": lambda text: site.redact(str(text)),
        "form_token": form_token(site, who) if who is not None else "",
        "has_password": site.password() is not None,
        "with_query": lambda **changed: with_query(request, changed),
        "view_feed": view_feed(request),
    }
    return environment().get_template(template).render(shared | values)


def page(
    site: Site,
    request: Request,
    template: str,
    who: Visitor | None,
    /,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A page, and its browser's number where it has none yet."""
    response = HTMLResponse(render(site, request, template, who, **values), status)
    if who is not None:
        greet(response, site, who)
    return response


def with_query(request: Request, changed: Mapping[str, str | None]) -> str:
    """The page's own address with some of what it asks for changed; its place in a list goes."""
    kept = {key: value for key, value in request.query_params.items() if key != "cursor"}
    for key, value in changed.items():
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = value
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def view_feed(request: Request) -> str:
    """Where what a page lists is served as Atom."""
    path = "/stories" if request.url.path == "/" else request.url.path
    return f"{path}.atom{with_query(request, {}).removeprefix(request.url.path)}"
