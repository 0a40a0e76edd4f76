"""What almost reached its threshold, to be looked at and judged: some of it each week."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor.messages.correlations import why
from monitor.model.audit import Source
from monitor.service import almost
from monitor.web.evidence import evidence
from monitor.web.page_request import Asking
from monitor.web.pages.inbox import explaining
from monitor.web.pages.triage import MOST_NOTE, read_verdict
from monitor.web.rendering import Moments
from monitor.web.routes import Routes

router = Routes()


@router.get("/almost")
async def show_almost(request: Request) -> Response:
    """This week's sample."""
    asking = await Asking.of(request)
    site = asking.site
    found = await site.ask(almost.sample, site.db, site.config, site.clock())
    return await asking.page("almost.html", found=found)


@router.get("/almost/{match_id:number}")
async def show_one(request: Request, match_id: int) -> Response:
    """One match below its threshold: its text, its score, and the story it would belong to."""
    asking = await Asking.of(request)
    site = asking.site
    shown = await site.ask(almost.shown, site.db, site.config, match_id, site.clock())
    return await asking.page(
        "almost_one.html",
        shown=shown,
        article=shown.article,
        article_is_other=False,
        evidence=await site.ask(evidence, shown.article, (shown.match,)),
        why=why,
        **explaining(site.config, Moments(site)),
    )


@router.post("/almost/{match_id:number}/verdict")
async def judge(request: Request, match_id: int) -> Response:
    """Say what one of them was worth."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    worth, reason = read_verdict(fields)
    await site.ask(
        almost.judge, site.db, match_id, worth, asking.who.person, site.clock(),
        source=Source.PAGE, reason=reason, note=fields.get("note", "")[:MOST_NOTE],
    )  # fmt: skip
    return asking.back({}, f"/almost/{match_id}")


@router.post("/almost/{verdict_id:number}/undo")
async def undo(request: Request, verdict_id: int) -> Response:
    """Take such a verdict back."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    await site.ask(
        almost.undo, site.db, verdict_id, asking.who.person, site.clock(), source=Source.PAGE
    )
    return asking.back(fields, "/almost")
