"""What almost reached its threshold, to be judged: some of it each week."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor.errors import UsageError
from monitor.model.audit import Source
from monitor.model.verdict import Verdict, VerdictReason, Worth
from monitor.service import almost
from monitor.web.asking import Asking
from monitor.web.routes import Routes

router = Routes()


@router.get("/almost")
async def show_almost(request: Request) -> Response:
    """This week's sample."""
    asking = await Asking.of(request)
    return await _page(asking, said=None)


async def _page(asking: Asking, said: Verdict | None) -> HTMLResponse:
    site = asking.site
    found = await site.ask(almost.sample, site.db, site.config, site.clock())
    return await asking.page("almost.html", found=found, said=said)


@router.post("/almost/{match_id:number}/verdict")
async def judge(request: Request, match_id: int) -> Response:
    """Say what one of them was worth."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    try:
        worth = Worth(fields.get("worth", ""))
        reason = VerdictReason(fields["reason"]) if fields.get("reason") else None
    except ValueError:
        raise UsageError("that is no verdict") from None
    verdict = await site.ask(
        almost.judge, site.db, match_id, worth, asking.who.person, site.clock(),
        source=Source.PAGE, reason=reason if worth is Worth.NOT_RELEVANT else None,
    )  # fmt: skip
    return await _page(asking, said=verdict)


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
