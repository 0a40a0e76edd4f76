# ruff: noqa: RUF001 - quotes and dashes of every kind stand beside names
"""How a name stands in its text: as a name, as something made by its bearer, or by accident.

Looks only at the characters right around a place the automaton proposed.
"""

from __future__ import annotations

import enum
import re
from dataclasses import replace

from monitor.matching.actors import names_ransomware, names_tool
from monitor.matching.names.expansion import Name
from monitor.matching.names.institutions_abroad import TRANSLATION, in_capitals_only
from monitor.matching.names.noun_names import just_noun, just_words, made_adjective, one_of_them
from monitor.matching.names.ordinary import GENERIC, common_noun, everyday, frequency, ordinary
from monitor.matching.names.titles import titled
from monitor.matching.rules.bands import by_ransomware
from monitor.matching.rules.credits import credited
from monitor.matching.rules.firm_cues import has_people, in_a_shout
from monitor.matching.rules.named_things import thing_named, venue_or_contest
from monitor.matching.rules.namesakes import bears_the_name, by_chance, of_several
from monitor.matching.rules.newsroom import (
    announces,
    cut_off,
    in_tag,
    joined,
    of_a_nation,
    shouted,
    stands_alone,
    tells,
)
from monitor.matching.rules.no_mention import a_flat, detected, in_address
from monitor.matching.rules.other_bearers import somebody_else
from monitor.matching.spelling.han import goes_on
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.word_before import ASKS, begins_sentence, word_before
from monitor.model.match import Kind


class Reading(enum.Enum):
    """What a proposed place is."""

    NAME = "a mention"
    CERTAIN = "a mention, marked as one by what stands beside it"
    UNSURE = "a word that may be capitalised only because it begins a sentence"
    TOOL = "the name of a tool"
    IS_TOOL = "the name of a tool, where the text says so outright"
    LONGER = "a part of another name"
    PLACE = "the name of a place or of somebody else, where the text says so outright"
    WORDS = "an institution's name in small letters, whose only what is joined to it can say"
    NONE = "no mention"


