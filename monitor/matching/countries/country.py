# ruff: noqa: RUF001 - words of languages with letters that look alike
"""Whose institution a mention means, where many countries have one of its name.

"Accra: The Electoral Commission has begun registering voters" is Ghana's, whoever watches the
British one. What stands around a mention says whose it is: the nearest and most decisive first.
What is joined to it decides ("Kenya's", "of Kenya", "in Wellington"); else what is near is
weighed: datelines, seats of power, parties, towns, adjectives. Who is only said to act from
abroad ("Chinese hackers", "British observers", "Beijing denied") hardly counts.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.config.schema import Entity
from monitor.matching.countries.cues import begins_agent, of_a_person, weight_of
from monitor.matching.countries.publishers import published, spoken_in, spoken_too
from monitor.matching.names.expansion import TRANSLITERATION, Name
from monitor.matching.names.gazetteer import Cue, Sort, cues_in, gazetteer
from monitor.matching.names.home import home
from monitor.matching.names.institutions import acronym, institution
from monitor.matching.names.institutions_abroad import TRANSLATION, unique
from monitor.matching.text import sentences
from monitor.matching.text.characters import ABJAD
from monitor.matching.text.local_language import spoken, written
from monitor.matching.text.normalise import Folded, bounded, fold_name
from monitor.matching.text.patterns import lazy
from monitor.model.article import Article


class Whose(enum.Enum):
    """What a text says of the country of a mention's institution."""

    OURS = "the entity's country's"
    ABROAD = "another country's"
    UNSAID = "not said"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose a mention is, and by which words of the text."""

    whose: Whose
    by: str = ""


Place = tuple[int, int, int]
"""Field and folded offsets."""

_READ = 30_000
"""Characters of a field in which cues are looked for: the beginning, and around late mentions."""
_BLOCK = 2_000
_BLOCKS = 50
"""Further pieces of a long text that are read."""
_NEAR = 400
_OPENING = 600
"""Characters of a text that a headline speaks of."""
_SAME_SENTENCE, _SAME_PARAGRAPH, _TITLE, _ELSEWHERE = 1.0, 0.7, 0.8, 0.35
_ATTACHED, _CONTEXT = 4.0, 1.0
_NEXT_SENTENCE = 0.35
"""What of its weight our country keeps in another sentence, where a paper of another country names
an institution and says no more of it: "The US wanted him. The Supreme Court handed him over"."""
_AGAIN = 0.15
"""What each further mention of the same cue adds, and at most so often."""
_AGAIN_MOST = 4
_JOINT = 40
"""Characters between a mention and what is joined to it, at most."""
_ENOUGH = 0.5
"""Weight from which a country is named at all."""

_BETWEEN_AFTER = lazy(
    r"(?:,? \(|, (?:the )?|\s(?:ال|ה)|\s+(?:(?:of|in|at|based in|von|der|des|in|im|aus|de|du|"
    r"da|do|dos|das|del|della|delle|degli|dei|di|en|au|aux|w|we|z|ze|v|ve|в|во|у|van|te|i|på|"
    r"d'|de l'|dell'|nell'|في|در|на|τη[σς]|του|στην?|στον?|של|al|a|ale|din|cua|tai|di)\s*"
    r"(?:(?:the|la|le|les|el|los|las|der|dem|den|republic of|republik|"
    r"république du|república de|l')\s*)?)?)\Z"
)
_BETWEEN_BEFORE = lazy(
    r"(?:['’]s?)?\s(?:(?:के|का|की|کے|کا|کی|own|top|powerful|embattled|independent|national|federal|central|new|so-called|"
    r"influential|highest|main|state|former|interim|unabhängige|oberste[nrs]?|zentrale[nrs]?|"
    r"центральная|верховный|najwyższ\w+|krajow\w+|państwow\w+)\s)?\Z"
)
_FEDERAL = frozenset(
    [
        "AR",
        "AT",
        "AU",
        "BE",
        "BR",
        "CA",
        "CH",
        "DE",
        "ES",
        "IN",
        "IT",
        "MX",
        "MY",
        "NG",
        "PK",
        "RU",
        "US",
    ]
)
"""Their parts have courts and ministries, too."""
_SAID_BEFORE = lazy("[ٹڈڑںےھ]")
"""Letters of Urdu. In Arabic, Persian and Hebrew whose something is always stands behind it, and
what stands before is of something else: «قراصنة صينيون اللجنة الانتخابية»."""
_UNSPACED = lazy("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_OF = lazy(r" (?:of|von|des|de|du|del|di|da|do|della|van)\b")
_THERE = lazy(r" (?:there|dort|tam|там|là-bas|allí)\b")
_PLACES = frozenset([Sort.CAPITAL, Sort.TOWN, Sort.NAME, Sort.REGION])
_COMMA_ENDS = lazy(r"\s*(?:[,).;:]|\Z)")


def anywhere(entity: Entity, name: Name) -> bool:
    """True for an institution's name that many countries have, and that names none of them."""
    if name.source == TRANSLATION:
        return not unique(name.text)
    short = name.derived or name.source == TRANSLITERATION or acronym(name.text)
    stands_for = entity.name if short else name.text
    return not acronym(stands_for) and institution(stands_for) and not _names_country(name.text)


