"""What a feed's document means for what is known of it: pure.

A known entry whose words have changed changes its article. An unknown one joins an article when
its link leads to the same page: the same news listed by two feeds, or by one feed under a changed
guid. Within one feed that needs the same title and the same part of the page too, since some feeds
give all their entries one link. Where a feed lists what it has listed before under other ids and
addresses, each joins the article that it was (`monitor.feeds.relisted`). What is left is a new
article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.config.schema import Polling
from monitor.feeds.relisted import titles
from monitor.model.feed import Entry, FeedState
from monitor.model.reconciliation import (
    Create,
    Edit,
    Intent,
    Join,
    Known,
    KnownArticle,
    KnownEntry,
    Listed,
    Reconciled,
)

STORM = 500
"""So many entries at once that were not known are no day's news of one feed."""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """How well a feed is known, which decides what of it is news."""

    feed_id: int
    read_before: bool
    news_since: datetime
    """What is older, and listed when the feed is first read, is no news."""
    known_whole: bool = True
    """Whether the last reading was of all that it listed; of a document that broke off, it was
    not, and what is old may only be new to us."""
    reread_shared: bool = False
    """Read an article again when a second feed turns out to list it too, because some watchlists
    only look at some feeds."""
    missed_since: datetime | None = None
    """What is older was there to be seen at the last reading, if the feed was read before."""


def acquaintance(
    feed: FeedState, polling: Polling, now: datetime, *, reread_shared: bool
) -> Acquaintance:
    """How well a feed is known at a time; see `Acquaintance`."""
    since = news_since(feed.added, polling, now)
    whole = feed.last_ok is None or feed.body_digest is not None
    missed = None if feed.last_ok is None else max(since, feed.last_ok - polling.backfill)
    return Acquaintance(feed.id, feed.last_ok is not None, since, whole, reread_shared, missed)


def reconcile(
    listed: Sequence[Listed], unchanged: Sequence[str], known: Known, feed: Acquaintance
) -> Reconciled:
    """Hold what a document lists against what is known.

    Args:
        listed: its entries that may be new or different, each identity once.
        unchanged: identities of those it lists besides, in the words it did last time.
        known: what is known of all of them.
        feed: how well the feed is known.
    """
    unknown = sum(each.entry.identity not in known.entries for each in listed)
    shelf = _Shelf(known, feed, storm=is_storm(feed.read_before, unknown))
    intents: list[Intent] = []
    joined = 0
    for each in listed:
        before = known.entries.get(each.entry.identity)
        if before is None:
            intents.append(placed := shelf.place(each))
            joined += isinstance(placed, Join)
        elif before.digest != each.digest:
            intents.append(shelf.edit(before, each))
    return Reconciled(
        intents=tuple(intents),
        seen=tuple(each.id for each in known.entries.values()),
        new=unknown - joined,
        dropped=known.had_entries and unknown > 0 and not known.entries and not joined,
        unknown=unknown,
        forgotten=any(identity not in known.entries for identity in unchanged),
    )


