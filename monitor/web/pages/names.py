"""Names not watched yet, and who is named when: both are remembered for a while, as they cost."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor.model.match import Kind
from monitor.service import add_names as service_watching
from monitor.service import timeline, unwatched
from monitor.web.answer_cache import Remembered
from monitor.web.page_request import Asking
from monitor.web.pages.search import added
from monitor.web.routes import Routes

router = Routes()

SHOWN = 30
SPANS = {"14": 14, "30": 30, "90": 90}


@router.get("/names")
async def show_names(request: Request) -> Response:
    """Names that matched stories speak of, and no watchlist has."""
    asking = await Asking.of(request)
    site = asking.site
    kept: Remembered = request.app.state.remembered
    in_force = site.in_force()

    def find() -> list[unwatched.UnwatchedName]:
        return unwatched.unwatched_names(
            site.db, site.config, site.clock(), limit=SHOWN, matcher=in_force.matcher
        )

    found = await kept.get(("names", id(in_force)), lambda: site.ask(find))
    return await asking.page(
        "names.html", names=found, watchlists=[each.name for each in site.config.watchlists]
    )


@router.post("/names/watch")
async def watch(request: Request) -> Response:
    """Have a name watched from now on."""
    asking = await Asking.of(request)
    fields = await asking.form()
    given = fields.get("kind")
    kind = Kind(given) if given in set(Kind) else None
    wanted = await asking.site.ask(service_watching.of_name, fields.get("name", ""), kind)
    return await added(asking, fields, wanted, "/names")


@router.get("/timeline")
async def show_timeline(request: Request) -> Response:
    """Mentions a day, spikes, and who with whom."""
    asking = await Asking.of(request)
    site = asking.site
    kept: Remembered = request.app.state.remembered
    days = SPANS.get(request.query_params.get("days", "30"), 30)
    zone = site.config.alerts.timezone

    def find() -> timeline.Timeline:
        return timeline.timeline(site.db, site.clock(), zone, days)

    found = await kept.get(("timeline", days, zone), lambda: site.ask(find))
    return await asking.page("timeline.html", timeline=found, days=days, spans=SPANS)
