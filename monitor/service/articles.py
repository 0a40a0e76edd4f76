"""One article, whether anything was found in it or not."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.errors import UsageError
from monitor.model.article import Article
from monitor.model.match import Match
from monitor.service.database import Database
from monitor.store import articles as store_articles
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article, what was found in it, and the story that it belongs to."""

    article: Article
    matches: tuple[Match, ...]
    story: int | None


def shown(db: Database, article_id: int) -> ShownArticle:
    """One article.

    Raises:
        UsageError: there is none of that number.
    """
    with db.read() as connection:
        stored = store_articles.by_id(connection, article_id)
        if stored is None:
            raise UsageError(f"there is no article {article_id}", hint="It may have been pruned.")
        found = [each.match for each in store_matches.of_article(connection, article_id)]
        story = store_stories.story_of(connection, article_id) if found else None
    return ShownArticle(stored.article, tuple(sorted(found, key=lambda m: -m.score)), story)
