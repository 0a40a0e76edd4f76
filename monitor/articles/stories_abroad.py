"""What a report shares with reports in other languages: names that sound alike, and figures.

Words cannot be compared across languages, but people, places and figures are the same in all.
A name is known by how it begins in Latin letters and, since not all write Tymchuk, Tymtchouk and
Тимчук alike, by its consonants. In scripts without capitals every rare word may be a name, and
in Chinese text every run of syllables. Nothing here knows a particular name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import fsum
from operator import itemgetter
from typing import NamedTuple

from anyascii import anyascii

from monitor.articles.stories_words import LEAD, UNKNOWN, Token, pair_weights, tokens

_BEGINS = 5
"""Letters, or consonants, by which a word is known: what comes later may be an ending."""
_SURE = 4
"""So many consonants may be chance."""
_FEW = 3
"""So many, and no more, mostly are; fewer say nothing."""
_CHANCE = 0.75
"""Share of what a name tells if only so many consonants are the same; squared where any word may
be a name, and again of `_FEW`. And of what a figure tells that is not written alike."""
_NAME = 1.0
"""A capitalised word that tells less is no name."""
_RARE = 2.5
"""The same in German, which capitalises all nouns, and in scripts without capitals."""
_MOST = 64
"""Names kept."""

_ROW = 3
"""Chinese characters in a row that tell `_IN_A_ROW` if each pair of them tells `_PAIR`."""
_PAIR = 1.5
_IN_A_ROW = 1.0
_ROWS = 3
"""Of more rows the rest does not count: they overlap."""

_FIGURES = (0.5, 1.0, 2.0, 3.0)
"""What a figure of so many digits tells, and more of them, not counting the zeros at its end."""
_ROUND = 0.5
"""What these add."""

_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CASED = re.compile("[A-Za-z\u00c0-\u058f\u1e00-\u1fff]")
"""Latin, Greek, Cyrillic, Armenian: scripts with capitals."""
_ABJAD = re.compile("[\u0590-\u07ff]")
"""Scripts that leave vowels out: Hebrew, Arabic."""
_ARTICLE = re.compile("^(?:[\u0641\u0648]?[\u0628\u0643\u0644]?\u0627\u0644|\u0644\u0644)(?=...)")
"""The Arabic article, and what is written together with it."""
_THOUSANDS = re.compile("(?:000)+$")
_ZEROS = re.compile("0+$")
_SCALES = dict.fromkeys("万萬만", 10**4) | dict.fromkeys("億亿억", 10**8)
_SCALED = re.compile(
    rf"(?<![\d.,])(?P<number>\d[\d,]{{0,11}}(?:\.\d{{1,4}})?)(?P<scale>[{''.join(_SCALES)}])"
    r"(?P<more>\d{1,4}(?!\d))?"
)
_PINYIN = 5
"""Letters of a name from elsewhere in China that is written as it sounds there: Wuhan."""
_YEAR = re.compile("(?:19|20)..")
_WORD = re.compile(r"\w+")
_HYPHENS = ("-", "\u2010", "\u2011")

_SOUNDS = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        (r"t?sch|shch|tch|[csz]h|[cs]z|d[jz]h?|t[sz]|c(?=[eiy])", "s"),
        (r"[kg]h|ck", "k"),
        (r"x", "ks"),
        (r"gn(?=[aeiou])|ng(?![aeioulr])", "n"),
    )
)
_KINDS = {"B": "bpfvw", "K": "kgqc", "S": "sz", "T": "td", "M": "m", "N": "n", "R": "lr"}
_CLASSES = str.maketrans({c: kind for kind, letters in _KINDS.items() for c in letters})
_SILENT = re.compile("[^BKSTMNR]")
_TWICE = re.compile(r"(.)\1+")
_SYLLABLE_END = re.compile("ng(?=[A-Z]|$)")
_AS_FOREIGN = str.maketrans("QXJqxj", "SSSsss")
"""How Chinese syllables that begin with these sound in names from elsewhere."""


class Name(NamedTuple):
    """What is taken for a name: a word, or several in a row."""

    form: str
    """As it is written."""
    spelled: str
    """How it begins, in Latin letters; empty for several words."""
    sound: str
    """Its consonants."""
    weight: float
    """How much it tells: at the most 3."""


class Abroad(NamedTuple):
    """What of a report can be found in reports in other languages."""

    names: tuple[Name, ...] = ()
    heard: frozenset[str] = frozenset()
    """How all that may be names is spelled (small letters) and sounds (capitals)."""
    run: str = ""
    """The consonants of its Chinese characters."""
    pinyin: str = ""
    """How these are read, each with a capital letter."""
    rows: Mapping[str, str] = {}
    """Rare ones in a row, by their pinyin: Japanese and Chinese write many differently."""
    figures: frozenset[str] = frozenset()
    """Its numbers of more than one digit, but for years."""
    cased: bool = True
    """Whether its names are known by their capitals."""


class Shared(NamedTuple):
    """What two reports in different languages have in common."""

    names: float
    """How much the names tell that both have."""
    name_share: float
    """Of what all names of one of them tell; 1 if none of them has capitals."""
    figures: float
    """How much the figures tell that both have."""
    figure_share: float
    """Of what all figures tell of the one that has fewer."""
    forms: tuple[str, ...]
    """Both as one of the two writes them, the most telling first."""


# --- what a report has ------------------------------------------------------------------------


def abroad(
    title: str, lead: str, language: str, names: Iterable[str], *,
    title_parts: Sequence[Token], parts: Sequence[Token],
) -> Abroad:  # fmt: skip
    """What of a report can be found in reports in other languages.

    Args:
        title: its headline.
        lead: its opening.
        language: an ISO 639-1 code.
        names: the watched names found in it: whatever is compared with it names them, too.
        title_parts: the headline's tokens.
        parts: the opening's tokens.
    """
    watched = [token for name in names for token in tokens(name[:LEAD], language)]
    words: list[Token] = []
    han: list[str] = []
    for token in (*title_parts, *parts):
        if token.kind == "pairs" and _HAN.match(token.text):
            han += _without(token.text, watched)
        elif token.kind in {"word", "kana", "pairs"}:
            words.append(token)
    cased = 2 * sum(_CASED.match(token.text) is not None for token in words) > len(words)
    if cased:
        heard = {code for token in words if token.capital for code in _codes(token.text)}
        found = [*_capitalised(lead, parts, language), *_in_a_row(lead, parts)]
    else:
        # Those written without spaces have no weight of their own.
        rare = [token for token in words if token.kind == "pairs" or token.weight >= _RARE]
        some = [token for token in words if token.kind == "pairs" or token.weight >= _NAME]
        heard = {code for token in some for code in _codes(token.text)}
        found = [_name(token.text, token.weight or UNKNOWN) for token in rare]
    known = {
        code for token in watched for word in _WORD.findall(token.text) for code in _codes(word)
    }
    kept = {name.form: name for name in found if known.isdisjoint(_codes(name.form))}
    pinyin = anyascii(" ".join(han))
    figures = {*_figures(title, title_parts), *_figures(lead, parts)}
    return Abroad(
        names=tuple(kept.values())[:_MOST],
        heard=frozenset(heard - known),
        run=f"{_sound(pinyin)} {_sound(pinyin.translate(_AS_FOREIGN))}" if han else "",
        pinyin=pinyin,
        rows=dict(row for each in han for row in _rows(each, language)),
        figures=frozenset(figures - {token.text for token in watched}),
        cased=cased,
    )


def _without(run: str, watched: Iterable[Token]) -> list[str]:
    """What stands before, between and after watched names."""
    names = [re.escape(token.text) for token in watched if token.kind == "pairs"]
    return re.split("|".join(names), run) if names else [run]


def _figures(text: str, parts: Iterable[Token]) -> Iterator[str]:
    """The numbers of more than one digit, but for years."""
    for scaled in _SCALED.finditer(text):
        # 8.3億 is 830,000,000, and 4万7000 is 47,000.
        value = float(scaled["number"].replace(",", "")) * _SCALES[scaled["scale"]]
        yield str(round(value) + int(scaled["more"] or 0))
    inside = {at for scaled in _SCALED.finditer(text) for at in range(*scaled.span())}
    for token in parts:
        if token.kind != "number" or len(token.text) < 2 or token.start in inside:
            continue
        if not _YEAR.fullmatch(token.text):
            yield token.text


def _name(form: str, weight: float) -> Name:
    return Name(form, *_heard(form), weight)


def _capitalised(lead: str, parts: Iterable[Token], language: str) -> Iterator[Name]:
    """Words in the middle of a sentence that begin with a capital letter."""
    least, begins = _RARE if language == "de" else _NAME, True
    for token in parts:
        if token.capital and not begins and token.weight >= least and len(token.text) > 2:
            yield _name(lead[token.start : token.end], token.weight)
        begins = token.kind == "stop"


def _in_a_row(lead: str, parts: Iterable[Token]) -> Iterator[Name]:
    """Several words with capitals, or hyphens: Ahn Mi-kyung, which others write as one word."""
    row: list[Token] = []
    for token in parts:
        between = lead[row[-1].end : token.start] if row else ""
        if token.kind == "word" and (between in _HYPHENS or (between == " " and token.capital)):
            row.append(token)
            continue
        if len(row) > 1:
            whole = "".join(part.text for part in row)
            yield Name(lead[row[0].start : row[-1].end], "", _heard(whole)[1], UNKNOWN)
        row = [token] if token.capital else []


def _rows(run: str, language: str) -> Iterator[tuple[str, str]]:
    weights = pair_weights(run, language)
    for i in range(len(run) - _ROW + 1):
        if min(weights[i : i + _ROW - 1]) >= _PAIR:
            yield anyascii(run[i : i + _ROW]), run[i : i + _ROW]


@lru_cache(maxsize=20_000)
def _codes(word: str) -> tuple[str, ...]:
    """Under which a word is heard: its first letters, and its first consonants."""
    spelled, sound = _heard(word)
    first = [sound[:length] for length in (_SURE, _BEGINS) if length <= len(sound)]
    if len(sound) == _FEW:
        first.append(sound)
    return (spelled, *first) if len(spelled) > 2 else tuple(first)


@lru_cache(maxsize=20_000)
def _heard(word: str) -> tuple[str, str]:
    """How a word begins in Latin letters, and all its consonants."""
    latin = word if word.isascii() else anyascii(word)
    spelled = "".join(filter(str.isalnum, latin.lower()))[:_BEGINS]
    if _ABJAD.match(word):
        # There a w is mostly a vowel, and the last letter of a feminine name is not heard.
        latin = anyascii(_ARTICLE.sub("", word).replace("\u0629", "")).replace("w", "")
    return spelled, _sound(latin)


def _sound(latin: str) -> str:
    """The consonants of a text, whoever wrote it: B, K, S, T, M, N or R each."""
    # Chinese and Korean syllables come with a capital each.
    latin = _SYLLABLE_END.sub("n", latin).lower()
    for pattern, heard in _SOUNDS:
        latin = pattern.sub(heard, latin)
    return _TWICE.sub(r"\1", _SILENT.sub("", latin.translate(_CLASSES)))


# --- what two have in common ------------------------------------------------------------------


def shared(one: Abroad, other: Abroad, *, days: Collection[str] = ()) -> Shared:
    """What two reports in different languages have in common.

    Args:
        one: a report.
        other: another; the result is the same the other way round but for the forms.
        days: numbers that both may well have because it is the day of the month.
    """
    ways = [(one, other), (other, one)]
    if one.cased != other.cased:
        # Only where there are capitals does one know which words are names.
        ways = [(each, its) for each, its in ways if each.cased]
    told, share, names = max((_names_in(each, its) for each, its in ways), key=itemgetter(0, 1))
    rows = sorted(one.rows.keys() & other.rows.keys())[:_ROWS]
    names += [(_IN_A_ROW, one.rows[row]) for row in rows]
    mine, theirs = one.figures - {*days}, other.figures - {*days}
    figures = list(_figures_in(mine, theirs))
    figures_told = fsum(weight for weight, _ in figures)
    whole = min(fsum(map(_figure_weight, its)) for its in (mine, theirs))
    telling = sorted([*names, *figures], key=lambda each: (-each[0], each[1]))
    return Shared(
        told + _IN_A_ROW * len(rows),
        share,
        figures_told,
        min(1.0, figures_told / max(1.0, whole)),
        tuple(dict.fromkeys(form for _, form in telling)),
    )


def _names_in(one: Abroad, other: Abroad) -> tuple[float, float, list[tuple[float, str]]]:
    """How much the names tell that another has, too, as a share, and the names."""
    weighed = ((_weight_in(name, other), name.form) for name in one.names)
    found = [(weight, form) for weight, form in weighed if weight]
    told = fsum(weight for weight, _ in found)
    if not one.cased:
        return told, 1.0, found
    whole = fsum(name.weight for name in one.names if name.spelled)
    return told, min(1.0, told / max(1.0, whole)), found


def _weight_in(name: Name, other: Abroad) -> float:
    """How much a name tells if another report has it; 0 if it has not."""
    if name.spelled:
        return name.weight * _certainty(name, other)
    # Where words are apart, each was looked for.
    heard = name.sound[:_BEGINS] in other.heard or name.sound in other.run
    return name.weight if heard and len(name.sound) >= _BEGINS and not other.cased else 0.0


def _certainty(name: Name, other: Abroad) -> float:
    """How sure it is that another report has a word, 0 to 1."""
    sound, heard = name.sound, other.heard
    sure, long = len(sound) >= _SURE, len(sound) >= _BEGINS
    if name.spelled in heard or (long and sound[:_BEGINS] in heard):
        return 1.0
    if _reads(name.form, other.pinyin):
        return _CHANCE
    if sure and sound[:_SURE] in heard:
        return _CHANCE if other.cased else _CHANCE**2
    if long and sound[:_BEGINS] in other.run:
        return _CHANCE**2
    if len(sound) == _FEW and sound in heard and not other.cased:
        return _CHANCE**4
    return 0.0


def _reads(form: str, pinyin: str) -> bool:
    """Whether Chinese characters are read like a word, from the first to the last of them."""
    if len(form) < _PINYIN or not pinyin:
        return False
    at = pinyin.lower().find(form.lower())
    after = pinyin[at + len(form) :][:1]
    return at >= 0 and pinyin[at].isupper() and not after.islower()


def _figures_in(one: Collection[str], other: Collection[str]) -> Iterator[tuple[float, str]]:
    """Numbers that both have, and how much each tells."""
    both = {*one} & {*other}
    for figure in both:
        yield _figure_weight(figure), f"{int(figure):,}"
    # One has 640 thousand, the other 640,000; one 2.4 million, the other 2,400,000.
    mine, theirs = {*one} - both, {*other} - both
    for ending in (_THOUSANDS, _ZEROS):
        found = {ending.sub("", each) for each in mine} & {ending.sub("", each) for each in theirs}
        for figure in found:
            if len(figure) > 1:
                yield _CHANCE * _figure_weight(figure), f"{int(figure):,}"
        mine, theirs = (
            {each for each in its if ending.sub("", each) not in found} for its in (mine, theirs)
        )


def _figure_weight(figure: str) -> float:
    digits = len(figure.rstrip("0"))
    return _FIGURES[min(digits, len(_FIGURES)) - 1] + _ROUND * (digits < len(figure))
