# ruff: noqa: RUF001, E501 - long tables; Cyrillic and Greek letters that look like Latin ones
"""Which languages the words around a place can be in.

An article's language tag is wrong now and then, and an article may quote another language. The
small words of a language stand in each of its sentences: what stands right around a name says
better than any tag how names end there.
"""

from __future__ import annotations

import re
from collections import Counter

from monitor.matching.text.endings import ENDINGS, SAME
from monitor.matching.text.normalise import PARAGRAPH, Folded, remembering

_REACH = 300
"""Characters looked at to either side."""
_ENOUGH = 3
"""Small words of one language from which the tag is not asked."""
_BRIEF = 400
"""Characters of a text that is too short to tell."""
_SAMPLE = 1000
"""Characters at either end of a long text by which it is told."""
_ONE_IN = 150
"""Characters of English that have one of its smallest words."""
_SHARE = 0.7
"""A language with as great a share of the best one's words may be it, too: Czech and Slovak."""

_SMALL_WORDS = """
pl: w z na sie ze nie do jest oraz przez ktory ktora po od dla to ale jego jej byl o za i jak czy tym
cs: v se na ze je s z pro podle ktere ktery byl jako jeho po ale od za take by do i o ve uz ktera
sk: v sa na ze je s z pre podla ktory ktora bol ako jeho po ale od aj za do i o vo uz
sl: v je se na da za in ki so iz tudi z po pri kot s bi bil ne pa ob
hr: u je se na i da za su od koji koja s iz ce bi kao sto nije prema o te nakon
de: der die das und in den von mit auf fur dem ist des nicht sich im eine ein auch nach bei am zu hat
da: og i at af til er pa en den det som med for ikke der har blev fra
sv: och i att av till ar pa en den det som med for inte har fran om
no: og i at av til er pa en den det som med for ikke har fra om ble
nl: de het een van en in is op te dat voor met zijn niet aan door ook bij
fi: ja on ei etta oli se han myos mukaan kun ovat mutta joka seka kanssa sen hanen
et: ja on ei et oli see ta ka mis kui oma ning aga tema voi
hu: a az es hogy nem is egy volt meg csak mint azt mar de kell ki szerint
lv: un ir ar no uz par ka kas to bija ari pie bet lai tika vins
lt: ir kad su is i bei yra tai kaip nuo buvo apie jis po bet del
tr: ve bir bu da de icin ile olarak cok daha olan gibi ancak oldu dedi
ro: si in de la a cu pe din pentru ca nu o care mai este fost
en: the of and to in that is for was on with he his by at from has said as it be are were
fr: le la les de des du et en un une que est dans pour au il sur par qui
es: el la los las de del y en un una que es por con para se su
it: il la le di del della e in un una che per con non si al da
pt: o a os as de do da e em um uma que por com para se no na
id: yang dan di ke dari untuk dengan ini itu pada adalah dalam tidak
vi: va cua la cho trong voi khong nguoi duoc mot co
ru: и в на не что с по как к из о от его это был за для он
uk: і в у на не що з та до як від про за його для є також
bg: и на да се за от в че с са по не като е ще
be: і у на не што з па як да ад за яго
sr: и у је се на да за су од који са
mk: и во на да се за од со е што
el: και το του η της την τον στην με για που να οι από απο τα
"""
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _line in _SMALL_WORDS.strip().splitlines():
    _language, _, _words = _line.partition(":")
    for _word in _words.split():
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _language)
SMALL_WORDS = frozenset(_LANGUAGES)
"""Folded small words of all the languages."""
_WORDS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_GREEK = re.compile("[\u0370-\u03ff]")
_BY_SCRIPT = {
    "cyrillic": frozenset({"ru", "uk", "be", "bg", "sr", "mk"}),
    "greek": frozenset({"el"}),
    "other": frozenset({"ka", "hy"}),
}
_OTHER_SCRIPTS = frozenset().union(*_BY_SCRIPT.values())
_LATIN = frozenset(ENDINGS) - _OTHER_SCRIPTS


def is_english(text: str, tagged: str | None) -> bool:
    """Whether a whole text is in English, told at next to no cost by how it begins and ends.

    Args:
        text: as it stands.
        tagged: the article's language, which decides where the text is too short to tell.
    """
    if len(text) < _BRIEF:
        return tagged is not None and tagged.partition("-")[0] == "en"
    if len(text) <= 2 * _SAMPLE:
        return _has_smallest_words(text)
    return _has_smallest_words(text[:_SAMPLE]) and _has_smallest_words(text[-_SAMPLE:])


