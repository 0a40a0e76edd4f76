"""Two configurations over stored articles: what each finds, article by article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from monitor.articles.site_lines import Seen, furniture, lines, without
from monitor.config.schema import Config, Feed, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article, TextSource
from monitor.model.match import Match
from monitor.store import replay as store_replay
from monitor.store.replay import Past, Replayed

_TOGETHER = 200
"""Articles that are looked at at once."""
_Found = Mapping[str, Match]
"""What is found in an article, by watchlist."""


@dataclass(frozen=True, slots=True)
class Sided:
    """What both configurations find in one article for one watchlist."""

    article_id: int
    watchlist: str
    at: datetime | None
    url: str | None
    title: str
    before: float | None
    """Its score; None where nobody would be told."""
    after: float | None
    sentence: str
    """That proves the better of both."""
    added: tuple[str, ...] = ()
    """Whom only the new configuration finds."""


class Replay:
    """Two configurations, compiled.

    Args:
        old: the one in force.
        new: the one that is tried.
        watchlists: the names of those that are tried.
    """

    def __init__(self, old: Config, new: Config, watchlists: Sequence[str]) -> None:
        self._old = _Side(old, watchlists)
        self._new = _Side(new, watchlists)

    def run(
        self, connection: Past, first: int, last: int, since: datetime | None
    ) -> tuple[int, list[Sided]]:
        """Replay the articles of these numbers: how many there were, and what is found in them."""
        number = 0
        found: list[Sided] = []
        past = store_replay.articles(connection, first, last, since)
        while some := list(islice(past, _TOGETHER)):
            number += len(some)
            sides = zip(some, self._old.match(some), self._new.match(some), strict=True)
            for each, before, after in sides:
                if before or after:
                    found += self._sided(connection, each, before, after)
        return number, found

    def _sided(
        self, connection: Past, each: Replayed, before: _Found, after: _Found
    ) -> list[Sided]:
        # What is blanked only takes away: only where something was found need that be looked up.
        article = _as_matched(connection, each)
        if article is not each.article:
            each = replace(each, article=article)
            (before,), (after,) = self._old.match([each]), self._new.match([each])
        return [
            Sided(
                each.id,
                name,
                each.article.fetched,
                each.article.url,
                each.article.title,
                _score(before.get(name)),
                _score(after.get(name)),
                _proof(after.get(name) or before.get(name)),
                _named(after.get(name), but=_named(before.get(name))),
            )
            for name in before.keys() | after.keys()
            if _score(before.get(name)) is not None or _score(after.get(name)) is not None
        ]


class _Side:
    """One configuration's watchlists and feeds."""

    def __init__(self, config: Config, watchlists: Sequence[str]) -> None:
        chosen = [each for each in config.watchlists if each.name in watchlists]
        self._matcher = Matcher(chosen) if chosen else None
        self._feeds: Mapping[str, Feed] = {feed.url: feed for feed in config.feeds}
        self._plain = not any(each.feeds for each in chosen) and not self._tells(chosen)

    def _tells(self, chosen: Sequence[Watchlist]) -> bool:
        """Whether it matters which feed has an article."""
        weighed = any(feed.weight != 1 for feed in self._feeds.values())
        return weighed or any(feed.tags for feed in self._feeds.values())

    def match(self, some: Sequence[Replayed]) -> Iterator[_Found]:
        if self._matcher is None:
            yield from ({} for _ in some)
            return
        articles = (each.article if self._plain else _labelled(each, self._feeds) for each in some)
        for found in self._matcher.match_all(articles):
            yield {match.watchlist: match for match in found}


def _labelled(each: Replayed, feeds: Mapping[str, Feed]) -> Article:
    """As `with_feeds` in the pipeline: with what the configuration says of its feeds."""
    listing = [feeds[url] for url in each.feed_urls if url in feeds]
    labels = [label for feed in listing for label in (*feed.tags, feed.label)]
    return replace(
        each.article,
        feed_tags=tuple(dict.fromkeys(labels)),
        feed_weight=max((feed.weight for feed in listing), default=1.0),
    )


def _as_matched(connection: Past, each: Replayed) -> Article:
    """The article without what all pages of its site have in common, as then; else as known now."""
    article = each.article
    spans = store_replay.blanked(connection, each.id)
    if spans is None:
        host = urlsplit(article.url).hostname if article.url else None
        if article.text_source is not TextSource.PAGE or not host:
            return article
        found = lines(article.body)
        memory, articles = store_replay.host_memory(
            connection, host, [line.digest for line in found]
        )
        spans = furniture(found, {d: Seen(*seen) for d, seen in memory.items()}, articles)
    return replace(article, body=without(article.body, spans)) if spans else article


def _score(match: Match | None) -> float | None:
    return match.score if match is not None and match.alert else None


def _named(match: Match | None, but: Sequence[str] = ()) -> tuple[str, ...]:
    found = () if match is None else dict.fromkeys(each.entity for each in match.mentions)
    return tuple(name for name in found if name not in but)


def _proof(match: Match | None) -> str:
    if match is None or not match.mentions:
        return ""
    best = next((each for each in match.mentions if each.field != "title"), match.mentions[0])
    return best.sentence


# --- in processes of their own ------------------------------------------------------------------

_worker: tuple[Replay, str] | None = None


def begin(old: Config, new: Config, watchlists: Sequence[str], url: str) -> None:
    """Make a process ready for `chunk`."""
    global _worker  # noqa: PLW0603 - a process of a pool has nowhere else to keep it
    _worker = Replay(old, new, watchlists), url


def chunk(first: int, last: int, since: datetime | None) -> tuple[int, list[Sided]]:
    """Replay some articles in a process that `begin` made ready."""
    assert _worker is not None
    replay, url = _worker
    with store_replay.opened(url) as connection:
        return replay.run(connection, first, last, since)
