"""Matches as one event of MISP (https://www.misp-project.org/datamodels/)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.model.match import Kind, Severity
from monitor.service.export import Exported, encoded, entities_of, proof_of

_OURS = uuid.UUID("6b1f6b1e-6c0e-5d0a-9a55-3f0c1f3f7a12")
_LONGEST = 2_000
_LEVELS = {Severity.CRITICAL: "1", Severity.HIGH: "1", Severity.MEDIUM: "2", Severity.LOW: "3"}


def as_misp(found: Sequence[Exported]) -> bytes:
    """An event with a link for each article, and who is named in it."""
    attributes = [attribute for each in found for attribute in _attributes(each)]
    times = [each.match.created for each in found]
    newest = max(times, default=datetime(2026, 1, 1, tzinfo=UTC))
    gravest = max((each.match.severity for each in found), key=lambda s: s.rank, default=None)
    # What stands twice, MISP refuses.
    unique = {each["uuid"]: each for each in attributes}
    event = {
        "uuid": _id("event", *unique),
        "info": f"monitor: {len(found)} matches",
        "date": f"{newest:%Y-%m-%d}",
        "timestamp": str(int(newest.timestamp())),
        "published": False,
        "analysis": "2",
        "threat_level_id": _LEVELS[gravest] if gravest else "4",
        "distribution": "0",
        "Attribute": list(unique.values()),
        "Tag": [{"name": "type:OSINT", "colour": "#004646"}],
    }
    return encoded(json.dumps({"Event": event}, ensure_ascii=True) + "\n")


def _attributes(exported: Exported) -> list[dict[str, Any]]:
    match, article = exported.match, exported.match.article
    address = article.url or article.title
    said = _clean(proof_of(match))
    about = f"{_clean(article.title)} ({match.watchlist}, {match.score:g} of 100): {said}"
    shared = {
        "timestamp": str(int(match.created.timestamp())),
        "to_ids": False,
        "distribution": "5",
        "first_seen": (article.published or article.fetched or match.created).isoformat(),
    }
    made = [
        {
            "uuid": _id("article", match.watchlist, address),
            "type": "link" if article.url else "text",
            "category": "External analysis",
            "value": _clean(address) or f"article {article.id}",
            "comment": _clean(about),
            **shared,
        }
    ]
    for name in entities_of(match):
        kind = exported.kinds.get(name)
        actor = kind is Kind.THREAT_ACTOR
        made.append(
            {
                "uuid": _id("named", match.watchlist, address, name),
                "type": "threat-actor" if actor else "text",
                "category": "Attribution" if actor else "Other",
                "value": _clean(name),
                "comment": _clean(f"{kind.value if kind else 'name'} in {address}: {said}"),
                **shared,
            }
        )
    return made


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_OURS, encoded(chr(31).join(parts)).decode()))


def _clean(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return encoded(" ".join(plain.split())[:_LONGEST]).decode()