def _has_smallest_words(text: str) -> bool:
    """Whether a text has as many as English has, of three that no other language has."""
    small = 0
    for word in (" the ", " of ", " and "):
        small += text.count(word)
        if small * _ONE_IN >= len(text):
            return True
    return False


@remembering
def languages_around(folded: Folded, start: int, end: int, tagged: str | None) -> frozenset[str]:
    """ISO 639-1 codes of the inflecting languages that the text around a place can be in.

    `tagged` is the article's language; it decides where the text is too short to tell. All that
    the script allows where nothing tells; none where it is a language without such endings.
    """
    before, after = folded.text[max(0, start - _REACH) : start], folded.text[end : end + _REACH]
    possible = _of_script(folded.text[start:end])
    # Another paragraph may be in another language.
    counted = _counted(f"{before.rpartition(PARAGRAPH)[2]} {after.partition(PARAGRAPH)[0]}")
    best = max(counted.values(), default=0)
    if best < _ENOUGH:
        counted = _counted(f"{before} {after}")
        best = max(counted.values(), default=0)
    seen = frozenset(
        language for language, count in counted.items() if count >= max(1, _SHARE * best)
    )
    if best >= _ENOUGH:
        return seen & possible
    tag = _base(tagged)
    if tag in possible or (tag in _KNOWN and counted.get(tag, 0) == best):
        # One small word that several languages have says less than a tag.
        return frozenset({tag}) & possible | (seen & possible if best > 1 else frozenset())
    return (seen & possible) if best > 1 else possible


def spoken(folded: str) -> str | None:
    """The language whose small words a folded text has most of; None where several may be it."""
    (first, most), (_, next_most) = (*_counted(folded).most_common(2), ("", 0), ("", 0))[:2]
    # Romance languages share most of theirs; those in other scripts are fewer.
    least, more = (2, 1) if first in _OTHER_SCRIPTS else (3, 2)
    return first if most >= least and most - next_most >= more else None


def written(text: str) -> str | None:
    """The language that letters of a text which no other has say it is in; None without those."""
    found = _SCRIPTS.search(text)
    if found is not None and found.lastgroup is not None:
        return found.lastgroup
    told = Counter(_LETTERS[letter] for letter in _LETTER.findall(text.lower()))
    (first, most), (_, next_most) = (*told.most_common(2), ("", 0), ("", 0))[:2]
    return first if most >= _ENOUGH and not next_most else None


_SCRIPTS = re.compile(
    "(?P<ko>[\uac00-\ud7af])|(?P<ja>[\u3041-\u30ff])|(?P<th>[\u0e01-\u0e4f])|"
    "(?P<ka>[\u10d0-\u10ff])|(?P<hy>[\u0561-\u0587])|(?P<he>[\u05d0-\u05ea])|"
    "(?P<el>[\u03ac-\u03ce])|(?P<bn>[\u0980-\u09ff])|(?P<hi>[\u0904-\u0963])"
)
_LETTERS = {
    letter: language
    for language, letters in {
        "tr": "ığş", "az": "ə", "pl": "łżąęśćźń", "cs": "řůě", "hu": "őű", "ro": "țăș", "lv": "ķļņģ",
        "lt": "ėųį", "vi": "ơưđ", "is": "ðþ", "uk": "їєґі", "be": "ў", "kk": "қңғұ", "mk": "ѓќѕ", "sr": "ђћ",
    }.items()
    for letter in letters
}  # fmt: skip
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")


def _counted(text: str) -> Counter[str]:
    """How many small words of each language there are."""
    small = SMALL_WORDS & set(_WORDS.findall(text))
    return Counter(language for word in small for language in _LANGUAGES[word])


def _base(tagged: str | None) -> str:
    tag = (tagged or "").lower().replace("_", "-").partition("-")[0]
    return SAME.get(tag, tag)


_KNOWN = frozenset(language for some in _LANGUAGES.values() for language in some)


def _of_script(text: str) -> frozenset[str]:
    if _CYRILLIC.search(text):
        return _BY_SCRIPT["cyrillic"]
    if _GREEK.search(text):
        return _BY_SCRIPT["greek"]
    return _LATIN if text.isascii() else _BY_SCRIPT["other"] | _LATIN
