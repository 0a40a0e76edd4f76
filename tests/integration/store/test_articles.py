"""What counts as new, and what as the same article, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model.feed import NOT_POLLED_YET, Entry, FeedState, Move, Validators
from monitor.model.reconciliation import Recorded
from monitor.store import articles, feeds
from monitor.store.database import Database
from tests.support.clock import MONDAY, Clock
from tests.support.entries import record

URLS = ("https://a.example/feed", "https://b.example/feed")


class Shelf:
    """Two subscribed feeds, and shorthand to hand them entries."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = Clock()
        with db.write() as connection:
            feeds.subscribe(connection, [(url, url[8:17]) for url in URLS], MONDAY)
            self.ids = [state.id for state in feeds.everything(connection)]

    def poll(self, feed: int, *entries: Entry, reread_shared: bool = False) -> list[int]:
        return list(self.record(feed, *entries, reread_shared=reread_shared).wanted)

    def record(self, feed: int, *entries: Entry, reread_shared: bool = False) -> Recorded:
        with self.db.write() as connection:
            return record(
                connection, self.ids[feed], entries, self.clock(), reread_shared=reread_shared
            )


@pytest.fixture
def shelf(db: Database) -> Shelf:
    return Shelf(db)


def entry(identity: str, link: str | None = None, title: str = "Title") -> Entry:
    return Entry(identity=identity, link=link, title=title, published=MONDAY)


def test_an_entry_is_new_once(shelf: Shelf) -> None:
    first = entry("1", "https://a.example/1")
    assert len(shelf.poll(0, first)) == 1
    assert shelf.poll(0, first) == []


def test_an_edited_entry_is_read_again_as_the_same_article(shelf: Shelf) -> None:
    first = entry("1", "https://a.example/1", "12 comments on the leak")
    [article_id] = shelf.poll(0, first)
    assert shelf.poll(0, replace(first, title="13 comments, on the leak!")) == []
    assert shelf.poll(0, replace(first, title="Ministers named in the leak")) == [article_id]
    assert shelf.poll(0, replace(first, title="Ministers named in the leak")) == []
    with shelf.db.read() as connection:
        stored = articles.by_id(connection, article_id)
    assert stored is not None
    assert stored.article.title == "Ministers named in the leak"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ministers blame APT", "Ministers blame APT31"),
        ("APT28 blamed", "APT29 blamed"),
        ("APT 28 blamed", "APT 31 blamed"),
        ("by Storm-0558", "by Storm-0978"),
        ("by UNC\u20112452", "by UNC\u20112453"),
        ("Unit 61398", "Unit 61486"),
        ("CVE-2024-1000", "CVE-2024-1001"),
        ("毒云28", "毒云29"),
    ],
)
def test_a_number_in_a_name_is_an_edit(shelf: Shelf, before: str, after: str) -> None:
    [article_id] = shelf.poll(0, entry("1", title=before))
    assert shelf.poll(0, entry("1", title=after)) == [article_id]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 comments", "13 comments!"),
        ("Updated 14:05", "Updated 14:06"),
        ("Comments (12)", "Comments (13)"),
        ("score of 12", "score of 13"),
        ("2h ago, the 21st", "3h ago, the 22st"),
        ("Last changed 2024-03-25T10:00:00Z", "Last changed 2024-03-26T11:11:11Z"),
        ("Advertisement 12", "Advertisement 13"),
    ],
)
def test_a_counter_or_a_clock_is_no_edit(shelf: Shelf, before: str, after: str) -> None:
    assert len(shelf.poll(0, entry("1", title=before))) == 1
    assert shelf.poll(0, entry("1", title=after)) == []


def test_a_wish_to_read_again_outlives_the_reading_under_way(shelf: Shelf) -> None:
    first = entry("1", "https://a.example/1")
    [article_id] = shelf.poll(0, first)
    with shelf.db.read() as connection:
        under_way = articles.by_id(connection, article_id)
    assert under_way is not None
    shelf.clock.advance(seconds=5)
    shelf.poll(0, replace(first, title="Edited"))
    with shelf.db.write() as connection:
        articles.record_read(connection, under_way, under_way.article, next_read=None)
        [again] = articles.to_read(connection, shelf.clock(), 9, set())
    assert (again.id, again.article.title) == (article_id, "Edited")


def test_entries_of_the_same_second_both_get_through(shelf: Shelf) -> None:
    found = [entry("1", "https://a.example/1"), entry("2", "https://a.example/2", "Other")]
    assert len(set(shelf.poll(0, *found))) == 2


def test_an_older_entry_that_appears_late_is_new(shelf: Shelf) -> None:
    shelf.poll(0, entry("1"))
    late = replace(entry("0"), published=datetime(2024, 3, 20, tzinfo=MONDAY.tzinfo))
    assert len(shelf.poll(0, late)) == 1


def test_the_same_identity_in_two_feeds_is_two_entries(shelf: Shelf) -> None:
    assert len(shelf.poll(0, entry("1"))) == 1
    assert len(shelf.poll(1, entry("1"))) == 1


