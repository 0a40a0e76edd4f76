"""The days on which reports say an event was."""

from __future__ import annotations

import pytest

from monitor.stories.fingerprint import fingerprint, unpack
from monitor.stories.same_event import same_event
from monitor.stories.term_vector import TermVector
from monitor.stories.weekdays import weekdays

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (1 << day for day in range(7))


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "The navy said on Saturday that it had caught them.", SATURDAY),
        ("en", "MONDAY'S vote; Tuesday-night talks", MONDAY | TUESDAY),
        ("en", "They sat in the sundayish mood of the saturdays", 0),
        ("de", "Am Donnerstagabend fing die Marine sie, beim Donner der Geschütze.", THURSDAY),
        ("de", "Im Dienst der Marine", 0),
        ("fr", "Il faut donner, a-t-il dit mercredi.", WEDNESDAY),
        ("es", "El sábado y el domingo", SATURDAY | SUNDAY),
        ("pl", "W czwartej próbie, w piątek", FRIDAY),
        ("cs", "Námořnictvo je zajalo ve středu.", WEDNESDAY),
        ("ru", "Флот задержал их в субботу, сообщили во вторник.", SATURDAY | TUESDAY),
        ("uk", "Затримали п’ятницю, п’ятого", FRIDAY),
        ("sv", "I lördags", SATURDAY),
        ("no", "Lørdag kveld", SATURDAY),
        ("zh", "海军周一说", MONDAY),
        ("zh", "每周一开会,一周一次", 0),
        ("ja", "土曜日に拿捕した", SATURDAY),
        ("ko", "해군은 금요일 밝혔다", FRIDAY),
        ("pt", "A segunda vez", 0),
        ("xx", "On Saturday", 0),
        ("en", "", 0),
    ],
)
def test_names_of_days_are_read_as_the_language_writes_them(
    language: str, text: str, days: int
) -> None:
    assert weekdays("", text, language) == days
    assert weekdays(text, "", language) == days


@pytest.mark.parametrize(("language", "space", "reach"), [("en", "x ", 450), ("ja", "あ", 150)])
def test_only_the_top_of_a_text_counts(language: str, space: str, reach: int) -> None:
    day = {"en": "Sunday", "ja": "日曜"}[language]
    before = (space * reach)[: reach - len(day)]
    assert weekdays("", before + day, language) == SUNDAY
    assert weekdays("", before + " " + day, language) == 0


NAVY = "The navy captured pirates in the Gulf of Aden on {}, a spokesman for the ministry said."


def test_another_day_speaks_against_one_event_and_none_says_nothing() -> None:
    kept = {
        day: fingerprint("Navy captures pirates", NAVY.format(day), language="en").terms
        for day in ("Saturday", "Thursday", "Saturday, not on Thursday", "that day")
    }
    saturday, thursday, both, none = kept.values()

    def odds(one: TermVector, other: TermVector) -> float:
        return same_event(one, other, entities=1.0, same_outlet=False).log_odds

    same = odds(saturday, saturday)
    assert same > 0
    assert odds(saturday, thursday) < odds(saturday, none) - 1
    assert odds(saturday, both) > odds(saturday, thursday) + 1


@pytest.mark.parametrize("day", ["Monday", "Sunday", "Monday and Sunday", "no day"])
def test_days_are_kept_and_are_not_taken_for_a_list(day: str) -> None:
    made = fingerprint("Navy", NAVY.format(day), language="en")
    read = unpack(made.pack())
    assert read is not None
    assert read.terms.weekdays == made.terms.weekdays
    assert not read.terms.is_roundup
