# ruff: noqa: E501, RUF001 - long tables; words of languages with letters that look alike
"""What a name of a country, a capital or a party says where it stands.

A dateline says most; who acts or speaks from abroad ("Chinese hackers", "British observers",
"Beijing denied") says hardly anything of whose institution is meant; and a person may be called
Lincoln or Jordan.
"""

from __future__ import annotations

import re

from monitor.matching.names.gazetteer import Cue, Sort, gazetteer
from monitor.matching.text.normalise import Folded, fold_name
from monitor.matching.text.patterns import lazy

_TOPIC = re.compile(r" [a-zß-öø-ÿа-я]{3,}(?: [^\W\d_]+)*\s?[:\u2013\u2014-]")
"""After a country what a report is about: "Ukraine war: ", and not where it is from."""
_NEAR = 40
_DATELINE = 4.0
_FROM_ABROAD = 0.12
"""Share of its weight that a cue keeps which only says where somebody acts from."""
_AT_HOME = 0.6
"""The same for a government that speaks: its own institutions are mostly what it speaks of."""
_NEW = frozenset(["south", "north", "east", "west", "central", "greater", "new", "inner", "outer"])
_WORD_BEFORE = lazy(r"([^\W\d_][\w'’.\-]*) \Z")


_VISITORS = """
observer observers monitors diplomat diplomats ambassador ambassadors embassy embassies envoy envoys
beobachter* botschafter* diplomat* observateurs ambassad* embajad* observadores osservatori
ambasciat* obserwator* ambasad* consul* konsul* консул* наблюдател* посол* посл* дипломат*
"""
_AGENTS = """
troops hack* spies spy spying espionage agent agents intelligence actor actors national nationals interfer*
meddl* influence disinformation propaganda donor donors donation donations money oligarch* cyber*
malware forces vessels warships jets warplanes drone drones strike strikes shelling airstrike*
missile missiles bombardment* bots trolls state-* government-* threat attacker attackers firm firms compan*
businessman businessmen investor investors technology server servers operatives proxies visitor*
tourist* pirate pirates spion* espion* pirata piratas espía espías szpieg* haker* хакер*
шпион* кибер* удар* обстрел* беспилотник* дрон* ракет* дронів дронами angriff* drohne* rakete*
frappe* bombardement* misil* ataque* atak* dron* rakiet* nalot*
"""
_BROUGHT = "linked backed based affiliated aligned led sponsored born owned made nahe* gesteuert*"
_SOURCES = """
by|behalf of|linked to|tied to|backed by|blamed on|attributed to|accuses|accused|accusing|against|
sanctions on|ambassador of|ambassador to|embassy of|embassy in|visited|visit to|visits to|visiting|
flew to|flown to|fled to|hackers from|hackers in|observers from|observers of|von|par|por|da|przez|
со стороны|из|accuse|accusent|acusa a|acusa|acusan a|acuso a|acusou|accusa|accusano|beschuldigt|wirft|
lastet|bezichtigt|verdachtigt|oskarza|oskarzyla|oskarzyl|oskarzaja|obvinuje|obvinila|обвиняет|обвинила|
обвинил|обвинили|звинуватила|звинуватив|beschuldigen|werfen|anklagar|anklager|beskylder|
κατηγορει|κατηγορησε|κατηγορουν|اتهمت|تتهم|اتهم
"""
_VISIT = (
    r"\b(?:visit (?:of|by|from)|visita (?:del?|da|do|dell[ao]?)|visite (?:de|du)|besuchs?(?:es)? (?:des|der|von)|"
    r"wizyt\w+|wizyc\w+|визит\w*|візит\w*)(?: \w+){0,4}? \Z"
)
_SPEAKING = """
denied denies deny say says saying said reject* accus* dismiss* insist* condemn* critici* warn*
hack* attack* stole steal* target* meddl* interfer* copy copied breach* spied spying blam* vow*
calls called retaliat* sanction* welcom* congratulat* urge* summon* leugne* dementier* bestritt*
bestreitet wies* weist erklärte kritisier* verurteil* warnt* démen* nie nient rejet* négó negó
neg* niega* desmient* rechaz* acus* smentisc* respin* zaprzecz* odrzuc* oskarż* отверг*
опроверг* отрица* заяви* обвини* осуди* осуд* потреб* призва* приветств* засуди* вимага* закли*
"""
_AUXILIARY = "has have had hat habe a ha will also again strongly repeatedly flatly heute"


