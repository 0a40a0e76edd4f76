"""Who is told what of an article that is read again, and what is easily got wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alerts.ids import alert_id
from monitor.config.schema import Config
from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.development import (
    HeadlineChanged,
    NoLongerNames,
)
from monitor.model.hold import Held, HeldReason, Hold, HoldReason
from monitor.model.match import Severity
from monitor.model.plan import (
    AddAlert,
    AddFollowUp,
    Destination,
    DropFollowUps,
    RememberHeadlines,
    Reschedule,
)
from monitor.model.situation import (
    RecordedMatch,
    ThreadDelivery,
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
