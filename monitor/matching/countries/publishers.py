"""What the address of a page, its feed and its language say of the country it is published in."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.matching.names.gazetteer import cues_in
from monitor.model.article import Article

_SOURCE, _LANGUAGE = 0.8, 0.6

_OFFICIAL = {
    "pt": "PT AO MZ CV GW ST TL", "de": "AT CH LI LU", "ru": "BY KZ KG", "zh": "TW HK SG MO",
    "fr": "BE CH CA LU SN CI ML BF NE TD CM GA CG CD MG HT BJ TG", "nl": "BE SR", "sv": "FI",
    "el": "CY", "ro": "MD", "sq": "XK", "tr": "CY", "it": "CH", "bn": "IN", "ms": "BN SG",
    "fa": "AF", "sr": "BA ME", "hr": "BA", "ko": "KP",
}  # fmt: skip
"""Where else a language is an official one."""
_GENERIC = "ac ai am as cc co cx fm gg io la ly me ms nu sh st su tk to tv vc ws"
_GENERIC_DOMAINS = frozenset(_GENERIC.split())
_SPOKEN_IN = {
    "pl": "PL", "cs": "CZ", "sk": "SK", "hu": "HU", "fi": "FI", "sv": "SE", "da": "DK", "nb": "NO",
    "no": "NO", "it": "IT", "el": "GR", "he": "IL", "ja": "JP", "ko": "KR", "th": "TH", "vi": "VN",
    "tr": "TR", "uk": "UA", "bg": "BG", "lt": "LT", "lv": "LV", "et": "EE", "is": "IS", "sl": "SI",
    "hr": "HR", "sr": "RS", "mk": "MK", "ro": "RO", "sq": "AL", "hy": "AM", "ka": "GE", "az": "AZ",
    "kk": "KZ", "fa": "IR", "hi": "IN", "bn": "BD", "id": "ID", "de": "DE", "ru": "RU", "fr": "FR",
    "pt": "BR", "zh": "CN", "ms": "MY", "nl": "NL", "ur": "PK", "tl": "PH", "ca": "ES", "mn": "MN",
    "uz": "UZ", "ky": "KG", "tg": "TJ", "be": "BY", "mt": "MT", "ga": "IE", "km": "KH", "lo": "LA",
    "my": "MM", "si": "LK", "ne": "NP", "am": "ET", "lb": "LU", "ps": "AF", "bs": "BA", "af": "ZA",
}  # fmt: skip
"""Where most who write a language live."""


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def spoken_in(language: str) -> str:
    """The country in which most live who write a language, by its tag; empty if nobody says."""
    if language.lower().startswith(("zh-hant", "zh-tw", "zh-hk", "zh_tw", "zh_hk")):
        return "TW"
    return _SPOKEN_IN.get(_base(language), "")


def spoken_too(language: str, code: str) -> bool:
    """Whether a language that most write elsewhere is an official one of a country."""
    return code in _OFFICIAL.get(_base(language), "").split()


def published(article: Article, language: str) -> list[tuple[str, float, str]]:
    """What the page's address, the feed and the language say: code, weight and word."""
    found: dict[str, tuple[float, str]] = {}

    def add(code: str, weight: float, word: str) -> None:
        found[code] = max(found.get(code, (0.0, "")), (weight, word))

    for url in filter(None, (article.page_url, article.url, article.feed)):
        ending = (_host(url)).rpartition(".")[2]
        if len(ending) == 2 and ending.isalpha() and ending not in _GENERIC_DOMAINS:
            add("GB" if ending == "uk" else ending.upper(), _SOURCE, f".{ending}")
    for label in (article.outlet, article.feed_name or "", *article.feed_tags):
        known = label.upper() if len(label) <= 3 else label[:1].upper() + label[1:]
        for cue in cues_in(known):
            for code in cue.countries if len(cue.countries) == 1 else ():
                add(code, _SOURCE, label)
    base, _, region = language.replace("_", "-").partition("-")
    if len(region) == 2 and region.isalpha():
        add(region.upper(), _SOURCE, f"{base}-{region}")
    elif code := spoken_in(base):
        add(code, _LANGUAGE, base)
    return [(code, weight, word) for code, (weight, word) in found.items()]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
