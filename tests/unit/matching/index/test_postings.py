# ruff: noqa: RUF001 - letters of other scripts
"""The index of names by their words finds just what comparing everything with everything finds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.matching.index import met_pairs, vocabulary
from monitor.matching.index.meetings import NEAR, NEAR_IN_CHARACTERS, NEAR_WITHOUT_VOWELS
from monitor.matching.index.postings import Postings
from monitor.matching.index.vocabulary import spoken_keys
from monitor.matching.names.align import Shape, shape
from monitor.matching.names.expansion import CONFIGURED, Name
from monitor.matching.spelling.inflection import stems
from monitor.matching.spelling.semitic import skeletons, spoken, written_as
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.hash_table import Groups, Table, mixed, ranges
from monitor.matching.text.normalise import fold_name, in_lower_case
from monitor.matching.text.sounds import heard, heard_all, ways, ways_all
from monitor.matching.text.word_arrays import LONGEST, tokens
from monitor.matching.text.words import canonical, canonical_all, romanisations
from monitor.model.match import Kind
from tests.support.forms import plausible

_TOKEN = re.compile(
    r"[^\s\u0000-\u0026\u0028-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf"
    r"\u2000-\u2018\u201a-\u206f\u3000-\u303f]+"
)
NAMES = (
    ("Vladimir Putin", Kind.PERSON),
    ("Marek Nowak", Kind.PERSON),
    ("Jan Nowak", Kind.PERSON),
    ("Νίκος Παππάς", Kind.PERSON),
    ("Сергей Лавров", Kind.PERSON),
    ("Ali Hassan", Kind.PERSON),
    ("Benjamin Netanyahu", Kind.PERSON),
    ("محمود عباس", Kind.PERSON),
    ("김민수", Kind.PERSON),
    ("ben ova", Kind.PERSON),
    ("Gazprom", Kind.ORGANISATION),
    ("Nejvyšší soud", Kind.ORGANISATION),
    ("Novak Steel", Kind.ORGANISATION),
)
_WORDS = """
Putin Putina Putinem Путин Путина Vladimira Владимиром Vladimir Marka Marek Nowakiem Nowak Jana Jan
Νίκου Παππά Νίκος Лаврова Сергея Лавров Ali Hassan حسن علي بنيامين نتنياهو נתניהו בנימין محمود عباس
김민수가 김민수 Gazpromu Газпрома Gazprom nejvyššího soudu Nejvyšší soud Novak Steel steel ova ben
bena 7 and the prezident ministr O’Putin'a e'Putin ' “Marka” ßoud soud. ＰＵＴＩＮ
"""
WORDS = _WORDS.split()


def _shapes() -> list[Shape]:
    made = (shape(Name(text, CONFIGURED), kind, False) for text, kind in NAMES)
    return [each for each in made if each is not None]


def _postings(shapes: Sequence[Shape]) -> Postings:
    postings = Postings()
    for number, each in enumerate(shapes):
        postings.add(each, number)
    postings.compile()
    return postings


def _word(token: str) -> str:
    return canonical(fold_name(token))


def _heard_as(wanted: str, word: str) -> bool:
    said = {key for way in (heard(word), heard(word.replace("j", "i"))) for key in spoken_keys(way)}
    stem = {key for way in ways(wanted) for key in stems(way)}
    return bool(said & stem - {""}) and plausible(wanted, word)


def _consonants(wanted: str, word: str) -> int:
    """Of what a word without vowels and a name's word are both looked up as; -1 for nothing."""
    both = {way for each in (wanted, *romanisations(wanted)) for way in spoken(each)}
    both &= set(skeletons(word))
    fits = any(written_as(each, word) for each in (wanted, *romanisations(wanted)))
    return max((len(key.strip("AHV")) for key in both), default=-1) if fits else -1


def _plainly(shapes: Sequence[Shape], text: str, english: bool) -> Iterator[tuple[int, int, int]]:
    """Whose names can stand where: each word of the text against each of each name."""
    # An apostrophe by itself is no word between two.
    words = [each for each in _TOKEN.finditer(text) if each[0].strip("'")]
    found = [
        each
        for each in words
        if len(each[0]) <= LONGEST
        and not "가" <= each[0][0] <= "힣"  # particles: those are found in another way
    ]
    places = {each.start(): n for n, each in enumerate(words)}
    if english:
        found = [each for each in found if "A" <= each[0][0] <= "Z" or each[0][0] > "\x7f"]
    for number, each in enumerate(shapes):
        organisation = each.kind is not Kind.PERSON or each.name.text.islower()
        for at, one in enumerate(found):
            lower = in_lower_case(one[0][0])
            if lower and not organisation:
                continue
            if len(each.words) == 1:
                alone = not ABJAD.match(_word(one[0])) and not lower and len(each.words[0]) > 4
                if alone and _heard_as(each.words[0], _word(one[0])):
                    yield number, *one.span()
                continue
            for other in found[at + 1 :]:
                if in_lower_case(other[0][0]) and not organisation:
                    continue
                apart = places[other.start()] - places[one.start()]
                far = other.start() - one.end() > NEAR_IN_CHARACTERS if english else apart > NEAR
                if far:
                    break
                if _meet(each, _word(one[0]), _word(other[0]), lower, apart, english):
                    yield number, *one.span()
                    break


