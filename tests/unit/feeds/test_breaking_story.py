"""Which feeds are asked more often when a story breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config.schema import Feed, Polling
from monitor.feeds.breaking_story import MOST, watched_closely
from monitor.model.article import Article
from monitor.model.feed import FeedState, PollReason, PollReasonKind

NOW = datetime(2024, 3, 25, 15, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOLD = Article(
    "1",
    title="Two men named",
    feed="https://feeds.ledger.co.uk/politics",
    feed_tags=("uk",),
    language="en-GB",
)
POLLING = Polling()


def feed(number: int, url: str = "", **known: object) -> FeedState:
    facts: dict[str, object] = {
        "last_polled": NOW - 10 * MINUTE,
        "next_poll": NOW + HOUR,
        "next_reason": PollReason(PollReasonKind.HOURS, every=HOUR),
        **known,
    }
    return FeedState(number, url or f"https://outlet-{number}.example/feed", "", **facts)  # type: ignore[arg-type] # as given


def closely(
    *pairs: tuple[FeedState, tuple[str, ...]], polling: Polling = POLLING
) -> dict[int, PollReason | None]:
    settings = {state.url: Feed(url=state.url, tags=tags) for state, tags in pairs}
    found = watched_closely([state for state, _ in pairs], settings, TOLD, polling, NOW)
    assert all(each.until == NOW + polling.breaking_for for each in found)
    return {each.feed_id: each.reason for each in found}


def test_those_that_share_a_tag_the_language_or_the_outlet_are_asked_within_a_minute() -> None:
    found = closely(
        (feed(1), ("uk", "news")),
        (feed(2, language="en"), ()),
        (feed(3, "https://www.ledger.co.uk/world.xml"), ()),
        (feed(4, language="de"), ("germany",)),
        (feed(5, "https://other.co.uk/feed"), ()),
    )
    assert set(found) == {1, 2, 3}
    assert {reason.kind for reason in found.values() if reason} == {PollReasonKind.BREAKING}


def test_the_closest_come_first_and_no_feed_sooner_than_it_may_be_asked() -> None:
    near = feed(1, language="en", last_polled=NOW - MINUTE)
    far = feed(2, language="en")
    settings = {near.url: Feed(url=near.url, tags=("uk",)), far.url: Feed(url=far.url)}
    first, second = watched_closely([far, near], settings, TOLD, POLLING, NOW)
    assert (first.feed_id, second.feed_id) == (1, 2)
    assert first.at == NOW + POLLING.min_interval - MINUTE
    assert NOW < second.at <= NOW + MINUTE


@pytest.mark.parametrize(
    "reason",
    [
        PollReason(PollReasonKind.TTL, every=HOUR),
        PollReason(PollReasonKind.RETRY_AFTER, until=NOW + HOUR),
        PollReason(PollReasonKind.PUSHED, every=HOUR),
        PollReason(PollReasonKind.RHYTHM, every=HOUR, not_before=NOW + HOUR),
    ],
)
def test_what_publishers_and_servers_asked_for_is_kept(reason: PollReason) -> None:
    assert closely((feed(1, next_reason=reason), ("uk",))) == {1: None}


def test_what_is_due_sooner_anyway_stays_so() -> None:
    assert closely((feed(1, next_poll=NOW), ("uk",))) == {1: None}


def test_those_that_fail_are_gone_or_have_an_interval_of_their_own_are_left_alone() -> None:
    failing, gone = feed(1, failures=2), feed(2, stopped=True)
    assert closely((failing, ("uk",)), (gone, ("uk",))) == {}
    own = feed(3)
    settings = {own.url: Feed(url=own.url, tags=("uk",), interval=HOUR)}
    assert watched_closely([own, feed(4)], settings, TOLD, POLLING, NOW) == []


def test_it_can_be_switched_off_and_a_second_story_changes_nothing_at_once() -> None:
    off = POLLING.model_copy(update={"breaking_for": timedelta(0)})
    assert closely((feed(1), ("uk",)), polling=off) == {}
    assert closely((feed(1, breaking_until=NOW + 59 * MINUTE), ("uk",))) == {}
    assert set(closely((feed(1, breaking_until=NOW + 30 * MINUTE), ("uk",)))) == {1}


def test_of_ten_thousand_feeds_the_closest_are_asked() -> None:
    many = [(feed(number), ("uk",)) for number in range(3 * MOST)]
    closest = replace(feed(9999), language="en")
    found = closely(*many, (closest, ("uk",)))
    assert len(found) == MOST
    assert 9999 in found
