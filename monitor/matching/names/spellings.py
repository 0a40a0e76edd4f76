"""A name as it is spelt in folded text: without dashes, dots, umlauts, as German declines it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.matching.text.normalise import fold_name
from monitor.matching.text.sounds import one_syllable, syllables
from monitor.model.match import Kind

_OF_GOD = re.compile(r"(?<=[^\W\d_]{2})([^\Waeou])([aou]llah)\b")
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
_AND = re.compile(r" and | ?& ?")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_LONG_ENOUGH = 9
_LONG_HASHTAG = 6
_GERMAN_ARTICLE = re.compile(r"Die ([A-ZÄÖÜ][a-zäöüß]+e)n?\Z")
"""Die Linke, der Linken; Die Grünen, den Grünen."""
_GERMAN_ADJECTIVE = re.compile(r"\b([a-zäöüß]{3,}e)(?= [A-ZÄÖÜ])")
"""In lower case before a noun's capital: britische Wahlkommission."""
_GERMAN_RANK = re.compile(
    r"((?:Oberst|Höchst|Staatlich|National|International|Zentral|Unabhängig|Föderal|Vereint|Weiß)|"
    r"[A-ZÄÖÜ][a-zäöüß]+isch)"
    r"e[rs]? ([A-ZÄÖÜ].*)"
)
"""Oberster Gerichtshof, des Obersten Gerichtshofs."""
_NUMBERED = re.compile(r"([^\W\d_])[ ]?(?=\d)")


def _declined(name: str) -> Iterator[str]:
    """A name that is no person's as German declines its adjectives, folded."""
    if _GERMAN_ADJECTIVE.search(name):
        for end in "nrsm":
            yield fold_name(_GERMAN_ADJECTIVE.sub(rf"\1{end}", name))
    if adjective := _GERMAN_RANK.match(name):
        for end in ("e", "en", "er", "em"):
            yield fold_name(f"{adjective[1]}{end} {adjective[2]}")
    if noun := _GERMAN_ARTICLE.match(name):
        yield from (fold_name(f"{article} {noun[1]}n") for article in ("der", "den"))


def spellings(name: str, kind: Kind) -> tuple[str, ...]:
    """The folded strings that stand for a name in folded text, each once.

    Folding already unites dashes and spaces; what remains is whether they are there at all:
    APT31 and APT 31, Guang-zong and Guangzong, Al-Qa'ida and Al Qaida.
    """
    base = fold_name(name)
    if not base:
        return ()
    found = {base}
    found |= _abbreviated(name, base)
    if " and " in base or "&" in base:
        found |= {_AND.sub(joined, base) for joined in (" and ", " & ", "&")}
    if "'" in base:
        found.add(base.replace("'", ""))
    if _NUMBERED.search(base):
        found |= {_NUMBERED.sub(r"\1", form) for form in found} | {
            _NUMBERED.sub(r"\1 ", form) for form in found
        }
        found |= {form.replace(" ", "") for form in found}
    elif "-" in name.strip("-"):
        found.add(fold_name(name.replace("-", "")))
    if not name.isascii():
        umlauts = "".join(_UMLAUTS.get(letter, letter) for letter in name.lower())
        if umlauts != name.lower():
            found.add(fold_name(umlauts))
    found |= written_apart(base) if kind is Kind.PERSON else set(_declined(name))
    if kind is Kind.PERSON and ". " in base:
        found |= {base.replace(". ", "."), base.replace(". ", " ")}
        found.add(base.replace(". ", ".", base.count(". ") - 1))
    if kind in {Kind.THREAT_ACTOR, Kind.MALWARE}:
        # Made-up names are run together and taken apart at will: OilRig, Oil Rig.
        found.add(fold_name(_HUMP.sub(" ", name)))
    long = _LONG_ENOUGH if kind in {Kind.THREAT_ACTOR, Kind.MALWARE} else _LONG_HASHTAG
    if kind not in {Kind.TERM, Kind.PLACE} and len(base) >= long:
        found |= {form.replace(" ", "") for form in found if form.count(" ") <= 2}
    return tuple(sorted(found))


def _abbreviated(name: str, base: str) -> set[str]:
    """JP Morgan as J.P. Morgan and the other way round."""
    found = {_DOTTED.sub(lambda match: match[0].replace(".", ""), base) if "." in base else base}
    if _CAPITALS.search(name) and not name.isupper():
        dotted = _CAPITALS.sub(lambda match: "".join(f"{letter}." for letter in match[0]), name)
        found.add(fold_name(dotted))
    return found


@lru_cache(maxsize=1000)
def written_apart(text: str) -> frozenset[str]:
    """Zhao Guangzong as Zhao Guang Zong (dashes fold to spaces)."""
    base = fold_name(text)
    words = base.replace(",", "").split()
    given = [word for word in words if not one_syllable(word)]
    if len(words) < 2 or len(given) != 1 or (parts := syllables(given[0])) is None:
        return frozenset()
    return frozenset({base.replace(given[0], " ".join(parts))})


def in_parts(text: str) -> frozenset[str]:
    """A person's name as languages have it that write its parts as words: شي جين بينغ, نصر الله."""
    found = written_apart(text)
    parts = _OF_GOD.sub(r"\1 allah", text) if "llah" in text else text
    return found if parts == text else found | {parts}


def joined_or_apart(text: str) -> frozenset[str]:
    """An Arabic name whose parts others write as one word, or as two: عبد الفتاح, عبدالفتاح."""
    if text.isascii() and "abd" not in text.lower():
        return frozenset()
    return frozenset(pattern.sub(form, text) for pattern, form in _ARABIC_PARTS) - {text}


_ARABIC_PARTS = (
    (re.compile(r"(?<!\w)(عبد|[اأ]بو) (?=\w{3})"), r"\1"),
    (re.compile(r"(?<!\w)عبد(?=ال\w{3})"), "عبد "),
    (re.compile(r"(?<=\w\w) (?=الله(?!\w))"), ""),
    (re.compile(r"(?<=\w\w\w)(?=الله(?!\w))"), " "),
    (re.compile(r"(?i)\b(abd[aeu][lrsdnzt]{1,2})[ -](?=[^\W\d_]{3})"), r"\1"),
    (re.compile(r"(?i)\b(abd(?:[aeu]l|ur|us|an|en))(?!lah)(?=[^\W\d_]{4})"), r"\1 "),
)
"""What stands in the way, and what is written there instead. Abdullah is one word everywhere."""
