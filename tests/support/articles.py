"""Articles put straight into the database, as a poll and a reading leave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select

from monitor.model.article import Article
from monitor.store import search_index
from monitor.store.dialects import is_shared
from monitor.store.tables import articles, feeds, reports, stories

FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def feed(conn: Connection, name: str = "Gazette") -> int:
    """The number of a feed of this name, made if there is none."""
    found = conn.scalar(select(feeds.c.id).where(feeds.c.name == name))
    if found is not None:
        return int(found)
    url = f"https://{name.lower()}.example/feed"
    made = insert(feeds).values(url=url, name=name, added=FIRST, next_poll=FIRST)
    return int(conn.execute(made.returning(feeds.c.id)).scalar_one())


def put(conn: Connection, given: Iterable[Article], *, feed_id: int | None = None) -> list[int]:
    """Store articles, a minute apart unless they say when they came; their numbers."""
    own = feed(conn) if feed_id is None else feed_id
    numbers = []
    for at, each in enumerate(given):
        row = insert(articles).values(
            feed_id=own,
            url=each.url,
            title=each.title,
            summary=each.summary,
            body=each.body,
            outlet=each.outlet or "Gazette",
            authors=list(each.authors),
            language=each.language,
            published=each.published,
            fetched=each.fetched or FIRST + timedelta(minutes=at),
            reads=1,
        )
        numbers.append(int(conn.execute(row.returning(articles.c.id)).scalar_one()))
    if is_shared(conn):
        # As it is a moment later.
        while search_index.index_more(conn):
            pass
    return numbers


def report(conn: Connection, article_ids: Iterable[int], *, outlets: Sequence[str] = ()) -> int:
    """A story that these articles tell of; its number."""
    story = int(
        conn.execute(insert(stories).values(began=FIRST).returning(stories.c.id)).scalar_one()
    )
    for at, number in enumerate(article_ids):
        outlet = outlets[at] if outlets else "Gazette"
        conn.execute(
            insert(reports).values(
                article_id=number, story_id=story, at=FIRST, outlet=outlet, entities=[],
                role="first",
            )
        )  # fmt: skip
    return story