@lru_cache(maxsize=5_000)
def _names_country(name: str) -> bool:
    return any(cue.sort not in {Sort.MARK, Sort.SHARED} for cue in cues_in(name))


class Surroundings:
    """What an article says of countries, read once for all who ask."""

    def __init__(self, article: Article, texts: Sequence[Folded]) -> None:
        self._article = article
        self._texts = texts
        self._cues: list[list[Cue]] = []
        self._starts: list[list[int]] = []
        self._blocks: set[tuple[int, int]] = set()
        self._spoken = ""
        self._source: list[tuple[str, float, str]] = []
        self._weights: dict[tuple[int, int, bool], tuple[float, bool]] = {}

    def _look_at(self, field: int, start: int) -> None:
        """Read the beginnings of all fields, and what is around a place that lies behind."""
        if not self._cues:
            self._cues = [_read(folded, 0, _READ) for folded in self._texts]
            body = self._texts[-1]
            self._spoken = (
                self._article.language
                or spoken(body.text[:_OPENING])
                or written(body.original[:_OPENING])
                or ""
            ).lower()
            self._source = published(self._article, self._spoken)
            self._starts = [[cue.start for cue in cues] for cues in self._cues]
        block = start // _BLOCK
        if start < _READ - _BLOCK or (field, block) in self._blocks or len(self._blocks) > _BLOCKS:
            return
        self._blocks.add((field, block))
        found = _read(self._texts[field], (block - 1) * _BLOCK, (block + 2) * _BLOCK)
        known = {cue.start: cue for cue in (*self._cues[field], *found)}
        self._cues[field] = [cue for _, cue in sorted(known.items())]
        self._starts[field] = sorted(known)

    def before(self, place: Place) -> Cue | None:
        """The cue right before a mention: "Kenya's", "Malawi", "the Ghanaian"."""
        field, start, _ = place
        self._look_at(field, start)
        text = self._texts[field].text
        if ABJAD.match(text, start) and not _SAID_BEFORE.search(text, 0, _OPENING):
            return None
        at = bisect_left(self._starts[field], start)
        cue = self._cues[field][at - 1] if at else None
        if cue is None or not 0 <= start - cue.end < _JOINT:
            return None
        between = text[cue.end : start]
        if not between:  # 越南外交部
            return cue if _UNSPACED.match(text, start) else None
        return cue if _BETWEEN_BEFORE.match(between) else None

    def within(self, place: Place) -> Cue | None:
        """The country that stands between a mention's words: «ministère russe de la Défense»."""
        field, start, end = place
        self._look_at(field, start)
        at = bisect_left(self._starts[field], start)
        cues = (cue for cue in self._cues[field][at : at + 2] if cue.end < end)
        return next((cue for cue in cues if cue.start > start and cue.sort is Sort.NAME), None)

    def joined(self, place: Place) -> Cue | None:
        """The cue that is grammatically part of a mention's name: "Kenya's", "of Kenya"."""
        if cue := self.before(place):
            return cue
        field, start, end = place
        text = self._texts[field].text
        at = bisect_left(self._starts[field], start)
        for cue in self._cues[field][at : at + 2]:
            between = text[end : cue.start]
            if cue.start < end or len(between) > _JOINT:
                continue
            found = _BETWEEN_AFTER.match(between)
            if found is None or begins_agent(text, cue):
                continue
            # "Staatsanwaltschaft Dresden", but not "the Ministry Victoria knew".
            town = cue.sort is Sort.TOWN and self._spoken[:2] not in {"", "en"}
            if between.isspace() and not (town or cue.sort in {Sort.NAME, Sort.CAPITAL}):
                continue
            if not between.startswith(",") or _COMMA_ENDS.match(text, cue.end):
                return cue
        return None

    def of_a_part(self, place: Place, joined: Cue) -> bool:
        """True for what a part of a federal country has of its own: Bavaria's Ministry of Finance.

        Args:
            joined: the cue that is part of the mention's name.
        """
        if joined.sort is not Sort.REGION or joined.countries.isdisjoint(_FEDERAL):
            return False
        field, _, end = place
        text = self._texts[field].text
        return joined.start < end or _OF.match(text, end, joined.start) is not None

    def there(self, place: Place) -> Cue | None:
        """The place that "there" behind a mention is: "in Bratislava ... Parliament there"."""
        field, start, end = place
        text = self._texts[field].text
        if not _THERE.match(text, end):
            return None
        at = bisect_left(self._starts[field], start)
        near = (cue for cue in reversed(self._cues[field][:at]) if start - cue.end < _NEAR)
        return next((cue for cue in near if cue.sort in _PLACES), None)

    def weigh(
        self,
        place: Place,
        context: Sequence[str],
        own: Collection[str],
        others: Iterable[Cue],
        abroad: Mapping[int, int],
    ) -> dict[str, tuple[float, str]]:
        """How much speaks for each country around a mention, and the word that says most.

        `context` are words that speak for the countries in `own`; `others` are cues joined to
        other mentions of the same name. `abroad` is, of what an institution is called in another
        language, where the first mention in each field is.
        """
        told: dict[tuple[frozenset[str], str], list[float]] = defaultdict(list)
        field, start, end = place
        self._look_at(field, start)
        at_home = not abroad or self._at_home(own)
        for codes, weight, word in self._press(own):
            told[codes, word].append(weight)
        folded = self._texts[field]
        begin, finish = folded.locate(start, end)
        first, last = sentences.around(folded.original, begin, finish)
        for number, cues in enumerate(self._cues):
            text = self._texts[number]
            for cue in cues:
                ours = not cue.countries.isdisjoint(own)
                inside = number == field and start <= cue.start and cue.end <= end
                if inside and not (ours and (abroad or self._named_so(cue))):
                    continue  # what its own name says of another's
                if ours and not (inside or at_home) and _too_late(abroad, field, number, cue.start):
                    continue
                weight, dateline = self._weight(number, cue, ours)
                factor = _TITLE if number == 0 or cue.start < _OPENING else _ELSEWHERE
                if number == field:
                    low, high = text.locate(cue.start, cue.end)
                    factor = _nearness(text.original, (low, high), (begin, finish), (first, last))
                    if ours and not at_home and factor < _SAME_SENTENCE:
                        factor *= _NEXT_SENTENCE
                factor = max(factor, _TITLE) if dateline else factor
                told[cue.countries, self.text_of(number, cue)].append(weight * factor)
        for cue in others:
            told[cue.countries, "the same name elsewhere"].append(_ATTACHED)
        for word in context:
            if any(_stands(word, text.text) for text in self._texts):
                told[frozenset(own), word].append(_CONTEXT)
        found: dict[str, tuple[float, str, float]] = {}
        for (codes, word), weights in told.items():
            weight = max(weights) * (1 + _AGAIN * min(len(weights) - 1, _AGAIN_MOST))
            for code in codes:
                total, by, most = found.get(code, (0.0, "", 0.0))
                found[code] = (total + weight, word if weight > most else by, max(most, weight))
        return {code: (total, by) for code, (total, by, _) in found.items()}

    def _press(self, own: Collection[str]) -> Iterator[tuple[frozenset[str], float, str]]:
        """What the language and where a text is published say; `own` is as of `weigh`."""
        also_here = any(spoken_too(self._spoken, code) for code in own)
        for code, weight, word in self._source:
            # Portuguese says no more of Brazil, to who watches Portugal's.
            if not (also_here and word == self._spoken and code not in own):
                yield frozenset({code}), weight, word

    def _at_home(self, own: Collection[str]) -> bool:
        """True where the text's language is one of the countries'."""
        return any(
            spoken_in(self._spoken) == code or spoken_too(self._spoken, code) for code in own
        )

    def _named_so(self, cue: Cue) -> bool:
        """True where a name tells its country: "Home Office", which is a desk in German."""
        at_home = self._spoken[:2] in {"", "en"} or spoken_in(self._spoken) in cue.countries
        return cue.sort is not Sort.SHARED and (cue.sort is not Sort.MARK or at_home)

    def _weight(self, field: int, cue: Cue, ours: bool) -> tuple[float, bool]:
        """What `weight_of` says, asked once of each cue however many mentions there are."""
        key = (field, cue.start, ours)
        if key not in self._weights:
            self._weights[key] = weight_of(self._texts[field], cue, ours)
        return self._weights[key]

    def text_of(self, field: int, cue: Cue) -> str:
        """A cue as people read it."""
        folded = self._texts[field]
        return folded.original[slice(*folded.locate(cue.start, cue.end))]