NOT_IT = (Reading.LONGER, Reading.PLACE, Reading.WORDS)
"""Readings that tell of somebody or something else with the same name."""
_TRADES = {Kind.THREAT_ACTOR, Kind.MALWARE}
CAPITALS = "capitals, as of a code name,"
_AROUND = 60  # characters looked at to either side
_TOOL = (
    r"(?:malware|trojan|backdoor|ransomware|spyware|worm|virus|rootkit|bootkit|rat|implant|dropper|"
    r"downloader|loader|payload|stealer|keylogger|botnet|sample|variant|binar(?:y|ies)|executable|"
    r"dll|module|plugin|toolkit|toolset|infection|installation|installer)s?\b"
)
_PEOPLE = (
    r"(?:groups?|gangs?|crews?|actors?|operators?|affiliates?|hackers?|attackers?|teams?|members?|"
    r"collectives?|cartels?|brand|developers?|negotiators?|operations?)"
)
"""Who stands behind a tool: "the Akira ransomware group" is the group."""
_TOOL_AFTER = re.compile(
    rf"[\"'”’)]{{0,2}}\s+(?:source code\b|(?:(?!\w+s\b)\w+\s+)?{_TOOL})(?!['’]?s?\s+{_PEOPLE}\b)|"
    r"(?:['’]s?)?\s+(?:(?:has|have|had)\s+been|was|is|being)\s+(?:\w+\s+)?(?:used|installed|deployed|"
    r"delivered|dropped|distributed|downloaded|executed|loaded|compiled)\b|"
    r"\s+(?:v|ver|version)\.?\s?\d",
    re.IGNORECASE,
)
_TOOL_BEFORE = re.compile(
    rf"\b{_TOOL}(?:\s+(?:family|called|named|dubbed|known as|such as|like))?,?\s+"
    r"[\"'“‘(*_]{0,2}\Z|"
    rf"\b{_TOOL}(?:\s+\w+)?\s+(?:include[sd]?|including|such as|like)\s+(?:[\w\-]+,\s+){{1,5}}"
    r"(?:(?:and|or)\s+)?[\"'“‘]?\Z",
    re.IGNORECASE,
)
_VERSION_OF = re.compile(
    r"\b(?:(?:version|variant|sample|strain|build|infection|detection|instance)s?\s+of|"
    r"(?:install|deploy|deliver|download|execut|inject)(?:s|ed|es|ing)?)\s+(?:(?:the|a|an|new)\s+)?\Z",
    re.IGNORECASE,
)
_IS_TOOL = re.compile(
    rf"[\"'”’]?\s+(?:is|was)\s+(?:an?|the)\s+(?:[\w\-]+\s+){{0,4}}{_TOOL}", re.IGNORECASE
)
_PLACE = re.compile(
    r",\s+(?:an?|the)\s+(?:[\w\-]+\s+){0,3}(?:hamlet|village|town|city|suburb|parish|municipality|"
    r"district|province|county|port|island|lake|river|mountain|valley|bay|peak|hill)\b"
)
_SOME_TOOL = re.compile(rf",\s+(?:an?|the)\s+(?:[\w\-]+\s+){{0,4}}{_TOOL}", re.IGNORECASE)
_GROUP = (
    r"(?:group|subgroup|gang|crew|collective|actors?|apt|hackers?|attackers|operators|operatives|"
    r"affiliates?|cybercriminals|cyberspies|spies|team|adversary|outfit|unit|cartel|syndicate)"
)
_SORT = (
    r"(?:hack(?:ing|er)|cyber[\w\-]*|ransomware|espionage|threat|apt|extortion|criminal|spying|spy|"
    r"activity|state-\w+|nation-state|data|malware|intrusion|mercenary|hacktivist)"
)
_GIVEN_AFTER = re.compile(
    rf"[\"'”’)]*(?:,?\s+(?:an?|the)(?:\s+[\w\-]+){{0,3}})?(?:\s+{_SORT}){{0,3}}\s+({_GROUP})\b|"
    rf"[\"'”’)]*,?\s+(?:is|are|was)\s+(?:an?|the|one of the)\s+(?:[\w\-,]+\s+){{0,5}}?"
    rf"((?:{_SORT}\s+)+{_GROUP}|campaign|groups|gangs)\b",
    re.IGNORECASE,
)
_BODY = (
    r"(?:(?:grup[aęąyo]|grupie|ugrupowani\w+|skupin\w+|gruppen?|gruppo|groupe|grupos?|grupare\w*|grupul|"
    r"ryhm[äa]\w*|csoport\w*|grubu\w*|груп\w+|группировк\w+|угрупован\w+|группа|группой|группы|группу|"
    r"ομάδας?|集団|グループ|组织|組織|조직|جماعة|مجموعة|קבוצת)|"
    r"(?:group|subgroup|gang|crew|collective|(?:threat|linked|backed) actor|apt|adversary|outfit|"
    r"cartel|syndicate)s?|hacker|attacker|team)"
)
_GIVEN_BEFORE = re.compile(
    rf"\b({_GROUP}s?\s+(?:like|such as|including|named|called)|{_BODY}|code-?named|dubbed|known as|"
    r"tracked as|calls?|aka|a\.k\.a\.|(?:attributed?|linked|tied|traced)\s+(?:back\s+)?to|"
    r"blamed on|claim(?:ed|s)\s+by|(?:target|attack|hack|compromis|breach|infect|exploit|steal|"
    r"stol|orchestrat|deploy|deliver|us|hit)(?:en|ed)?\s+by|"
    r"\w+[\-\u2010-\u2015](?:linked|nexus|aligned|sponsored|affiliated))"
    r"[\s,:]+(?:the\s+)?[\"'“‘«„(]*\Z",
    re.IGNORECASE,
)
_OF_SOMEWHERE = re.compile(r"\s+of\s+(?:the\s+)?[A-Z]|\s+OF\s+(?:THE\s+)?[A-Z]")
"""A commission of somewhere is another than the one that needs no such addition."""
_COMMON = 4.0  # Zipf frequency of words of every day
_INITIAL_BEFORE = re.compile(r"[^\W\d_]\.\Z")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|dell|all|nell|un)['’]", re.IGNORECASE)
_WHAT_IT_IS = re.compile(
    r"(?:konzern|firma|unternehmen|hersteller|agentur|anbieter|betreiber|riese|kette|händler|bauer|"
    r"versicherer|gesellschaft|marke|magazin|zeitung|gruppe|gruppierung|kollektiv|bande|groep|gruppen|grupp)s?\Z|"
    r"\A(?:extortionists|blackmailers|hackers|attackers|criminals|cybercriminals|ransomware|gang|crew)\Z|"
    r"\A(?:společnost[ií]?|firm[aouyęą]|koncern\w*|automobilk\w+|bank[aouyę]|agentur[aouy]|agencj\w|"
    r"spółk\w+|spoločnos\w+|podjetje|tvrtka|kompanij\w|compañía|empresa|société|entreprise|groupe|"
    r"azienda|società|gruppo|grup[aęyąou]|grupie|grupul|gruparea|skupin\w+|csoport\w*|ryhmä\w*|yhtiö|şirketi|cég|bolaget|företaget|selskapet|bedrijf)\Z",
    re.IGNORECASE,
)
"""Nouns that say what the next word names: German writes all large, others a sentence's first."""
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u3040-\ud7ff]")
_KANA = re.compile("[\u30a1-\u30fa\u30fc]")
_SMALL = """
a an and are as at be been but by for from had has have he her his how if in into is it its not of
on or our she so than that the their them then there these they this those to was we were what when
where which while who why will with would you
"""
_SMALL_WORDS = frozenset(_SMALL.split())  # a capital there is the next sentence's, or a headline's
_WORD_AFTER = re.compile(r"[ \u00a0\-]([^\W\d_]\w*)")


