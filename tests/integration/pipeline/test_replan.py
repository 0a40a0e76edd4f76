"""What is not sent for a while, and what becomes of it then."""

from __future__ import annotations

import pytest

from monitor.messages.fates import held_back_words
from monitor.model.match import Severity
from monitor.service.deliveries import Silences
from monitor.service.fates import held_back
from monitor.store.deliveries import replanning
from monitor.store.matches import search
from tests.support.databases import BOTH
from tests.support.newsroom import GROUP, MEN, OPENING, Newsroom
from tests.support.silencing import expire, silence
from tests.support.slack import SERVER_ERROR

database = BOTH


OTHER = (
    "The harbour of the northern town was closed on Monday after a crane had fallen into the dock.",
    "Divers were looking for its driver, the harbour master said, and a ferry lay outside.",
)


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
