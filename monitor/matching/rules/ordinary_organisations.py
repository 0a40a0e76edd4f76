# ruff: noqa: RUF001 - words of languages with letters that look alike
"""Whether an organisation's name that is also an ordinary word is written as a name.

"Shell plc" is the company, "shell companies" are not; "who as the secretary" is nobody; and an
English word in a Czech or Russian text is mostly a name: Reuters, Nissan.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice

from monitor.matching.names.expansion import CONFIGURED
from monitor.matching.names.institutions import institution
from monitor.matching.names.ordinary import seldom_inflected
from monitor.matching.names.titles import TITLES, titled
from monitor.matching.rules.findings import Hit
from monitor.matching.rules.firm_cues import firm_abroad, firm_beside, in_wilds
from monitor.matching.rules.firm_deeds import deals, deals_abroad
from monitor.matching.rules.newsroom import in_capitals, joined
from monitor.matching.rules.surroundings import Reading, first_word, part_of_longer_name
from monitor.matching.text.local_language import languages_around, spoken
from monitor.matching.text.normalise import Folded, fold_name, in_lower_case
from monitor.matching.text.sentences import around
from monitor.matching.text.sounds import of_other_letters
from monitor.matching.text.word_before import begins_sentence
from monitor.word_lists import frequencies

_REACH = 60

_FOREIGN_LIMIT = 4.0
"""Zipf frequency in its language from which a word is likely one of that language."""
_NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})
_COMMONEST = 150
"""Words by which a language is known again: a text's tag may be wrong, or it may have two."""
_NEARBY = 400


def foreign_there(
    name: str, language: str | None, folded: Folded, place: int, *, begins: bool
) -> bool:
    """True for an English word that, in the other language around `place`, can only be a name.

    In another script it always is. In languages that write nouns small its capital shows it,
    except where it `begins` a sentence; there, and in German, it must be rare.
    """
    base = (language or "").lower().replace("_", "-").partition("-")[0]
    if base == "en" or not name.isascii() or not name[:1].isupper():
        return False
    beside = folded.text[max(0, place - _NEARBY) : place + _NEARBY]
    if in_another_script(beside):
        return True
    known = _frequencies(base) if base else {}
    common = list(islice(known, _COMMONEST))
    low, high = folded.locate(max(0, place - _NEARBY), min(len(folded.text), place + _NEARBY))
    foreign_letters = not folded.original[low:high].isascii()
    if not known or not _spoken(_WORDS.findall(beside), frozenset(common), foreign_letters):
        return False
    if not any(word.isascii() and word.isalpha() for word in common[:_FIRST]):
        return True
    # After a colon other languages go on with a small letter: "Zdroj: Reuters".
    begins = begins and folded.text[max(0, place - 3) : place].rstrip()[-1:] != ":"
    if " " in name or (not begins and base not in _NOUNS_HAVE_CAPITALS):
        return " " not in name
    return _zipf(name, known) < _FOREIGN_LIMIT


def in_compound(folded: Folded, end: int) -> bool:
    """True where a name ending at `end` is joined to what only a firm has: "Apple-Chef"."""
    _, finish = folded.locate(end - 1, end)
    return joined(folded.original, finish)


def named_there(name: str, folded: Folded, start: int, end: int, *, begins: bool) -> bool:
    """True for a word that has no forms but one, as names do, with a capital of its own there.

    "At Google", but not where it `begins` a sentence or all around has capitals, nor after "Mr".
    """
    if begins or " " in name or not name[:1].isupper() or not seldom_inflected(fold_name(name)):
        return False
    begin, finish = folded.locate(start, end)
    before = folded.original[max(0, begin - _REACH) : begin]
    after = folded.original[finish : finish + _REACH]
    written = folded.original[begin:finish]
    if in_wilds(folded.original, begin, finish):
        return False
    return written[:1].isupper() and not (in_capitals(before, after) or titled(before))


_SENTENCE = 130
"""Characters of a headline or a sentence that are looked at."""
_OPENING = 600
"""Characters by which a field's language is known."""


