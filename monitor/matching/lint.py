"""What is likely wrong with a watchlist that is otherwise valid.

Each warning names the watchlist and the entity, says what will happen and what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.config.schema import Entity, Watchlist
from monitor.matching.names.expansion import ALIAS, CONFIGURED, Name, expand
from monitor.matching.names.home import home
from monitor.matching.names.institutions import shared
from monitor.matching.names.ordinary import frequency
from monitor.matching.names.shared_names import owners_of, shadowed, unlisted
from monitor.matching.names.spellings import spellings
from monitor.matching.queries.query_language import QuerySyntaxError, parse
from monitor.matching.queries.satisfiable import can_hold
from monitor.matching.rules.context_words import words_for
from monitor.matching.score import (
    AMBIGUOUS_NAME,
    CONTEXT,
    FREQUENT,
    LEAD,
    NAME,
    TITLE,
    TOGETHER,
    TOGETHER_MOST,
)
from monitor.matching.text.normalise import fold_name, lettered
from monitor.model.match import Kind

Fault = Literal[
    "too broad",
    "ambiguous",
    "shadowed",
    "can never match",
    "can never alert",
    "without its other names",
]

_OPERATOR_WORDS = re.compile(r"(?<=[\s)])(?:and|or|not|near)(?=[\s(/])")
_QUOTED = re.compile(r'"[^"]*"|/(?:[^/\\]|\\.)+/')

_BROAD = 4.5
"""Zipf frequency from which a watched word is in a good part of all articles."""


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the word users know; nothing here uses the built-in
    """One finding."""

    watchlist: str
    entity: str
    """Empty when the watchlist as a whole is meant."""
    fault: Fault
    text: str

    def __str__(self) -> str:
        where = f"watchlist “{self.watchlist}”"
        if self.entity:
            where += f", entity “{self.entity}”"
        return f"{where}: {self.fault}: {self.text}"


def lint(watchlists: Sequence[Watchlist], feed_weight: float = 1.0) -> tuple[Warning, ...]:
    """Every warning, in the order of the configuration.

    Args:
        watchlists: those configured.
        feed_weight: the greatest of the feeds' weights, by which a score may be lifted.
    """
    names = {entity: expand(entity) for watchlist in watchlists for entity in watchlist.entities}
    owners = owners_of(watchlists, names)
    return tuple(
        warning
        for number, watchlist in enumerate(watchlists)
        for warning in (
            *_of_watchlist(watchlist, names, feed_weight),
            *(
                Warning(watchlist.name, name, "shadowed", text)
                for name, text in shadowed(number, watchlists, names, owners)
            ),
        )
    )


def _of_watchlist(
    watchlist: Watchlist, expanded: Mapping[Entity, Sequence[Name]], feed_weight: float
) -> Iterator[Warning]:
    def warn(entity: Entity | None, fault: Fault, text: str) -> Warning:
        return Warning(watchlist.name, entity.name if entity else "", fault, text)

    if not watchlist.entities and not watchlist.queries:
        yield warn(None, "can never match", "it watches nothing; add entities or queries")
    yield from _query_words(watchlist)
    yield from _idle_queries(watchlist, feed_weight)
    seen: set[Entity] = set()
    for entity in watchlist.entities:
        if entity in seen:
            yield warn(entity, "shadowed", "it is listed twice; once is enough")
            continue
        seen.add(entity)
        names = expanded[entity]
        configured = [name for name in names if name.source in {CONFIGURED, ALIAS}]
        if not any(map(lettered, _forms(entity, names))):
            yield warn(entity, "can never match", "its names have no letters or digits")
            continue
        for text in _breadth(entity, configured):
            yield warn(entity, "too broad", text)
        for text in _ambiguity(entity, configured):
            yield warn(entity, "ambiguous", text)
        for text in _whose(entity, configured):
            yield warn(entity, "ambiguous", text)
        for text in _exclusions(entity, names):
            yield warn(entity, "can never match", text)
        if problem := _reach(entity, watchlist, feed_weight):
            yield warn(entity, "can never alert", problem)
        for text in unlisted(entity, names):
            yield warn(entity, "without its other names", text)


def _idle_queries(watchlist: Watchlist, feed_weight: float) -> Iterator[Warning]:
    """Queries that no article fulfils; those that cannot be understood are told of elsewhere."""
    for query in watchlist.queries:
        try:
            holds = can_hold(parse(query.query))
        except QuerySyntaxError:
            continue
        if not holds:
            text = "what it asks for and what it excludes are the same; no article fulfils it"
            yield Warning(watchlist.name, query.name, "can never match", text)
        elif watchlist.alert_at > _most(watchlist, feed_weight):
            yield Warning(watchlist.name, query.name, "can never alert", _too_low(watchlist))


def _query_words(watchlist: Watchlist) -> Iterator[Warning]:
    for query in watchlist.queries:
        words = _OPERATOR_WORDS.findall(_QUOTED.sub("", query.query))
        for word in dict.fromkeys(words):
            text = f"“{word}” is looked for as a word; write {word.upper()} if you mean that"
            yield Warning(watchlist.name, query.name, "ambiguous", text)


def _forms(entity: Entity, names: Iterable[Name]) -> set[str]:
    return {form for name in names for form in spellings(name.text, entity.kind)}


def _breadth(entity: Entity, configured: Iterable[Name]) -> Iterator[str]:
    for name in configured:
        folded = fold_name(name.text)
        if len(folded) == 1 and folded.isascii():
            yield f"“{name.text}” is a single letter; it is found in nearly every article"
        elif (
            not (name.ambiguous or entity.case_sensitive)
            and folded.isalpha()
            and folded.isascii()
            and frequency(folded) >= _BROAD
        ):
            yield f"“{name.text}” is an everyday word; expect many alerts, or use a phrase"


def _ambiguity(entity: Entity, configured: Sequence[Name]) -> Iterator[str]:
    if entity.context:
        return
    trade = bool(words_for(entity.kind))
    for name in configured:
        if name.ambiguous:
            why = name.ambiguity
            if trade:
                yield f"{why}: it counts only near words of the trade; add `context` to help it"
            else:
                yield f"{why}: it never alerts alone; add `context`, or a fuller name as alias"


def _whose(entity: Entity, configured: Sequence[Name]) -> Iterator[str]:
    """Names of institutions that many countries have, where nothing says which country's."""
    if entity.kind is not Kind.ORGANISATION or home(entity):
        return
    for name in configured:
        if shared(name.text):
            yield (
                f"many countries have a “{name.text}”, and every one's will alert: say whose it "
                'is, as in country = "GB"'
            )


