# ruff: noqa: RUF001, E501 - tables of Cyrillic and Greek letters
"""Latin names in Cyrillic and Greek letters, which write what is heard and not what is read.

Biden is Байден and Μπάιντεν, Trump is Трамп. A name is compared letter by letter with what may be
written for each of its sounds, as `semitic` does for scripts without vowels; here vowels must be
there, too, and a case ending may follow. `skeletons` are what such words are looked up by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product

from monitor.matching.spelling.spelling_walk import Walk
from monitor.matching.text.patterns import lazy

_CYRILLIC, _GREEK = 0, 1
_SOUNDS = {
    "tsch": ("ч", "τσ"), "tch": ("ч тч", "τσ"), "sch": ("ш сх щ шч ск", "σ σκ σχ"),
    "sh": ("ш щ", "σ"), "ch": ("ч х к ш", "τσ χ κ σ"), "zh": ("ж чж дж ч", "ζ τζ"),
    "kh": ("х г к", "χ κ"), "gh": ("г", "γκ γ"), "th": ("т с ф з д", "θ τ δ"), "dh": ("д", "δ ντ"),
    "ph": ("ф", "φ"), "ck": ("к цк", "κ τσκ"), "ts": ("ц тс тц с", "τσ σ"), "tz": ("ц тц тс", "τσ τζ"),
    "cz": ("ч", "τσ"), "sz": ("ш с", "σ"), "dj": ("дж џ ђ", "τζ"), "dzh": ("дж", "τζ"),
    "wh": ("у в х", "ου γου β χ"), "qu": ("к кв кю ку", "κου κ κι"), "gu": ("г гв гу", "γκ γκου γ γου"),
    "nge": ("нж ндж нг", "νζ ντζ νγκ"), "ng": ("нг н нк", "νγκ γγ γκ ν νγ"), "nd": ("нд", "ντ νδ νντ"), "nt": ("нт", "ντ"),
    "mb": ("мб", "μπ μβ μμπ"), "mp": ("мп", "μπ"), "nk": ("нк", "νκ γκ"), "ll": ("л и", "λ γι ι"),
    "b": ("б", "μπ β"), "d": ("д ђ", "ντ δ"), "f": ("ф в", "φ"), "g": ("г", "γκ γ γγ"),
    "ģ": ("г дж ж х", "τζ γκ γ ζ χ"), "h": ("г х", "χ"), "j": ("дж ж и х ч џ ј ц цз", "τζ γι ζ χ ι γ"),
    "k": ("к", "κ"), "l": ("л љ", "λ"), "m": ("м", "μ"), "n": ("н њ", "ν"), "p": ("п", "π"),
    "q": ("к ц", "κ τσ"), "r": ("р", "ρ"), "s": ("с з ш", "σ ζ"), "t": ("т", "τ"), "v": ("в ф", "β φ"),
    "w": ("в у уо", "ου γου β γουο"), "x": ("кс с кз х", "ξ σ"), "z": ("з ц с цз дз", "ζ τσ σ θ"),
    "c": ("к", "κ"), "ç": ("с ц ч ш дж", "σ τσ τζ"), "ĉ": ("к ц ч ћ", "κ τσ"),
}  # fmt: skip
"""What a sound is written as; "ç" and "ģ" stand for those before e, i and y, "ĉ" for a last c."""
_OFTEN_SILENT = {"h", "gh", "j"}
_VOWELS = {
    "a": ("а я э е є еи эи аи ъ о", "α ε ει αι ια"), "e": ("е э и є ъ і ї о ео ие ье", "ε η ι ει ιε"),
    "i": ("и ы і ї аи аі ии иі", "ι η υ ει οι αι"), "o": ("о у ъ ау оу ю", "ο ω ου αου"),
    "u": ("у ю а ъ ы о ыи", "ου α υ ιου ο"), "y": ("и ы і ї аи ии іи ыи ие", "ι υ η ει αι γι ε"),
}  # fmt: skip
_TOGETHER = {
    "ee": ("и е і ее", "ι"), "ea": ("и е і еа эа", "ι ε εα"), "oo": ("у о", "ου"), "ou": ("у о ау оу ю", "ου ο αου"),
    "ow": ("оу о ау ов", "οου αου ο οβ"), "ai": ("аи еи э е я аі", "αι ει ε αι"), "ay": ("аи еи э е", "αι ει ε"),
    "ei": ("еи аи и е і иъ", "ει αι ε ι"), "ey": ("еи аи и е і еі", "ει ι ε αι"), "ie": ("и ие ье і є е ії", "ι ιε"),
    "au": ("о ау у", "ο αου ω ου"), "eu": ("оу ои ео ю еу э е", "ευ οι ε εου"), "ue": ("ю у уе ё е э", "ου ιου υ ουε"),
    "oe": ("е э о у ое", "ε ο οε"), "ae": ("э е аэ ае аи", "αε ε αι"), "io": ("ио ьо ё іо о", "ιο ο ιω"),
    "ia": ("иа ия я іа ія а", "ια ιγια α"), "ya": ("я ья иа", "για ια γιαχι"), "yu": ("ю ью", "γιου ιου"),
    "ye": ("е э є ье ие", "ιε γε γιε ε"), "yo": ("ё е о ио ьо", "γιο ιο"), "iu": ("ю иу ію", "ιου"),
    "aw": ("о ау ав", "ο αου αβ"), "ew": ("ю у ев", "ιου ου εβ"), "uy": ("уи аи", "ουι αι"), "oy": ("ои", "οι"), "oi": ("ои уа", "οι ουα"), "eo": ("е о эо ео ио", "εο ο ιο"),
}  # fmt: skip
_UNIT = lazy(
    r"tsch|tch|dzh|sch|sh|ch|zh|kh|gh|th|dh|ph|ck|ts|tz|cz|sz|dj|wh|qu|gu(?=[ei])|nge\Z|ng|nd|nt|mb|mp|nk|ll|"
    r"(?P<soft>[cg](?=[eiy]))|(?P<last>c\Z)|(?P<vowels>[aeiouy]+w?(?![aeiouy])|[aeiouy]+)|."
)
_SOFT = {"c": "ç", "g": "ģ"}


def _sound(part: re.Match[str]) -> str:
    """What letters are called in the tables: by themselves, but for a c or a g where it changes."""
    kind, letters = part.lastgroup, part[0]
    if kind == "last":
        return "ĉ"  # Marc, and Vučić less its sign
    return _SOFT.get(letters, letters) if kind == "soft" else letters


_TWICE = lazy(r"(.)\1+")
_TWICE_BUT_L = lazy(r"([^aeioul])\1+")
_SIGNS = lazy("[ь'’]")
_CYRILLIC_ENDINGS = frozenset(
    [
        "а",
        "у",
        "ом",
        "ем",
        "е",
        "ы",
        "и",
        "я",
        "ю",
        "ои",
        "ою",
        "еи",
        "ею",
        "ым",
        "им",
        "ого",
        "его",
        "ому",
        "ему",
        "ых",
        "их",
        "ыми",
        "ими",
        "ую",
        "юю",
        "ев",
        "ов",
        "ии",
        "ію",
        "ові",
        "еві",
        "ем",
        "єм",
        "єю",
        "ої",
        "оі",
        "еі",
        "ії",
        "і",
        "ою",
        "ам",
        "ах",
        "ами",
        "ия",
        "ию",
        "ием",
        "ији",
        "је",
        "ју",
        "ја",
        "ег",
        "ата",
        "ът",
    ]
)
_GREEK_ENDINGS = frozenset(["σ", "ο", "ου", "οσ", "ησ", "η", "ασ", "α", "εσ", "ων", "ε", "ι"])
_ENDINGS = (_CYRILLIC_ENDINGS, _GREEK_ENDINGS)
_SHORTEST = 3
"""Letters of a name's word from which an ending may follow it."""
_CYRILLIC_LETTERS = lazy("[\u0400-\u052f]+")
_GREEK_LETTERS = lazy("[\u0370-\u03ff]+")


