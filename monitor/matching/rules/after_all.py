# ruff: noqa: E501, RUF001 - long tables; quotes of every kind stand beside names
"""What says that a person is meant after all, where a thing's word stands beside the name.

"Outside the police station Jane Roe told reporters", "the rocket Jane Roe built", "the Jane Roe and
Tom Poe administrations", "flights to Jane Roe rallies": the word is its own sentence part.
"""

from __future__ import annotations

from monitor.matching.names.ordinary import frequency
from monitor.matching.text.local_language import spoken
from monitor.matching.text.patterns import lazy
from monitor.matching.text.word_before import begins_sentence, word_before

_NEARBY = 120
"""Characters to either side by which the language there is told."""
_REACH = 60
_ENGLISH = 3.7
"""Zipf frequency from which a word of a street's or a prize's in another language is an English
one, too: station, centre, prix."""
_STREETS = frozenset(["avenue", "boulevard", "plaza", "via"])
_AUXILIARY = (
    r"has|have|had|is|was|will|would|could|can|may|might|must|should|did|does|said|says|told|tells|met|meets|"
    r"gave|took|made|spoke|wrote|won|lost|led|came|went|saw|held|left|began|stood|sat|found|got|read|put|"
    r"sought|fought|sang|drew|kept|broke|threw|shook|ran|paid|hugs?|waves?|walks?"
)
_ACTS = lazy(rf"(?:,? who\b| (?:\w+ly )?(?:{_AUXILIARY}|[a-z]{{2,}}(?:ed|es))\b)")
_FRONTED = lazy(
    r"(?:\A|[.!?:;\n\"“”] ?|, )(?:(?:[Ww]hile|[Ww]hen|[Oo]nce|[Ss]till) )?(?:At|On|In|Inside|Outside|From|Near|Through|After|Before|During|Aboard|By|Behind|Beside|"
    r"Across|Under|Above|With|Without|For|To|Around|Over|Until|Since|in|at|on|aboard) (?:\w+['’]?s? ){1,5}\Z"
)
"""A sentence's beginning up to its subject: "In the park", "While in hospital"."""
_MADE_IT = lazy(
    r" (?:(?:has|had|himself|herself|once|now|also|later|personally|allegedly|reportedly) )?(?:built|bought|sold|owned|owns|ordered|ate|rode|wore|drove|drives|"
    r"unveiled|designed|promised|made|gave|sent|used|uses|commissioned|founded|inherited|posed|posted|hid|stole|crashed|flew|flies|hired|"
    r"chartered|liked|loves?|loved|hated|wanted|wants|adopted|was (?:on|in|aboard|riding|driving|given|compared|using|carrying))\b"
)
_RELATIVE = lazy(r"\b(?i:the|an?|that|this|every|any|first|last|same) (?:[\w\-]+ ){0,3}\Z")
_OF_A_TIME = lazy(
    r"(?:['’]s?)?(?:(?:,? and|,|/| or) (?:[A-Z][\w.'’\-]*,? ?(?:and )?){1,8})? ?"
    r"(?:administrations?|presidenc(?:y|ies)|premierships?|governments?|cabinets?|campaigns?|years|eras?|camps?|White House|rall(?:y|ies)|trials?)\b"
)
_IN_A_PICTURE = lazy(
    r" (?:in|from|of) the (?:\w+ )?(?:photo\w*|pictures?|video|images?|footage|films?|play|mirror|series|movie|past|old)\b| of old\b"
)
_LISTED = """
au aux du le la les de des del el al dal nel il lo da do no na w we v ve u på i der die das am im zum zur een het
"""
_LITTLE_ABROAD = frozenset(_LISTED.split())
"""Articles and prepositions of other languages: a few words of one are told by no more."""
_OF = lazy(r"\s(?:de|di|do|da|du)\Z")


def an_english_word(text: str, start: int, cue: str) -> bool:
    """True where the `cue` of other languages before the name at `start` is a word of English here.

    A capital in the middle of a sentence makes it a name's: "in Parc Montsouris".
    """
    word = _OF.sub("", cue.strip(" \"'“‘«„")).rpartition(" ")[2]
    plain = word.lower()
    if not word.isascii() or plain in _STREETS or frequency(plain) < _ENGLISH:
        return False
    low = max(0, start - _NEARBY)
    at = text.rfind(word, low, start)
    before = text[max(low, at - _REACH) : at]
    if not (word[0].islower() or plain == "centre" or begins_sentence(before)):
        return False
    around = text[low : start + _NEARBY]
    language = spoken(around.lower())
    if language is not None:
        return language == "en"
    beside = word_before(before)
    return around.isascii() and (beside is None or beside[0].lower() not in _LITTLE_ABROAD)


def a_persons_clause(text: str, start: int, end: int) -> bool:
    """True where what stands before a name is its sentence's beginning, or what its bearer made.

    "In the park Jane Roe met her voters", "the boat Jane Roe bought".
    """
    # By offsets: a slice's beginning would pass for the text's.
    low = max(0, start - _REACH)
    if _ACTS.match(text, end) and _FRONTED.search(text, low, start):
        return True
    return _MADE_IT.match(text, end) is not None and _RELATIVE.search(text, low, start) is not None


def one_of_their_times(after: str) -> bool:
    """True behind "the Jane Roe": and Tom Poe administrations, White House, in the picture."""
    return (_OF_A_TIME.match(after) or _IN_A_PICTURE.match(after)) is not None
