"""Names not watched yet: what turns up in the stories that are told, and nobody watches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.config.schema import Config
from monitor.matching.matcher import Matcher
from monitor.matching.text.index_words import phrase_tokens
from monitor.matching.text.normalise import fold_name
from monitor.matching.unwatched import candidates
from monitor.model.article import Article
from monitor.model.match import Kind
from monitor.service.database import Database
from monitor.store import unwatched as store_unwatched
from monitor.store.unwatched import Reported

SPAN = timedelta(days=14)
FEWEST_STORIES = 3
FEWEST_OUTLETS = 2
#: Articles that are read for an answer, the newest: about a millisecond each.
MOST_ARTICLES = 3_000
#: Names that are looked up among all articles.
_LOOKED_UP = 300


@dataclass(frozen=True, slots=True)
class UnwatchedName:
    """A name that matched stories speak of, and no watchlist has."""

    name: str
    kind: Kind
    stories: int
    outlets: int
    articles: int
    """Of the matched stories'."""
    lift: float
    """How many times as often it stands in articles of matched stories as in all."""
    story_ids: tuple[int, ...]
    """The newest of the stories."""
    headline: str
    """Of the newest article that has it."""


@dataclass(slots=True)
class _Seen:
    kinds: Counter[Kind] = field(default_factory=Counter)
    stories: dict[int, None] = field(default_factory=dict)
    outlets: set[str] = field(default_factory=set)
    articles: int = 0
    headline: str = ""

    def add(self, kind: Kind, each: Reported) -> None:
        self.kinds[kind] += 1
        self.stories[each.story_id] = None
        self.outlets.add(each.outlet)
        self.articles += 1
        self.headline = self.headline or each.article.title


def unwatched_names(
    db: Database, config: Config, now: datetime, *, limit: int = 20, matcher: Matcher | None = None
) -> list[UnwatchedName]:
    """Names that nobody watches in the stories of the last 14 days, those first that stand out.

    Args:
        db: the stories.
        config: who is watched.
        now: the time.
        limit: how many names.
        matcher: the watchlists compiled, where that is at hand.
    """
    seen: dict[str, _Seen] = {}
    read = 0
    outlets = set()
    with db.read() as connection:
        for each in store_unwatched.reported(connection, now - SPAN, MOST_ARTICLES):
            read += 1
            outlets.add(fold_name(each.outlet))
            for found in candidates(each.article):
                seen.setdefault(found.name, _Seen()).add(found.kind, each)
    often = {
        name: each
        for name, each in seen.items()
        if len(each.stories) >= FEWEST_STORIES
        and len(each.outlets) >= FEWEST_OUTLETS
        # Whoever reports is named in every report.
        and fold_name(name) not in outlets
    }
    matcher = matcher or Matcher(config.watchlists)
    chosen = sorted(often, key=lambda name: (-len(often[name].stories), name))[:_LOOKED_UP]
    chosen = [name for name in chosen if not matcher.match(Article(id=name, title=name))]
    with db.read() as connection:
        total = store_unwatched.count(connection)
        lifts = {
            name: (often[name].articles / read)
            / (max(1, store_unwatched.naming(connection, _tokens(name))) / max(1, total))
            for name in chosen
        }
    ordered = sorted(chosen, key=lambda name: (-lifts[name], -len(often[name].stories), name))
    return [_named(name, often[name], lifts[name]) for name in _distinct(ordered)[:limit]]


def _named(name: str, seen: _Seen, lift: float) -> UnwatchedName:
    return UnwatchedName(
        name=name,
        kind=seen.kinds.most_common(1)[0][0],
        stories=len(seen.stories),
        outlets=len(seen.outlets),
        articles=seen.articles,
        lift=round(lift, 2),
        story_ids=tuple(seen.stories)[:10],
        headline=seen.headline,
    )


def _tokens(name: str) -> str:
    return " ".join(phrase_tokens(fold_name(name))[0])


def _distinct(names: list[str]) -> list[str]:
    """The names without those that are a part of one before them, or have one as a part."""
    kept: dict[str, str] = {}
    for name in names:
        folded = f" {fold_name(name)} "
        if not any(folded in other or other in folded for other in kept):
            kept[folded] = name
    return list(kept.values())
