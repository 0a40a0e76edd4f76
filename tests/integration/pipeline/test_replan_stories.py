"""What silences do to stories of which some reports are silenced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.pipeline import replan
from monitor.store.matches import search
from tests.support.databases import BOTH
from tests.support.newsroom import GROUP, MEN, OPENING, Newsroom
from tests.support.silencing import expire, silence
from tests.support.slack import SERVER_ERROR

database = BOTH

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
