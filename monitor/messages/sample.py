"""What shows how alerts look, and cannot be taken for news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.alert import Alert, Coverage
from monitor.model.article import Article, TextSource
from monitor.model.development import NamesEntities
from monitor.model.match import Match, Mention, Reason, Severity
from monitor.model.story import Correlation, JoinKind


def sample_alert(now: datetime) -> Alert:
    """An alert about a made-up group, in a made-up outlet, on an address that is nobody's."""
    title = "TEST: the made-up group PAPER HERON blamed for a theft that never happened"
    body = (
        "This is a test of monitor; nothing has happened. The invented council of Nowhere-on-Sea "
        "named PAPER HERON, which does not exist, as the thief of its imaginary minutes."
    )
    sentence = body[body.index("The invented") :]
    mentions = (
        _sample_mention("title", title, title, "PAPER HERON"),
        _sample_mention("body", body, sentence, "PAPER HERON"),
    )
    return Alert(
        id=f"test-{now:%Y%m%dT%H%M%S%f}",
        match=Match(
            watchlist="Test of this channel",
            score=75.0,
            severity=Severity.MEDIUM,
            alert=True,
            mentions=mentions,
            reasons=(
                Reason("name", 55.0, "“PAPER HERON” is a name of PAPER HERON"),
                Reason("title", 20.0, "named in the headline"),
            ),
        ),
        article=Article(
            id="test",
            title=title,
            body=body,
            url="https://example.com/",
            outlet="The Example Gazette (made up)",
            published=now - timedelta(minutes=3),
            fetched=now,
            text_source=TextSource.PAGE,
        ),
        created=now,
    )


def sample_other(alert: Alert) -> Alert:
    """The same for another made-up watchlist."""
    match = replace(alert.match, watchlist="Another test", score=50.0, severity=Severity.LOW)
    return replace(alert, id=f"{alert.id}-2", match=match)


def sample_coverage(now: datetime) -> tuple[Coverage, ...]:
    """Who else reports what never happened; the first of them adds something."""
    body = "The invented council of Nowhere-on-Sea also named MOCK TURTLE, which does not exist."
    development = Coverage(
        article=Article(
            id="test-1",
            title="TEST: a second made-up group is named",
            body=body,
            url="https://example.org/",
            outlet="The Sample Post (made up)",
            published=now,
        ),
        correlation=Correlation(
            JoinKind.SAME_EVENT,
            True,
            "The Sample Post (made up)",
            timedelta(minutes=45),
            entities=("MOCK TURTLE",),
            words=("Nowhere-on-Sea",),
        ),
        mentions=(_sample_mention("body", body, body, "MOCK TURTLE"),),
        development=(NamesEntities(("MOCK TURTLE",)),),
    )
    copy = Article(id="test-2", title="TEST: the same again", outlet="The Copy (made up)")
    return development, Coverage(article=copy, correlation=None)


def _sample_mention(field: str, text: str, sentence: str, name: str) -> Mention:
    start = text.index(name)
    return Mention(
        entity=name,
        name=name,
        field="title" if field == "title" else "body",
        start=start,
        end=start + len(name),
        text=name,
        sentence=sentence,
        sentence_start=text.index(sentence),
    )