def read(name: Name, kind: Kind, text: str, start: int, end: int) -> Reading:
    """How `text[start:end]`, which spells `name`, is to be taken."""
    if not _case_fits(name, kind, text, start, end) or in_address(name.text, text, start, end):
        return Reading.NONE
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if name.ambiguous and (in_tag(text, start, end) or cut_off(text, end)):
        return Reading.NONE
    reading = Reading.NAME
    if kind in _TRADES:
        reading = _read_of_trade(name, kind, text[start:end], before, after)
    elif kind is Kind.PERSON:
        reading = _read_of_person(name, text, start, end)
    elif kind is Kind.ORGANISATION:
        reading = _read_of_organisation(name, text, start, end)
    single = kind is Kind.PERSON and " " not in name.text
    if reading is Reading.NAME and (name.ambiguous or single):
        if kind is Kind.PERSON and titled(before):
            before = ""  # "Presiden Prabowo": the capital before it is no name
        return _read_word(name, kind, text[start:end], before, after)
    return reading


def _read_of_organisation(name: Name, text: str, start: int, end: int) -> Reading:
    split = name.text.count(" ") == 1 and _SPLIT.search(text[start:end])
    if split or after_initial(text, start):
        return Reading.NONE
    if _in_small_letters(name, text, start, end):
        return Reading.WORDS
    if just_noun(name.text, text, start, end):
        return Reading.NONE
    if (
        _OF_SOMEWHERE.match(text, end)
        or of_several(text, end)
        or _beside_capitals(name, text, start, end)
        or venue_or_contest(text, start, end)
        or made_adjective(name.text, text, start, end)
    ):
        return Reading.LONGER
    return Reading.NAME


def _in_small_letters(name: Name, text: str, start: int, end: int) -> bool:
    """True for words that are no name as they are written there."""
    if name.source != TRANSLATION:
        return just_words(name.text, text, start, end)
    return text[start].islower() and in_capitals_only(name.text)


_SPLIT = re.compile(r"[^\W\d_]{3,}[,!?] [A-Z](?!\w{0,3}\b)")
"""Forza, Italia: no name of two words goes on so but with its legal form."""


