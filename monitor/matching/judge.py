"""From what was found to a match: whom the article is about, how surely, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from monitor.config.schema import Entity, Watchlist
from monitor.matching.actors import names_known_tool
from monitor.matching.countries.country import Surroundings
from monitor.matching.names.institutions_abroad import TRANSLATION
from monitor.matching.names.titles import office
from monitor.matching.prominence import Placement, Prominence, is_all_about, placement
from monitor.matching.queries.query_evaluation import CompiledQuery, Found, Span, evaluate
from monitor.matching.rules.actor_deeds import acting
from monitor.matching.rules.context_words import NEAR, TradeWord, words_for
from monitor.matching.rules.findings import (
    Findings,
    Hit,
    allowed,
    resolve,
    told_apart,
    with_short_forms,
)
from monitor.matching.rules.national import at_home
from monitor.matching.rules.ordinary_organisations import (
    firm_context,
    foreign_there,
    in_compound,
    just_a_word_there,
    named_there,
    only_begins,
)
from monitor.matching.rules.surroundings import Reading
from monitor.matching.rules.trade import trade_context
from monitor.matching.rules.trade_sources import source_of_trade
from monitor.matching.rules.words_abroad import another_word, as_word
from monitor.matching.score import (
    TOGETHER,
    TOGETHER_MOST,
    Evidence,
    capped,
    entity_reasons,
    total,
)
from monitor.matching.spelling.han import charged, office_in_han
from monitor.matching.text import sentences
from monitor.matching.text.lazily import Lazily
from monitor.matching.text.normalise import Folded, remembering, stretched
from monitor.model.article import Article
from monitor.model.match import Field, Kind, Match, Mention, Reason

FIELDS: tuple[Field, ...] = get_args(Field)
SHOWN = 200
"""Mentions listed in one match; all of them count for its score, and each subject keeps some."""
_EACH = 5
_CERTAIN = {
    Kind.ORGANISATION: "written with its legal form",
    Kind.MALWARE: "the text says what it is",
}


@dataclass(frozen=True, slots=True)
class _Subject:
    """An entity or query that was found: what is told of it and how much it scores."""

    label: str
    places: Sequence[tuple[int, int, int, str]]
    """Field, folded start and end, and the name that stands there."""
    placed: Placement
    reasons: tuple[Reason, ...]
    points: float
    """What the reasons come to."""
    sure: bool
    """False for an ambiguous name that nothing supports."""


def judge(
    article: Article,
    texts: Sequence[Folded],
    watchlist: Watchlist,
    findings: Mapping[int, Findings],
    entities: Mapping[int, Entity],
    trade: Callable[[], Sequence[Sequence[TradeWord]]],
    queries: Sequence[CompiledQuery],
    leaves: Mapping[object, Sequence[tuple[int, int, int]]],
    around: Surroundings,
) -> Match | None:
    """The match of an article and a watchlist; None when nothing of it was found.

    `findings` and `entities` are by the same numbers; `trade` tells its words by field, if asked;
    `queries` are those whose words may be there, `leaves` where they are.
    """
    kept = _kept(findings, entities, texts, around, article.language)
    words = Lazily(lambda: _with_names(trade(), kept, entities))
    subjects = []
    for number, hits in kept.items():
        placed = placement([(hit.field, hit.start) for hit in hits])
        evidence = _evidence(
            entities[number], hits, findings[number], texts, words, placed, article
        )
        places = [(hit.field, hit.start, hit.end, hit.name.text) for hit in hits]
        subjects.append(_subject(places, placed, evidence, article))
    for query, spans in _held(kept, entities, article, texts, queries, leaves):
        subjects.append(_query_subject(query, spans, article, texts))
    return _match(article, texts, watchlist, subjects) if subjects else None


def held(
    article: Article,
    texts: Sequence[Folded],
    findings: Mapping[int, Findings],
    entities: Mapping[int, Entity],
    queries: Sequence[CompiledQuery],
    leaves: Mapping[object, Sequence[Span]],
    around: Surroundings,
) -> list[tuple[CompiledQuery, list[Span]]]:
    """The queries that hold, each with where stands what it asks for; arguments as of `judge`."""
    kept = _kept(findings, entities, texts, around, article.language)
    return _held(kept, entities, article, texts, queries, leaves)


def _held(
    kept: Mapping[int, Sequence[Hit]],
    entities: Mapping[int, Entity],
    article: Article,
    texts: Sequence[Folded],
    queries: Sequence[CompiledQuery],
    leaves: Mapping[object, Sequence[Span]],
) -> list[tuple[CompiledQuery, list[Span]]]:
    named: dict[str, list[Span]] = {}
    for number, hits in kept.items():
        places = named.setdefault(entities[number].name, [])
        places += [(hit.field, hit.start, hit.end) for hit in hits]
    found = Found(article, texts, leaves, named)
    return [(q, spans) for q in queries if (spans := evaluate(q.node, found)) is not None]


def _subject(
    places: Sequence[tuple[int, int, int, str]], placed: Placement, told: Evidence, article: Article
) -> _Subject:
    reasons = capped(entity_reasons(told, article))
    sure = not told.unsaid and (not told.ambiguous or bool(told.context))
    return _Subject(told.entity, places, placed, reasons, total(reasons), sure)


def _match(
    article: Article, texts: Sequence[Folded], watchlist: Watchlist, subjects: Sequence[_Subject]
) -> Match:
    best = max(subjects, key=lambda subject: subject.points)
    reasons, score = best.reasons, best.points
    others = [subject for subject in subjects if subject.sure and subject.label != best.label]
    if others:
        names = ", ".join(dict.fromkeys(subject.label for subject in others[:3]))
        points = min(TOGETHER_MOST, TOGETHER * len(others))
        reasons = capped((*reasons, Reason("together", points, f"named with {names}")))
        score = total(reasons)
    alert = score >= watchlist.alert_at
    # What would not alert by itself is not told as if it had.
    told = [s for s in subjects if s is best or (s.sure and s.points >= watchlist.alert_at)]
    return Match(
        watchlist=watchlist.name,
        score=score,
        severity=watchlist.severity_of(score, all_about=_is_all_about(subjects, texts)),
        alert=alert,
        mentions=_mentions(article, texts, told if alert else subjects),
        reasons=reasons,
    )


def _is_all_about(subjects: Sequence[_Subject], texts: Sequence[Folded]) -> bool:
    # Most articles name nobody both in their headline and in their opening.
    prominences = [
        Prominence(*each.placed, frozenset((field, start) for field, start, *_ in each.places))
        for each in subjects
        if each.sure and each.placed.in_title and each.placed.in_opening
    ]
    title, summary, body = (len(text.text) for text in texts)
    return is_all_about(prominences, title + max(summary, body)) if prominences else False


def _kept(
    findings: Mapping[int, Findings],
    entities: Mapping[int, Entity],
    texts: Sequence[Folded],
    around: Surroundings,
    language: str | None,
) -> dict[int, list[Hit]]:
    standing = {}
    for number, found in findings.items():
        hits = at_home(
            entities[number], allowed(entities[number], found, texts), found, texts, around
        )
        hits = [
            _certain_there(hit, entities[number], texts, language)
            for hit in hits
            if not _word_there(hit, entities[number], texts, language)
        ]
        if hits and _mere_word(hits, entities[number], texts, language):
            hits = []
        if words_for(entities[number].kind):
            there = (as_word(hit, texts, language) for hit in hits)
            hits = [hit for hit in there if hit is not None]
        standing[number] = hits + with_short_forms(entities[number].kind, hits, texts)
    return resolve(standing)


def _word_there(hit: Hit, entity: Entity, texts: Sequence[Folded], language: str | None) -> bool:
    if entity.kind is not Kind.ORGANISATION or hit.name.source == TRANSLATION:
        return False
    word = hit.name.text, language, texts[hit.field], hit.start, hit.end
    return just_a_word_there(*word) or another_word(*word)


def _mere_word(
    hits: Sequence[Hit], entity: Entity, texts: Sequence[Folded], language: str | None
) -> bool:
    first = hits[0]
    if entity.kind is not Kind.ORGANISATION or first.name.source == TRANSLATION:
        return False
    if any((hit.field, hit.name.text) != (first.field, first.name.text) for hit in hits):
        return False
    starts = [hit.start for hit in hits]
    return only_begins(first.name.text, language, texts[first.field], starts)


def _certain_there(hit: Hit, entity: Entity, texts: Sequence[Folded], language: str | None) -> Hit:
    """The hit, no longer ambiguous where it can only be a name: Reuters in Czech, "at Google".

    Where the configuration gives `context`, it knows that the name stands for something else.
    """
    unclear = entity.kind is Kind.ORGANISATION and hit.name.ambiguous and not hit.name.exact_case
    if not unclear or entity.context:
        return hit
    begins = hit.reading is Reading.UNSURE
    if not (
        named_there(hit.name.text, texts[hit.field], hit.start, hit.end, begins=begins)
        or in_compound(texts[hit.field], hit.end)
        or foreign_there(hit.name.text, language, texts[hit.field], hit.start, begins=begins)
    ):
        return hit
    return replace(hit, name=replace(hit.name, ambiguous=False), reading=Reading.NAME)


def _with_names(
    trade: Sequence[Sequence[TradeWord]],
    kept: Mapping[int, Sequence[Hit]],
    entities: Mapping[int, Entity],
) -> list[list[TradeWord]]:
    """The words of the trade and, as good as those, the unambiguous names of the same kind."""
    words = [list(found) for found in trade]
    for number, hits in kept.items():
        kind = entities[number].kind
        if words_for(kind):
            for hit in hits:
                if not (hit.name.ambiguous or hit.unsaid):
                    words[hit.field].append((hit.start, frozenset({kind}), hit.name.text))
    for found in words:
        found.sort(key=lambda word: word[0])
    return words


def _evidence(
    entity: Entity,
    hits: Sequence[Hit],
    found: Findings,
    texts: Sequence[Folded],
    trade: Callable[[], Sequence[Sequence[TradeWord]]],
    placed: Placement,
    article: Article,
) -> Evidence:
    named = _named(hits, texts)
    strongest = min(named or hits, key=lambda hit: (hit.unsaid, hit.name.ambiguous))
    context = found.context and f"the article speaks of “{found.context}”"
    if any(hit.reading is Reading.CERTAIN for hit in named) and entity.kind in _CERTAIN:
        context = _CERTAIN[entity.kind]
    if strongest.by and strongest.name.ambiguous:
        context = context or f"“{strongest.by}” says whose it is"
    if not context and strongest.name.ambiguous and entity.kind is Kind.PERSON:
        context = _office(named, texts)
    if not context and strongest.name.ambiguous and entity.kind is Kind.ORGANISATION:
        context = "" if entity.context else firm_context(named, texts)
    # A word of every day that stands for a tool may be any tool of that name.
    if not context and strongest.name.ambiguous and named:
        context = trade_context(entity.kind, hits, trade(), texts, source_of_trade(article))
    in_title, in_lead, count = placed
    return Evidence(
        entity=entity.name,
        name=strongest.name.text,
        ambiguous=strongest.name.ambiguous,
        ambiguity=strongest.name.ambiguity,
        context=context,
        as_tool=not named,
        unsaid=strongest.unsaid,
        country=strongest.by,
        in_title=in_title,
        in_lead=in_lead,
        count=count,
        # Where its own context stands too, the article tells the two apart.
        excluded=found.covering[0][3] if found.covering and not found.context else "",
        weight=entity.weight,
    )


def _office(hits: Sequence[Hit], texts: Sequence[Folded]) -> str:
    """What of a single name's bearer an office before it says: "PM Modi"."""
    for hit in hits:
        text = texts[hit.field].text
        if title := office(text[max(0, hit.start - NEAR) : hit.start]):
            return f"“{title}” before it"
        if title := office_in_han(text, hit.start, hit.end):
            return f"“{title}” beside it"
        if word := charged(text, hit.start, hit.end):
            return f"“{word}” near it"
    return ""


