"""Stories put together and split by hand, each with its record and its way back.

Nobody is told anything by it. What people were told of either stays told: later reports of
stories that were put together join what was told first, and what is split off is told by its own
alerts, if it had any, or else by the next report of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor.errors import UsageError
from monitor.model.audit import Action, Change, Source
from monitor.model.story import ApartReason, Correlation, JoinKind, Role
from monitor.service.database import Database
from monitor.service.decisions import Done, GoneError
from monitor.store import audit
from monitor.store import regrouping as store
from monitor.store.regrouping import Belongings
from monitor.store.write_queue import retried

#: Stories that are put together at once.
MOST = 50


def resolved(db: Database, story_id: int) -> int:
    """The number of a story, or of the one that it was put together with.

    Raises:
        UsageError: there is none of that number.
    """
    with db.read() as connection:
        found = store.in_force(connection, story_id)
    if found is None:
        raise UsageError(f"there is no story {story_id}")
    return found


def standing(db: Database, story_id: int) -> list[Change]:
    """What was put together and split off by hand to make a story, and can be taken back."""
    with db.read() as connection:
        return [
            each
            for each in audit.recent(connection, subject=str(story_id))
            if each.action in {Action.MERGED, Action.SPLIT}
            and not audit.is_undone(connection, each.id)
        ]


@retried
def merge(
    db: Database, story_ids: Sequence[int], who: str, now: datetime, *, source: Source = Source.PAGE
) -> Done:
    """Say that stories are one: the one that began first keeps its number.

    Args:
        db: the database.
        story_ids: which, two at the least.
        who: whoever says so.
        now: the time.
        source: which way it came.

    Raises:
        UsageError: there is no such story, or they are one already.
    """
    if len(story_ids) > MOST:
        raise UsageError(f"at most {MOST} stories are put together at once")
    with db.write() as connection:
        numbers = {_known(connection, each) for each in story_ids}
        if len(numbers) < 2:
            raise UsageError("it takes two stories to put together")
        began = store.take(connection, numbers)
        if began.keys() != numbers:
            raise UsageError("somebody has put one of them together meanwhile",
                             hint="Look again.")  # fmt: skip
        into = min(began, key=lambda each: (began[each], each))
        moved = [_merge_one(connection, each, into) for each in sorted(numbers - {into})]
        # It takes reports as long as the youngest of them would have.
        store.amend(connection, into, began=max(began.values()))
        facts = {"into": into, "began": began[into].isoformat(), "moved": moved}
        change = Change(now, who, source, Action.MERGED, str(into), facts)
        number = audit.record(connection, change)
    return Done(number, Action.MERGED, into, who, len(moved))


def _known(connection: Connection, story_id: int) -> int:
    found = store.in_force(connection, story_id)
    if found is None:
        raise UsageError(f"there is no story {story_id}")
    return found


def _merge_one(connection: Connection, story: int, into: int) -> dict[str, Any]:
    """Put a story into another; what it takes to undo that."""
    store.amend(connection, story, merged_into=into)
    first, other = store.first_of(connection, story), store.first_of(connection, into)
    those = store.belongings(connection, story)
    was = None
    if first is not None and other is not None:
        was = {"article": first.article_id, "role": first.role, "correlation": first.correlation}
        correlation = Correlation(JoinKind.BY_HAND, True, other.outlet, abs(first.at - other.at))
        # Others still join by way of it as if it had begun the story.
        store.set_role(connection, first.article_id, Role.FIRST, correlation)
    store.move(connection, those, story, into)
    return {"story": story, **asdict(those), "first": was}


@retried
def split(
    db: Database,
    story_id: int,
    article_id: int,
    who: str,
    now: datetime,
    *,
    source: Source = Source.PAGE,
) -> Done:
    """Say that a report is of another story: it begins one of its own.

    Args:
        db: the database.
        story_id: the story.
        article_id: its report.
        who: whoever says so.
        now: the time.
        source: which way it came.

    Raises:
        UsageError: there is no such story, the report is not of it, or it has no other.
    """
    with db.write() as connection:
        story = _known(connection, story_id)
        store.take(connection, [story])
        found = store.report(connection, article_id)
        if found is None or found.story_id != story:
            raise UsageError(f"article {article_id} is no report of story {story_id}")
        rest = store.first_of(connection, story, but=article_id)
        if rest is None:
            raise UsageError("it is the only report of its story")
        new = store.begin(connection, found.at)
        those = store.belongings(connection, story, article_id)
        store.move(connection, those, story, new)
        apart = Correlation(
            None, True, rest.outlet, abs(found.at - rest.at), reason=ApartReason.BY_HAND
        )
        store.set_role(connection, article_id, Role.FIRST, apart)
        kept = {"article": article_id, "role": found.role, "correlation": found.correlation}
        heir = None
        if found.role == Role.FIRST and rest.role != Role.FIRST:
            heir = {"article": rest.article_id, "role": rest.role, "correlation": rest.correlation}
            store.set_role(connection, rest.article_id, Role.FIRST, rest.correlation)
        facts = {"from": story, "new": new, "report": kept, "heir": heir}
        change = Change(now, who, source, Action.SPLIT, str(new), facts)
        number = audit.record(connection, change)
    return Done(number, Action.SPLIT, new, who, 1)


def undo_merge(connection: Connection, facts: Mapping[str, Any]) -> None:
    """Part what was put together. Later reports stay with the story that they have joined.

    Raises:
        GoneError: it was put together with others since, or is no longer stored.
    """
    into = facts["into"]
    parts = {each["story"]: each for each in facts["moved"]}
    if into not in store.take(connection, [into]):
        raise GoneError("it was put together with another story since: take that back first")
    if any(store.in_force(connection, each) != into for each in parts):
        raise GoneError("what it was put together of is no longer stored")
    for story, each in parts.items():
        store.amend(connection, story, merged_into=None)
        names = ("reports", "alerts", "verdicts")
        store.move(connection, Belongings(*(each[name] for name in names)), into, story)
        if each["first"] is not None:
            _restore(connection, each["first"])
    store.amend(connection, into, began=datetime.fromisoformat(facts["began"]))


def undo_split(connection: Connection, facts: Mapping[str, Any]) -> int:
    """Put a report back, with all that has joined it since; the number of its story.

    Raises:
        GoneError: it was put together with another since, or is no longer stored.
    """
    story, new = store.in_force(connection, facts["from"]), facts["new"]
    if story is None or new not in store.take(connection, [new, story]):
        raise GoneError("it was put together with another story since: take that back first")
    store.amend(connection, new, merged_into=story)
    store.move(connection, store.belongings(connection, new), new, story)
    for each in (facts["heir"], facts["report"]):
        if each is not None:
            _restore(connection, each)
    return story


def _restore(connection: Connection, was: Mapping[str, Any]) -> None:
    if store.report(connection, was["article"]) is not None:
        store.set_role(connection, was["article"], Role(was["role"]), was["correlation"])
