"""Tuning a watchlist: what its verdicts say, and what another threshold would have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.config.schema import Config
from monitor.model.verdict import Worth
from monitor.service.backtest import Backtest
from monitor.service.database import Database
from monitor.service.trial import replayed
from monitor.store import verdicts as store_verdicts

#: How wide the bars of verdicts by score are.
WIDTH = 3


@dataclass(frozen=True, slots=True)
class Bin:
    """Verdicts of a span of scores."""

    first: int
    relevant: int
    not_relevant: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A watchlist's verdicts by score."""

    bins: tuple[Bin, ...]
    relevant: int
    not_relevant: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.relevant + self.not_relevant


def judged(db: Database, watchlist: str, begin: int) -> Judged:
    """The verdicts that stand, by the score of what was judged.

    Args:
        db: the database.
        watchlist: whose.
        begin: the first score that is shown; what scored less is in its bar.
    """
    with db.read() as connection:
        said = store_verdicts.counting(connection, watchlist)
    firsts = range(begin, 100, WIDTH)
    relevant = dict.fromkeys(firsts, 0)
    noise = dict.fromkeys(firsts, 0)
    for each in said:
        score = min(max(int(each.score), begin), 99)
        first = begin + (score - begin) // WIDTH * WIDTH
        (relevant if each.worth is Worth.RELEVANT else noise)[first] += 1
    bins = tuple(Bin(first, relevant[first], noise[first]) for first in firsts)
    return Judged(bins, sum(relevant.values()), sum(noise.values()))


def with_threshold(config: Config, watchlist: str, alert_at: float) -> Config:
    """A configuration with another threshold of a watchlist."""
    lists = tuple(
        each.model_copy(update={"alert_at": alert_at}) if each.name == watchlist else each
        for each in config.watchlists
    )
    return config.model_copy(update={"watchlists": lists})


def tried(
    url: str, config: Config, watchlist: str, alert_at: float, now: datetime, since: datetime
) -> Backtest:
    """What another threshold would have done, replayed in a process of its own.

    Raises:
        MonitorError: it failed, or took too long.
    """
    new = with_threshold(config, watchlist, alert_at)
    return replayed(url, config, new, now, since=since, watchlists=(watchlist,))