def _beside_capitals(name: Name, text: str, start: int, end: int) -> bool:
    """True for an acronym that spells a common word, in a phrase all of capitals."""
    if not name.exact_case or frequency(fold_name(name.text)) < _COMMON:
        return False
    return shouted(text, start, end)


def after_initial(text: str, start: int) -> bool:
    """True when initials go on before `start`: N.A.B.C. is not A.B.C."""
    return (
        text[start + 1 : start + 2] == "."
        and _INITIAL_BEFORE.search(text[max(0, start - 2) : start]) is not None
    )


def _read_of_trade(name: Name, kind: Kind, written: str, before: str, after: str) -> Reading:
    longer = _KANA.match(written) and (_KANA.match(before[-1:]) or _KANA.match(after))
    one = written.islower() and not name.text.islower() and one_of_them(before)
    if longer or one or detected(written, before, after) or a_flat(written, before, after):
        return Reading.NONE
    if _PLACE.match(after):
        return Reading.PLACE
    if kind is Kind.MALWARE and (_IS_TOOL.match(after) or _SOME_TOOL.match(after)):
        return Reading.CERTAIN
    if (
        kind is Kind.THREAT_ACTOR
        and names_tool(name.text)
        and not by_ransomware(name, before, after)
    ):
        if _TOOL_BEFORE.search(before) or _IS_TOOL.match(after):
            return Reading.IS_TOOL
        if _beside_tool(before, after, extorts=names_ransomware(name.text)):
            return Reading.TOOL
    return Reading.NAME


def _read_of_person(name: Name, text: str, start: int, end: int) -> Reading:
    """Whether a person's name stands for a thing, an author, or a piece of a longer name."""
    nobody = (
        by_chance(name.text, text, start, end)
        or goes_on(text, end)
        or credited(text, start, end)
        or bears_the_name(name.text, text, start, end)
        or thing_named(name.text, text, start, end)
    )
    if nobody:
        return Reading.NONE
    return Reading.PLACE if somebody_else(name.text, text, start, end) else Reading.NAME


def _beside_tool(before: str, after: str, *, extorts: bool = False) -> bool:
    """Whether a tool is spoken of; who `extorts` with it goes by its name: "Royal was used"."""
    return bool(
        (not extorts and _TOOL_AFTER.match(after))
        or _TOOL_BEFORE.search(before)
        or _IS_TOOL.match(after)
        or _VERSION_OF.search(before)
    )


def _read_word(name: Name, kind: Kind, written: str, before: str, after: str) -> Reading:
    if written.islower() and not name.text.islower():
        return Reading.NONE
    beside = word_before(before)
    if beside and (_OTHER_SCRIPT.match(beside[0]) is None) != (
        _OTHER_SCRIPT.match(written) is None
    ):
        return Reading.NAME  # no name changes its script: "Компания Shell"
    if kind is Kind.ORGANISATION and written.isupper() and in_a_shout(after):
        return Reading.NAME
    if kind is Kind.ORGANISATION and has_people(after):
        after = ""  # "Google CEO Pichai", "Labour MPs": a firm's are no part of its name
    # In a headline, the capitals beside a name are not its own.
    longer = part_of_longer_name(before, after)
    if longer and not (kind in _TRADES and stands_alone(written, before, after)):
        return Reading.LONGER
    if written[1:].islower() and begins_sentence(before):
        return Reading.UNSURE
    return Reading.NAME


def part_of_longer_name(before: str, after: str) -> bool:
    """True when a capitalised word beside a word makes it a part of another name."""
    follows = _WORD_AFTER.match(after)
    small = follows and follows[1].lower() in _SMALL_WORDS and not follows[1][1:].isupper()
    if follows and _proper(follows[1]) and not small and not tells(follows[1]):
        return not joined(after, 0)
    precedes = word_before(before)
    if not precedes or not _proper(precedes[0]) or _WHAT_IT_IS.search(precedes[0]):
        return False
    word, begin = precedes
    if announces(word) or of_a_nation(word) or _WHEN.match(word):
        return False
    # At the beginning of a sentence every word has a capital.
    small = frequency(fold_name(word)) >= 5 or word.lower() in ASKS
    return not (begins_sentence(before[:begin]) and small)


