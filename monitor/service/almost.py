"""What almost reached its threshold: some of it each week, to be judged like what people are told.

Without that nobody would ever know what a threshold keeps back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.article import Article
from monitor.model.audit import Action, Change, Source
from monitor.model.match import Match
from monitor.model.verdict import Verdict, VerdictReason, Worth
from monitor.pipeline import place
from monitor.service import verdicts
from monitor.service.audit import record
from monitor.service.database import Database
from monitor.service.inbox import Quote, entities_of, quote, rows_of
from monitor.service.json_values import CorrelationInWords
from monitor.store import inbox as store_inbox
from monitor.store import matches as store_matches
from monitor.store import reports as store_reports
from monitor.store import stories as store_stories
from monitor.store.matches import StoredMatch
from monitor.stories.correlate import report_of


@dataclass(frozen=True, slots=True)
class Almost:
    """A match below its watchlist's threshold, which nobody was told of."""

    match_id: int
    watchlist: str
    alert_at: float | None
    """What it would have had to reach; None where its watchlist is gone."""
    score: float
    article_id: int
    title: str
    url: str | None
    outlet: str
    language: str | None
    at: datetime | None
    """When it was published, or else fetched."""
    entities: tuple[str, ...]
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Belonging:
    """The story that a match below the threshold belongs to, or would."""

    story: int
    title: str
    is_report: bool
    """Whether its article is one of the story's reports: another watchlist was told of it."""
    correlation: CorrelationInWords
    """Why it belongs to it; None where its article began it."""


@dataclass(frozen=True, slots=True)
class ShownAlmost:
    """A match below its watchlist's threshold, with all that helps to judge it."""

    almost: Almost
    article: Article
    match: Match
    story: Belonging | None
    """None where nobody was told of anything like it."""
    verdict: Verdict | None
    """What stands."""


def shown(db: Database, config: Config, match_id: int, now: datetime) -> ShownAlmost:
    """One match below its threshold.

    Raises:
        UsageError: there is none of that number, or it reached its threshold.
    """
    thresholds = {each.name: each.alert_at for each in config.watchlists}
    with db.read() as connection:
        stored = store_matches.by_id(connection, match_id)
        if stored is None:
            raise UsageError(f"there is no match {match_id}", hint="It may have been pruned.")
        if stored.match.alert:
            raise UsageError(f"match {match_id} reached its threshold", hint="See the inbox.")
        almost = _almost(stored, thresholds.get(stored.match.watchlist))
        story = _belonging(connection, stored, now)
    return ShownAlmost(almost, stored.article, stored.match, story, verdicts.standing(db, match_id))


def _belonging(connection: Connection, stored: StoredMatch, now: datetime) -> Belonging | None:
    """Where an article is, or would be put if it came now."""
    article = int(stored.article.id)
    number = store_stories.story_of(connection, article)
    is_report = number is not None
    if number is not None:
        reports = store_reports.of_story(connection, number)
        correlation = next((e.correlation for e in reports if e.article_id == article), None)
    else:
        report = report_of(stored.article, [stored.match], stored.article.fetched or now)
        found = place.find(connection, article, report, keep=False)
        number, correlation = found.story, found.correlation
    listed = None if number is None else store_inbox.one(connection, number)
    rows = [] if listed is None else rows_of(connection, [listed])
    if number is None or not rows:
        return None
    return Belonging(number, rows[0].title, is_report, correlation)


def _almost(stored: StoredMatch, alert_at: float | None) -> Almost:
    article, match = stored.article, stored.match
    return Almost(
        match_id=stored.id,
        watchlist=match.watchlist,
        alert_at=alert_at,
        score=match.score,
        article_id=int(article.id),
        title=article.title,
        url=article.url,
        outlet=article.outlet or article.feed_name or "",
        language=article.language,
        at=article.published or article.fetched,
        entities=entities_of(match),
        quote=quote(match.mentions),
    )


def sample(db: Database, config: Config, now: datetime) -> list[Almost]:
    """Some of the week's matches below their thresholds that nobody has judged.

    They are the same all week, those of one watchlist together, the nearest to it first.
    """
    thresholds = {each.name: each.alert_at for each in config.watchlists}
    chosen = verdicts.to_sample(db, now)
    found = []
    with db.read() as connection:
        for name, numbers in chosen.items():
            for number in numbers:
                stored = store_matches.by_id(connection, number)
                if stored is None or name not in thresholds:
                    continue
                found.append(_almost(stored, thresholds[name]))
    return sorted(found, key=lambda each: (each.watchlist, -each.score, each.match_id))


def judge(
    db: Database,
    match_id: int,
    worth: Worth,
    who: str,
    now: datetime,
    *,
    source: Source,
    reason: VerdictReason | None = None,
    note: str = "",
    seen: int | None = None,
) -> Verdict:
    """Say what one match was worth; raises what `monitor.service.verdicts.judge` does."""
    verdict = verdicts.judge(
        db, worth, who, now, match_id=match_id, reason=reason, note=note, seen=seen
    )
    detail = {"verdicts": [verdict.id], "worth": worth, "reason": reason}
    record(db, Change(now, who, source, Action.JUDGED, f"match {match_id}", detail))
    return verdict


def undo(db: Database, verdict_id: int, who: str, now: datetime, *, source: Source) -> Verdict:
    """Take such a verdict back; raises what `monitor.service.verdicts.undo` does."""
    verdict = verdicts.undo(db, verdict_id, who, now)
    subject = f"match {min(verdict.matches)}"
    detail = {"verdicts": [verdict_id]}
    record(db, Change(now, who, source, Action.VERDICT_UNDONE, subject, detail))
    return verdict
