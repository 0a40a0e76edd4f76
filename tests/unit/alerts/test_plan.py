"""Who is told of an article, and as what: situation in, plan out, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.alerts.ids import alert_id, development_id
from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import (
    NamesEntities,
    OfficialSource,
    SeverityRose,
)
from monitor.model.hold import Held, HeldReason, Hold, HoldReason
from monitor.model.match import Match, Severity
from monitor.model.plan import (
    AddFollowUp,
    Destination,
    DropFollowUps,
    HoldMatch,
    HurryFollowUps,
    JoinThread,
)
from monitor.model.situation import (
    Inhibitor,
    RecordedMatch,
)
from tests.support.clock import MONDAY
from tests.support.planning import (
    ARTICLE,
    HOUR,
    MINUTE,
    SILENCED,
    alerts,
    concern,
    config,
    delivery,
    match,
    planned,
    silence,
    told,
    waiting,
)

DROPPED = Held(HeldReason.DROPPED, "3")


# --- the first report -------------------------------------------------------------------------


def test_the_first_report_of_a_story_is_told_to_those_it_is_grave_enough_for() -> None:
    [add] = alerts(planned(concern(match())))
    assert add.destinations == (Destination("slack", MONDAY),)
    assert (add.alert.id, add.alert.thread) == (alert_id(ARTICLE, "w"),) * 2
    assert add.alert.development == ()
    [add] = alerts(planned(concern(match("w", Severity.HIGH))))
    assert [each.channel for each in add.destinations] == ["slack", "grave"]


@pytest.mark.parametrize(("severity", "more"), [(Severity.MEDIUM, []), (Severity.HIGH, ["boss"])])
def test_what_is_grave_enough_is_to_be_acknowledged(severity: Severity, more: list[str]) -> None:
    [add] = alerts(planned(concern(match("e", severity))))
    later = add.destinations[1:]
    assert [each.channel for each in later] == more
    for each in later:
        assert each.not_before == MONDAY + timedelta(minutes=30)
        assert each.hold == Hold(HoldReason.ACKNOWLEDGEMENT)


def test_what_is_silenced_waits_for_the_silences_end() -> None:
    [add] = alerts(planned(concern(match()), silences=(silence(),)))
    assert add.destinations == (Destination("slack", MONDAY + HOUR, SILENCED),)


def test_what_is_dropped_is_told_to_nobody() -> None:
    assert planned(concern(match()), silences=(silence(drop=True),)) == (HoldMatch(1, DROPPED),)


def test_what_was_dropped_stays_so_unless_somebody_new_is_named_or_it_is_graver() -> None:
    known = match().mentions
    before = RecordedMatch(1, graver=False, held=DROPPED, mentions=known)
    assert planned(concern(match(), before)) == (HoldMatch(1, DROPPED),)
    assert alerts(planned(concern(match("w", Severity.MEDIUM, "A", "B"), before)))
    assert alerts(planned(concern(match(), replace(before, graver=True))))


# --- several watchlists -----------------------------------------------------------------------


def test_a_lesser_alert_goes_out_with_a_critical_one_of_the_same_article() -> None:
    both = concern(match("v", Severity.LOW)), concern(match("w", Severity.CRITICAL))
    grave, lesser = alerts(planned(*both))
    assert (grave.alert.match.watchlist, lesser.alert.match.watchlist) == ("w", "v")
    assert lesser.destinations == (Destination("slack", MONDAY),)


def test_where_each_watchlist_has_its_own_message_the_lesser_is_inhibited() -> None:
    both = concern(match("v", Severity.LOW)), concern(match("w", Severity.CRITICAL))
    grave, lesser = alerts(planned(*both, settings=config(merge_watchlists=False)))
    assert [each.inhibited_by for each in lesser.destinations] == [grave.alert.id]
    apart = config(merge_watchlists=False, inhibit_for="0s")
    assert alerts(planned(*both, settings=apart))[1].destinations[0].inhibited_by is None


def test_what_a_silence_keeps_back_inhibits_nothing() -> None:
    both = concern(match("v", Severity.LOW)), concern(match("w", Severity.CRITICAL))
    apart = config(merge_watchlists=False)
    muted = silence(watchlists=("w",))
    grave, lesser = alerts(planned(*both, settings=apart, silences=(muted,)))
    assert grave.destinations[0].hold == SILENCED
    assert lesser.destinations == (Destination("slack", MONDAY),)


@pytest.mark.parametrize(
    ("merge", "waits", "by"),
    [(True, True, None), (True, False, "grave"), (False, True, "grave"), (False, False, "grave")],
)
def test_what_was_told_by_a_critical_alert_inhibits_and_what_waits_goes_out_along(
    *, merge: bool, waits: bool, by: str | None
) -> None:
    known = concern(match("v"), inhibitors={"slack": Inhibitor("grave", waits=waits)})
    [add] = alerts(planned(known, settings=config(merge_watchlists=merge)))
    assert [each.inhibited_by for each in add.destinations] == [by]
    grave = concern(match("v", Severity.CRITICAL), inhibitors=known.inhibitors)
    assert alerts(planned(grave))[0].destinations[0].inhibited_by is None


def test_quiet_hours_are_asked_of_the_gravest() -> None:
    settings = config()
    grave = settings.watchlists[0].model_copy(update={"channels": ("night",)})
    lists = (grave, *settings.watchlists[1:])
    settings = settings.model_copy(update={"watchlists": lists})
    both = concern(match("n", Severity.LOW)), concern(match("w", Severity.CRITICAL))
    assert [each.destinations[0].hold for each in alerts(planned(*both, settings=settings))] == [
        None, None,
    ]  # fmt: skip
    [alone] = alerts(planned(both[0], settings=settings))
    assert alone.destinations[0].hold == Hold(HoldReason.QUIET_HOURS)
    muted = planned(*both, settings=settings, silences=(silence(watchlists=("w",)),))
    by_list = {each.alert.match.watchlist: each.destinations[0].hold for each in alerts(muted)}
    assert by_list == {"w": SILENCED, "n": Hold(HoldReason.QUIET_HOURS)}


# --- a story that was told --------------------------------------------------------------------


def test_one_more_report_joins_quietly_and_is_told_of_later() -> None:
    known = concern(match(), told=told(), thread=(delivery(),))
    joined, later = planned(known)
    assert joined == JoinThread(1, "first", Held(HeldReason.TOLD))
    assert later == AddFollowUp("first", "slack", MONDAY, None)


@pytest.mark.parametrize(
    ("last", "later", "due"),
    [
        (MONDAY - MINUTE, 0, MONDAY + 9 * MINUTE),
        (MONDAY - HOUR, 0, MONDAY),
        (MONDAY - HOUR, 1, MONDAY + 23 * HOUR),
        (MONDAY + HOUR, 0, MONDAY + 10 * MINUTE),
    ],
)
def test_follow_ups_keep_their_distance(last: datetime, later: int, due: datetime) -> None:
    thread = [delivery(sent=last)]
    thread += [delivery(id=2 + each, follow_up=1 + each, sent=last) for each in range(later)]
    intents = planned(concern(match(), told=told(), thread=tuple(thread)))
    assert intents[-1] == AddFollowUp("first", "slack", due, None)


def test_what_may_be_other_news_is_listed_soon_however_often_was_told() -> None:
    thread = delivery(), delivery(id=2, follow_up=1, sent=MONDAY - MINUTE)
    known = concern(match(), told=told(), thread=thread)
    assert planned(known, is_uncertain=True)[-1] == AddFollowUp(
        "first", "slack", MONDAY + 9 * MINUTE, None
    )


def test_what_is_to_be_told_much_later_is_told_soon_with_what_may_be_other_news() -> None:
    thread = delivery(sent=MONDAY - MINUTE), waiting(id=2, follow_up=1)
    known = concern(match(), told=told(), thread=thread)
    assert [type(each) for each in planned(known)] == [JoinThread]
    assert planned(known, is_uncertain=True)[-1] == HurryFollowUps(
        "first", "slack", MONDAY + 9 * MINUTE, None
    )


def test_a_graver_alert_does_not_stand_for_what_may_be_other_news() -> None:
    inhibited = delivery(
        status=DeliveryStatus.REPLACED, hold=Hold(HoldReason.INHIBITED, "graver"), sent=None
    )
    known = concern(match(), told=told(), thread=(inhibited,))
    assert [type(each) for each in planned(known)] == [JoinThread]
    assert isinstance(planned(known, is_uncertain=True)[-1], AddFollowUp)


def test_a_silence_keeps_back_what_may_be_other_news_too() -> None:
    held = waiting(hold=Hold(HoldReason.SILENCE, "3"))
    known = concern(match(), told=told(), thread=(held,))
    intents = planned(known, is_uncertain=True, silences=(silence(),))
    assert [type(each) for each in intents] == [JoinThread]


def test_a_message_that_can_be_changed_is_changed_soon() -> None:
    changing = delivery(receipt="r", edited=MONDAY - timedelta(seconds=20))
    later = planned(concern(match(), told=told(), thread=(changing,)))[-1]
    assert later == AddFollowUp("first", "slack", MONDAY + timedelta(seconds=40), None)


@pytest.mark.parametrize("merge", [True, False])
def test_what_an_article_tells_two_watchlists_of_comes_at_once_for_both(merge: bool) -> None:
    """It would wait for the window for the one that was told of the story a minute ago."""
    thread = (delivery(sent=MONDAY - MINUTE),)
    known = concern(match("w", Severity.MEDIUM, "B"), told=told("A"), thread=thread)
    new = concern(match("v", Severity.MEDIUM, "C"))
    development, first = alerts(planned(known, new, settings=config(merge_watchlists=merge)))
    assert first.destinations[0].not_before == MONDAY
    due = MONDAY if merge else MONDAY + 9 * MINUTE
    assert development.destinations[0].not_before == due
    # Alone it waits.
    [development] = alerts(planned(known, settings=config(merge_watchlists=merge)))
    assert development.destinations[0].not_before == MONDAY + 9 * MINUTE


def test_a_message_is_not_changed_for_what_may_be_other_news() -> None:
    """Nobody's phone rings for a change."""
    posted = delivery(receipt="r", sent=MONDAY - MINUTE)
    listed = (
        DropFollowUps("first", "slack"),
        AddFollowUp("first", "slack", MONDAY + 9 * MINUTE, None),
    )
    for thread in ((posted,), (posted, waiting(id=2, follow_up=1))):
        known = concern(match(), told=told(), thread=thread)
        assert tuple(planned(known, is_uncertain=True)[-2:]) == listed


