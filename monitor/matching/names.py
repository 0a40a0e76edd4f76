"""What an entity goes by: the configured name, its aliases, and what follows from them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.config.schema import Entity
from monitor.matching.actors import clusters_for
from monitor.matching.normalise import fold_name
from monitor.matching.ordinary import everyday, ordinary
from monitor.model import Kind

CONFIGURED = "configured"
ALIAS = "alias"
ORDER = "order"


@dataclass(frozen=True, slots=True)
class Name:
    """A string an entity goes by."""

    text: str
    source: str
    """`configured`, `alias`, `MISP threat-actor`, or how it follows from one of those."""
    ambiguous: bool = False
    """True when the name alone is no proof: it needs context to count in full."""
    detail: str = ""
    """Why the name is here, or why it is ambiguous, in a user's words."""
    exact_case: bool = False
    """True when it only counts in the very case it is written in."""
    everyday: bool = False
    """True for an ambiguous name that is a word of every day: it needs more context."""


def expand(entity: Entity) -> tuple[Name, ...]:
    """Every name of an entity, the configured ones first, each once."""
    found: dict[str, Name] = {}

    def add(text: str, source: str, detail: str) -> None:
        key = fold_name(text)
        if not key or key in found:
            return
        why = ordinary(text, entity.kind)
        found[key] = Name(
            text,
            source,
            bool(why),
            f"{detail}; {why}" if why else detail,
            entity.case_sensitive or _is_acronym(text, entity.kind),
            bool(why) and everyday(text),
        )

    add(entity.name, CONFIGURED, "the entity's name")
    for alias in entity.aliases:
        add(alias, ALIAS, "an alias in the configuration")
    if not entity.expand:
        return tuple(found.values())
    for cluster in clusters_for(entity.name, entity.kind):
        for text in (cluster.value, *cluster.synonyms):
            add(text, cluster.source, f"{cluster.source} lists it for {cluster.value}")
    for name in tuple(found.values()):
        if entity.kind is Kind.PERSON:
            for text in _orders(name.text):
                add(text, ORDER, f"“{name.text}” in the other order")
        elif entity.kind is Kind.ORGANISATION:
            short = _without_legal_form(name.text)
            if short:
                add(short, "short form", f"“{name.text}” without its legal form")
    return tuple(found.values())


def _is_acronym(text: str, kind: Kind) -> bool:
    return (
        kind in {Kind.ORGANISATION, Kind.THREAT_ACTOR, Kind.MALWARE}
        and text.isascii()
        and text.isalpha()
        and text.isupper()
        and len(text) <= 5
    )


def _orders(text: str) -> list[str]:
    """The ways to write a person's name with its last word first, and with its first word last."""
    words = text.replace(",", " ").split()
    if len(words) < 2 or not text[0].isalpha():
        return []
    first, *rest = words
    *given, last = words
    return [
        " ".join([last, *given]), f"{last}, {' '.join(given)}",
        " ".join([*rest, first]), f"{first}, {' '.join(rest)}",
    ]  # fmt: skip


_LEGAL_FORM = re.compile(
    r"(?i)[\s,]+(?:inc|incorporated|ltd|limited|llc|l\.l\.c|plc|p\.l\.c|corp|corporation|co|company|"
    r"ag|gmbh|se|sa|s\.a|nv|n\.v|bv|b\.v|ab|as|a/s|oyj?|spa|s\.p\.a|srl|s\.r\.l|sarl|s\.a\.r\.l|"
    r"pte|pty|kk|k\.k|ojsc|jsc|pjsc|ooo|oao|ao|llp|lp|l\.p)\.?$"
)


def _without_legal_form(text: str) -> str:
    short = text.strip()
    while (shorter := _LEGAL_FORM.sub("", short).rstrip(" ,")) != short:
        short = shorter
    return short if short and short != text.strip() else ""


_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_LONG_ENOUGH = 9
_NUMBERED = re.compile(r"([^\W\d_])[ ]?(?=\d)")


def spellings(name: str, kind: Kind) -> tuple[str, ...]:
    """The folded strings that stand for a name in folded text, each once.

    Folding already unites dashes and spaces; what remains is whether they are there at all:
    APT31 and APT 31, Guang-zong and Guangzong, Al-Qa'ida and Al Qaida.
    """
    base = fold_name(name)
    if not base:
        return ()
    found = {base}
    if "'" in base:
        found.add(base.replace("'", ""))
    if _NUMBERED.search(base):
        found |= {_NUMBERED.sub(r"\1", form) for form in found} | {
            _NUMBERED.sub(r"\1 ", form) for form in found
        }
        found |= {form.replace(" ", "") for form in found}
    elif "-" in name.strip("-"):
        found.add(fold_name(name.replace("-", "")))
    if kind in {Kind.THREAT_ACTOR, Kind.MALWARE}:
        # Made-up names are run together and taken apart at will: OilRig, Oil Rig.
        found.add(fold_name(_HUMP.sub(" ", name)))
        if len(base) >= _LONG_ENOUGH:
            found |= {form.replace(" ", "") for form in found if form.count(" ") <= 2}
    return tuple(sorted(found))
