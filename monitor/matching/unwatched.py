# ruff: noqa: RUF001 - quotes and dashes of every kind stand beside names
"""Names in a text that could be watched: persons, organisations, actors.

A heuristic of its own, for texts in Latin letters: runs of words with capitals, and what beside
them says what they are (titles, endings of institutions, vendors' series of names, what persons
do). What is not sure is left out: a list of names that nobody watches is read only as long as it
is right.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from monitor.matching.names.ordinary import frequency, naming_scheme
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.words import LEGAL_FORMS
from monitor.model.article import Article
from monitor.model.match import Kind

LONGEST = 20_000
"""Characters of an article that are looked at: what it is about stands in them."""
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'&.\-]*[\w]|[A-Z]"
_GAP = r"(?:[ \u00a0]|\.[ \u00a0](?<=\b[A-Z]\.[ \u00a0]))"
_SMALL = r"(?:(?:of|for|de|van|von|bin|al|and|the)[ \u00a0](?:(?:the|la|der|den)[ \u00a0])?)?"
_RUN = re.compile(rf"(?:{_CAPITAL})(?:{_GAP}{_SMALL}(?:{_CAPITAL}))*")
_ACTOR = re.compile(r"\b(?:APT|UNC|TA|FIN|DEV|UAC|TEMP|Storm|TAG)-?\d{1,5}\b")
_GANG_AFTER = re.compile(
    r"[’']?s?\s+(?:(?:ransomware|hacking|cyber\w*|extortion|espionage|threat|hacker)\s+)+"
    r"(?:group|gang|crew|actor|operation|operators|collective)\b|\s+(?:ransomware)\b"
)
_GANG_BEFORE = re.compile(
    r"\b(?:ransomware|hacking|hacker|extortion) (?:group|gang|crew|collective)\s+$"
)
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sir|Lord|Lady|Dame|Prof|Professor|President|Senator|Sen|Rep|Gov|Governor|"
    r"Mayor|Minister|Secretary|Chancellor|Chairman|Judge|Justice|General|Gen|Col|Colonel|Capt|"
    r"Captain|[Pp]rime [Mm]inister|spokes(?:man|woman|person)|[Dd]irector|[Ll]eader|[Cc]hief|"
    r"[Aa]ttorney|executive|minister|secretary|chairman|president|senator|governor|lawyer|analyst|"
    r"researcher)\.?,?\s+$"
)
_DOES = re.compile(
    r",? (?:(?:who|said|says|told|added|wrote|tweeted|argued|testified|warned|insisted)\b|"
    r"was (?:arrested|charged|elected|born|convicted)\b|\d\d,)"
)
_ENDING = (
    r"(?:Agency|Association|Authority|Bank|Board|Bureau|Center|Centre|Coalition|College|Commission|"
    r"Committee|Company|Conference|Congress|Consortium|Corporation|Council|Court|Department|"
    r"Directorate|Federation|Force|Forum|Foundation|Fund|Group|Guard|Industries|Institute|"
    r"Laborator(?:y|ies)|League|Ministry|Network|Organi[sz]ation|Parliament|Partners|Party|Police|"
    r"Securities|Service|Services|Society|Systems|Technologies|Times|Trust|Union|University)"
)
_ORGANISED = re.compile(_ENDING)
_ORGANISATION = re.compile(
    rf"\b{_ENDING}$|^(?:Bank|Bureau|Council|Court|Department|House|Institute|Ministry|Office|"
    rf"University|National|Federal|Royal|Supreme|Central)\b.*\b(?:of|for|{_ENDING})\b"
)
_DEFINED = re.compile(r"\s*\(([A-Z][A-Za-z]*[A-Z])\)")
_ENDS = re.compile(r"[.!?:;…•*|\n\r\"“”‘(\[]\s*[\"'“‘(\[]*$|^$|[-–—]\s+$")
_NONE = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug
sept sep oct nov dec the a an in on at by for from to of and but if it he she they we i you this
that these those when while after before as with also there here what who how why read more photo
getty images reuters ap afp video watch live advertisement copyright subscribe sign share follow
related newsletter twitter facebook mr mrs ms dr sir president senator minister
"""
_NOT = frozenset(_NONE.split())
_BODIES = re.compile(
    r"Senate|House|Congress|Parliament|Democrats?|Republicans?|Tor(?:y|ies)|Labour|Liberals?|"
    r"Conservatives?|Greens?|Windows|Office|Street|Avenue|Road|City|County|States?|Island|"
    r"River|Lake|Mount|North|South|East|West|Day|War|Cup|Award|Prize|Act|Bill|New|San|Los"
)
"""Words of bodies, parties, places and days: no person is called so in full."""
_NATIONS = re.compile(r"(?:ish|ese|ian|ean|ani|aqi|ench|utch|eek|iss)s?$", re.IGNORECASE)
_SMALL_WORDS = frozenset({"of", "for", "and", "the", "de", "van", "von", "bin", "al"})
_COMMON = 5.3
"""Zipf frequency from which a word that begins a sentence is mostly none of a name's."""
_PERSON_WORD = 5.6
"""The same of a person's names: Will, Price."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that could be watched."""

    name: str
    kind: Kind


