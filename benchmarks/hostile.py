"""Feeds made to keep others waiting, one kind each, for `benchmarks.starve`.

Each kind serves what it needs and says which feeds are to be subscribed. What changes is changed by
`Hostile.tick`, which is called all the time.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.support.web import RSS, Item, WebWorld, article_html, item, rss

WATCHED = 500
"""Names that are watched besides the one that the honest feed tells of."""
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er")]


def watched() -> list[str]:
    """Names of persons whom nobody else bears."""
    words = random.Random(1)
    return [f"{_word(words).title()} {_word(words).title()}" for _ in range(WATCHED)]


@dataclass(slots=True)
class Hostile:
    """One kind of hostile feeds, at work."""

    feeds: list[str]
    tick: Callable[[], None] = field(default=lambda: None)


def none(_: WebWorld) -> Hostile:
    """Nobody: what all others are held against."""
    return Hostile([])


def silent_hosts(web: WebWorld) -> Hostile:
    """600 entries whose pages are on 600 hosts that never answer."""
    for n in range(600):
        web.silent(f"/silent{n}")
    return _listing(web, [_at(web, f"/silent{n}", n) for n in range(600)])


def dripping_pages(web: WebWorld) -> Hostile:
    """200 entries whose pages come a byte at a time."""
    page = article_html("Slow", ["Nobody is named here."] * 40)
    for n in range(200):
        web.drip(f"/drip{n}", page, interval=0.2)
    return _listing(web, [_at(web, f"/drip{n}", n) for n in range(200)])


def redirect_loops(web: WebWorld) -> Hostile:
    """300 entries whose pages lead to each other without end."""
    for n in range(300):
        web.redirect(f"/loop{n}", _at(web, f"/loop{(n + 7) % 300}", n + 1))
    return _listing(web, [_at(web, f"/loop{n}", n) for n in range(300)])


def heavy_pages(web: WebWorld) -> Hostile:
    """100 pages of a megabyte, no line of which is like another."""
    words = random.Random(2)
    lines = [
        f"{_word(words)} {n} of many lines that differ. {'filler words ' * 28}" for n in range(2500)
    ]
    page = article_html("Heavy", lines)
    for n in range(100):
        web.serve(f"/heavy{n}", page, encoding="gzip")
    return _listing(web, [_at(web, f"/heavy{n}", n) for n in range(100)])


def flood(web: WebWorld) -> Hostile:
    """1,500 entries that name somebody watched, each a story of its own."""
    words = random.Random(3)
    items = [
        _item(_url(web, f"/flood{n}"), f"APT31 {_words(words, 4)}", _words(words, 25))
        for n in range(1500)
    ]
    return _serving(web, items)


def names_everybody(web: WebWorld) -> Hostile:
    """40 articles that each name everybody who is watched."""
    text = [f"{name} was there." for name in watched()]
    for n in range(40):
        web.serve(f"/all{n}", article_html(f"All {n}", text))
    items = [_item(_url(web, f"/all{n}"), f"All {n}", " ".join(text[:100])) for n in range(40)]
    return _serving(web, items)


def always_new(web: WebWorld) -> Hostile:
    """1,000 entries that are others at every poll."""
    count = itertools.count()

    def tick() -> None:
        first = 1000 * next(count)
        items = [
            _item(_url(web, f"/n{n}"), f"New {n}", "Of nobody.") for n in range(first, first + 1000)
        ]
        web.serve("/hostile", rss(items), content_type=RSS)

    tick()
    return Hostile([_url(web, "/hostile")], tick)


def always_edited(web: WebWorld) -> Hostile:
    """200 entries that name somebody watched in other words at every poll."""
    words = random.Random(4)

    def tick() -> None:
        items = [
            _item(
                _url(web, f"/edited{n}"), f"Live {n}: APT31 {_words(words, 2)}", _words(words, 20)
            )
            for n in range(200)
        ]
        web.serve("/hostile", rss(items), content_type=RSS)

    tick()
    return Hostile([_url(web, "/hostile")], tick)


def monstrous_items(web: WebWorld) -> Hostile:
    """Headlines of 50 kB, dates in the future, 10,000 categories, and as many links."""
    categories = "".join(
        f"<category>c{n}</category><link>http://127.0.0.1/{n}</link>" for n in range(10_000)
    )
    far = datetime.now(UTC) + timedelta(days=3650)
    items = "".join(
        f"<item><title>{'Huge words ' * 4500}{n}</title><guid>{n}</guid>"
        f"<pubDate>{far:%a, %d %b %Y %H:%M:%S} GMT</pubDate>{categories if n == 0 else ''}</item>"
        for n in range(80)
    )

    def tick() -> None:
        # Never twice the same bytes, so that all of it is read again.
        mark = f"<!-- {random.random()} -->"
        web.serve(
            "/hostile",
            f"<rss version='2.0'><channel>{mark}{items}</channel></rss>",
            content_type=RSS,
        )

    tick()
    return Hostile([_url(web, "/hostile")], tick)


def one_host_of_500_feeds(web: WebWorld) -> Hostile:
    """500 feeds of one host, none of which ever answers."""
    for n in range(500):
        web.silent(f"/feed{n}")
    return Hostile([web.url(f"/feed{n}", host="127.3.3.3") for n in range(500)])


def endless_feeds(web: WebWorld) -> Hostile:
    """60 feeds on hosts of their own that never end, or come a byte at a time."""
    for n in range(60):
        if n % 2:
            web.endless(f"/endless{n}")
        else:
            web.drip(f"/endless{n}", rss([]), interval=0.5)
    return Hostile([_at(web, f"/endless{n}", n) for n in range(60)])


KINDS: tuple[Callable[[WebWorld], Hostile], ...] = (
    silent_hosts, dripping_pages, redirect_loops, heavy_pages, flood, names_everybody,
    always_new, always_edited, monstrous_items, one_host_of_500_feeds, endless_feeds,
)  # fmt: skip


def report(web: WebWorld, number: int) -> Item:
    """A report of the honest feed, in words that no other has."""
    words = random.Random(1000 + number)
    said = f"APT31 {_words(words, 12)}."
    web.serve(f"/real{number}x", article_html(said, [said, f"{_words(words, 30)}."]))
    return _item(web.url(f"/real{number}x"), f"APT31: {_words(words, 5)}", said)


def _listing(web: WebWorld, pages: list[str]) -> Hostile:
    return _serving(
        web, [_item(url, f"Nothing to see {n}", "Cats.") for n, url in enumerate(pages)]
    )


def _serving(web: WebWorld, items: list[Item]) -> Hostile:
    web.serve("/hostile", rss(items), content_type=RSS)
    return Hostile([_url(web, "/hostile")])


def _url(web: WebWorld, path: str) -> str:
    return web.url(path, host="127.2.2.2")


def _at(web: WebWorld, path: str, number: int) -> str:
    return web.url(path, host=f"127.1.{number // 250}.{number % 250 + 1}")


def _item(link: str, title: str, summary: str) -> Item:
    return item(title, link=link, guid=link, published=datetime.now(UTC), summary=summary)


def _words(words: random.Random, count: int) -> str:
    return " ".join(itertools.islice(_endless(words), count))


def _endless(words: random.Random) -> Iterator[str]:
    while True:
        yield _word(words)


def _word(words: random.Random) -> str:
    return "".join(words.choices(_SYLLABLES, k=3))