def _too_late(first: Mapping[int, int], field: int, number: int, start: int) -> bool:
    """True for what stands behind the `first` mentions, by field, or in a field that has others:
    whose an institution is, if not the newspaper's own country's, is said before it is named."""
    return number in first if number != field else start > first[field]


def whose(
    entity: Entity,
    name: Name,
    place: Place,
    around: Surroundings,
    others: Sequence[Cue],
    first: Mapping[int, int],
) -> Verdict:
    """Whose the mention of `name` at `place` is.

    `others` are cues joined to other mentions; `first` says where in each field the first one is.
    """
    ours = home(entity)
    if not anywhere(entity, name):
        # A company is at work in many countries; only "the Malawi X" is another than ours.
        before = around.before(place)
        abroad = before is not None and before.sort is Sort.NAME and not before.countries & ours
        return Verdict(Whose.ABROAD if abroad else Whose.OURS)
    if (joined := around.within(place) or around.joined(place)) is not None:
        by = around.text_of(place[0], joined)
        at_home = joined.countries & ours and not around.of_a_part(place, joined)
        return Verdict(Whose.OURS if at_home else Whose.ABROAD, by)
    if (cue := around.there(place)) is not None:
        by = around.text_of(place[0], cue)
        return Verdict(Whose.OURS if cue.countries & ours else Whose.ABROAD, by)
    weights = around.weigh(
        place,
        [word for word in entity.context if not cues_in(word)],
        ours,
        others,
        first if name.source == TRANSLATION else {},
    )
    here, by = max((weights.get(code, (0.0, "")) for code in sorted(ours)), default=(0.0, ""))
    others_weigh = (told for code, told in weights.items() if code not in ours)
    there, other = max(others_weigh, default=(0.0, ""))
    if here >= max(_ENOUGH, there):
        return Verdict(Whose.OURS, by)
    if there >= _ENOUGH and there > here:
        return Verdict(Whose.ABROAD, other)
    return Verdict(Whose.UNSAID)


def _read(folded: Folded, low: int, high: int) -> list[Cue]:
    low, high = max(0, low), min(len(folded.text), high)
    cues = gazetteer().find(folded, low, high)
    return [cue for cue in cues if not of_a_person(folded, cue)]


def _nearness(
    text: str, cue: tuple[int, int], mention: tuple[int, int], sentence: tuple[int, int]
) -> float:
    if sentence[0] <= cue[0] and cue[1] <= sentence[1]:
        return _SAME_SENTENCE
    low, high = (cue[1], mention[0]) if cue[1] <= mention[0] else (mention[1], cue[0])
    if high - low < _NEAR and "\n" not in text[low:high]:
        return _SAME_PARAGRAPH
    return _ELSEWHERE


def _stands(phrase: str, text: str) -> bool:
    """True when a phrase stands in folded text as whole words."""
    wanted = fold_name(phrase)
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        if bounded(text, at, at + len(wanted)):
            return True
        at = text.find(wanted, at + 1)
    return False
