"""What institutions are called in other languages: Wahlkommission, Komisja Wyborcza, 选举委员会."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from monitor.matching.text.normalise import fold_name

TRANSLATION = "translation"
TABLE = "institutions_abroad.toml"


@dataclass(frozen=True, slots=True)
class Translation:
    """A name of an institution in another language."""

    of: str
    text: str
    language: str
    """As English calls it."""
    unique: bool
    """True where no country has another one of that name."""


@dataclass(frozen=True, slots=True)
class _Institution:
    names: dict[str, tuple[str, ...]]
    """By language."""
    also: tuple[str, ...]
    """English names that only some countries' has: the State Department is no other foreign
    ministry."""
    unique: bool
    """True where no country has another one."""
    capital: bool
    """True where the words mean something else in small letters."""

    @property
    def in_english(self) -> tuple[str, ...]:
        """All names by which English knows it."""
        return (*self.names["en"], *self.also)


def abroad(name: str) -> Iterator[Translation]:
    """What an institution of that name is called in languages other than the name's own."""
    for institution in _by_name().get(fold_name(name), ()):
        known = institution.names | {"en": institution.in_english}
        own = {
            language
            for language, names in known.items()
            if fold_name(name) in map(fold_name, names)
        }
        for language, names in institution.names.items():
            if language not in own:
                yield from (
                    Translation(name, each, _languages()[language], institution.unique)
                    for each in names
                )


def unique(name: str) -> bool:
    """True for a name in any language of what there is only one of: Parlament Europejski."""
    return any(institution.unique for institution in _by_name().get(fold_name(name), ()))


def shared_in_english(name: str) -> bool:
    """True for an English name of what many countries have, as far as the table goes."""
    wanted = fold_name(name)
    return any(
        not institution.unique and wanted in map(fold_name, institution.in_english)
        for institution in _by_name().get(wanted, ())
    )


@cache
def english_words() -> frozenset[str]:
    """The folded words of all names for which `shared_in_english` is true."""
    shared = (each.in_english for each in _read()[1] if not each.unique)
    return frozenset(word for names in shared for name in names for word in fold_name(name).split())


def in_capitals_only(name: str) -> bool:
    """True for a name that is something else in small letters: Biały Dom, a white house."""
    return any(institution.capital for institution in _by_name().get(fold_name(name), ()))


@cache
def _read() -> tuple[dict[str, str], tuple[_Institution, ...]]:
    table = tomllib.loads((files(__package__) / TABLE).read_text(encoding="utf-8"))
    languages: dict[str, str] = table["languages"]
    return languages, tuple(
        _Institution(
            {
                language: _listed(names)
                for language, names in block.items()
                if language in languages
            },
            _listed(block["also"]) if "also" in block else (),
            block.get("unique", False),
            block.get("capital", False),
        )
        for block in table["institution"]
    )


def _listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(";"))


def _languages() -> dict[str, str]:
    return _read()[0]


@cache
def _by_name() -> dict[str, tuple[_Institution, ...]]:
    found: dict[str, tuple[_Institution, ...]] = {}
    for institution in _read()[1]:
        for text in dict.fromkeys(
            fold_name(name)
            for names in (*institution.names.values(), institution.also)
            for name in names
        ):
            found[text] = (*found.get(text, ()), institution)
    return found