def test_what_waits_to_be_sent_will_tell_of_it() -> None:
    [joined] = planned(concern(match(), told=told(), thread=(waiting(),)))
    assert isinstance(joined, JoinThread)


@pytest.mark.parametrize(
    ("found", "news"),
    [
        (match("w", Severity.MEDIUM, "A", "B"), NamesEntities(("B",))),
        (match("w", Severity.HIGH), SeverityRose(Severity.MEDIUM, Severity.HIGH)),
    ],
)
def test_what_is_new_is_told_as_a_development(found: Match, news: Any) -> None:
    thread = delivery(), delivery("grave")
    intents = planned(concern(found, told=told(), thread=thread))
    assert intents[0] == DropFollowUps("first", "slack")
    [add] = alerts(intents)
    assert add.alert.development == (news,)
    assert add.alert.thread == "first"
    assert add.alert.id == development_id(alert_id(ARTICLE, "w"), (news,))


def test_the_first_official_source_is_told_once() -> None:
    official = replace(ARTICLE, url="https://www.ncsc.gov.uk/news", text_source=TextSource.PAGE)
    thread = (delivery(),)
    [add] = alerts(planned(concern(match(), told=told(), thread=thread), article=official))
    assert add.alert.development == (OfficialSource("www.ncsc.gov.uk"),)
    before = told(urls=("https://cisa.gov/a",))
    assert not alerts(planned(concern(match(), told=before, thread=thread), article=official))