def firm_context(hits: Sequence[Hit], texts: Sequence[Folded]) -> str:
    """What says of a word of every day, somewhere in an English text, that a firm is meant."""
    languages: dict[int, str | None] = {}
    for hit in hits:
        folded = texts[hit.field]
        if hit.name.exact_case and hit.name.source != CONFIGURED:
            continue  # many others go by the same initials
        span = folded.locate(hit.start, hit.end)
        if hit.field not in languages:
            languages[hit.field] = spoken(folded.text[:_OPENING])
        language = languages[hit.field]
        if hit.name.ambiguous and language != "en":
            after = folded.original[span[1] : span[1] + _SENTENCE]
            before = folded.original[max(0, span[0] - _SENTENCE) : span[0]]
            if by := firm_abroad(after) or deals_abroad(before, after):
                return f"“{by}” beside it"
        if hit.name.ambiguous and language in {None, "en"}:
            begins = hit.reading is Reading.UNSURE
            if by := firm_beside(
                folded.original, *span, begins=begins, acronym=hit.name.exact_case
            ):
                return by
            if begins and (by := _deals(folded.original, *span)):
                return f"“{by}” in its sentence"
    return ""


def _deals(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - _SENTENCE) : start], text[end : end + _SENTENCE]
    return deals(before, after, person=fold_name(text[start:end]) in TITLES)


def in_another_script(text: str) -> bool:
    """True where most letters are no Latin ones."""
    if text.isascii():
        return False
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter > "\u036f" for letter in letters) * 2 > len(letters)


_FIRST = 10
_WORDS = re.compile(r"[^\W\d_]+")


def _spoken(words: Sequence[str], common: frozenset[str], foreign_letters: bool) -> bool:
    """True where more of the words are of the language than of English."""
    folded = {fold_name(word) for word in common}
    english = frozenset(islice(_frequencies("en"), _COMMONEST))
    theirs = sum(word in folded and word not in english for word in words)
    others = sum(word in english and word not in folded for word in words)
    # A short headline may have none of either; its letters tell as well.
    return theirs > others or (not others and foreign_letters)


@cache
def _frequencies(language: str) -> dict[str, float]:
    """How often words of a language are met, the commonest first; empty for one not known."""
    try:
        return frequencies(language)
    except LookupError:
        return {}


def just_a_word_there(  # noqa: PLR0911 - one return a reason
    name: str, language: str | None, folded: Folded, start: int, end: int
) -> bool:
    """True where an organisation's name, one word of every day, is used as that word.

    «здание парламента» names no one parliament, and "Pomoc Kościołowi w Potrzebie" not the
    church: a word in small letters, or within another's name.
    """
    base = (language or "").lower().replace("_", "-").partition("-")[0]
    begin, finish = folded.locate(start, end)
    written = folded.original[begin:finish]
    if written[written.rfind(" ") + 1].islower() and _small_noun(
        name, language, folded, start, end
    ):
        return True
    if base in {"", "en"} or base in _NOUNS_HAVE_CAPITALS or name.islower():
        return False
    known = _frequencies(base)
    before = folded.original[max(0, begin - _REACH) : begin]
    if " " in written or " " in name or written.isupper():
        small = written.islower() or _begins_small(name, written, before)
        return " " in name and small and _ordinary_phrase(name, known)
    # Shell is a word of English, and in Czech a name that is often met.
    if _zipf(name, _frequencies("en")) >= _FOREIGN:
        return False
    if (written.islower() or begins_sentence(before)) and _another_word(name, written, known):
        return True
    if _zipf(name, known) < _EVERY_DAY:
        return False
    if written.islower() or institution(name):
        return written.islower()  # «Минобороны Украины» is what it says
    # "Stanowisko Kościoła": the first word has its capital from the sentence.
    before = "" if _zipf(first_word(before), known) >= _WORD_OF_IT else before
    return part_of_longer_name(before, folded.original[finish : finish + _REACH])


def _another_word(name: str, written: str, known: Mapping[str, float]) -> bool:
    """True for a word of the language that is only spelt like a case of the name, or like it.

    Lithuanian "kurią" is no Kúria, and "lega" in Romanian no party.
    """
    if name.isascii() and of_other_letters(fold_name(written)):
        return False  # «Газпром» is met as often as words are; `words_abroad` tells
    least = _WORD_OF_IT if written.islower() else _EVERY_DAY
    other = written.lower() != name.lower() and _zipf(name, known) < _EVERY_DAY
    return (other or written.islower()) and _zipf(written, known) >= least


def _begins_small(name: str, written: str, before: str) -> bool:
    """True for a name with fewer capitals than it has, and that from its sentence: "La stampa"."""
    capitals = written[1:].islower() and not name[1:].islower()
    return capitals and before[-1:] not in _MARKS and begins_sentence(before)


