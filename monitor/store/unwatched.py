"""What is needed to tell which names turn up in matched stories, and how common they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from monitor.model.article import Article
from monitor.store import search_postgresql
from monitor.store.article_texts import ARTICLE
from monitor.store.articles import article_of
from monitor.store.dialects import is_shared
from monitor.store.search_index import INDEX
from monitor.store.tables import articles, feeds, reports


@dataclass(frozen=True, slots=True)
class Reported:
    """An article of a matched story."""

    story_id: int
    outlet: str
    article: Article


def reported(conn: Connection, since: datetime, limit: int) -> Iterator[Reported]:
    """The articles of matched stories since a time, the newest first."""
    query: Select[Any] = (
        select(
            *ARTICLE,
            feeds.c.url.label("feed_url"),
            feeds.c.name.label("feed_name"),
            reports.c.story_id,
            reports.c.outlet.label("report_outlet"),
        )
        .join(reports, reports.c.article_id == articles.c.id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .where(reports.c.at >= since)
        .order_by(reports.c.at.desc())
        .limit(limit)
    )
    for row in conn.execute(query):
        yield Reported(row.story_id, row.report_outlet, article_of(row))


def naming(conn: Connection, tokens: str) -> int:
    """How many articles of all have these tokens in a row."""
    if is_shared(conn):
        return search_postgresql.naming(conn, tokens)
    query = text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH :phrase")  # noqa: S608 - our name
    return int(conn.scalar(query, {"phrase": f'"{tokens}"'}) or 0)


def count(conn: Connection) -> int:
    """How many articles there are."""
    return int(conn.scalar(select(func.count()).select_from(articles)) or 0)
