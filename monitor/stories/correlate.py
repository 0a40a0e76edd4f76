"""Which articles tell the same story: copies and rewrites of a text, and reports of one event.

Where much of one text stands in another and both begin alike, one is a copy of the other, unless
they are notices filled in from one template. Where two outlets wrote their own words, they
report one event if they name a watched entity both, share the telling words of headline and
opening, and come close in time; passages copied verbatim (the background that agencies repeat)
count for nothing there. In doubt an article begins a story of its own: an alert too many is
better than one lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import fsum

from monitor.model.article import Article
from monitor.model.match import Match
from monitor.stories.cross_lingual import LONGEST, proves, shared, topics
from monitor.stories.fingerprint import KEYED_ENTITIES, Fingerprint, fingerprint
from monitor.stories.words import NUMBER, Word, text_hash

WINDOW = timedelta(hours=72)
"""So long after its first report a story takes copies; what comes later is told as news."""
EVENT_WINDOW = timedelta(hours=48)
"""So long it takes reports of the event in other words."""

TRANSLATION_WINDOW = LONGEST
"""So long it takes reports in other languages, whose words cannot be compared."""
_FIRST_HOURS = timedelta(hours=4)
_DAY = timedelta(hours=24)

SAME_TEXT = 0.6
"""Share of the shorter text that stands in the longer from which they are one text."""
SAME_EVENT = 0.36
"""Share of the telling words from which two reports that come at once are of one event."""
SAME_EVENT_LATE = 0.44
"""The same at the end of `EVENT_WINDOW`: the same actors do much in two days."""
SAME_OUTLET = 0.55
"""The same for two reports by one outlet: it seldom tells one event twice in other words."""
_SAME_TOP = 0.35
"""Share of what headline and first words tell below which a day later a report brings other news,
whatever it repeats further down; the same day, less is enough, and at first nothing."""
_ENOUGH_WORDS = 5.0
"""So much must what they share tell: two rare names, or more words that are less rare."""
_LIGHTEST = 10.0
"""Reports whose own words tell less than this say too little to be compared by a share."""
_MANY_NUMBERS = 3
"""Reports of one event have a number in common if each has so many."""
_TOLD_APART = 6.0
"""What stands after the same words, but differs, must tell so much: two names, three figures."""
_TEMPLATE = 0.3
"""Share of a text in another from which they may be filled in from one template."""
_BEGINS_LIKE = 0.85
"""Share of a beginning in the other from which two texts begin alike whatever the headlines."""
_SAME_BEGINNING = 0.45
"""Below this two texts do not begin alike whatever the headlines."""
_FOLLOW_UP = 0.15
"""Share of a headline that only its own text takes up, from which what is new is the news."""
_ABOUT_THE_SAME = 0.7
"""Sum of the shares of beginning and headline below which a text with a new top is another."""
_SHOWN = 5

_LANGUAGES = 256
"""Keys for each entity, figure and span of time, one for each language but for coincidences."""
_ABROAD = 1 << 40
"""Above all keys of fingerprints."""


@dataclass(frozen=True)
class Report:
    """An article, as far as it is needed to tell which story it belongs to."""

    outlet: str
    at: datetime
    """When it was published or, when nobody says, read."""
    entities: frozenset[str]
    """The watched entities it names."""
    fingerprint: Fingerprint
    language: str | None = None

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """Under which it is found by those that may tell the same; see `Fingerprint.keys`."""
        return self.fingerprint.keys(self.entities)

    @cached_property
    def packed(self) -> bytes:
        """Its fingerprint, as it is stored; see `unpack`."""
        return self.fingerprint.pack()

    @cached_property
    def keys_abroad(self) -> tuple[int, ...]:
        """Under which it is found by those in other languages: for each entity and figure."""
        language = _language(self)
        if not language:
            return ()
        return tuple(each + text_hash(language) % _LANGUAGES for each in self._shelves(0))

    @cached_property
    def ranges_abroad(self) -> tuple[tuple[int, int], ...]:
        """The first and last of the keys of those in other languages, of about the same time."""
        language = _language(self)
        if not language:
            return ()
        own = text_hash(language) % _LANGUAGES
        ranges = []
        for shelf in self._shelves(-1, 0, 1):
            # Around its own: most are in one language, and need not even be looked at.
            ranges += [(shelf, shelf + own - 1), (shelf + own + 1, shelf + _LANGUAGES - 1)]
        return tuple((first, last) for first, last in ranges if first <= last)

    def _shelves(self, *spans: int) -> Iterator[int]:
        """The first key of each entity and topic, and span of time before, of or after its own."""
        found = topics(self.fingerprint.abroad)
        for entity in sorted(self.entities, key=text_hash)[:KEYED_ENTITIES]:
            for topic, within in found:
                span = int(self.at.timestamp() // within.total_seconds())
                for other in spans:
                    place = text_hash(f"{entity}\n{topic}\n{span + other}")
                    yield _ABROAD + place * _LANGUAGES


@dataclass(frozen=True, slots=True)
class Known:
    """A report that belongs to a story."""

    story: int
    began: datetime
    """When the story's first report came."""
    report: Report


