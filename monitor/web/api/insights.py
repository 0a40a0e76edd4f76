"""What is worked out of what is stored: names not watched yet, timelines, precision, health."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import Response

from monitor.service import health, timeline, trace, unwatched
from monitor.service import verdicts as service_verdicts
from monitor.web.answer_cache import Remembered
from monitor.web.api.endpoints import Asker, Endpoints
from monitor.web.api.lists import Listed, Name
from monitor.web.api.responses import answer, listing

endpoints = Endpoints()

NAMES = 30

Days = Annotated[Literal["14", "30", "90"], Field(description="How many days back.")]


def _remembered(ask: Asker) -> Remembered:
    kept: Remembered = ask.request.app.state.remembered
    return kept


@endpoints.get("/names", Listed[unwatched.UnwatchedName])
async def list_names(ask: Asker) -> Response:
    """Names that matched stories speak of and no watchlist has, the most telling first."""
    site = ask.site
    in_force = site.in_force()

    def find() -> list[unwatched.UnwatchedName]:
        return unwatched.unwatched_names(
            site.db, site.config, site.clock(), limit=NAMES, matcher=in_force.matcher
        )

    found = await _remembered(ask).get(("names", id(in_force)), lambda: site.ask(find))
    return listing(site, found, None)


@endpoints.get("/timeline", timeline.Timeline)
async def show_timeline(ask: Asker, days: Days = "30") -> Response:
    """Stories a day that name each entity, unusual days, and who is named with whom."""
    site = ask.site
    span, zone = int(days), site.config.alerts.timezone

    def find() -> timeline.Timeline:
        return timeline.timeline(site.db, site.clock(), zone, span)

    key = ("timeline", span, zone)
    return answer(site, await _remembered(ask).get(key, lambda: site.ask(find)))


@endpoints.get("/precision", Listed[service_verdicts.WatchlistPrecision])
async def list_precision(ask: Asker, watchlist: Name = None) -> Response:
    """How many of each watchlist's and each name's judged stories were relevant."""
    site = ask.site
    found = await site.ask(service_verdicts.precision, site.db, watchlist or None)
    return listing(site, found, None)


@endpoints.get("/suggestions", Listed[service_verdicts.Suggestion])
async def list_suggestions(ask: Asker) -> Response:
    """What would make the watchlists better, as far as verdicts tell."""
    site = ask.site
    found = await site.ask(service_verdicts.suggestions, site.db, site.config)
    return listing(site, found, None)


@endpoints.get("/trace", trace.Trace | trace.NeverListed)
async def show_trace(ask: Asker, url: Annotated[str, Field(max_length=4_000)]) -> Response:
    """An article's whole way, by its address: why was I (not) told?"""
    site = ask.site
    matcher = site.in_force().matcher
    found = await site.ask(trace.trace, site.db, url, site.config, matcher)
    return answer(site, found, timezone=site.config.alerts.timezone)


@endpoints.get("/health", health.Health)
async def show_health(ask: Asker) -> Response:
    """How the daemon is doing: its loops, feeds, channels, queues and configuration."""
    site = ask.site
    found = await site.ask(health.health, site.db, site.clock(), site.config.channel_names)
    return answer(site, found, timezone=site.config.alerts.timezone)
