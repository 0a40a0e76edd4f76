"""One automaton over every name proposes; rules on each proposal decide.

Compiling turns all watchlists into one Aho-Corasick automaton over folded spellings. Matching
folds an article once, lets the automaton run over it, and looks only at what it points to, so
the cost hardly depends on how much is watched. A compiled matcher never changes: a new
configuration gets a new one, and threads share it freely.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import get_args

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.config.schema import Entity, Watchlist
from monitor.matching import sentences
from monitor.matching.context import NEAR, THROUGHOUT, words_for
from monitor.matching.names import Name, expand, spellings
from monitor.matching.normalise import Folded, bounded, fold, fold_name
from monitor.matching.reading import Reading, codeword, read
from monitor.matching.score import (
    LEAD_LENGTH,
    TOGETHER,
    TOGETHER_MOST,
    Evidence,
    capped,
    entity_reasons,
    total,
)
from monitor.model import Article, Field, Kind, Match, Mention, Reason

FIELDS: tuple[Field, ...] = get_args(Field)
_LOOKED_AT = 100
"""Mentions of an ambiguous name whose surroundings are read at most."""
SHOWN = 200
"""Mentions listed in one match; all of them count for its score, and each entity keeps some."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """An entity of a watchlist, as compiled."""

    entity: Entity
    watchlist: int
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class _Use:
    """What finding a pattern means for one entity."""

    watched: int
    name: Name | None
    """The name found; None when the pattern is a context word or an exclude phrase."""
    excludes: bool = False
    contains: bool = False
    """An exclude phrase that contains one of the entity's names rules out only that place."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name found in a field, by offsets in the folded text."""

    field: int
    start: int
    end: int
    name: Name
    reading: Reading


_Word = tuple[int, frozenset[Kind], str]
"""Where a word of a trade stands, the kinds it speaks for, and the word."""

_Phrase = tuple[int, int, int, str]
"""Field, start, end and text of an exclude phrase that was found."""


class _Findings:
    """What was found for one entity in one article."""

    __slots__ = ("context", "excluded", "hits", "near_excluded")

    def __init__(self) -> None:
        self.hits: list[_Hit] = []
        self.context: str = ""
        self.excluded: list[_Phrase] = []
        self.near_excluded: list[_Phrase] = []


