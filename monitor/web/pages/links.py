"""Where the links of messages lead: to the story, or to a page that asks once.

Whoever has the message may use its links, without logging in: the signature says so. Nothing
changes by following one, since programs that look for bad mail follow them all.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.model.audit import Source
from monitor.model.link import LinkAction
from monitor.model.verdict import Worth
from monitor.service import links, triage
from monitor.service.links import Linked
from monitor.web.identity import LoginNeededError, visitor
from monitor.web.page_request import Asking, site_of
from monitor.web.rendering import page
from monitor.web.routes import Routes, chosen
from monitor.web.site import Site

router = Routes()

QUESTIONS = {
    LinkAction.RELEVANT: "Is it relevant?",
    LinkAction.NOT_RELEVANT: "Is it not relevant?",
    LinkAction.ACKNOWLEDGE: "Are you on it?",
    LinkAction.SILENCE: "Silence it for 24 hours?",
}
ANSWERS = {
    LinkAction.RELEVANT: "Yes, it is relevant",
    LinkAction.NOT_RELEVANT: "Yes, it is not relevant",
    LinkAction.ACKNOWLEDGE: "Yes, I’m on it",
    LinkAction.SILENCE: "Yes, silence it",
}
#: Whoever follows a link without having logged in.
SOMEBODY = "somebody with the message"


@router.get("/alerts/{alert_id}")
async def show_alert(request: Request, alert_id: str) -> Response:
    """To the story of an alert."""
    asking = await Asking.of(request)
    story = await asking.site.ask(links.story_of, asking.site.db, alert_id)
    return RedirectResponse(f"/stories/{story}", 303)


@router.get("/alerts/{alert_id}/{action}")
async def ask(request: Request, alert_id: str, action: str) -> Response:
    """Ask whether it is meant."""
    meant, k = chosen(LinkAction, action), request.query_params.get("k", "")
    site = site_of(request)
    linked = await site.ask(links.followed, site.db, alert_id, meant, k, site.clock())
    return _page(request, site, linked, meant, done=None)


@router.post("/alerts/{alert_id}/{action}")
async def do(request: Request, alert_id: str, action: str) -> Response:
    """Do what the link says; its signature stands for a login and for the form's token."""
    meant, k = chosen(LinkAction, action), request.query_params.get("k", "")
    site = site_of(request)
    now = site.clock()
    linked = await site.ask(links.followed, site.db, alert_id, meant, k, now)
    who = await site.ask(_who, request, site)
    story = linked.story.id
    if meant is LinkAction.ACKNOWLEDGE:
        done = await site.ask(triage.acknowledge, site.db, story, who, now, source=Source.LINK)
        said = "You are on it." if done.change else f"{done.by} is on it already."
    elif meant is LinkAction.SILENCE:
        await site.ask(
            triage.silence, site.db, story, who, site.config, now,
            match=linked.match, source=Source.LINK,
        )  # fmt: skip
        said = "Silenced for 24 hours."
    else:
        said = await _judge(site, linked, meant, who, await _seen(request))
    return _page(request, site, linked, meant, done=said)


async def _seen(request: Request) -> str:
    form = await request.form(max_files=0, max_fields=10)
    given = form.get("seen")
    return given if isinstance(given, str) else ""


async def _judge(site: Site, linked: Linked, action: LinkAction, who: str, seen: str) -> str:
    worth = Worth.RELEVANT if action is LinkAction.RELEVANT else Worth.NOT_RELEVANT
    watchlist = linked.match.watchlist
    await site.ask(
        triage.judge, site.db, linked.story.id, worth, who, site.clock(),
        seen=seen, watchlist=watchlist, source=Source.LINK,
    )  # fmt: skip
    return f"Judged for “{watchlist}”."


def _who(request: Request, site: Site) -> str:
    try:
        found = visitor(request, site)
    except LoginNeededError:
        return SOMEBODY
    return found.person if site.password() is not None else SOMEBODY


def _page(
    request: Request, site: Site, linked: Linked, action: LinkAction, *, done: str | None
) -> HTMLResponse:
    return page(
        site, request, "confirm.html", None, row=linked.story, watchlist=linked.match.watchlist,
        question=QUESTIONS[action], answer=ANSWERS[action], done=done,
    )  # fmt: skip
