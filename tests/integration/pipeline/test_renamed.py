"""A watchlist that is given another name is the one that it was."""

from __future__ import annotations

import asyncio

import pytest

from monitor.daemon.earlier_reports import offer_earlier, offer_since_last
from monitor.pipeline.runtime import subscribe
from monitor.service.earlier_reports import listed
from monitor.store import matches as store_matches
from monitor.store import silences
from tests.support.databases import BOTH
from tests.support.newsroom import GROUP, MEN, OPENING, Newsroom
from tests.support.silencing import silence

database = BOTH

SECOND = """
[[watchlists]]
name = "Actors"
channels = ["slack"]

  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"
"""


async def edit(newsroom: Newsroom, toml: str, *, stopped: bool = False) -> None:
    """Bring a configuration into force, as a reload does, or the next start."""
    product = newsroom.product
    if stopped:
        await offer_since_last(product.ctx, asyncio.Event())
        await product.start(toml=toml)
        await offer_since_last(product.ctx, asyncio.Event())
        return
    old = product.ctx.runtime.config
    await product.start(toml=toml)
    new, now = product.ctx.runtime.config, product.clock()
    await product.ctx.store(lambda c: subscribe(c, new, now=now, previous=old))
    await offer_earlier(product.ctx, old, new, (), asyncio.Event())


def called(newsroom: Newsroom, name: str, *, alert_at: int = 50) -> str:
    toml = newsroom.toml()
    assert 'name = "Westminster"' in toml
    return toml.replace('name = "Westminster"', f'name = "{name}"\nalert_at = {alert_at}')


@pytest.mark.parametrize("stopped", [False, True])
async def test_what_was_told_under_the_old_name_is_not_told_under_the_new_one(
    newsroom: Newsroom, stopped: bool
) -> None:
    await newsroom.open()
    await newsroom.print("one", *OPENING, GROUP)
    assert len(newsroom.told) == 1
    await edit(newsroom, called(newsroom, "Actors", alert_at=40), stopped=stopped)
    await newsroom.wait(hours=2)
    # The article is corrected, and another outlet has the story.
    await newsroom.print("one", *OPENING, GROUP, "The town is near.", summary="Corrected.")
    await newsroom.wait(hours=2)
    assert len(newsroom.told) == 1
    await newsroom.print("two", *OPENING, GROUP)
    await newsroom.wait(hours=2)
    assert ["Development" in each for each in newsroom.told] == [False, False]
    # What is new is told, under the new name.
    await newsroom.print("three", *OPENING, GROUP, MEN["Ni Gaobin"])
    await newsroom.wait(hours=2)
    assert "Ni Gaobin" in newsroom.told[-1]
    assert "Actors" in newsroom.told[-1]
    assert "concerns" not in newsroom.told[-1]
    assert listed(newsroom.product.db) == []
    with newsroom.product.db.read() as connection:
        assert store_matches.watchlists(connection) == ["Actors"]


async def test_what_is_silenced_stays_silenced(newsroom: Newsroom) -> None:
    await newsroom.open()
    await silence(newsroom, watchlists=("Other", "Westminster"))
    await edit(newsroom, called(newsroom, "Actors"))
    await newsroom.print("one", *OPENING, GROUP)
    assert newsroom.told == []
    with newsroom.product.db.read() as connection:
        [kept] = silences.in_force(connection, newsroom.product.clock())
    assert kept.watchlists == ("Other", "Actors")
    await newsroom.wait(hours=5)
    assert len(newsroom.told) == 1


async def test_a_name_that_an_earlier_watchlist_had_can_be_given(newsroom: Newsroom) -> None:
    await newsroom.open()
    alone = newsroom.toml()
    await edit(newsroom, alone + SECOND)
    await newsroom.print("one", *OPENING, GROUP)
    await edit(newsroom, alone)
    await edit(newsroom, called(newsroom, "Actors"))
    await newsroom.print("one", *OPENING, GROUP, "The town is near.", summary="Corrected.")
    await newsroom.wait(hours=2)
    assert len(newsroom.told) == 1


async def test_another_watchlist_in_its_place_is_another_one(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("one", *OPENING, GROUP)
    toml = called(newsroom, "Men").replace('name = "APT31"', 'name = "APT32"')
    await edit(newsroom, toml)
    with newsroom.product.db.read() as connection:
        assert store_matches.watchlists(connection) == ["Westminster"]
