"""Matches for other programs: JSON, CSV, STIX, MISP. The same bytes to whoever asks for them."""

from __future__ import annotations

import csv
import enum
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from monitor.config.schema import Config
from monitor.config.secrets import redactor
from monitor.model.match import Kind
from monitor.service.database import Database
from monitor.service.json_values import blanked, json_value, plain
from monitor.service.matches import FoundMatch, search

#: Matches in one export at the most.
MOST = 10_000


class ExportFormat(enum.StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    STIX = "stix"
    MISP = "misp"
    ATOM = "atom"

    @property
    def media_type(self) -> str:
        """As HTTP says it (for STIX: section 3.1 of the TAXII 2.1 specification)."""
        return {
            ExportFormat.CSV: "text/csv; charset=utf-8",
            ExportFormat.JSON: "application/json",
            ExportFormat.STIX: "application/stix+json;version=2.1",
            ExportFormat.MISP: "application/json",
            ExportFormat.ATOM: "application/atom+xml",
        }[self]

    @property
    def suffix(self) -> str:
        """Of a file of it."""
        return self.value if self in {ExportFormat.CSV, ExportFormat.ATOM} else "json"


@dataclass(frozen=True, slots=True)
class Exported:
    """A match as exports tell it."""

    match: FoundMatch
    kinds: Mapping[str, Kind]
    """Of the entities that it names, as far as the configuration still has them."""


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which matches are exported."""

    watchlist: str | None = None
    since: datetime | None = None
    min_score: float | None = None
    alerts_only: bool = False
    containing: str | None = None
    story: int | None = None
    limit: int = MOST


def export(
    db: Database,
    config: Config,
    form: ExportFormat,
    wanted: ExportFilter,
    *,
    redact: Callable[[str], str] | None = None,
) -> bytes:
    """Matches, the newest first.

    Args:
        db: where they are.
        config: which kinds the entities are of.
        form: what they are written as.
        wanted: which.
        redact: blanks out what gives access in addresses; None: only logins.

    Raises:
        StoreError: they cannot be read.
    """
    found = search(
        db,
        watchlist=wanted.watchlist,
        since=wanted.since,
        min_score=wanted.min_score,
        alerts_only=wanted.alerts_only,
        containing=wanted.containing,
        story=wanted.story,
        limit=min(wanted.limit, MOST),
    )
    kinds = {each.name: {e.name: e.kind for e in each.entities} for each in config.watchlists}
    redact = redact or redactor(())
    return _writer(form, redact)(
        [Exported(shown(each, redact), kinds.get(each.watchlist, {})) for each in found]
    )


def shown(match: FoundMatch, redact: Callable[[str], str]) -> FoundMatch:
    """A match whose article's address gives no access."""
    url = match.article.url
    return replace(match, article=replace(match.article, url=redact(url))) if url else match


def _writer(
    form: ExportFormat, redact: Callable[[str], str]
) -> Callable[[Sequence[Exported]], bytes]:
    if form is ExportFormat.STIX:
        from monitor.service.export_stix import as_stix

        return as_stix
    if form is ExportFormat.MISP:
        from monitor.service.export_misp import as_misp

        return as_misp
    if form is ExportFormat.ATOM:
        from monitor.service.export_atom import as_atom

        return as_atom
    return as_csv if form is ExportFormat.CSV else partial(as_json, redact=redact)


def as_json(found: Sequence[Exported], redact: Callable[[str], str]) -> bytes:
    """A list of the matches as `monitor matches list --json` has them, one a line."""
    lines = ",\n".join(
        json.dumps(blanked(plain(each.match), redact), ensure_ascii=False, default=json_value)
        for each in found
    )
    return encoded(f"[{lines}]\n")


#: The columns of a table of matches.
COLUMNS = (
    "id", "found", "watchlist", "severity", "score", "told", "entities", "names", "title", "outlet",
    "url", "published", "language", "sentence",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets read these, too


def as_csv(found: Sequence[Exported]) -> bytes:
    """A table, in which no cell is a formula to a spreadsheet (RFC 4180; OWASP, CSV injection)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in found:
        match, article = each.match, each.match.article
        cells = (
            match.id,
            match.created.isoformat(),
            match.watchlist,
            match.severity.value,
            f"{match.score:g}",
            match.fate.kind,
            "; ".join(entities_of(match)),
            "; ".join(dict.fromkeys(mention.text for mention in match.mentions)),
            article.title,
            article.outlet,
            article.url or "",
            article.published.isoformat() if article.published else "",
            article.language or "",
            proof_of(match),
        )
        writer.writerow([harmless(str(cell)) for cell in cells])
    return encoded(out.getvalue())


def harmless(cell: str) -> str:
    """A cell's text on one line, with an apostrophe before what would begin a formula."""
    text = " ".join("".join(c if c.isprintable() else " " for c in cell).split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def entities_of(match: FoundMatch) -> list[str]:
    """Whom a match names, in the order of the text."""
    return list(dict.fromkeys(mention.entity for mention in match.mentions))


def proof_of(match: FoundMatch) -> str:
    """A sentence that proves it, rather of the text than of the headline."""
    if not match.mentions:
        return ""
    best = next((each for each in match.mentions if each.field != "title"), match.mentions[0])
    return best.sentence


def encoded(text: str) -> bytes:
    """In UTF-8, with a question mark for half a character from somebody's page."""
    return text.encode("utf-8", "replace")