def _exclusions(entity: Entity, names: Sequence[Name]) -> Iterator[str]:
    forms = _forms(entity, names)
    for phrase in entity.exclude:
        folded = fold_name(phrase)
        if not folded:
            yield f"the exclude phrase “{phrase}” has no letters or digits"
        elif folded in forms:
            yield f"the exclude phrase “{phrase}” is the entity's own name"


def _reach(entity: Entity, watchlist: Watchlist, feed_weight: float) -> str | None:
    """Why no score of an entity reaches the threshold, if so."""
    alert_at = watchlist.alert_at
    if _most(watchlist, entity.weight * feed_weight) >= alert_at:
        return None
    if _most(watchlist, feed_weight) >= alert_at:
        return f"its weight {entity.weight:g} keeps every score below alert_at = {alert_at:g}"
    return _too_low(watchlist)


def _most(watchlist: Watchlist, weight: float) -> float:
    """What no score exceeds: named everywhere and often, with all others of the watchlist.

    An ambiguous name, too: whatever supports it makes it as good as another.
    """
    own = min(100.0, (max(NAME, AMBIGUOUS_NAME + CONTEXT) + TITLE + LEAD + FREQUENT) * weight)
    labels = {each.name for each in watchlist.entities} | {each.name for each in watchlist.queries}
    return min(100.0, own + min(TOGETHER_MOST, TOGETHER * (len(labels) - 1)))


def _too_low(watchlist: Watchlist) -> str:
    return (
        f"alert_at = {watchlist.alert_at:g} is more than what is named alone can score, even in "
        "the headline and often"
    )
