"""What is new in a story, as a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model.development import (
    Development,
    HeadlineChanged,
    NamesEntities,
    NoLongerNames,
    OfficialSource,
    SeverityRose,
    ToldInWords,
    WatchlistJoined,
)


def development_words(developments: Iterable[Development]) -> str:
    """All that is new, without a full stop; empty if nothing is."""
    news = list(developments)
    joined = [each.watchlist for each in news if isinstance(each, WatchlistJoined)]
    said = [_words(each) for each in news if not isinstance(each, WatchlistJoined)]
    if joined:
        *others, last = joined
        names = f"{', '.join(others)} and {last}" if others else last
        said.append(f"it concerns {names}, too")
    return "; ".join(said)


def _words(
    development: NamesEntities
    | SeverityRose
    | OfficialSource
    | HeadlineChanged
    | NoLongerNames
    | ToldInWords,
) -> str:
    match development:
        case NamesEntities(entities, more):
            rest = f" and {more} more" if more else ""
            words = f"it now names {', '.join(entities)}{rest}"
        case SeverityRose(before, after):
            words = f"its severity rose from {before} to {after}"
        case OfficialSource(host):
            words = f"an official source reports it: {host}"
        case HeadlineChanged(before, after):
            words = f"its headline is now “{after}”, and was “{before}”"
        case NoLongerNames(entity, sentence):
            words = f"it no longer names {entity}, of whom it said “{sentence}”"
        case ToldInWords(words):
            pass
    return words
