"""Every article, in the watchlists' query language; and making a watch of a search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from monitor.config.schema import Entity, Query
from monitor.errors import ConfigError, MonitorError, UsageError
from monitor.messages.sanitise import Line, fit, line_of
from monitor.model.audit import Action
from monitor.service import add_names as service_watching
from monitor.service import search as service_search
from monitor.service.search import Filters, FoundArticle, Sort
from monitor.web.page_request import Asking, read_span
from monitor.web.pages.inbox import LANGUAGES
from monitor.web.routes import Routes

router = Routes()

PAGE = 30
SNIPPET = 320
SPANS = (("", "ever"), ("1d", "the last day"), ("7d", "the last 7 days"),
         ("30d", "the last 30 days"))  # fmt: skip
EXAMPLES = (
    '"Electoral Commission" NEAR/10 (hack* OR breach*)',
    "APT31 NOT India",
    "sanction* AND (Wuhan OR 武汉)",
)


@router.get("/search")
async def show_search(request: Request) -> Response:
    """The form, and what was found."""
    asking = await Asking.of(request)
    site = asking.site
    given = request.query_params
    query = given.get("q", "").strip()
    values: dict[str, Any] = {
        "query": query,
        "found": None,
        "problem": None,
        "caret": None,
        "more": None,
    }
    if query:
        try:
            values |= await _found(asking, query)
        except (UsageError, ConfigError) as error:
            reason = getattr(error, "reason", None)
            values |= {"problem": reason or str(error), "caret": caret(query, error)}
    template = "search_rows.html" if asking.is_fragment else "search.html"
    return await asking.page(
        template,
        spans=SPANS,
        languages=LANGUAGES,
        examples=EXAMPLES,
        snippet=snippet,
        since=given.get("since", ""),
        lang=given.get("lang", ""),
        feed=given.get("feed", ""),
        sort=given.get("sort", "newest"),
        watchlists=[each.name for each in site.config.watchlists][:500],
        feeds=sorted({each.label for each in site.config.feeds})[:500],
        **values,
    )


def read_search(request: Request, now: datetime) -> tuple[Filters, Sort]:
    """Among which articles an address searches, and in which order.

    Raises:
        UsageError: it makes no sense.
    """
    given = request.query_params
    since = given.get("since")
    filters = Filters(
        since=now - read_span(since) if since else None,
        feed=given.get("feed") or None,
        language=given.get("lang") or None,
    )
    return filters, Sort.BEST if given.get("sort") == Sort.BEST else Sort.NEWEST


async def _found(asking: Asking, query: str) -> dict[str, Any]:
    site = asking.site
    filters, sort = read_search(asking.request, site.clock())
    page = await site.ask(
        service_search.search,
        site.db,
        site.config,
        query,
        filters,
        sort=sort,
        limit=PAGE,
        cursor=asking.request.query_params.get("cursor") or None,
    )
    more = None
    if page.next is not None:
        more = "/search?" + asking.request.url.include_query_params(cursor=page.next).query
    return {"found": page, "more": more}


def snippet(found: FoundArticle) -> Line:
    """The sentence that proves it, with what was asked for strong."""
    return fit(line_of(found.snippet, list(found.marks)), SNIPPET, around_name=True)


def caret(query: str, error: MonitorError) -> tuple[str, str] | None:
    """The query up to its fault and from it on, where the fault has a place."""
    place: int | None = getattr(error, "position", None)
    if place is None or not 0 <= place <= len(query):
        return None
    begin = max(0, place - 80)
    return query[begin:place], query[place : place + 80]


@router.post("/search/watch")
async def watch(request: Request) -> Response:
    """Have a search watched from now on."""
    asking = await Asking.of(request)
    fields = await asking.form()
    query = fields.get("q", "").strip()
    config = asking.site.config
    wanted = await asking.site.ask(
        service_watching.of_query, config, query, watchlist=fields.get("watchlist") or None
    )
    return await added(asking, fields, wanted, f"/search?q={quote(query)}")


async def added(
    asking: Asking, fields: Mapping[str, str], wanted: Entity | Query, back: str
) -> Response:
    """Write what is to be watched into the configuration, or show the lines to write."""
    site = asking.site
    into = fields.get("watchlist") or None
    lines = await site.ask(service_watching.lines, site.config, wanted, into)
    if not site.config.web.write_config:
        return await asking.page("lines.html", lines=lines, back=back, into=into)
    done = await site.ask(service_watching.watch, site.config_path, site.config, wanted, into)
    await asking.record(
        Action.CONFIG_CHANGED, done.watchlist, added=done.name, file=str(done.file), line=done.line
    )
    return await asking.page("watched.html", done=done, lines=lines, back=back)