@dataclass(frozen=True, slots=True)
class Joined:
    """Which story an article belongs to, and why, in a user's words."""

    story: int
    why: str


def report_of(article: Article, matches: Iterable[Match], now: datetime) -> Report:
    """What is kept of an article that matched.

    Args:
        article: with its text, or what is known of it.
        matches: its matches; the entities they name are the watched ones.
        now: when it was read, for an article that does not say when it was published.
    """
    mentions = [mention for match in matches for mention in match.mentions]
    names = {name for mention in mentions for name in (mention.name, mention.text)}
    made = Report(
        outlet=article.outlet,
        at=article.published or now,
        entities=frozenset(mention.entity for mention in mentions),
        language=article.language,
        fingerprint=fingerprint(
            article.title, article.body or article.summary, language=article.language, names=names
        ),
    )
    # Here, and not while others wait for the database.
    _ = made.keys, made.keys_abroad, made.ranges_abroad, made.packed
    return made


def find_story(new: Report, known: Iterable[Known]) -> Joined | None:
    """The story that a report belongs to; None when it begins one of its own.

    A story takes no more reports once it has lasted for `WINDOW`, however many there were since:
    an affair of weeks is told again and again.

    Args:
        new: the report.
        known: earlier reports that share `SHARED_KEYS` of its keys; others do no harm.
    """
    open_stories = [each for each in known if abs(new.at - each.began) <= WINDOW]
    copies, events = [], []
    for each in open_stories:
        if _other_codes(new.fingerprint, each.report.fingerprint):
            continue
        likeness = new.fingerprint.likeness(each.report.fingerprint)
        if likeness >= SAME_TEXT:
            if _is_copy(new.fingerprint, each.report.fingerprint):
                copies.append((likeness, -each.story, each))
        elif likeness >= _TEMPLATE and told_apart(new.fingerprint, each.report.fingerprint):
            continue
        elif (event := _same_event(new, each)) is not None:
            events.append((event[0], -each.story, each, event[1]))
    if copies:
        likeness, _, best = max(copies, key=lambda copy: copy[:2])
        return Joined(best.story, _why_copy(likeness, best.report))
    if events:
        _, _, best, words = max(events, key=lambda event: event[:2])
        return Joined(best.story, _why_event(new, best.report, words))
    return None


def same_words(one: Fingerprint, other: Fingerprint) -> tuple[float, list[str]]:
    """How much of what two reports tell they have in common, 0 to 1, and words that show it.

    The mean of two shares: of all telling words, and of those that are no names, since all that
    happens in one affair happens to the same people. Words that stand in a passage which both
    have verbatim are left out on both sides.
    """
    verbatim = {
        stem
        for stem, word in one.words.items()
        if word.around and stem in other.words and word.around == other.words[stem].around
    }
    mine = {stem: word for stem, word in one.words.items() if stem not in verbatim}
    theirs = {stem: word for stem, word in other.words.items() if stem not in verbatim}
    shared = mine.keys() & theirs.keys()
    numbers = [{s for s, w in each.items() if _is_number(s, w)} for each in (mine, theirs)]
    if min(map(len, numbers)) >= _MANY_NUMBERS and not numbers[0] & numbers[1]:
        return 0.0, []
    names = {s for each in (mine, theirs) for s, word in each.items() if word.name}
    weight = {stem: min(mine[stem].weight, theirs[stem].weight) for stem in shared}
    if fsum(weight.values()) < _ENOUGH_WORDS:
        return 0.0, []
    # Exact sums: the order of their parts must not make a share of more than the whole.
    lighter = min(_weigh(mine), _weigh(theirs))
    everything = fsum(weight.values()) / max(lighter, _LIGHTEST)
    lighter = min(_weigh(mine, names), _weigh(theirs, names))
    events = fsum(weight[stem] for stem in shared - names) / max(lighter, _LIGHTEST / 2)
    forms = [(weight[stem], word.form) for stem, word in mine.items() if stem in shared]
    telling = sorted(_joined(forms), key=lambda pair: -pair[0])[:_SHOWN]
    return (everything + events) / 2, [form for _, form in telling]


