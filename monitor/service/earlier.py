"""What was stored before a name was watched: shown, and told if somebody wants it told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.service.backtest import Backtest, backtest
from monitor.service.database import Database
from monitor.store import articles

#: How far back an edit is looked at.
SPAN = timedelta(days=1)
#: Articles told at once.
MOST = 200


def earlier_reports(db: Database, old: Config, new: Config, now: datetime) -> Backtest:
    """What today's stored articles would have told had an edit been made this morning.

    `won` of each watchlist is how many they are; its examples are what to ask `tell` for.
    """
    return backtest(db, old, new, now, since=now - SPAN, processes=1)


def tell(db: Database, article_ids: Collection[int], now: datetime) -> int:
    """Have stored articles read and matched once more by the daemon, as they would be today.

    What people were told of before is not told again.

    Args:
        db: the database.
        article_ids: which.
        now: the time.

    Returns:
        How many there are still.

    Raises:
        UsageError: they are too many.
    """
    if len(article_ids) > MOST:
        raise UsageError(f"more than {MOST} articles cannot be told at once")
    with db.write() as connection:
        return articles.read_again(connection, article_ids, now)
