"""What the automaton and the rules found in one article, before anything is judged."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from monitor.config.schema import Entity
from monitor.matching.names.expansion import Name
from monitor.matching.names.ordinary import seldom_inflected
from monitor.matching.rules.cross_links import linked
from monitor.matching.rules.followup import defined_otherwise, occurrences, short_for, short_forms
from monitor.matching.rules.surroundings import Reading, codeword
from monitor.matching.text import sentences
from monitor.matching.text.normalise import Folded, fold_name
from monitor.model.match import Kind


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a field, by offsets in the folded text."""

    field: int
    start: int
    end: int
    name: Name
    reading: Reading
    unsaid: bool = False
    """True where nothing says which country's institution of this name is meant."""
    by: str = ""
    """What of the text says that it is the entity's country's."""


Phrase = tuple[int, int, int, str]
"""Field, start, end and text of an exclude phrase that was found."""


class Findings:
    """What was found for one entity in one article."""

    __slots__ = ("context", "covering", "hits", "longer", "ruling_out")

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.longer: list[Hit] = []
        """Names found within a longer one."""
        self.context = ""
        """A context word of the entity's own that was found."""
        self.covering: list[Phrase] = []
        """Exclude phrases that contain the name: they rule out just the place they cover."""
        self.ruling_out: list[Phrase] = []
        """Exclude phrases that do not: they rule out the names in their sentence."""


def allowed(entity: Entity, found: Findings, texts: Sequence[Folded]) -> list[Hit]:
    """The hits that stand in the article's own text and that no exclude phrase rules out."""
    hits = _own(found.hits, texts)
    if found.longer:
        hits = _not_short_for(entity.kind, found.longer, hits, texts)
    if found.covering:
        phrases = sorted(found.covering)
        # The farthest that the phrases up to each one reach, so that one look-up is enough
        # however many there are.
        reach = list(accumulate(((field, end) for field, _, end, _ in phrases), max))
        hits = [hit for hit in hits if not _covered(hit, phrases, reach)]
    if found.ruling_out:
        phrases = sorted(found.ruling_out)
        hits = [hit for hit in hits if not _beside(hit, phrases, texts[hit.field])]
    return _ours(entity, hits, texts)


def _not_short_for(
    kind: Kind, longer: list[Hit], hits: list[Hit], texts: Sequence[Folded]
) -> list[Hit]:
    """The hits but for words that are short for a longer name the article gave.

    After "Summit Dental" was hacked, "Summit" is the dentist. An article that calls somebody
    the Summit group has told them apart. A firm that is named before its "Apple Watch" is, or
    whose name is no word (Google Drive), is not short for that.
    """
    words = {hit.name.text for hit in longer if hit.name.ambiguous or hit.reading is Reading.PLACE}
    if kind is Kind.ORGANISATION:
        words = {word for word in words if _given_first(word, longer, hits, texts)}
    words -= {hit.name.text for hit in hits if hit.name.text in words and told_apart(hit, texts)}
    return [hit for hit in hits if hit.name.text not in words]


def _given_first(word: str, longer: list[Hit], hits: list[Hit], texts: Sequence[Folded]) -> bool:
    """True where the longer name of an organisation's `word` stands before the word alone.

    In the same field: a headline is short for what the text says.
    """
    whole = [hit for hit in longer if hit.name.text == word]
    if seldom_inflected(fold_name(word)) and not any(_of_a_person(hit, texts) for hit in whole):
        return False
    first: dict[int, int] = {}
    for hit in whole:
        first[hit.field] = min(hit.start, first.get(hit.field, hit.start))
    alone = (hit for hit in hits if hit.name.text == word and hit.field)
    return not any(hit.field in first and hit.start < first[hit.field] for hit in alone)


def _of_a_person(hit: Hit, texts: Sequence[Folded]) -> bool:
    """True for Graham Ford, who is Ford further on, but for no Google Drive, no ex-Boeing man."""
    text = texts[hit.field].original
    begin, finish = texts[hit.field].locate(hit.start, hit.end)
    if _CAPITAL_NEXT.match(text, finish):
        return False
    return _CAPITAL_BEFORE.search(text, max(0, begin - _WORD_LONG), begin) is not None


