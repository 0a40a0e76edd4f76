"""How the machine is doing, who changed what, one article's whole way, and the rest."""

from __future__ import annotations

import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.errors import UsageError
from monitor.messages.developments import development_words
from monitor.messages.fates import fate_words, first_told_words, held_back_words, waiting_words
from monitor.service import articles as service_articles
from monitor.service import audit, database
from monitor.service.health import health
from monitor.service.trace import Trace, trace
from monitor.web.api.probes import DESCRIPTION
from monitor.web.evidence import evidence
from monitor.web.identity import NAME, clean_name, quoted_name, set_cookie
from monitor.web.page_request import Asking
from monitor.web.routes import Routes

router = Routes()

CHANGES = 40
#: The tables that say something to whoever runs it, and the size of them all.
STORED = ("articles", "feeds", "entries", "matches", "stories", "alerts", "deliveries", "verdicts",
          "silences", "audit", "bytes")  # fmt: skip


@router.get("/operations")
async def show_operations(request: Request) -> Response:
    """Queues, sizes, faults of the configuration, who is logged in, what was changed."""
    asking = await Asking.of(request)
    site = asking.site
    sizes = await site.ask(database.statistics, site.db)
    found = await site.ask(health, site.db, site.clock())
    loaded = found.config.loaded_at
    return await asking.page(
        "operations.html",
        health=found,
        loaded=datetime.fromisoformat(loaded) if loaded else None,
        stored=[(name, sizes[name]) for name in STORED if sizes.get(name)],
        changes=await site.ask(audit.recent, site.db, limit=CHANGES),
        people=await site.ask(site.sessions.everybody),
        config_path=str(site.config_path),
    )


@router.post("/sessions/{digest}/end")
async def end_session(request: Request, digest: str) -> Response:
    """Log somebody out."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    found = next(
        (each for each in await site.ask(site.sessions.everybody) if each.digest[:12] == digest),
        None,
    )
    if found is None:
        raise UsageError("they have logged out already")
    await site.ask(site.sessions.end, found.digest, asking.who.person)
    return asking.back(fields, "/operations")


@router.post("/name")
async def set_name(request: Request) -> Response:
    """Say who one is, where nobody has to log in."""
    asking = await Asking.of(request)
    fields = await asking.form()
    response = asking.back(fields, "/operations")
    if asking.who.session is None and (name := clean_name(fields.get("person", ""))):
        set_cookie(response, asking.site, NAME, quoted_name(name), 365 * 24 * 3600)
    return response


@router.get("/more")
async def show_more(request: Request) -> Response:
    """What a phone's bar has no room for."""
    asking = await Asking.of(request)
    return await asking.page("more.html")


@router.get("/articles/{article_id:number}")
async def show_article(request: Request, article_id: int) -> Response:
    """One article, whether anything was found in it or not."""
    asking = await Asking.of(request)
    found = await asking.site.ask(service_articles.shown, asking.site.db, article_id)
    if found.story is not None and "here" not in request.query_params:
        where = f"/stories/{found.story}?report={article_id}"
        return RedirectResponse(where, 303)
    return await asking.page(
        "article.html",
        article=found.article,
        article_is_other=False,
        evidence=await asking.site.ask(evidence, found.article, found.matches),
        matches=found.matches,
    )


@router.get("/trace")
async def show_trace(request: Request) -> Response:
    """Why was I (not) told?"""
    asking = await Asking.of(request)
    site = asking.site
    url = request.query_params.get("url", "").strip()
    found, problem = None, None
    if url:
        in_force = site.in_force()
        try:
            found = await site.ask(trace, site.db, url, site.config, in_force.matcher)
        except UsageError as error:
            problem = str(error)
    zone = site.config.alerts.timezone
    return await asking.page(
        "trace.html",
        url=url,
        found=found,
        problem=problem,
        is_listed=isinstance(found, Trace),
        fate_words=lambda fate: fate_words(fate, zone),
        held_words=lambda held: held_back_words(held, zone),
        first_told=lambda told: first_told_words(told, zone),
        waiting_words=lambda each: waiting_words(
            each.waits_for, each.next_attempt, each.silenced, zone
        ),
        development_words=development_words,
    )


@router.get("/api")
async def describe(request: Request) -> Response:
    """What the API offers, for people."""
    asking = await Asking.of(request)
    schema = json.loads(DESCRIPTION.read_bytes())
    methods = [
        (method.upper(), path, operation.get("summary", ""), operation.get("description", ""))
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    return await asking.page("api.html", methods=methods)