def _weigh(words: Mapping[str, Word], but: Collection[str] = ()) -> float:
    return fsum(word.weight for stem, word in words.items() if stem not in but)


def _is_number(stem: str, word: Word) -> bool:
    return word.weight == NUMBER and stem.isdecimal()


def told_apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts of which much is the same are about different things.

    So it is with notices filled in from one template: after the same words stand other names
    and figures.
    """
    different = 0.0
    for place, filling in one.slots.items():
        theirs = other.slots.get(place)
        if theirs is not None and theirs.value != filling.value:
            different += min(filling.weight, theirs.weight)
    return different >= _TOLD_APART


def _is_copy(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts of which much is the same are really one."""
    if one.exact == other.exact:
        return True
    begins = min(one.beginning_in(other), other.beginning_in(one))
    if begins < _BEGINS_LIKE:
        # What stands above the old text may be a tag or a note, and the article is a copy, or
        # news that the headline is about: then it is a follow-up.
        beyond = max(one.headline_beyond(other), other.headline_beyond(one))
        headlines = min(one.headline_in(other), other.headline_in(one))
        if begins < _SAME_BEGINNING or beyond > _FOLLOW_UP or begins + headlines < _ABOUT_THE_SAME:
            return False
    return not told_apart(one, other)


def _same_event(new: Report, known: Known) -> tuple[float, list[str]] | None:
    """How much of what they tell two reports of one event share, and words that show it."""
    old = known.report
    if _are_foreign(new, old):
        return _same_abroad(new, known)
    late = max(abs(new.at - old.at), abs(new.at - known.began)) / EVENT_WINDOW
    if late > 1 or not new.entities & old.entities:
        return None
    enough = SAME_EVENT + (SAME_EVENT_LATE - SAME_EVENT) * late
    if new.outlet == old.outlet:
        enough = SAME_OUTLET
    top = min(new.fingerprint.top_in(old.fingerprint), old.fingerprint.top_in(new.fingerprint))
    day = (late * EVENT_WINDOW - _FIRST_HOURS) / (_DAY - _FIRST_HOURS)
    if top < _SAME_TOP * min(1.0, day):
        return None
    share, words = same_words(new.fingerprint, old.fingerprint)
    return (share, words) if share >= enough else None


def _same_abroad(new: Report, known: Known) -> tuple[float, list[str]] | None:
    """The same for two reports in different languages, of which names and figures compare."""
    old = known.report
    apart = abs(new.at - old.at)
    watched = len(new.entities & old.entities)
    if not watched or max(apart, abs(new.at - known.began)) > TRANSLATION_WINDOW:
        return None
    days = {str((at + timedelta(n)).day) for at in (new.at, old.at) for n in (-1, 0, 1)}
    both = shared(new.fingerprint.abroad, old.fingerprint.abroad, days=days)
    if not proves(both, watched=watched, apart=apart):
        return None
    # Below what reports in one language share: such a one is the better companion.
    return SAME_EVENT / 2, list(both.forms[:_SHOWN])


def _are_foreign(one: Report, other: Report) -> bool:
    """Whether two reports are known to be in different languages."""
    languages = {_language(one), _language(other)}
    return len(languages) == 2 and "" not in languages


def _language(report: Report) -> str:
    return (report.language or "").partition("-")[0].casefold()


def _other_codes(one: Fingerprint, other: Fingerprint) -> bool:
    return bool(one.codes and other.codes) and not one.codes & other.codes


def _joined(words: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The words, with pairs of characters that overlap put together again."""
    found: list[tuple[float, str]] = []
    for weight, form in words:
        if found and len(form) == 2 and not form.isascii() and found[-1][1][-1] == form[0]:
            found[-1] = (found[-1][0] + weight, found[-1][1] + form[1])
        else:
            found.append((weight, form))
    return found


def _why_copy(likeness: float, known: Report) -> str:
    if likeness == 1:
        return f"its text is that of {_who(known)}"
    # Of 99.6 % one must not say all.
    return f"{min(99, round(100 * likeness))} % of its text is that of {_who(known)}"


def _why_event(new: Report, known: Report, words: Iterable[str]) -> str:
    names = ", ".join(sorted(new.entities & known.entities)[:_SHOWN])
    apart = _span(abs(new.at - known.at))
    topic = f" and speaks of {', '.join(words)}" if words else ""
    where = " in another language" if _are_foreign(new, known) else ""
    return f"like {_who(known)}{where} it names {names}{topic}; {apart} apart"


def _who(known: Report) -> str:
    return f"{known.outlet}’s report" if known.outlet else "an earlier report"


def _span(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(minutes / 60)} hours"
