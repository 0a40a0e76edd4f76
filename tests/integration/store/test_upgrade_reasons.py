"""Sentences that an earlier version stored as reasons become kinds with figures."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model.feed import (
    HubFault,
    HubFaultKind,
    Incident,
    IncidentKind,
    PollReason,
    PollReasonKind,
)
from monitor.store import feeds, hub_subscriptions
from monitor.store.database import Database
from tests.support import old_database

HOUR = timedelta(hours=1)
AT = "2024-03-25 14:00:00.000000"
REASONS = {
    "": PollReason(PollReasonKind.NEW),
    "every hour": PollReason(PollReasonKind.INTERVAL, every=HOUR),
    "every 15 minutes": PollReason(PollReasonKind.INTERVAL, every=HOUR / 4),
    "it publishes about every day, so every 2 hours": PollReason(
        PollReasonKind.RHYTHM, every=2 * HOUR, rhythm=24 * HOUR
    ),
    "it dropped entries between polls, so every 5 minutes": PollReason(
        PollReasonKind.DROPS_ENTRIES, every=HOUR / 12
    ),
    "its hub pushes, so it is only polled every 4 hours": PollReason(
        PollReasonKind.PUSHED, every=4 * HOUR
    ),
    "its publisher asks for 2 hours between polls, and not before 14:00 UTC, as its publisher asks":
        PollReason(PollReasonKind.TTL, every=2 * HOUR),
    "its server says that nothing changes for 30 seconds": PollReason(
        PollReasonKind.FRESH, every=HOUR / 120
    ),
    "failed once, waiting 1 hour": PollReason(PollReasonKind.FAILED, every=HOUR, failures=1),
    "failed 12 times, waiting 1 day": PollReason(
        PollReasonKind.FAILED, every=24 * HOUR, failures=12
    ),
    "the server asked to wait until 14:05 UTC": PollReason(PollReasonKind.RETRY_AFTER),
    "its host asked to wait until 26 March 12:00 UTC": PollReason(PollReasonKind.HELD),
    "stopped: the server said that the feed is gone for good (410)": PollReason(
        PollReasonKind.GONE
    ),
    "its interval was shortened": PollReason(PollReasonKind.INTERVAL_SHORTENED),
    "its hub pushed something that cannot be read": PollReason(PollReasonKind.UNREADABLE_PUSH),
    "something that nobody foresaw": PollReason(PollReasonKind.NEW),
}  # fmt: skip
INCIDENTS = {
    "gone for good: the server answered 410": Incident(
        IncidentKind.GONE, error="the server answered 410"
    ),
    "failing for 2 days: no such host": Incident(IncidentKind.FAILING, error="no such host"),
    "silent for 40 days, though it used to publish every day": Incident(IncidentKind.SILENT),
    None: None,
}
FAULTS = {
    "it was asked and did not confirm that within 15 minutes: it may not reach the address in "
    "websub.callback": HubFault(HubFaultKind.NOT_CONFIRMED),
    "it refused: Not today": HubFault(HubFaultKind.DENIED, "Not today"),
    "it refused": HubFault(HubFaultKind.DENIED),
    "what it pushed cannot be read: it is no feed": HubFault(
        HubFaultKind.UNREADABLE, "it is no feed"
    ),
    "no such host: høst.example": HubFault(HubFaultKind.FAILED, "no such host: høst.example"),
    None: None,
}


@pytest.fixture
def upgraded(tmp_path: Path) -> Database:
    path = tmp_path / "old.db"
    old_database.make(path, "0010")
    with closing(sqlite3.connect(path)) as old, old:
        pairs = zip(REASONS, [*INCIDENTS, *[None] * len(REASONS)], strict=False)
        for number, (reason, incident) in enumerate(pairs, 1):
            old.execute(
                "INSERT INTO feeds (id, url, name, subscribed, added, failures, next_poll,"
                " next_reason, stopped, problems, moved_polls, wishes, times_dropped, incident)"
                " VALUES (?, ?, ?, 1, ?, 0, ?, ?, 0, '[]', 0, '{}', 0, ?)",
                (number, f"https://{number}.example", "a", AT, AT, reason, incident),
            )
        for number, fault in enumerate(FAULTS, 1):
            old.execute(
                "INSERT INTO hub_subscriptions (id, feed_id, hub, topic, token, secret, created,"
                " wanted, failures, pushes, refused, last_error)"
                " VALUES (?, ?, 'https://hub.example', 't', ?, 's', ?, 1, 2, 0, 0, ?)",
                (number, number, str(number), AT, fault),
            )
    return Database(f"sqlite:///{path}")


def test_sentences_become_kinds(upgraded: Database) -> None:
    with closing(upgraded) as db:
        assert db.upgrade()
        assert db.differences() == []
        with db.read() as connection:
            states = sorted(feeds.everything(connection), key=lambda state: state.id)
            hubs = hub_subscriptions.everything(connection)
            unconfirmed = hub_subscriptions.unconfirmed(connection, states[0].next_poll)  # type: ignore[arg-type]
    assert [state.next_reason for state in states] == list(REASONS.values())
    assert [state.incident for state in states][: len(INCIDENTS)] == list(INCIDENTS.values())
    assert [hubs[number].fault for number in sorted(hubs)] == list(FAULTS.values())
    assert unconfirmed == 1
