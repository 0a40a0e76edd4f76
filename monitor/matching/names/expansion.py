"""What an entity goes by: the configured name, its aliases, and what follows from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from anyascii import anyascii

from monitor.config.clusters import Cluster
from monitor.config.schema import Entity
from monitor.matching.actors import clusters_for, names_abroad
from monitor.matching.names.home import home, parted, without_country
from monitor.matching.names.institutions_abroad import TRANSLATION, Translation, abroad
from monitor.matching.names.ordinary import (
    GENERIC,
    everyday,
    frequency,
    is_acronym,
    ordinary,
    spoken_as_word,
)
from monitor.matching.names.spellings import written_apart
from monitor.matching.text.normalise import fold_name, in_lower_case, unspaced
from monitor.matching.text.sounds import one_syllable, romanised, syllables
from monitor.matching.text.words import LEGAL_FORMS, LEGAL_PHRASE, STOPWORDS, canonical
from monitor.model.match import Kind

CONFIGURED = "configured"
ALIAS = "alias"
ORDER = "order"
SHORT = "short form"
INITIALS = "initials"
TRANSLITERATION = "transliteration"
ABROAD = "usual transliteration"
BY_FATHER = "father's name"


@dataclass(frozen=True, slots=True)
class Name:
    """A string an entity goes by."""

    text: str
    source: str
    """`configured`, `alias`, `MISP threat-actor`, or how it follows from one of those."""
    ambiguous: bool = False
    """True when the name alone is no proof: it needs context to count in full."""
    why: str = ""
    """Why the name is here, in a user's words."""
    ambiguity: str = ""
    """Why it is ambiguous, likewise; empty when it is not."""
    exact_case: bool = False
    """True when it only counts in the very case it is written in."""
    derived: bool = False
    """True when it follows from another name by rule."""
    everyday: bool = False
    """True for an ambiguous name that is a word of every day: it needs more context."""
    spoken: bool = False
    """True for one that only counts in capitals, or as the word it is spoken as: NATO, Nato."""

    @property
    def detail(self) -> str:
        """Why the name is here and, if it is, why it is ambiguous: in a user's words."""
        return f"{self.why}; {self.ambiguity}" if self.ambiguity else self.why


def expand(entity: Entity, *, orders: bool = True) -> tuple[Name, ...]:
    """Every name of an entity, the configured ones first, each once.

    Args:
        entity: whose.
        orders: with persons' names in the other order, of which only those that can be written
            apart are ever looked for as they stand.
    """
    found: dict[str, Name] = {}

    def add(text: str, source: str, why: str, *, word: bool = False) -> None:
        key = fold_name(text)
        if not key or key in found:
            return
        ambiguity = f"“{text}” is a word, too" if word else ordinary(text, entity.kind)
        acronym = is_acronym(text, entity.kind) and not entity.case_sensitive
        # MISP's ZINC and NICKEL are metals in small letters.
        typed = entity.kind is Kind.ORGANISATION or source in {CONFIGURED, ALIAS}
        found[key] = Name(
            text,
            source,
            bool(ambiguity),
            why,
            ambiguity,
            entity.case_sensitive or acronym,
            derived=source in {ORDER, SHORT, INITIALS},
            everyday=bool(ambiguity) and everyday(text),
            spoken=acronym and typed and spoken_as_word(text),
        )

    add(entity.name, CONFIGURED, "the entity's name")
    for alias in entity.aliases:
        add(alias, ALIAS, "an alias in the configuration")
    for cluster in _clusters(entity):
        for text in (cluster.value, *cluster.synonyms):
            add(text, cluster.source, f"{cluster.source} lists it for {cluster.value}")
    for text, word in _abroad(entity):
        add(text, ABROAD, "what newsrooms call it in that script", word=word)
    for name in tuple(found.values()):
        if name.source == ABROAD:
            continue
        if latin := _in_latin(name.text, entity.kind):
            add(latin, TRANSLITERATION, f"“{name.text}” in Latin letters")
    for name in tuple(found.values()):
        for text, source, detail in _derived(name.text, entity.kind, found):
            if source == ORDER and not (orders or written_apart(text)):
                continue
            add(text, source, detail)
    for translated in _translated(entity, tuple(found.values())):
        add(translated.text, TRANSLATION, f"“{translated.of}” in {translated.language}")
    if entity.kind is Kind.ORGANISATION and not entity.context:
        return tuple(_own_acronym(name, tuple(found.values())) for name in found.values())
    return tuple(found.values())


