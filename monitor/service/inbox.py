"""The inbox: stories, each with its proof and how far it went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from monitor.errors import UsageError
from monitor.model.development import Development
from monitor.model.inbox import InboxFilter, InboxSort, InboxState
from monitor.model.match import Match, Mention, Severity
from monitor.model.verdict import Verdict
from monitor.service.cursors import decoded, encoded
from monitor.service.database import Database
from monitor.service.json_values import DevelopmentInWords
from monitor.store import inbox as store_inbox
from monitor.store import verdicts as store_verdicts
from monitor.store.inbox import Listed, Spread, StoryAlert
from monitor.store.matches import mentions_of

__all__ = ["Inbox", "InboxFilter", "InboxSort", "InboxState", "Quote", "StoryRow", "inbox"]

#: Stories on a page.
PAGE = 40
#: Waiting stories are counted up to this.
MOST_COUNTED = 1_000
#: Scores that are so close are alike to people.
ABOUT_AS_GRAVE = 10
#: Bars of the small plot of a story's reports.
BARS = 8


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that proves a match, and where in it watched names stand."""

    text: str
    names: tuple[tuple[int, int], ...]
    """Offsets into the text."""
    field: str


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story in a list."""

    id: int
    found: int
    """The number of the first match that reached its threshold; newer stories have greater ones."""
    at: datetime
    """When it was first found."""
    title: str
    url: str | None
    article_id: int
    outlet: str
    language: str | None
    published: datetime | None
    score: float
    severity: Severity
    quote: Quote | None
    watchlists: tuple[str, ...]
    entities: tuple[str, ...]
    reports: int
    outlets: int
    languages: int
    bars: tuple[int, ...]
    """How many reports came, in equal spans of time from the first to the latest."""
    development: DevelopmentInWords
    """The latest news within it that people were told of."""
    acknowledged_by: str | None
    alerts: int
    """How many alerts people were, or are to be, told of."""
    verdicts: tuple[Verdict, ...] = ()
    """What stands, the last said first, one a watchlist."""

    @property
    def is_done(self) -> bool:
        """Whether somebody has judged it."""
        return bool(self.verdicts)

    @property
    def seen(self) -> str:
        """The verdicts that stand, by number: sent along with one, so that nobody is overruled
        unawares."""
        return ",".join(str(each.id) for each in sorted(self.verdicts, key=lambda v: v.id))

    def of(self, watchlist: str) -> StoryRow:
        """What one watchlist has of it: only that is judged then."""
        verdicts = tuple(each for each in self.verdicts if each.watchlist == watchlist)
        return replace(self, watchlists=(watchlist,), verdicts=verdicts)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of stories."""

    stories: tuple[StoryRow, ...]
    next: str | None
    newest: int
    """The newest match at the time, to ask for what came since."""


def inbox(
    db: Database, wanted: InboxFilter, *, cursor: str | None = None, limit: int = PAGE
) -> Inbox:
    """Stories as people go through them.

    Raises:
        UsageError: the cursor is none that was given out.
    """
    after = None
    if cursor is not None:
        sort, score, found = decoded(cursor, (str, float, int))
        if sort != wanted.sort:
            raise UsageError("that is a place in another list", hint="Begin at its first page.")
        after = (float(score), int(found))
    with db.read() as connection:
        newest = store_inbox.newest(connection)
        listed = store_inbox.listed(connection, wanted, limit=limit + 1, after=after)
        page = listed[:limit]
        rows = rows_of(connection, page)
    last = page[-1] if len(listed) > limit else None
    more = encoded(wanted.sort, last.score, last.found) if last else None
    return Inbox(tuple(rows), more, newest)


def waiting(db: Database, wanted: InboxFilter, *, after: int = 0) -> int:
    """How many stories there are of a kind, counted up to `MOST_COUNTED`.

    Args:
        db: the database.
        wanted: which.
        after: only those found after the match of that number.
    """
    with db.read() as connection:
        return store_inbox.count(connection, wanted, most=MOST_COUNTED, after=after)


def newest(db: Database) -> int:
    """The newest match that reached its threshold, by its number."""
    with db.read() as connection:
        return store_inbox.newest(connection)


