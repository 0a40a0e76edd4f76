"""What is stored under a watchlist's name goes on under another one."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from monitor.store.earlier_report_tables import earlier_offers
from monitor.store.tables import matches, silences
from monitor.store.verdict_tables import verdicts


def rename(conn: Connection, old: str, new: str) -> None:
    """Have what was found, judged, offered and silenced count for a watchlist's new name.

    An article that has a match under the new name already keeps both.
    """
    there = matches.alias()
    taken = select(there.c.id).where(
        there.c.article_id == matches.c.article_id, there.c.watchlist == new
    )
    conn.execute(
        update(matches).where(matches.c.watchlist == old, ~taken.exists()).values(watchlist=new)
    )
    for table in (verdicts, earlier_offers):
        conn.execute(update(table).where(table.c.watchlist == old).values(watchlist=new))
    for row in conn.execute(select(silences.c.id, silences.c.watchlists)).all():
        if old in row.watchlists:
            names = [new if each == old else each for each in row.watchlists]
            conn.execute(update(silences).where(silences.c.id == row.id).values(watchlists=names))
