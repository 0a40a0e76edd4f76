"""Whether an ambiguous name is used in its trade's sense: Zirconium the hackers, not the metal.

What is around it is counted: words of the trade, and what marks a name as one that somebody was
given. What speaks of another trade (browsers, wallets, parties, parcels) counts against it.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from monitor.matching.actors import names_ransomware
from monitor.matching.names.expansion import SHORT
from monitor.matching.names.ordinary import GENERIC, coined
from monitor.matching.rules.actor_deeds import acting, intruding
from monitor.matching.rules.bands import called_a_band
from monitor.matching.rules.context_words import FLAWS, NEAR, THROUGHOUT, TradeWord
from monitor.matching.rules.findings import Hit
from monitor.matching.rules.gang_told_of import (
    Affair,
    in_an_affair,
    is_country,
    stands_as_gang,
    takes_credit,
    told_below,
)
from monitor.matching.rules.headlines import Place, grammar
from monitor.matching.rules.newsroom import in_capitals, tells
from monitor.matching.rules.ordinary_organisations import in_another_script
from monitor.matching.rules.surroundings import CAPITALS, Reading, codeword
from monitor.matching.rules.who_suffered import suffered
from monitor.matching.text import sentences
from monitor.matching.text.local_language import spoken
from monitor.matching.text.normalise import Folded
from monitor.matching.text.patterns import lazy
from monitor.model.match import Kind

_BESIDE = 80
"""Characters within which a word of another trade tells that trade's sense."""
_AGAINST = 2
"""So many more words of the trade are needed then."""
_TOLD_OF = (
    r"species|butterfl\w+|birds?|insects?|coach|season|league|quarterback|touchdown|stadium|"
    r"film|movie|novel|album|band|songs?|episode|cartoon"
)
_STORIES = lazy(rf"\b(?:{_TOLD_OF})\b")
"""What phrases are met in: tales and animals."""
_OTHER_TRADES = lazy(
    rf"\b(?:{_TOLD_OF}|"
    r"browsers?|firefox|mozilla|safari|gecko|opera|microsoft edge|chrome|"
    r"aws|azure|baidu|tencent|online (?:shop\w*|retailer|marketplace)|e ?commerce giant|"
    r"(?:mobile|video|computer) games?|"
    r"wallets?|bitcoins?|litecoin|ledger|metamask|"
    r"alloys?|metals?|ores?|smelt\w*|plating|catalyst\w*|isotopes?|minerals?|mines?|mining company|"
    r"lawmakers?|senators?|congress\w+|republicans?|democrats?|candidates?|voters?|primary|"
    r"parcels?|courier|fedex|dhl|usps|"
    r"submarines?|missiles?|warheads?|navy|"
    r"cattle|ranch\w*|herds?|breeders?|"
    r"cars?|factory|factories|car models?|dealers?|"
    r"whale|bible|hobbes|telescope|star|constellation)\b"
)
"""What single words are met in."""
_BODIES = frozenset(
    ["group", "subgroup", "gang", "crew", "team", "collective", "cartel", "syndicate"]
)
_UNDERTAKINGS = frozenset(["operation", "op", "project"])
_TEAMS = frozenset(["team", "crew"])
_ROOT = 4
"""Letters by which "hacker" and "hacked" are one word."""
_SHORT = 3
"""An acronym of so few letters needs to be told outright."""
_TITLE_CASE = lazy(r"[^\W\d_][\w'’\-]*")
_AROUND = 60
_BRIEF = 60
"""Characters of a text behind a headline, from which it says itself what it is about."""
_AROUND = 60
_BRIEF = 60
"""Characters of a text behind a headline, from which it says itself what it is about."""


