"""How alerts and notices look, and that nothing in them can do harm."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from lxml import html

from monitor.messages import mrkdwn
from monitor.messages.plain_text import wrapped
from monitor.messages.render import (
    SUBJECT_LIMIT,
    render_alert,
    render_digest,
    render_follow_up,
    render_notice,
    render_sample,
)
from monitor.model.alert import Notice
from monitor.model.delivery import Message
from monitor.model.match import Severity
from tests.support.alerts import (
    BODY,
    CREATED,
    HOSTILE,
    TITLE,
    alert,
    hostile_alert,
    hostile_follow_up,
    mention,
)

LONDON = "Europe/London"

TRICKS = [
    HOSTILE,
    "A" * 10_000,
    "word " * 2_000,
    "&<>" * 3_000,
    "*_~`" * 2_500,
    "\u202e" * 500 + "evil",
    "赵光宗" * 3_000,
    "{{ alert.__class__ }}{% for x in y %}{# #}",
    "\r\nBcc: victim@example.org\r\n\r\nbody",
    "\x00",
    "",
    " ",
]


def hostile_notice(text: str) -> Notice:
    return Notice(text, text, text, f"{text}\n\n{text}\n{text}", CREATED)


# --- what it says ---------------------------------------------------------------------------


def test_the_text_says_who_where_when_and_why() -> None:
    message = render_alert(alert(text_note="the page answered 403."), timezone=LONDON)
    assert wrapped(message.text) == (
        "HIGH · score 75.5 · Parliament\n"
        "\n"
        "Ministers name APT31 over campaign against MPs\n"
        "https://news.example.org/apt31?a=1&b=2\n"
        "The Courier (news.example.org) · 25 March 2024, 14:05 GMT\n"
        "\n"
        "Mentions APT31 (as Violet Typhoon), Electoral Commission, Zhao\n"
        "Guangzong, Ni Gaobin\n"
        "\n"
        '  "*Zhao Guangzong* and *Ni Gaobin* were sanctioned."\n'
        "\n"
        '  "Ministers said the group known as *Violet Typhoon* had read the mail\n'
        '  of MPs."\n'
        "\n"
        '  "Another actor breached the *Electoral Commission*, they said."\n'
        "\n"
        "Why it scored 75.5:\n"
        " +40.0  headline: APT31 is in the headline\n"
        " +35.5  together: four entities together\n"
        "\n"
        "Only the feed's own text could be read: the page answered 403.\n"
        "\n"
        "See more: monitor alerts show m-42\n"
    )


def test_slack_says_the_same_in_its_own_marks() -> None:
    message = render_alert(alert(), timezone=LONDON)
    header, first, mentions, *quotes, small = message.slack.split(mrkdwn.PARAGRAPH)
    assert header == "High · score 75.5 · Parliament"
    assert first == (
        f"*<https://news.example.org/apt31?a=1&amp;b=2|{TITLE}>*\n"
        "The Courier (news.example.org) · 25 March 2024, 14:05 GMT"
    )
    assert mentions.startswith("Mentions *APT31* (as Violet Typhoon), *Electoral Commission*")
    assert quotes[0] == ">*Zhao Guangzong* and *Ni Gaobin* were sanctioned."
    assert small.startswith("+40.0 headline: APT31 is in the headline · +35.5 together")
    assert small.endswith("See more: `monitor alerts show m-42`")


def test_the_mail_links_the_headline_and_marks_the_names() -> None:
    page = html.fromstring(render_alert(alert(), timezone=LONDON).html)
    (link,) = page.findall(".//a")
    assert link.get("href") == "https://news.example.org/apt31?a=1&b=2"
    assert link.text == TITLE
    assert "Violet Typhoon" in {strong.text for strong in page.findall(".//td/strong")}
    assert "monitor alerts show m-42" in page.text_content()


def test_the_subject_leads_with_the_severity_and_ends_with_the_watchlist() -> None:
    message = render_alert(alert(), timezone=LONDON)
    assert message.title == f"High: {TITLE} · Parliament"
    assert message.message_id == "alert.m-42"
    assert message.severity is Severity.HIGH


def test_times_are_in_the_configured_zone() -> None:
    assert "25 March 2024, 19:50 +0545" in render_alert(alert(), timezone="Asia/Kathmandu").text


@pytest.mark.parametrize("year", [1, 9999])
def test_a_date_that_no_zone_can_show_gives_way_to_when_it_was_read(year: int) -> None:
    published = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 23, tzinfo=UTC)
    if year == 1:
        published = published.replace(hour=0)
    zone = "America/New_York" if year == 1 else "Pacific/Auckland"
    message = render_alert(alert(published=published, fetched=CREATED), timezone=zone)
    assert "undated, read 2" in message.text


def test_nothing_is_said_of_a_time_nobody_knows() -> None:
    message = render_alert(alert(published=None), timezone=LONDON)
    assert "The Courier (news.example.org)\n" in message.text


def test_without_an_address_the_headline_is_not_a_link() -> None:
    for url in (None, "javascript:alert(1)", "https://bbc.co.uk@evil.example/"):
        message = render_alert(alert(url=url), timezone=LONDON)
        assert html.fromstring(message.html).findall(".//a") == []
        assert "\n\nMinisters name *APT31* over" in message.slack
        assert "evil" not in message.text + message.html + message.slack


def test_the_headline_is_quoted_when_nothing_else_proves_the_match() -> None:
    given = alert()
    only = replace(given.match, mentions=(mention("APT31", "APT31", TITLE, "title"),))
    message = render_alert(replace(given, match=only), timezone=LONDON)
    assert '"Ministers name *APT31* over campaign against MPs"' in message.text


def test_a_sentence_given_twice_is_quoted_once() -> None:
    given = alert()
    twice = tuple(
        replace(mention("APT31", "Violet Typhoon", BODY, "body"), field=field)
        for field in ("summary", "body")
    )
    message = render_alert(
        replace(given, match=replace(given.match, mentions=twice)), timezone="UTC"
    )
    assert message.text.count("had read the mail") == 1


def test_a_long_sentence_is_shown_around_the_name() -> None:
    given = alert()
    text = "much was said " * 200 + "of APT31 " + "after it " * 200
    long = replace(given.match, mentions=(mention("APT31", "APT31", text, "body"),))
    message = render_alert(replace(given, match=long), timezone="UTC")
    quote = re.search(r'"(.*?)"', message.text, re.DOTALL)
    assert quote is not None
    assert "*APT31*" in quote[1]
    assert quote[1].startswith("…")
    assert quote[1].endswith("…")
    assert len(quote[1]) < 500


def test_a_notice_keeps_its_paragraphs() -> None:
    notice = Notice(
        "n1", "config", "Not reloaded", "line 3: bad\nline 9: worse\n\nMend it.", CREATED
    )
    message = render_notice(notice, timezone=LONDON)
    assert message.title == "monitor: Not reloaded"
    assert message.text == (
        "Not reloaded\n\nline 3: bad\nline 9: worse\n\nMend it.\n\n"
        "monitor · config · 25 March 2024, 14:09 GMT\n"
    )
    assert message.slack.split("\n\n")[1:3] == ["line 3: bad\nline 9: worse", "Mend it."]
    assert message.severity is None


def test_a_sample_cannot_be_taken_for_news() -> None:
    message = render_sample(now=CREATED, timezone=LONDON)
    assert "TEST" in message.title
    for shown in (message.text, message.html, message.slack):
        assert "made-up" in shown
        assert "monitor alerts show" not in shown
    later = render_sample(now=CREATED.replace(minute=10), timezone=LONDON)
    assert later.message_id != message.message_id


# --- what it must never do ------------------------------------------------------------------


@cache
def rendered(text: str) -> tuple[Message, ...]:
    return (
        render_alert(hostile_alert(text), timezone=LONDON),
        render_alert(hostile_follow_up(text).alert, timezone=LONDON),
        render_follow_up(hostile_follow_up(text), timezone=LONDON),
        render_follow_up(hostile_follow_up(text, count=1), timezone=LONDON),
        render_digest(
            [hostile_alert(text), hostile_follow_up(text), *[hostile_alert(text)] * 12],
            title=text,
            note=text,
            timezone=LONDON,
        ),
        render_notice(hostile_notice(text), timezone=LONDON),
    )


@pytest.mark.parametrize("text", TRICKS)
def test_a_subject_is_one_short_line(text: str) -> None:
    for message in rendered(text):
        assert 0 < len(message.title) <= SUBJECT_LIMIT
        assert message.title.isprintable()
        assert message.subject is None or 0 < len(message.subject) <= SUBJECT_LIMIT
        for identity in (message.message_id, *message.references):
            assert re.fullmatch(r"(alert|notice|follow-up|digest)\.[A-Za-z0-9-]{1,64}", identity)


@pytest.mark.parametrize("text", TRICKS)
def test_no_text_holds_a_character_that_controls_a_display(text: str) -> None:
    for message in rendered(text):
        for shown in (message.text, message.html, message.slack):
            shown.encode()
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("text", TRICKS)
def test_no_markup_of_a_strangers_reaches_the_mail(text: str) -> None:
    for message in rendered(text):
        page = html.fromstring(message.html)
        assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= {
            "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td",
            "span", "strong", "a", "br",
        }  # fmt: skip
        assert all(
            not name.startswith("on") and name != "src"
            for element in page.iter()
            for name in element.attrib
        )
        assert all(
            link.get("href").startswith("https://news.example.org/")
            for link in page.findall(".//a")
        )
        # Gmail cuts a mail off at 102 kB.
        assert len(message.html) < 100_000


def test_template_syntax_is_shown_as_it_stands() -> None:
    message = render_alert(alert(title="{{ 7*7 }} {% if x %} {{ alert }}"), timezone=LONDON)
    assert "{{ 7*7 }} {% if x %} {{ alert }}" in message.text
    assert "{{ 7*7 }} {% if x %} {{ alert }}" in html.fromstring(message.html).text_content()


@pytest.mark.parametrize("text", TRICKS)
def test_slack_takes_every_message_and_finds_no_orders_in_it(text: str) -> None:
    for message in rendered(text):
        payload = mrkdwn.payload(message)
        (attachment,) = payload["attachments"]
        blocks = [*payload["blocks"], *attachment["blocks"]]
        assert 0 < len(attachment["blocks"]) <= mrkdwn.ATTACHED_LIMIT
        texts = [
            element["text"]
            for block in blocks
            for element in block.get("elements") or [block["text"]]
        ]
        assert all(0 < len(each) <= mrkdwn.BLOCK_LIMIT for each in texts)
        assert sum(map(len, texts)) <= mrkdwn.TOTAL_LIMIT
        assert blocks[0]["type"] == "header"
        assert blocks[0]["text"]["type"] == "plain_text"
        assert len(texts[0]) <= mrkdwn.HEADER_LIMIT
        assert len(payload["text"]) <= 1000
        texts.append(payload["text"])
        for each in texts:
            # The only angle brackets are our own link's and the mark of a quotation.
            assert set(re.findall(r"<[^>]*>", each)) <= set(
                re.findall(r"<https://news\.example\.org/[^|<> ]*\|[^|<>]*>", each)
            )
            bare = re.sub(r"<https://news\.example\.org/[^|<> ]*\|([^|<>]*)>", r"\1", each)
            assert "<" not in bare
            assert not re.search(r"(?<!^)>", bare, re.MULTILINE)
            assert not re.search(r"(?<!\w)[@#]\w", bare)


def test_a_name_is_never_cut_in_half() -> None:
    name = "Wuhan Xiaoruizhi Science and Technology"
    for length in range(380, 440):
        text = "x" * 20 + " " + "word " * (length // 5) + name + " tail" * 100
        given = alert()
        proof = mention(name, name, text, "body")
        message = render_alert(
            replace(given, match=replace(given.match, mentions=(proof,))), timezone="UTC"
        )
        assert f"*{name}*" in message.slack
