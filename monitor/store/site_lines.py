"""What the pages of each host have in common, line by line; see `monitor.articles.site_lines`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    CompoundSelect,
    Connection,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    literal,
    null,
    or_,
    select,
    true,
    update,
)

from monitor.store.columns import NUMBER, WORDS, UtcDateTime
from monitor.store.dialects import Insert, insert, numbers
from monitor.store.prepared import Prepared
from monitor.store.tables import metadata

# What the pages of one host have in common; see `monitor.articles.site_lines`.
host_lines = Table(
    "host_lines",
    metadata,
    Column("host", WORDS, primary_key=True),
    Column("digest", BigInteger, primary_key=True, autoincrement=False),
    # Different articles that had the line.
    Column("times", NUMBER, nullable=False),
    # The host's different articles before the first that had it.
    Column("since", NUMBER, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", WORDS, primary_key=True),
    # Different articles of it that were read.
    Column("articles", NUMBER, nullable=False),
    # When its lines were last looked through for those that no article has any more.
    Column("swept", UtcDateTime, nullable=True),
)
#: How often a host's lines are looked through for those that no article has any more. An index of
#: all lines by their age would make a fifth of what it costs to store an article.
SWEPT_EVERY = timedelta(days=1)
#: Hosts that are looked through in one transaction.
_SWEPT_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class HostMemory:
    """What is remembered of a host, as far as it was asked for."""

    articles: int
    """Different articles of it that were read."""
    lines: Mapping[int, tuple[int, int]]
    """By digest: articles that had the line, and the host's articles before the first of them."""


def _memory() -> CompoundSelect[Any]:
    """The host's number of articles, in the place of a line's, and what is kept of the lines."""
    host = bindparam("host", type_=Text)
    wanted = numbers(bindparam("digests"))
    lines = select(*host_lines.c["digest", "times", "since"]).where(
        host_lines.c.host == host, host_lines.c.digest.in_(select(wanted.c.value))
    )
    articles = select(null().label("digest"), hosts.c.articles, literal(0))
    return lines.union_all(articles.where(hosts.c.host == host))


def _line() -> Insert:
    # Several lines at once, and what is added to their numbers: to hand them over one by one takes
    # longer than to enter them. Without WHERE, SQLite takes ON CONFLICT for a part of the join.
    each = numbers(bindparam("digests"))
    return insert(host_lines).from_select(
        ["host", "digest", "times", "since", "last_seen"],
        select(
            bindparam("host", type_=Text),
            each.c.value,
            literal(1),
            bindparam("since", type_=Integer),
            bindparam("now", type_=host_lines.c.last_seen.type),
        ).where(true()),
    )


_MEMORY = Prepared(_memory())
_SEEN_FIRST = Prepared(_line().on_conflict_do_nothing())
_SEEN_AGAIN = Prepared(
    _line().on_conflict_do_update(
        index_elements=[host_lines.c.host, host_lines.c.digest],
        set_={"times": host_lines.c.times + 1, "last_seen": bindparam("now")},
    )
)
_ONE_MORE = Prepared(
    insert(hosts)
    .values(host=bindparam("host"), articles=bindparam("articles"))
    .on_conflict_do_update(
        index_elements=[hosts.c.host], set_={"articles": hosts.c.articles + bindparam("articles")}
    )
)


def memory(conn: Connection, host: str, digests: Collection[int]) -> HostMemory:
    """What is remembered of these lines of a host."""
    found: dict[int | None, tuple[int, int]] = {
        digest: (times, since)
        for digest, times, since in _MEMORY.rows(
            conn, {"host": host, "digests": json.dumps([*digests])}
        )
    }
    articles, _ = found.pop(None, (0, 0))
    return HostMemory(articles, cast("dict[int, tuple[int, int]]", found))


def remember(
    conn: Connection,
    host: str,
    digests: Collection[int],
    *,
    since: int,
    is_different: bool,
    now: datetime,
) -> None:
    """Enter what an article of a host has shown.

    Args:
        conn: an open write transaction.
        host: the host's name.
        digests: of its lines; of a version of an earlier text, only of those that are new.
        since: the host's articles before it, for lines that none of them had.
        is_different: whether it is one more article, not a version of an earlier one.
        now: the time.
    """
    # To the day: a line's place in the index by age then changes once a day at most.
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    statement = _SEEN_AGAIN if is_different else _SEEN_FIRST
    values = {"host": host, "digests": json.dumps(sorted(digests)), "since": since, "now": day}
    if digests:
        statement.rows(conn, values)
    _ONE_MORE.rows(conn, {"host": host, "articles": int(is_different)})


def forget(conn: Connection, now: datetime, keep: timedelta, limit: int) -> bool:
    """Delete lines that no article had for long, of hosts that were not looked through today.

    Args:
        conn: an open write transaction.
        now: the time.
        keep: for how long a line is kept that no article has.
        limit: lines that are deleted at the most.

    Returns:
        Whether there may be more.
    """
    # What was done later than now was done by a clock that was ahead.
    waits = or_(hosts.c.swept.is_(None), ~hosts.c.swept.between(now - SWEPT_EVERY, now))
    chosen = select(hosts.c.host).where(waits).order_by(hosts.c.host).limit(_SWEPT_AT_ONCE)
    found = conn.scalars(chosen).all()
    for host in found:
        of_host = host_lines.c.host == host
        old = select(host_lines.c.digest).where(of_host, host_lines.c.last_seen < now - keep)
        doomed = delete(host_lines).where(of_host, host_lines.c.digest.in_(old.limit(limit)))
        limit -= conn.execute(doomed).rowcount
        if limit <= 0:
            return True
        conn.execute(update(hosts).where(hosts.c.host == host).values(swept=now))
    return len(found) == _SWEPT_AT_ONCE