def trade_context(  # noqa: PLR0911, PLR0912 - one return a way of telling
    kind: Kind,
    hits: Sequence[Hit],
    trade: Sequence[Sequence[TradeWord]],
    texts: Sequence[Folded],
    source: str = "",
) -> str:
    """What around an ambiguous name says that it is used in its trade's sense, in words.

    `source` is what of the feed says that it is of the trade, if anything.
    """
    if len(hits) > _READ:
        hits = [*hits[: _READ - _LAST], *hits[-_LAST:]]
    all_unsure = all(hit.reading is Reading.UNSURE for hit in hits)
    eligible = contested = False
    affair = Affair(texts)
    if kind is Kind.THREAT_ACTOR and _only_suffered(hits, texts):
        return ""
    for hit in hits:
        folded = texts[hit.field]
        if outright := _outright(hit, kind, affair):
            return outright
        if hit.name.exact_case and len(hit.name.text) <= _SHORT:
            continue  # GOP, SEA, UPS: hackers are in the news of everybody
        style = _style(hit, folded)
        if coined(hit.name.text, alone=style is _Style.HEADLINE) and style is not _Style.WORD:
            return "the way its vendor names such groups"
        seen = list(_marks(hit, kind, folded))
        does = _does(hit, folded)
        if hit.name.source == SHORT and not (seen or does):
            continue  # "whois" is a protocol, whoever the WHOis Team are
        # Among Cyrillic or Chinese letters no word of English is just that word, nor is in
        # German a phrase with capitals.
        beside = folded.text[max(0, hit.start - NEAR) : hit.end + NEAR]
        other_script = in_another_script(beside)
        if other_script and style is not _Style.WORD and hit.name.text.isascii():
            return "a phrase in Latin letters among others is"
        abroad = other_script or (style is not _Style.WORD and _foreign(beside))
        unsure = all_unsure and not (does or _intrudes(hit, folded) or _extorts(hit, folded))
        needed = 1 if abroad else _needed(hit, style, unsure, seen)
        trades = _OTHER_TRADES if style is _Style.WORD else _STORIES
        if other := _other_trade(folded, hit, trades):
            contested = True
            needed += _AGAINST
        elif kind is Kind.THREAT_ACTOR and (tells_of := in_an_affair(hit, affair)):
            return f"“{tells_of}” in the text"
        eligible |= abroad or bool(seen) or not hit.name.everyday or style is _Style.NAME
        _add_words(seen, hit, kind, trade[hit.field], other, needed)
        if (abroad or style is not _Style.WORD) and (
            len(seen) < needed or _hollow(hit, style, seen)
        ):
            seen += islice(_deeds(folded, hit, seen), max(1, needed - len(seen)))
        if len(seen) >= needed and not _hollow(hit, style, seen):
            return f"{' and '.join(f'“{word}”' for word in seen[:2])} beside it"
    everywhere = sorted({word for words in trade for _, kinds, word in words if kind in kinds})
    if len(everywhere) >= THROUGHOUT and eligible and not contested:
        return f"the article speaks of “{everywhere[0]}”, “{everywhere[1]}” and more of the kind"
    # A text of the trade has a word of it somewhere.
    spoken_of = everywhere or source or sum(len(folded.text) for folded in texts[1:]) <= _BRIEF
    asked = hits if kind is Kind.THREAT_ACTOR and spoken_of else ()
    told = (_told(hit, texts[hit.field], source) for hit in asked)
    if found := next(filter(None, told), ""):
        return f"“{found}” in its sentence"
    standing = (stands_as_gang(hit, affair) for hit in islice(hits, _ASKED))
    found = next(filter(None, standing), "") if kind is Kind.THREAT_ACTOR else ""
    return f"“{found}” of it" if found else ""


def _only_suffered(hits: Sequence[Hit], texts: Sequence[Folded]) -> bool:
    """True for a firm with a gang's name that was broken into, and nothing says gang of it."""
    asked = [
        hit for hit in islice(hits, _ASKED) if " " not in texts[hit.field].text[hit.start : hit.end]
    ]
    robbed = [hit for hit in asked if _suffers(hit, texts[hit.field])]
    told = any(hit.field == 0 for hit in robbed) or 2 * len(robbed) >= max(1, len(asked))
    return told and not any(_decisive(texts[hit.field], hit) for hit in asked)


def _suffers(hit: Hit, folded: Folded) -> bool:
    begin, finish = folded.locate(hit.start, hit.end)
    low, high = sentences.around(folded.original, begin, finish)
    before = folded.original[max(low, begin - _BESIDE) : begin]
    after = folded.original[finish : min(high, finish + _BESIDE)]
    return suffered(before, after)


_READ, _LAST = 500, 100
"""Places at which a name is read, those at a text's end among them: none of news has more."""
_ASKED = 60
"""So many of a name's places are asked how it stands there: a text that has more is no news."""