def _words(listed: str) -> str:
    """A pattern for folded text: any of the words, a star standing for any ending."""
    words = (fold_name(word.strip("*")) + r"\w*" * word.endswith("*") for word in listed.split())
    return f"(?:{'|'.join(words)})"


def _agent_after(listed: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:'s?)?(?: (?:{_words(_BROUGHT)})\b| (?:(?!and\b)\w+ ){{0,2}}?{_words(listed)}\b)"
    )


_HELP = (
    r"\b(?:help|aid|support|backing|loans?|cooperation|assistance) (?:from|of|with)\s(?:the\s)?\Z"
)
_THE = r"(?:(?:the|la|le|les|el|los|las|den|die|das|il|lo|το|την?|τον?|τη) )?"
_AGENT_NEXT = lazy(rf"(?:'s?)? {_words(_VISITORS + _AGENTS)}\b")
_VISITOR_AFTER = _agent_after(_VISITORS)
_AGENT_AFTER = _agent_after(_VISITORS + _AGENTS)
_AGENT_BEFORE = lazy(
    rf"(?:\b(?:{'|'.join(map(fold_name, _SOURCES.split('|')))})\s+{_THE}|"
    rf"\b{_words(_VISITORS + _AGENTS)}\s)\Z|{_HELP}|{_VISIT}"
)
_VISITOR_BEFORE = lazy(rf"\b{_words(_VISITORS)}(?: from| of)?\s+(?:the\s+)?\Z|{_HELP}|{_VISIT}")
_SPEAKS = lazy(
    rf"(?: and (?:the )?\w+(?: \w+)?)?(?: {_words(_AUXILIARY)})?(?: {_words(_SPEAKING)}| "
    r"(?:was|were|is|are|has been|had been) (?:accused|blamed|suspected|behind|responsible))\b"
)
_DATELINE_ENDS = lazy(
    r"(?:,?\s+[\w.'’\-]{1,20}){0,5}?\s*(?:\([^)\n]{1,40}\))?\s*(?:[:\u2013\u2014]|--|\s-)\s"
)


def of_a_person(folded: Folded, cue: Cue) -> bool:
    """True for a town's or a country's name that somebody bears: Abraham Lincoln."""
    if cue.sort not in {Sort.TOWN, Sort.CAPITAL, Sort.REGION, Sort.NAME}:
        return False
    before = _WORD_BEFORE.search(folded.text, max(0, cue.start - _NEAR), cue.start)
    begin, finish = folded.locate(cue.start, cue.end)
    if cue.sort is Sort.TOWN and _CAPITAL_AFTER.match(folded.original, finish):
        return True
    if before is None or before[1] in _NEW or before[1].endswith(("'s", ".")):
        return False
    if cue.sort is Sort.NAME and folded.text[cue.start : cue.end] not in _GIVEN:
        return False
    low, _ = folded.locate(before.start(1), before.end(1))
    first = _FIRST_WORD.search(folded.original, max(0, low - 3), low) is not None
    return folded.original[low].isupper() and not first and begin - low < _NEAR


_CAPITAL_AFTER = lazy(r" [A-Z][a-z]+")
_FIRST_WORD = lazy(r"(?:\A|[.!?:\n\r\"“(])\s*\Z")
_GIVEN = frozenset(["jordan", "chad", "georgia", "israel", "cuba", "kenya", "dominica", "holland"])
_SEATS = ("kremlin", "kreml", "кремл", "white house", "weisse", "maison blanche", "casa blanca")


def weight_of(folded: Folded, cue: Cue, ours: bool) -> tuple[float, bool]:
    """What a cue weighs by what stands around it, and whether it is a dateline."""
    if acts(folded.text, cue, ours):
        return cue.sort.value * _FROM_ABROAD, False
    if _speaks(folded.text, cue):
        return cue.sort.value * (_AT_HOME if ours else _FROM_ABROAD), False
    if cue.sort is Sort.NAME and (share := _concerned(folded.text, cue)):
        return cue.sort.value * share, False
    if cue.sort is not Sort.MARK and _begins_line(folded, cue.start):
        _, finish = folded.locate(cue.start, cue.end)
        ends = _DATELINE_ENDS.match(folded.original, finish)
        if ends and not _TOPIC.match(ends[0]):
            return _DATELINE, True
    owner = cue.sort in {Sort.NAME, Sort.CAPITAL} and folded.text.startswith("'s ", cue.end)
    return cue.sort.value + (_OWNER if owner else 0.0), False


