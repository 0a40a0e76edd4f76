"""What a document means for what is known, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.schema import Polling
from monitor.feeds.edits import digest
from monitor.feeds.reconcile import (
    STORM,
    Acquaintance,
    acquaintance,
    is_storm,
    news_since,
    older,
    reconcile,
)
from monitor.model.feed import Entry, FeedState
from monitor.model.reconciliation import (
    Create,
    Edit,
    Join,
    Known,
    KnownArticle,
    KnownEntry,
    Listed,
    Reconciled,
)
from tests.support.clock import MONDAY

OLDER, MINE, OTHER = 1, 2, 3
DAY = timedelta(days=1)
NOTHING = Known({}, {}, had_entries=False)
FEED = Acquaintance(MINE, read_before=True, news_since=MONDAY - DAY)
PAGE = "https://a.example/1"


def listed(identity: str, title: str = "Title", key: str | None = PAGE, **facts: object) -> Listed:
    entry = Entry(identity, link=key, title=title, published=MONDAY)
    entry = replace(entry, **facts)  # type: ignore[arg-type]
    return Listed(entry, key, digest(entry))


def article(
    *listings: tuple[int, Listed], title: str = "Title", backfill: bool = False
) -> KnownArticle:
    by = tuple((feed, each.entry.identity, each.digest) for feed, each in listings)
    return KnownArticle(7, title, MONDAY - DAY / 2, backfill, by)


def at_page(*articles: KnownArticle, had_entries: bool = True) -> Known:
    return Known({}, {PAGE: articles}, had_entries)


def known(each: Listed, *, article_id: int | None = 7, joined: bool = False) -> Known:
    before = KnownEntry(70, article_id, each.digest, joined)
    return Known({each.entry.identity: before}, {}, had_entries=True)


def hold(each: Listed, against: Known = NOTHING, feed: Acquaintance = FEED) -> Reconciled:
    return reconcile([each], (), against, feed)


def at(link: str) -> Known:
    """What is known when the same feed has listed this link, under its usual title."""
    return at_page(replace(article((MINE, listed("1"))), url=link))


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (PAGE, PAGE, True),
        (f"{PAGE}#update-1", f"{PAGE}#update-1", True),
        (f"{PAGE}#update-1", f"{PAGE}#update-2", False),
        (PAGE, f"{PAGE}#update-2", False),
        (f"{PAGE}#xtor=RSS-1", f"{PAGE}#xtor=RSS-2", True),
    ],
)
def test_parts_of_a_page_under_one_title_are_articles_of_their_own(
    before: str, now: str, same: bool
) -> None:
    done = hold(listed("2", link=now), at(before))
    assert isinstance(done.intents[0], Join) is same


def test_what_has_no_title_is_known_by_its_headline() -> None:
    untitled = listed("2", "", summary="First line.\n\nSecond line.")
    before = article((MINE, listed("1", "")), title="First line.")
    assert isinstance(hold(untitled, at_page(before)).intents[0], Join)


# --- new, joined, edited, unchanged -----------------------------------------------------------


def test_what_is_not_known_becomes_an_article() -> None:
    new = listed("1")
    assert hold(new) == Reconciled((Create(new, backfill=False),), new=1, unknown=1)


def test_what_is_known_in_the_same_words_is_only_seen() -> None:
    same = listed("1")
    assert hold(same, known(same)) == Reconciled(seen=(70,))


@pytest.mark.parametrize(("joined", "text"), [(False, None), (True, "Other words")])
def test_other_words_edit_the_article(joined: bool, text: str | None) -> None:
    after = listed("1", "Other words")
    found = hold(after, known(listed("1"), joined=joined))
    assert found == Reconciled((Edit(after, 70, 7, text),), seen=(70,))


def test_an_edit_of_a_deleted_article_makes_one_anew() -> None:
    after = listed("1", "Other words")
    found = hold(after, known(listed("1"), article_id=None))
    assert found.intents == (Create(after, backfill=False, entry_id=70),)
    assert found.new == 0


def test_another_feeds_listing_of_a_page_joins_its_article() -> None:
    theirs = listed("x")
    mine = listed("1")
    [join] = hold(mine, at_page(article((OTHER, theirs)))).intents
    assert join == Join(mine, 7, "", read_again=False, is_news=True, published=MONDAY - DAY / 2)


def test_other_words_for_a_page_are_read() -> None:
    mine = listed("1", "Their words and mine")
    [join] = hold(mine, at_page(article((OTHER, listed("x"))))).intents
    assert isinstance(join, Join)
    assert (join.text, join.read_again, join.edited) == ("Their words and mine", True, False)


def test_a_changed_guid_is_no_news_and_other_words_under_it_are_an_edit() -> None:
    mine = listed("old")
    same = hold(listed("new"), at_page(article((MINE, mine)))).intents
    assert same == (Join(listed("new"), 7, "", read_again=False),)
    said = listed("new", summary="and more")
    [join] = hold(said, at_page(article((MINE, mine)))).intents
    assert isinstance(join, Join)
    assert (join.read_again, join.edited, join.is_news) == (True, True, False)


def test_one_link_for_all_entries_of_a_feed_joins_none_of_other_titles() -> None:
    other = listed("2", "Another title")
    [intent] = hold(other, at_page(article((MINE, listed("1"))))).intents
    assert isinstance(intent, Create)


def test_without_a_link_nothing_is_joined() -> None:
    alone = listed("1", key=None)
    assert hold(alone, at_page(article((OTHER, listed("x"))))).intents == (
        Create(alone, backfill=False),
    )


@pytest.mark.parametrize("other", [OLDER, OTHER])
def test_what_was_held_as_old_is_news_when_another_feed_lists_it_now(other: int) -> None:
    [join] = hold(listed("1"), at_page(article((other, listed("x")), backfill=True))).intents
    assert isinstance(join, Join)
    assert join.is_news
    assert join.read_again


@pytest.mark.parametrize("reread", [True, False])
def test_a_listing_is_read_again_where_watchlists_look_at_some_feeds_only(reread: bool) -> None:
    feed = replace(FEED, reread_shared=reread)
    [join] = hold(listed("1"), at_page(article((OTHER, listed("x")))), feed).intents
    assert isinstance(join, Join)
    assert join.read_again is reread
    [mine] = hold(listed("1"), at_page(article((MINE, listed("x")))), feed).intents
    assert isinstance(mine, Join)
    assert not mine.read_again


def test_an_old_listing_leaves_a_page_as_new_as_it_is() -> None:
    feed = replace(FEED, read_before=False, reread_shared=True)
    old = listed("1", published=MONDAY - 9 * DAY)
    undated = listed("2", published=None, summary="In other words.")
    page = at_page(article((OTHER, listed("x"))))
    first, second = reconcile([old, undated], (), page, feed).intents
    assert isinstance(first, Join)
    assert isinstance(second, Join)
    assert (first.read_again, first.is_news) == (True, False)
    assert second.edited


def test_a_listing_that_makes_a_page_news_dates_what_is_listed_after_it() -> None:
    feed = replace(FEED, read_before=False)
    held = replace(article((OTHER, listed("x")), backfill=True), published=None)
    undated = listed("2", published=None, summary="In other words.")
    first, second = reconcile([listed("1"), undated], (), at_page(held), feed).intents
    assert isinstance(first, Join)
    assert isinstance(second, Join)
    assert (first.read_again, first.is_news, first.published) == (True, True, MONDAY)
    assert (second.read_again, second.edited) == (True, True)


def test_entries_of_one_document_join_what_it_makes() -> None:
    first, second, third = listed("1"), listed("2"), listed("3", "Something else")
    found = reconcile([first, second, third], (), NOTHING, FEED)
    made = Create(first, backfill=False)
    assert found.intents == (
        made,
        Join(second, made, "", read_again=False),
        Create(third, backfill=False),
    )
    assert (found.new, found.unknown) == (2, 3)


def test_an_edit_changes_what_later_entries_may_join() -> None:
    renamed = listed("1", "New title")
    late = listed("2", "New title")
    before = Known(
        {"1": KnownEntry(70, 7, listed("1").digest, joined=False)},
        {PAGE: (article((MINE, listed("1"))),)},
        had_entries=True,
    )
    found = reconcile([renamed, late], (), before, FEED)
    assert found.intents == (Edit(renamed, 70, 7, None), Join(late, 7, "", read_again=False))


@pytest.mark.parametrize(
    ("late", "is_said"), [("first", True), ("second", False), ("third", True), ("now", True)]
)
def test_an_edit_takes_back_its_own_words_and_no_others(late: str, is_said: bool) -> None:
    said = [(MINE, listed("1", summary="first")), (MINE, listed("2", summary="second")),
            (OTHER, listed("2", summary="third"))]  # fmt: skip
    edited = listed("2", summary="now")
    before = Known(
        {"2": KnownEntry(70, 7, said[1][1].digest, joined=False)},
        {PAGE: (article(*said),)},
        had_entries=True,
    )
    _, join = reconcile([edited, listed("3", summary=late)], (), before, FEED).intents
    assert isinstance(join, Join)
    assert (join.text == "") is is_said


@pytest.mark.parametrize("kept", ["0" * 32, "f" * 32])
def test_other_words_are_an_edit_whichever_digest_is_the_greater(kept: str) -> None:
    before = Known({"1": KnownEntry(70, 7, kept, joined=False)}, {}, had_entries=True)
    assert len(hold(listed("1"), before).intents) == 1
    same = Known({"1": KnownEntry(70, 7, listed("1").digest, joined=False)}, {}, had_entries=True)
    assert hold(listed("1"), same).intents == ()


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("Ministers blame APT", "Ministers blame APT31", True),
        ("Group 12", "Group 13", True),
        ("Elephant 12", "Elephant 13", True),
        ("Elephants 12", "Elephants 13", False),
        ("Elephants12", "Elephants13", True),
        ("elephant 12", "elephant 13", False),
        ("Updated 14:05", "Updated 14:06", False),
        ("The leak", "THE LEAK!", False),
    ],
)
def test_a_number_counts_as_part_of_what_may_be_a_name(before: str, after: str, edit: bool) -> None:
    assert (listed("1", before).digest != listed("1", after).digest) is edit
    assert len(listed("1", before).digest) == 32


# --- what is old ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "first", "old"),
    [
        (MONDAY, True, False),
        (FEED.news_since, True, False),
        (FEED.news_since - timedelta(seconds=1), True, True),
        (None, True, True),
        (MONDAY - 9 * DAY, False, False),
        (None, False, False),
    ],
)
def test_what_a_feed_held_already_is_old(published: object, first: bool, old: bool) -> None:
    new = listed("1", published=published)
    feed = replace(FEED, read_before=not first)
    assert hold(new, NOTHING, feed).intents == (Create(new, backfill=old),)


def storm(count: int, **facts: Any) -> Sequence[Listed]:
    return [listed(str(n), key=f"{PAGE}/{n}", **facts) for n in range(count)]


def test_old_entries_of_a_storm_are_old_and_those_without_a_date_are_not() -> None:
    past = {"published": MONDAY - 9 * DAY}
    quiet = reconcile(storm(STORM - 1, **past), (), NOTHING, FEED).intents
    assert not any(isinstance(each, Create) and each.backfill for each in quiet)
    loud = reconcile(storm(STORM, **past), (), NOTHING, FEED).intents
    assert all(isinstance(each, Create) and each.backfill for each in loud)
    undated = reconcile(storm(STORM, published=None), (), NOTHING, FEED).intents
    assert not any(isinstance(each, Create) and each.backfill for each in undated)


def test_a_storm_is_one_of_a_feed_that_was_read_before() -> None:
    assert is_storm(True, 500)
    assert is_storm(True, 501)
    assert not is_storm(True, 499)
    assert not is_storm(False, STORM)


def test_news_is_counted_from_the_subscription() -> None:
    polling = Polling(backfill=2 * DAY)
    assert news_since(MONDAY - DAY, polling, MONDAY) == MONDAY - 3 * DAY
    assert news_since(None, polling, MONDAY) == MONDAY - 2 * DAY
    # A clock that was ahead when the feed was added.
    assert news_since(MONDAY + DAY, polling, MONDAY) == MONDAY - 2 * DAY
    assert older(None, MONDAY)
    assert not older(MONDAY, MONDAY)


def test_a_feed_is_known_by_what_was_read_of_it() -> None:
    state = FeedState(MINE, "https://a.example/feed", "a", added=MONDAY - DAY)
    polling = Polling(backfill=DAY)
    new = acquaintance(state, polling, MONDAY, reread_shared=True)
    assert new == Acquaintance(MINE, False, MONDAY - 2 * DAY, reread_shared=True)
    for known in ("1", None):
        # None is kept of a document that broke off.
        read = replace(state, last_ok=MONDAY, body_digest=known)
        assert acquaintance(read, polling, MONDAY, reread_shared=False) == Acquaintance(
            MINE, True, MONDAY - 2 * DAY, known_whole=known is not None, missed_since=MONDAY - DAY
        )


def test_what_is_old_is_no_news_after_a_document_that_broke_off() -> None:
    feed = replace(FEED, known_whole=False)
    for published, backfill in ((MONDAY - 9 * DAY, True), (MONDAY, False), (None, False)):
        [intent] = hold(listed("9", published=published), NOTHING, feed).intents
        assert isinstance(intent, Create)
        assert intent.backfill is backfill


# --- what was missed --------------------------------------------------------------------------


def test_nothing_of_before_means_that_entries_may_have_been_missed() -> None:
    assert hold(listed("9"), replace(NOTHING, had_entries=True)).dropped
    assert not hold(listed("9"), NOTHING).dropped
    # One that is known, or joins what is known, connects this poll with the last.
    both = reconcile([listed("9"), listed("1")], (), known(listed("1")), FEED)
    assert not both.dropped
    assert not hold(listed("9"), at_page(article((MINE, listed("1"))))).dropped
    assert not reconcile([], (), replace(NOTHING, had_entries=True), FEED).dropped


def test_what_should_be_unchanged_and_is_not_known_was_forgotten() -> None:
    assert reconcile([], ["1"], NOTHING, FEED).forgotten
    assert not reconcile([], ["1"], known(listed("1")), FEED).forgotten


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=12, unique=True))
def test_every_entry_has_a_place_and_counts_once(pairs: list[tuple[int, int]]) -> None:
    entries = [
        listed(f"{n}-{page}", f"Title {n}", f"https://a.example/{page}") for n, page in pairs
    ]
    found = reconcile(entries, (), NOTHING, FEED)
    assert [each.listed for each in found.intents] == entries
    joins = [each for each in found.intents if isinstance(each, Join)]
    assert found.new + len(joins) == len(entries)
    # Whatever is joined was made before, by an entry of the same page and title.
    for number, each in enumerate(found.intents):
        if isinstance(each, Join):
            assert isinstance(each.article, Create)
            assert any(each.article is made for made in found.intents[:number])
            assert each.article.listed.url_key == each.listed.url_key
            assert each.article.listed.entry.title == each.listed.entry.title
