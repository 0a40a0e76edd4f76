"""Finding a site's feeds, against a real server that helps, refuses or attacks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config.schema import Config, Feed, Polling
from monitor.errors import FetchError, MonitorError, UsageError
from monitor.feeds.discovery import Origin
from monitor.fetch.client import Fetcher
from monitor.pipeline.workers import Workers
from monitor.service.discovery import MAX_REQUESTS, discover
from monitor.service.feed_trials import try_feeds
from monitor.service.feeds import named_feed, named_feeds
from monitor.store import entries as store_entries
from monitor.store import feeds as store_feeds
from monitor.store.database import Database
from tests.support.entries import record
from tests.support.web import WebWorld, atom, item, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(Polling(allow_private_networks=True, timeout=timedelta(seconds=20))) as made:
        yield made


def feed(name: str, *, title: str = "") -> bytes:
    return rss(
        [
            item(f"{name} old", link=f"http://x.example/{name}/1", published=NOW.replace(day=1)),
            item(f"{name} new", link=f"http://x.example/{name}/2", published=NOW),
        ],
        title=title or name,
    )


async def test_a_feeds_own_address_is_the_feed(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/f", feed("News"))
    [found] = await discover(web.url("/f"), fetcher, workers)
    assert (found.url, found.title, found.entries) == (web.url("/f"), "News", 2)
    assert (found.newest, found.origin) == (NOW, Origin.GIVEN)
    assert len(web.requests()) == 1


async def test_announced_feeds_are_found_read_and_ranked(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve(
        "/", LINK.format("Comments", "/comments/feed") + LINK.format("Broken", "/broken")
        + LINK.format("World", "/world") + LINK.format("UK", "uk") + '<a href="/more.rss">RSS</a>'
    )  # fmt: skip
    web.serve("/comments/feed", feed("c", title="Comments on all"))
    web.serve("/world", atom([item("a", link="http://x.example/a")], title="The world"))
    web.serve("/uk", feed("uk"))
    web.serve("/more.rss", feed("more"))
    found = await discover(web.url("/"), fetcher, workers)
    assert [(each.title, each.origin.value, each.is_comments) for each in found] == [
        ("The world", "announced", False),
        ("uk", "announced", False),
        ("more", "linked", False),
        ("Comments on all", "announced", True),
    ]
    # What a page itself says spares the site guesses.
    assert len(web.requests()) == 6


async def test_the_same_entries_in_another_format_are_one_feed(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    items = [item("a", link="http://x.example/a", guid="1"), item("b", link="http://x.example/b")]
    web.serve("/", LINK.format("RSS", "/rss") + LINK.format("Atom", "/atom"))
    web.serve("/rss", rss(items))
    web.serve("/atom", atom(items))
    [found] = await discover(web.url("/"), fetcher, workers)
    assert found.url == web.url("/rss")


async def test_an_address_that_a_configuration_would_fill_in_is_no_feed(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/", LINK.format("Bait", "/bait/${HOME}") + LINK.format("RSS", "/rss"))
    web.serve("/bait/$%7BHOME%7D", feed("Bait"))
    web.serve("/rss", feed("Good"))
    found = await discover(web.url("/"), fetcher, workers)
    assert all("${" not in each.url for each in found)
    assert web.url("/rss") in {each.url for each in found}


async def test_a_site_that_says_nothing_is_asked_at_the_usual_places(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/blog/post.html", "<p>Nothing here")
    web.redirect("/feed.xml", "/real.xml", status=301)
    web.serve("/real.xml", feed("Hidden"))
    [found] = await discover(web.url("/blog/post.html"), fetcher, workers)
    assert (found.url, found.origin) == (web.url("/real.xml"), Origin.GUESSED)
    assert {"/blog/feed", "/feed"} <= {each.path for each in web.requests()}


async def test_a_page_that_lists_the_feeds_is_followed_once(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/", '<a href="/rss">Our feeds (RSS)</a>')
    web.serve("/rss", '<a href="/one.xml">Politics (RSS)</a><a href="/two.rss">World</a>')
    web.serve("/one.xml", feed("one"))
    web.serve("/two.rss", feed("two"))
    found = await discover(web.url("/"), fetcher, workers)
    assert [each.title for each in found] == ["one", "two"]


async def test_a_refused_page_still_may_have_a_feed(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.fail("/", 403)
    web.serve("/rss", feed("Open"))
    [found] = await discover(web.url("/"), fetcher, workers)
    assert found.title == "Open"


async def test_an_address_without_its_scheme(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/f", feed("News"))
    [found] = await discover(web.url("/f").removeprefix("http://"), fetcher, workers)
    assert found.url == web.url("/f")


async def test_a_password_stays_in_the_address_to_subscribe_to(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.redirect("/f", "/g", status=301)
    web.serve("/g", feed("News"))
    address = web.url("/f", userinfo="me:hunter2")
    [found] = await discover(address, fetcher, workers)
    assert found.url == address
    with pytest.raises(MonitorError) as raised:
        await discover(web.url("/", userinfo="me:hunter2"), fetcher, workers)
    assert "hunter2" not in str(raised.value)


async def test_nothing_found_says_where_to_look(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/", "<p>No feeds")
    with pytest.raises(MonitorError, match="no feed was found there"):
        await discover(web.url("/"), fetcher, workers)
    assert len(web.requests()) <= MAX_REQUESTS


async def test_an_announced_feed_that_cannot_be_read_is_told(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/", LINK.format("News", "/secret"))
    web.fail("/secret", 403)
    with pytest.raises(MonitorError, match=r"announces a feed that cannot be read.*/secret.*403"):
        await discover(web.url("/"), fetcher, workers)


async def test_a_server_that_is_not_there_is_not_asked_again(
    fetcher: Fetcher, workers: Workers
) -> None:
    with pytest.raises(FetchError) as raised:
        await discover("http://name.invalid/", fetcher, workers)
    assert raised.value.kind == "dns"


async def test_no_page_leads_into_our_own_network(web: WebWorld, workers: Workers) -> None:
    web.serve("/inner", feed("secret"))
    async with Fetcher(Polling()) as guarded:
        with pytest.raises(FetchError, match="allow_private_networks"):
            await discover(web.url("/"), guarded, workers)
    assert web.requests() == []


async def test_metadata_is_out_of_reach_even_where_private_networks_are_allowed(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/", LINK.format("x", "http://169.254.169.254/latest/meta-data"))
    with pytest.raises(MonitorError, match="cloud provider's metadata service"):
        await discover(web.url("/"), fetcher, workers)


async def test_a_hostile_page_cannot_make_us_ask_on_and_on(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    maze = "".join(LINK.format("x", f"/f{n}") + f'<a href="/rss/{n}">RSS</a>' for n in range(1000))
    web.serve("/", maze)
    for number in range(1000):
        web.serve(f"/rss/{number}", maze.replace("/f", f"/g{number}/f"))
    with pytest.raises(MonitorError):
        await discover(web.url("/"), fetcher, workers)
    assert len(web.requests()) <= MAX_REQUESTS


# --- trying the feeds of a configuration ------------------------------------------------------


async def test_trying_a_feed_says_what_it_gives(
    web: WebWorld, fetcher: Fetcher, workers: Workers
) -> None:
    web.serve("/f", feed("News"), etag='"1"')
    web.redirect("/old", "/f", status=308)
    web.serve("/page", "<html><p>no feed")
    web.fail("/gone", 410)
    paths = ("/f", "/old", "/page", "/gone")
    good, moved, page, gone = await try_feeds(
        [Feed(url=web.url(path)) for path in paths], fetcher, workers
    )
    assert (good.status, good.newest, good.moved_to, good.error) == (200, NOW, None, None)
    assert good.parsed is not None
    assert len(good.parsed.entries) == 2
    assert moved.moved_to == web.url("/f")
    assert (page.status, page.parsed) == (200, None)
    assert "web page" in str(page.error)
    assert (gone.status, gone.parsed) == (410, None)


async def test_what_is_new_is_what_the_database_does_not_know(
    web: WebWorld, fetcher: Fetcher, workers: Workers, db: Database
) -> None:
    web.serve("/f", feed("News"))
    url = web.url("/f")
    [trial] = await try_feeds([Feed(url=url)], fetcher, workers)
    assert trial.parsed is not None
    old, new = trial.parsed.entries
    with db.write() as connection:
        store_feeds.subscribe(connection, [(url, "News"), ("http://other.example/", "Other")], NOW)
        ids = {state.url: state.id for state in store_feeds.everything(connection)}
        record(connection, ids[url], [old], NOW)
        record(connection, ids["http://other.example/"], [new], NOW)
    with db.read() as connection:
        assert store_entries.identities(connection, url) == {old.identity}
        past = store_feeds.history(connection, url, NOW - timedelta(days=7))
        assert past is not None
        assert (past.added, past.last_new, past.new_since) == (NOW, NOW, 1)
        assert store_feeds.history(connection, "http://never.example/", NOW) is None
    db.close()


CONFIG = Config(
    feeds=(
        Feed(url="https://a.example/feed", name="Twin"),
        Feed(url="https://b.example/feed", name="Twin"),
        Feed(url="https://c.example/feed"),
    )
)


@pytest.mark.parametrize(
    "wanted", ["https://c.example/feed", "c.example/feed", "http://C.EXAMPLE/feed", "C.example"]
)
def test_a_feed_is_meant_by_its_address_or_name(wanted: str) -> None:
    assert named_feed(CONFIG, wanted) is CONFIG.feeds[2]
    assert named_feeds(CONFIG, [wanted]) == CONFIG.feeds[2:]


def test_which_feed_is_meant_must_be_clear() -> None:
    assert named_feeds(CONFIG, []) == CONFIG.feeds
    with pytest.raises(UsageError, match="2 feeds are called “twin”"):
        named_feed(CONFIG, "twin")
    with pytest.raises(UsageError, match="did you mean `Twin`"):
        named_feed(CONFIG, "Twinn")