def test_two_feeds_that_list_one_page_make_one_article(shelf: Shelf) -> None:
    address = "https://x.example/story"
    [article_id] = shelf.poll(0, entry("1", f"{address}?utm_source=a", "One headline"))
    assert shelf.poll(1, entry("9", address, "Another headline")) == [article_id]
    assert shelf.poll(1, entry("9", address, "Another headline")) == []
    assert shelf.poll(1, entry("9-new", address, "One headline")) == []
    with shelf.db.read() as connection:
        stored = articles.by_id(connection, article_id)
    assert stored is not None
    assert (stored.article.title, stored.also) == ("One headline", ("Another headline",))


def test_a_shared_article_is_read_again_for_watchlists_limited_to_feeds(shelf: Shelf) -> None:
    [article_id] = shelf.poll(0, entry("1", "https://x.example/story"))
    assert shelf.poll(1, entry("9", "https://x.example/story"), reread_shared=True) == [article_id]
    with shelf.db.read() as connection:
        stored = articles.by_id(connection, article_id)
    assert stored is not None
    assert stored.feed_urls == URLS


def test_a_changed_guid_is_no_new_article_but_a_shared_link_is(shelf: Shelf) -> None:
    shelf.poll(
        0, entry("1", "https://a.example/", "Storm"), entry("2", "https://a.example/", "Flood")
    )
    assert shelf.poll(0, entry("1-new", "https://a.example/", "Storm")) == []
    assert len(shelf.poll(0, entry("3", "https://a.example/", "Fire"))) == 1


def test_a_feed_that_lists_nothing_it_listed_before_may_have_dropped_entries(shelf: Shelf) -> None:
    assert not shelf.record(0, entry("1"), entry("2")).dropped
    assert not shelf.record(0, entry("2"), entry("3")).dropped
    assert shelf.record(0, entry("8"), entry("9")).dropped
    assert not shelf.record(0).dropped


def test_changed_guids_are_not_dropped_entries(shelf: Shelf) -> None:
    shelf.poll(0, *(entry(str(n), f"https://a.example/{n}", f"T{n}") for n in range(5)))
    churned = shelf.record(
        0, *(entry(f"x{n}", f"https://a.example/{n}", f"T{n}") for n in range(5))
    )
    assert (churned.dropped, churned.new, churned.wanted) == (False, 0, ())


def test_thousands_of_entries_in_one_feed(shelf: Shelf) -> None:
    many = [entry(str(n), f"https://a.example/{n}") for n in range(3000)]
    assert len(shelf.poll(0, *many)) == 3000
    assert shelf.poll(0, *many) == []


def test_what_is_to_be_read_comes_once_and_in_order(shelf: Shelf) -> None:
    wanted = shelf.poll(0, *(entry(str(n), f"https://a.example/{n}") for n in range(5)))
    with shelf.db.write() as connection:
        now = shelf.clock()
        assert [s.id for s in articles.to_read(connection, now, 3, set())] == wanted[:3]
        assert [s.id for s in articles.to_read(connection, now, 9, {wanted[0]})] == wanted[1:]
        stored = articles.by_id(connection, wanted[0])
        assert stored is not None
        articles.record_read(connection, stored, stored.article, next_read=None)
        assert wanted[0] not in {s.id for s in articles.to_read(connection, now, 9, set())}
        assert articles.unread(connection) == 4


def test_pages_of_busy_hosts_are_left_for_later(shelf: Shelf) -> None:
    links = ["http://a.example/1", "https://A.example:443/2?x", "https://a.example:8443/3"]
    links += ["https://b.example", "urn:x", ""]
    wanted = shelf.poll(0, *(entry(link or "0", link or None, title=link) for link in links))
    with shelf.db.read() as connection:
        now = shelf.clock()
        found = articles.to_read(connection, now, 9, ())
        assert [each.host for each in found] == [
            "a.example", "a.example", "a.example:8443", "b.example", None, None,
        ]  # fmt: skip
        others = articles.to_read(connection, now, 2, {wanted[2]}, ["a.example", "c.example"])
        assert [each.id for each in others] == wanted[3:5]


def test_due_feeds_crowd_no_host(shelf: Shelf) -> None:
    hosts: dict[str, tuple[str, ...]] = {
        "a": ("https://x@a.example/1", "http://A.example/2", "https://a.example/3?q")
    }
    hosts["b"] = ("https://b.example/1", "https://b.example:99/2")
    with shelf.db.write() as connection:
        wanted = [url for urls in hosts.values() for url in urls]
        feeds.subscribe(connection, [(url, url) for url in wanted], MONDAY)
        ids = {state.url: state.id for state in feeds.everything(connection)}

        def due(limit: int = 9, **busy: Any) -> list[str]:
            return [state.url for state in feeds.due(connection, MONDAY, limit, **busy)]

        assert due() == wanted
        assert due(per_host=2) == [*wanted[:2], *wanted[3:]]
        assert due(per_host=2, under_way={ids[wanted[0]]}, hosts={"a.example": 1}) == [
            wanted[1], *wanted[3:],
        ]  # fmt: skip
        assert due(2, per_host=1) == [wanted[0], wanted[3]]
        # One that has moved for good keeps the host busy where it is asked for now.
        [moved] = [each for each in feeds.everything(connection) if each.url == wanted[4]]
        feeds.record_success(
            connection, moved, now=MONDAY, validators=Validators(), body_digest=None, problems=(),
            next_poll=MONDAY, next_reason=NOT_POLLED_YET,
            move=Move("https://b.example/new", MONDAY, polls=3, confirmed=MONDAY),
        )  # fmt: skip
        assert due(per_host=1) == [wanted[0], wanted[3]]
        again = {state.url: state.host for state in feeds.everything(connection)}
        assert again[wanted[4]] == "b.example"