class Matcher:
    """Watchlists compiled for matching."""

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        self._watchlists = tuple(watchlists)
        self._watched: list[_Watched] = []
        uses: dict[str, list[_Use]] = {}
        trade: dict[str, set[Kind]] = {}
        for number, watchlist in enumerate(self._watchlists):
            for entity in watchlist.entities:
                self._compile(entity, number, uses)
                for word in words_for(entity.kind):
                    trade.setdefault(fold_name(word), set()).add(entity.kind)
        for word in trade:
            uses.setdefault(word, [])
        self._patterns = list(uses)
        self._uses = [tuple(found) for found in uses.values()]
        self._trade = [frozenset(trade.get(pattern, ())) for pattern in self._patterns]
        self._automaton = AhoCorasick(
            self._patterns, implementation=Implementation.ContiguousNFA, store_patterns=False
        )

    @property
    def names(self) -> Mapping[tuple[str, str], tuple[Name, ...]]:
        """The names by watchlist and entity, as compiled."""
        return {
            (self._watchlists[watched.watchlist].name, watched.entity.name): watched.names
            for watched in self._watched
        }

    def match(self, article: Article) -> tuple[Match, ...]:
        """The matches of an article, one a watchlist in which anything was found."""
        applying = {
            number
            for number, watchlist in enumerate(self._watchlists)
            if _applies(watchlist, article)
        }
        if not applying:
            return ()
        texts = [fold(getattr(article, field)) for field in FIELDS]
        findings, trade = self._find(texts, applying)
        by_watchlist: dict[int, list[int]] = {}
        for number in sorted(findings):
            by_watchlist.setdefault(self._watched[number].watchlist, []).append(number)
        matches = (
            self._judge(article, texts, watchlist, {n: findings[n] for n in numbers}, trade)
            for watchlist, numbers in sorted(by_watchlist.items())
        )
        return tuple(match for match in matches if match)

    # --- compiling ----------------------------------------------------------------------

    def _compile(self, entity: Entity, watchlist: int, uses: dict[str, list[_Use]]) -> None:
        number = len(self._watched)
        names = expand(entity)
        self._watched.append(_Watched(entity, watchlist, names))
        forms: set[str] = set()
        # Where two names share a spelling, the one that needs no context stands for it.
        for name in sorted(names, key=lambda name: name.ambiguous):
            for spelling in spellings(name.text, entity.kind):
                if spelling not in forms:
                    forms.add(spelling)
                    uses.setdefault(spelling, []).append(_Use(number, name))
        for word in entity.context:
            if pattern := fold_name(word):
                uses.setdefault(pattern, []).append(_Use(number, None))
        for phrase in entity.exclude:
            if pattern := fold_name(phrase):
                contains = any(form in pattern for form in forms)
                use = _Use(number, None, excludes=True, contains=contains)
                uses.setdefault(pattern, []).append(use)

    # --- finding ------------------------------------------------------------------------

    def _find(
        self, texts: Sequence[Folded], applying: set[int]
    ) -> tuple[dict[int, _Findings], list[list[_Word]]]:
        findings: dict[int, _Findings] = {}
        trade: list[list[_Word]] = [[] for _ in texts]
        for field, folded in enumerate(texts):
            text = folded.text
            for pattern, start, end in self._automaton.find_matches_as_indexes(
                text, overlapping=True
            ):
                if not bounded(text, start, end):
                    continue
                if self._trade[pattern]:
                    trade[field].append((start, self._trade[pattern], self._patterns[pattern]))
                for use in self._uses[pattern]:
                    watched = self._watched[use.watched]
                    if watched.watchlist not in applying:
                        continue
                    found = findings.get(use.watched)
                    if found is None:
                        found = findings[use.watched] = _Findings()
                    if use.name is not None:
                        kind = watched.entity.kind
                        reading = read(use.name, kind, folded.original, *folded.locate(start, end))
                        if reading is not Reading.NONE:
                            found.hits.append(_Hit(field, start, end, use.name, reading))
                    elif not use.excludes:
                        found.context = found.context or self._patterns[pattern]
                    elif use.contains:
                        found.excluded.append((field, start, end, self._patterns[pattern]))
                    else:
                        found.near_excluded.append((field, start, end, self._patterns[pattern]))
        return findings, trade

    # --- judging ------------------------------------------------------------------------

    def _judge(
        self,
        article: Article,
        texts: Sequence[Folded],
        number: int,
        findings: dict[int, _Findings],
        trade: list[list[_Word]],
    ) -> Match | None:
        watchlist = self._watchlists[number]
        kept = _resolve({n: _allowed(found, texts) for n, found in findings.items()})
        if not kept:
            return None
        trade = [list(words) for words in trade]
        for n, hits in kept.items():
            kind = self._watched[n].entity.kind
            if words_for(kind):
                for hit in hits:
                    if not hit.name.ambiguous:
                        trade[hit.field].append((hit.start, frozenset({kind}), hit.name.text))
        for words in trade:
            words.sort(key=lambda word: word[0])
        judged: dict[int, tuple[Reason, ...]] = {}
        sure: set[int] = set()
        for n, hits in kept.items():
            evidence = self._evidence(n, hits, findings[n], texts, trade)
            judged[n] = capped(entity_reasons(evidence, article))
            if not evidence.ambiguous or evidence.context:
                sure.add(n)
        best = max(judged, key=lambda n: (total(judged[n]), -n))
        reasons = list(judged[best])
        others = sorted(sure - {best})
        if others:
            names = ", ".join(dict.fromkeys(self._watched[n].entity.name for n in others[:3]))
            points = min(TOGETHER_MOST, TOGETHER * len(others))
            reasons.append(Reason("together", points, f"named with {names}"))
        reasons = list(capped(reasons))
        score = total(reasons)
        alert = score >= watchlist.alert_at
        told = [n for n in kept if n in sure and total(judged[n]) >= watchlist.alert_at]
        shown = {n: kept[n] for n in {best, *told}} if alert and told else kept
        return Match(
            watchlist=watchlist.name,
            score=score,
            severity=watchlist.severity_of(score),
            alert=alert,
            mentions=self._mentions(article, texts, shown),
            reasons=tuple(reasons),
        )

    def _evidence(
        self,
        number: int,
        hits: Sequence[_Hit],
        found: _Findings,
        texts: Sequence[Folded],
        trade: Sequence[Sequence[_Word]],
    ) -> Evidence:
        entity = self._watched[number].entity
        named = _named(hits, texts)
        strongest = min(named or hits, key=lambda hit: hit.name.ambiguous)
        context = found.context and f"the article speaks of “{found.context}”"
        if not context and strongest.name.ambiguous:
            context = _trade_context(entity.kind, hits, trade, texts)
        title, summary, body = (
            [hit for hit in hits if hit.field == field] for field in range(len(FIELDS))
        )
        opening = any(hit.start < LEAD_LENGTH for hit in body)
        return Evidence(
            entity=entity.name,
            name=strongest.name.text,
            ambiguous=strongest.name.ambiguous,
            ambiguity=strongest.name.detail.rsplit("; ", 1)[-1],
            context=context,
            as_tool=not named,
            in_title=bool(title),
            in_lead=bool(summary) or opening,
            # The feed's teaser is mostly the page's first paragraph: count it once.
            count=len(title) + max(len(summary), len(body)),
            excluded=found.excluded[0][3] if found.excluded else "",
            weight=entity.weight,
        )

    def _mentions(
        self, article: Article, texts: Sequence[Folded], shown: Mapping[int, Sequence[_Hit]]
    ) -> tuple[Mention, ...]:
        share = max(5, SHOWN // len(shown))
        ordered = sorted(
            ((hit, n) for n, hits in shown.items() for hit in hits[:share]),
            key=lambda pair: (pair[0].field, pair[0].start, pair[0].end, pair[1]),
        )
        mentions = []
        for hit, n in ordered:
            field = FIELDS[hit.field]
            text: str = getattr(article, field)
            start, end = texts[hit.field].locate(hit.start, hit.end)
            begin, finish = sentences.around(text, start, end)
            mentions.append(
                Mention(
                    entity=self._watched[n].entity.name,
                    name=hit.name.text,
                    field=field,
                    start=start,
                    end=end,
                    text=text[start:end],
                    sentence=text[begin:finish],
                    sentence_start=begin,
                )
            )
        return tuple(mentions)


def _applies(watchlist: Watchlist, article: Article) -> bool:
    if not watchlist.feeds or (article.feed is None and article.feed_name is None):
        return True
    labels = {article.feed_name, *article.feed_tags}
    return any(feed in labels for feed in watchlist.feeds)


def _allowed(found: _Findings, texts: Sequence[Folded]) -> list[_Hit]:
    """The hits that no exclude phrase rules out."""
    hits = found.hits
    if found.excluded:
        phrases = sorted(found.excluded)
        # The farthest that the phrases up to each one reach, so that one look-up is enough
        # however many there are.
        reach = list(accumulate(((field, end) for field, _, end, _ in phrases), max))
        hits = [hit for hit in hits if not _covered(hit, phrases, reach)]
    if found.near_excluded:
        phrases = sorted(found.near_excluded)
        hits = [hit for hit in hits if not _beside(hit, phrases, texts[hit.field])]
    return hits


def _covered(hit: _Hit, phrases: list[_Phrase], reach: list[tuple[int, int]]) -> bool:
    before = bisect_left(phrases, (hit.field, hit.start + 1))
    return before > 0 and reach[before - 1] >= (hit.field, hit.end)


def _beside(hit: _Hit, phrases: list[_Phrase], folded: Folded) -> bool:
    begin, finish = sentences.around(folded.original, *folded.locate(hit.start, hit.end))
    nearest = (hit.field, max(0, hit.start - sentences.LONGEST))
    for field, start, end, _ in islice(phrases, bisect_left(phrases, nearest), None):
        if field != hit.field or start > hit.end + sentences.LONGEST:
            break
        first, last = folded.locate(start, end)
        if begin <= first and last <= finish:
            return True
    return False


def _resolve(found: dict[int, list[_Hit]]) -> dict[int, list[_Hit]]:
    """Drop each hit that lies within a longer one: a longer name is someone else's."""
    everything = [(hit, n) for n, hits in found.items() for hit in hits]
    everything.sort(key=lambda pair: (pair[0].field, pair[0].start, -pair[0].end))
    kept: dict[int, list[_Hit]] = {}
    field, reach, begun = -1, 0, 0
    for hit, n in everything:
        if hit.field != field:
            field, reach, begun = hit.field, 0, 0
        if hit.end <= reach and (hit.start, hit.end) != (begun, reach):
            continue
        if hit.end > reach:
            begun, reach = hit.start, hit.end
        same = kept.setdefault(n, [])
        if not (same and same[-1].field == hit.field and same[-1].end >= hit.end):
            same.append(hit)
    return kept


def _named(hits: Sequence[_Hit], texts: Sequence[Folded]) -> list[_Hit]:
    """The hits that name the entity itself, not a tool that bears its name.

    Where an article calls a tool by a name and nobody, it means the tool throughout.
    """
    tools = {hit.name.text for hit in hits if hit.reading is Reading.TOOL}
    if not tools:
        return list(hits)
    named = [hit for hit in hits if hit.reading is not Reading.TOOL]
    given = {hit.name.text for hit in named[:_LOOKED_AT] if _given(hit, texts)}
    return [hit for hit in named if hit.name.text not in tools - given]


def _given(hit: _Hit, texts: Sequence[Folded]) -> str:
    folded = texts[hit.field]
    return codeword(hit.name, folded.original, *folded.locate(hit.start, hit.end))


def _trade_context(
    kind: Kind, hits: Sequence[_Hit], trade: Sequence[Sequence[_Word]], texts: Sequence[Folded]
) -> str:
    """What around an ambiguous name says that it is used in its trade's sense, in words."""
    needed = 2 if all(hit.reading is Reading.UNSURE or hit.name.everyday for hit in hits) else 1
    for hit in hits[:_LOOKED_AT]:
        words = trade[hit.field]
        given = _given(hit, texts)
        seen = [given] if given else []
        position = bisect_left(words, hit.start - NEAR, key=lambda word: word[0])
        for start, kinds, word in islice(words, position, None):
            if start > hit.end + NEAR:
                break
            if kind in kinds and not hit.start <= start < hit.end and word not in seen:
                seen.append(word)
                if len(seen) > needed:
                    break
        if seen and len(seen) >= needed:
            return f"{' and '.join(f'“{word}”' for word in seen[:2])} beside it"
    everywhere = sorted({word for words in trade for _, kinds, word in words if kind in kinds})
    if len(everywhere) >= THROUGHOUT:
        return f"the article speaks of “{everywhere[0]}”, “{everywhere[1]}” and more of the kind"
    return ""
