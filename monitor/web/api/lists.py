"""What can be read: lists by cursor, and single things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Generic, ParamSpec, TypeVar

from pydantic import Field
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.model.earlier_reports import Offer, OfferState
from monitor.model.match import Severity
from monitor.model.verdict import Verdict, Worth
from monitor.service import alerts as service_alerts
from monitor.service import (
    almost,
    articles,
    earlier_reports,
    export,
    feeds,
    inbox,
    matches,
    search,
    silences,
    stories,
)
from monitor.service import verdicts as service_verdicts
from monitor.service import watchlists as service_watchlists
from monitor.service.export import ExportFilter, ExportFormat
from monitor.service.inbox import InboxFilter, InboxSort, InboxState
from monitor.service.search import Filters, Sort
from monitor.web.api.access import Caller, one
from monitor.web.api.endpoints import Asker, Endpoints
from monitor.web.api.responses import (
    DEFAULT_LIMIT,
    MOST,
    answer,
    listing,
    place,
    read_place,
    sliced,
)
from monitor.web.page_request import read_span
from monitor.web.routes import BEYOND_NUMBERS

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """Some of a list."""

    items: list[T]
    next: str | None
    """Where it goes on: the `cursor` of the next question; null at its end."""


endpoints = Endpoints()

Number = Annotated[int, Field(ge=0, lt=BEYOND_NUMBERS)]


Cursor = Annotated[str | None, Field(max_length=400, description="Where an earlier list ended.")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many at the most.")]
Since = Annotated[str | None, Field(max_length=40, description="A span such as 7d, or a time.")]
Name = Annotated[str | None, Field(max_length=500)]
Text = Annotated[str | None, Field(max_length=20_000)]


def read_since(text: str | None, now: datetime) -> datetime | None:
    """The time that "7d" or "2024-03-25T08:00Z" means; None for none.

    Raises:
        UsageError: it is neither.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now - read_span(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise UsageError("that is no time that can be") from None


@endpoints.get("/stories", Listed[inbox.StoryRow])
async def list_stories(
    ask: Asker,
    state: InboxState = InboxState.ALL,
    sort: InboxSort = InboxSort.NEWEST,
    watchlist: Name = None,
    entity: Name = None,
    severity: Severity | None = None,
    feed: Name = None,
    lang: Annotated[str | None, Field(max_length=35)] = None,
    since: Since = None,
    q: Annotated[str | None, Field(max_length=500)] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Stories, as in the inbox: each with its proof, its verdicts and how far it went."""
    site = ask.site
    wanted = InboxFilter(
        state=state, watchlist=watchlist or None, entity=entity or None, severity=severity,
        feed=feed or None, language=lang or None, since=read_since(since, site.clock()),
        containing=q or None, sort=sort,
    )  # fmt: skip
    found = await site.ask(inbox.inbox, site.db, wanted, cursor=cursor, limit=limit)
    return listing(ask.site, found.stories, found.next, timezone=site.config.alerts.timezone)


@endpoints.get("/stories/{story_id}", stories.ShownStory)
async def show_story(ask: Asker, story_id: Number) -> Response:
    """One story: its reports, what proves it, what happened, earlier ones like it."""
    site = ask.site
    found = await one(ask, stories.shown, site.db, story_id)
    return answer(ask.site, found, timezone=site.config.alerts.timezone)


@endpoints.get("/matches", Listed[matches.FoundMatch])
async def list_matches(
    ask: Asker,
    watchlist: Name = None,
    since: Since = None,
    min_score: Annotated[float | None, Field(ge=0, le=100)] = None,
    alerts: bool = False,
    story: Annotated[int | None, Field(ge=0, lt=2**63)] = None,
    q: Annotated[str | None, Field(max_length=500)] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Matches, the newest first, and what became of each."""
    site = ask.site
    before = None if cursor is None else read_place(cursor, int)
    found = await site.ask(
        matches.search, site.db, watchlist=watchlist or None,
        since=read_since(since, site.clock()), min_score=min_score, alerts_only=alerts,
        containing=q or None, story=story, before=before, limit=limit + 1,
    )  # fmt: skip
    last = found[limit - 1] if len(found) > limit else None
    following = place(last.created, last.id) if last else None
    return listing(ask.site, found[:limit], following, timezone=site.config.alerts.timezone)


@endpoints.get("/matches/export")
async def export_matches(
    ask: Asker,
    format: ExportFormat = ExportFormat.JSON,  # noqa: A002 - its name in the address
    watchlist: Name = None,
    since: Since = None,
    min_score: Annotated[float | None, Field(ge=0, le=100)] = None,
    alerts: bool = False,
) -> Response:
    """Matches as CSV, JSON, STIX 2.1 or MISP: what `monitor matches export` writes."""
    site = ask.site
    wanted = ExportFilter(
        watchlist=watchlist or None,
        since=read_since(since, site.clock()),
        min_score=min_score,
        alerts_only=alerts,
    )
    data = await site.ask(export.export, site.db, site.config, format, wanted, redact=site.redact)
    name = f'attachment; filename="monitor-matches.{format.suffix}"'
    return Response(data, media_type=format.media_type, headers={"Content-Disposition": name})


@endpoints.get("/matches/{match_id}", matches.ShownMatch)
async def show_match(ask: Asker, match_id: Number) -> Response:
    """One match."""
    site = ask.site
    found = await one(ask, matches.shown, site.db, match_id)
    return answer(ask.site, found, timezone=site.config.alerts.timezone)


@endpoints.get("/alerts", Listed[service_alerts.ListedAlert])
async def list_alerts(
    ask: Asker, stuck: bool = False, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Response:
    """Alerts, the newest first, and how far each delivery got."""
    site = ask.site
    before = None if cursor is None else read_place(cursor, str)
    found = await site.ask(
        service_alerts.listed, site.db, stuck=stuck, before=before, limit=limit + 1,
        now=site.clock(),
    )  # fmt: skip
    last = found.alerts[limit - 1] if len(found.alerts) > limit else None
    following = place(last.created, last.id) if last else None
    return listing(ask.site, found.alerts[:limit], following, timezone=site.config.alerts.timezone)


@endpoints.get("/alerts/{alert_id}", service_alerts.ShownAlert)
async def show_alert(ask: Asker, alert_id: str) -> Response:
    """One alert as people get it, and who else reported its story."""
    site = ask.site
    zone = site.config.alerts.timezone
    return answer(
        ask.site, await one(ask, service_alerts.shown, site.db, alert_id, zone), timezone=zone
    )


@endpoints.get("/articles", Listed[search.FoundArticle])
async def list_articles(
    ask: Asker,
    feed: Name = None,
    lang: Annotated[str | None, Field(max_length=35)] = None,
    since: Since = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Articles, the newest first, whether anything was found in them or not."""
    site = ask.site
    filters = _filters(ask, feed, lang, since)
    found = await site.ask(search.recent, site.db, site.config, filters, limit=limit, cursor=cursor)
    return listing(ask.site, found.items, found.next)


@endpoints.get("/articles/{article_id}", articles.ShownArticle)
async def show_article(ask: Asker, article_id: Number) -> Response:
    """One article with its text, what was found in it, and its story."""
    return answer(ask.site, await one(ask, articles.shown, ask.site.db, article_id))


@endpoints.get("/search", Listed[search.FoundArticle])
async def search_articles(
    ask: Asker,
    q: Annotated[str, Field(min_length=1, max_length=20_000)],
    feed: Name = None,
    lang: Annotated[str | None, Field(max_length=35)] = None,
    since: Since = None,
    sort: Sort = Sort.NEWEST,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Articles that fulfil a query in the watchlists' language."""
    site = ask.site
    filters = _filters(ask, feed, lang, since)
    found = await site.ask(
        search.search, site.db, site.config, q, filters, sort=sort, limit=limit, cursor=cursor
    )
    return listing(
        ask.site, found.items, found.next, complete=found.complete, read_back_to=found.read_back_to,
        indexed=found.indexed,
    )  # fmt: skip


def _filters(ask: Caller, feed: str | None, lang: str | None, since: str | None) -> Filters:
    moment = read_since(since, ask.site.clock())
    return Filters(since=moment, feed=feed or None, language=lang or None)


@endpoints.get("/feeds", Listed[feeds.ListedFeed])
async def list_feeds(
    ask: Asker, failing: bool = False, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Response:
    """Feeds by address, and how each is doing."""
    site = ask.site
    found = await site.ask(feeds.listed, site.db, site.config.feeds, failing=failing)
    page, following = sliced(
        found, lambda each: f"{site.redact(each.url)} {each.id}", cursor, limit
    )
    return listing(ask.site, page, following, timezone=site.config.alerts.timezone)


@endpoints.get("/watchlists", Listed[service_watchlists.ListedWatchlist])
async def list_watchlists(
    ask: Asker, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Response:
    """Watchlists by name."""
    found = service_watchlists.listed(ask.site.config.watchlists)
    page, following = sliced(found, lambda each: each.name, cursor, limit)
    return listing(ask.site, page, following)


@endpoints.get("/silences", Listed[silences.ListedSilence])
async def list_silences(
    ask: Asker, ended: bool = False, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Response:
    """Silences, in the order in which they were made."""
    site = ask.site
    found = await site.ask(silences.listed, site.db, site.clock(), ended=ended)
    page, following = sliced(found, lambda each: f"{each.id:020}", cursor, limit)
    return listing(ask.site, page, following)


@endpoints.get("/earlier", Listed[Offer])
async def list_earlier(
    ask: Asker,
    state: OfferState | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """What edits of the watchlists would have told of the day before, the oldest edit first."""
    site = ask.site
    found = await site.ask(earlier_reports.listed, site.db, state=state, limit=10_000)
    page, following = sliced(found, lambda each: f"{each.id:020}", cursor, limit)
    return listing(ask.site, page, following)


@endpoints.get("/earlier/{number}", earlier_reports.OfferedReports)
async def show_earlier(ask: Asker, number: Number) -> Response:
    """One such offer with its reports."""
    return answer(ask.site, await one(ask, earlier_reports.shown, ask.site.db, number))


@endpoints.get("/almost", Listed[almost.Almost])
async def list_almost(ask: Asker, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> Response:
    """Some of the week's matches below their thresholds, which wait for a verdict."""
    site = ask.site
    found = await site.ask(almost.sample, site.db, site.config, site.clock())
    page, following = sliced(found, lambda each: f"{each.match_id:020}", cursor, limit)
    return listing(ask.site, page, following)


@endpoints.get("/almost/{match_id}", almost.ShownAlmost)
async def show_almost(ask: Asker, match_id: Number) -> Response:
    """One match below its threshold, with its text and the story that it would belong to."""
    site = ask.site
    found = await one(ask, almost.shown, site.db, site.config, match_id, site.clock())
    return answer(ask.site, found, timezone=site.config.alerts.timezone)


@endpoints.get("/verdicts", Listed[Verdict])
async def list_verdicts(
    ask: Asker,
    watchlist: Name = None,
    worth: Worth | None = None,
    undone: bool = False,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Verdicts, the newest first."""
    site = ask.site
    found = await site.ask(
        service_verdicts.listed, site.db, watchlist=watchlist or None, worth=worth,
        undone=undone, cursor=cursor, limit=limit,
    )  # fmt: skip
    return listing(ask.site, found.items, found.next)