_ANY_VOWEL = (re.compile("[аеиоуыэюяєії]+"), re.compile("[αεηιουωγ]+"))


@dataclass(frozen=True, eq=False, slots=True)
class _Unit:
    """A sound of a name; the same one is one object, by which it is known (`Walk`)."""

    written: tuple[str, ...]
    """What may stand for a sound."""
    optional: bool = False
    vowels: bool = False
    run: int = 0
    """So many vowels of any kind may stand for a group of them."""


def _script(word: str) -> int | None:
    if _CYRILLIC_LETTERS.fullmatch(word):
        return _CYRILLIC
    return _GREEK if _GREEK_LETTERS.fullmatch(word) else None


_SILENT = lazy(r"(?<=[^aeiouy])e(?=s?\Z)|(?<=[^aeiouy])ae(?=l)")


def _silent(part: re.Match[str]) -> bool:
    """True for vowels that English leaves out: James, Mike, Michael."""
    return part.start() > 1 and _SILENT.match(part.string, part.start()) is not None


@lru_cache(maxsize=20_000)
def _units(word: str, script: int) -> tuple[_Unit, ...]:
    units: list[_Unit] = []
    parts = list(_UNIT.finditer(_TWICE_BUT_L.sub(r"\1", word)))
    for number, part in enumerate(parts):
        text = _sound(part)
        if part["vowels"]:
            after_w = bool(units) and units[-1].written[0] in {"в", "ου"}
            units.append(
                _vowel_unit(text, script, _silent(part), first=not number, after_w=after_w)
            )
        elif text in _SOUNDS:
            units.append(_consonant(text, script))
        else:
            return ()
    return tuple(units)


