"""What operators are told of the daemon itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from monitor.model import DeliveryStatus, Notice
from monitor.store import articles, feeds, matches, outbox


def config_refused(path: Path, problems: Sequence[str], now: datetime) -> Notice:
    """An edit of the configuration was not taken over."""
    faults = "\n".join(f"• {problem}" for problem in problems)
    return _notice(
        "config-refused",
        "The configuration has a fault and was not taken over",
        f"{path} was changed, but cannot be used as it is. "
        f"Monitoring goes on with the last good version.\n\n{faults}",
        now,
    )


def config_accepted(path: Path, now: datetime) -> Notice:
    """The configuration is well again."""
    return _notice(
        "config-accepted",
        "The configuration is in order again",
        f"{path} was read without faults and is in force.",
        now,
    )


def proof_of_life(connection: Connection, now: datetime) -> Notice:
    """How the last day went, so that silence is never mistaken for peace."""
    since = now - timedelta(hours=24)
    states = feeds.everything(connection)
    failing = [state for state in states if state.failures]
    read = articles.count(connection, since)
    found = matches.count(connection, since)
    waiting = outbox.counts(connection)
    lines = [
        f"{len(states) - len(failing)} feeds well, {len(failing)} failing, "
        f"{read} articles read, {found} matches in the last 24 hours."
    ]
    if dead := waiting[DeliveryStatus.DEAD]:
        lines.append(f"{dead} deliveries are dead: see `monitor alerts list --stuck`.")
    lines += [f"• {state.name}: {state.last_error}" for state in failing[:20]]
    if len(failing) > 20:
        lines.append(f"• and {len(failing) - 20} more: see `monitor feeds list --failing`.")
    return _notice("proof-of-life", "monitor is alive", "\n".join(lines), now)


def _notice(kind: str, title: str, text: str, now: datetime) -> Notice:
    key = f"{kind}\n{text}\n{now.isoformat()}"
    return Notice(hashlib.sha256(key.encode()).hexdigest()[:20], kind, title, text, now)
