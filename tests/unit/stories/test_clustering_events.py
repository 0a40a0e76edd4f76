"""Which reports of an event in other words join its story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.messages.correlations import why as said
from monitor.model.article import Article
from monitor.model.match import Match, Mention, Severity
from monitor.model.story import ApartReason, JoinKind, Role
from monitor.stories.clustering import (
    LIKELY,
    QUIET,
    SURE,
    is_still_told,
)
from monitor.stories.correlate import EVENT_WINDOW, Known, Report, compare, report_of
from monitor.stories.fingerprint import Fingerprint, fingerprint
from tests.support.ferries import (
    ANOTHER_TEXT,
    ANOTHER_TITLE,
    FIRST,
    NOW,
    OTHER_TEXT,
    OTHER_TITLE,
    TEXT,
    TITLE,
    WATCHED,
    known,
    made,
    placed,
    why,
)

# --- reports of one event ---------------------------------------------------------------------


def test_another_outlets_own_report_joins_and_says_why() -> None:
    found = why(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=0.75))
    assert found is not None
    assert found.startswith("like The Holm Herald’s report it names Skerry Lines and speaks of ")
    assert "Tidewater" in found
    assert found.endswith("; 45 minutes apart")


def test_hours_are_said_as_hours() -> None:
    found = why(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=3))
    assert found is not None
    assert found.endswith("; 3 hours apart")


def test_another_event_with_the_same_company_does_not_join() -> None:
    assert why(made(ANOTHER_TITLE, ANOTHER_TEXT, "Sea News", hours=1)) is None


def test_without_a_watched_entity_in_common_only_copies_join() -> None:
    own_words = replace(made(OTHER_TITLE, OTHER_TEXT, "Sea News"), entities=frozenset({"Else"}))
    copy = replace(made(TITLE, TEXT, "Sea News"), entities=frozenset())
    assert why(own_words) is None
    assert why(copy) is not None


def test_who_else_is_watched_in_one_of_two_reports_only_speaks_against_one_event() -> None:
    report = made(OTHER_TITLE, OTHER_TEXT, "Elsewhere")
    odds = [
        compare(replace(report, entities=WATCHED | others), FIRST).log_odds
        for others in (set(), {"Tidewater"}, {"Tidewater", "Stromvik"})
    ]
    assert None not in odds
    assert odds == sorted(set(odds), key=lambda each: -(each or 0))


def test_an_event_is_over_sooner_than_its_copies() -> None:
    after = EVENT_WINDOW / timedelta(hours=1) + 0.01
    assert why(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=after)) is None


def test_background_that_both_have_verbatim_does_not_make_one_event() -> None:
    background = " Skerry Lines, founded in 1924 by the brothers Magnus and Olaf Halcrow, runs \
eleven ships between Stromvik, Kirkvoe and the Outer Holms and belongs to a cooperative."
    one = made(TITLE, TEXT + background)
    two = made(ANOTHER_TITLE, ANOTHER_TEXT + background, "Sea News")
    assert why(two, known(one)) is None


def test_what_is_sure_joins_quietly_and_others_may_join_by_way_of_it() -> None:
    found = placed(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=0.75))
    assert found.role is Role.FIRM
    assert found.correlation is not None
    assert found.correlation.certain
    assert (found.correlation.log_odds or 0) >= QUIET > SURE > LIKELY


NIGHT_TITLE = "Stranded ferry passengers sleep in school as hackers demand ransom"


NIGHT = """Passengers slept in the school at Stromvik on Monday night after hackers paralysed the
ferries of Skerry Lines. The hotel owner Ragna Isbister gave away soup, and a choir sang.

"I shall remember this night," said Ragna Isbister. The company's booking system has been locked
since the morning, and a ransom is demanded."""


def test_one_outlet_seldom_tells_an_event_twice() -> None:
    again = made(NIGHT_TITLE, NIGHT, hours=0.75)
    found = placed(again)
    assert why(replace(again, outlet="Sea News")) is not None
    assert found.story is None
    assert found.correlation is not None
    assert found.correlation.reason is ApartReason.SAME_OUTLET
    assert "by the same outlet" in said(found.correlation)


def test_what_is_not_quite_sure_joins_but_has_to_be_listed() -> None:
    new = made(NIGHT_TITLE, NIGHT, "B")
    found = placed(new)
    # Others join by way of it no more than of what is only likely.
    assert (found.story, found.role) == (1, Role.LOOSE)
    assert found.correlation is not None
    assert SURE <= (found.correlation.log_odds or 0) < QUIET
    assert not found.correlation.certain
    assert said(found.correlation).startswith("likely the same event, but not surely: like ")


ACQUITTED = """Pavel Dvorin, the programmer accused of the ransomware attack on Skerry Lines, was
acquitted by the court in Stromvik on Monday.

Judge Inga Brodie said that nobody had shown who wrote the program with which Tidewater locked the
booking system. Dvorin stays in prison until the prosecution says whether it will appeal.