_OWNER = 0.3
"""What "Hungary's" says more than "Hungarian"."""
_SOME = lazy(
    r"\b(?:an?|eine?[mnrs]?|une?|una|uno|\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|"
    r"dozens of|hundreds of|thousands of|zwei|drei|vier|fünf|deux|trois|dos|tres)\s\Z"
)
"""A British yard, or 19,000 Afghans, are some of many, and say less of whose institution deals with
them."""
_SOMEBODY, _FROM_THERE = 0.4, 0.25


def _concerned(text: str, cue: Cue) -> float:
    """The share of its weight that a country keeps of which somebody or something is; else 0."""
    low = max(0, cue.start - _NEAR)
    if _FROM.search(text, low, cue.start) and not text.startswith(("'s ", "-"), cue.end):
        return _FROM_THERE
    if _dealt_with(text, cue) or _SOME.search(text, low, cue.start):
        return _SOMEBODY
    return 0.0


def _dealt_with(text: str, cue: Cue) -> bool:
    """True for another side: who makes a treaty "with Germany" writes at home, not there."""
    return (
        _WITH.search(text, max(0, cue.start - _NEAR), cue.start) is not None
        and _NO_OWNER.match(text, cue.end) is not None
    )


_WITH = lazy(
    r"\b(?:with|against|(?:transfers?|exports?|shipments?|sales?|deliver\w+|links?|ties|access|"
    r"weapons|arms|aid|flights?) to|avec|mit|con|com|met|med|s|se|с|со|зі)\s(?:the |la |le |l'|el |der )?\Z"
)
_FROM = lazy(r"\b(?:from|aus|z|ze|iz|из|з|із)\s\Z")
_NO_OWNER = lazy(
    r"(?:[.,;:)]|\s*\Z|\s(?:on|over|about|to|for|at|and|or|has|is|was|were|in|sur|en|et|à|über|und|ist|"
    r"sobre|y|o|w|i|na|в|о|и|на|про|щодо)\b)"
)


def _begins_line(folded: Folded, start: int) -> bool:
    begin, _ = folded.locate(start, start + 1)
    return _LINE_BEGINS.search(folded.original, max(0, begin - 3), begin) is not None


_LINE_BEGINS = lazy(r"(?:\A|[\n\r])\W*\Z")


def begins_agent(text: str, cue: Cue) -> bool:
    """True where the next word already makes a cue somebody's who acts from there."""
    return _AGENT_NEXT.match(text, cue.end) is not None


def acts(text: str, cue: Cue, ours: bool = False) -> bool:
    """True where a country is only where somebody who acts comes from: Chinese hackers.

    Of `ours`, only those count who are sent abroad: British observers.
    """
    after, before = (
        (_VISITOR_AFTER, _VISITOR_BEFORE) if ours else (_AGENT_AFTER, _AGENT_BEFORE)
    )  # fmt: skip
    if after.match(text, cue.end):
        return cue.sort is not Sort.MARK
    return before.search(text, max(0, cue.start - _NEAR), cue.start) is not None


def _speaks(text: str, cue: Cue) -> bool:
    """True where a government is meant that speaks: Beijing denied, the Kremlin said."""
    if cue.sort is Sort.MARK and not text.startswith(_SEATS, cue.start):
        return False
    return _SPEAKS.match(text, cue.end) is not None


def in_country(folded: Folded, end: int) -> frozenset[str]:
    """The countries that a place is said to be in: "X, Lebanon", "X (Greece)", "X, Iowa"."""
    found = _PLACE.match(folded.text, end)
    if found is None:
        return frozenset()
    cues = gazetteer().find(folded, found.end(), found.end() + _NEAR)
    if not cues or cues[0].start != found.end() or cues[0].sort in {Sort.CAPITAL, Sort.TOWN}:
        return frozenset()
    return cues[0].countries


_PLACE = lazy(r"(?:, ?| \(| in (?:the )?)(?=[^\W\d_])")