def _named(hits: Sequence[Hit], texts: Sequence[Folded]) -> list[Hit]:
    """The hits that name the entity itself and no tool that bears its name.

    Where a text says that the name is a tool's ("the Winnti malware"), it means the tool
    throughout, unless it also tells the group apart ("the Carbanak group", "Turla targeted"). If
    it says so outright ("Carbanak is a backdoor"), only the former will do.
    """
    outright = {hit.name.text for hit in hits if hit.reading is Reading.IS_TOOL}
    told = {hit.name.text for hit in hits if hit.reading is Reading.TOOL}
    tools = outright | set(filter(names_known_tool, told))
    if tools:
        names = [hit for hit in hits if hit.name.text in tools and hit.reading is not Reading.TOOL]
        tools -= {hit.name.text for hit in names if told_apart(hit, texts)}
        tools -= {hit.name.text for hit in names if _acts(hit, texts)} - outright
    by_name = (Reading.NAME, Reading.CERTAIN, Reading.UNSURE)
    return [hit for hit in hits if hit.reading in by_name and hit.name.text not in tools]


def _acts(hit: Hit, texts: Sequence[Folded]) -> bool:
    folded = texts[hit.field]
    _, finish = folded.locate(hit.start, hit.end)
    return acting(folded.original[finish : finish + NEAR]) != ""


