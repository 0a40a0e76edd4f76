"""What two reports have in common: whether one is a copy of the other, or tells the same event.

Where much of one text stands in another and both begin alike, one is a copy of the other. Where
two outlets wrote their own words, `same_event` says how surely they tell one event; across
languages `cross_lingual` does. Which story a report joins follows from many such pairs: see
`clustering`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from monitor.model.article import Article
from monitor.model.match import Match
from monitor.model.story import ApartReason, JoinKind, Role
from monitor.stories import near_duplicate
from monitor.stories.concepts import likeness, shared_concepts
from monitor.stories.cross_lingual import LONGEST, log_odds, proves, shared, topics
from monitor.stories.fingerprint import KEYED_ENTITIES, Fingerprint, fingerprint
from monitor.stories.opening_words import text_hash
from monitor.stories.same_event import same_event, shared_words

EVENT_WINDOW = timedelta(hours=48)
"""So long a story takes reports of the event in other words."""
TRANSLATION_WINDOW = LONGEST
"""So long it takes reports in other languages, whose words cannot be compared."""

_GATE = 0.16
"""Share of an opening that a day later must stand in the other's headline and lead."""
_GATE_FROM, _GATE_RISES = timedelta(hours=4), timedelta(hours=20)
"""It is asked for from the fifth hour on, and rises for two days."""
_SHOWN = 5

_LANGUAGES = 256
"""Keys for each entity, figure and span of time, one for each language but for coincidences."""
_ABROAD = 1 << 40
"""Above all keys of fingerprints."""