def rows_of(connection: Connection, listed: Sequence[Listed]) -> list[StoryRow]:
    """What is shown of stories, in their order."""
    ids = [each.story_id for each in listed]
    best = store_inbox.best_matches(connection, ids)
    leads = {story: _lead(rows) for story, rows in best.items() if rows}
    mentions = store_inbox.mentions(connection, {row.article_id for row in leads.values()})
    lists = store_inbox.watchlists(connection, ids)
    spread = store_inbox.spread(connection, ids)
    several = [each for each in ids if spread[each].reports > 1]
    times = store_inbox.times(connection, several) if several else {}
    alerts = store_inbox.alerted(connection, ids)
    verdicts = store_verdicts.of_stories(connection, ids)
    return [
        _row(
            each,
            leads[each.story_id],
            best[each.story_id],
            mentions[leads[each.story_id].article_id],
            lists[each.story_id],
            spread[each.story_id],
            times.get(each.story_id, []),
            alerts[each.story_id],
            verdicts[each.story_id],
        )
        for each in listed
        if best[each.story_id]
    ]


def _lead(best: Sequence[Row[Any]]) -> Row[Any]:
    """The earliest of those that are about as grave as the gravest: others may have copied it."""
    grave = [
        row
        for row in best
        if row.alert == best[0].alert and row.score >= best[0].score - ABOUT_AS_GRAVE
    ]
    return min(grave, key=lambda row: (row.at, row.match_id))


def _row(
    listed: Listed,
    lead: Row[Any],
    best: Sequence[Row[Any]],
    mentions: Sequence[Mention],
    watchlists: Sequence[str],
    spread: Spread,
    times: Sequence[datetime],
    alerts: Sequence[StoryAlert],
    verdicts: Sequence[Verdict],
) -> StoryRow:
    others = [each for row in best for each in mentions_of(row)]
    news = [row.development for row in alerts if row.development]
    who = [row.acknowledged_by for row in alerts if row.acknowledged_by]
    return StoryRow(
        id=listed.story_id,
        found=listed.found,
        at=listed.at,
        title=lead.title,
        url=lead.url,
        article_id=lead.article_id,
        outlet=lead.outlet,
        language=lead.language,
        published=lead.published,
        score=listed.score,
        severity=max((row.severity for row in best), key=lambda each: each.rank),
        quote=quote(mentions),
        watchlists=tuple(watchlists) or (lead.watchlist,),
        entities=tuple(dict.fromkeys(each.entity for each in (*mentions, *others))),
        reports=spread.reports,
        outlets=spread.outlets,
        languages=spread.languages,
        bars=bars(times),
        development=_latest(news),
        acknowledged_by=who[-1] if who else None,
        alerts=len(alerts),
        verdicts=tuple(verdicts),
    )


def _latest(news: Sequence[tuple[Development, ...]]) -> tuple[Development, ...]:
    return news[-1] if news else ()


def entities_of(match: Match) -> tuple[str, ...]:
    """Whom a match names, each once."""
    return tuple(dict.fromkeys(each.entity for each in match.mentions))


def quote(mentions: Sequence[Mention]) -> Quote | None:
    """The sentence that says most, below the headline if there is one."""
    sentences: dict[tuple[str, int, str], list[Mention]] = {}
    for each in mentions:
        place = (each.field, each.sentence_start, each.sentence)
        sentences.setdefault(place, []).append(each)
    if not sentences:
        return None

    def worth(place: tuple[str, int, str]) -> tuple[bool, int, int]:
        entities = {each.entity for each in sentences[place]}
        return place[0] != "title", len(entities), -place[1]

    best = max(sentences, key=worth)
    field, start, text = best
    return Quote(text, spans((each.start - start, each.end - start) for each in sentences[best]),
                 field)  # fmt: skip


def spans(given: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, with those joined that overlap."""
    found: list[tuple[int, int]] = []
    for first, last in sorted({(max(0, first), last) for first, last in given}):
        if found and first < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif last > first:
            found.append((first, last))
    return tuple(found)


def bars(times: Sequence[datetime]) -> tuple[int, ...]:
    """How many times lie in each of equal spans, from the first to the last."""
    if len(times) < 2:
        return ()
    first, last = min(times), max(times)
    span = max((last - first) / BARS, timedelta(seconds=1))
    counts = [0] * BARS
    for each in times:
        counts[min(int((each - first) / span), BARS - 1)] += 1
    return tuple(counts)
