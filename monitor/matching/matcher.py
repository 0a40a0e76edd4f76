"""One automaton over every name proposes; rules on each proposal decide.

Compiling turns all watchlists into one Aho-Corasick automaton over folded spellings. Matching
folds an article once, lets the automaton run over it, and looks only at what it points to, so
the cost hardly depends on how much is watched. A compiled matcher never changes: a new
configuration gets a new one, and threads share it freely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ahocorasick_rs import AhoCorasick, Implementation

from monitor.config.schema import Entity, Watchlist
from monitor.matching.align import (
    Shape,
    align,
    anchors,
    legal_form_follows,
    longer_organisation,
    shape,
)
from monitor.matching.context import words_for
from monitor.matching.findings import Findings, Hit, Word
from monitor.matching.foreign import Foreign
from monitor.matching.judge import FIELDS, judge
from monitor.matching.names import ORDER, Name, expand, spellings, written_apart
from monitor.matching.normalise import Folded, bounded, fold, fold_name
from monitor.matching.queries import CompiledQuery, Leaf, compile_query, leaf_span
from monitor.matching.reading import Reading, read
from monitor.model import Article, Kind, Match


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
    shape: Shape | None = None
    """The pattern is one word of this name; the rest is to be found beside it."""


@dataclass(slots=True)
class _Pattern:
    """What finding a pattern means for everybody."""

    uses: tuple[_Use, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    """Words of queries."""
    kinds: frozenset[Kind] = frozenset()
    """The kinds of entity whose trade the word is of."""
    partial: bool = False
    """True when it counts within words too: halves of fuzzy names, words with wildcards."""


@dataclass(slots=True)
class _Found:
    """What one pass over an article found."""

    findings: dict[int, Findings] = field(default_factory=dict)
    trade: list[list[Word]] = field(default_factory=lambda: [[] for _ in FIELDS])
    leaves: dict[object, list[tuple[int, int, int]]] = field(default_factory=dict)

    def of(self, watched: int) -> Findings:
        found = self.findings.get(watched)
        if found is None:
            found = self.findings[watched] = Findings()
        return found


class Matcher:
    """Watchlists compiled for matching.

    Raises:
        QuerySyntaxError: a query cannot be understood.
    """

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        self._watchlists = tuple(watchlists)
        self._watched: list[_Watched] = []
        self._queries: list[list[CompiledQuery]] = []
        patterns: dict[str, _Pattern] = {}
        shapes: list[tuple[Shape, _Use]] = []
        for number, watchlist in enumerate(self._watchlists):
            for entity in watchlist.entities:
                self._compile(entity, number, patterns, shapes)
            self._queries.append([compile_query(query, watchlist) for query in watchlist.queries])
            for query in self._queries[-1]:
                for leaf, text, partial in query.patterns:
                    pattern = patterns.setdefault(text, _Pattern())
                    if leaf not in pattern.leaves:
                        pattern.leaves += (leaf,)
                    pattern.partial |= partial
        for kind in {watched.entity.kind for watched in self._watched}:
            for word in words_for(kind):
                pattern = patterns.setdefault(fold_name(word), _Pattern())
                pattern.kinds |= {kind}
        self._foreign = Foreign(shapes)
        self._texts = list(patterns)
        self._patterns = list(patterns.values())
        self._automaton = AhoCorasick(
            self._texts, implementation=Implementation.ContiguousNFA, store_patterns=False
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
        applying = [_applies(watchlist, article) for watchlist in self._watchlists]
        if not any(applying):
            return ()
        texts = [fold(getattr(article, name)) for name in FIELDS]
        found = self._find(texts, applying)
        concerned: dict[int, list[int]] = {}
        for number in sorted(found.findings):
            concerned.setdefault(self._watched[number].watchlist, []).append(number)
        matches = []
        for number, watchlist in enumerate(self._watchlists):
            numbers = concerned.get(number, ())
            queries = [
                query
                for query in self._queries[number]
                if applying[number]
                and query.worth_trying(
                    found.leaves, [self._watched[n].entity.name for n in numbers]
                )
            ]
            if not numbers and not queries:
                continue
            match = judge(
                article,
                texts,
                watchlist,
                {n: found.findings[n] for n in numbers},
                {n: self._watched[n].entity for n in numbers},
                found.trade,
                queries,
                found.leaves,
            )
            if match:
                matches.append(match)
        return tuple(matches)

    def _compile(
        self,
        entity: Entity,
        watchlist: int,
        patterns: dict[str, _Pattern],
        shapes: list[tuple[Shape, _Use]],
    ) -> None:
        def use(text: str, found: _Use, partial: bool = False) -> None:
            if not text:
                return
            pattern = patterns.setdefault(text, _Pattern())
            pattern.uses += (found,)
            pattern.partial |= partial

        number = len(self._watched)
        names = expand(entity)
        self._watched.append(_Watched(entity, watchlist, names))
        forms: set[str] = set()
        # Where two names share a spelling, the one that needs no context stands for it.
        for name in sorted(names, key=lambda name: name.ambiguous):
            if name.source == ORDER and not written_apart(name.text):
                continue  # alignment finds it
            for spelling in spellings(name.text, entity.kind):
                if spelling not in forms:
                    forms.add(spelling)
                    use(spelling, _Use(number, name))
        for name in names:
            if name.derived or (form := shape(name, entity.kind, entity.fuzzy)) is None:
                continue
            part = _Use(number, name, shape=form)
            shapes.append((form, part))
            for anchor in anchors(form):
                use(anchor, part, entity.fuzzy)
        for word in entity.context:
            if pattern := fold_name(word):
                use(pattern, _Use(number, None))
        for phrase in entity.exclude:
            if pattern := fold_name(phrase):
                contains = any(form in pattern for form in forms)
                use(pattern, _Use(number, None, excludes=True, contains=contains))

    def _find(self, texts: Sequence[Folded], applying: Sequence[bool]) -> _Found:
        found = _Found()
        for number, folded in enumerate(texts):
            text = folded.text
            for index, start, end in self._automaton.find_matches_as_indexes(
                text, overlapping=True
            ):
                pattern = self._patterns[index]
                whole = bounded(text, start, end)
                if not whole and not pattern.partial:
                    continue
                for leaf in pattern.leaves:
                    if span := leaf_span(leaf, text, start, end, whole):
                        found.leaves.setdefault(leaf, []).append((number, *span))
                if whole and pattern.kinds:
                    found.trade[number].append((start, pattern.kinds, self._texts[index]))
                for use in pattern.uses:
                    if applying[self._watched[use.watched].watchlist]:
                        self._note(found, use, number, folded, (start, end), whole)
            for use, start, end, sure in self._foreign.find(folded):
                if applying[self._watched[use.watched].watchlist] and use.name is not None:
                    reading = Reading.CERTAIN if sure else Reading.UNSURE
                    name = use.name if sure else replace(use.name, ambiguous=True)
                    found.of(use.watched).hits.append(Hit(number, start, end, name, reading))
        return found

    def _note(
        self,
        found: _Found,
        use: _Use,
        number: int,
        folded: Folded,
        span: tuple[int, int],
        whole: bool,
    ) -> None:
        """Enter what a pattern at `span` of field `number` means for one entity."""
        if use.name is not None:
            kind = self._watched[use.watched].entity.kind
            if hit := _hit(use, kind, number, folded, *span, whole):
                found.of(use.watched).hits.append(hit)
        elif whole:
            entry = found.of(use.watched)
            phrase = folded.text[slice(*span)]
            if not use.excludes:
                entry.context = entry.context or phrase
            elif use.contains:
                entry.covering.append((number, *span, phrase))
            else:
                entry.ruling_out.append((number, *span, phrase))


def _hit(
    use: _Use, kind: Kind, field: int, folded: Folded, start: int, end: int, whole: bool
) -> Hit | None:
    """The mention at a place the automaton proposed, if it is one."""
    name = use.name
    assert name is not None
    if use.shape is not None:
        found = align(use.shape, folded, start, end)
        if found is None:
            return None
        start, end = found
    elif not whole:
        return None
    if kind is Kind.ORGANISATION and longer_organisation(folded, end):
        return None
    reading = read(name, kind, folded.original, *folded.locate(start, end))
    if reading is Reading.NONE:
        return None
    if kind is Kind.ORGANISATION and name.ambiguous and legal_form_follows(folded, end):
        reading = Reading.CERTAIN
    return Hit(field, start, end, name, reading)


def _applies(watchlist: Watchlist, article: Article) -> bool:
    if not watchlist.feeds or (article.feed is None and article.feed_name is None):
        return True
    labels = {article.feed_name, *article.feed_tags}
    return any(feed in labels for feed in watchlist.feeds)