def candidates(article: Article) -> set[Candidate]:
    """The names in an article, each once, as they stand there in full."""
    text = f"{article.title}\n{article.summary}\n{article.body}"[:LONGEST]
    found = dict.fromkeys(_ACTOR.findall(text), Kind.THREAT_ACTOR)
    families: Counter[str] = Counter()
    waiting: list[tuple[str, bool]] = []
    for run in _RUN.finditer(text):
        before = text[max(0, run.start() - 40) : run.start()]
        after = text[run.end() : run.end() + 60]
        words = _trimmed(run[0].split(), begins=_ENDS.search(before) is not None)
        if not words:
            continue
        name = " ".join(words)
        # A title at its beginning has a capital, too.
        before += run[0][: run[0].find(words[0])]
        if len(words) == 1:
            families[name] += 1
        if kind := _sure(name, words, before, after):
            found.setdefault(name, kind)
            defined = _DEFINED.match(after)
            if kind is Kind.ORGANISATION and defined and _spells(defined[1], words):
                found.setdefault(defined[1], kind)
        elif 2 <= len(words) <= 4 and _could_be_person(words):
            waiting.append((name, bool(_TITLE.search(before) or _DOES.match(after))))
    for name, shown in waiting:
        # Named in full once, a person goes on by the family name.
        if shown or families[name.split()[-1]] >= 2:
            found.setdefault(name, Kind.PERSON)
    return {Candidate(name, kind) for name, kind in found.items()}


def _sure(name: str, words: list[str], before: str, after: str) -> Kind | None:
    if len(words) > 1:
        if _ORGANISATION.search(name) or fold_name(words[-1]).strip(".") in LEGAL_FORMS:
            return Kind.ORGANISATION
        if len(words) == 2 and fold_name(words[1]) in naming_scheme():
            return Kind.THREAT_ACTOR
    if 1 <= len(words) <= 2 and (_GANG_AFTER.match(after) or _GANG_BEFORE.search(before)):
        rare = min(frequency(fold_name(word)) for word in words) < 4.2
        return Kind.THREAT_ACTOR if rare and not _NATIONS.search(name) else None
    return None


def _could_be_person(words: list[str]) -> bool:
    letters = [word for word in words if word not in _SMALL_WORDS]
    if any(not word[0].isupper() or (word.isupper() and len(word) > 2) for word in letters):
        return False
    plain = [fold_name(word).strip(".") for word in letters]
    if any(len(each) > 1 and frequency(each) >= _PERSON_WORD for each in plain):
        return False
    return not any(map(_is_no_persons, letters))


def _is_no_persons(word: str) -> bool:
    of_nation = _NATIONS.search(word) is not None and frequency(fold_name(word)) > 4
    return bool(_ORGANISED.fullmatch(word) or _BODIES.fullmatch(word) or of_nation)


def _trimmed(words: list[str], *, begins: bool) -> list[str]:
    """The words of a run that are a name's: without a sentence's first ones, days and titles."""
    words = [re.sub(r"[’']s?$", "", word) for word in words]
    while words and (
        fold_name(words[0]).strip(".") in _NOT
        or (begins and len(words) > 1 and frequency(fold_name(words[0])) >= _COMMON)
        or words[0] in _SMALL_WORDS
    ):
        words = words[1:]
        begins = False
    while words and (fold_name(words[-1]) in _NOT or words[-1] in _SMALL_WORDS):
        words = words[:-1]
    if len(words) == 1 and begins and frequency(fold_name(words[0])) >= 3:
        return []
    return words if len(words) <= 8 else []


def _spells(acronym: str, words: list[str]) -> bool:
    initials = "".join(word[0] for word in words if word[0].isupper())
    return initials == "".join(letter for letter in acronym if letter.isupper())