_UNITS = 2000
"""Different sounds that are kept."""


@lru_cache(maxsize=_UNITS)
def _consonant(text: str, script: int) -> _Unit:
    return _Unit(tuple(_SOUNDS[text][script].split()), text in _OFTEN_SILENT)


@lru_cache(maxsize=_UNITS)
def _vowel_unit(text: str, script: int, silent: bool, *, first: bool, after_w: bool) -> _Unit:
    written = _vowels(text, script, first=first)
    if after_w and text[0] == "a":
        written = ("о", *written) if script == _CYRILLIC else ("ο", "ουο", *written)
    return _Unit(written, silent, vowels=True, run=len(text) + 1 if len(text) > 2 else 0)


def _vowels(text: str, script: int, *, first: bool) -> tuple[str, ...]:
    """What may be written for the vowels of a name that stand together."""
    if text.endswith("w") and text[-2:] not in _TOGETHER:
        return tuple(
            f"{each}{w}"
            for each in _vowels(text[:-1], script, first=first)
            for w in ("в", "у", "φ")
        )
    if len(text) == 1:
        found = dict.fromkeys(_VOWELS[text][script].split())
    else:
        found = dict.fromkeys(_TOGETHER.get(text, ("", ""))[script].split())
        singly = [_VOWELS[letter][script].split()[:4] for letter in text[:2] if letter != "w"]
        found |= dict.fromkeys("".join(each) for each in product(*singly))
    if first and script == _CYRILLIC and text[0] == "e":
        found |= dict.fromkeys(("иэ", "ие"))
    if first and script == _GREEK and text[0] in "yei":
        found |= dict.fromkeys(("γε", "γιε", "γι"))
    return tuple(found)


@lru_cache(maxsize=50_000)
def written_as(wanted: str, found: str) -> bool:
    """Whether a word in Cyrillic or Greek letters is a name's word in Latin ones, in any case."""
    return writes(found)(wanted)


def writes(found: str) -> Callable[[str], bool]:
    """What a word in Cyrillic or Greek letters is asked for each of many names: `written_as`."""
    script = _script(_SIGNS.sub("", found))
    if script is None:
        return lambda _: False
    word = _TWICE.sub(r"\1", _SIGNS.sub("", found))
    walk = Walk(partial(_reached, word, _ANY_VOWEL[script]))
    whole = 1 << len(word)
    ending = sum(1 << at for at in range(2, len(word)) if word[at:] in _ENDINGS[script])

    def can_be(wanted: str) -> bool:
        units = _units(wanted, script)
        if not units:
            return False
        before = walk.along(units[:-1])
        places = walk.along(units[-1:], before) if before else 0
        if places & whole or len(wanted) < _SHORTEST:
            return places & whole != 0
        # A vowel at a name's end gives way to the ending.
        stems = places | before if places and units[-1].vowels else places
        return stems & ending != 0

    return can_be


def _reached(word: str, vowels: re.Pattern[str], unit: _Unit, place: int) -> Iterator[int]:
    """Where a word goes on behind what stands for a sound at a place."""
    if unit.optional:
        yield place
    for letters in unit.written:
        if word.startswith(letters, place):
            yield place + len(letters)
    run = vowels.match(word, place, place + unit.run) if unit.run else None
    if run:
        yield from range(place + 1, run.end() + 1)