About 3,100 passengers were stranded when the ferries to the Outer Holms lay still for four days."""


RELEASED = """Pavel Dvorin is a free man. He walked out of prison in Stromvik with two bags and a
guitar, after the prosecution let it be known that it will not fight the judgment.

The programmer had been accused of the attack on the booking system of the ferries."""


@pytest.mark.parametrize(
    ("headline", "hours", "quietly"),
    [
        ("Programmer Pavel Dvorin acquitted of ransomware attack on Skerry Lines", 3, True),
        ("Skerry Lines hacker Pavel Dvorin released from prison", 3, False),
        # So soon nothing happens next: outlets put it differently.
        ("Skerry Lines hacker Pavel Dvorin released from prison", 0.5, True),
    ],
)
def test_what_happened_next_is_listed(headline: str, hours: float, quietly: bool) -> None:
    title = "Skerry Lines hacker Pavel Dvorin acquitted of ransomware attack"
    first = known(made(title, ACQUITTED, "A", language="en"))
    found = placed(made(headline, RELEASED, "B", hours=hours, language="en"), first)
    # Others may join by way of it all the same.
    assert (found.story, found.role) == (1, Role.FIRM)
    assert found.correlation is not None
    assert (found.correlation.log_odds or 0) >= QUIET
    assert found.correlation.certain is quietly


def test_what_is_only_likely_carries_nobody() -> None:
    new = made("Ferry passengers stranded, soup given away", NIGHT, "B")
    found = placed(new)
    assert (found.story, found.role) == (1, Role.LOOSE)
    assert found.correlation is not None
    assert LIKELY <= (found.correlation.log_odds or 0) < SURE
    assert not found.correlation.certain
    # By way of it nothing joins but copies, which tell nothing that was not listed.
    loose = Known(2, NOW, new, found.role, found.correlation.certain)
    assert placed(made(OTHER_TITLE, OTHER_TEXT, "C"), loose).story is None
    copy = placed(replace(new, outlet="C"), loose)
    assert (copy.story, copy.role) == (2, Role.LOOSE)
    assert copy.correlation is not None
    assert copy.correlation.certain


def test_a_middle_one_alone_does_not_carry_what_is_unlike_the_first() -> None:
    """A resignation joins by way of nobody when the first report told of something else."""
    first = known(made(ANOTHER_TITLE, ANOTHER_TEXT, "A"))
    middle = Known(1, NOW, made(TITLE, TEXT, "B", hours=12), Role.FIRM)
    new = made(OTHER_TITLE, OTHER_TEXT, "C", hours=13)
    assert placed(new, middle).story == 1
    assert placed(new, first, middle).story is None


def test_what_is_only_likely_must_be_like_the_first_report_too() -> None:
    new = made("Ferry passengers stranded, soup given away", NIGHT, "New")
    others = [Known(1, NOW, made(TITLE, TEXT, f"Outlet {n}"), Role.FIRM) for n in range(8)]
    assert placed(new, known(made(TITLE, TEXT, "A")), *others).story == 1
    unlike = known(made(ANOTHER_TITLE, ANOTHER_TEXT, "A"))
    assert placed(new, unlike, *others).story is None
    sure = made(OTHER_TITLE, OTHER_TEXT, "New")
    assert placed(sure, unlike, *others).story == 1


ITEMS = [
    "Kestrel Bank will close forty branches in Lorne and Ardmoor by spring, chairwoman Oona "
    "Prentiss told shareholders in Dunwick, who voted against her bonus and asked why the "
    "dividend had been halved while the branches in Selby stay open. She promised to answer "
    "them in writing before the auditors from Leith have finished their work.",
    "A Bronze Age canoe was lifted from Loch Tarvie by divers of the Hebridean museum; "
    "curator Fenella Strang hopes to show it next summer, once the oak has been soaked in wax "
    "and dried for eleven months in a tank that is being built in Ullapool. Farmers had found "
    "a paddle nearby when they dug a ditch after the drought.",
    "Top seed Marta Kowalczyk lost to qualifier Jun Tanabe in Rotterdam, seven-six and six- "
    "four, after she had twisted her ankle on the slippery court and refused treatment, to "
    "the anger of her trainer Bogdan Wrona and a few hundred whistling spectators. Tanabe "
    "meets the Chilean teenager Alonso in the semi-final.",
    "Gales off Cape Wrath will ease on Thursday, forecasters say, before sleet moves in from "
    "Iceland; motorists on the Cairngorm passes are told to carry shovels, blankets and a "
    "thermos flask, and the ski lifts above Aviemore remain closed until the weekend. Snow is "
    "forecast as far south as the Cheviots.",
    "Sheep prices at Lairg reached a record as buyers from Cumbria outbid each other for "
    "ewes; auctioneer Hamish Sutherland put it down to dry pastures abroad, and warned that "
    "feed and veterinary bills would eat up what crofters gained at the ring. A ram called "
    "Goliath fetched eighty thousand guineas.",
    "Soprano Ilaria Venturi will open the Usher Hall season with Verdi’s Requiem; conductor "
    "Piotr Zelenka, who broke an arm on a glacier in August, returns to the podium, and the "
    "chorus has been strengthened with pupils from Musselburgh. Tickets for the rehearsal go "
    "to nurses.",
]


def test_a_list_of_many_things_neither_carries_nor_joins() -> None:
    first = TEXT.split("\n\n", maxsplit=1)[0]
    first = TEXT.split("\n\n", maxsplit=1)[0]
    newsletter = made("Your morning", "\n\n".join([f"Ferries\n{first}", *ITEMS]), "Letter")
    assert newsletter.fingerprint.terms.is_roundup
    assert not FIRST.report.fingerprint.terms.is_roundup
    carried = placed(made(OTHER_TITLE, OTHER_TEXT, "Sea News", hours=1), known(newsletter))
    assert carried.story is None
    assert carried.correlation is not None
    assert carried.correlation.reason is ApartReason.ROUNDUP
    assert placed(newsletter).story is None


def test_words_in_a_row_that_any_report_might_have_are_no_report() -> None:
    words = f"{TITLE} {OTHER_TITLE} {TEXT} {OTHER_TEXT}".replace(".", "").replace(",", "").split()
    soup = " ".join(dict.fromkeys(word for word in words if len(word) > 4))
    hostile = made(soup[:400], soup, "Hostile")
    assert hostile.fingerprint.terms.is_roundup
    assert placed(made(TITLE, TEXT), known(hostile)).story is None


def test_a_live_blog_that_tells_something_else_does_not_tell_what_it_told() -> None:
    first = made(TITLE, TEXT)
    longer = made(TITLE, f"{TEXT}\n\nThe police are investigating, a spokesman said.")
    other = made(ANOTHER_TITLE, f"{ANOTHER_TEXT}\n\n{TEXT}")
    assert is_still_told(first, longer)
    assert is_still_told(made(TITLE, ""), first)
    assert not is_still_told(first, other)


def test_pairs_of_characters_are_shown_as_words() -> None:
    one, two = (
        Report(outlet, NOW, WATCHED, fingerprint(title, text, language="zh"))
        for outlet, title, text in (
            ("甲报", "塞萨洛尼基码头发生火灾", "塞萨洛尼基码头周日发生火灾。消防员郑启文受伤。"),
            (
                "乙报",
                "码头起火一人受伤",
                "消防员郑启文在塞萨洛尼基码头的火灾中受伤。周日凌晨起火。",
            ),
        )
    )
    found = why(two, known(one))
    assert found is not None
    assert "塞萨洛尼基" in found
    assert "消防员郑启文" in found


# --- from articles ----------------------------------------------------------------------------


def test_a_report_takes_what_it_needs_of_an_article() -> None:
    mention = Mention("Skerry Lines", "Skerry Lines", "title", 14, 26, "Skerry Lines", TITLE)
    match = Match("ferries", 80, Severity.HIGH, True, (mention,), ())
    article = Article("1", TITLE, "", TEXT, outlet="The Holm Herald", published=NOW, language="en")
    assert report_of(article, [match], NOW + timedelta(hours=3)) == replace(
        FIRST.report, language="en"
    )


def test_an_article_without_text_or_date_has_its_summary_and_the_time_it_was_read() -> None:
    report = report_of(Article("1", TITLE, TEXT), [], NOW)
    assert report.at == NOW
    assert report.entities == frozenset()
    assert report.fingerprint.likeness(FIRST.report.fingerprint) == 1


def test_an_empty_fingerprint_is_like_nothing() -> None:
    assert Fingerprint().likeness(Fingerprint()) == 0
    assert (Fingerprint().text_keys(), Fingerprint().event_keys(["a"])) == ((), ())


def arrested_in(country: str, outlet: str) -> Report:
    text = f"""Police in {country} have arrested a man suspected of working for the ransomware group
Tidewater. He was remanded in custody. Europol supported the operation against the group."""
    made = fingerprint(
        f"Tidewater affiliate arrested in {country}", text, language="en", names=["Tidewater"]
    )
    return Report(outlet, NOW, frozenset({"Tidewater"}), made, "en")


def test_headlines_that_each_name_what_the_other_nowhere_has_are_of_two_events() -> None:
    here, there = arrested_in("Brazil", "A"), arrested_in("Italy", "B")
    found = placed(there, known(here))
    assert found.story is None
    assert found.correlation is not None
    assert found.correlation.reason is ApartReason.TEMPLATE
    # The same text under another headline is a copy.
    copy = placed(arrested_in("Brazil", "B"), known(here))
    assert copy.correlation is not None
    assert copy.correlation.kind is JoinKind.COPY
