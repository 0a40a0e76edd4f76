"""What almost reached its threshold: some of it each week, to be judged like what people are told.

Without that nobody would ever know what a threshold keeps back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.config.schema import Config
from monitor.model.audit import Action, Change, Source
from monitor.model.verdict import Verdict, VerdictReason, Worth
from monitor.service import verdicts
from monitor.service.audit import record
from monitor.service.database import Database
from monitor.service.inbox import Quote, entities_of, quote
from monitor.store import matches as store_matches


@dataclass(frozen=True, slots=True)
class Almost:
    """A match below its watchlist's threshold, which nobody was told of."""

    match_id: int
    watchlist: str
    alert_at: float
    """What it would have had to reach."""
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
                article, match = stored.article, stored.match
                found.append(
                    Almost(
                        match_id=number,
                        watchlist=name,
                        alert_at=thresholds[name],
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
                )
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
