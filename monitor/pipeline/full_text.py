"""How an article gets its text: its page's where that can be had, else the feed's own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.articles.language import language_of
from monitor.articles.page import read_page
from monitor.articles.urls import canonical_url
from monitor.config.schema import Feed
from monitor.errors import FetchError, MonitorError, PageError, WorkerError
from monitor.feeds.headline import headline_of
from monitor.fetch.client import PAGE_ACCEPT
from monitor.fetch.hosts import is_put_off
from monitor.messages import pages
from monitor.model.article import Article, Page, TextSource, Wall
from monitor.model.feed import host_of
from monitor.pipeline.concurrency import Room
from monitor.pipeline.configured import with_feeds
from monitor.pipeline.runtime import Runtime
from monitor.pipeline.store_entries import LATEST_AHEAD
from monitor.pipeline.workers import Workers
from monitor.store import articles as store_articles
from monitor.store.articles import StoredArticle

#: Longest time a worker may take for one feed or page, in seconds.
PARSE_SECONDS = 30.0
#: A feed that carries this many characters of an article is taken to carry all of it.
FULL_TEXT_LENGTH = 2_500
#: When a page that could not be had is tried again; after the last, the feed's text stands.
READ_AGAIN = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
#: The same of one that is not there (404, 410) when it is first read: many a page is published
#: minutes or hours after its feed lists it. After a day it never was.
READ_MISSING_AGAIN = (
    timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=3),
    timedelta(hours=7), timedelta(hours=12),
)  # fmt: skip
#: A host that asks for more time before its pages are asked for is given no more than this.
LONGEST_WAIT = timedelta(days=1)
#: Pages that may lead on to the next before there is one with a text.
MOST_LEADS = 3
#: After so many readings of an article, which its feed must have changed over and over, its page
#: is asked for this often on its first day, as a live blog's is, and then no more; what the feed
#: says is matched all the same.
MAX_READS = 20
READ_OFTEN, READ_OFTEN_FOR = timedelta(minutes=15), timedelta(days=1)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])|\n")
_NO_LETTERS = re.compile(r"[\W_]+")


async def read_text(
    stored: StoredArticle, runtime: Runtime, workers: Workers, *, now: datetime
) -> tuple[Article, timedelta | None]:
    """Fetch and read an article's page, if it has one and it is wanted.

    Args:
        stored: the article as its feed gave it.
        runtime: for the fetcher and what is configured for its feed.
        workers: where the page is parsed.
        now: the time, to tell a publication time that cannot be.

    Returns:
        The article with the best text there is, and after how long to try its page again when
        it could not be had now but may be later.

    Raises:
        FetchError: it was put off (`is_put_off`): the page was not asked for, for others' sake.
    """
    if not _page_wanted(stored, runtime):
        return await _completed(feeds_own(stored, runtime), workers), None
    if wait := left_alone(stored, now):
        note = pages.read_often(stored.reads)
        article = replace(as_known(stored, runtime), text_note=note)
        return await _completed(article, workers), wait if wait < READ_OFTEN_FOR else None
    again = None
    try:
        page, address = await _page(stored, runtime, workers)
        article = _with_page(stored, with_feeds(stored, runtime.feeds), page, address, now)
    except MonitorError as error:
        if is_put_off(error):
            raise
        again = _again(error, stored)
        article = replace(as_known(stored, runtime), text_note=error.what)
    return await _completed(article, workers), again


def left_alone(stored: StoredArticle, now: datetime) -> timedelta:
    """How long an article's page is left alone, as it was read so often: `timedelta.max` for good.

    Args:
        stored: the article, of whose `reads` those do not count that left its page alone.
        now: the time.
    """
    more = stored.reads - MAX_READS + 1
    if more <= 0:
        return timedelta()
    if more * READ_OFTEN > READ_OFTEN_FOR:
        return timedelta.max
    return max(timedelta(), (stored.article.fetched or now) + more * READ_OFTEN - now)


async def kept_text(stored: StoredArticle, runtime: Runtime, workers: Workers) -> Article:
    """An article that was read before, with the text that was kept of it; nothing is fetched."""
    return await _completed(as_known(stored, runtime), workers)


async def _page(stored: StoredArticle, runtime: Runtime, workers: Workers) -> tuple[Page, str]:
    """An article's page, be it where the first one leads, and the address that answered.

    Raises MonitorError.
    """
    url = stored.article.url or ""
    leads = False
    for _ in range(1 + MOST_LEADS):
        try:
            page, address = await _page_at(url, stored, runtime, workers)
        except (FetchError, PageError) as error:
            if leads and not _asks_for_a_person(error):
                error.what = pages.not_followed(error.what)
            raise
        if page.leads_to is None:
            return page, address
        url, leads = page.leads_to, True
    raise PageError(pages.LEADS_ON, where=url)


async def _page_at(
    url: str, stored: StoredArticle, runtime: Runtime, workers: Workers
) -> tuple[Page, str]:
    settings = runtime.feeds.get(stored.article.feed or "")
    response = await runtime.fetcher.fetch(
        url,
        accept=PAGE_ACCEPT,
        feed=settings,
        robots=_robots_count(settings, runtime),
    )
    page = await workers.of(host_of(response.url), stored.feed_id).run(
        PARSE_SECONDS,
        read_page,
        response.body,
        url=response.url,
        content_type=response.content_type,
        selector=_selector(stored, runtime),
    )
    return page, response.url


def _with_page(
    stored: StoredArticle, article: Article, page: Page, address: str, now: datetime
) -> Article:
    if not page.whole and article.text_source is TextSource.PAGE:
        # It was had before it was walled off.
        article = replace(article, text_note=page.note)
    else:
        article = _merge(article, page, stored.content, now)
    article = replace(article, page_url=_found_at(article, page, address))
    # Of what is only its beginning nothing is left out for being shorter than the feed's text.
    beginning = "" if page.whole else page.text
    article = _with_unsaid(article, stored.content, *stored.also, beginning)
    return replace(article, body=page.captioned(article.body))


def to_read(connection: Connection, now: datetime, room: Room) -> list[StoredArticle]:
    """The articles to be read next that may begin now: pages of busy hosts are left for later."""
    return store_articles.to_read(
        connection, now, room.free, room.under_way, room.full_hosts, room.full_feeds
    )


def host_to_ask(stored: StoredArticle, runtime: Runtime) -> str | None:
    """The host that a reading would keep busy; None when the article's page is not asked for."""
    return stored.host if _page_wanted(stored, runtime) else None


