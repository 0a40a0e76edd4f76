"""What came before a name was watched: shown, and told with one click."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor.model.audit import Source
from monitor.model.earlier_reports import OfferState
from monitor.service import earlier_reports
from monitor.web.page_request import Asking
from monitor.web.routes import Routes

router = Routes()

LISTED = 50


@router.get("/earlier")
async def show_offers(request: Request) -> Response:
    """What edits of the watchlists would have told."""
    asking = await Asking.of(request)
    site = asking.site
    everything = request.query_params.get("all") is not None
    state = None if everything else OfferState.OPEN
    offers = await site.ask(earlier_reports.listed, site.db, state=state, limit=LISTED)
    return await asking.page("earlier.html", offers=offers, everything=everything)


@router.get("/earlier/{number:number}")
async def show_offer(request: Request, number: int) -> Response:
    """The reports of one offer."""
    asking = await Asking.of(request)
    found = await asking.site.ask(earlier_reports.shown, asking.site.db, number)
    return await asking.page("earlier_offer.html", offer=found.offer, reports=found.reports)


@router.post("/earlier/{number:number}/tell")
async def tell(request: Request, number: int) -> Response:
    """Have the reports of an offer told."""
    return await _decided(request, number, OfferState.TOLD)


@router.post("/earlier/{number:number}/dismiss")
async def dismiss(request: Request, number: int) -> Response:
    """Let an offer be."""
    return await _decided(request, number, OfferState.DISMISSED)


async def _decided(request: Request, number: int, state: OfferState) -> Response:
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    decide = earlier_reports.tell if state is OfferState.TOLD else earlier_reports.dismiss
    await site.ask(decide, site.db, number, asking.who.person, site.clock(), source=Source.PAGE)
    return asking.back(fields, f"/earlier/{number}")
