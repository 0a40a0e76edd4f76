"""Tuning a watchlist: what its verdicts say, and what another rule would have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from monitor.config.adjusting import Adjustment, adjusted
from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.verdict import Worth
from monitor.service.backtest import Backtest
from monitor.service.backtest_process import replayed
from monitor.service.database import Database
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


def with_rule(config: Config, watchlist: str, wanted: Adjustment) -> Config:
    """A configuration with another rule of a watchlist.

    Raises:
        UsageError: the rule makes no sense.
    """
    try:
        lists = tuple(
            adjusted(each, wanted) if each.name == watchlist else each for each in config.watchlists
        )
    except ValidationError as error:
        first = error.errors()[0]
        what = ".".join(map(str, first["loc"])) or "the rule"
        reason = first.get("ctx", {}).get("error") or first["msg"]
        raise UsageError(f"{what}: {reason}") from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    return config.model_copy(update={"watchlists": lists})


def tried(
    url: str, config: Config, watchlist: str, wanted: Adjustment, now: datetime, since: datetime
) -> Backtest:
    """What another rule would have done, replayed in a process of its own.

    Raises:
        UsageError: the rule makes no sense.
        MonitorError: it failed, or took too long.
    """
    new = with_rule(config, watchlist, wanted)
    return replayed(url, config, new, now, since=since, watchlists=(watchlist,))