def _foreign(text: str) -> bool:
    """True for a text in another language than English, where an English phrase is a name."""
    return spoken(text) not in {None, "en"}


def _needed(hit: Hit, style: _Style, unsure: bool, marks: Sequence[str]) -> int:
    """How many words of the trade make the name one."""
    everyday = int(hit.name.everyday)
    if style is _Style.NAME or (style is _Style.HEADLINE and coined(hit.name.text)):
        everyday = 0
    elif style is _Style.WORD and not marks:
        everyday *= 2  # in a headline's capitals a word of every day is mostly just that word
    given = any(mark.lower() in _BODIES for mark in marks)
    return 1 + everyday + (unsure and not given)


def _hollow(hit: Hit, style: _Style, seen: Sequence[str]) -> bool:
    """True where what was seen says as little of a firm or a band of thieves.

    Flaws are a product's as well; the Axiom Group sells things, the Pink Panther gang steals them.
    """
    if len(seen) == 1 and seen[0].lower() in _BODIES:
        firm = style is _Style.WORD and seen[0].istitle() and hit.name.source != SHORT
        return firm or hit.name.everyday
    more = (word for word in seen if not (word.istitle() and word.lower() in _BODIES))
    return style is _Style.WORD and FLAWS.issuperset(more)


def _add_words(
    seen: list[str], hit: Hit, kind: Kind, words: Sequence[TradeWord], other: str, needed: int
) -> None:
    """Add the words of the trade near a hit to those seen, each root once, until they suffice."""
    position = bisect_left(words, hit.start - NEAR, key=lambda word: word[0])
    for start, kinds, word in islice(words, position, None):
        if start > hit.end + NEAR:
            break
        beside = kind in kinds and not hit.start <= start < hit.end
        if beside and word != other and not any(word[:_ROOT] == w[:_ROOT] for w in seen):
            seen.append(word)
            if len(seen) > needed and not FLAWS.issuperset(seen):
                break


def _told(hit: Hit, folded: Folded, source: str) -> str:
    """What a headline's grammar says of a name of several words, or with its capitals."""
    begin, finish = folded.locate(hit.start, hit.end)
    written = folded.original[begin:finish]
    short = hit.name.exact_case and len(hit.name.text) <= _SHORT
    short = short or is_country(hit.name.text)
    if short or written.islower() or (written.isupper() and not hit.name.text.isupper()):
        return ""
    if not all(word[:1].isupper() for word in written.split() if word not in GENERIC):
        return ""
    everyday = hit.name.everyday and " " not in written
    place = Place.HEADLINE if hit.field == 0 else Place.SENTENCE
    begins = hit.reading is Reading.UNSURE
    text = folded.original
    return grammar(text, begin, finish, place, everyday=everyday, begins=begins, source=source)


def _does(hit: Hit, folded: Folded) -> bool:
    """True where a verb of headlines follows: "Lazarus Exploits", though "lazarus exploits" not."""
    begin, finish = folded.locate(hit.start, hit.end)
    after = folded.original[finish : finish + _AROUND]
    following = _NEXT_WORD.match(after)
    before = folded.original[max(0, begin - _AROUND) : begin]
    return following is not None and tells(following[1]) and in_capitals(before, after)


def _extorts(hit: Hit, folded: Folded) -> bool:
    """True for a gang's name that its ransomware bears, beside that word: "Qilin and Warlock"."""
    beside = folded.text[max(0, hit.start - _BESIDE) : hit.end + _BESIDE]
    return "ransomware" in beside and names_ransomware(hit.name.text)


def _intrudes(hit: Hit, folded: Folded) -> bool:
    _, finish = folded.locate(hit.start, hit.end)
    return intruding(folded.original[finish : finish + _AROUND]) != ""


_NEXT_WORD = lazy(r"[\"'”’]?\s+([A-Z]\w+)")


def _marks(hit: Hit, kind: Kind, folded: Folded) -> Iterator[str]:
    """What marks a place as a name that somebody was given, in words."""
    given = codeword(hit.name, kind, folded.original, *folded.locate(hit.start, hit.end))
    # Capitals mark a code name, but not a word of every day in a headline or on a badge.
    if given and not (hit.name.everyday and given == CAPITALS):
        yield given
    begin, finish = folded.locate(hit.start, hit.end)
    *before, last = folded.original[begin:finish].split()
    # A team is of hippos, too.
    if before and last[0].isupper() and last.lower() in _BODIES - _TEAMS:
        yield last
    if act := acting(folded.original[finish : finish + _AROUND]):
        yield act