def _page_wanted(stored: StoredArticle, runtime: Runtime) -> bool:
    article = stored.article
    settings = runtime.feeds.get(article.feed or "")
    wish = (settings and settings.full_text) or runtime.config.articles.full_text
    return (
        bool(article.url)
        and wish != "never"
        and not (wish == "auto" and len(stored.content) >= FULL_TEXT_LENGTH)
        and not (stored.backfill and article.published is not None)
    )


def _robots_count(feed: Feed | None, runtime: Runtime) -> bool:
    own = feed.robots if feed else None
    return runtime.config.articles.robots if own is None else own


def feeds_own(stored: StoredArticle, runtime: Runtime) -> Article:
    """The article with no more text than the feeds that list it gave away."""
    article = replace(
        with_feeds(stored, runtime.feeds),
        body=stored.content,
        text_source=TextSource.FEED,
        text_note=None,
    )
    return _with_unsaid(article, *stored.also)


def as_known(stored: StoredArticle, runtime: Runtime) -> Article:
    """The article with what is known of it without asking for its page, be it anew."""
    if stored.article.text_source is not TextSource.PAGE:
        return feeds_own(stored, runtime)
    # A page that was had before has not unsaid what it said.
    return _with_unsaid(with_feeds(stored, runtime.feeds), stored.content, *stored.also)


