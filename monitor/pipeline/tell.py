"""Who is told of an article's matches, and as what.

Read what is known of its story, plan, apply: all of it in the transaction that stores the matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts.plan import plan
from monitor.config.schema import Config
from monitor.feeds.breaking_story import fresh_from, watched_closely
from monitor.model.alert import Alert
from monitor.model.article import Article
from monitor.model.match import Match, Severity
from monitor.model.situation import RecordedMatch, Situation
from monitor.store import feeds as store_feeds
from monitor.store.deliveries import situation as store_situation
from monitor.store.matches import StoredMatch


def tell(
    connection: Connection,
    config: Config,
    situation: Situation,
    found: Sequence[tuple[Match, RecordedMatch]],
    gone: Sequence[StoredMatch],
    now: datetime,
    *,
    config_version: int | None = None,
) -> dict[str, Alert]:
    """Put into the outbox what people are to be told of one article's matches.

    Args:
        connection: the write transaction that stores the matches.
        config: the configuration in force.
        situation: the article, as it is and as it was before this reading, and its story.
        found: what reached its threshold, and what became of it.
        gone: what an earlier reading found and this one does not.
        now: the time.
        config_version: the number of that configuration, if machines share one.

    Returns:
        What is told, by watchlist.
    """
    if not found and not gone:
        return {}
    since = now - config.alerts.inhibit_for
    known = store_situation.read(connection, situation, found, gone, inhibited_since=since, now=now)
    planned = plan(known, config, now)
    told = store_situation.apply(
        connection, planned, known.story, now, config_version=config_version
    )
    return {alert.match.watchlist: alert for alert in told}


def breaks(alert: Alert) -> bool:
    """Whether an alert is the first of a story that is grave enough to look for more of it."""
    return not alert.development and alert.match.severity.rank >= Severity.HIGH.rank


def watch_closely(
    connection: Connection, *, config: Config, article: Article, now: datetime
) -> None:
    """Have feeds asked more often that may tell more of what an article told first.

    In a write transaction of its own: all feeds are looked at, and who tells of the same names
    waits for the one that stores the matches.
    """
    polling = config.polling
    if not polling.breaking_for:
        return
    settings = {feed.url: feed for feed in config.feeds}
    states = store_feeds.not_watched_closely(connection, fresh_from(polling, now))
    found = watched_closely(states, settings, article, polling, now)
    # In one order: polls that end meanwhile hold several feeds, too, and so do other stories.
    for each in sorted(found, key=lambda watched: watched.feed_id):
        store_feeds.poll_closely(connection, each.feed_id, each.until, each.at, each.reason)
