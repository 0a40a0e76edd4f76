"""What the pages of each host have in common, line by line; see `monitor.articles.site_lines`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from monitor.store.tables import host_lines, hosts

#: Fewer than the variables that SQLite allows in one statement.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class HostMemory:
    """What is remembered of a host, as far as it was asked for."""

    articles: int
    """Different articles of it that were read."""
    lines: Mapping[int, tuple[int, int]]
    """By digest: articles that had the line, and the host's articles before the first of them."""


def memory(conn: Connection, host: str, digests: Collection[int]) -> HostMemory:
    """What is remembered of these lines of a host."""
    wanted = list(digests)
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = conn.execute(
            select(*host_lines.c["digest", "times", "since"]).where(
                host_lines.c.host == host,
                host_lines.c.digest.in_(wanted[start : start + _AT_ONCE]),
            )
        )
        found |= {row.digest: (row.times, row.since) for row in rows}
    articles = conn.scalar(select(hosts.c.articles).where(hosts.c.host == host))
    return HostMemory(articles or 0, found)


def remember(
    conn: Connection,
    host: str,
    lines: Iterable[tuple[int, int, int]],
    *,
    articles: int,
    now: datetime,
) -> None:
    """Enter what an article of a host has shown.

    Args:
        conn: an open write transaction.
        host: the host's name.
        lines: digest, articles that had it, and the host's articles before the first of them.
        articles: different articles of the host that have been read by now.
        now: the time.
    """
    rows = [
        {"host": host, "digest": digest, "times": times, "since": since, "last_seen": now}
        for digest, times, since in lines
    ]
    if rows:
        line = insert(host_lines)
        conn.execute(
            line.on_conflict_do_update(
                index_elements=[host_lines.c.host, host_lines.c.digest],
                set_={name: line.excluded[name] for name in ("times", "since", "last_seen")},
            ),
            rows,
        )
    conn.execute(
        insert(hosts)
        .values(host=host, articles=articles)
        .on_conflict_do_update(index_elements=[hosts.c.host], set_={"articles": articles})
    )


def forget(conn: Connection, before: datetime, limit: int) -> int:
    """Delete lines that no article had since a time, at the most so many; how many."""
    old = (
        select(*host_lines.c["host", "digest"]).where(host_lines.c.last_seen < before).limit(limit)
    )
    doomed = conn.execute(old).all()
    for host in {row.host for row in doomed}:
        digests = [row.digest for row in doomed if row.host == host]
        conn.execute(
            delete(host_lines).where(host_lines.c.host == host, host_lines.c.digest.in_(digests))
        )
    return len(doomed)
