"""Earlier reports that are offered to be told: entered, decided upon, told once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from monitor.model.earlier_reports import EarlierReport, Offer, OfferState
from monitor.store import locks
from monitor.store.earlier_report_tables import earlier_offers, earlier_reports
from monitor.store.earlier_report_tables import last_watchlists as last_watchlists_table
from monitor.store.tables import articles, feeds, matches


def offer(
    conn: Connection,
    watchlist: str,
    names: Sequence[str],
    found: Sequence[EarlierReport],
    now: datetime,
    most: int,
) -> int | None:
    """Enter an offer, of those articles that the watchlist has not found meanwhile.

    Args:
        conn: an open write transaction.
        watchlist: whose.
        names: whom the edit added.
        found: the reports that name them, the newest first.
        now: the time.
        most: so many of them are held at the most.

    Returns:
        Its number; None if there is nothing to offer.
    """
    ids = [each.article_id for each in found]
    there = set(conn.scalars(select(articles.c.id).where(articles.c.id.in_(ids))))
    told = select(matches.c.article_id).where(
        matches.c.article_id.in_(ids), matches.c.watchlist == watchlist, matches.c.alert
    )
    there -= set(conn.scalars(told))
    left = [each for each in found if each.article_id in there]
    if not left:
        return None
    number: int = conn.execute(
        insert(earlier_offers)
        .values(
            watchlist=watchlist,
            names=list(names),
            at=now,
            found=len(left),
            state=OfferState.OPEN,
        )
        .returning(earlier_offers.c.id)
    ).scalar_one()
    rows = [
        {
            "offer_id": number,
            "article_id": each.article_id,
            "score": each.score,
            "sentence": each.sentence,
        }
        for each in left[:most]
    ]
    conn.execute(insert(earlier_reports), rows)
    return number


def listed(
    conn: Connection,
    *,
    state: OfferState | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> list[Offer]:
    """Offers, the newest first: those in one state, those made since a time."""
    query = _offers().order_by(earlier_offers.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(earlier_offers.c.state == state)
    if since is not None:
        query = query.where(earlier_offers.c.at >= since)
    return [_offer(row) for row in conn.execute(query)]


def by_id(conn: Connection, number: int) -> Offer | None:
    """One offer."""
    row = conn.execute(_offers().where(earlier_offers.c.id == number)).one_or_none()
    return None if row is None else _offer(row)


def reports(conn: Connection, number: int) -> list[EarlierReport]:
    """The reports of an offer, the newest first."""
    query = (
        select(
            *earlier_reports.c,
            *articles.c["title", "url", "outlet", "published", "fetched"],
            feeds.c.name.label("feed_name"),
        )
        .join(articles, articles.c.id == earlier_reports.c.article_id)
        .join(feeds, feeds.c.id == articles.c.feed_id)
        .where(earlier_reports.c.offer_id == number)
        .order_by(earlier_reports.c.article_id.desc())
    )
    return [
        EarlierReport(
            article_id=row.article_id,
            score=row.score,
            sentence=row.sentence,
            title=row.title,
            url=row.url,
            outlet=row.outlet or row.feed_name,
            at=row.published or row.fetched,
            told=row.told,
        )
        for row in conn.execute(query)
    ]


def decide(conn: Connection, number: int, state: OfferState, who: str, now: datetime) -> bool:
    """Note what becomes of an offer; False when that was decided before."""
    decided = (
        update(earlier_offers)
        .where(earlier_offers.c.id == number, earlier_offers.c.state == OfferState.OPEN)
        .values(state=state, decided=now, decided_by=who)
    )
    return conn.execute(decided).rowcount > 0


def withdraw(conn: Connection, watchlist: str, watched: Collection[str], now: datetime) -> None:
    """Offer no more what a watchlist that was edited does not watch any more."""
    known = frozenset(watched)
    query = select(*earlier_offers.c["id", "names"]).where(
        earlier_offers.c.watchlist == watchlist, earlier_offers.c.state == OfferState.OPEN
    )
    gone = [row.id for row in conn.execute(query) if known.isdisjoint(row.names)]
    if gone:
        values = {"state": OfferState.WITHDRAWN, "decided": now}
        conn.execute(update(earlier_offers).where(earlier_offers.c.id.in_(gone)).values(values))


def asked_for(conn: Connection, article_id: int) -> frozenset[str]:
    """The watchlists for which somebody wants an article told that came too early for them."""
    query = (
        select(earlier_offers.c.watchlist)
        .join(earlier_reports, earlier_reports.c.offer_id == earlier_offers.c.id)
        .where(
            earlier_reports.c.article_id == article_id,
            earlier_reports.c.told.is_(None),
            earlier_offers.c.state == OfferState.TOLD,
        )
    )
    return frozenset(conn.scalars(query))


def record_told(conn: Connection, article_id: int, now: datetime) -> None:
    """Note that an article was matched once more for those who wanted it told."""
    wanted = select(earlier_offers.c.id).where(earlier_offers.c.state == OfferState.TOLD)
    conn.execute(
        update(earlier_reports)
        .where(
            earlier_reports.c.article_id == article_id,
            earlier_reports.c.told.is_(None),
            earlier_reports.c.offer_id.in_(wanted),
        )
        .values(told=now)
    )


def _offers() -> Select[Any]:
    held = (
        select(func.count())
        .select_from(earlier_reports)
        .where(earlier_reports.c.offer_id == earlier_offers.c.id)
        .scalar_subquery()
    )
    return select(earlier_offers, held.label("reports"))


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        watchlist=row.watchlist,
        names=tuple(row.names),
        at=row.at,
        found=row.found,
        reports=row.reports,
        state=row.state,
        decided=row.decided,
        decided_by=row.decided_by,
    )


def last_watchlists(conn: Connection) -> list[dict[str, Any]]:
    """The watchlists that were in force last, in their order; none before the first start."""
    query = select(last_watchlists_table.c.definition).order_by(last_watchlists_table.c.place)
    return list(conn.scalars(query))


def remember_watchlists(conn: Connection, definitions: Sequence[dict[str, Any]]) -> bool:
    """Keep the watchlists that are in force, each by its definition, in place of earlier ones.

    Returns:
        Whether others were kept before.
    """
    locks.take(conn, "last watchlists")
    if last_watchlists(conn) == list(definitions):
        return False
    conn.execute(delete(last_watchlists_table))
    rows = [
        {"name": each["name"], "place": place, "definition": each}
        for place, each in enumerate(definitions)
    ]
    if rows:
        conn.execute(insert(last_watchlists_table), rows)
    return True
