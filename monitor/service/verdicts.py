"""Verdicts: given, taken back, listed, and what they say of watchlists and names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts import quality
from monitor.alerts.quality import Share, Suggestion, wilson
from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.verdict import Verdict, VerdictReason, Worth
from monitor.service.cursors import decoded, encoded
from monitor.service.database import Database
from monitor.store import verdicts as store_verdicts
from monitor.store.write_queue import retried

__all__ = ["Share", "Suggestion", "Verdict", "VerdictReason", "Worth", "wilson"]

#: Matches below the threshold that are shown for judgement, of each watchlist and week.
SAMPLED = 5
_WEEK = timedelta(days=7)
MOST_CHARACTERS = 2_000


class ConflictError(UsageError):
    """Somebody else has said something meanwhile; `standing` is what (None: it was undone)."""

    def __init__(self, what: str, standing: Verdict | None) -> None:
        super().__init__(what, hint="Look again, and say it once more if you still mean it.")
        self.standing = standing


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """Some verdicts, the newest first."""

    items: tuple[Verdict, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class NamePrecision:
    """How often a name was the watched one's."""

    entity: str
    name: str
    share: Share


@dataclass(frozen=True, slots=True)
class WatchlistPrecision:
    """How many of a watchlist's judged stories were relevant."""

    watchlist: str
    share: Share
    names: tuple[NamePrecision, ...]


@retried
def judge(
    db: Database,
    worth: Worth,
    who: str,
    now: datetime,
    *,
    story_id: int | None = None,
    watchlist: str | None = None,
    match_id: int | None = None,
    reason: VerdictReason | None = None,
    note: str = "",
    seen: int | None = None,
) -> Verdict:
    """Say what a story was worth to a watchlist.

    Args:
        db: the database.
        worth: what it was worth.
        who: whoever says so.
        now: the time.
        story_id: the story, together with `watchlist`.
        watchlist: whose.
        match_id: one match, in place of both: its story is judged.
        reason: why it was not worth telling.
        note: whatever else there is to say.
        seen: the number of the verdict that stood when it was looked at; None if none did.

    Raises:
        UsageError: there is no such match, or a reason is given for what is relevant.
        ConflictError: another verdict stands by now than was seen.
    """
    if reason is not None and worth is not Worth.NOT_RELEVANT:
        raise UsageError("a reason says why something is not relevant")
    if len(note) > MOST_CHARACTERS:
        raise UsageError(f"the note has more than {MOST_CHARACTERS} characters")
    with db.write() as connection:
        rows = store_verdicts.judged_matches(
            connection, story_id=story_id, watchlist=watchlist, match_id=match_id
        )
        if not rows:
            raise UsageError(
                f"there is no match {match_id}"
                if match_id is not None
                else f"story {story_id} has no match of watchlist “{watchlist}”"
            )
        best = rows[0]
        stands = store_verdicts.standing(
            connection, best.story_id, best.watchlist, min(row.id for row in rows)
        )
        _require_seen(stands, seen)
        verdict = Verdict(
            id=0,
            story_id=best.story_id,
            watchlist=best.watchlist,
            matches=tuple(sorted(row.id for row in rows)),
            names=tuple(dict.fromkeys(n for row in rows for n in store_verdicts.names_of(row))),
            score=best.score,
            worth=worth,
            reason=reason,
            note=note,
            who=who,
            at=now,
            ruleset=best.ruleset,
        )
        return _required(connection, store_verdicts.enter(connection, verdict))


def standing(db: Database, match_id: int) -> Verdict | None:
    """What stands of a match's story.

    Raises:
        UsageError: there is no such match.
    """
    with db.read() as connection:
        rows = store_verdicts.judged_matches(connection, match_id=match_id)
        if not rows:
            raise UsageError(f"there is no match {match_id}")
        first = min(row.id for row in rows)
        return store_verdicts.standing(connection, rows[0].story_id, rows[0].watchlist, first)