_NAME_CLASSES = {
    "tsch": "J", "tch": "J", "dzh": "J", "sch": "S|SK|SG", "sh": "S", "ch": "J|G|K|S", "zh": "J|S", "kh": "G|K",
    "gh": "G|", "th": "T|S|V", "dh": "T", "ph": "V", "ck": "K|SK", "ts": "S", "tz": "S|J", "cz": "J", "sz": "S", "dj": "J|T",
    "wh": "V|.", "qu": "K|KV", "gu": "G", "nge": "NJ|NS|NG", "ng": "NG|N", "nd": "T", "nt": "T", "mb": "P", "mp": "P", "nk": "K",
    "ll": "L|.", "b": "P", "d": "T", "f": "V", "g": "G", "ģ": "G|J", "h": "G|", "j": "J|.|G|S", "k": "K", "l": "L", "m": "M",
    "n": "N", "p": "P", "q": "K|S", "r": "R", "s": "S", "t": "T", "v": "V", "w": "V|.", "x": "KS|S", "z": "S|J|T", "c": "K",
    "ç": "S|J", "ĉ": "K|S|J",
}  # fmt: skip
"""What a sound is looked up as: classes of consonants, and "." for vowels."""
_CLASSES_OF = {letters: classes.split("|") for letters, classes in _NAME_CLASSES.items()}
_LETTER_CLASSES = {
    "P": "бпπ", "T": "дтђδτθ", "K": "кκ", "G": "гхґγχ", "S": "сзцшщσζѕ", "J": "жчџћ", "V": "вфβφ", "R": "рρ",
    "L": "лљλ", "M": "мμ", "N": "нњν", "KS": "ξ", ".": "аеёиоуыъэюяєіїјαεηιουω",
}  # fmt: skip
_CLASS = str.maketrans({letter: c for c, letters in _LETTER_CLASSES.items() for letter in letters})
_AS_ONE = (
    ("τζ", "J"), ("тч", "J"), ("дж", "J"), ("чж", "J"), ("τσ", "S"), ("тс", "S"), ("тц", "S"), ("дз", "S"), ("цз", "S"),
    ("ντ", "T"), ("нт", "T"), ("нд", "T"), ("μπ", "P"), ("мп", "P"), ("мб", "P"), ("γκ", "G"), ("γου", "V"), ("νκ", "K"), ("нк", "K"),
)  # fmt: skip
_MOST = 12
"""Ways to look a name's word up at most."""


def _plain(key: str) -> str:
    return _TWICE.sub(r"\1", key).rstrip(".")


def spoken(word: str) -> tuple[str, ...]:
    """What a name's word in Latin letters is looked up as; empty for one in others."""
    if not word.isascii() or not word.isalpha():
        return ()
    ways: list[Sequence[str]] = []
    for part in _UNIT.finditer(_TWICE_BUT_L.sub(r"\1", word)):
        if part.lastgroup != "vowels":
            ways.append(_CLASSES_OF.get(_sound(part), _NO_CLASS))
        elif part[0][-1] == "w":
            ways.append(_VOWEL_OR_V)
        else:
            ways.append(_VOWEL_OR_NONE if _silent(part) else _VOWEL)
    # In lines, as one text: an expression asked of each takes three times as long.
    every = "\n".join(map("".join, product(*ways[:12])))
    found = dict.fromkeys(each.rstrip(".") for each in _TWICE.sub(r"\1", every).split("\n"))
    return tuple(key for key in found if key.strip("."))[:_MOST]


_VOWEL, _VOWEL_OR_NONE, _VOWEL_OR_V, _NO_CLASS = (".",), (".", ""), (".", ".V"), ("",)


def skeletons(word: str) -> list[str]:
    """What a word of a text in Cyrillic or Greek letters is looked up as, less a case's endings."""
    word = _SIGNS.sub("", word)
    found: list[str] = []
    if _script(word) is None:
        return found
    for letters, one in _AS_ONE:
        word = word.replace(letters, one)
    for start in (0, 1) if _GREEK_Y.match(word) else (0,):
        key = _plain(_TWICE.sub(r"\1", word[start:].translate(_CLASS)))
        found.append(key)
        if len(key) > 1 and key[-1] in "MGSVNR":
            found.append(_plain(key[:-1]))
    return [key for key in dict.fromkeys(found) if key]


_GREEK_Y = lazy("γ[ιε]")
