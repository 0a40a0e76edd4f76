"""Polls that found nothing new, many in one statement: what one by one would have left."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from monitor.errors import StoreError
from monitor.feeds.politeness import NextPoll
from monitor.model.feed import PollReason, PollReasonKind, Validators
from monitor.pipeline.lease import Lease
from monitor.pipeline.unchanged import NothingNew, UnchangedPolls
from monitor.store import dispatching
from monitor.store import feeds as store_feeds
from monitor.store.database import Database
from monitor.store.tables import feeds
from monitor.store.write_queue import Writer

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOSTILE = Validators('"e\x00\\\'\N{SNOWMAN}\udc80"', "Mon, 30 Nov 2026 12:00:00 GMT")


def claimed(db: Database, number: int, worker: int) -> list[int]:
    """Feeds at which a worker is."""
    with db.write() as connection:
        urls = [(f"https://host{n}.example/feed", "feed") for n in range(number)]
        store_feeds.subscribe(connection, urls, datetime.now(UTC) - timedelta(minutes=1))
        due = dispatching.take_feeds(connection, number, 8)
        return sorted(dispatching.start(connection, feeds, [each.id for each in due], worker))


def nothing_new(feed_id: int, worker: int, validators: Validators) -> NothingNew:
    def plan(closely_until: datetime | None) -> NextPoll:
        usual = PollReason(PollReasonKind.INTERVAL, timedelta(seconds=900))
        return NextPoll(closely_until or NOW + timedelta(minutes=15), usual)

    return NothingNew(Lease(feeds, feed_id, worker), validators, "digest", NOW, plan)


async def recorded(db: Database, polls: list[NothingNew]) -> list[BaseException | None]:
    with closing(Writer(db)) as writer, closing(UnchangedPolls(writer)) as some:
        return await asyncio.gather(*map(some.record, polls), return_exceptions=True)


async def test_they_leave_what_one_by_one_leaves(shared: Database) -> None:
    one, other = claimed(shared, 2, worker=1)
    with shared.write() as connection:
        connection.execute(update(feeds).values(failures=3, unreachable=True, last_error="away"))
        [feed] = store_feeds.by_ids(connection, [other])
        usual = nothing_new(other, 1, HOSTILE).plan(None)
        store_feeds.record_success(
            connection, feed, now=NOW, validators=HOSTILE, body_digest="digest",
            problems=(), next_poll=usual.at, next_reason=usual.reason,
        )  # fmt: skip
    assert await recorded(shared, [nothing_new(one, 1, HOSTILE)]) == [None]
    with shared.read() as connection:
        first, second = connection.execute(select(feeds).order_by(feeds.c.id)).mappings()
    differ = {name for name in first if first[name] != second[name]}
    assert differ == {"id", "url"}
    assert first["last_ok"] == NOW
    assert first["claimed_until"] is None


async def test_those_of_a_story_that_broke_meanwhile_are_polled_closely(shared: Database) -> None:
    one, other = claimed(shared, 2, worker=1)
    soon = NOW + timedelta(minutes=1)
    with shared.write() as connection:
        connection.execute(update(feeds).where(feeds.c.id == one).values(breaking_until=soon))
    await recorded(shared, [nothing_new(each, 1, Validators()) for each in (other, one)])
    with shared.read() as connection:
        at = list(connection.scalars(select(feeds.c.next_poll).order_by(feeds.c.id)))
    assert at == [soon, NOW + timedelta(minutes=15)]


async def test_who_was_taken_over_records_nothing_and_the_others_do(shared: Database) -> None:
    one, other, third = claimed(shared, 3, worker=1)
    with shared.write() as connection:
        connection.execute(update(feeds).where(feeds.c.id == other).values(claimed_by=2))
        connection.execute(feeds.delete().where(feeds.c.id == third))
    polls = [nothing_new(each, 1, Validators()) for each in (one, other, third)]
    found = await recorded(shared, polls)
    assert found[0] is None
    assert isinstance(found[1], StoreError)
    assert isinstance(found[2], StoreError)
    with shared.read() as connection:
        polled = dict(connection.execute(select(feeds.c.id, feeds.c.last_ok)).all())
    assert polled == {one: NOW, other: None}
