"""How a story looks that concerns several watchlists."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from monitor.channels.webhook import payload
from monitor.messages import mrkdwn
from monitor.messages.render import render_alert, render_digest, render_follow_up
from monitor.model.alert import Alert, FollowUp
from monitor.model.match import Match, Severity
from tests.support.alerts import BODY, HOSTILE, TITLE, alert, coverage, hostile_alert, mention


def other(watchlist: str, entity: str, score: float, severity: Severity) -> Alert:
    found = (mention(entity, entity, BODY, "body"),)
    match = Match(watchlist, score, severity, True, found, ())
    return replace(alert(), id=f"m-{watchlist}", match=match)


def first() -> Alert:
    """High for Actors, which are in the headline alone."""
    match = replace(
        alert().match, watchlist="Actors", mentions=(mention("APT31", "APT31", TITLE, "title"),)
    )
    return replace(alert(), match=match)


BODIES = other("Bodies", "Electoral Commission", 61.5, Severity.MEDIUM)
PEOPLE = other("People", "Zhao Guangzong", 50, Severity.LOW)
MERGED = replace(first(), together=(BODIES, PEOPLE))


def test_it_says_for_each_watchlist_how_grave_who_and_why() -> None:
    message = render_alert(MERGED, timezone="Europe/London")
    assert message.title == f"High: {TITLE} · Actors, Bodies, People"
    assert message.severity is Severity.HIGH
    kickers, told, *_ = message.text.split("\n\n")
    assert kickers == (
        "HIGH · score 75.5 · Actors: APT31\n"
        "MEDIUM · score 61.5 · Bodies: Electoral Commission\n"
        "LOW · score 50 · People: Zhao Guangzong"
    )
    assert told.startswith(TITLE)
    assert "Why it scored 75.5 for Actors:" in message.text
    header = message.slack.split("\n\n")[0]
    assert header == "High · score 75.5 · Actors, Bodies, People"
    assert "*Bodies* medium 61.5: *Electoral Commission*" in message.slack
    shown = html.fromstring(message.html).text_content()
    for words in ("Medium", "Bodies", "61.5", "Zhao Guangzong", "Why it scored 75.5 for Actors"):
        assert words in shown


def test_each_watchlist_is_proved_by_a_sentence_of_its_own() -> None:
    quotes = [
        line for line in render_alert(MERGED, timezone="UTC").text.splitlines()
        if line.startswith('  "')
    ]  # fmt: skip
    assert len(quotes) == 3
    for entity in ("APT31", "Electoral Commission", "Zhao Guangzong"):
        assert any(f"*{entity}*" in quote for quote in quotes)


def test_one_sentence_that_proves_two_is_quoted_once_with_both_marked() -> None:
    men = replace(first(), together=(PEOPLE, other("Others", "Ni Gaobin", 50, Severity.LOW)))
    text = render_alert(men, timezone="UTC").text
    assert text.count('  "*Zhao Guangzong* and *Ni Gaobin* were sanctioned."') == 1


def test_what_was_found_in_another_article_is_a_report_of_its_own() -> None:
    elsewhere = coverage("Ledger Wire")
    match = replace(PEOPLE.match, mentions=elsewhere.mentions)
    joined = replace(PEOPLE, article=elsewhere.article, match=match)
    text = render_alert(replace(first(), together=(joined,)), timezone="UTC").text
    assert "NEW: it concerns People, too\nLedger Wire (news.example.org): " in text
    assert 'The ministry named *Ni Gaobin* on Monday."' in text


def test_a_webhook_carries_the_list() -> None:
    said = payload(render_alert(MERGED, timezone="UTC"))["alert"]
    assert [tuple(each.values())[:3] for each in said["watchlists"]] == [
        ("Actors", "high", "75.5"),
        ("Bodies", "medium", "61.5"),
        ("People", "low", "50"),
    ]
    assert said["watchlists"][1]["mentioned"] == [{"entity": "Electoral Commission", "names": []}]
    alone = payload(render_alert(first(), timezone="UTC"))["alert"]
    assert [each["watchlist"] for each in alone["watchlists"]] == ["Actors"]


def test_in_a_digest_it_is_one_item_under_the_gravest() -> None:
    message = render_digest([MERGED, alert()], title="Morning", note=None, timezone="UTC")
    assert "2 alerts in 4 watchlists" in message.text
    assert "— Actors (1) —" in message.text
    assert "also for Bodies (medium 61.5), People (low 50)" in message.text
    assert "Bodies (1)" not in message.text


def test_a_mail_answers_to_the_message_that_told_the_story_first() -> None:
    joined = replace(first(), follows=("m-0",))
    assert render_alert(joined, timezone="UTC").references == ("alert.m-0",)
    later = FollowUp(replace(joined, also=(coverage("Ledger Wire"),), follows=("m-0", "m-9")), 1)
    assert render_follow_up(later, timezone="UTC").references == ("alert.m-0", "alert.m-9")


def test_thirty_watchlists_fit_every_service() -> None:
    many = tuple(
        replace(
            hostile_alert(HOSTILE),
            id=f"x{number}",
            match=replace(hostile_alert(HOSTILE).match, watchlist=f"{HOSTILE} {number}"),
        )
        for number in range(30)
    )
    message = render_alert(replace(many[0], together=many[1:]), timezone="UTC")
    assert len(message.title) <= 180
    posted = mrkdwn.payload(message)
    blocks = posted["attachments"][0]["blocks"]
    assert len(blocks) <= 20
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if "text" in block)
    assert "25 more" in message.slack
