"""The days of the week that the top of a text names: on which day an event was.

Two events of one kind are told in the same words, of the same people; mostly they were on
different days. Only names that mean nothing else are known, in the forms in which news has them:
Portuguese counts its weekdays (segunda is also any second), and Polish calls Thursday much like
a fourth.
"""

from __future__ import annotations

import re
from functools import cache

_TOP = 450
"""Characters of a text looked at, besides its headline; in scripts without spaces a third."""
_DENSE = frozenset({"zh", "ja", "ko"})

_NAMES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag|montagabend|montagmorgen|montagnachmittag|montagmittag "
    "dienstag|dienstagabend|dienstagmorgen|dienstagnachmittag|dienstagmittag "
    "mittwoch|mittwochabend|mittwochmorgen|mittwochnachmittag|mittwochmittag "
    "donnerstag|donnerstagabend|donnerstagmorgen|donnerstagnachmittag|donnerstagmittag "
    "freitag|freitagabend|freitagmorgen|freitagnachmittag|freitagmittag "
    "samstag|samstagabend|samstagmorgen|samstagnachmittag|samstagmittag|sonnabend "
    "sonntag|sonntagabend|sonntagmorgen|sonntagnachmittag|sonntagmittag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "ca": "dilluns dimarts dimecres dijous divendres dissabte diumenge",
    "nl": "maandag|maandagavond|maandagochtend|maandagmiddag "
    "dinsdag|dinsdagavond|dinsdagochtend|dinsdagmiddag "
    "woensdag|woensdagavond|woensdagochtend|woensdagmiddag "
    "donderdag|donderdagavond|donderdagochtend|donderdagmiddag "
    "vrijdag|vrijdagavond|vrijdagochtend|vrijdagmiddag "
    "zaterdag|zaterdagavond|zaterdagochtend|zaterdagmiddag "
    "zondag|zondagavond|zondagochtend|zondagmiddag",
    "sv": "måndag|måndagen|måndags tisdag|tisdagen|tisdags onsdag|onsdagen|onsdags "
    "torsdag|torsdagen|torsdags fredag|fredagen|fredags lördag|lördagen|lördags "
    "söndag|söndagen|söndags",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "nb": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "fi": "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
    "pl": "poniedziałek|poniedziałku wtorek|wtorku środa|środę|środy - piątek|piątku "
    "sobota|sobotę|soboty niedziela|niedzielę|niedzieli",
    "cs": "pondělí úterý středa|středu|středy čtvrtek|čtvrtka pátek|pátku "
    "sobota|sobotu|soboty neděle|neděli",
    "sk": "pondelok|pondelka utorok|utorka streda|stredu|stredy štvrtok|štvrtka piatok|piatka "
    "sobota|sobotu|soboty nedeľa|nedeľu|nedele",
    "ru": "понедельник|понедельника вторник|вторника среду четверг|четверга "
    "пятница|пятницу|пятницы суббота|субботу|субботы воскресенье|воскресенья",
    "uk": "понеділок|понеділка вівторок|вівторка середу четвер|четверга "
    "п'ятниця|п'ятницю|п’ятниця|п’ятницю субота|суботу|суботи неділя|неділю|неділі",
    "bg": "понеделник вторник сряда четвъртък петък събота неделя",
    "hu": "hétfő|hétfőn kedd|kedden szerda|szerdán csütörtök|csütörtökön péntek|pénteken "
    "szombat|szombaton vasárnap",
    "ro": "luni marți|marţi miercuri joi vineri sâmbătă duminică",
    "tr": "pazartesi sal\u0131 çarşamba perşembe - cumartesi -",
    "id": "senin selasa rabu kamis jumat sabtu -",
    "zh": "星期一|周一|週一 星期二|周二|週二 星期三|周三|週三 星期四|周四|週四 星期五|周五|週五 "
    "星期六|周六|週六 星期日|星期天|周日|週日",
    "ja": "月曜 火曜 水曜 木曜 金曜 土曜 日曜",
    "ko": "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
}
_ALSO = {"no": "nb", "nn": "nb"}


def weekdays(title: str, text: str, language: str) -> int:
    """The days of the week named in a headline and at the top of its text.

    Args:
        title: the headline.
        text: the text.
        language: an ISO 639-1 code.

    Returns:
        A bit for each, 1 for Monday to 64 for Sunday; 0 if it names none or nothing is known of
        the language.
    """
    known = _known(_ALSO.get(language, language))
    if known is None:
        return 0
    pattern, days = known
    top = f"{title}\n{text[: _TOP // 3 if language in _DENSE else _TOP]}".casefold()
    found = 0
    for name in pattern.findall(top):
        found |= 1 << days[name]
    return found


@cache
def _known(language: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    names = _NAMES.get(language)
    if names is None:
        return None
    days = {
        form: day
        for day, forms in enumerate(names.split())
        for form in forms.split("|")
        if form != "-"
    }
    either = "|".join(map(re.escape, days))
    # Every Monday (每周一) and once a week (一周一次) are no days.
    edges = ("(?<![每一])", "(?!次)") if language in _DENSE else (r"(?<!\w)", r"(?!\w)")
    return re.compile(f"{edges[0]}(?:{either}){edges[1]}"), days
