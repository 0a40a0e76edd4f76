"""Alerts to render and send in tests: an ordinary one, and one in which every field is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model.alert import Alert, Coverage, FollowUp
from monitor.model.article import Article
from monitor.model.development import Development, NamesEntities, ToldInWords
from monitor.model.match import Field, Match, Mention, Reason, Severity
from monitor.model.story import Correlation, JoinKind

CORRELATION = Correlation(
    JoinKind.SAME_EVENT,
    True,
    "The Courier",
    timedelta(hours=2),
    entities=("APT31",),
    words=("MPs",),
)
SAID = "like The Courier’s report it names APT31 and speaks of MPs; 2 hours apart"

CREATED = datetime(2024, 3, 25, 14, 9, tzinfo=UTC)

TITLE = "Ministers name APT31 over campaign against MPs"
BODY = (
    "Ministers said the group known as Violet Typhoon had read the mail of MPs. "
    "Another actor breached the Electoral Commission, they said. "
    "Zhao Guangzong and Ni Gaobin were sanctioned."
)

HOSTILE = (
    "<!channel> @channel <@U123> <https://evil.example|bank> *b* _i_ ~s~ `c` :bomb: > | & "
    "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} ${x} "
    "\"'> \u202egnp.exe\u2066 \x1b[31m \x00 \r\nBcc: victim@example.org\r\n\r\n\ud800 end"
)


def mention(entity: str, name: str, text: str, field: Field) -> Mention:
    """The first occurrence of a name in a field's text, with its sentence."""
    start = text.index(name)
    before = text.rfind(". ", 0, start)
    first = 0 if before < 0 else before + 2
    after = text.find(". ", start)
    last = len(text) if after < 0 else after + 1
    return Mention(
        entity=entity,
        name=name,
        field=field,
        start=start,
        end=start + len(name),
        text=name,
        sentence=text[first:last],
        sentence_start=first,
    )


def alert(**article: Any) -> Alert:
    """An ordinary alert; fields of its article may be replaced."""
    fields: dict[str, Any] = {
        "id": "a1",
        "title": TITLE,
        "body": BODY,
        "url": "https://news.example.org/apt31?a=1&b=2",
        "outlet": "The Courier",
        "published": datetime(2024, 3, 25, 14, 5, tzinfo=UTC),
    }
    mentions = (
        mention("APT31", "APT31", TITLE, "title"),
        mention("APT31", "Violet Typhoon", BODY, "body"),
        mention("Electoral Commission", "Electoral Commission", BODY, "body"),
        mention("Zhao Guangzong", "Zhao Guangzong", BODY, "body"),
        mention("Ni Gaobin", "Ni Gaobin", BODY, "body"),
    )
    reasons = (
        Reason("headline", 40.0, "APT31 is in the headline"),
        Reason("together", 35.5, "four entities together"),
    )
    match = Match("Parliament", 75.5, Severity.HIGH, True, mentions, reasons)
    return Alert("m-42", match, Article(**(fields | article)), CREATED)


def hostile_alert(text: str = HOSTILE, name: str = "APT31") -> Alert:
    """An alert with `text` in every field that a stranger, or a sloppy config, can fill."""
    sentence = f"{text} {name} {text}"
    start = len(text) + 1
    proof = Mention(
        entity=text,
        name=name,
        field="body",
        start=start,
        end=start + len(name),
        text=name,
        sentence=sentence,
    )
    match = Match(text, 99.0, Severity.CRITICAL, True, (proof,), (Reason(text, 99.0, text),) * 9)
    article = Article(
        id=text,
        title=text,
        summary=text,
        body=sentence,
        url=f"https://news.example.org/{text}",
        outlet=text,
        feed_name=text,
        text_note=text,
        published=datetime(1, 1, 1, tzinfo=UTC),
        fetched=CREATED,
    )
    return Alert(text, match, article, CREATED)


def names(*entities: str) -> tuple[Development, ...]:
    """That a story now names them."""
    return (NamesEntities(entities),)


def coverage(
    outlet: str, *, development: tuple[Development, ...] = (), minutes: int = 60
) -> Coverage:
    """A later report of the same story, by that outlet."""
    title = f"{outlet}: APT31 and MPs"
    body = "The mail of MPs was read. The ministry named Ni Gaobin on Monday."
    article = Article(
        id=outlet,
        title=title,
        body=body,
        url=f"https://news.example.org/{outlet.replace(' ', '-').lower()}",
        outlet=outlet,
        published=CREATED + timedelta(minutes=minutes),
    )
    mentions = (
        mention("APT31", "APT31", title, "title"),
        mention("Ni Gaobin", "Ni Gaobin", body, "body"),
    )
    return Coverage(article, CORRELATION, mentions, development)


def follow_up(*also: Coverage, first: Alert | None = None, number: int = 1) -> FollowUp:
    """What is told after the ordinary alert, or another."""
    return FollowUp(replace(first or alert(), also=also), number)


def hostile_follow_up(text: str = HOSTILE, count: int = 40) -> FollowUp:
    """A follow-up with `text` in every field that a stranger can fill."""
    first = hostile_alert(text)
    also = tuple(
        Coverage(
            replace(first.article, outlet=f"{text} {number}"),
            replace(
                CORRELATION,
                outlet=text,
                entities=(text,),
                words=(text, text),
                certain=number % 5 > 0,
            ),
            first.match.mentions,
            (ToldInWords(text),) if number % 2 else (),
        )
        for number in range(count)
    )
    return FollowUp(
        replace(first, also=also, development=(ToldInWords(text),), thread=text + "t"), 3
    )