def _outright(hit: Hit, kind: Kind, affair: Affair) -> str:
    """What says by itself that a name is used in its trade's sense, in words."""
    if decisive := _decisive(affair.texts[hit.field], hit):
        return f"“{decisive}” beside it"
    if kind is Kind.THREAT_ACTOR and hit.field == 0 and (band := told_below(hit, affair.texts)):
        return f"“{band}” below the headline"
    if kind is Kind.THREAT_ACTOR and (deed := takes_credit(hit, affair)):
        return f"“{deed}” behind it"
    return ""


def _decisive(folded: Folded, hit: Hit) -> str:
    """The words right beside a name that say what it is: "Cobalt hackers", "hacking group X"."""
    return called_a_band(hit.name, folded.original, *folded.locate(hit.start, hit.end))


def _other_trade(folded: Folded, hit: Hit, trades: re.Pattern[str]) -> str:
    low = max(0, hit.start - _BESIDE)
    found = trades.search(folded.text, low, hit.start) or trades.search(
        folded.text, hit.end, hit.end + _BESIDE
    )
    return found[0] if found else ""


class _Style(enum.Enum):
    """How a name's capitals tell it from words."""

    NAME = "name"
    """A phrase with capitals where its surroundings have none."""
    HEADLINE = "headline"
    """A phrase with capitals among others."""
    WORD = "word"
    """A single word, or a phrase without all its capitals."""


def _style(hit: Hit, folded: Folded) -> _Style:
    begin, finish = folded.locate(hit.start, hit.end)
    text = folded.original
    words = text[begin:finish].split()
    telling = [word for word in words if word.lower() not in GENERIC]
    coded = words[-1].lower() in _BODIES or words[0].lower() in _UNDERTAKINGS
    phrase = len(telling) > 1 or (len(words) > 1 and coded)
    if not phrase or not all(word[0].isupper() for word in telling):
        return _Style.WORD
    around = text[max(0, begin - _AROUND) : begin] + " " + text[finish : finish + _AROUND]
    beside = [word[0] for word in _TITLE_CASE.finditer(around) if len(word[0]) > _SMALL]
    small = sum(word[0].islower() for word in beside)
    return _Style.NAME if beside and small * 2 > len(beside) else _Style.HEADLINE


def _deeds(folded: Folded, hit: Hit, seen: Sequence[str]) -> Iterator[str]:
    """Words near a phrase for what is done by and to those who bear such names, not yet seen."""
    roots = {word[:_ROOT].lower() for word in seen}
    spans = ((max(0, hit.start - NEAR), hit.start), (hit.end, hit.end + NEAR))
    for low, high in spans:
        for found in _DEEDS.finditer(folded.text, low, high):
            if found[0][:_ROOT] not in roots:
                roots.add(found[0][:_ROOT])
                yield found[0]


_DEEDS = lazy(
    r"\b(?:attack\w*|breach\w*|arrest\w*|pleads?|pleaded|guilty|charge[sd]?|sanction\w*|ransom|stole|"
    r"steals|threats?|security|spy|spies|spying|fbi|cisa|ncsc|nsa|gru|scams?|leak\w*|data|extradit\w+|"
    r"victims?|targets?|targeted|targeting|intelligence|cyber\w*|campaigns?|"
    r"toolset|lures?|rats?|"
    r"angriff\w*|diebstahl\w*|spionage\w*|attaques?|vol|piratage|ataques?|robos?|attacc\w+|furto|atak\w*|kradzie\w+|utok\w*|"
    r"napad\w*|aanval\w*|diefstal|angrep\w*|attack\w*|hyokkay\w*|tamadas\w*|atac\w*|saldiri\w*|атак\w*|похи\w+|краж\w+|"
    r"επιθεσ\w*|κλοπ\w+|(?:a|ont) (?:vise|cible|attaque|vole|infiltre)\w*|"
    r"anssi|varast\w+|murtau\w+|ellopt\w*|feltort\w*|ukrad\w*|"
    r"hac?k?ker\w*|hacker\w*|rob[oó]|robar|stal|gestohlen|erbeutet\w*)\b"
)
_SMALL = 3
