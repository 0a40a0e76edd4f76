"""Where an article was listed: by which feeds, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from monitor.store import articles as store_articles
from monitor.store.articles import StoredArticle
from monitor.store.tables import articles, entries


@dataclass(frozen=True, slots=True)
class Listing:
    """That a feed listed an article."""

    feed_id: int
    first_seen: datetime
    last_seen: datetime


def of_article(conn: Connection, article_id: int) -> list[Listing]:
    """Every listing of an article, the first one first."""
    rows = conn.execute(
        select(entries.c.feed_id, entries.c.first_seen, entries.c.last_seen)
        .where(entries.c.article_id == article_id)
        .order_by(entries.c.first_seen, entries.c.id)
    )
    return [Listing(row.feed_id, row.first_seen, row.last_seen) for row in rows]


def at_address(conn: Connection, url: str, url_key: str) -> list[StoredArticle]:
    """The articles at an address, newest first; those whose feed gave it as theirs before all.

    Args:
        conn: an open connection.
        url: the address as it was given.
        url_key: its canonical form.
    """
    given = or_(articles.c.url_key == url_key, articles.c.url == url)
    ids = conn.scalars(
        select(articles.c.id)
        .where(or_(given, articles.c.page_url == url_key))
        .order_by(given.desc(), articles.c.id.desc())
    ).all()
    return [found for each in ids if (found := store_articles.by_id(conn, each))]
