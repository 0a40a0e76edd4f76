"""Matches as STIX 2.1: who was named, the report that names them, and that they were sighted.

Ids are made of what they stand for (UUIDv5, section 2.9 of the specification), so that an export
made again is the same, and two exports that are put together have nothing twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.model.match import Kind
from monitor.service.export import Exported, encoded, entities_of, proof_of

if TYPE_CHECKING:
    from monitor.service.matches import FoundMatch

_OURS = uuid.UUID("6b1f6b1e-6c0e-5d0a-9a55-3f0c1f3f7a11")
"""The namespace of the ids made here."""
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""When what has no time of its own was made: an id must always say the same."""
_CLASSES = {Kind.PERSON: "individual", Kind.ORGANISATION: "organization"}
_LONGEST = 2_000


def as_stix(found: Sequence[Exported]) -> bytes:
    """A bundle of reports, of those whom they name, and of sightings."""
    import stix2

    author = stix2.Identity(
        id=_id("identity", "monitor"), name="monitor", identity_class="system",
        created=_ALWAYS, modified=_ALWAYS,
    )  # fmt: skip
    objects: dict[str, Any] = {author.id: author}
    for each in found:
        for made in _objects(stix2, each, author.id):
            objects.setdefault(made.id, made)
    bundle = stix2.Bundle(
        id=_id("bundle", *sorted(objects)), objects=list(objects.values()), allow_custom=False
    )
    return encoded(bundle.serialize(ensure_ascii=True) + "\n")


def _objects(stix2: Any, exported: Exported, author: str) -> list[Any]:
    match, article = exported.match, exported.match.article
    named = [_named(stix2, name, exported.kinds.get(name), author) for name in entities_of(match)]
    if not named:
        return []  # a query that asks for no words: a report must refer to something
    outlet = _clean(article.outlet) or "unknown outlet"
    source = stix2.Identity(
        id=_id("identity", "outlet", outlet), name=outlet, identity_class="organization",
        created_by_ref=author, created=_ALWAYS, modified=_ALWAYS,
    )  # fmt: skip
    seen = article.published or article.fetched or match.created
    report = stix2.Report(
        id=_id("report", match.watchlist, article.url or article.id),
        name=_clean(article.title) or f"Article {article.id}",
        description=_clean(proof_of(match)),
        report_types=["threat-report"],
        published=seen,
        object_refs=[each.id for each in named],
        labels=[_clean(match.watchlist), match.severity.value],
        confidence=round(match.score),
        lang=article.language,
        external_references=_references(stix2, match),
        created_by_ref=author,
        created=match.created,
        modified=match.created,
    )
    sightings = [
        stix2.Sighting(
            id=_id("sighting", report.id, each.id),
            sighting_of_ref=each.id,
            where_sighted_refs=[source.id],
            first_seen=seen,
            last_seen=seen,
            count=sum(mention.entity == name for mention in match.mentions),
            created_by_ref=author,
            created=match.created,
            modified=match.created,
        )
        for name, each in zip(entities_of(match), named, strict=True)
    ]
    return [*named, source, report, *sightings]


def _named(stix2: Any, name: str, kind: Kind | None, author: str) -> Any:
    shared = {"created_by_ref": author, "created": _ALWAYS, "modified": _ALWAYS}
    text = _clean(name) or "unnamed"
    if kind is Kind.THREAT_ACTOR:
        return stix2.ThreatActor(
            id=_id("threat-actor", name), name=text, threat_actor_types=["unknown"], **shared
        )
    if kind is Kind.MALWARE:
        return stix2.Malware(id=_id("malware", name), name=text, is_family=True, **shared)
    sort = _CLASSES.get(kind, "unknown") if kind is not None else "unknown"
    return stix2.Identity(
        id=_id("identity", "named", sort, name), name=text, identity_class=sort, **shared
    )


def _references(stix2: Any, match: FoundMatch) -> list[Any]:
    url = match.article.url
    name = _clean(match.article.outlet) or "article"
    if not url:
        return [stix2.ExternalReference(source_name=name, external_id=match.article.id)]
    return [stix2.ExternalReference(source_name=name, url=url)]


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(_OURS, encoded(chr(31).join((kind, *parts))).decode())}"


def _clean(text: str) -> str:
    """Text from the network: printable, on one line, of a sensible length."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return encoded(" ".join(plain.split())[:_LONGEST]).decode()