def _derived(text: str, kind: Kind, known: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """What follows from a name by rule: text, source and detail of each.

    `known` are the folded names that there are: to find countries takes a table that few need.
    """
    if kind is Kind.PERSON:
        for order in _orders(text):
            yield order, ORDER, f"“{text}” in the other order"
        if (short := _initials(text)) and frequency(short.split()[-1].lower()) < _RARE:
            yield short, INITIALS, f"“{text}” with initials; few others have the surname"
    elif kind is Kind.ORGANISATION:
        if short := _without_legal_form(text):
            yield short, SHORT, f"“{text}” without its legal form"
        if any(fold_name(plain) not in known for plain, _ in parted(text)):
            yield without_country(text)[0], SHORT, f"“{text}” without its country"
    elif kind is Kind.THREAT_ACTOR and (short := _without_group(text)):
        yield short, SHORT, f"“{text}” without the word for a group"


def _own_acronym(name: Name, names: Sequence[Name]) -> Name:
    """The name, certain if it is in capitals the initials of a longer one.

    Where the configuration gives `context`, it knows that they stand for something else, too.
    """
    if not name.ambiguous or not name.exact_case or len(name.text) < _ACRONYM:
        return name
    for other in names:
        words = [word for word in fold_name(other.text).split() if word not in STOPWORDS]
        if len(words) > 1 and "".join(word[0] for word in words) == name.text.lower():
            why = f"{name.why}; the initials of “{other.text}”"
            return replace(name, ambiguous=False, ambiguity="", everyday=False, why=why)
    return name


def _clusters(entity: Entity) -> tuple[Cluster, ...]:
    if not entity.expand:
        return ()
    return clusters_for(entity.name, entity.kind, entity.clusters)


def _abroad(entity: Entity) -> tuple[tuple[str, bool], ...]:
    if entity.kind is not Kind.THREAT_ACTOR or not entity.expand:
        return ()
    return names_abroad([entity.name, *(cluster.value for cluster in _clusters(entity))])


def _translated(entity: Entity, names: Iterable[Name]) -> Iterator[Translation]:
    """What an institution of some names is called in other languages.

    Of one that many countries have only where it is known whose is meant: each text is asked.
    """
    if entity.kind is not Kind.ORGANISATION or not entity.expand or entity.case_sensitive:
        return
    for name in names:
        for translated in abroad(name.text):
            if translated.unique or home(entity):
                yield translated


def _orders(text: str) -> list[str]:
    """The other ways round to write a person's name; a comma stands after the family name."""
    words = text.replace(",", " ").split()
    if len(words) < 2 or not text[0].isalpha():
        return []
    if family_first(text):
        first, *rest = words
        return [" ".join([*rest, first]), f"{first}, {' '.join(rest)}"]
    *given, last = words
    return [" ".join([last, *given]), f"{last}, {' '.join(given)}"]


def _without_legal_form(text: str) -> str:
    """An organisation's name without the legal forms at its ends; empty when there are none."""
    text = _GLUED_FORM.sub(" ", text)
    words = LEGAL_PHRASE.sub(" ", fold_name(text)).split()
    if len(words) == len(fold_name(text).split()):
        words = text.replace(",", " ").split()
    while len(words) > 1 and _legal(words[-1]):
        words = words[:-1]
    while len(words) > 1 and _legal(words[0]):
        words = words[1:]
    short = " ".join(words)
    return short if short and fold_name(short) != fold_name(text) else ""


def _without_group(text: str) -> str:
    """A threat actor's name without its last word: Lazarus Group; empty where too little is left.

    What is left must not be a word of every day: nobody calls the Equation Group "Equation".
    """
    rest, _, last = text.rpartition(" ")
    if fold_name(last) not in _GROUPS or len(rest) <= _ACRONYM:
        return ""
    words = fold_name(rest.removeprefix("The ")).split()
    common = all(word in GENERIC or frequency(word) >= _EVERYDAY_PART for word in words)
    return "" if common or (len(words) == 1 and everyday(rest)) else rest.removeprefix("The ")


_GROUPS = frozenset(["group", "team", "gang", "crew", "hackers", "actors", "apt"])
_EVERYDAY_PART = 3.3


def _in_latin(text: str, kind: Kind) -> str:
    """A name of another script as Latin letters have it; empty for one that needs none."""
    folded = fold_name(text)
    if folded.isascii():
        return ""
    if kind is Kind.PERSON and 1 < len(folded) <= _HAN_NAME and all(map(unspaced, folded)):
        # Chinese names: one character for the family, the rest is the given name.
        return f"{anyascii(folded[0])} {anyascii(folded[1:]).capitalize()}"
    if _HAN.fullmatch(folded):
        return _in_pinyin(_HAN_LEGAL_FORM.sub("", folded))
    return " ".join(romanised(word) for word in folded.split()).title().strip()


def _in_pinyin(text: str) -> str:
    """A short Chinese name in Latin letters, in words of two syllables; empty for a longer one.

    Where the words of a long one end cannot be told, and nobody writes it as one.
    """
    if len(text) > _HAN_NAME:
        return ""
    words = [text] if len(text) < _HAN_NAME else [text[:2], text[2:]]
    return " ".join(romanised(word).capitalize() for word in words)


@lru_cache(maxsize=5_000)
def small_parts(text: str) -> frozenset[str]:
    """What stands in lower case behind a name's hyphens: Ban Ki-moon, Jussi Halla-aho."""
    parts = (part for word in text.split() for part in word.split("-")[1:])
    return frozenset(canonical(fold_name(part)) for part in parts if in_lower_case(part[:1]))


def family_name(text: str) -> str:
    """The word of a person's name that is used alone: mostly the last, in Chinese the first."""
    if "," in text:
        return text.partition(",")[0].split()[-1]
    words = text.split()
    if len(words) < 2:
        return ""
    return words[0] if family_first(text) else words[-1]


def family_first(text: str) -> bool:
    """True for names as the Chinese write them, the family's first."""
    first, *given = fold_name(text).replace("-", " ").split()
    return (
        bool(given)
        and one_syllable(first)
        and all(one_syllable(word) or syllables(word) for word in given)
    )


def by_father(text: str) -> str:
    """Who goes by the father's name alone, as on the Gulf; empty for any other name.

    Mohammed bin Zayed Al Nahyan is Mohammed bin Zayed.
    """
    found = _BY_FATHER.match(text)
    return found[1] if found else ""


_BY_FATHER = re.compile(
    r"(\S+ (?:bin|ibn|ben|bint) \S+)(?: (?:bin|ibn|ben|bint) \S+)* [Aa]l[ -]\S+\Z"
)


def _initials(text: str) -> str:
    """A person's name with the given names as initials: A. Khamenei, J.-C. Juncker."""
    words = text.split()
    if len(words) < 2 or "," in text or not all(word[0].isalpha() for word in words):
        return ""
    given = [part[0] for word in words[:-1] for part in word.split("-") if part[:1].isupper()]
    return f"{'. '.join(given)}. {words[-1]}" if given else ""


def _legal(word: str) -> bool:
    return canonical(fold_name(word).strip(".,()")) in LEGAL_FORMS


_GLUED_FORM = re.compile(r"(?<=[a-z])(?=(?:AG|SA|SE|NV|AB|Inc|Ltd|GmbH)$)")
_HAN_NAME = 4
_HAN = re.compile("[\u3400-\u9fff]+")
_HAN_LEGAL_FORM = re.compile(
    "(?:股份有限公司|有限责任公司|有限責任公司|有限公司|公司|集团|集團|株式会社|株式會社)+$"
)
_RARE = 2.8
_ACRONYM = 3