def _query_subject(
    query: CompiledQuery,
    spans: Sequence[tuple[int, int, int]],
    article: Article,
    texts: Sequence[Folded],
) -> _Subject:
    spans = sorted(set(spans))
    in_title, in_lead, count = placed = placement([(field, start) for field, start, _ in spans])
    evidence = Evidence(
        entity=query.name,
        name=query.name,
        ambiguous=False,
        ambiguity="",
        context="",
        in_title=in_title,
        in_lead=in_lead,
        count=count,
        query=True,
    )
    places = [(field, start, end, texts[field].text[start:end]) for field, start, end in spans]
    return _subject(places, placed, evidence, article)


@remembering
def _sentence(folded: Folded, start: int, end: int) -> tuple[int, int]:
    return sentences.around(folded.original, start, end)


def _mentions(
    article: Article, texts: Sequence[Folded], subjects: Sequence[_Subject]
) -> tuple[Mention, ...]:
    share = max(_EACH, SHOWN // len(subjects))
    ordered = sorted(
        (field, start, end, number, name)
        for number, subject in enumerate(subjects)
        for field, start, end, name in subject.places[:share]
    )
    mentions = []
    for number_of_field, folded_start, folded_end, number, name in ordered:
        field = FIELDS[number_of_field]
        text: str = getattr(article, field)
        start, end = texts[number_of_field].locate(folded_start, folded_end)
        if stretched(start, end, folded_end - folded_start):
            continue
        begin, finish = _sentence(texts[number_of_field], start, end)
        mentions.append(
            Mention(
                entity=subjects[number].label,
                name=name,
                field=field,
                start=start,
                end=end,
                text=text[start:end],
                sentence=text[begin:finish],
                sentence_start=begin,
            )
        )
    return tuple(mentions)
