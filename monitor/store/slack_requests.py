"""Requests of Slack that were let pass, so that none counts twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from monitor.store.access_tables import slack_requests
from monitor.store.dialects import insert


def enter(conn: Connection, digest: str, now: datetime, ends: datetime) -> bool:
    """Enter a request; whether it had not been entered before.

    Args:
        conn: an open write transaction.
        digest: of its signature.
        now: the time; those that have ended by then are forgotten.
        ends: when it need not be remembered any more.
    """
    conn.execute(delete(slack_requests).where(slack_requests.c.ends < now))
    entered = insert(slack_requests).values(digest=digest, ends=ends).on_conflict_do_nothing()
    return conn.execute(entered).rowcount > 0