def _meet(each: Shape, one: str, other: str, lower: bool, apart: int, english: bool) -> bool:
    first, last = each.words[0], each.words[-1]
    abjad = ABJAD.match(one) is not None
    if abjad != (ABJAD.match(other) is not None):
        return False
    if abjad:
        counts = _consonants(first, one), _consonants(last, other)
        return (english or apart <= NEAR_WITHOUT_VOWELS) and min(counts) >= 0 and sum(counts) >= 3
    if _heard_as(first, one) and _heard_as(last, other):
        return True
    return not lower and _heard_as(last, one) and _heard_as(first, other)


@settings(max_examples=120, deadline=None)
@example(texts=["علي ' Putin Putin حسن"], english=False)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), min_size=1, max_size=3
    ),
    english=st.booleans(),
)
def test_all_words_at_once_find_what_each_word_against_each_name_finds(
    texts: list[str], english: bool
) -> None:
    shapes = _shapes()
    places = list(POSTINGS.find(texts, [english] * len(texts)))
    found = {place[:4] for place in places}
    wanted = {
        (field, *place)
        for field, text in enumerate(texts)
        for place in _plainly(shapes, text, english)
    }
    assert len(places) == len(set(places))
    assert found == wanted


POSTINGS = _postings(_shapes())
"""One for all texts: what it remembers of one must not change what it finds in the next."""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Zl", "Zp", "Cc"]), min_size=1), max_size=6
    )
)
@example(["÷:︓"])
def test_many_words_at_once_are_heard_as_each_alone(texts: list[str]) -> None:
    words = [word for text in texts for word in _TOKEN.findall(text)]
    folded = [canonical(fold_name(word)) for word in words]
    assert vocabulary.folded(words) == folded if words else True
    assert (canonical_all(folded) if folded else []) == [canonical(word) for word in folded]
    assert heard_all(folded) == [heard(word) for word in folded]
    assert ways_all(folded) == [ways(word) for word in folded]


@pytest.mark.parametrize("text", ["", " ", "Ein Wort", "a–b c’d  é", "x" * 41 + " y", "ö" * 40])
def test_words_are_those_between_gaps(text: str) -> None:
    met = tokens(text, lower=True)
    wanted = [each.span() for each in _TOKEN.finditer(text) if len(each[0]) <= LONGEST]
    assert list(zip(met.starts.tolist(), met.ends.tolist(), strict=True)) == wanted
    assert len(set(met.hashes.tolist())) == len({text[start:end] for start, end in wanted})


def test_a_word_has_one_hash_however_long_its_text_is() -> None:
    short, long = tokens("Zhao Łódź", lower=False), tokens("Zhao Łódź " * 5_000, lower=False)
    assert set(short.hashes.tolist()) == set(long.hashes.tolist())
    assert len(set(short.hashes.tolist())) == 2


@given(st.dictionaries(st.integers(1, 2**64 - 1), st.integers(1, 2**31 - 1), max_size=200))
def test_a_table_gives_what_was_entered_and_nothing_else(entries: dict[int, int]) -> None:
    table = Table(max(1, len(entries)))
    keys = np.array(list(entries), np.uint64)
    table.enter(keys, np.array(list(entries.values()), np.int32))
    assert table.get(keys).tolist() == list(entries.values())
    others = [key ^ 1 for key in entries if key ^ 1 not in entries and key ^ 1]
    assert not table.get(np.array(others, np.uint64)).any()


def test_a_table_takes_no_more_than_it_has_room_for() -> None:
    table = Table(2)
    table.enter(np.array([1, 2], np.uint64), np.array([1, 2], np.int32))
    with pytest.raises(OverflowError):
        table.enter(np.array([3], np.uint64), np.array([3], np.int32))


def test_groups_and_ranges() -> None:
    groups = Groups(np.array([2, 0, 2]), np.array([7, 8, 9], np.int32), 3)
    assert [groups.of(n) for n in range(3)] == [[8], [], [7, 9]]
    assert ranges(np.array([5, 1, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert len(set(mixed(np.arange(1000, dtype=np.uint64)).tolist())) == 1000


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "REMEMBERED", 500)
    monkeypatch.setattr(met_pairs, "_REMEMBERED", 3)
    postings = _postings(_shapes())
    letters = "abcdefghij"
    made = [
        " ".join(f"P{a}{b}{c}x{d}" for c, d in product(letters, letters))
        for a in letters
        for b in letters
    ]
    for text in made:
        assert list(postings.find([f"{text} Vladimira Putina"], [False]))


def test_no_name_is_looked_up_as_nothing() -> None:
    """A word of vowels and an "s" has no stem; Korean words are not looked up here at all."""
    postings = _postings(
        [
            s
            for t in ("Aes Oova", "Ines Aova")
            if (s := shape(Name(t, CONFIGURED), Kind.PERSON, False))
        ]
    )
    assert not list(postings.find(["김민수 박근혜 대통령"], [False]))