@dataclass(frozen=True)
class Report:
    """An article, as far as it is needed to tell which story it belongs to."""

    outlet: str
    at: datetime
    """When it was published or, when nobody says, read."""
    entities: frozenset[str]
    """The watched entities it names."""
    fingerprint: Fingerprint
    language: str | None = None

    @cached_property
    def text_keys(self) -> tuple[int, ...]:
        """Under which it is found by copies of it; see `Fingerprint.text_keys`."""
        return self.fingerprint.text_keys()

    @cached_property
    def event_keys(self) -> tuple[int, ...]:
        """Under which it is found by reports of the same event; see `Fingerprint.event_keys`."""
        return self.fingerprint.event_keys(self.entities)

    @property
    def keys(self) -> tuple[int, ...]:
        """All of them, and those under which it is found by reports in other languages."""
        return (*self.text_keys, *self.event_keys, *self.keys_abroad)

    @cached_property
    def packed(self) -> bytes:
        """Its fingerprint, as it is stored; see `unpack`."""
        return self.fingerprint.pack()

    @cached_property
    def keys_abroad(self) -> tuple[int, ...]:
        """Under which it is found by those in other languages: for each entity and figure."""
        language = _language(self)
        if not language:
            return ()
        return tuple(each + text_hash(language) % _LANGUAGES for each in self._shelves(0))

    @cached_property
    def ranges_abroad(self) -> tuple[tuple[int, int], ...]:
        """The first and last of the keys of those in other languages, of about the same time."""
        language = _language(self)
        if not language:
            return ()
        own = text_hash(language) % _LANGUAGES
        ranges = []
        for shelf in self._shelves(-1, 0, 1):
            # Around its own: most are in one language, and need not even be looked at.
            ranges += [(shelf, shelf + own - 1), (shelf + own + 1, shelf + _LANGUAGES - 1)]
        return tuple((first, last) for first, last in ranges if first <= last)

    def _shelves(self, *spans: int) -> Iterator[int]:
        """The first key of each entity and topic, and span of time before, of or after its own."""
        found = topics(self.fingerprint.abroad)
        for entity in sorted(self.entities, key=text_hash)[:KEYED_ENTITIES]:
            for topic, within in found:
                span = int(self.at.timestamp() // within.total_seconds())
                for other in spans:
                    place = text_hash(f"{entity}\n{topic}\n{span + other}")
                    yield _ABROAD + place * _LANGUAGES


@dataclass(frozen=True, slots=True)
class Known:
    """A report that belongs to a story."""

    story: int
    began: datetime
    """When the story's first report came."""
    report: Report
    role: Role = Role.FIRST
    certain: bool = True
    """Whether it joined without having to be listed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a new report has in common with a known one."""

    known: Known
    kind: JoinKind | None
    """How they would belong together; None if they cannot, whatever their words."""
    share: float = 0.0
    """Of the shorter text that stands in the other."""
    log_odds: float | None = None
    """How surely they are of one event; None if that was not looked at."""
    reason: ApartReason | None = None
    """Why they cannot belong together, or do not."""
    words: tuple[str, ...] = ()


def report_of(article: Article, matches: Iterable[Match], now: datetime) -> Report:
    """What is kept of an article that matched.

    Args:
        article: with its text, or what is known of it.
        matches: its matches; the entities they name are the watched ones.
        now: when it was read, for an article that does not say when it was published.
    """
    mentions = [mention for match in matches for mention in match.mentions]
    names = {name for mention in mentions for name in (mention.name, mention.text)}
    made = Report(
        outlet=article.outlet,
        at=article.published or now,
        entities=frozenset(mention.entity for mention in mentions),
        language=article.language,
        fingerprint=fingerprint(
            article.title, article.body or article.summary, language=article.language, names=names
        ),
    )
    # Here, and not while others wait for the database.
    _ = made.keys, made.ranges_abroad, made.packed
    return made


def compare(new: Report, known: Known) -> Pair:
    """What a new report has in common with a known one."""
    share, reason = near_duplicate.verdict(new.fingerprint, known.report.fingerprint)
    if reason is not None:
        return Pair(known, None, share, reason=reason)
    if share >= near_duplicate.SAME_TEXT:
        kind = JoinKind.COPY if share == 1 else JoinKind.NEAR_DUPLICATE
        return Pair(known, kind, share)
    return _compare_events(new, known, share)


def _compare_events(new: Report, known: Known, share: float) -> Pair:
    old = known.report
    watched = new.entities & old.entities
    apart = max(abs(new.at - old.at), abs(new.at - known.began))
    if are_foreign(new, old):
        return _compare_abroad(new, known)
    if not watched:
        return Pair(known, None, share, reason=ApartReason.TOO_LITTLE)
    if new.fingerprint.terms.is_roundup or old.fingerprint.terms.is_roundup:
        return Pair(known, None, share, reason=ApartReason.ROUNDUP)
    if apart > EVENT_WINDOW:
        return Pair(known, None, share, reason=ApartReason.TOO_LATE)
    same_outlet = is_same_outlet(new, old)
    evidence = same_event(
        new.fingerprint.terms,
        old.fingerprint.terms,
        entities=len(watched) / len(new.entities | old.entities),
        same_outlet=same_outlet,
    )
    if evidence.opening < _gate(apart):
        return Pair(known, None, share, evidence.log_odds, ApartReason.OTHER_TOP)
    reason = ApartReason.SAME_OUTLET if same_outlet else ApartReason.TOO_LITTLE
    return Pair(known, JoinKind.SAME_EVENT, share, evidence.log_odds, reason)


def _gate(apart: timedelta) -> float:
    return _GATE * min(2.0, max(0.0, (apart - _GATE_FROM) / _GATE_RISES))


def _compare_abroad(new: Report, known: Known) -> Pair:
    """The same for two reports in different languages, of which names and figures compare."""
    old = known.report
    apart = abs(new.at - old.at)
    watched = len(new.entities & old.entities)
    if max(apart, abs(new.at - known.began)) > TRANSLATION_WINDOW:
        return Pair(known, None, reason=ApartReason.TOO_LATE)
    if not watched:
        return Pair(known, None, reason=ApartReason.TOO_LITTLE)
    days = {str((at + timedelta(n)).day) for at in (new.at, old.at) for n in (-1, 0, 1)}
    mine, theirs = new.fingerprint.abroad, old.fingerprint.abroad
    both = shared(mine, theirs, days=days)
    if not mine.concepts or not theirs.concepts:
        if proves(both, watched=watched, apart=apart):
            return Pair(known, JoinKind.CROSS_LINGUAL, words=both.forms[:_SHOWN])
        return Pair(known, None, reason=ApartReason.TOO_LITTLE)
    told = likeness(mine.concepts, theirs.concepts)
    return Pair(
        known,
        JoinKind.CROSS_LINGUAL,
        log_odds=log_odds(both, told, watched=watched, apart=apart),
        reason=ApartReason.TOO_LITTLE,
        words=(*both.forms, *shared_concepts(mine.concepts, theirs.concepts))[:_SHOWN],
    )


def words_of(new: Report, pair: Pair) -> tuple[str, ...]:
    """The words that show what a new report has in common with a known one."""
    if pair.kind is not JoinKind.SAME_EVENT:
        return pair.words
    return shared_words(new.fingerprint.terms, pair.known.report.fingerprint.terms)


def is_same_outlet(one: Report, other: Report) -> bool:
    """Whether one outlet printed both; of reports that name none it is taken for so."""
    return one.outlet.casefold() == other.outlet.casefold()


def are_foreign(one: Report, other: Report) -> bool:
    """Whether two reports are known to be in different languages."""
    languages = {_language(one), _language(other)}
    return len(languages) == 2 and "" not in languages


def _language(report: Report) -> str:
    return (report.language or "").partition("-")[0].casefold()
