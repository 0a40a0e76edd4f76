"""What is not sent for a while, and what becomes of it then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.messages.fates import held_back_words
from monitor.model.alert import Silence
from monitor.model.match import Severity
from monitor.pipeline import replan
from monitor.service.deliveries import Silences
from monitor.service.fates import held_back
from monitor.store.deliveries import replanning
from monitor.store.matches import search
from tests.integration.pipeline.test_stories import GROUP, MEN, OPENING, Newsroom
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.slack import SERVER_ERROR, SlackServer
from tests.support.web import WebWorld

database = BOTH

OTHER = (
    "The harbour of the northern town was closed on Monday after a crane had fallen into the dock.",
    "Divers were looking for its driver, the harbour master said, and a ferry lay outside.",
)


@pytest.fixture
def newsroom(product: Product, web: WebWorld, slack: SlackServer) -> Newsroom:
    return Newsroom(product, web, slack)


async def silence(newsroom: Newsroom, hours: float = 4, **what: Any) -> Silence:
    now = newsroom.product.clock()
    wanted = Silence(0, "Ann", "we know", now, now + timedelta(hours=hours), **what)
    config = newsroom.product.ctx.runtime.config
    added, _ = await newsroom.product.ctx.store(lambda c: replan.add(c, wanted, config))
    return Silence(**{name: getattr(added, name) for name in Silence.__slots__})


async def expire(newsroom: Newsroom, which: Silence) -> int:
    now, config = newsroom.product.clock(), newsroom.product.ctx.runtime.config
    freed: int = await newsroom.product.ctx.store(lambda c: replan.expire(c, which, config, now))
    return freed


async def test_what_is_missed_under_a_silence_is_sent_when_it_ends(newsroom: Newsroom) -> None:
    await newsroom.open()
    await silence(newsroom, watchlists=("Westminster",))
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(hours=3)
    assert newsroom.told == []
    await newsroom.wait(hours=1)
    assert len(newsroom.told) == 1
    await newsroom.print("other", *OTHER, GROUP)
    assert len(newsroom.told) == 2


async def test_much_that_was_missed_comes_as_one_message(newsroom: Newsroom) -> None:
    await newsroom.open(group_by="article")
    await silence(newsroom, watchlists=("Westminster",))
    for number in range(8):
        await newsroom.print(f"n{number}", *OPENING, GROUP)
    await newsroom.wait(hours=4)
    [told] = newsroom.told
    assert all(f"/n{number}|" in told for number in range(8))


async def test_a_silence_of_one_entity_lets_another_through(newsroom: Newsroom) -> None:
    await newsroom.open()
    await silence(newsroom, entities=("APT31",))
    await newsroom.print("first", *OPENING, GROUP)
    assert newsroom.told == []
    await newsroom.print("second", *OTHER, GROUP, MEN["Ni Gaobin"])
    assert len(newsroom.told) == 1


async def test_a_new_name_in_a_silenced_story_comes_at_once_with_what_was_missed(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await silence(newsroom, entities=("APT31",))
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(minutes=30)
    await newsroom.print("second", *OPENING, GROUP, MEN["Ni Gaobin"])
    [told] = newsroom.told
    assert "it now names Ni Gaobin" in told


async def test_what_waits_to_be_sent_is_silenced_too(newsroom: Newsroom) -> None:
    await newsroom.open(slack_options='quiet_hours = "14:00-18:00"')
    await newsroom.print("first", *OPENING, GROUP)
    await silence(newsroom, hours=24)
    await newsroom.wait(hours=4)
    assert newsroom.told == []
    # At its end it is quiet again.
    await newsroom.wait(hours=20)
    assert newsroom.told == []
    await newsroom.wait(hours=3)
    assert len(newsroom.told) == 1


async def test_a_silence_that_is_ended_early_frees_what_it_held(newsroom: Newsroom) -> None:
    await newsroom.open()
    held = await silence(newsroom, hours=100, watchlists=("Westminster",))
    await newsroom.print("first", *OPENING, GROUP)
    with newsroom.product.db.read() as connection:
        assert replanning.held_by(connection) == {held.id: 1}
    await newsroom.wait(hours=1)
    assert await expire(newsroom, held) == 1
    await newsroom.wait(seconds=1)
    assert len(newsroom.told) == 1


async def test_what_another_silence_covers_stays_silenced(newsroom: Newsroom) -> None:
    await newsroom.open()
    first = await silence(newsroom, hours=50, watchlists=("Westminster",))
    await silence(newsroom, hours=5, entities=("APT31",))
    await newsroom.print("first", *OPENING, GROUP)
    assert await expire(newsroom, first) == 1
    await newsroom.wait(hours=4)
    assert newsroom.told == []
    await newsroom.wait(hours=1)
    assert len(newsroom.told) == 1


async def test_what_a_silence_drops_is_never_sent_and_says_why(newsroom: Newsroom) -> None:
    await newsroom.open(slack_options='quiet_hours = "14:00-18:00"')
    await newsroom.print("waiting", *OTHER, GROUP)
    await silence(newsroom, drop=True, text="AS  APT31")
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(hours=50)
    assert newsroom.told == []
    with newsroom.product.db.read() as connection:
        silences = Silences(connection)
        held = {held_back(each, silences) for each in search(connection)}
    words = {held_back_words(each, "Europe/London") for each in held if each is not None}
    assert words == {"silenced until 2024-03-25 19:30 by Ann: we know"}


@pytest.mark.parametrize(("most", "told"), [(Severity.LOW, 1), (Severity.HIGH, 0)])
async def test_what_is_graver_passes(newsroom: Newsroom, most: Severity, told: int) -> None:
    await newsroom.open()
    await silence(newsroom, max_severity=most)
    await newsroom.print("first", *OPENING, GROUP)
    assert len(newsroom.told) == told


async def test_a_feed_is_silenced_by_its_tag(newsroom: Newsroom) -> None:
    await newsroom.open(feed_options='tags = ["tabloids"]')
    await silence(newsroom, feeds=("tabloids",))
    await newsroom.print("first", *OPENING, GROUP)
    assert newsroom.told == []


async def test_a_message_that_is_being_tried_again_is_silenced_too(newsroom: Newsroom) -> None:
    await newsroom.open()
    newsroom.slack.next(SERVER_ERROR)
    await newsroom.print("first", *OPENING, GROUP)
    await silence(newsroom, watchlists=("Westminster",))
    await newsroom.wait(hours=3)
    assert [post.status for post in newsroom.slack.posts] == [500]
    await newsroom.wait(hours=1)
    assert [post.status for post in newsroom.slack.posts] == [500, 200]


async def test_what_is_being_sent_when_a_silence_comes_is_not_tried_again_under_it(
    newsroom: Newsroom,
) -> None:
    await newsroom.open(slack_options='quiet_hours = "15:00-18:00"')
    await newsroom.print("first", *OPENING, GROUP)
    newsroom.product.clock.advance(hours=3)
    deliverer = newsroom.product.ctx.deliverer
    claimed = await deliverer.claim()
    await silence(newsroom, hours=4, watchlists=("Westminster",))
    newsroom.slack.next(SERVER_ERROR)
    await deliverer.deliver("slack", claimed["slack"])
    await newsroom.wait(hours=3)
    assert [post.status for post in newsroom.slack.posts] == [500]
    await newsroom.wait(hours=1)
    assert [post.status for post in newsroom.slack.posts] == [500, 200]


async def test_what_one_silence_lets_go_another_that_came_later_holds(newsroom: Newsroom) -> None:
    await newsroom.open()
    await silence(newsroom, hours=2, watchlists=("Westminster",))
    await newsroom.print("first", *OPENING, GROUP)
    await silence(newsroom, hours=4, text="named the group")
    await silence(newsroom, hours=1)
    await newsroom.wait(hours=3)
    assert newsroom.told == []
    await newsroom.wait(hours=1)
    assert len(newsroom.told) == 1


async def test_two_silences_of_one_entity_each_mute_what_names_both(newsroom: Newsroom) -> None:
    await newsroom.open()
    await silence(newsroom, hours=2, entities=("APT31",))
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"])
    assert len(newsroom.told) == 1
    await silence(newsroom, hours=9, entities=("Ni Gaobin",))
    await newsroom.print("other", *OTHER, GROUP, MEN["Ni Gaobin"])
    assert len(newsroom.told) == 1
    await newsroom.wait(hours=2)
    assert len(newsroom.told) == 2


CHAMBER = "So it was said in the crowded chamber, late in the evening."


async def test_a_report_that_is_not_silenced_is_told_though_the_first_of_its_story_is(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await silence(newsroom, text="in the crowded chamber")
    await newsroom.print("first", *OPENING, GROUP, CHAMBER)
    await newsroom.print("same", *OPENING, GROUP, CHAMBER)
    assert newsroom.told == []
    await newsroom.print("second", *OPENING, GROUP)
    [told] = newsroom.told
    assert "/second|" in told
    assert "/first|" not in told
    await newsroom.wait(hours=4)
    assert len(newsroom.told) == 2
    assert "/first|" in newsroom.told[1]
    assert "/same|" in "".join(newsroom.told)
    await newsroom.wait(hours=50)
    assert len(newsroom.told) == 2


async def test_who_else_reports_a_silenced_story_is_told_when_the_silence_ends(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    held = await silence(newsroom, hours=50, entities=("APT31",))
    await newsroom.print("second", *OPENING, GROUP)
    await newsroom.wait(hours=40)
    assert len(newsroom.told) == 1
    await expire(newsroom, held)
    await newsroom.wait(seconds=1)
    assert len(newsroom.told) == 2
    assert "/second|" in newsroom.told[1]


async def test_who_else_reports_is_told_as_ever_where_only_one_of_them_is_silenced(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await silence(newsroom, hours=50, text="in the crowded chamber")
    await newsroom.print("second", *OPENING, GROUP, CHAMBER)
    await newsroom.wait(hours=30)
    assert len(newsroom.told) == 1
    await newsroom.print("third", *OPENING, GROUP)
    await newsroom.wait(minutes=11)
    assert len(newsroom.told) == 2
    assert "/third|" in newsroom.told[1]
    await newsroom.wait(hours=50)
    assert len(newsroom.told) == 2


@pytest.mark.parametrize("drop", [False, True])
@pytest.mark.parametrize("before", [False, True])
async def test_who_else_reports_is_told_though_what_was_told_first_would_be_silenced(
    newsroom: Newsroom, before: bool, drop: bool
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, CHAMBER)
    if before:
        await newsroom.print("second", *OPENING, GROUP)
    await silence(newsroom, hours=50, text="in the crowded chamber", drop=drop)
    if not before:
        await newsroom.print("second", *OPENING, GROUP)
    await newsroom.wait(minutes=11)
    assert len(newsroom.told) == 2
    assert "/second|" in newsroom.told[1]
    await newsroom.wait(hours=60)
    assert len(newsroom.told) == 2


async def test_who_else_reports_is_silenced_though_what_was_told_first_would_not_be(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP, CHAMBER)
    await silence(newsroom, hours=50, text="in the crowded chamber")
    await newsroom.wait(hours=49)
    assert len(newsroom.told) == 1
    await newsroom.wait(hours=1)
    assert len(newsroom.told) == 2
    assert "/second|" in newsroom.told[1]


async def test_what_turns_out_not_to_be_silenced_is_told_at_once_and_once(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await silence(newsroom, entities=("APT31",))
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"], summary="It was edited.")
    [told] = newsroom.told
    assert "Ni Gaobin" in told
    await newsroom.wait(hours=50)
    assert len(newsroom.told) == 1


async def test_what_was_dropped_is_not_told_when_its_page_is_read_again(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await silence(newsroom, hours=1, drop=True, watchlists=("Westminster",))
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(hours=2)
    await newsroom.print("first", *OPENING, GROUP, summary="It was edited.")
    assert newsroom.told == []
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"], summary="And again.")
    assert len(newsroom.told) == 1


async def test_a_dropped_follow_up_leaves_what_was_told_as_it_was(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP)
    await silence(newsroom, drop=True)
    await newsroom.wait(hours=50)
    assert len(newsroom.told) == 1
    with newsroom.product.db.read() as connection:
        assert [each.held for each in search(connection) if each.alert_id] == [None]


async def test_what_a_silence_lets_go_in_quiet_hours_waits_for_their_end(
    newsroom: Newsroom,
) -> None:
    await newsroom.open(slack_options='quiet_hours = "16:00-18:00"')
    await silence(newsroom, hours=1)
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.wait(hours=1)
    await newsroom.wait(hours=1)
    assert newsroom.told == []
    await newsroom.wait(hours=0.5)
    assert len(newsroom.told) == 1


async def test_a_digest_that_comes_after_its_end_has_what_was_silenced(
    newsroom: Newsroom,
) -> None:
    await newsroom.open(slack_options='mode = "digest"\ndigest_at = "18:00"')
    await newsroom.print("first", *OPENING, GROUP)
    await silence(newsroom, hours=26)
    await newsroom.wait(hours=26)
    assert newsroom.told == []
    await newsroom.wait(hours=0.5)
    [told] = newsroom.told
    assert "Digest of 26 March 2024" in told


async def test_a_message_of_many_that_is_tried_again_stays_what_it_was(
    newsroom: Newsroom,
) -> None:
    await newsroom.open(group_by="article", slack_options='quiet_hours = "15:00-18:00"')
    held = await silence(newsroom, hours=2)
    for number in range(7):
        await newsroom.print(f"n{number}", *OPENING, GROUP)
    newsroom.slack.next(SERVER_ERROR)
    await newsroom.wait(hours=2.5)
    await silence(newsroom, hours=9, text="something else")
    assert await expire(newsroom, held) == 0
    await newsroom.wait(minutes=15)
    first, second = newsroom.slack.posts
    assert (first.status, second.status) == (500, 200)
    assert first.payload == second.payload


async def test_what_a_silence_holds_waits_longer_when_it_is_extended(newsroom: Newsroom) -> None:
    await newsroom.open()
    added = await silence(newsroom, hours=1, watchlists=("Westminster",))
    await newsroom.print("first", *OPENING, GROUP)
    now, config = newsroom.product.clock(), newsroom.product.ctx.runtime.config
    ends = added.ends + timedelta(hours=2)
    longer, held = await newsroom.product.ctx.store(
        lambda c: replan.extend(c, added, ends, config, now)
    )
    assert (longer.ends, held) == (ends, 1)
    await newsroom.wait(hours=2)
    assert newsroom.told == []
    await newsroom.wait(hours=1)
    assert len(newsroom.told) == 1


async def test_what_a_dropped_follow_up_was_to_tell_is_told_by_no_later_one(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("second", *OPENING, GROUP)
    await silence(newsroom, hours=1, drop=True)
    await newsroom.wait(hours=2)
    assert len(newsroom.told) == 1
    await newsroom.print("third", *OPENING, GROUP)
    await newsroom.wait(hours=30)
    [_, told] = newsroom.told
    assert "/third|" in told
    assert "/second|" not in told
