"""Names as a text has them in another case, another spelling or another script.

A watched "Vladimir Putin" is found as Vladimira Putina, Владимира Путина, ვლადიმერ პუტინი or
فلاديمير بوتين. An index of names by their words proposes (`postings`); here the words of the
name are looked for around the place, as the languages that the text can be in have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.matching.index.her_name import hers
from monitor.matching.index.places import by_word, in_folded, without_vowels, worth_it
from monitor.matching.index.postings import Place, Postings
from monitor.matching.names.align import Shape, align, same_word, stands_plainly
from monitor.matching.names.expansion import TRANSLITERATION, Name, small_parts
from monitor.matching.names.institutions_abroad import TRANSLATION
from monitor.matching.names.meanings import Use
from monitor.matching.names.slavic_spellings import NEIGHBOURS
from monitor.matching.scripts.hangul import Hangul
from monitor.matching.scripts.in_latin import InLatin
from monitor.matching.scripts.latin_names import LatinNames
from monitor.matching.scripts.syllables import Syllables
from monitor.matching.scripts.transcribed import Transcribed
from monitor.matching.scripts.western_in_han import WesternInHan
from monitor.matching.spelling.inflection import (
    agree,
    change,
    feminine_family,
    said_so,
    same_abroad,
)
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.endings import RESPELLING
from monitor.matching.text.local_language import is_english, languages_around
from monitor.matching.text.near_words import near_words
from monitor.matching.text.normalise import Folded, in_lower_case
from monitor.matching.text.sounds import of_other_letters
from monitor.matching.text.words import WORD, canonical
from monitor.model.match import Kind

_MOST = 1000
"""Mentions of one entity in a field from which no more of them are looked at."""
_VOWELS = "aeio"
_SINGLE = 5
"""Letters from which a name of one word may have an ending."""

Change = tuple[str, str]
Matched = Sequence[tuple[str, str, int]]
"""The words of a name that a text has: as watched, as there, and where in the folded text."""


class Variants:
    """An index of names by their words and sounds; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._postings = Postings()
        self._syllables = Syllables(uses)
        self._hangul = Hangul(uses)
        self._latin_names = LatinNames()
        self._transcribed = Transcribed(uses, self._latin_names)
        self._western = WesternInHan(uses, self._latin_names)
        self._in_latin = InLatin(uses)
        self._empty = True

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        self._empty = False
        self._postings.add(shape, number)
        self._syllables.add(shape, number)
        self._hangul.add(shape, number)
        self._latin_names.add(shape, number)
        self._in_latin.add(shape, number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._postings.compile()
        self._syllables.compile()
        self._hangul.compile()
        self._latin_names.compile()
        self._transcribed.compile()
        self._western.compile()
        self._in_latin.compile()

    def places(self, articles: Sequence[tuple[Sequence[Folded], str | None]]) -> list[list[Place]]:
        """Whose names can stand where in some articles, in offsets of the folded texts.

        Together they take a third of the time: setting up arrays costs more than a text does.

        Args:
            articles: the texts of each, and its language's tag.
        """
        found: list[list[Place]] = [[] for _ in articles]
        if self._empty:
            return found  # queries alone are asked of thousands of texts
        alike: dict[object, list[_Read]] = {}
        for number, (texts, language) in enumerate(articles):
            read = _as_read(number, texts, language)
            # A letter that is not of ASCII, or another language, makes all it is with dearer.
            kind = len(articles) > 1 and (
                all(each.capitals for each in read),
                all(each.text.isascii() for each in read),
            )
            alike.setdefault(kind, []).extend(read)
        for some in alike.values():
            texts_of, capitals = [each.text for each in some], [each.capitals for each in some]
            for at, owner, begin, finish, other in self._postings.find(texts_of, capitals):
                number, field, folded, *_ = some[at]
                place = field, owner, begin, finish, other
                found[number].append(place if folded.invisible else in_folded(folded, place))
        return found

    def find(
        self,
        texts: Sequence[Folded],
        language: str | None,
        places: Iterable[Place],
        exact: Mapping[tuple[int, int, int], tuple[int, Name]],
    ) -> Iterator[tuple[int, Use, int, int, bool | None]]:
        """Every name: in which text, its use, its folded offsets, and whether another script
        makes it sure.

        None stands for a name in its own script, which is to be read as any other.
        `language` is what the article is tagged with, `places` what `places` says of it; `exact`
        is where the names that were found as they are written end, and which they are, by entity,
        field and where they begin: those are not told again.
        """
        if self._empty:
            return
        yield from self._in_other_forms(texts, language, places, exact)
        for field, folded in enumerate(texts):
            for found in self._in_other_scripts(folded):
                yield field, *found

    def _in_other_scripts(self, folded: Folded) -> Iterator[tuple[Use, int, int, bool]]:
        yield from self._in_latin.find(folded)
        if folded.scripts.han:
            yield from self._syllables.find(folded.text)
            yield from self._western.find(folded)
        if folded.scripts.hangul:
            yield from self._hangul.find(folded.text)
        if folded.scripts.transcribed:
            yield from self._transcribed.find(folded.text, katakana=folded.scripts.katakana)

    def _in_other_forms(
        self,
        texts: Sequence[Folded],
        language: str | None,
        places: Iterable[Place],
        exact: Mapping[tuple[int, int, int], tuple[int, Name]],
    ) -> Iterator[tuple[int, Use, int, int, bool | None]]:
        seen: Counter[tuple[int, int]] = Counter()
        for field, number, start, end, others in by_word(places):
            if seen[field, number] >= _MOST:
                continue
            folded, uses = texts[field], self._uses(number)
            ends, known = exact.get((number, field, start), (0, None))
            if known is not None and folded.text.startswith("'", ends):
                known = None  # an ending may follow
            wanted = [
                use
                for use in uses
                if (known is None or known is not use.name) and _likely(use, folded.text, start)
            ]
            if not wanted or (others and not worth_it(wanted, folded, start, end, others)):
                continue
            script = _script(folded.text[start])
            for use in wanted:
                if use.shape is None or _better(use.shape, uses, script):
                    continue
                span = _aligned(use.shape, folded, start, end, language)
                if span:
                    seen[field, number] += 1
                    abroad = _abroad(use.shape, folded.text[slice(*span)])
                    yield field, use, *span, True if abroad else None


class _Read(NamedTuple):
    """A text as it is searched: which article's, and which of its fields."""

    article: int
    field: int
    folded: Folded
    text: str
    capitals: bool
    """Whether only words with a capital letter can be names, as in English."""


def _as_read(article: int, texts: Sequence[Folded], language: str | None) -> list[_Read]:
    """The texts of an article that are not empty."""
    longest = max(texts, key=lambda each: len(each.text))
    main = is_english(longest.original, language)
    if language is None and main:
        language = "en"  # a title without a tag is in the language of its page
    read = []
    for field, folded in enumerate(texts):
        if folded.invisible:
            # Such characters cut words in two, so that a language's smallest are not counted; the
            # folded text has the words whole.
            read.append(_Read(article, field, folded, _with_capitals(folded), False))
        elif folded.text:
            english = main if folded is longest else is_english(folded.original, language)
            read.append(_Read(article, field, folded, folded.plain or folded.original, english))
    return read


def _with_capitals(folded: Folded) -> str:
    """The folded text with capitals where the original has them."""
    text = list(folded.text)
    for word in WORD.finditer(folded.text):
        start = word.start()
        if folded.original[folded.locate(start, start + 1)[0]].isupper():
            capital = text[start].upper()
            text[start] = capital if len(capital) == 1 else text[start]
    return "".join(text)


def _script(letter: str) -> int:
    """A number for the block of letters that one is of: Latin, Greek, Cyrillic."""
    return 0 if letter < "\u0250" else ord(letter) // 256


def _likely(use: Use, text: str, start: int) -> bool:
    """False for most of what an institution is called in other languages, by two letters.

    Of thirty names one is meant, and to align all of them with each place takes a millisecond.
    """
    if use.shape is None or use.shape.name.source != TRANSLATION:
        return True
    if ABJAD.match(text, start):  # where an article and other words are joined to it
        return ABJAD.match(use.shape.words[0]) is not None
    letters = text[start : start + 2]
    return any(word.startswith(letters) for word in use.shape.words)


def _better(shape: Shape, uses: Sequence[Use], script: int) -> bool:
    """True for a transliteration where another of the entity's names is in the text's script."""
    return shape.name.source == TRANSLITERATION and any(
        use.shape is not None and _script(use.shape.words[0][0]) == script != 0 for use in uses
    )


def _abroad(shape: Shape, text: str) -> bool:
    return shape.words[0].isascii() and not text.isascii()


def _aligned(
    shape: Shape, folded: Folded, start: int, end: int, language: str | None
) -> tuple[int, int] | None:
    """Where the name of a shape stands around a place, in any form."""
    if len(shape.words) == 1:
        return _one_word(shape, folded, start, end, language)
    span = _several_words(shape, folded, start, end, language)
    return None if span is None or _given_name_goes_on(shape, folded, span) else span


def _given_name_goes_on(shape: Shape, folded: Folded, span: tuple[int, int]) -> bool:
    """True for a name turned round whose given name goes on: Kim Young-shub is not Young Kim."""
    _, finish = folded.locate(*span)
    hyphen, letter = folded.original[finish : finish + 1], folded.original[finish + 1 : finish + 2]
    if shape.kind is not Kind.PERSON or hyphen != "-" or not letter.isalpha():
        return False
    first = WORD.match(folded.text, span[0])
    return first is not None and same_word(shape.words[shape.family], canonical(first[0]))


def _several_words(
    shape: Shape, folded: Folded, start: int, end: int, language: str | None
) -> tuple[int, int] | None:
    if shape.name.source == NEIGHBOURS and of_other_letters(folded.text[start:end]):
        return None
    if ABJAD.match(folded.text, start):
        return align(shape, folded, start, end, without_vowels)
    if span := stands_plainly(shape, folded, start):
        return span
    around = near_words(folded, start, end)
    span = align(shape, folded, start, end, same_word, around)
    if span:
        return span
    languages = languages_around(folded, start, end, language)
    organisation = shape.kind is not Kind.PERSON
    family = shape.words[shape.family]

    def same(wanted: str, found: str) -> bool:
        if wanted.isascii() and of_other_letters(found):
            return same_abroad(wanted, found) or any(
                change(wanted, found, each) for each in languages
            )
        return (
            same_word(wanted, found)
            or any(change(wanted, found, each, organisation) for each in languages)
            or (
                not organisation
                and wanted == family
                and any(feminine_family(wanted, found, each) for each in languages)
            )
        )

    span = align(shape, folded, start, end, same, around)
    if span is None or hers(shape, folded.text, span):
        return None
    matched = _matched(shape, folded.text, span, same)
    one_name = _written_as_name(shape, folded, matched) and (
        _abroad(shape, folded.text[slice(*span)])
        or any(_consistent(shape, matched, each) for each in languages)
    )
    return span if one_name else None


def _one_word(
    shape: Shape, folded: Folded, start: int, end: int, language: str | None
) -> tuple[int, int] | None:
    wanted, found = shape.words[0], canonical(folded.text[start:end])
    # Of an organisation it is asked later whether the place's language has such a word: Shellu.
    unclear = shape.name.ambiguous and shape.kind is not Kind.ORGANISATION
    if len(wanted) < _SINGLE or wanted == found or unclear:
        return None
    if not _written_as_name(shape, folded, [(wanted, found, start)]):
        return None
    if wanted.isascii() and of_other_letters(found):
        languages = languages_around(folded, start, end, language)
        same = said_so(wanted, found) or any(
            change(wanted, found, each, True) is not None for each in languages
        )
        return (start, end) if same else None
    for each in languages_around(folded, start, end, language):
        ending = change(wanted, found, each, True)
        if ending is None:
            continue
        if any(ending):
            # Nobody spells a firm as it is heard, but where all foreign names are: Tvitera.
            stem = wanted[: len(wanted) - len(ending[0])]
            respelt = shape.kind is not Kind.ORGANISATION or each in RESPELLING
            if respelt or not wanted.isascii() or found.startswith(stem):
                return start, end
        elif (wanted[-1], found[-1]) == ("i", "y"):
            return start, end  # Piráti, s Piráty: by their sound they are one word
    return None


def _matched(
    shape: Shape, text: str, span: tuple[int, int], same: Callable[[str, str], bool]
) -> Matched:
    matched: list[tuple[str, str, int]] = []
    left = list(shape.words)
    for word in WORD.finditer(text, *span):
        found = canonical(word[0])
        wanted = next((each for each in left if same(each, found)), None)
        if wanted is not None:
            left.remove(wanted)
            matched.append((wanted, found, word.start()))
    return matched


def _written_as_name(shape: Shape, folded: Folded, matched: Matched) -> bool:
    """True when the name has the capitals of the watched one, but for an organisation's first.

    Of "Nejvyšší soud" one may write "nejvyššího soudu"; of "Sąd Najwyższy" it is another's.
    """
    name = shape.name.text
    small = small_parts(name)
    lower = [
        wanted not in small and in_lower_case(folded.original[folded.locate(start, start + 1)[0]])
        for wanted, _, start in matched
    ]
    if shape.kind is Kind.PERSON or len(matched) == 1:
        return name.islower() or not any(lower)
    second = name.split()[1:2]
    return any(in_lower_case(word[0]) for word in second) or not any(lower[:1])


def _consistent(shape: Shape, matched: Matched, language: str) -> bool:
    """True when one language has all the forms that were found, and they agree."""
    person = shape.kind is Kind.PERSON
    family = shape.words[shape.family]
    changes: list[Change] = []
    for wanted, found, _ in matched:
        ending = change(wanted, found, language, not person)
        if ending is None:
            if not (person and wanted == family and feminine_family(wanted, found, language)):
                return False
            ending = "", "ova"
        changes.append(ending)
    words = [wanted for wanted, _, _ in matched]
    position = words.index(family) if family in words else len(words) - 1
    return agree(words, changes, len(words) - 1, position, language, shape.kind)