_CAPITAL_NEXT = re.compile(r"[ \u00a0\-][^\W\d_a-zß-ÿ]")
_CAPITAL_BEFORE = re.compile(r"\b[^\W\d_a-zß-ÿ][\w.'’\-]*[ \u00a0]\Z")
_WORD_LONG = 30


def told_apart(hit: Hit, texts: Sequence[Folded]) -> bool:
    """True where a text marks a name as that of a group: "the Carbon group", "dubbed Carbon"."""
    folded = texts[hit.field]
    begin, finish = folded.locate(hit.start, hit.end)
    return codeword(hit.name, Kind.THREAT_ACTOR, folded.original, begin, finish) != ""


def _ours(entity: Entity, hits: list[Hit], texts: Sequence[Folded]) -> list[Hit]:
    """The hits without acronyms that the text defines as another's.

    Who watches NCSC and no more has not said what it is short for: any may be meant.
    """
    spelt = (entity.name, *entity.aliases)
    acronyms = [
        hit
        for hit in hits
        if hit.name.text.isupper()
        and hit.name.text.isalpha()
        and any(short_for(hit.name.text, longer) for longer in spelt)
    ]
    full = {(hit.field, hit.end) for hit in hits}
    other = {
        hit.name.text
        for hit in acronyms
        if defined_otherwise(hit.name, texts, (hit.field, hit.start, hit.end))
        and not any((hit.field, hit.start - gap) in full for gap in range(1, 5))
    }
    return [hit for hit in hits if hit.name.text not in other] if other else hits


def _own(hits: Sequence[Hit], texts: Sequence[Folded]) -> list[Hit]:
    """The hits outside of links to other articles."""
    return [
        hit
        for hit in hits
        if not linked(texts[hit.field].original, *texts[hit.field].locate(hit.start, hit.end))
    ]


def _covered(hit: Hit, phrases: list[Phrase], reach: list[tuple[int, int]]) -> bool:
    before = bisect_left(phrases, (hit.field, hit.start + 1))
    return before > 0 and reach[before - 1] >= (hit.field, hit.end)


def _beside(hit: Hit, phrases: list[Phrase], folded: Folded) -> bool:
    begin, finish = sentences.around(folded.original, *folded.locate(hit.start, hit.end))
    nearest = (hit.field, max(0, hit.start - sentences.LONGEST))
    for field, start, end, _ in islice(phrases, bisect_left(phrases, nearest), None):
        if field != hit.field or start > hit.end + sentences.LONGEST:
            break
        first, last = folded.locate(start, end)
        if begin <= first and last <= finish:
            return True
    return False


def with_short_forms(kind: Kind, hits: Sequence[Hit], texts: Sequence[Folded]) -> list[Hit]:
    """Mentions by a short form that the article introduced with the full name."""
    introduced: dict[str, Name] = {}
    for hit in hits:
        if hit.reading is not Reading.UNSURE and not hit.name.ambiguous:
            for form in short_forms(kind, hit.name, texts, (hit.field, hit.end)):
                introduced.setdefault(form, hit.name)
    return [
        Hit(field, start, end, name, Reading.NAME)
        for form, name in introduced.items()
        for field, start, end in occurrences(kind, form, texts)
    ]


def resolve(found: dict[int, list[Hit]]) -> dict[int, list[Hit]]:
    """Drop each hit that lies within a longer one: a longer name is someone else's."""
    everything = [(hit, n) for n, hits in found.items() for hit in hits]
    everything.sort(key=lambda pair: (pair[0].field, pair[0].start, -pair[0].end))
    kept: dict[int, list[Hit]] = {}
    field, reach, begun = -1, 0, 0
    for hit, n in everything:
        if hit.field != field:
            field, reach, begun = hit.field, 0, 0
        if hit.end <= reach and (hit.start, hit.end) != (begun, reach):
            continue
        if hit.end > reach:
            begun, reach = hit.start, hit.end
        same = kept.setdefault(n, [])
        if not (same and same[-1].field == hit.field and same[-1].end >= hit.end):
            same.append(hit)
    return kept
