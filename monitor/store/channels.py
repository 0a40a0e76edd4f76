"""How each channel is doing: kept over a restart, and seen by those who look from outside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import Connection, delete, select, update

from monitor.model.delivery import ChannelState
from monitor.store.dialects import insert
from monitor.store.tables import channels


def states(conn: Connection) -> dict[str, ChannelState]:
    """The channels that took nothing at the last try, by name."""
    found = conn.execute(select(channels).order_by(channels.c.name)).mappings()
    return {row["name"]: ChannelState(**row) for row in found}


def state(conn: Connection, name: str) -> ChannelState:
    """How a channel is doing."""
    found = conn.execute(select(channels).where(channels.c.name == name)).mappings()
    row = found.one_or_none()
    return ChannelState(name) if row is None else ChannelState(**row)


def record(conn: Connection, state: ChannelState) -> None:
    """Remember how a channel is doing; one that is well needs no memory."""
    if state == ChannelState(state.name):
        conn.execute(delete(channels).where(channels.c.name == state.name))
        return
    values = asdict(state)
    conn.execute(
        insert(channels)
        .values(values)
        .on_conflict_do_update(index_elements=[channels.c.name], set_=values)
    )


def wake(conn: Connection) -> None:
    """Try every channel again now, those that failed with a single message."""
    conn.execute(update(channels).values(rests_until=None))


def forget(conn: Connection, names: Collection[str]) -> None:
    """Begin anew with channels whose settings were changed."""
    conn.execute(delete(channels).where(channels.c.name.in_(list(names))))


def keep_only(conn: Connection, names: Collection[str]) -> None:
    """Forget how channels were doing that there are no more."""
    conn.execute(delete(channels).where(channels.c.name.not_in(list(names))))
