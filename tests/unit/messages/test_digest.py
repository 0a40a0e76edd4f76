"""Many alerts in one message: ranked, counted, each with its sentence and link."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from monitor.messages import mrkdwn
from monitor.messages.digest_view import Sparkline, digest_view
from monitor.messages.render import render_digest
from monitor.model.alert import Alert, FollowUp
from monitor.model.delivery import Message
from monitor.model.match import Severity
from tests.support.alerts import CREATED, alert, coverage, follow_up, names

WATCHLISTS = ("Parliament", "Energy", "Persons")


def numbered(number: int) -> Alert:
    """One of many alerts; severity and watchlist go by its number, as does when it was read."""
    given = alert(
        title=f"Ministers name APT31, report {number}.",
        url=f"https://news.example.org/{number}",
        fetched=CREATED + timedelta(minutes=20 * number),
    )
    match = replace(
        given.match,
        watchlist=WATCHLISTS[number % 3],
        severity=list(Severity)[number % 4],
        score=30.0 + number % 60,
    )
    return replace(given, id=f"m-{number}", match=match)


def digest(*items: Alert | FollowUp, note: str | None = None) -> Message:
    return render_digest(items, title="Morning digest", note=note, timezone="Europe/London")


def test_one_alert_makes_a_digest() -> None:
    message = digest(numbered(3), note="the silence of Ann is over")
    assert message.title == "Morning digest: 1 critical"
    assert message.text == (
        "Morning digest\n"
        "\n"
        "1 alert: 1 critical\n"
        "\n"
        "the silence of Ann is over\n"
        "\n"
        "— Parliament (1) —\n"
        "\n"
        "CRITICAL 33  Ministers name APT31, report 3.\n"
        "https://news.example.org/3\n"
        "The Courier (news.example.org) · 25 March 2024, 14:05 GMT\n"
        '  "*Zhao Guangzong* and *Ni Gaobin* were sanctioned."\n'
        "\n"
        "See more: monitor alerts list\n"
    )
    assert message.severity is Severity.CRITICAL


def test_nothing_makes_none() -> None:
    with pytest.raises(ValueError, match="nothing"):
        digest()


@pytest.mark.parametrize("count", [2, 12, 100, 1000])
def test_every_item_is_there_with_its_link_and_the_gravest_come_first(count: int) -> None:
    items = [numbered(number) for number in range(count)]
    message = digest(*items)
    links = re.findall(r"https://news\.example\.org/\d+", message.text)
    assert sorted(links) == sorted(item.article.url or "" for item in items)
    assert message.text.count('  "*Zhao') == count
    hrefs = [link.get("href") for link in html.fromstring(message.html).findall(".//a")]
    assert sorted(hrefs) == sorted(links)
    for section in re.split(r"\n— .* —\n", message.text)[1:]:
        words = re.findall(r"^[A-Z]+(?= \d)", section, re.MULTILINE)
        ranks = [Severity(word.lower()).rank for word in words]
        assert ranks == sorted(ranks, reverse=True)


def test_sections_begin_with_the_one_that_has_the_gravest() -> None:
    items = [numbered(4), numbered(2), numbered(3)]
    view = digest_view(items, title="x", note=None, timezone="UTC")
    assert [section.watchlist for section in view.sections] == ["Parliament", "Persons", "Energy"]
    assert view.counts == ((Severity.CRITICAL, 1), (Severity.HIGH, 1), (Severity.LOW, 1))
    assert view.summary == "3 alerts in 3 watchlists"


def test_within_one_severity_the_score_decides() -> None:
    low, high = numbered(0), numbered(12)
    text = digest(low, high).text
    assert text.index("report 12.") < text.index("report 0.")


def test_a_follow_up_says_what_it_adds_and_proves_it() -> None:
    told = follow_up(
        coverage("Skerry Post"),
        coverage("Ledger Wire", development=names("Ni Gaobin")),
        first=numbered(3),
    )
    message = digest(told, numbered(6))
    assert "1 alert and 1 follow-up: 1 critical, 1 high\n" in message.text
    assert "· also in 2 outlets\nNEW: it now names Ni Gaobin\n" in message.text
    assert '  "The ministry named *Ni Gaobin* on Monday."' in message.text
    assert "*New: it now names Ni Gaobin*\n>The ministry named *Ni Gaobin*" in message.slack
    assert "New: it now names Ni Gaobin" in html.fromstring(message.html).text_content()


def test_slack_gets_the_gravest_and_the_number_of_the_others() -> None:
    message = digest(*(numbered(number) for number in range(1000)))
    payload = mrkdwn.payload(message)
    blocks = payload["attachments"][0]["blocks"]
    assert len(blocks) <= 50
    shown = message.slack.count("|Ministers name APT31, report")
    assert f"\n\nand {1000 - shown} more\n\n" in message.slack
    assert message.slack.count("*Critical*") == 12, "those in full are the gravest"


def test_the_same_items_make_the_same_identity() -> None:
    one, other = digest(numbered(1), numbered(2)), digest(numbered(1), numbered(2))
    assert one.message_id == other.message_id
    assert re.fullmatch(r"digest\.[0-9a-f]{32}", one.message_id)
    assert digest(numbered(1)).message_id != one.message_id


# --- the sparkline --------------------------------------------------------------------------


def at(*moments: datetime) -> list[Alert]:
    return [replace(alert(fetched=each), id=str(n)) for n, each in enumerate(moments)]


def sparkline(*moments: datetime, timezone: str = "UTC") -> Sparkline | None:
    return digest_view(at(*moments), title="x", note=None, timezone=timezone).sparkline


def test_reports_are_drawn_by_the_hour() -> None:
    drawn = sparkline(*(CREATED + timedelta(hours=hours) for hours in (0, 0, 0, 0, 2, 3, 3)))
    assert drawn is not None
    assert drawn.bars == (4, 0, 1, 2)
    assert drawn.drawn == "█▁▃▅"
    assert drawn.caption == ("7 reports by the hour, 25 March 2024, 14:09 to 17:09 UTC")


def test_reports_of_many_days_are_drawn_by_the_day_of_the_reader() -> None:
    late = datetime(2024, 3, 25, 23, 30, tzinfo=UTC)
    moments = [late, late + timedelta(hours=1), late + timedelta(days=5)]
    drawn = sparkline(*moments, timezone="Europe/Berlin")
    assert drawn is not None
    assert drawn.bars == (2, 0, 0, 0, 0, 1)
    assert drawn.caption == "3 reports by the day, 26 March 2024 to 31 March 2024"


def test_reports_of_many_months_are_drawn_by_the_week() -> None:
    drawn = sparkline(CREATED, CREATED + timedelta(days=300))
    assert drawn is not None
    assert len(drawn.bars) == 43


@pytest.mark.parametrize(
    "moments",
    [(CREATED,), (CREATED, CREATED + timedelta(minutes=70)), (CREATED, CREATED + timedelta(3650))],
)
def test_what_a_drawing_would_not_tell_is_not_drawn(moments: tuple[datetime, ...]) -> None:
    assert sparkline(*moments) is None


def test_the_hour_a_clock_repeats_is_two_hours() -> None:
    # Clocks in London go back at 01:00 UTC.
    night = datetime(2024, 10, 26, 23, 30, tzinfo=UTC)
    drawn = sparkline(
        *(night + timedelta(hours=hours) for hours in range(4)), timezone="Europe/London"
    )
    assert drawn is not None
    assert drawn.bars == (1, 1, 1, 1)
    assert drawn.caption.endswith("hour, 27 October 2024, 00:30 to 02:30 GMT")


def test_a_night_is_told_with_both_dates() -> None:
    drawn = sparkline(CREATED, CREATED + timedelta(hours=12))
    assert drawn is not None
    assert drawn.caption.endswith("hour, 25 March 2024, 14:09 UTC to 26 March 2024, 02:09 UTC")


def test_what_an_outlet_says_of_the_date_draws_nothing() -> None:
    given = alert(published=datetime(1, 1, 1, tzinfo=UTC), fetched=CREATED)
    view = digest_view([given, numbered(9)], title="x", note=None, timezone="UTC")
    assert view.sparkline is not None
    assert len(view.sparkline.bars) == 4


def test_the_follow_ups_reports_count_and_its_first_does_not() -> None:
    reports = [
        replace(
            coverage(f"O{n}"),
            article=replace(coverage(f"O{n}").article, fetched=CREATED + timedelta(hours=n)),
        )
        for n in (5, 6, 8)
    ]
    view = digest_view([follow_up(*reports)], title="x", note=None, timezone="UTC")
    assert view.sparkline is not None
    assert view.sparkline.bars == (1, 1, 0, 1)
