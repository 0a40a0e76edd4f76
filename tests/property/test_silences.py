"""Which alerts a silence mutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.silences import silenced_by
from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.match import Match, Mention, Severity
from tests.support.clock import MONDAY

NAMES = st.sampled_from("ABC")
SOME = st.lists(NAMES, unique=True, max_size=3).map(tuple)
HOURS = st.integers(-5, 5).map(lambda hours: MONDAY + timedelta(hours=hours))
SILENCE = st.builds(
    Silence,
    id=st.integers(1, 9),
    author=st.just("Ann"),
    reason=st.just(""),
    created=st.just(MONDAY - timedelta(days=1)),
    ends=HOURS,
    watchlists=SOME,
    entities=SOME,
    feeds=SOME,
    text=st.none() | st.sampled_from(["ships  SAIL", "straße", "none"]),
    max_severity=st.none() | st.sampled_from(Severity),
    drop=st.booleans(),
)
MATCH = st.builds(
    lambda watchlist, names, severity: Match(
        watchlist, 50.0, severity, True,
        tuple(Mention(name, name, "body", 0, 1, name, name) for name in names), (),
    ),
    NAMES, st.lists(NAMES, min_size=1, max_size=3), st.sampled_from(Severity),
)  # fmt: skip
ARTICLE = st.builds(
    lambda tags, body: Article("1", "Ships\nsail", "", body, feed_tags=tuple(tags)),
    SOME, st.sampled_from(["", "In der STRASSE."]),
)  # fmt: skip


@given(MATCH, ARTICLE, st.lists(SILENCE, max_size=4))
def test_it_mutes_only_what_fulfils_all_that_it_asks_for(
    match: Match, article: Article, silences: list[Silence]
) -> None:
    found = silenced_by(match, article, silences, MONDAY)
    if found is None:
        return
    assert found.ends > MONDAY
    assert not found.watchlists or match.watchlist in found.watchlists
    assert not found.feeds or set(article.feed_tags) & set(found.feeds)
    assert found.max_severity is None or match.severity.rank <= found.max_severity.rank
    assert found.text != "none"
    for entity in {mention.entity for mention in match.mentions}:
        # Each of those named is muted by itself, and at least until then unless one is dropped.
        alone = silenced_by(naming(match, entity), article, silences, MONDAY)
        assert alone is not None
        assert alone.drop or alone.ends >= found.ends or found.drop


def naming(match: Match, *entities: str) -> Match:
    return replace(match, mentions=tuple(m for m in match.mentions if m.entity in entities))


@given(MATCH, ARTICLE, SILENCE, st.lists(SILENCE, max_size=3))
def test_more_silences_never_unmute(
    match: Match, article: Article, one: Silence, others: list[Silence]
) -> None:
    alone = silenced_by(match, article, [one], MONDAY)
    together = silenced_by(match, article, [one, *others], MONDAY)
    if alone is not None:
        assert together is not None
        assert together.ends >= alone.ends
        assert alone.drop or not together.drop or together.ends > alone.ends


@given(MATCH, ARTICLE, SILENCE)
def test_asking_for_less_mutes_no_less(match: Match, article: Article, silence: Silence) -> None:
    wider = Silence(1, "Ann", "", silence.created, silence.ends)
    if silenced_by(match, article, [silence], MONDAY) is not None:
        assert silenced_by(match, article, [wider], MONDAY) is not None
