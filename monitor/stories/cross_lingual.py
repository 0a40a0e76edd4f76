"""Whether two reports in different languages are of one event, by their names and figures.

Words cannot be compared across languages, but people, places and figures are the same in all.
A name is known by how it begins in Latin letters or by how it sounds. In scripts without capitals
every rare word may be a name, and in Chinese text every run of syllables. Nothing here knows a
particular name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from math import fsum
from operator import itemgetter
from typing import NamedTuple

from anyascii import anyascii

from monitor.stories import concepts as lexicon
from monitor.stories.concepts import Kept, Likeness, concepts
from monitor.stories.figures import figure_weight, figures
from monitor.stories.opening_words import UNKNOWN, Token, name_tokens, pair_weights
from monitor.stories.phonetics import AS_FOREIGN, BEGINS, FEW, SURE, consonants, spoken, word_codes

_CHANCE = 0.75
"""Share of what a name tells if only so many consonants are the same; squared where any word may
be a name, and again of `FEW`."""
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

_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CASED = re.compile("[A-Za-z\u00c0-\u058f\u1e00-\u1fff]")
"""Latin, Greek, Cyrillic, Armenian: scripts with capitals."""
_PINYIN = 5
"""Letters of a name from elsewhere in China that is written as it sounds there: Wuhan."""
_WORD = re.compile(r"\w+")
_HYPHENS = ("-", "\u2010", "\u2011")


class _Proof(NamedTuple):
    """What two reports must have in common at the least to be of one event."""

    within: timedelta
    """Time between them."""
    figures: float
    """How much their common figures tell."""
    name_share: float
    """How much of what the names of one tell the other has, too."""
    enough: float
    """How much names and figures tell together if both reports name two watched entities."""
    enough_for_one: float
    """The same if they name only one."""


_PROOFS = (
    _Proof(timedelta(hours=12), figures=2, name_share=0, enough=3, enough_for_one=4.5),
    # One large sum is repeated by every follow-up and every review of the day.
    _Proof(timedelta(hours=3), figures=1.5, name_share=0, enough=3, enough_for_one=7),
    # The same people do much in a day: without figures it may be the next thing they do.
    _Proof(timedelta(hours=2), figures=0, name_share=0.75, enough=6.5, enough_for_one=8),
)
LONGEST = max(proof.within for proof in _PROOFS)
"""So far apart two reports in different languages may be at the most."""
_WITHOUT_FIGURES = max(proof.within for proof in _PROOFS if not proof.figures)
"""And so far without a figure in common."""
_EACH_WATCHED = 0.75
"""What each watched entity beyond two tells that both name, where figures say what happened."""
_MOST_TOPICS = 8
"""Figures by which a report is looked up."""
_FIGURE_SHARE = 0.4
"""Share of the figures, of the one that has fewer, that must be common for them to count: a
follow-up repeats one among its own."""

_CONSTANT = -2.58
_SEVERAL = 1.55
"""If they name several watched entities both."""
_AN_HOUR = -0.54
_NAME_SHARE = 0.56
_FIGURES, _MOST_FIGURES, _FIGURES_SHARED = 0.67, 6.0, 1.85
_WHOLE, _TOP, _BOTH_TOPS, _HEADLINE, _BEST_HEADLINE = 2.58, 1.53, 3.36, 0.97, 1.1
"""Weights of a logistic regression, in nats; see `Shared` and `concepts.Likeness`."""
_MOST_CONCEPTS = 4
"""Concepts by which a report is looked up."""


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
    concepts: Mapping[str, Kept] = {}
    """What it tells; empty in a language without a lexicon."""


class Shared(NamedTuple):
    """What two reports in different languages have in common."""

    names: float
    """How much the names tell that both have."""
    name_share: float
    """Of what all names of one of them tell; 0 if neither has capitals."""
    figures: float
    """How much the figures tell that both have."""
    figure_share: float
    """Of what all figures tell of the one that has fewer."""
    forms: tuple[str, ...]
    """Both as one of the two writes them, the most telling first."""


# --- what a report has ------------------------------------------------------------------------


def abroad(
    title: str, lead: str, language: str, names: Sequence[str], *,
    title_parts: Sequence[Token], parts: Sequence[Token], text: str,
) -> Abroad:  # fmt: skip
    """What of a report can be found in reports in other languages.

    Args:
        title: its headline.
        lead: its opening.
        language: an ISO 639-1 code.
        names: the watched names found in it: whatever is compared with it names them, too.
        title_parts: the headline's tokens.
        parts: the opening's tokens.
        text: all of the text.
    """
    watched = [token for name in names for token in name_tokens(name, language)]
    words: list[Token] = []
    han: list[str] = []
    for token in (*title_parts, *parts):
        if token.kind == "pairs" and _HAN.match(token.text):
            han += _without(token.text, watched)
        elif token.kind in {"word", "kana", "pairs"}:
            words.append(token)
    cased = 2 * sum(1 for token in words if _is_cased(token.text)) > len(words)
    if cased:
        heard = {code for token in words if token.capital for code in word_codes(token.text)}
        found = [*_capitalised(lead, parts, language), *_in_a_row(lead, parts)]
    else:
        # Those written without spaces have no weight of their own.
        rare = [token for token in words if token.kind == "pairs" or token.weight >= _RARE]
        some = [token for token in words if token.kind == "pairs" or token.weight >= _NAME]
        heard = {code for token in some for code in word_codes(token.text)}
        found = [_name(token.text, token.weight or UNKNOWN) for token in rare]
    known = {
        code for token in watched for word in _WORD.findall(token.text) for code in word_codes(word)
    }
    kept = {name.form: name for name in found if known.isdisjoint(word_codes(name.form))}
    pinyin = anyascii(" ".join(han))
    numbers = {*figures(title, title_parts), *figures(lead, parts)}
    return Abroad(
        names=tuple(kept.values())[:_MOST],
        heard=frozenset(heard - known),
        run=f"{consonants(pinyin)} {consonants(pinyin.translate(AS_FOREIGN))}" if han else "",
        pinyin=pinyin,
        rows=dict(row for each in han for row in _rows(each, language)),
        figures=frozenset(numbers - {token.text for token in watched}),
        cased=cased,
        concepts=concepts(title, text, language, names),
    )


def _is_cased(word: str) -> bool:
    return word.isascii() or _CASED.match(word) is not None


def _without(run: str, watched: Iterable[Token]) -> list[str]:
    """What stands before, between and after watched names."""
    names = [re.escape(token.text) for token in watched if token.kind == "pairs"]
    return re.split("|".join(names), run) if names else [run]


def _name(form: str, weight: float) -> Name:
    return Name(form, *spoken(form), weight)


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
            yield Name(lead[row[0].start : row[-1].end], "", spoken(whole)[1], UNKNOWN)
        row = [token] if token.capital else []


def _rows(run: str, language: str) -> Iterator[tuple[str, str]]:
    weights = pair_weights(run, language)
    for i in range(len(run) - _ROW + 1):
        if min(weights[i : i + _ROW - 1]) >= _PAIR:
            yield anyascii(run[i : i + _ROW]), run[i : i + _ROW]


def topics(report: Abroad) -> list[tuple[str, timedelta]]:
    """What two reports must have one of in common to be of one event, and at most how far apart.

    That is a figure or a concept, or nothing for as long as names alone prove it.
    """
    telling = sorted(report.figures, key=lambda figure: (-figure_weight(figure), figure))
    found = [*telling[:_MOST_TOPICS], *lexicon.topics(report.concepts, _MOST_CONCEPTS)]
    return [("", _WITHOUT_FIGURES), *((topic, LONGEST) for topic in found)]


# --- what two have in common ------------------------------------------------------------------


def log_odds(both: Shared, told: Likeness, *, watched: int, apart: timedelta) -> float:
    """How surely two reports in different languages are of one event, in nats.

    Args:
        both: the names and figures that they have in common.
        told: how alike what they tell is.
        watched: how many watched entities they both name.
        apart: time between them.
    """
    return fsum(
        (
            _CONSTANT,
            _SEVERAL * (watched > 1),
            _AN_HOUR * (apart / timedelta(hours=1)),
            _NAME_SHARE * both.name_share,
            _FIGURES * min(both.figures, _MOST_FIGURES),
            _FIGURES_SHARED * both.figure_share,
            _WHOLE * told.whole,
            _TOP * told.top,
            _BOTH_TOPS * told.both_tops,
            _HEADLINE * told.headline,
            _BEST_HEADLINE * told.best_headline,
        )
    )


def proves(both: Shared, *, watched: int, apart: timedelta) -> bool:
    """Whether names and figures alone prove that two reports are of one event.

    For languages without a lexicon. Names say who, figures say what happened: all that happens in
    one affair happens to the same people.

    Args:
        both: what they have in common.
        watched: how many watched entities they both name.
        apart: time between them.
    """
    told = both.figures if both.figure_share >= _FIGURE_SHARE else 0.0
    more = _EACH_WATCHED * max(0, watched - 2)
    return watched > 0 and any(
        apart <= proof.within
        and told >= proof.figures
        and both.name_share >= proof.name_share
        and both.names + told + (more if proof.figures else 0.0)
        >= (proof.enough if watched > 1 else proof.enough_for_one)
        for proof in _PROOFS
    )


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
    both = [(figure_weight(each), f"{int(each):,}") for each in mine & theirs]
    figures_told = fsum(weight for weight, _ in both)
    whole = min(fsum(map(figure_weight, its)) for its in (mine, theirs))
    telling = sorted([*names, *both], key=lambda each: (-each[0], each[1]))
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
        # Any rare word may be a name there, and neighbours have many words in common.
        return told, 0.0, found
    whole = fsum(name.weight for name in one.names if name.spelled)
    return told, min(1.0, told / max(1.0, whole)), found


def _weight_in(name: Name, other: Abroad) -> float:
    """How much a name tells if another report has it; 0 if it has not."""
    if name.spelled:
        return name.weight * _certainty(name, other)
    # Where words are apart, each was looked for.
    heard = name.sound[:BEGINS] in other.heard or name.sound in other.run
    return name.weight if heard and len(name.sound) >= BEGINS and not other.cased else 0.0


def _certainty(name: Name, other: Abroad) -> float:
    """How sure it is that another report has a word, 0 to 1."""
    sound, heard = name.sound, other.heard
    sure, long = len(sound) >= SURE, len(sound) >= BEGINS
    if name.spelled in heard or (long and sound[:BEGINS] in heard):
        return 1.0
    if _reads(name.form, other.pinyin):
        return _CHANCE
    if sure and sound[:SURE] in heard:
        return _CHANCE if other.cased else _CHANCE**2
    if long and sound[:BEGINS] in other.run:
        return _CHANCE**2
    if len(sound) == FEW and sound in heard and not other.cased:
        return _CHANCE**4
    return 0.0


def _reads(form: str, pinyin: str) -> bool:
    """Whether Chinese characters are read like a word, from the first to the last of them."""
    if len(form) < _PINYIN or not pinyin:
        return False
    at = pinyin.lower().find(form.lower())
    after = pinyin[at + len(form) :][:1]
    return at >= 0 and pinyin[at].isupper() and not after.islower()