def _selector(stored: StoredArticle, runtime: Runtime) -> str | None:
    listing = (runtime.feeds.get(url) for url in stored.feed_urls)
    return next((feed.selector for feed in listing if feed and feed.selector), None)


def _again(error: MonitorError, stored: StoredArticle) -> timedelta | None:
    """After how long a page that could not be had now may be had; None: not any more."""
    waits: tuple[timedelta, ...]
    if _is_missing(error):
        # What was there and is not any more has been taken away; old news was, too.
        never_had = stored.article.text_source is not TextSource.PAGE and not stored.backfill
        waits = READ_MISSING_AGAIN if never_had else ()
    else:
        waits = READ_AGAIN if _may_pass(error) else ()
    if stored.failed_reads >= len(waits):
        return None
    asked = error.retry_after if isinstance(error, FetchError) else None
    # Before its host wants to be asked again a try would only be used up.
    return max(waits[stored.failed_reads], min(timedelta(seconds=asked or 0), LONGEST_WAIT))


def _is_missing(error: MonitorError) -> bool:
    return isinstance(error, FetchError) and error.status in {404, 410}


def _may_pass(error: MonitorError) -> bool:
    if not isinstance(error, FetchError):
        return isinstance(error, WorkerError) or _asks_for_a_person(error)
    if error.kind == "http":
        return error.status in {403, 408, 425, 429} or (error.status or 0) >= 500
    return error.kind in {"dns", "connect", "tls", "timeout", "protocol", "held"}


def _asks_for_a_person(error: MonitorError) -> bool:
    return isinstance(error, PageError) and error.wall == Wall.ROBOT


def _merge(article: Article, page: Page, content: str, now: datetime) -> Article:
    """The article with what its page said, where that is better than what the feed said."""
    published = article.published
    if published is None and page.published is not None and page.published <= now + LATEST_AHEAD:
        published = page.published
    # A paywall's teaser must not hide the full text that the feed gave away.
    own_is_longer = len(content) > len(page.text)
    return replace(
        article,
        title=article.title or page.title,
        body=content if own_is_longer else page.text,
        text_source=TextSource.FEED if own_is_longer or not page.whole else TextSource.PAGE,
        text_note=page.note,
        page_title=page.title,
        authors=article.authors or page.authors,
        language=page.language or article.language,
        published=published,
    )


def _found_at(article: Article, page: Page, answered: str) -> str | None:
    found = page.canonical_url or answered
    if found == article.url:
        return None
    key = canonical_url(found)
    return None if key == canonical_url(article.url or "") else key


def _with_unsaid(article: Article, *texts: str) -> Article:
    """The article with those sentences of other texts before its own that it does not have.

    What stands at a page's address may be a cookie notice, or leave out what a feed says.
    """
    body = article.body
    for text in filter(None, texts):
        said = f"{article.title}\n{article.summary}\n{body}"
        known = {"", *(_letters(each) for each in _SENTENCE_END.split(said))}
        unsaid = [each for each in _SENTENCE_END.split(text) if _letters(each) not in known]
        # A teaser's last sentence is often cut off.
        if unsaid and _letters(unsaid[-1]) in _letters(said):
            unsaid.pop()
        if unsaid:
            body = "\n".join(filter(None, (*unsaid, body)))
    return replace(article, body=body)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


async def _completed(article: Article, workers: Workers) -> Article:
    """The article with a headline and a language, where neither its feed nor its page gives one."""
    if not article.title:
        article = replace(article, title=headline_of(article.summary or article.body))
    return await _with_language(article, workers)


async def _with_language(article: Article, workers: Workers) -> Article:
    if article.language:
        return article
    text = article.body or f"{article.title}. {article.summary}"
    # The model's 95 MB are better had once, in a process of its own, than in each or the daemon.
    try:
        language = await workers.one.run(PARSE_SECONDS, language_of, text[:3000])
    except MonitorError:
        # Names can be found without; a later reading asks again.
        return article
    return replace(article, language=language)