_WHEN = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\Z")


def first_word(before: str) -> str:
    """The word right before a name, if it begins its sentence; else an empty text."""
    found = word_before(before)
    return found[0] if found and begins_sentence(before[: found[1]]) else ""


def _proper(word: str) -> bool:
    last = _ELIDED.sub("", word)
    last = last.rsplit("-", 1)[-1]  # "China-backed" is an adjective
    return last[:1].isupper() and last.lower() not in GENERIC and not last.endswith(("'s", "’s"))


def codeword(name: Name, kind: Kind, text: str, start: int, end: int) -> str:
    """What marks `text[start:end]` as a name that someone was given, in words, if anything."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if found := _GIVEN_AFTER.match(after) or _GIVEN_BEFORE.search(before):
        return found[1] or found[2]
    if joined(after, 0):
        return after[1:].split()[0].strip(",.;:")
    if kind is Kind.MALWARE and _beside_tool(before, after):
        return "the word for a tool"
    in_capitals = text[start:end].isupper() and name.text.isupper() and not before.isupper()
    return CAPITALS if in_capitals and not shouted(text, start, end) else ""


def _case_fits(name: Name, kind: Kind, text: str, start: int, end: int) -> bool:
    written = text[start:end]
    if name.exact_case:
        around = text[max(0, start - _AROUND) : start] + text[end : end + _AROUND]
        all_large = around.isupper() and name.text.isupper()
        return _same_case(name.text, written) and not all_large
    if kind is Kind.PLACE and written.islower() and name.text.istitle() and everyday(name.text):
        # A nice day, and reading in the bath.
        return False
    if kind is not Kind.PERSON and _apart(name, written) and not written.isupper():
        # Taken apart ("I soon" for i-Soon), a name still shows by its capitals.
        wanted, found = _capitals(name.text), _capitals(written)
        if not _HUMPS.search(name.text) or kind not in _TRADES:
            wanted, found = wanted[1:], found[1:]
        fits = all(b or not a for a, b in zip(wanted, found, strict=False))
        return fits or any(map(str.isdigit, written))
    return True


_HUMPS = re.compile(r"^[A-Z].*[a-z][A-Z]")
_NUMBER_APART = re.compile(r"^[A-Z][a-z]+ \d")
_GAPS = re.compile(r"[ \-\u00a0\u2010-\u2015]")


def _apart(name: Name, written: str) -> bool:
    return len(written) > len(name.text) and len(_GAPS.findall(written)) > len(
        _GAPS.findall(name.text)
    )


def written_apart_as(name: Name, kind: Kind, written: str) -> Name:
    """A made-up name as its text has it: taken apart, it may be a phrase like any other.

    PinkPanther is nobody else, "Pink Panther" is.
    """
    if kind not in _TRADES or name.ambiguous:
        return name
    # "Charming kitten rescued": the sentence's capital is none of the phrase's.
    small = written.islower() or (" " in written and written[1:].islower())
    if small and not name.text[1:].islower() and common_noun(name.text):
        return replace(name, ambiguous=True, ambiguity=f"“{written}” is an ordinary phrase there")
    # Bianlian is an opera, "Storm 2603" a storm's number.
    humps = written != name.text and written.istitle() and _HUMPS.search(name.text)
    numbered = _NUMBER_APART.search(written) and not _NUMBER_APART.search(name.text)
    if numbered or (humps and " " not in written):
        return replace(name, ambiguous=True, ambiguity=f"“{written}” is written otherwise there")
    if not _apart(name, written):
        return name
    why = ordinary(" ".join(_GAPS.split(written)), kind)
    return replace(name, ambiguous=True, everyday=everyday(written), ambiguity=why) if why else name


def _capitals(text: str) -> list[bool]:
    return [character.isupper() for character in text if character.isalpha()]


def _same_case(name: str, written: str) -> bool:
    letters = [character for character in name if character.isalpha()]
    found = [character for character in written if character.isalpha()]
    return len(letters) == len(found) and all(
        a.isupper() == b.isupper() for a, b in zip(letters, found, strict=True)
    )
