"""Who is watched, and by which names."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from monitor.service import verdicts, watchlists
from monitor.web.page_request import Asking
from monitor.web.routes import Routes

router = Routes()

LATELY = timedelta(days=30)
MOST_NAMES = 3_000


@router.get("/watchlists")
async def show_watchlists(request: Request) -> Response:
    """All watchlists."""
    asking = await Asking.of(request)
    site = asking.site
    lists = site.config.watchlists
    found = await site.ask(
        watchlists.activity, site.db, [each.name for each in lists], site.clock() - LATELY
    )
    return await asking.page(
        "watchlists.html",
        watchlists=watchlists.listed(lists),
        alerts=found,
        shares=await site.ask(verdicts.shares, site.db),
    )


@router.get("/watchlists/{name:path}")
async def show_watchlist(request: Request, name: str) -> Response:
    """One watchlist, with every name that its entities are found by."""
    asking = await Asking.of(request)
    site = asking.site
    watchlist = watchlists.named(site.config.watchlists, name)
    names = await site.ask(watchlists.expanded, [watchlist])
    by_entity: dict[str, list[watchlists.ExpandedName]] = {}
    for each in names[:MOST_NAMES]:
        by_entity.setdefault(each.entity, []).append(each)
    return await asking.page(
        "watchlist.html",
        watchlist=watchlist,
        by_entity=by_entity,
        sources=Counter(each.source for each in names),
        alerts=await site.ask(watchlists.activity, site.db, [name], site.clock() - LATELY),
        shares=await site.ask(verdicts.shares, site.db),
    )
