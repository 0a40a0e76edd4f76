"""Who is told of an article, and as what: situation in, plan out, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.alerts.ids import alert_id, development_id
from monitor.alerts.plan import plan
from monitor.config.schema import Config
from monitor.model.alert import Silence
from monitor.model.article import Article, TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import (
    HeadlineChanged,
    NamesEntities,
    NoLongerNames,
    OfficialSource,
    SeverityRose,
)
from monitor.model.hold import Held, HeldReason, Hold, HoldReason
from monitor.model.match import Match, Mention, Severity
from monitor.model.plan import (
    AddAlert,
    AddFollowUp,
    Destination,
    DropFollowUps,
    HoldMatch,
    HurryFollowUps,
    Intent,
    JoinThread,
    RememberHeadlines,
    Reschedule,
)
from monitor.model.situation import (
    Concern,
    Inhibitor,
    RecordedMatch,
    Situation,
    ThreadDelivery,
    ToldStory,
)
from tests.support.clock import MONDAY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SILENCED = Hold(HoldReason.SILENCE, "3")
ARTICLE = Article(id="7", url="https://a.example/7", title="Hackers read mail")
DROPPED = Held(HeldReason.DROPPED, "3")


def config(quiet_unless: str = "critical", **alerts: Any) -> Config:
    return Config.model_validate(
        {
            "alerts": alerts,
            "channels": [
                {"name": "slack", "url": "json://localhost/"},
                {"name": "grave", "url": "json://localhost/", "min_severity": "high"},
                {"name": "night", "url": "json://localhost/", "quiet_hours": "00:00-23:59",
                 "quiet_unless": quiet_unless},
                {"name": "boss", "url": "json://localhost/"},
            ],
            "watchlists": [
                {"name": "w", "entities": ["A", "B"], "channels": ["slack", "grave"]},
                {"name": "v", "entities": ["C"], "channels": ["slack"]},
                {"name": "n", "entities": ["C"], "channels": ["night"]},
                {"name": "e", "entities": ["A"], "channels": ["slack"], "escalate_after": "30m",
                 "escalate_to": ["boss"], "escalate_from": "high"},
            ],
        }
    )  # fmt: skip


def match(watchlist: str = "w", severity: Severity = Severity.MEDIUM, *names: str) -> Match:
    mentions = tuple(
        Mention(each, each, "body", 0, 1, each, f"{each} did it.") for each in names or ("A",)
    )
    return Match(watchlist, 60.0, severity, True, mentions, ())


def concern(found: Match, recorded: RecordedMatch | None = None, **known: Any) -> Concern:
    return Concern(found, recorded or RecordedMatch(1, graver=False), **known)


def told(
    *names: str, severity: Severity = Severity.MEDIUM, urls: tuple[str, ...] = ()
) -> ToldStory:
    return ToldStory("first", frozenset(names or ("A",)), severity, urls)


def delivery(channel: str = "slack", **fields: Any) -> ThreadDelivery:
    """One that was sent an hour ago."""
    given: dict[str, Any] = {
        "id": 1, "alert_id": "first", "status": DeliveryStatus.SENT, "follow_up": 0, "hold": None,
        "severity": Severity.MEDIUM, "sent": MONDAY - HOUR, "covered": MONDAY - HOUR,
        "receipt": None, "edited": None,
    }  # fmt: skip
    return ThreadDelivery(channel=channel, **(given | fields))


def waiting(channel: str = "slack", **fields: Any) -> ThreadDelivery:
    return delivery(channel, status=DeliveryStatus.PENDING, sent=None, covered=None, **fields)


def planned(
    *concerns: Concern, now: datetime = MONDAY, settings: Config | None = None, **fields: Any
) -> tuple[Intent, ...]:
    given: dict[str, Any] = {"article": ARTICLE, "before": ARTICLE, "story": 1}
    return plan(Situation(concerns=concerns, **(given | fields)), settings or config(), now).intents


def alerts(intents: tuple[Intent, ...]) -> list[AddAlert]:
    return [each for each in intents if isinstance(each, AddAlert)]


def silence(**fields: Any) -> Silence:
    return Silence(3, "Ann", "noise", MONDAY, MONDAY + HOUR, **fields)


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


# --- read again -------------------------------------------------------------------------------


def test_a_later_reading_tells_what_it_finds_new_and_what_is_gone() -> None:
    text = "A did it. B did it. And a long text follows here, so that it is still whole."
    page = replace(ARTICLE, body=text, text_source=TextSource.PAGE, page_title="Hackers read mail")
    after = replace(page, body=text.replace("B did it", "C did it"), page_title="Nobody did")
    before = RecordedMatch(
        1, graver=False, thread="first", mentions=match("w", Severity.LOW, "A", "B").mentions,
        headlines=("Hackers read mail", "Hackers read mail"),
    )  # fmt: skip
    again = concern(
        match(), before, told=told("A", "B"), alerts={"first": ()}, thread=(delivery(),)
    )
    remember, _, add = planned(again, article=after, before=page)
    assert remember == RememberHeadlines(1, ("Hackers read mail", "Nobody did"))
    assert isinstance(add, AddAlert)
    assert add.alert.development == (
        HeadlineChanged("Hackers read mail", "Nobody did"),
        NoLongerNames("B", "B did it."),
    )


def test_an_article_that_names_nobody_any_more_says_so() -> None:
    page = replace(ARTICLE, body="APT31 did it, said X.", text_source=TextSource.PAGE)
    found = match("w", Severity.LOW, "APT31")
    gone = concern(found, RecordedMatch(1, graver=False, thread="first"),
                   alerts={"first": ()}, thread=(delivery(),))  # fmt: skip
    after = replace(page, body="Nobody did, said X.")
    [add] = alerts(planned(article=after, before=page, gone=(gone,)))
    assert add.alert.development == (NoLongerNames("APT31", "APT31 did it."),)
    assert planned(article=page, before=page, gone=(gone,)) == ()
    assert planned(article=after, before=page, gone=(replace(gone, alerts={}),)) == ()


def test_what_is_graver_by_now_is_told_to_whom_it_was_not_grave_enough_for() -> None:
    own = alert_id(ARTICLE, "w")
    before = RecordedMatch(1, graver=True, thread=own, mentions=match().mentions,
                           headlines=("Hackers read mail", ""))  # fmt: skip
    again = concern(match("w", Severity.HIGH), before, alerts={own: ()}, thread=(delivery(),))
    [add] = alerts(planned(again))
    assert (add.graver, add.quietly) == (True, False)
    assert [each.channel for each in add.destinations] == ["grave"]


def test_what_is_graver_by_now_is_to_be_acknowledged() -> None:
    own = alert_id(ARTICLE, "e")
    before = RecordedMatch(1, graver=True, thread=own, mentions=match().mentions,
                           headlines=("Hackers read mail", ""))  # fmt: skip
    again = concern(match("e", Severity.HIGH), before, alerts={own: ()}, thread=(delivery(),))
    [add] = alerts(planned(again))
    assert (add.graver, add.quietly) == (True, True)
    assert [each.channel for each in add.destinations] == ["boss"]


def test_what_no_silence_mutes_any_more_is_told() -> None:
    own = alert_id(ARTICLE, "w")
    before = RecordedMatch(1, graver=False, thread=own, mentions=match().mentions,
                           headlines=("Hackers read mail", ""))  # fmt: skip
    kept = waiting(id=9, alert_id=own, hold=SILENCED)
    again = concern(match(), before, alerts={own: ()}, thread=(kept,))
    assert planned(again) == (Reschedule(9, MONDAY, None),)
    assert planned(again, silences=(silence(),)) == ()


# --- what is easily got wrong -----------------------------------------------------------------

INHIBITED = Hold(HoldReason.INHIBITED, "grave")


def on_night(settings: Config) -> Config:
    """With the first watchlist on the channel that has quiet hours, too."""
    first = settings.watchlists[0].model_copy(update={"channels": ("night",)})
    return settings.model_copy(update={"watchlists": (first, *settings.watchlists[1:])})


def test_what_is_put_off_itself_takes_nothing_along_through_quiet_hours() -> None:
    recent = (delivery("night", sent=MONDAY - MINUTE),)
    news = concern(match("w", Severity.HIGH, "A", "B"), told=told(), thread=recent)
    settings = on_night(config(quiet_unless="high"))
    later, quiet = alerts(planned(news, concern(match("n", Severity.LOW)), settings=settings))
    assert later.destinations[0].not_before == MONDAY + 9 * MINUTE
    assert quiet.destinations[0].hold == Hold(HoldReason.QUIET_HOURS)


@pytest.mark.parametrize(
    ("thread", "later"),
    [
        ((delivery(status=DeliveryStatus.REPLACED, hold=INHIBITED, sent=None),), 0),
        ((delivery(), delivery(id=2, status=DeliveryStatus.REPLACED, hold=INHIBITED)), 1),
        ((waiting("grave", hold=SILENCED),), 0),
        ((delivery(hold=SILENCED),), 1),
        ((delivery(hold=Hold(HoldReason.ACKNOWLEDGEMENT)),), 0),
        ((delivery(), waiting(id=2, follow_up=1)), 0),
        ((delivery(), waiting(id=2, hold=SILENCED)), 1),
    ],
)
def test_who_hears_later_who_else_has_it(thread: tuple[ThreadDelivery, ...], later: int) -> None:
    intents = planned(concern(match(), told=told(), thread=thread))
    assert sum(isinstance(each, AddFollowUp) for each in intents) == later


def test_messages_after_the_first_are_counted_from_where_it_was_told() -> None:
    muted_first = (waiting(hold=SILENCED), delivery(id=2, follow_up=1, sent=MONDAY - HOUR))
    later = planned(concern(match(), told=told(), thread=muted_first))[-1]
    assert later == AddFollowUp("first", "slack", MONDAY, None), "within a group's window"


def test_a_clock_that_was_ahead_puts_news_off_for_one_window_only() -> None:
    ahead = (delivery(sent=MONDAY + HOUR),)
    news = concern(match("w", Severity.MEDIUM, "A", "B"), told=told(), thread=ahead)
    assert alerts(planned(news))[0].destinations[0].not_before == MONDAY + 10 * MINUTE


def test_news_that_is_silenced_leaves_what_is_to_be_told_besides() -> None:
    news = concern(match("w", Severity.MEDIUM, "A", "B"), told=told(), thread=(delivery(),))
    intents = planned(news, silences=(silence(),))
    assert not any(isinstance(each, DropFollowUps) for each in intents)
    assert alerts(intents)[0].destinations == (Destination("slack", MONDAY + HOUR, SILENCED),)


def test_what_was_told_before_a_silence_that_drops_is_not_said_to_be_dropped() -> None:
    before = RecordedMatch(1, graver=False, thread="first", mentions=match().mentions)
    again = concern(match(), before, told=told(), alerts={"first": ()}, thread=(delivery(),))
    assert planned(again, silences=(silence(drop=True),)) == ()


def test_what_was_told_by_no_alert_of_its_own_is_not_to_be_acknowledged() -> None:
    joined = RecordedMatch(1, graver=True, thread="first", held=Held(HeldReason.TOLD),
                           mentions=match().mentions)  # fmt: skip
    high = told(severity=Severity.HIGH)
    again = concern(match("e", Severity.HIGH), joined, told=high, thread=(delivery(),))
    assert alerts(planned(again)) == []


@pytest.mark.parametrize(("held", "news"), [(None, 0), (Held(HeldReason.TOLD), 1)])
def test_how_grave_a_joined_report_has_become_is_news(held: Held | None, news: int) -> None:
    before = RecordedMatch(1, graver=False, thread="first", mentions=match().mentions, held=held,
                           headlines=("Hackers read mail", ""))  # fmt: skip
    thread = delivery(), delivery("grave")
    again = concern(match("w", Severity.HIGH), before, told=told(), thread=thread)
    assert len(alerts(planned(again))) == news


@pytest.mark.parametrize("graver", [True, False])
def test_what_turns_out_graver_may_pass_quiet_hours(*, graver: bool) -> None:
    settings = on_night(config(quiet_unless="high"))
    own = alert_id(ARTICLE, "w")
    before = RecordedMatch(1, graver=graver, thread=own, mentions=match().mentions,
                           headlines=("Hackers read mail", ""))  # fmt: skip
    kept = waiting("night", id=9, alert_id=own, hold=Hold(HoldReason.QUIET_HOURS))
    again = concern(match("w", Severity.HIGH), before, alerts={own: ()}, thread=(kept,))
    intents = planned(again, settings=settings)
    assert (Reschedule(9, MONDAY, None) in intents) is graver
