"""What changes in an article after people were told of it."""

from __future__ import annotations

import sqlite3

import pytest

from tests.support.newsroom import GROUP, MEN, OPENING, Newsroom
from tests.support.web import article_html

LONG = ("The house debated the matter for three hours and adjourned late in the evening.",) * 3


def correct(newsroom: Newsroom, name: str, *paragraphs: str, headline: str = "") -> None:
    """Change a page; its feed says nothing of it."""
    newsroom.web.serve(f"/{name}", article_html(headline or f"Headline {name}", paragraphs))


async def visits(newsroom: Newsroom, hours: int) -> None:
    for _ in range(4 * hours):
        newsroom.product.clock.advance(minutes=15)
        await newsroom.product.round()


async def test_a_name_that_a_page_gains_later_is_a_development(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    correct(newsroom, "first", *OPENING, GROUP, MEN["Ni Gaobin"])
    await visits(newsroom, 1)
    assert len(newsroom.told) == 2
    assert "Development: it now names Ni Gaobin" in newsroom.told[1]
    await visits(newsroom, 30)
    assert len(newsroom.told) == 2


async def test_a_name_that_a_page_takes_back_is_a_development_with_what_it_said(
    newsroom: Newsroom,
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"], *LONG)
    correct(newsroom, "first", *OPENING, GROUP, *LONG)
    await visits(newsroom, 12)
    assert len(newsroom.told) == 2
    assert "it no longer names Ni Gaobin, of whom it said" in newsroom.told[1]
    assert "who lives in Wuhan" in newsroom.told[1]


async def test_an_article_that_takes_back_all_is_told_once(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, *LONG)
    correct(newsroom, "first", *OPENING, *LONG)
    await visits(newsroom, 12)
    assert len(newsroom.told) == 2
    assert "it no longer names APT31" in newsroom.told[1]


async def test_another_headline_is_a_development(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    correct(newsroom, "first", *OPENING, GROUP, headline="Headline first!")
    await visits(newsroom, 1)
    assert len(newsroom.told) == 1
    correct(newsroom, "first", *OPENING, GROUP, headline="Ministers were wrong about hackers")
    await visits(newsroom, 12)
    assert len(newsroom.told) == 2
    assert "its headline is now “Ministers were wrong about hackers”" in newsroom.told[1]
    assert "was “Headline first”" in newsroom.told[1]


@pytest.mark.parametrize("trouble", ["refused", "wall", "gone"])
async def test_a_page_that_cannot_be_had_any_more_has_taken_nothing_back(
    newsroom: Newsroom, trouble: str
) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, *LONG)
    match trouble:
        case "refused":
            newsroom.web.fail("/first", 403)
        case "gone":
            newsroom.web.fail("/first", 404)
        case "wall":
            correct(newsroom, "first", "Subscribe now to read this article and many more.")
    await visits(newsroom, 12)
    correct(newsroom, "first", *OPENING, GROUP, *LONG)
    await visits(newsroom, 12)
    assert len(newsroom.told) == 1


async def test_whom_nobody_watches_any_more_was_not_taken_back(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, MEN["Ni Gaobin"], *LONG)
    path = newsroom.product._folder / "config.toml"
    without = path.read_text().replace('name = "Ni Gaobin"', 'name = "Somebody Else"')
    await newsroom.product.start(toml=without)
    correct(newsroom, "first", *OPENING, GROUP, MEN["Ni Gaobin"], *LONG, "Corrected.")
    await visits(newsroom, 12)
    assert len(newsroom.told) == 1


async def test_a_page_is_read_again_for_some_hours_and_then_left_alone(newsroom: Newsroom) -> None:
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP)
    await newsroom.print("quiet", *OPENING)
    await visits(newsroom, 24)
    requests = {name: len(newsroom.web.requests(f"/{name}")) for name in ("first", "quiet")}
    assert requests == {"first": 5, "quiet": 1}


async def test_what_an_earlier_version_told_is_not_told_again(newsroom: Newsroom) -> None:
    """Its alerts keep the ids that it gave them."""
    await newsroom.open()
    await newsroom.print("first", *OPENING, GROUP, *LONG)
    correct(newsroom, "first", *OPENING, GROUP, MEN["Ni Gaobin"], *LONG)
    await visits(newsroom, 1)
    correct(newsroom, "first", *OPENING, GROUP, *LONG)
    await visits(newsroom, 3)
    assert len(newsroom.told) == 3
    with sqlite3.connect(newsroom.product._folder / "monitor.db") as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for table, column in (("alerts", "id"), ("deliveries", "alert_id")):
            db.execute(
                f"UPDATE {table} SET {column} = 'old' || {column} WHERE {column} != "
                "(SELECT thread FROM matches)"
            )
    correct(newsroom, "first", *OPENING, GROUP, MEN["Ni Gaobin"], *LONG)
    await visits(newsroom, 12)
    assert len(newsroom.told) == 3
