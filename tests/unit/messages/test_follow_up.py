"""What is told of a story after its first report: who else has it, and what they add."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from monitor.messages import mrkdwn
from monitor.messages.render import render_alert, render_follow_up
from monitor.messages.view import ALSO_LIMIT, NEWS_LIMIT, REPORTS_LIMIT
from monitor.model.development import ToldInWords
from tests.support.alerts import CORRELATION, TITLE, alert, coverage, follow_up, names

LONDON = "Europe/London"


def test_a_follow_up_says_who_else_has_it_with_what_is_new_first() -> None:
    told = follow_up(
        coverage("The Holm Herald", minutes=10),
        coverage("Ledger Wire", minutes=20, development=names("Ni Gaobin")),
        coverage("Skerry Post", minutes=30),
    )
    message = render_follow_up(told, timezone=LONDON)
    assert message.text == (
        "Also in 3 outlets · Parliament\n"
        "\n"
        "First told: HIGH · score 75.5 · Parliament\n"
        "Ministers name APT31 over campaign against MPs\n"
        "https://news.example.org/apt31?a=1&b=2\n"
        "The Courier (news.example.org) · 25 March 2024, 14:05 GMT\n"
        "\n"
        "NEW: it now names Ni Gaobin\n"
        "Ledger Wire (news.example.org): Ledger Wire: APT31 and MPs\n"
        "https://news.example.org/ledger-wire\n"
        "25 March 2024, 14:29 GMT\n"
        '  "The ministry named *Ni Gaobin* on Monday."\n'
        "  like The Courier’s report it names APT31 and speaks of MPs; 2 hours apart\n"
        "\n"
        "Skerry Post (news.example.org): Skerry Post: APT31 and MPs\n"
        "https://news.example.org/skerry-post\n"
        "  like The Courier’s report it names APT31 and speaks of MPs; 2 hours apart\n"
        "\n"
        "The Holm Herald (news.example.org): The Holm Herald: APT31 and MPs\n"
        "https://news.example.org/the-holm-herald\n"
        "  like The Courier’s report it names APT31 and speaks of MPs; 2 hours apart\n"
        "\n"
        "See more: monitor alerts show m-42\n"
    )


def test_one_outlet_is_named_and_one_with_two_reports_counts_once() -> None:
    again = coverage("Ledger Wire", minutes=5)
    message = render_follow_up(follow_up(again, again), timezone=LONDON)
    assert message.title == f"Also in Ledger Wire: {TITLE} · Parliament"
    assert message.text.startswith("Also in Ledger Wire · Parliament\n")


def test_what_may_be_other_news_is_what_a_phone_shows() -> None:
    one, other = (
        replace(each, correlation=replace(CORRELATION, certain=False))
        for each in (coverage("Skerry Post"), coverage("Ledger Wire", minutes=70))
    )
    message = render_follow_up(follow_up(one, coverage("The Holm Herald")), timezone=LONDON)
    assert message.title == "Perhaps other news: Skerry Post: APT31 and MPs · Parliament"
    message = render_follow_up(follow_up(one, other), timezone=LONDON)
    assert message.title.startswith("Perhaps other news (and 1 more): Ledger Wire: ")


def test_a_long_list_is_shortened_and_counted() -> None:
    also = [coverage(f"Outlet {number:02}", minutes=number) for number in range(40)]
    told = follow_up(
        *also, coverage("Old", minutes=0, development=(ToldInWords("it is now critical"),))
    )
    message = render_follow_up(told, timezone=LONDON)
    assert message.title.startswith("Also in 41 outlets: ")
    for shown in (message.text, message.html, message.slack):
        assert "it is now critical" in shown
        assert "Outlet 39" in shown
        assert "Outlet 00" not in shown
        assert f"and {40 - REPORTS_LIMIT} more" in shown


def test_developments_beyond_the_room_for_them_are_still_named() -> None:
    also = [
        coverage(f"O{n}", minutes=n, development=(ToldInWords(f"news {n}"),))
        for n in range(NEWS_LIMIT + 2)
    ]
    message = render_follow_up(follow_up(*also), timezone=LONDON)
    assert message.slack.count("*New: ") == NEWS_LIMIT
    assert "*New: news 6*" in message.slack
    assert "• O0 (news.example.org): <https" in message.slack
    assert "NEW: news 0\nO0 (" in message.text


def test_a_follow_up_in_slack_links_every_report_and_quotes_what_is_new() -> None:
    told = follow_up(
        coverage("The Holm Herald"), coverage("Ledger Wire", development=names("Ni Gaobin"))
    )
    header, first, news, others, small = render_follow_up(told, timezone=LONDON).slack.split("\n\n")
    assert header == "Also in 2 outlets · Parliament"
    assert first.startswith(f"*<https://news.example.org/apt31?a=1&amp;b=2|{TITLE}>*\n")
    assert news.startswith("*New: it now names Ni Gaobin*\n<https://news.example.org/ledger-wire|")
    assert news.endswith("\n>The ministry named *Ni Gaobin* on Monday.")
    assert others.startswith("• The Holm Herald (news.example.org): <https://news.example.org/the-")
    assert small == "*Parliament* · See more: `monitor alerts show m-42`"


def test_a_follow_up_in_a_mail_links_every_report() -> None:
    told = follow_up(
        coverage("The Holm Herald"), coverage("Ledger Wire", development=names("Ni Gaobin"))
    )
    page = html.fromstring(render_follow_up(told, timezone=LONDON).html)
    assert [link.get("href") for link in page.findall(".//a")] == [
        "https://news.example.org/apt31?a=1&b=2",
        "https://news.example.org/ledger-wire",
        "https://news.example.org/the-holm-herald",
    ]
    assert "New: it now names Ni Gaobin" in page.text_content()
    assert "like The Courier’s report" in page.text_content()


def test_a_follow_up_answers_to_its_alert_and_keeps_its_subject() -> None:
    first = render_alert(alert(), timezone=LONDON)
    message = render_follow_up(follow_up(coverage("Ledger Wire"), number=2), timezone=LONDON)
    assert message.message_id == "follow-up.m-42.2"
    assert message.references == (first.message_id,)
    assert message.subject == f"Re: {first.title}"
    assert message.severity is first.severity


def test_a_development_says_so_and_belongs_to_the_first_of_its_story() -> None:
    told = replace(alert(), development=names("Ni Gaobin"), thread="m-1")
    message = render_alert(told, timezone=LONDON)
    assert message.title == f"Development (high): {TITLE} · Parliament"
    assert message.text.startswith("DEVELOPMENT: it now names Ni Gaobin\nHIGH · score 75.5 · Par")
    header, first, *_ = message.slack.split("\n\n")
    assert header == "Development: it now names Ni Gaobin"
    assert first.startswith("*High · score 75.5 · Parliament*\n*<https://")
    assert "Development: it now names Ni Gaobin" in html.fromstring(message.html).text_content()
    assert message.references == ("alert.m-1",)
    after = render_follow_up(follow_up(coverage("Ledger Wire"), first=told), timezone=LONDON)
    assert after.references == ("alert.m-1", "alert.m-42")
    assert after.subject == f"Re: {message.title}"


def test_a_first_report_belongs_to_nothing() -> None:
    for thread in (None, "m-42"):
        assert render_alert(replace(alert(), thread=thread), timezone=LONDON).references == ()


def test_what_is_new_is_proved_first() -> None:
    told = replace(alert(), development=names("Electoral Commission"))
    quote = render_alert(told, timezone=LONDON).text.split("\n\n")[3]
    assert quote.startswith('  "Another actor breached the *Electoral Commission*')


def test_an_alert_says_who_has_it_already() -> None:
    also = tuple(coverage(f"Outlet {number}", minutes=number) for number in range(ALSO_LIMIT + 3))
    message = render_alert(replace(alert(), also=also), timezone=LONDON)
    assert (
        "Also in 8 outlets: Outlet 7, Outlet 6, Outlet 5, Outlet 4, Outlet 3, and 3 more\n"
        in message.text
    )
    assert "Also in 8 outlets: <https://news.example.org/outlet-7|Outlet 7>, <" in message.slack
    assert "Outlet 3, and 3 more" in html.fromstring(message.html).text_content()
    assert "Outlet 2" not in message.text + message.slack + message.html


def test_an_address_too_long_for_a_block_is_left_out() -> None:
    long = "https://news.example.org/" + "&" * 1400
    also = coverage("Ledger Wire")
    also = replace(also, article=replace(also.article, url=long))
    assert long in render_follow_up(follow_up(also), timezone=LONDON).text
    assert mrkdwn.linked(long, "Ledger Wire") == "Ledger Wire"
    assert long not in render_follow_up(follow_up(also), timezone=LONDON).slack
