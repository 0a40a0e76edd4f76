"""What operators are told, from a real database."""

from __future__ import annotations

from datetime import timedelta

from monitor.model.feed import NOT_POLLED_YET, Validators
from monitor.pipeline.notices import feed_incidents, proof_of_life
from monitor.store import feeds
from monitor.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import BOTH

database = BOTH


def test_a_feed_in_trouble_is_told_once_and_once_more_when_it_is_well(db: Database) -> None:
    clock = Clock()
    with db.write() as connection:
        feeds.subscribe(
            connection, [("https://a.example/f", "A"), ("https://b.example/f", "B")], clock()
        )

        def fail() -> None:
            [state, _] = feeds.everything(connection)
            feeds.record_failure(
                connection,
                state,
                now=clock(),
                error="refused",
                next_poll=clock(),
                next_reason=NOT_POLLED_YET,
            )

        fail()
        assert feed_incidents(connection, clock()) is None
        clock.advance(hours=25)
        fail()
        told = feed_incidents(connection, clock())
        assert told is not None
        assert told.title == "1 feed in trouble"
        assert "A: failing for 25 hours: refused" in told.text
        assert "B" not in told.text
        clock.advance(hours=1)
        fail()
        assert feed_incidents(connection, clock()) is None
        [state, _] = feeds.everything(connection)
        feeds.record_success(
            connection, state, now=clock(), validators=Validators(), body_digest=None, problems=[],
            next_poll=clock(), next_reason=NOT_POLLED_YET,
        )  # fmt: skip
        recovered = feed_incidents(connection, clock())
        assert recovered is not None
        assert recovered.title == "1 feed well again"
        assert feed_incidents(connection, clock.advance(hours=1)) is None


def test_proof_of_life_counts_feeds_articles_and_matches(db: Database) -> None:
    clock = Clock()
    with db.write() as connection:
        feeds.subscribe(
            connection, [(f"https://{n}.example/f", f"F{n}") for n in range(30)], clock()
        )
        for state in feeds.everything(connection)[:25]:
            feeds.record_failure(
                connection,
                state,
                now=clock(),
                error="refused",
                next_poll=clock(),
                next_reason=NOT_POLLED_YET,
            )
        notice = proof_of_life(connection, clock() + timedelta(hours=1))
    assert "5 feeds well, 25 failing, 0 articles read, 0 matches, 0 alerts" in notice.text
    assert "and 5 more" in notice.text
