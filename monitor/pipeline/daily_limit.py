"""What of a feed is kept today: all of it is matched, but not all is stored."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from monitor.articles.long_texts import ESSENTIAL, LONGEST, Proof, shortened, size
from monitor.feeds.bounds import Allowance
from monitor.feeds.edits import digest
from monitor.model.article import Article
from monitor.model.feed import Entry, FeedState, ParsedFeed
from monitor.model.match import Field, Match, Mention, Severity
from monitor.pipeline.configured import as_listed
from monitor.pipeline.runtime import Runtime
from monitor.store import feed_days
from monitor.store.articles import StoredArticle

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.pipeline.context import Context

#: Bytes that are kept of an entry's headline, and of its summary.
LONGEST_TITLE = 2_000
LONGEST_SUMMARY = 10_000
_FIELDS: tuple[Field, Field, Field] = ("title", "summary", "body")


@dataclass(frozen=True, slots=True)
class Kept:
    """A feed's document, as far as it is kept."""

    parsed: ParsedFeed
    allowance: Allowance | None = None
    """What of its new entries may be kept; None: all of them."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of all the words of the entries that were shortened, by identity: how much is kept changes
    from day to day, and is no edit."""
    is_full: bool = False
    """Little is kept of its texts, as enough of the feed is today."""


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
    today = await ctx.look_once(partial(feed_days.today, feed_id=feed.id, now=now))
    coming = sum(map(entry_size, parsed.entries))
    left = storage.max_feed_bytes - today.bytes
    # Most documents are small, and this is all that they cost.
    room = storage.max_feed_entries - today.entries
    if coming <= min(LONGEST_TITLE, left) and room >= len(parsed.entries):
        return Kept(parsed)
    share = LONGEST if coming <= left else max(left, 0) // len(parsed.entries)
    reader = _Reader(runtime, feed)
    spare = max(left + storage.max_feed_bytes, 0)
    return await asyncio.to_thread(_keep, parsed, reader, room, max(share, ESSENTIAL), spare)


def _keep(parsed: ParsedFeed, reader: _Reader, room: int, share: int, spare: int) -> Kept:
    """The same, with so many bytes for each entry, and some to spare for those that need more."""
    entries: list[Entry] = []
    digests: dict[str, str] = {}
    for each in parsed.entries:
        entry, more = _within(each, reader, share, spare)
        spare -= more
        entries.append(entry)
        if entry is not each:
            digests[each.identity] = digest(each)
    shorter = replace(parsed, entries=tuple(entries))
    kept = Kept(shorter, digests=digests, is_full=share < LONGEST)
    if room >= len(entries):
        return kept
    telling = frozenset(
        each.identity
        for each in parsed.entries
        if any(match.alert for match in reader.matches(each))
    )
    most = reader.runtime.config.storage.max_feed_entries
    return replace(kept, allowance=Allowance(room, telling, max(room + most, 0)))


def _within(entry: Entry, reader: _Reader, share: int, spare: int) -> tuple[Entry, int]:
    """An entry, shortened to so many bytes if it is longer, and what it takes of the spare ones.

    What is kept alerts whom the whole does, and as gravely: where it would not, more is kept.
    """
    limits = LONGEST_TITLE, min(share, LONGEST_SUMMARY), min(share, LONGEST)
    if all(size(text) <= most for text, most in zip(_texts(entry), limits, strict=True)):
        return entry, 0
    found = reader.all_matches(entry)
    least = _shortened(entry, found, limits)
    for kept in (least, _shortened(entry, found, (LONGEST_SUMMARY, LONGEST, LONGEST)), entry):
        more = 0 if kept is least else entry_size(kept)
        if more <= spare and _alerting(reader.all_matches(kept)) == _alerting(found):
            return kept, more
    return least, 0


def _shortened(entry: Entry, found: Sequence[Match], limits: tuple[int, int, int]) -> Entry:
    title, summary, content = (
        shortened(text, most, proofs(found, name))
        for text, most, name in zip(_texts(entry), limits, _FIELDS, strict=True)
    )
    return replace(entry, title=title, summary=summary, content=content)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Sees whom a feed's entries name."""

    runtime: Runtime
    feed: FeedState

    def matches(self, entry: Entry) -> Sequence[Match]:
        """What an entry's own words match."""
        return self._match(as_listed(entry, self.feed, self.runtime.feeds))

    def all_matches(self, entry: Entry) -> Sequence[Match]:
        """The same, and what they will when feeds list it, too, that other watchlists look at."""
        found = self.matches(entry)
        if not self.runtime.some_watchlist_is_limited:
            return found
        article = as_listed(entry, self.feed, self.runtime.feeds)
        seen = {each.watchlist for each in found}
        anywhere = self._match(replace(article, feed=None, feed_name=None))
        return [*found, *(each for each in anywhere if each.watchlist not in seen)]

    def _match(self, article: Article) -> Sequence[Match]:
        try:
            return self.runtime.matcher.match(article)
        except Exception:  # noqa: BLE001 - its reading meets the same fault, and says so
            return ()


def _alerting(found: Sequence[Match]) -> set[tuple[str, Severity]]:
    return {(each.watchlist, each.severity) for each in found if each.alert}


def proofs(found: Sequence[Match], name: Field) -> list[Proof]:
    """Where a field names somebody: one place of each watchlist in turn, those that alert first."""
    ordered = sorted(found, key=lambda match: not match.alert)
    turns = zip_longest(*(_in_turn(match, name) for match in ordered))
    return [_proof(each) for turn in turns for each in turn if each is not None]


def _in_turn(match: Match, name: Field) -> list[Mention]:
    """A match's mentions in a field: each name once, before any is there twice."""
    times: Counter[tuple[str, str]] = Counter()
    placed = []
    for each in match.mentions:
        if each.field == name:
            times[each.entity, each.name] += 1
            placed.append((times[each.entity, each.name], each))
    return [each for _, each in sorted(placed, key=lambda pair: pair[0])]


def _proof(mention: Mention) -> Proof:
    begin = mention.sentence_start
    return Proof(mention.start, mention.end, begin, begin + len(mention.sentence))


def _texts(entry: Entry) -> tuple[str, str, str]:
    return entry.title, entry.summary, entry.content


def entry_size(entry: Entry) -> int:
    """Bytes that an entry's texts take."""
    return sum(map(size, _texts(entry)))


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
    body = shortened(article.body, LONGEST, proofs(found, "body"))
    more = size(body) - size(stored.article.body)
    if more <= 0:
        return replace(article, body=body)
    today = feed_days.add(connection, stored.feed_id, now, size=more)
    if today.bytes > most and size(body) > ESSENTIAL:
        body = shortened(article.body, ESSENTIAL, proofs(found, "body"))
        less = size(body) - size(stored.article.body) - more
        feed_days.add(connection, stored.feed_id, now, size=less, shortened=1)
    return replace(article, body=body)
