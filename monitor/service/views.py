"""What the page lists, as entries of a feed: a watchlist's alerts, the inbox, a search."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.config.schema import Config
from monitor.service import almost, inbox, matches, search
from monitor.service.database import Database
from monitor.service.export_atom import entry_of
from monitor.service.inbox import InboxFilter, Quote, StoryRow
from monitor.service.search import Filters, FoundArticle, Sort
from monitor.service.syndication import Entry
from monitor.service.watchlists import named
from monitor.wording import counted

#: Entries in a feed.
LISTED = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def of_watchlist(db: Database, config: Config, watchlist: str) -> list[Entry]:
    """What a watchlist found worth telling, the newest first.

    Raises:
        UsageError: there is no such watchlist.
    """
    named(config.watchlists, watchlist)
    found = matches.search(db, watchlist=watchlist, alerts_only=True, limit=LISTED)
    return [entry_of(each) for each in found]


def of_inbox(db: Database, wanted: InboxFilter) -> list[Entry]:
    """The stories that a view of the inbox lists, in its order."""
    return [_story(each) for each in inbox.inbox(db, wanted, limit=LISTED).stories]


def of_search(
    db: Database, config: Config, query: str, filters: Filters, sort: Sort
) -> list[Entry]:
    """The articles that a search finds, in its order.

    Raises:
        UsageError: the query cannot be asked.
        ConfigError: it makes no sense.
    """
    found = search.search(db, config, query, filters, sort=sort, limit=LISTED)
    return [_article(each) for each in found.items]


def of_almost(db: Database, config: Config, now: datetime) -> list[Entry]:
    """Some of the week's matches below their thresholds, which wait for a verdict."""
    return [
        Entry(
            id=f"tag:monitor,2026:almost/{each.match_id}",
            title=each.title,
            url=each.url,
            author=each.outlet,
            published=each.at or _EPOCH,
            updated=each.at or _EPOCH,
            tags=each.entities,
            summary=f"{_proof(each.entities, each.quote)} ({each.watchlist}, score"
            f" {each.score:g}{'' if each.alert_at is None else f' of {each.alert_at:g}'})",
        )
        for each in almost.sample(db, config, now)
    ]


def _story(story: StoryRow) -> Entry:
    spread = f"{counted(story.reports, 'report')}, {counted(story.outlets, 'outlet')}"
    proof = _proof(story.entities, story.quote)
    return Entry(
        id=f"tag:monitor,2026:stories/{story.id}",
        title=story.title,
        url=story.url,
        author=story.outlet,
        published=story.published or story.at,
        updated=story.at,
        tags=story.entities,
        summary=f"{proof} ({story.severity.value}, score {story.score:g}; {spread})",
    )


def _article(article: FoundArticle) -> Entry:
    at = article.fetched or article.published or _EPOCH
    return Entry(
        id=f"tag:monitor,2026:articles/{article.id}",
        title=article.title,
        url=article.url,
        author=article.outlet,
        published=article.published or at,
        updated=at,
        tags=(),
        summary=article.snippet,
    )


def _proof(entities: tuple[str, ...], quote: Quote | None) -> str:
    names = ", ".join(entities)
    return names if quote is None else f"{names}: “{quote.text}”"
