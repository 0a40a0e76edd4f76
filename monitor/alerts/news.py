"""What is news in a story that people have been told of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.model.match import Severity

_SHOWN = 5

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


def development(
    told: Told, entities: frozenset[str], severity: Severity, url: str | None
) -> str | None:
    """What is new in a story that people have been told of, in words; None if nothing is.

    That is a watched entity that was not named before, a severity that rises to high or critical,
    and the first report by an official source.

    Args:
        told: what they have been told, of this story and for this watchlist.
        entities: the watchlist's entities that the new article names.
        severity: the new match's.
        url: the new article's address.
    """
    news = []
    if unnamed := sorted(entities - told.entities):
        more = f" and {len(unnamed) - _SHOWN} more" if len(unnamed) > _SHOWN else ""
        news.append(f"it now names {', '.join(unnamed[:_SHOWN])}{more}")
    if rises(told.severity, severity):
        news.append(f"its severity rose from {told.severity} to {severity}")
    if not told.official and (host := official_source(url)):
        news.append(f"an official source reports it: {host}")
    return "; ".join(news) or None


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
