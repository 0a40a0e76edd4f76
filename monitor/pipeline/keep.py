"""What of a feed is kept today: all of it is matched, but not all is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.articles.keeping import ESSENTIAL, LONGEST, shortened, size
from monitor.feeds.bounds import Allowance
from monitor.model.article import Article
from monitor.model.feed import Entry, FeedState, ParsedFeed
from monitor.model.match import Match
from monitor.pipeline.runtime import Runtime
from monitor.store import feed_days
from monitor.store.articles import StoredArticle

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.context import Context

#: Bytes that are kept of an entry's headline, and of its summary.
LONGEST_TITLE = 2_000
LONGEST_SUMMARY = 10_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A feed's document, as far as it is kept."""

    parsed: ParsedFeed
    allowance: Allowance | None = None
    """What of its new entries may be kept; None: all of them."""
    shortened: int = 0
    """Texts of which little is kept, as enough of the feed is today."""


async def keep(ctx: Context, runtime: Runtime, feed: FeedState, parsed: ParsedFeed) -> Kept:
    """Shorten what is too long in a document, and see how much of it may be kept today.

    Args:
        ctx: what all steps share.
        runtime: the configuration in force.
        feed: the feed.
        parsed: what its document says.

    Raises:
        StoreError: the database failed.
    """
    storage, now = runtime.config.storage, ctx.clock()
    today = await ctx.look(partial(feed_days.today, feed_id=feed.id, now=now))
    coming = sum(map(entry_size, parsed.entries))
    left = storage.max_feed_bytes - today.bytes
    # Most documents are small, and this is all that they cost.
    room = storage.max_feed_entries - today.entries
    if coming <= min(LONGEST_TITLE, left) and room >= len(parsed.entries):
        return Kept(parsed)
    share = LONGEST if coming <= left else max(left, 0) // len(parsed.entries)
    return await asyncio.to_thread(_keep, parsed, runtime, room, max(share, ESSENTIAL))


def _keep(parsed: ParsedFeed, runtime: Runtime, room: int, share: int) -> Kept:
    """The same, with so many bytes for each entry."""
    limits = LONGEST_TITLE, min(share, LONGEST_SUMMARY), min(share, LONGEST)
    entries = tuple(_within(each, runtime, limits) for each in parsed.entries)
    changed = sum(one is not other for one, other in zip(entries, parsed.entries, strict=True))
    is_full = share < LONGEST
    kept = Kept(replace(parsed, entries=entries), shortened=changed if is_full else 0)
    if room >= len(entries):
        return kept
    telling = frozenset(
        each.identity for each in entries if any(match.alert for match in _matches(each, runtime))
    )
    most = runtime.config.storage.max_feed_entries
    return replace(kept, allowance=Allowance(room, telling, max(room + most, 0)))


def _within(entry: Entry, runtime: Runtime, limits: tuple[int, int, int]) -> Entry:
    texts = entry.title, entry.summary, entry.content
    if all(size(text) <= most for text, most in zip(texts, limits, strict=True)):
        return entry
    found = _matches(entry, runtime)
    title, summary, content = (
        shortened(text, most, said(found, field))
        for text, most, field in zip(texts, limits, ("title", "summary", "body"), strict=True)
    )
    return replace(entry, title=title, summary=summary, content=content)


def _matches(entry: Entry, runtime: Runtime) -> Sequence[Match]:
    article = Article("", entry.title, entry.summary, entry.content, language=entry.language)
    try:
        return runtime.matcher.match(article)
    except Exception:  # noqa: BLE001 - its reading meets the same fault, and says so
        return ()


def said(found: Sequence[Match], field: str) -> list[str]:
    """The sentences of a field that name somebody, those that alert first."""
    ordered = sorted(found, key=lambda match: not match.alert)
    return [each.sentence for match in ordered for each in match.mentions if each.field == field]


def entry_size(entry: Entry) -> int:
    """Bytes that an entry's texts take."""
    return size(entry.title) + size(entry.summary) + size(entry.content)


def keep_page(
    connection: Connection,
    stored: StoredArticle,
    article: Article,
    found: Sequence[Match],
    most: int,
    now: datetime,
) -> Article:
    """An article as it is stored once its page was read.

    Args:
        connection: an open write transaction.
        stored: the article as it was.
        article: what was read, all of which was matched.
        found: its matches.
        most: bytes that are kept of a feed a day.
        now: the time.
    """
    body = shortened(article.body, LONGEST, said(found, "body"))
    more = size(body) - size(stored.article.body)
    if more <= 0:
        return replace(article, body=body)
    today = feed_days.add(connection, stored.feed_id, now, size=more)
    if today.bytes > most and size(body) > ESSENTIAL:
        body = shortened(article.body, ESSENTIAL, said(found, "body"))
        less = size(body) - size(stored.article.body) - more
        feed_days.add(connection, stored.feed_id, now, size=less, shortened=1)
    return replace(article, body=body)
