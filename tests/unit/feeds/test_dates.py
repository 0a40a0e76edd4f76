"""Dates as feeds write them, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.dates import parse_date

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 29 Nov 2026 12:00:00 GMT",
        "Sun, 29 Nov 26 12:00 UT",
        "29 Nov 26 1200 GMT",
        "29 Nov 2026 0700 EST",
        "2026/11/29 1300 +0100",
        "Sun, 29 Nov 2026 07:00:00 EST",
        "Sun, 29 Nov 2026 13:00:00 +0100",
        "Sun, 29 Nov 2026 13:00:00 (CET)",
        "Sun, 29 Nov 2026 14:00:00 GMT+2",
        "Sun, 29 Nov 2026 13:00:00 Europe/Berlin",
        "2026-11-29T12:00:00Z",
        "2026-11-29T12:00:00.1234567Z",
        "2026-11-29 21:00:00 +0900",
        "2026-11-29 21:00:00 JST",
        "20261129T120000Z",
        "2026/11/29 12:00:00",
        "2026.11.29 12:00",
        "29.11.2026 12:00",
        "29.11.2026 12.00",
        "29.11.2026 - 12.00",
        "Sunday 29 November 2026 12.00 GMT",
        "29. November 2026, 12.00 Uhr",
        "29/11/2026 12:00",
        "11/29/2026 12:00:00 PM",
        "November 29th, 2026 - 12:00pm",
        "Sun Nov 29 12:00:00 2026",
        "Sun Nov 29 04:00:00 PST 2026",
        "So, 29 Nov 2026 13:00:00 +0100",
        "dom, 29 de noviembre de 2026 12:00",
        "mar., 29 nov. 2026 12:00",
        "29 ноября 2026 г. 12:00",  # noqa: RUF001
        "вс, 29 ноя 2026 12:00:00 +0000",
        "2026年11月29日 12:00",
        "2026年11月29日 下午12:00",
        "2026년 11월 29일 오후 12:00",
        "29 Tháng 11, 2026 12:00",
        "29 พ.ย. 2569 12:00",
        "١٢:٠٠ ٢٩ نوفمبر ٢٠٢٦",  # noqa: RUF001
        "1795953600",
        "1795953600000",
    ],
)
def test_one_moment_in_many_ways(text: str) -> None:
    assert parse_date(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "29 Nov 2026",
        "29 Nov 2026 GMT",
        "Nov 29, 2026",
        "29.11.2026",
        "20261129",
        "2026年11月29日",
        "2026-11-29",
    ],
)
def test_a_day_is_its_midnight(text: str) -> None:
    assert parse_date(text) == MIDNIGHT


def test_afternoons_and_nights() -> None:
    assert parse_date("Nov 29, 2026 8:30 PM") == datetime(2026, 11, 29, 20, 30, tzinfo=UTC)
    assert parse_date("29 Nov 2026 12:05 a.m.") == datetime(2026, 11, 29, 0, 5, tzinfo=UTC)
    assert parse_date("29 Nov 2026 3pm") == datetime(2026, 11, 29, 15, tzinfo=UTC)
    assert parse_date("29 Nov 2026 14:30 PM") == datetime(2026, 11, 29, 14, 30, tzinfo=UTC)
    assert parse_date("29 Nov 2026 24:00") == datetime(2026, 11, 30, tzinfo=UTC)


def test_what_can_be_read_in_two_ways_is_none_unless_the_language_tells() -> None:
    fourth_of_march, third_of_april = (datetime(2026, *day, tzinfo=UTC) for day in ((3, 4), (4, 3)))
    assert parse_date("03/04/2026") is None
    assert parse_date("03/04/2026", "en") is None
    assert parse_date("03/04/2026", "en-US") == fourth_of_march
    assert parse_date("03/04/2026 3:00 PM") == fourth_of_march.replace(hour=15)
    assert parse_date("03/04/2026", "fr") == parse_date("03/04/2026", "en-GB") == third_of_april
    assert parse_date("03.04.2026") == third_of_april
    # The month of falling leaves is October in Croatia and November in Poland.
    assert parse_date("1 listopada 2026", "hr") == datetime(2026, 10, 1, tzinfo=UTC)
    assert parse_date("1 listopada 2026", "pl") == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "yesterday", "12:00", "Sun", "2026", "Nov 2026", "99 Nov 2026",
     "29 Nov 2026 25:61",
     "0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 5000, "29 Nov " * 5000],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text("0123456789:/.-+ TZapmGMT年月日Nov,", max_size=60) | st.text(max_size=100))
def test_any_text_is_a_plausible_date_or_none(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or (moment.tzinfo is UTC and 1990 <= moment.year < 2200)


def test_milliseconds_that_begin_like_a_day_are_milliseconds() -> None:
    assert parse_date("1796050500000") == datetime(2026, 11, 30, 14, 55, tzinfo=UTC)