def test_postponed_articles_wait(shelf: Shelf) -> None:
    [article_id] = shelf.poll(0, entry("1"))
    with shelf.db.write() as connection:
        first = articles.by_id(connection, article_id)
        assert first is not None
        articles.postpone(connection, first, shelf.clock.now.replace(hour=16))
        assert articles.to_read(connection, shelf.clock(), 9, set()) == []
        [stored] = articles.to_read(connection, shelf.clock.advance(hours=1), 9, set())
    assert (stored.reads, stored.failed_reads) == (1, 1)


def test_feeds_keep_their_place_when_the_configuration_changes(shelf: Shelf) -> None:
    def states() -> dict[str, FeedState]:
        with shelf.db.read() as connection:
            return {state.url: state for state in feeds.everything(connection)}

    later = shelf.clock.now.replace(hour=18)
    with shelf.db.write() as connection:
        feeds.record_success(
            connection,
            states()[URLS[0]],
            now=shelf.clock(),
            validators=Validators(etag='"x"'),
            body_digest="d",
            problems=["odd"],
            next_poll=later,
            next_reason=NOT_POLLED_YET,
        )
    with shelf.db.write() as connection:
        feeds.subscribe(connection, [(URLS[0], "New name"), ("https://c.example/f", "C")], MONDAY)
    now = states()
    assert set(now) == {URLS[0], "https://c.example/f"}
    assert now[URLS[0]].name == "New name"
    assert now[URLS[0]].next_poll == later
    assert now[URLS[0]].validators == Validators(etag='"x"')
    with shelf.db.write() as connection:
        feeds.subscribe(connection, [(url, url) for url in URLS], MONDAY)
        assert [state.url for state in feeds.due(connection, MONDAY, 9)] == [URLS[1]]


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=5), timedelta(days=4000)])
def test_a_clock_that_was_ahead_for_a_while_delays_nothing(shelf: Shelf, ahead: timedelta) -> None:
    now = shelf.clock()
    wrong = shelf.clock.advance(seconds=ahead.total_seconds())
    [article_id] = shelf.poll(0, entry("1"))
    with shelf.db.write() as connection:
        [polled, failed] = feeds.everything(connection)
        feeds.record_success(
            connection, polled, now=wrong, validators=Validators(), body_digest=None,
            problems=[], next_poll=wrong + timedelta(hours=1), next_reason=NOT_POLLED_YET,
        )  # fmt: skip
        feeds.record_failure(
            connection, failed, now=wrong, error="refused",
            next_poll=wrong + timedelta(hours=1), next_reason=NOT_POLLED_YET,
        )  # fmt: skip
        feeds.subscribe(
            connection, [*((url, url) for url in URLS), ("https://c.example/", "")], wrong
        )
        assert len(feeds.due(connection, now, 9)) == 3
        [stored] = articles.to_read(connection, now, 9, set())
        assert stored.id == article_id


def test_a_failed_reading_planned_by_a_clock_days_ahead_is_due(shelf: Shelf) -> None:
    now = shelf.clock()
    for identity, planned in (("1", now + articles.FURTHEST), ("2", now + timedelta(days=5))):
        [article_id] = shelf.poll(0, entry(identity))
        with shelf.db.write() as connection:
            stored = articles.by_id(connection, article_id)
            assert stored is not None
            articles.postpone(connection, stored, planned)
    with shelf.db.read() as connection:
        assert [each.id for each in articles.to_read(connection, now, 9, set())] == [article_id]


def test_a_failing_feed_counts_and_recovers(shelf: Shelf) -> None:
    def state() -> FeedState:
        with shelf.db.read() as connection:
            return feeds.everything(connection)[0]

    for failures in (1, 2):
        with shelf.db.write() as connection:
            feeds.record_failure(
                connection,
                state(),
                now=MONDAY,
                error="refused",
                next_poll=MONDAY,
                next_reason=NOT_POLLED_YET,
            )
        assert (state().failures, state().last_error) == (failures, "refused")
    with shelf.db.write() as connection:
        feeds.record_success(
            connection, state(), now=MONDAY, validators=Validators(), body_digest=None,
            problems=[], next_poll=MONDAY, next_reason=NOT_POLLED_YET,
        )  # fmt: skip
    assert (state().failures, state().last_error) == (0, None)
