# ruff: noqa: RUF001 - quotes of every kind stand beside names
"""Whether an ambiguous name is used in its trade's sense: Zirconium the hackers, not the metal.

What is around it is counted: words of the trade, and what marks a name as one that somebody was
given. What speaks of another trade (browsers, wallets, parties, parcels) counts against it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from monitor.matching.context import NEAR, THROUGHOUT
from monitor.matching.findings import Hit, Word
from monitor.matching.names import SHORT
from monitor.matching.normalise import Folded
from monitor.matching.ordinary import GENERIC
from monitor.matching.reading import CAPITALS, Reading, acting, codeword
from monitor.model.match import Kind

_BESIDE = 80
"""Characters within which a word of another trade tells that trade's sense."""
_AGAINST = 2
"""So many more words of the trade are needed then."""
_OTHER_TRADES = re.compile(
    r"\b(?:browsers?|firefox|mozilla|safari|gecko|opera|"
    r"wallets?|bitcoins?|litecoin|ledger|metamask|"
    r"alloys?|metals?|ores?|smelt\w*|plating|catalyst\w*|isotopes?|minerals?|mines?|mining company|"
    r"lawmakers?|senators?|congress\w+|republicans?|democrats?|candidates?|voters?|primary|"
    r"parcels?|courier|fedex|dhl|usps|drivers|packages|"
    r"submarines?|missiles?|warheads?|navy|"
    r"cattle|ranch\w*|herds?|breeders?|ranges|"
    r"coach|season|league|quarterback|touchdown|stadium|"
    r"film|movie|novel|album|band|songs?|episode|cartoon|"
    r"cars?|factory|factories|plants?|models?|dealers?|"
    r"species|butterfl\w+|birds?|insects?|"
    r"whale|bible|hobbes|telescope|star|constellation)\b"
)
_ROOT = 4
"""Letters by which "hacker" and "hacked" are one word."""
_SHORT = 3
"""An acronym of so few letters needs to be told outright."""
_KIND = (
    r"hackers|(?:hacking|hacker|ransomware|cyber[\w\-]*|cybercriminal|threat|apt|espionage|extortion|spying|"
    r"cyber[ \-]?(?:crime|espionage|spying)|malware|hacktivist|state-sponsored|nation-state)\s+"
    r"(?:groups?|gangs?|crews?|teams?|collectives?|actors?|operators|operations?|outfits?)"
)
_SORT_AFTER = re.compile(
    rf"[\"'”’)]{{0,2}}\s+(?:(?:is|are|was)\s+(?:an?|the|one of the)\s+(?:[\w\-,]+\s+){{0,5}}?|"
    rf"[\w\-]+\s+)?({_KIND})\b",
    re.IGNORECASE,
)
_SORT_BEFORE = re.compile(
    rf"\b({_KIND})(?:\s+(?:like|such as|called|named|dubbed|known as|from|of))?,?\s+"
    r"(?:the\s+)?[\"'“‘(]{0,2}\Z",
    re.IGNORECASE,
)
_TITLE_CASE = re.compile(r"[^\W\d_][\w'’\-]*")
_AROUND = 60


def trade_context(
    kind: Kind, hits: Sequence[Hit], trade: Sequence[Sequence[Word]], texts: Sequence[Folded]
) -> str:
    """What around an ambiguous name says that it is used in its trade's sense, in words."""
    all_unsure = all(hit.reading is Reading.UNSURE for hit in hits)
    eligible = contested = False
    for hit in hits:
        folded = texts[hit.field]
        phrase = " " in folded.text[hit.start : hit.end] and _written_as_name(hit, folded)
        needed = 1 + (hit.name.everyday and not phrase) + all_unsure
        if decisive := _decisive(folded, hit):
            return f"“{decisive}” beside it"
        if hit.name.exact_case and len(hit.name.text) <= _SHORT:
            continue  # GOP, SEA, UPS: hackers are in the news of everybody
        if other := _other_trade(folded, hit):
            contested = True
            needed += _AGAINST
        seen = list(_marks(hit, kind, folded))
        if hit.name.source == SHORT and not seen:
            continue  # "whois" is a protocol, whoever the WHOis Team are
        eligible |= bool(seen) or not hit.name.everyday or phrase
        words = trade[hit.field]
        position = bisect_left(words, hit.start - NEAR, key=lambda word: word[0])
        for start, kinds, word in islice(words, position, None):
            if start > hit.end + NEAR:
                break
            beside = kind in kinds and not hit.start <= start < hit.end
            if beside and word != other and not any(word[:_ROOT] == w[:_ROOT] for w in seen):
                seen.append(word)
                if len(seen) > needed:
                    break
        if seen and len(seen) >= needed:
            return f"{' and '.join(f'“{word}”' for word in seen[:2])} beside it"
    everywhere = sorted({word for words in trade for _, kinds, word in words if kind in kinds})
    if len(everywhere) >= THROUGHOUT and eligible and not contested:
        return f"the article speaks of “{everywhere[0]}”, “{everywhere[1]}” and more of the kind"
    return ""


def _marks(hit: Hit, kind: Kind, folded: Folded) -> Iterator[str]:
    """What marks a place as a name that somebody was given, in words."""
    given = codeword(hit.name, kind, folded.original, *folded.locate(hit.start, hit.end))
    # Capitals mark a code name, but not a word of every day in a headline or on a badge.
    if given and not (hit.name.everyday and given == CAPITALS):
        yield given
    _, finish = folded.locate(hit.start, hit.end)
    if act := acting(folded.original[finish : finish + _AROUND]):
        yield act


def _decisive(folded: Folded, hit: Hit) -> str:
    """The words right beside a name that say what it is: "Cobalt hackers", "hacking group X"."""
    begin, finish = folded.locate(hit.start, hit.end)
    text = folded.original
    found = _SORT_AFTER.match(text, finish) or _SORT_BEFORE.search(
        text, max(0, begin - _AROUND), begin
    )
    return found[1] if found else ""


def _other_trade(folded: Folded, hit: Hit) -> str:
    low = max(0, hit.start - _BESIDE)
    found = _OTHER_TRADES.search(folded.text, low, hit.start) or _OTHER_TRADES.search(
        folded.text, hit.end, hit.end + _BESIDE
    )
    return found[0] if found else ""


def _written_as_name(hit: Hit, folded: Folded) -> bool:
    """True for a phrase with capitals in a text that has none of them beside it."""
    begin, finish = folded.locate(hit.start, hit.end)
    text = folded.original
    telling = [word for word in text[begin:finish].split() if word.lower() not in GENERIC]
    if not all(word[0].isupper() for word in telling):
        return False
    around = text[max(0, begin - _AROUND) : begin] + " " + text[finish : finish + _AROUND]
    words = [word[0] for word in _TITLE_CASE.finditer(around) if len(word[0]) > _SMALL]
    return sum(word[0].islower() for word in words) * 2 > len(words) if words else False


_SMALL = 3
