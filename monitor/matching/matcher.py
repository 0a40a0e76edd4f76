"""One automaton over every name proposes; rules on each proposal decide.

Compiling turns all watchlists into one Aho-Corasick automaton over folded spellings. Matching
folds an article once, lets the automaton run over it, and looks only at what it points to, so
the cost hardly depends on how much is watched. A compiled matcher never changes, but for what it
remembers of the names met lately: a new configuration gets a new one, and threads share it freely.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from monitor.config.schema import Entity, Watchlist
from monitor.matching import judge
from monitor.matching.actors import names_tool
from monitor.matching.batches import batches
from monitor.matching.countries.country import Surroundings
from monitor.matching.index.automaton import Parts, Pattern, Patterns, Proposed, Words
from monitor.matching.index.postings import Place
from monitor.matching.index.variants import Variants
from monitor.matching.names.expansion import Name, expand
from monitor.matching.names.gazetteer import gazetteer
from monitor.matching.names.meanings import WRITTEN_FREELY, Meanings, meanings
from monitor.matching.names.written_out import WrittenOut
from monitor.matching.queries.query_evaluation import (
    CompiledQuery,
    Held,
    Span,
    compile_query,
    leaf_span,
)
from monitor.matching.queries.query_language import EntityRef
from monitor.matching.rules.context_words import Trade
from monitor.matching.rules.findings import Findings, Hit
from monitor.matching.rules.mention import hit_at, variant_at
from monitor.matching.rules.surroundings import NOT_IT, Reading
from monitor.matching.text.invisible import apart
from monitor.matching.text.lazily import Lazily
from monitor.matching.text.normalise import Folded, fold
from monitor.model.article import Article
from monitor.model.match import Kind, Match

_REMEMBERED = 5_000
"""Entities whose texts were met lately, of which it stays known what each text means."""


class _Proposed(NamedTuple):
    """Where to look closely in an article's texts; `words` has what was found in each of them."""

    places: Sequence[Place]
    words: Sequence[Sequence[Proposed]]


