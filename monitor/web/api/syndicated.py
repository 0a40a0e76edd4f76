"""Feeds of what the page lists: of each watchlist, of each view of the inbox, of each search.

A view is its address: what stands behind the question mark means here what it means on the page.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.service import views
from monitor.service.syndication import Entry, Feed, as_atom, as_json_feed, without_secrets
from monitor.web.api.access import Caller, caller, one
from monitor.web.pages.inbox import STATES, filters_set, read_filter
from monitor.web.pages.search import read_search
from monitor.web.routes import Routes

router = Routes()


@router.get("/feeds/{watchlist:path}.atom")
async def watchlist_as_atom(request: Request, watchlist: str) -> Response:
    """A watchlist's alerts as Atom."""
    return _atom(await _watchlist(request, watchlist))


@router.get("/feeds/{watchlist:path}.json")
async def watchlist_as_json_feed(request: Request, watchlist: str) -> Response:
    """A watchlist's alerts as JSON Feed."""
    return _json(await _watchlist(request, watchlist))


@router.get("/stories.atom")
async def stories_as_atom(request: Request) -> Response:
    """A view of the inbox as Atom."""
    return _atom(await _inbox(request))


@router.get("/stories.json")
async def stories_as_json_feed(request: Request) -> Response:
    """A view of the inbox as JSON Feed."""
    return _json(await _inbox(request))


@router.get("/search.atom")
async def search_as_atom(request: Request) -> Response:
    """What a search finds as Atom."""
    return _atom(await _search(request))


@router.get("/search.json")
async def search_as_json_feed(request: Request) -> Response:
    """What a search finds as JSON Feed."""
    return _json(await _search(request))


@router.get("/almost.atom")
async def almost_as_atom(request: Request) -> Response:
    """Some of the week's matches below their thresholds as Atom."""
    return _atom(await _almost(request))


@router.get("/almost.json")
async def almost_as_json_feed(request: Request) -> Response:
    """Some of the week's matches below their thresholds as JSON Feed."""
    return _json(await _almost(request))


async def _watchlist(request: Request, watchlist: str) -> Feed:
    ask = await caller(request)
    site = ask.site
    entries = await one(ask, views.of_watchlist, site.db, site.config, watchlist)
    return _feed(ask, f"{watchlist}: monitor", entries)


async def _inbox(request: Request) -> Feed:
    ask = await caller(request)
    site = ask.site
    wanted, _ = read_filter(request, site.clock())
    entries = await site.ask(views.of_inbox, site.db, wanted)
    said = [STATES[wanted.state], *(f"{each.name}: {each.value}" for each in filters_set(request))]
    return _feed(ask, f"Inbox, {', '.join(said)}: monitor", entries)


async def _search(request: Request) -> Feed:
    ask = await caller(request)
    site = ask.site
    query = request.query_params.get("q", "").strip()
    if not query:
        raise UsageError("it is not said what to search for", hint="Put it behind q=.")
    filters, sort = read_search(request, site.clock())
    entries = await site.ask(views.of_search, site.db, site.config, query, filters, sort)
    return _feed(ask, f"{query}: monitor", entries)


async def _almost(request: Request) -> Feed:
    ask = await caller(request)
    site = ask.site
    entries = await site.ask(views.of_almost, site.db, site.config, site.clock())
    return _feed(ask, "Almost told: monitor", entries)


def _feed(ask: Caller, title: str, entries: list[Entry]) -> Feed:
    address = str(ask.request.url)
    return Feed(address, title, without_secrets(entries, ask.site.redact), address)


def _atom(feed: Feed) -> Response:
    return Response(as_atom(feed), headers={"Content-Type": "application/atom+xml; charset=utf-8"})


def _json(feed: Feed) -> Response:
    return Response(as_json_feed(feed), headers={"Content-Type": "application/feed+json"})
