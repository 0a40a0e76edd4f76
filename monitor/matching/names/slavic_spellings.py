"""East Slavic surnames as the languages of the West write them.

English has Shoigu, German Schoigu, Polish Szojgu, French Choïgou: each has its own rules for the
same Cyrillic letters, and who watches the English one means all. Given names that are romanised
in many ways are in `words`; endings of cases are `inflection`'s. The rules are those of the style
guides of news agencies, without diacritics, which are folded away.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.matching.text.normalise import fold_name
from monitor.matching.text.patterns import lazy
from monitor.matching.text.words import canonical

NEIGHBOURS = "as its neighbours write it"
"""Source of a name that is so spelt: in other letters it is not looked for."""
_GIVEN_LISTED = """
aleksandr vladimir nikolai sergei andrei dmitri yevgeny mikhail pavel aleksei yuri igor oleg
vasily konstantin grigory nikita vyacheslav vitaly valery anatoly gennady arkady maksim ilya
denis fyodor artyom yulia yelena tatiana svetlana yekaterina olga viktor victor petro pyotr petr
ivan boris roman ruslan ramzan kirill kyrylo leonid lev stanislav rustem natalya natalia irina
iryna galina lyudmila liudmyla marina oksana bogdan bohdan taras rostislav ostap zakhar
vladislav vladyslav yaroslav timur stepan semyon eduard anton margarita maria elvira valentina
"""
_GIVEN = frozenset(_GIVEN_LISTED.split())
"""Without one of these nothing says that a surname is East Slavic."""

_SOFT = {"ya": "ja", "yu": "ju", "ye": "je", "yo": "jo"}
_SOFT_PL = {**_SOFT, "oi": "oj", "ai": "aj", "(?<=[bdfgkmnprstvw])e": "ie"}
_RULES: dict[str, dict[str, str]] = {
    "de": {"shch": "schtsch", "zh": "sch", "ch": "tsch", "kh": "ch", "sh": "sch", "ts": "z",
           "v": "w", **_SOFT},
    "pl": {"shch": "szcz", "zh": "z", "ch": "cz", "kh": "ch", "sh": "sz", "ts": "c", "v": "w",
           **_SOFT_PL},
    "be": {"shch": "szcz", "zh": "z", "ch": "cz", "kh": "ch", "sh": "sz", "ts": "c", "v": "w",
           "enko$": "enka", **_SOFT_PL},
    "cs": {"shch": "sc", "zh": "z", "ch": "c", "kh": "ch", "sh": "s", "ts": "c", "oi": "oj",
           "ai": "aj", **_SOFT},
    "hu": {"shch": "scs", "zh": "zs", "ch": "cs", "kh": "h", "sh": "s", "ts": "c", "s": "sz",
           "d(?=[ei])": "gy", "oi": "oj", "ai": "aj", **_SOFT},
    "fr": {"shch": "chtch", "zh": "j", "ch": "tch", "sh": "ch", "u": "ou", "in$": "ine"},
    "nl": {"shch": "sjtsj", "zh": "zj", "ch": "tsj", "kh": "ch", "sh": "sj", "oi": "oj", "u": "oe",
           **_SOFT},
    "sv": {"shch": "sjtj", "zh": "zj", "ch": "tj", "kh": "ch", "sh": "sj", **_SOFT},
    "es": {"kh": "j", "zh": "y", "ts": "z"},
    "sh": {"shch": "sc", "zh": "z", "ch": "c", "kh": "h", "sh": "s", "ts": "c"},
}  # fmt: skip
"""By language; "be" is a Belarusian in Polish, "sh" one in Croatian or the scholars' letters."""
_COMPILED = [
    (re.compile("|".join(f"({letters})" for letters in rules)), tuple(rules.values()))
    for rules in _RULES.values()
]
_TOLD_APART = lazy("[zsck]h|ts|[due]|in$")
"""What is written in several ways at all, beyond what sounds alike everywhere."""


@lru_cache(maxsize=1000)
def neighbours(text: str) -> frozenset[str]:
    """A person's name with the surname as others write it; empty if it is no East Slavic one.

    Args:
        text: the name as English has it: the given name first.
    """
    given, *rest = fold_name(text).split() or [""]
    if not rest or canonical(given) not in _GIVEN or not _TOLD_APART.search(rest[-1]):
        return frozenset()
    surname = rest[-1]
    base = surname.replace("tsch", "ch").replace("sch", "sh")  # Klitschko calls himself so
    spelt = {_written(base, *rules) for rules in _COMPILED} | {base}
    return frozenset(" ".join((given, *rest[:-1], each)).title() for each in spelt - {surname})


def _written(surname: str, letters: re.Pattern[str], becomes: tuple[str, ...]) -> str:
    return letters.sub(lambda found: becomes[(found.lastindex or 1) - 1], surname)
