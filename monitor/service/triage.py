"""What people decide about a story at a glance, each with its record and its way back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.alert import Silence
from monitor.model.audit import Action, Change, Source
from monitor.model.delivery import DeliveryStatus
from monitor.model.hold import HoldReason
from monitor.model.match import Match
from monitor.model.verdict import VerdictReason, Worth
from monitor.pipeline import replan
from monitor.service import regrouping, verdicts
from monitor.service.audit import record
from monitor.service.database import Database
from monitor.service.decisions import Done, GoneError
from monitor.service.inbox import StoryRow, entities_of, rows_of
from monitor.service.verdicts import ConflictError
from monitor.store import audit, silences
from monitor.store import inbox as store_inbox
from monitor.store.deliveries import lookups, outbox
from monitor.store.write_queue import done, retried

#: For how long one key silences.
SILENCED_FOR = timedelta(hours=24)


@retried
def acknowledge(
    db: Database, story_id: int, who: str, now: datetime, *, source: Source = Source.PAGE
) -> Done:
    """Say that somebody sees to a story: who would be told if nobody did is not.

    Raises:
        UsageError: there is no such story, or nobody was told of it.
    """
    story_id = regrouping.resolved(db, story_id)
    with db.write() as connection:
        alerts = store_inbox.alerted(connection, [story_id])[story_id]
        if not alerts:
            raise UsageError(
                "nobody was told of this story, so nobody waits for an answer",
                hint="Judge it instead.",
            )
        open_ = [each.id for each in alerts if each.acknowledged is None]
        if not open_:
            return Done(None, Action.ACKNOWLEDGED, story_id, alerts[-1].acknowledged_by or "")
        called_off = [
            {"alert": each.alert_id, "channel": each.channel, "due": each.next_attempt.isoformat()}
            for each in lookups.states(connection, alert_ids=open_, limit=1000)
            if each.hold is not None
            and each.hold.reason is HoldReason.ACKNOWLEDGEMENT
            and each.status in {DeliveryStatus.PENDING, DeliveryStatus.FAILED}
            and each.next_attempt is not None
        ]
        for alert in open_:
            outbox.acknowledge(connection, outbox.thread_of(connection, alert), who, now)
        detail = {"alerts": open_, "called_off": called_off}
        change = Change(now, who, source, Action.ACKNOWLEDGED, str(story_id), detail)
        number = audit.record(connection, change)
    return Done(number, Action.ACKNOWLEDGED, story_id, who, len(called_off))


@retried
def silence(
    db: Database,
    story_id: int,
    who: str,
    config: Config,
    now: datetime,
    *,
    lasts: timedelta = SILENCED_FOR,
    match: Match | None = None,
    source: Source = Source.PAGE,
) -> Done:
    """Mute what names the same for the same watchlists, for a while.

    Args:
        db: the database.
        story_id: the story.
        who: whoever says so.
        config: the configuration in force.
        now: the time.
        lasts: for how long.
        match: mute only what this one names, for its watchlist.
        source: which way it came.

    Raises:
        UsageError: there is no such story.
    """
    story_id = regrouping.resolved(db, story_id)
    with db.write() as connection:
        row = _row(connection, story_id)
        wanted = Silence(
            id=0,
            author=who,
            reason=f"story {story_id}",
            created=now,
            ends=now + lasts,
            watchlists=row.watchlists if match is None else (match.watchlist,),
            entities=row.entities if match is None else entities_of(match),
            feeds=(),
            text=None,
            max_severity=None,
            drop=False,
        )
        added, muted = replan.add(connection, wanted, config)
        detail = {"silence": added.id}
        change = Change(now, who, source, Action.SILENCED, str(story_id), detail)
        number = audit.record(connection, change)
    return Done(number, Action.SILENCED, story_id, who, muted)


def judge(
    db: Database,
    story_id: int,
    worth: Worth,
    who: str,
    now: datetime,
    *,
    reason: VerdictReason | None = None,
    note: str = "",
    seen: str | None = None,
    watchlist: str | None = None,
    source: Source = Source.PAGE,
) -> Done:
    """Say what a story was worth, to each watchlist that it concerns.

    Args:
        db: the database.
        story_id: the story.
        worth: what it was worth.
        who: whoever says so.
        now: the time.
        reason: why it was not worth telling.
        note: whatever else there is to say.
        seen: the numbers of the verdicts that stood when it was looked at, parted by commas; None
            says it whatever others have said.
        watchlist: the only one that it is said for; None for all.
        source: which way it came.

    Raises:
        UsageError: there is no such story.
        ConflictError: somebody else has said something meanwhile.
    """
    story_id = regrouping.resolved(db, story_id)
    row = story_row(db, story_id)
    if watchlist is not None:
        row = row.of(watchlist)
    if seen is not None and seen != row.seen:
        raise _conflict(row, seen)
    standing = {each.watchlist: each.id for each in row.verdicts}
    numbers = [
        verdicts.judge(
            db, worth, who, now, story_id=story_id, watchlist=each,
            reason=reason, note=note, seen=standing.get(each),
        ).id
        for each in row.watchlists
    ]  # fmt: skip
    detail = {"verdicts": numbers, "worth": worth, "reason": reason}
    change = Change(now, who, source, Action.JUDGED, str(story_id), detail)
    number = record(db, change)
    return Done(number, Action.JUDGED, story_id, who, len(numbers))


def _conflict(row: StoryRow, seen: str) -> ConflictError:
    known = set(seen.split(","))
    new = next((each for each in row.verdicts if str(each.id) not in known), None)
    if new is None:
        return ConflictError("the verdict was taken back meanwhile", None)
    return verdicts.overruled(new)


def see(
    db: Database,
    stories: Sequence[int],
    who: str,
    now: datetime,
    *,
    source: Source = Source.PAGE,
) -> Done:
    """Say that somebody has looked at stories, of which nobody has said anything: they wait no
    more. All of them are taken back at once.

    Raises:
        UsageError: there is no such story, or none is left of which nobody has said anything.
    """
    seen: dict[int, list[int]] = {}
    for number in dict.fromkeys(stories):
        row = story_row(db, regrouping.resolved(db, number))
        with suppress(ConflictError):
            if not row.is_done:
                seen[row.id] = [
                    verdicts.judge(db, Worth.SEEN, who, now, story_id=row.id, watchlist=each).id
                    for each in row.watchlists
                ]
    if not seen:
        raise UsageError("somebody has dealt with all of them already")
    first = next(iter(seen))
    numbers = [each for some in seen.values() for each in some]
    detail = {"verdicts": numbers, "worth": Worth.SEEN, "stories": list(seen)}
    number = record(db, Change(now, who, source, Action.JUDGED, str(first), detail))
    return Done(number, Action.JUDGED, first, who, len(seen), tuple(seen))


def undo(db: Database, number: int, who: str, config: Config, now: datetime) -> Done:
    """Take a decision back, whoever made it.

    Raises:
        UsageError: there is no such decision, or it cannot be taken back.
        GoneError: it has been taken back, or what it did has ended by itself.
    """
    with db.read() as connection:
        change = audit.by_id(connection, number)
        is_undone = audit.is_undone(connection, number)
    if change is None or change.action not in _UNDO or not change.subject.isdecimal():
        raise UsageError("there is nothing of that number to take back")
    if is_undone:
        raise GoneError("that was taken back already")
    action = _UNDO[change.action]
    if action is Action.VERDICT_UNDONE:
        _take_back(db, change.facts["verdicts"], who, now)
    story = int(change.subject)

    def take_back(connection: Connection) -> int:
        about = story
        if action is Action.ACKNOWLEDGEMENT_UNDONE:
            _unacknowledge(connection, change.facts, now)
        elif action is Action.SILENCE_ENDED:
            _end_silence(connection, change.facts, config, now)
        elif action is Action.MERGE_UNDONE:
            regrouping.undo_merge(connection, change.facts)
        elif action is Action.SPLIT_UNDONE:
            about = regrouping.undo_split(connection, change.facts)
        detail = {"undoes": number}
        audit.record(connection, Change(now, who, change.source, action, change.subject, detail))
        return about

    about = done(db, take_back)
    others = tuple(regrouping.resolved(db, each) for each in change.facts.get("stories", ()))
    return Done(None, action, regrouping.resolved(db, about), who, others=others)


_UNDO = {
    Action.JUDGED: Action.VERDICT_UNDONE,
    Action.ACKNOWLEDGED: Action.ACKNOWLEDGEMENT_UNDONE,
    Action.SILENCED: Action.SILENCE_ENDED,
    Action.MERGED: Action.MERGE_UNDONE,
    Action.SPLIT: Action.SPLIT_UNDONE,
}


def _take_back(db: Database, numbers: Sequence[int], who: str, now: datetime) -> None:
    """Take verdicts back, but for those that somebody has said something else instead of."""
    overruled: ConflictError | None = None
    taken = 0
    for number in numbers:
        try:
            verdicts.undo(db, number, who, now)
            taken += 1
        except ConflictError as error:
            overruled = error
    if overruled is not None and not taken:
        raise overruled


def _unacknowledge(connection: Connection, detail: Any, now: datetime) -> None:
    outbox.unacknowledge(connection, detail["alerts"])
    for each in detail["called_off"]:
        due = max(datetime.fromisoformat(each["due"]), now)
        outbox.escalate_again(connection, each["alert"], each["channel"], due, now)


def _end_silence(connection: Connection, detail: Any, config: Config, now: datetime) -> None:
    found = silences.by_id(connection, detail["silence"])
    if found is None or not found.in_force(now):
        raise GoneError("the silence has ended already")
    replan.expire(connection, found, config, now)


def _row(connection: Connection, story_id: int) -> StoryRow:
    listed = store_inbox.one(connection, story_id)
    rows = rows_of(connection, [listed]) if listed is not None else []
    if not rows:
        raise UsageError(f"there is no story {story_id}")
    return rows[0]


def story_row(db: Database, story_id: int) -> StoryRow:
    """One story as it stands in a list.

    Raises:
        UsageError: there is none of that number.
    """
    with db.read() as connection:
        return _row(connection, story_id)
