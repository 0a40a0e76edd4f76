"""What is new in a story is stored as kinds with their arguments, in place of sentences.

Deliveries of a story that go out as one message bear the alert by whose id that is known.

Alerts keep their ids: what was told is known again by what it says of its match.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SEVERITY = "low|medium|high|critical"
_OPENING = (
    "it now names |its severity rose from |an official source reports it: "
    "|its headline is now “|it no longer names "
)
# A part of what was said ends where the next one begins, or all of it ends.
_END = rf"(?=; (?:{_OPENING})|\Z)"
_PARTS = [
    re.compile(rf"it now names (?P<entities>.+?)(?: and (?P<more>\d+) more)?{_END}", re.DOTALL),
    re.compile(rf"its severity rose from (?P<before>{_SEVERITY}) to (?P<after>{_SEVERITY}){_END}"),
    re.compile(rf"an official source reports it: (?P<host>[^\s;]+){_END}"),
    re.compile(rf"its headline is now “(?P<now>.*?)”, and was “(?P<was>.*?)”{_END}", re.DOTALL),
    re.compile(
        rf"it no longer names (?P<entity>.+?), of whom it said “(?P<said>.*?)”{_END}", re.DOTALL
    ),
]


def upgrade() -> None:
    """Rewrite what is stored, in columns of another type."""
    connection = op.get_bind()
    op.add_column("deliveries", sa.Column("message", sa.String(length=40), nullable=True))
    op.add_column("matches", sa.Column("news", sa.JSON(), nullable=True))
    op.add_column("alerts", sa.Column("news", sa.JSON(), nullable=True))
    of_match = "SELECT id, development, mentions FROM matches WHERE development IS NOT NULL"
    of_alert = (
        "SELECT alerts.id, alerts.development, matches.mentions FROM alerts"
        " JOIN matches ON matches.id = alerts.match_id WHERE alerts.development IS NOT NULL"
    )
    for table, query in (("matches", of_match), ("alerts", of_alert)):
        rewritten = [
            {"id": id_, "news": json.dumps(developments(said, _entities(mentions)))}
            for id_, said, mentions in connection.execute(sa.text(query))
        ]
        if rewritten:
            change = sa.text(f"UPDATE {table} SET news = :news WHERE id = :id")  # noqa: S608
            connection.execute(change, rewritten)
        op.drop_column(table, "development")
        op.alter_column(table, "news", new_column_name="development")


def developments(said: str, entities: Iterable[str]) -> list[dict[str, Any]]:
    """What a sentence of an earlier version said; whole, where it cannot be taken apart.

    Args:
        said: all that was new.
        entities: those that the match names, for names may have commas in them.
    """
    found: list[dict[str, Any]] = []
    place = 0
    while place < len(said):
        part = next((m for each in _PARTS if (m := each.match(said, place))), None)
        if part is None:
            return [{"kind": "told_in_words", "words": said}]
        found.append(_development(part, entities))
        # After "; ".
        place = part.end() + 2
    return found


def _development(part: re.Match[str], entities: Iterable[str]) -> dict[str, Any]:
    said = part.groupdict()
    if "entities" in said:
        names = list(_names(said["entities"], sorted(entities, key=len, reverse=True)))
        return {"kind": "names_entities", "entities": names, "more": int(said["more"] or 0)}
    if "before" in said:
        return {"kind": "severity_rose", "before": said["before"], "after": said["after"]}
    if "host" in said:
        return {"kind": "official_source", "host": said["host"]}
    if "now" in said:
        return {"kind": "headline_changed", "before": said["was"], "after": said["now"]}
    return {"kind": "no_longer_names", "entity": said["entity"], "sentence": said["said"]}


def _names(listed: str, entities: list[str]) -> Iterator[str]:
    """The names in a list with commas, the longest known one first."""
    while listed:
        known = (each for each in entities if listed == each or listed.startswith(f"{each}, "))
        name = next(known, None) or listed.partition(", ")[0]
        yield name
        listed = listed[len(name) + 2 :]


def _entities(mentions: str | list[dict[str, Any]]) -> set[str]:
    stored = json.loads(mentions) if isinstance(mentions, str) else mentions
    return {mention["entity"] for mention in stored}