class _Shelf:
    """The articles that a document's entries may belong to, as they are after each intent."""

    def __init__(self, known: Known, feed: Acquaintance, *, storm: bool) -> None:
        self._feed = feed
        self._storm = storm
        self._pages: dict[str, list[_Page]] = {}
        self._by_id: dict[int, list[_Page]] = {}
        self._before = {key: _Page(each.id, each) for key, each in known.before.items()}
        dates = (each.published for each in known.before.values())
        self._since = min(filter(None, (*dates, feed.missed_since)), default=feed.news_since)
        for key, articles in known.articles.items():
            self._pages[key] = [_Page(each.id, each) for each in articles]
            for page in self._pages[key]:
                self._by_id.setdefault(page.known.id, []).append(page)

    def place(self, listed: Listed, entry_id: int | None = None) -> Create | Join:
        """The article that an entry without one belongs to, or that is to be made of it."""
        page = self._before.get(listed.entry.identity) or self._same_page(listed)
        if page is None:
            return self._create(listed, entry_id)
        known, entry = page.known, listed.entry
        text = "" if any(listed.digest == said for *_, said in known.listings) else words(entry)
        listed_anew = all(feed != self._feed.feed_id for feed, *_ in known.listings)
        dated = replace(entry, published=entry.published or known.published)
        is_news = not self._is_backfill(dated)
        read_again = (
            (is_news and (bool(text) or (listed_anew and known.backfill)))
            or (self._feed.reread_shared and listed_anew)
        )  # fmt: skip
        intent = Join(listed, page.article, text, read_again, entry_id=entry_id)
        if is_news and listed_anew:
            published = known.published or entry.published
            intent = replace(intent, is_news=True, published=published)
        elif is_news and text:
            intent = replace(intent, edited=True)
        listings = (*known.listings, (self._feed.feed_id, entry.identity, listed.digest))
        page.known = replace(known, listings=listings)
        if read_again and intent.is_news:
            page.known = replace(page.known, published=intent.published)
        return intent

    def edit(self, before: KnownEntry, listed: Listed) -> Intent:
        """What becomes of a known entry's other words."""
        if before.article_id is None:
            return self.place(listed, before.id)
        for page in self._by_id.get(before.article_id, ()):
            page.retell(self._feed.feed_id, listed, retitled=not before.joined)
        text = words(listed.entry) if before.joined else None
        return Edit(listed, before.id, before.article_id, text)

    def _create(self, listed: Listed, entry_id: int | None) -> Create:
        entry = listed.entry
        intent = Create(listed, self._is_backfill(entry), entry_id)
        if listed.url_key is not None:
            listings = ((self._feed.feed_id, entry.identity, listed.digest),)
            known = KnownArticle(
                0, entry.title, entry.published, intent.backfill, listings, entry.link
            )
            self._pages.setdefault(listed.url_key, []).append(_Page(intent, known))
        return intent

    def _same_page(self, listed: Listed) -> _Page | None:
        for page in self._pages.get(listed.url_key or "", ()):
            if _is_same(page.known, listed.entry) or not any(
                feed == self._feed.feed_id for feed, *_ in page.known.listings
            ):
                return page
        return None

    def _is_backfill(self, entry: Entry) -> bool:
        """Whether an entry is too old to tell anyone about.

        What of a storm, or after a document that broke off, has a date and is older than our
        acquaintance with the feed is no news; an entry without a date may be. A feed that lists
        what is known anew is taken for one that was added when it was last read; but what is
        no older than all that it listed then may have come late.
        """
        first = not self._feed.read_before
        doubtful = self._storm or not self._feed.known_whole or bool(self._before)
        held = doubtful and entry.published is not None
        since = self._since if self._before else self._feed.news_since
        return (first or held) and older(entry.published, since)


@dataclass(slots=True)
class _Page:
    """An article that is there, or that an intent makes."""

    article: int | Create
    known: KnownArticle

    def retell(self, feed_id: int, listed: Listed, *, retitled: bool) -> None:
        """One of its entries says it in other words."""
        own = (feed_id, listed.entry.identity)
        listings = tuple(each for each in self.known.listings if each[:2] != own)
        title = listed.entry.title if retitled else self.known.title
        self.known = replace(self.known, title=title, listings=(*listings, (*own, listed.digest)))


def _is_same(known: KnownArticle, entry: Entry) -> bool:
    """Whether an article at the same address is what an entry of a feed that lists it means."""
    named = known.title in titles(entry) or known.title == entry.title
    return named and _part(known.url) == _part(entry.link)


def _part(link: str | None) -> str:
    """The part of a page that a link leads to, such as one update of a live blog."""
    fragment = (link or "").partition("#")[2]
    # With a value in it, it is for whoever counts readers.
    return "" if "=" in fragment else fragment


def is_storm(read_before: bool, unknown: int) -> bool:
    """Whether a feed that has been read before suddenly lists very much that it did not.

    It was moved to another system, gives its entries other ids, or dumps its archive.

    Args:
        read_before: whether the feed has been read before.
        unknown: how many of the entries that it lists are not known.
    """
    return read_before and unknown >= STORM


def news_since(added: datetime | None, polling: Polling, now: datetime) -> datetime:
    """From when on what a feed lists when it is first read is news.

    Counted from when it was added, not from now: a feed that could not be had for days still
    owes the news of those days.
    """
    return min(added or now, now) - polling.backfill


def older(published: datetime | None, since: datetime) -> bool:
    """Whether an entry is no news; without a date nothing says that it is."""
    return published is None or published < since


def words(entry: Entry) -> str:
    """All that an entry says."""
    return "\n\n".join(filter(None, (entry.title, entry.summary, entry.content)))