def _ordinary_phrase(name: str, known: Mapping[str, float]) -> bool:
    """True for «Новая газета», whose words in small letters are any new paper.

    What institutions are called is written so, too: «верховный суд».
    """
    words = _WORDS.findall(name)
    return not institution(name) and all(_zipf(word, known) >= _EVERY_DAY for word in words)


def only_begins(name: str, language: str | None, folded: Folded, starts: Sequence[int]) -> bool:
    """True where a word of every day has its capital from its sentence, wherever it stands.

    «Kościół na głównej ulicy» in a text that has "wielu kościołów", too: a church, no Church.
    `starts` are the places of the name in the folded text.
    """
    base = (language or "").lower().replace("_", "-").partition("-")[0]
    if base in {"", "en"} or " " in name or name.isupper() or name.islower():
        return False
    if base in _NOUNS_HAVE_CAPITALS:
        return _noun_with_more(name, folded, starts)
    if _zipf(name, _frequencies(base)) < _EVERY_DAY:
        return False
    text = folded.original
    begins = [folded.locate(start, start + 1)[0] for start in starts]
    if not all(begins_sentence(text[max(0, begin - _REACH) : begin]) for begin in begins):
        return False
    more = any(_MORE_OF_IT.match(text, begin + len(name)) for begin in begins)
    if more or (len(begins) == 1 and text and _alone(text, begins[0], name)):
        return True
    stem = fold_name(name)
    stem = stem[:-1] if stem[-1] in _VOWELS else stem
    words = re.finditer(rf"(?<!\w){re.escape(stem)}\w{{0,4}}", folded.text)
    return any(in_lower_case(folded.original[folded.locate(*w.span())[0]]) for w in words)


def _noun_with_more(name: str, folded: Folded, starts: Sequence[int]) -> bool:
    """True for a German noun that begins its sentence and goes on as nouns do: "Visa für Gäste"."""
    if _zipf(name, _frequencies("de")) < _WORD_OF_IT:
        return False
    text = folded.original
    for start in starts:
        begin, _ = folded.locate(start, start + 1)
        begins = begins_sentence(text[max(0, begin - _REACH) : begin])
        if not begins or _GOES_ON.match(text, begin + len(name)) is None:
            return False
    return True


_GOES_ON = re.compile(
    r" (?:für|frei|von|aus|des|ohne|zum|zur|zwischen|gegen)\b| (?:der|dieser|einer|eines) [A-ZÄÖÜ]"
)
_MORE_OF_IT = re.compile(
    r", (?:że|что|що|že|да|да ли|že)\b| (?:о|об|про|в|на|за|при|между|для|w|na|o|z|ze|przed|před|"
    r"pred|dla|pro|od|de|du|des|del|della|dei|sobre|entre|contre|contra)\b| d['’]"
)
"""What goes on with a noun where a name would act: «Правда о взрыве», "Fakt, że"."""


def _alone(text: str, begin: int, name: str) -> bool:
    """True for a word that begins the one sentence it is in, in which nothing has a capital.

    "Smer vetra sa zmení" is the wind's; of a party one reads who says what. In quotation marks, or
    with what firms do behind it, it is a name.
    """
    first, last = around(text, begin, begin + len(name))
    before, after = text[first:begin], text[begin + len(name) : last]
    if before.strip() or firm_abroad(after) or not after.strip(" .!?\n"):
        return False
    return name[:1].isupper() and not any(
        letter.isupper() or letter.isdigit() or letter in _MARKS for letter in after
    )


_MARKS = frozenset('«»“”„"')
_VOWELS = "aeiouyаеиоуыюяіїє"


def _small_noun(name: str, language: str | None, folded: Folded, start: int, end: int) -> bool:
    """True where German has a noun of the name in small letters: "die grünen Hügel"."""
    if not name[name.rfind(" ") + 1 :][:1].isupper():
        return False
    begin, finish = folded.locate(start, end)
    around = folded.original[max(0, begin - _REACH) : finish + _REACH]
    if around == around.lower():
        return False
    return languages_around(folded, start, end, language) == {"de"}


def _zipf(word: str, known: Mapping[str, float]) -> float:
    share = known.get(word.lower(), 0.0)
    return math.log10(share) + 9 if share else 0.0


_EVERY_DAY = 4.0
"""Zipf frequency in its language from which a word is one of every day."""
_WORD_OF_IT = 3.0
"""The same of a word that is met in its language."""
_FOREIGN = 3.3
"""The same in English, from which it is a word or a firm there."""