@dataclass(slots=True)
class _Found:
    """What one pass over an article found."""

    findings: defaultdict[int, Findings] = field(default_factory=lambda: defaultdict(Findings))
    leaves: dict[object, list[tuple[int, int, int]]] = field(default_factory=dict)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Compile without the garbage collector: it would walk the growing tables again and again,
    which doubles the time, and find nothing to free."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Matcher:
    """Watchlists compiled for matching.

    Raises:
        QuerySyntaxError: a query cannot be understood.
    """

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        with _uncollected():
            self._build(watchlists)

    def _build(self, watchlists: Sequence[Watchlist]) -> None:
        self._watchlists = tuple(watchlists)
        self._entities: list[Entity] = []
        self._of_list: list[int] = []
        """The watchlist of each entity."""
        self._known: dict[int, Meanings] = {}
        self._written_out = WrittenOut()
        self._queries: dict[object, list[tuple[int, CompiledQuery]]] = {}
        """Queries, with their watchlist, by what each waits for; None for any article."""
        patterns = Patterns()
        self._variants = Variants(lambda number: self._meanings(number).get(WRITTEN_FREELY, ()))
        for number, watchlist in enumerate(self._watchlists):
            # Listed twice by mistake, an entity is still one.
            for entity in dict.fromkeys(watchlist.entities):
                self._compile(entity, number, patterns)
            for query in watchlist.queries:
                self._compile_query(compile_query(query, watchlist), number, patterns)
        self._trade = Trade({entity.kind for entity in self._entities})
        # Both read their data now, so that the first article does not wait for it.
        if any(entity.kind is Kind.THREAT_ACTOR for entity in self._entities):
            names_tool("")
        if any(entity.country for entity in self._entities):
            gazetteer()
        self._variants.compile()
        self._written_out.compile()
        self._parts = Parts(patterns)
        self._words = Words(patterns)

    @property
    def names(self) -> Mapping[tuple[str, str], tuple[Name, ...]]:
        """The names by watchlist and entity."""
        return {
            (self._watchlists[number].name, entity.name): expand(entity)
            for number, entity in zip(self._of_list, self._entities, strict=True)
        }

    def match(self, article: Article) -> tuple[Match, ...]:
        """The matches of an article, one a watchlist in which anything was found."""
        applying = self._applying(article)
        return self._judged(article, applying, *self._looked(article, applying))

    def match_all(self, articles: Iterable[Article]) -> Iterator[tuple[Match, ...]]:
        """The matches of each of some articles, which takes less time than one by one."""
        for some in batches(articles):
            texts = [_folded(article) for article in some]
            proposed = self._proposed(texts, [article.language for article in some])
            for article, folded, there in zip(some, texts, proposed, strict=True):
                applying = self._applying(article)
                yield self._judged(
                    article, applying, *self._looked(article, applying, folded, there)
                )

    def _proposed(
        self, texts: Sequence[Sequence[Folded]], tagged: Sequence[str | None]
    ) -> list[_Proposed]:
        """Where to look closely in the texts of some articles, whose languages are `tagged`."""
        places = self._variants.places(list(zip(texts, tagged, strict=True)))
        words = iter(self._words.propose([each.text for some in texts for each in some]))
        return [
            _Proposed(there, list(islice(words, len(some))))
            for there, some in zip(places, texts, strict=True)
        ]

    def _applying(self, article: Article) -> list[bool]:
        """Which watchlists look at an article."""
        return [_applies(watchlist, article) for watchlist in self._watchlists]

    def _judged(
        self, article: Article, applying: Sequence[bool], texts: Sequence[Folded], found: _Found
    ) -> tuple[Match, ...]:
        concerned: dict[int, list[int]] = {}
        for number in sorted(found.findings):
            concerned.setdefault(self._of_list[number], []).append(number)
        tried = self._worth_trying(found, applying)
        if not (concerned or tried):
            return ()
        matches = []
        around = Surroundings(article, texts)
        trade = Lazily(lambda: self._trade.find(texts))
        for number in sorted(concerned.keys() | tried.keys()):
            watchlist = self._watchlists[number]
            numbers = concerned.get(number, ())
            queries = tried.get(number, ())
            match = judge.judge(
                article,
                texts,
                watchlist,
                {n: found.findings[n] for n in numbers},
                {n: self._entities[n] for n in numbers},
                trade,
                queries,
                found.leaves,
                around,
            )
            if match:
                matches.append(match)
        return tuple(matches)

    def finds_any(self, article: Article) -> bool:
        """Whether any text that is watched stands in an article, be it what it is not about.

        Without any, no match can come of the article, nor of less of it.
        """
        applying = self._applying(article)
        _, found = self._looked(article, applying)
        return bool(found.findings or self._worth_trying(found, applying))

    def held(self, article: Article) -> Held | None:
        """What of an article the queries ask for, where any of them holds."""
        applying = self._applying(article)
        texts, found = self._looked(article, applying)
        around = Surroundings(article, texts)
        spans: set[Span] = set()
        holds = False
        for number, queries in self._worth_trying(found, applying).items():
            numbers = [n for n in found.findings if self._of_list[n] == number]
            held = judge.held(
                article,
                texts,
                {n: found.findings[n] for n in numbers},
                {n: self._entities[n] for n in numbers},
                queries,
                found.leaves,
                around,
            )
            holds |= bool(held)
            spans.update(span for _, some in held for span in some)
        return Held(texts, tuple(sorted(spans))) if holds else None

    def _looked(
        self,
        article: Article,
        applying: Sequence[bool],
        texts: Sequence[Folded] | None = None,
        proposed: _Proposed | None = None,
    ) -> tuple[Sequence[Folded], _Found]:
        """What was found, and the texts in which; what is proposed is for the folded texts."""
        if not any(applying):
            return (), _Found()
        texts = texts or _folded(article)
        found = self._find(texts, applying, article.language, proposed)
        if any(folded.invisible for folded in texts):
            texts = [
                apart(folded, self._places(number, folded, found)) if folded.invisible else folded
                for number, folded in enumerate(texts)
            ]
            found = self._find(texts, applying, article.language)
        return texts, found

    def _compile_query(self, query: CompiledQuery, watchlist: int, patterns: Patterns) -> None:
        for leaf, text, partial in query.patterns:
            pattern = patterns.pattern(text)
            pattern.partial |= partial
            if leaf not in pattern.leaves:
                pattern.leaves += (leaf,)
        for trigger in query.triggers or {None}:
            key = (watchlist, trigger.name) if isinstance(trigger, EntityRef) else trigger
            self._queries.setdefault(key, []).append((watchlist, query))

    def _worth_trying(
        self, found: _Found, applying: Sequence[bool]
    ) -> dict[int, list[CompiledQuery]]:
        """The queries, by watchlist, of which something was found that they wait for."""
        if not self._queries:
            return {}
        named = ((self._of_list[n], self._entities[n].name) for n in found.findings)
        tried: dict[int, dict[str, CompiledQuery]] = {}
        for key in (None, *found.leaves, *named):
            for watchlist, query in self._queries.get(key, ()):
                if applying[watchlist]:
                    tried.setdefault(watchlist, {})[query.name] = query
        return {number: list(queries.values()) for number, queries in tried.items()}

    def _compile(self, entity: Entity, watchlist: int, patterns: Patterns) -> None:
        number = len(self._entities)
        self._entities.append(entity)
        self._of_list.append(watchlist)
        uses = meanings(entity, number)
        for text, some in uses.items():
            if text == WRITTEN_FREELY:
                for use in some:
                    if use.shape is not None:
                        self._variants.add(use.shape, number)
                continue
            partial = entity.fuzzy and any(use.shape for use in some)
            patterns.add(text, number, partial=partial)
            self._written_out.add(text, entity.kind)

    def _meanings(self, number: int) -> Meanings:
        """What each text that is looked for means to an entity."""
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[number] = meanings(self._entities[number], number)
        return known

    def _places(self, number: int, folded: Folded, found: _Found) -> Iterator[tuple[int, int]]:
        """Where in field `number` a name or any other watched word stands."""
        for findings in found.findings.values():
            for hit in (*findings.hits, *findings.longer):
                if hit.field == number:
                    yield hit.start, hit.end
        yield from ((start, end) for _, start, end in self._words.find(folded.text))
        yield from ((start, end) for _, start, end, _ in self._parts.find(folded))
        yield from self._trade.places(folded)

    def _find(
        self,
        texts: Sequence[Folded],
        applying: Sequence[bool],
        language: str | None,
        proposed: _Proposed | None = None,
    ) -> _Found:
        found = _Found()
        places, words = proposed or self._proposed([texts], [language])[0]
        for number, folded in enumerate(texts):
            if not folded.text:
                continue
            for entry, start, end in self._words.told(folded.text, words[number]):
                if isinstance(entry, Pattern):
                    self._enter(found, entry, number, folded, (start, end), True, applying)
                elif applying[self._of_list[entry]]:
                    self._note(found, entry, number, folded, (start, end), True)
            for written_out, start, end in self._written_out.find(folded.text):
                for hit, watched in self._as_if(written_out, (number, start, end), applying):
                    found.findings[watched].hits.append(hit)
            for pattern, start, end, whole in self._parts.find(folded):
                self._enter(found, pattern, number, folded, (start, end), whole, applying)
        exact = {
            (watched, hit.field, hit.start): (hit.end, hit.name)
            for watched, each in found.findings.items() for hit in each.hits
        }  # fmt: skip
        for number, use, start, end, sure in self._variants.find(texts, language, places, exact):
            if applying[self._of_list[use.watched]] and use.name is not None:
                kind = self._entities[use.watched].kind
                if made := variant_at(use.name, kind, number, texts[number], start, end, sure):
                    findings = found.findings[use.watched]
                    (findings.longer if made.reading in NOT_IT else findings.hits).append(made)
        return found

    def _as_if(
        self, text: str, place: tuple[int, int, int], applying: Sequence[bool]
    ) -> Iterator[tuple[Hit, int]]:
        """What it means that a place stands for a name's text that is not written out there."""
        for entry, start, end in self._words.find(text):
            if (start, end) != (0, len(text)):
                continue
            for watched in entry.watched if isinstance(entry, Pattern) else (entry,):
                for use in self._meanings(watched).get(text, ()):
                    if use.name is not None and applying[self._of_list[watched]]:
                        yield Hit(*place, use.name, Reading.NAME), watched

    def _enter(
        self,
        found: _Found,
        pattern: Pattern,
        number: int,
        folded: Folded,
        span: tuple[int, int],
        whole: bool,
        applying: Sequence[bool],
    ) -> None:
        """Enter what a pattern at `span` of field `number` means for everybody."""
        for leaf in pattern.leaves:
            if place := leaf_span(leaf, folded.text, *span, whole):
                found.leaves.setdefault(leaf, []).append((number, *place))
        for watched in pattern.watched:
            if applying[self._of_list[watched]]:
                self._note(found, watched, number, folded, span, whole)

    def _note(
        self,
        found: _Found,
        watched: int,
        number: int,
        folded: Folded,
        span: tuple[int, int],
        whole: bool,
    ) -> None:
        """Enter what the text at `span` of field `number` means for one entity."""
        kind = self._entities[watched].kind
        phrase = folded.text[slice(*span)]
        for use in self._meanings(watched).get(phrase, ()):
            if use.name is not None:
                if hit := hit_at(use, kind, number, folded, *span, whole):
                    entry = found.findings[watched]
                    (entry.longer if hit.reading in NOT_IT else entry.hits).append(hit)
            elif whole:
                entry = found.findings[watched]
                if not use.excludes:
                    entry.context = entry.context or phrase
                elif use.contains:
                    entry.covering.append((number, *span, phrase))
                else:
                    entry.ruling_out.append((number, *span, phrase))


def _folded(article: Article) -> list[Folded]:
    return [fold(getattr(article, name)) for name in judge.FIELDS]


def _applies(watchlist: Watchlist, article: Article) -> bool:
    if not watchlist.feeds or (article.feed is None and article.feed_name is None):
        return True
    labels = {article.feed_name, *article.feed_tags}
    return any(feed in labels for feed in watchlist.feeds)
