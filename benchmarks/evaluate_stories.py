"""How well reports are grouped into stories, on real events told by several outlets.

BASIL (US politics, three outlets an event), with its true dates and squeezed into two days, and
ECB+ (two look-alike events of each topic on one day, which is harsher than life). All entities
that the sets label are watched. A set's name says how many alerts an event makes (1 is ideal),
how many reports went into a story that another event began, and how many of these are listed.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from sqlalchemy import insert

from benchmarks.counts import Mistake, Result
from benchmarks.evaluate_real import lines
from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.messages.correlations import why
from monitor.model.article import Article
from monitor.model.match import Kind
from monitor.pipeline.place import Place, place
from monitor.store.database import Database
from monitor.store.tables import articles, feeds
from monitor.stories.correlate import Report, report_of

BASIL, ECB = Path("real/basil.jsonl.gz"), Path("real/ecb.jsonl.gz")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_FEED = {"id": 1, "name": "a", "url": "http://a/", "added": _EPOCH, "next_poll": _EPOCH}
_INSTITUTION = re.compile(
    r"\b(Party|Department|House|Senate|Court|Administration|Committee|Congress|Republicans?"
    r"|Democrats?|Agency|Union|Council|Network|News|Inc|University|Group|State|Association"
    r"|Commission|Force|Army|Navy|Bank|Corp|Board|Service|Ministry)\b"
)
_KINDS = {"HUMAN_PART_PER": Kind.PERSON, "HUMAN_PART_ORG": Kind.ORGANISATION}
Told = tuple[str, Article]
"""An event and one article that tells it."""


def basil(corpus: Path) -> list[Result]:
    """Reports of political events, on their days and squeezed into two days."""
    rows = lines(corpus / BASIL)
    names = {name for row in rows for each in row["entities"] if len(name := each.strip()) > 2}
    watched = {name: _kind(name) for name in names}
    told = [
        (row["event"], _article(row, _day(row["date"]) + _hours(6, 14, row["id"]))) for row in rows
    ]
    squeezed = [
        (event, replace(each, published=_EPOCH + _hours(0, 24, event) + _hours(0, 14, each.id)))
        for event, each in told
    ]
    return [
        _grouped("basil", watched, told),
        _grouped("basil, in two days", watched, squeezed),
    ]


def ecb(corpus: Path) -> list[Result]:
    """Reports of look-alike events, each two of one day."""
    topics = defaultdict(list)
    for row in lines(corpus / ECB):
        topics[row["topic"]].append(row)
    watched: dict[str, Kind] = {}
    for rows in topics.values():
        texts = {row["id"]: f"{row['title']}\n{row['body']}" for row in rows}
        tags = {name: tag for row in rows for tag, name in row["entities"]}
        counts = Counter(name for row in rows for name in {n for _, n in row["entities"]})
        watched |= {name: _KINDS.get(tags[name], Kind.PLACE) for name in _cover(counts, texts)}
    told = [
        (
            row["event"],
            _article(row, _EPOCH + timedelta(days=10 * int(topic)) + _hours(0, 20, row["id"])),
        )
        for topic, rows in topics.items()
        for row in rows
    ]
    return [_grouped("ecb", watched, told)]


def _cover(counts: Mapping[str, int], texts: Mapping[str, str]) -> Iterator[str]:
    """As few names as name all the texts that can be named, each in two of them at least."""
    named = {
        name: {key for key, text in texts.items() if name in text}
        for name in sorted(counts)
        if counts[name] > 1 and len(name) > 3
    }
    left = set(texts)
    while named:
        best = max(named, key=lambda name: len(named[name] & left))
        if len(named[best] & left) < 2:
            return
        left -= named.pop(best)
        yield best


def _grouped(name: str, watched: Mapping[str, Kind], told: Sequence[Told]) -> Result:
    entities = tuple(Entity(name=each, kind=kind) for each, kind in sorted(watched.items()))
    matcher = Matcher([Watchlist(name="w", entities=entities)])
    kept = []
    for event, article in sorted(told, key=lambda each: each[1].published or _EPOCH):
        matches = [match for match in matcher.match(article) if match.alert]
        if matches:
            report = report_of(article, matches, article.published or _EPOCH)
            kept.append((event, article, report))
    places = _placed(report for *_, report in kept)
    return _counted(name, [(event, article) for event, article, _ in kept], places)


def _placed(reports: Iterable[Report]) -> list[Place]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{folder}/stories.db")) as db,
    ):
        db.upgrade()
        with db.write() as connection:
            connection.execute(insert(feeds).values(_FEED))
            places = []
            for number, report in enumerate(reports, 1):
                row = {"id": number, "feed_id": 1, "fetched": _EPOCH}
                connection.execute(insert(articles).values(row))
                places.append(place(connection, number, report))
    return places


def _counted(name: str, told: Sequence[Told], places: Sequence[Place]) -> Result:
    """Pairs of reports that are in one story, against those that are of one event."""
    result = Result(name, "pair of reports", documents=len(told))
    stories: dict[str, list[int]] = defaultdict(list)
    first: dict[int, str] = {}
    listed = swallowed = 0
    for (event, article), found in zip(told, places, strict=True):
        stories[event].append(found.story)
        began = first.setdefault(found.story, event)
        if began != event:
            swallowed += 1
            listed += found.is_uncertain
            detail = why(found.correlation)
            result.mistakes.append(Mistake("false", article.title, event, None, detail))
    for (one, other), (here, there) in zip(
        combinations([event for event, _ in told], 2),
        combinations([found.story for found in places], 2),
        strict=True,
    ):
        result.right += one == other and here == there
        result.false += one != other and here == there
        result.missed += one == other and here != there
    several = [found for found in stories.values() if len(found) > 1]
    alerts = sum(len(set(found)) for found in several) / max(1, len(several))
    result.alerts = len(first)
    result.name = f"{name}: {alerts:.2f} alerts an event, {swallowed} swallowed, {listed} listed"
    return result


def _article(row: Mapping[str, str], published: datetime) -> Article:
    return Article(
        id=row["id"],
        title=row["title"],
        body=row["body"],
        outlet=row.get("outlet") or row["id"],
        language="en",
        published=published,
    )


def _kind(name: str) -> Kind:
    is_institution = _INSTITUTION.search(name) or " " not in name
    return Kind.ORGANISATION if is_institution else Kind.PERSON


def _day(date: str) -> datetime:
    year, month, day = map(int, re.findall(r"\d+", date)[:3])
    return datetime(year, month, day, tzinfo=UTC)


def _hours(first: int, span: int, key: str) -> timedelta:
    """An hour that is invented, but always the same."""
    share = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return timedelta(hours=first + span * share)