@retried
def undo(db: Database, number: int, who: str, now: datetime) -> Verdict:
    """Take a verdict back; what was said before it stands again.

    Raises:
        UsageError: there is none of that number.
        ConflictError: it was taken back already, or a later one stands.
    """
    with db.write() as connection:
        verdict = _required(connection, number)
        stands = store_verdicts.standing(
            connection, verdict.story_id, verdict.watchlist, min(verdict.matches)
        )
        _require_seen(stands, number)
        store_verdicts.take_back(connection, number, who, now)
        return _required(connection, number)


def listed(
    db: Database,
    *,
    watchlist: str | None = None,
    worth: Worth | None = None,
    undone: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> VerdictPage:
    """Verdicts, the newest first.

    Args:
        db: the database.
        watchlist: only of this one.
        worth: only these.
        undone: those that were taken back, too.
        limit: how many.
        cursor: where an earlier list ended.

    Raises:
        UsageError: the cursor is no such place.
    """
    before = None if cursor is None else int(decoded(cursor, (int,))[0])
    with db.read() as connection:
        found = store_verdicts.listed(
            connection, watchlist=watchlist, worth=worth, before=before,
            standing_only=not undone, limit=limit + 1,
        )  # fmt: skip
    following = encoded(found[limit - 1].id) if len(found) > limit else None
    return VerdictPage(tuple(found[:limit]), following)


def precision(db: Database, watchlist: str | None = None) -> list[WatchlistPrecision]:
    """What verdicts say of each watchlist, or of one, and of its names."""
    with db.read() as connection:
        said = store_verdicts.counting(connection, watchlist)
    by_watchlist: dict[str, list[Verdict]] = {}
    for each in said:
        by_watchlist.setdefault(each.watchlist, []).append(each)
    return [
        WatchlistPrecision(
            name,
            quality.precision(some),
            tuple(
                NamePrecision(*pair, share)
                for pair, share in sorted(quality.name_precision(some).items())
            ),
        )
        for name, some in sorted(by_watchlist.items())
    ]


def shares(db: Database) -> dict[str, Share]:
    """How many of each watchlist's judged stories were relevant."""
    with db.read() as connection:
        found = store_verdicts.counts(connection)
    return {name: Share(of, relevant) for name, (relevant, of) in found.items()}


def suggestions(db: Database, config: Config) -> list[Suggestion]:
    """What would make the watchlists better, as far as verdicts tell."""
    found = []
    for watchlist in config.watchlists:
        with db.read() as connection:
            said = store_verdicts.counting(connection, watchlist.name)
        found += quality.suggestions(watchlist.name, watchlist.alert_at, said)
    return found


def to_sample(db: Database, now: datetime) -> dict[str, tuple[int, ...]]:
    """Some of the week's matches below the threshold, for judgement, by watchlist.

    Without them nobody would ever know what a threshold keeps back. They are the same all week.
    """
    week = now.isocalendar()[:2]
    with db.read() as connection:
        rows = store_verdicts.unjudged_below(connection, now - _WEEK)
    by_watchlist: dict[str, list[int]] = {}
    for row in rows:
        by_watchlist.setdefault(row.watchlist, []).append(row.id)

    def order(number: int) -> bytes:
        return hashlib.blake2b(f"{week} {number}".encode(), digest_size=8).digest()

    return {name: tuple(sorted(some, key=order)[:SAMPLED]) for name, some in by_watchlist.items()}


_WORTH_IN_WORDS = {
    Worth.RELEVANT: "said “relevant”",
    Worth.NOT_RELEVANT: "said “not relevant”",
    Worth.SEEN: "marked it as seen",
}


def overruled(stands: Verdict) -> ConflictError:
    """That somebody else has said something meanwhile."""
    return ConflictError(f"{stands.who} has {_WORTH_IN_WORDS[stands.worth]} meanwhile", stands)


def _require_seen(stands: Verdict | None, seen: int | None) -> None:
    if (stands.id if stands else None) == seen:
        return
    if stands is None:
        raise ConflictError("the verdict was taken back meanwhile", None)
    raise overruled(stands)


def _required(connection: Connection, number: int) -> Verdict:
    verdict = store_verdicts.by_id(connection, number)
    if verdict is None:
        raise UsageError(f"there is no verdict {number}")
    return verdict