def test_a_link_to_an_official_page_that_was_not_read_is_no_official_source() -> None:
    forged = replace(
        ARTICLE, url="https://www.ncsc.gov.uk/news", feed="https://hostile.example/feed"
    )
    assert not alerts(planned(concern(match(), told=told(), thread=(delivery(),)), article=forged))
    own = replace(forged, feed="https://www.ncsc.gov.uk/feed")
    [add] = alerts(planned(concern(match(), told=told(), thread=(delivery(),)), article=own))
    assert add.alert.development == (OfficialSource("www.ncsc.gov.uk"),)


def test_what_was_told_of_a_match_is_not_told_again_whatever_its_alert_is_called() -> None:
    news = (NamesEntities(("B",)),)
    again = concern(
        match("w", Severity.MEDIUM, "A", "B"),
        RecordedMatch(1, graver=False, thread="first", mentions=match().mentions),
        told=told(), alerts={"an id of an earlier version": news}, thread=(delivery(),),
    )  # fmt: skip
    assert not alerts(planned(again))


def test_a_channel_that_the_story_was_not_grave_enough_for_gets_it_when_it_is() -> None:
    known = concern(
        match("w", Severity.HIGH), told=told(severity=Severity.HIGH), thread=(delivery(),)
    )
    [add] = alerts(planned(known))
    assert [each.channel for each in add.destinations] == ["grave"]


def test_news_within_the_window_comes_when_it_is_over_but_for_critical_news() -> None:
    recent = (delivery(sent=MONDAY - MINUTE),)
    [add] = alerts(
        planned(concern(match("w", Severity.MEDIUM, "A", "B"), told=told(), thread=recent))
    )
    assert add.destinations == (Destination("slack", MONDAY + 9 * MINUTE),)
    critical = concern(match("w", Severity.CRITICAL), told=told(), thread=recent)
    assert alerts(planned(critical))[0].destinations[0].not_before == MONDAY


def test_what_a_silence_keeps_back_keeps_nothing_else_back() -> None:
    muted = waiting(hold=SILENCED)
    [add] = alerts(planned(concern(match(), told=told(), thread=(muted,))))
    assert add.destinations == (Destination("slack", MONDAY),)
    [joined] = planned(
        concern(match(), told=told(), thread=(muted,)), silences=(silence(),)
    )  # fmt: skip
    assert joined == JoinThread(1, "first", Held(HeldReason.SILENCED))
