"""What is news in a story that people have been told of: pure, told as kinds with arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from monitor.model.article import Article, TextSource
from monitor.model.development import (
    Development,
    HeadlineChanged,
    NamesEntities,
    NoLongerNames,
    OfficialSource,
    SeverityRose,
)
from monitor.model.match import Mention, Severity

_SHOWN = 5
"""Entities that one development names; the others are counted."""

_WORD = re.compile(r"\w+")
_OTHER_HEADLINE = 0.75
"""Share of the words of two headlines, in order, below which they say something else.

“UPDATE 1” before it, or a word after it, does not make another headline.
"""
_STILL_WHOLE = 0.6
"""Of the text before: a page that has less by now may be a wall, and has taken nothing back."""

_OFFICIAL = re.compile(
    r"(?:^|\.)(?:gov|mil|int)$"
    r"|(?:^|\.)(?:gov|gob|gouv|gub|govt|govern|go|gv|gc|mil)\.[a-z]{2}$"
    r"|(?:^|\.)(?:europa\.eu|bund\.de|admin\.ch|canada\.ca|government\.nl|overheid\.nl|un\.org)$"
)
_NOT_OFFICIAL = re.compile(r"^(?:www\.)?go\.[a-z]{2}$")


@dataclass(frozen=True, slots=True)
class Told:
    """What people have been told of a story for a watchlist."""

    entities: frozenset[str]
    severity: Severity
    official: bool = False
    """Whether one of the reports told came from an official source."""


def developments(
    told: Told, entities: frozenset[str], severity: Severity, url: str | None
) -> tuple[Development, ...]:
    """What is new in a story that people have been told of.

    That is a watched entity that was not named before, a severity that rises to high or critical,
    and the first report by an official source.

    Args:
        told: what they have been told, of this story and for this watchlist.
        entities: the watchlist's entities that the new article names.
        severity: the new match's.
        url: the address at which the new article's text was read.
    """
    news: list[Development] = []
    if unnamed := sorted(entities - told.entities):
        news.append(NamesEntities(tuple(unnamed[:_SHOWN]), len(unnamed[_SHOWN:])))
    if rises(told.severity, severity):
        news.append(SeverityRose(told.severity, severity))
    if not told.official and (host := official_source(url)):
        news.append(OfficialSource(host))
    return tuple(news)


def new_headline(told: tuple[str, str], now: tuple[str, str]) -> HeadlineChanged | None:
    """That an article has another headline than the one people were told.

    Args:
        told: the feed's headline and the page's own, as they were told; either may be empty.
        now: the same as they are.
    """
    for before, after in zip(told, now, strict=True):
        if before and after and _differ(before, after):
            return HeadlineChanged(before, after)
    return None


def taken_back(
    before: Article, after: Article, named: Iterable[Mention], names: Iterable[Mention]
) -> tuple[NoLongerNames, ...]:
    """Whom an article's page names no more, with the sentence that is gone.

    Args:
        before: the article as it was.
        after: the article as it is.
        named: what it named then.
        names: what it names now.
    """
    pages = TextSource.PAGE
    if before.text_source is not pages or after.text_source is not pages or after.may_lack_text:
        return ()
    if len(after.body) < _STILL_WHOLE * len(before.body):
        return ()
    # Whom nobody watches any more may still be named.
    text = f"{after.title}\n{after.summary}\n{after.body}".casefold()
    left = {mention.entity for mention in names}
    named = tuple(named)
    left |= {mention.entity for mention in named if mention.text.casefold() in text}
    gone: dict[str, Mention] = {}
    for mention in named:
        if mention.entity not in left:
            gone.setdefault(mention.entity, mention)
    return tuple(
        NoLongerNames(entity, " ".join(mention.sentence.split()))
        for entity, mention in gone.items()
    )


def rises(told: Severity, severity: Severity) -> bool:
    """Whether a severity is news to those who were told another."""
    # Below, one outlet's emphasis makes the difference, not the event.
    return severity.rank > told.rank and severity.rank >= Severity.HIGH.rank


def official_source(url: str | None) -> str | None:
    """The host of an address if a government or an international body runs it, else None.

    Known by the names that registries keep for them (.gov, .mil, .int, .gov.uk, .gouv.fr,
    .go.jp, .europa.eu and so on), so a ministry under a plain name is not recognised.
    """
    try:
        host = (urlsplit(url or "").hostname or "").lower().rstrip(".")
    except ValueError:
        return None
    return host if _OFFICIAL.search(host) and not _NOT_OFFICIAL.match(host) else None


def _differ(before: str, after: str) -> bool:
    old, new = (_WORD.findall(text.casefold()) for text in (before, after))
    if len(old) <= 1 or len(new) <= 1:
        # Scripts without spaces: a headline is one word.
        return SequenceMatcher(None, before, after, autojunk=False).ratio() < _OTHER_HEADLINE
    return SequenceMatcher(None, old, new, autojunk=False).ratio() < _OTHER_HEADLINE
