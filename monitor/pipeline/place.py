"""Which story a report belongs to, how surely, and why: looked up, decided and entered.

What is decided is pure (`monitor.stories.clustering`); who is told of it is another step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from monitor.model.story import ApartReason, Correlation, Role
from monitor.store import articles as store_articles
from monitor.store import locks, regrouping
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories
from monitor.store.stories import StoredReport
from monitor.stories.clustering import ALONE, WINDOW, Placement, find_story, is_still_told
from monitor.stories.correlate import TRANSLATION_WINDOW, Known, Report, report_of
from monitor.stories.fingerprint import SHARED_KEYS, Fingerprint, unpack

#: A report may say that it was published some time before it was read.
_MARGIN = timedelta(days=1)
#: Reports looked at: those that share most of what copies share, and of what reports of one event.
COPIES, EVENTS = 10, 30
#: Reports of one feed by way of which others may join a story: no feed stretches one at will.
MOST_FIRM = 16
#: Reports of a story that may be other news: so many can be listed in one message.
MOST_UNCERTAIN = 8
#: Stories that are full and passed over, before a report begins one.
_MOST_FULL = 4
#: What is compared with many in a row is unpacked once: each takes some 80 kB, and longer to unpack
#: and weigh than to compare.
_unpacked = lru_cache(maxsize=64)(unpack)


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place in a story."""

    story: int
    correlation: Correlation | None
    """Why it belongs to it, or to no other; None if it was like none, or had its place before."""

    @property
    def is_joined(self) -> bool:
        """Whether it belongs to a story that another began."""
        return self.correlation is not None and self.correlation.kind is not None

    @property
    def is_uncertain(self) -> bool:
        """Whether it may be other news, so that it has to be listed in the story's next message."""
        return self.is_joined and self.correlation is not None and not self.correlation.certain


def place(connection: Connection, article_id: int, report: Report, *, alone: bool = False) -> Place:
    """Find the story that an article belongs to, or begin one, and enter it there.

    Args:
        connection: an open write transaction.
        article_id: the article.
        report: what is kept of it.
        alone: let it be a story of its own, whatever it is like.
    """
    locks.take_story(connection, report.text_keys, report.entities)
    before = regrouping.hold_story_of(connection, article_id)
    if before is not None:
        _revise(connection, article_id, report)
        return Place(before, None)
    found = ALONE if alone else _find_room(connection, article_id, report)
    story = store_stories.record(
        connection,
        article_id,
        story_id=found.story,
        role=found.role,
        correlation=found.correlation,
        at=report.at,
        outlet=report.outlet,
        language=report.language,
        entities=report.entities,
        fingerprint=report.packed,
        keys=report.keys,
    )
    return Place(story, found.correlation)


def _find_room(connection: Connection, article_id: int, report: Report) -> Placement:
    """Where an article belongs, and can be told: of what a full story lists no more, the next may.

    A large event has more reports that have to be listed than one story lists; what comes then
    begins a second story, and not one each.
    """
    full: set[int] = set()
    found = find(connection, article_id, report)
    nearest = found
    while found.story is not None:
        story = regrouping.hold_in_force(connection, found.story)
        if _has_room(connection, found, story):
            return _bounded(connection, article_id, replace(found, story=story), story)
        full.add(found.story)
        found = (
            ALONE if len(full) == _MOST_FULL else find(connection, article_id, report, without=full)
        )
    why = nearest.correlation
    if not full or why is None:
        return found
    apart = replace(why, kind=None, certain=True, reason=ApartReason.CROWDED)
    return replace(ALONE, correlation=apart)


def _has_room(connection: Connection, found: Placement, story: int) -> bool:
    """Whether a story can list what joins it, if that has to be."""
    why = found.correlation
    is_listed = why is not None and not why.certain
    return not is_listed or store_stories.uncertain(connection, story) < MOST_UNCERTAIN


def _bounded(connection: Connection, article_id: int, found: Placement, story: int) -> Placement:
    """The same, but for what one feed may bring into a story."""
    if found.role is not Role.FIRM:
        return found
    count = store_stories.firm_of_feed(connection, story, article_id)
    return replace(found, role=Role.LOOSE if count >= MOST_FIRM else Role.FIRM)


def _revise(connection: Connection, article_id: int, report: Report) -> None:
    """Keep what an article tells now, unless that is other news than what its story was told of."""
    kept = store_stories.report(connection, article_id)
    if kept is None:
        return
    [known] = _known(connection, [kept])
    if is_still_told(known.report, report):
        store_stories.revise(
            connection,
            article_id,
            entities=report.entities,
            fingerprint=report.packed,
            keys=report.keys,
        )


def find(
    connection: Connection,
    article_id: int,
    report: Report,
    *,
    keep: bool = True,
    without: Collection[int] = (),
) -> Placement:
    """Where an article belongs, among the stories in the database.

    Args:
        connection: an open write transaction, or a view.
        article_id: the article, which is not like itself.
        report: what is kept of it.
        keep: whether to store what has to be made anew of a report that an earlier version of the
            program has kept; a view stores nothing.
        without: stories that are out of the question.
    """
    looked_up = _alike(connection, article_id, report, without)
    stories = {each.story_id for each in looked_up.values()}
    stories -= {each.story_id for each in looked_up.values() if each.role is Role.FIRST}
    looked_up |= {
        each.article_id: each for each in store_stories.firsts(connection, stories, article_id)
    }
    found = find_story(report, _known(connection, looked_up.values(), keep=keep))
    if found.story is None and (ranges := report.ranges_abroad):
        others = store_stories.alike_abroad(
            connection,
            ranges,
            article_id,
            since=report.at - TRANSLATION_WINDOW,
            until=report.at + TRANSLATION_WINDOW,
        )
        others = [each for each in others if each.story_id not in without]
        abroad = find_story(report, _known(connection, others, whole=False, keep=keep))
        return found if abroad.story is None else abroad
    return found


def _alike(
    connection: Connection, article_id: int, report: Report, without: Collection[int]
) -> dict[int, StoredReport]:
    return {
        each.article_id: each
        for keys, limit in ((report.text_keys, COPIES), (report.event_keys, EVENTS))
        for each in store_stories.alike(
            connection, keys, article_id, shared=SHARED_KEYS, limit=limit
        )
        if each.story_id not in without
    }


def _known(
    connection: Connection, found: Iterable[StoredReport], *, whole: bool = True, keep: bool = True
) -> list[Known]:
    """The reports as they can be compared."""
    return [
        Known(
            each.story_id,
            each.began,
            Report(
                each.outlet,
                each.at,
                each.entities,
                _unpacked(each.fingerprint, whole=whole) or _made_anew(connection, each, keep=keep),
                each.language,
            ),
            each.role,
            each.certain,
        )
        for each in found
    ]


def _made_anew(connection: Connection, kept: StoredReport, *, keep: bool) -> Fingerprint:
    """The fingerprint of an article of which an earlier version of the program made another."""
    stored = store_articles.by_ids(connection, [kept.article_id])
    found = [each.match for each in store_matches.of_article(connection, kept.article_id)]
    made = report_of(stored[0].article, found, kept.at)
    made = replace(made, entities=kept.entities)
    if keep:
        store_stories.revise(
            connection,
            kept.article_id,
            entities=made.entities,
            fingerprint=made.packed,
            keys=made.keys,
        )
    return made.fingerprint


def close_stories(connection: Connection, now: datetime, limit: int = 1000) -> int:
    """Give up what is kept to recognise reports of stories that take no more; how much."""
    return store_stories.close(connection, now - WINDOW - _MARGIN, limit)
