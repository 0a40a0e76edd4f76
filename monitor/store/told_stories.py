"""What people have been told of stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, select

from monitor.model.article import TextSource
from monitor.model.match import Severity
from monitor.model.situation import ToldStory
from monitor.store.tables import alerts, articles, feeds, matches

# Built once: to build a statement takes longer than to run it.
# As `Article.read_at` has it.
_READ_AT = case(
    (
        articles.c.text_source == TextSource.PAGE,
        func.coalesce(articles.c.page_url, articles.c.url),
    ),
    else_=feeds.c.url,
).label("read_at")
_THREADS = (
    select(matches.c.watchlist, alerts.c.thread)
    .join(matches, matches.c.id == alerts.c.match_id)
    .where(
        alerts.c.story_id == bindparam("story"),
        alerts.c.thread.is_not(None),
        matches.c.watchlist.in_(bindparam("watchlists", expanding=True)),
    )
    .group_by(matches.c.watchlist, alerts.c.thread)
    .order_by(func.min(alerts.c.created), func.min(alerts.c.id))
)
_TOLD = (
    select(
        *matches.c["id", "thread", "joined", "severity", "mentions", "development"],
        _READ_AT,
        select(alerts.c.id).where(alerts.c.match_id == matches.c.id).exists().label("alerted"),
    )
    .join(articles, articles.c.id == matches.c.article_id)
    .join(feeds, feeds.c.id == articles.c.feed_id)
    .where(matches.c.thread.in_(bindparam("threads", expanding=True)))
    .order_by(matches.c.joined)
)


def told(conn: Connection, story_id: int, but: Mapping[str, int]) -> dict[str, ToldStory]:
    """What people have been told of a story, by watchlist, as far as they were.

    Args:
        conn: an open connection.
        story_id: the story.
        but: by watchlist, a match that is left out, since it is the one to be told of or not.
    """
    threads: dict[str, list[str]] = {}
    for watchlist, thread in conn.execute(_THREADS, {"story": story_id, "watchlists": [*but]}):
        threads.setdefault(watchlist, []).append(thread)
    if not threads:
        return {}
    wanted = sorted({each for some in threads.values() for each in some})
    found: dict[str, list[tuple[int, Any]]] = {}
    for place, row in enumerate(conn.execute(_TOLD, {"threads": wanted}).all()):
        found.setdefault(row.thread, []).append((place, row))
    return {
        watchlist: _told_story(
            some,
            # As they joined: the threads may be several stories' that were put together.
            [
                row
                for _, row in sorted(
                    (each for thread in some for each in found.get(thread, ())), key=itemgetter(0)
                )
                if row.id != but[watchlist]
            ],
        )
        for watchlist, some in threads.items()
    }


def _told_story(threads: Sequence[str], joined: Sequence[Row[Any]]) -> ToldStory:
    news = [row for row in joined if row.alerted or row.development]
    return ToldStory(
        thread=threads[0],
        threads=tuple(threads),
        entities=frozenset(mention["entity"] for row in joined for mention in row.mentions),
        severity=max(
            (row.severity for row in news),
            key=lambda each: each.rank,
            default=Severity.LOW,
        ),
        urls=tuple(row.read_at for row in news if row.read_at),
    )
