"""Is the daemon alive and on time, and is all well with what it does?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from monitor.model.feed import FeedState
from monitor.store import articles, channels, feeds, upkeep
from monitor.store.deliveries import lookups as deliveries


def health(connection: Connection, now: datetime) -> dict[str, Any]:
    """What `monitor health --json` prints; `live` decides its exit code."""
    beats = upkeep.beats(connection)
    loops = [
        {
            "name": beat.name,
            "at": beat.at.isoformat(),
            # A sign of life from the future is one of a clock that was set back since.
            "late": not beat.at - (beat.late_after - beat.at) <= now <= beat.late_after,
        }
        for beat in beats
    ]
    config = next((beat.detail for beat in beats if beat.name == "config"), {})
    states = feeds.everything(connection)
    return {
        "live": bool(beats) and not any(loop["late"] for loop in loops),
        "loops": loops,
        "config": {
            "ok": not config.get("problems"),
            "file": config.get("file"),
            "loaded_at": config.get("loaded_at"),
            "problems": config.get("problems", []),
        },
        "network": {"reachable": not _out_of_reach(states)},
        "feeds": {
            "total": len(states),
            "unreached": sum(_unreached(state) for state in states),
            "failing": [
                {"name": state.name, "url": state.url, "failures": state.failures,
                 "error": state.last_error}
                for state in states
                if state.failures or state.stopped
            ],
        },
        "articles": {"unread": articles.unread(connection)},
        "channels": {
            "failing": [
                {"name": state.name, "refused": state.failures, "error": state.last_error,
                 "since": state.failing_since.isoformat() if state.failing_since else None}
                for state in channels.states(connection).values()
            ],
        },
        "deliveries": {
            status.value: number for status, number in deliveries.counts(connection).items()
        },
    }  # fmt: skip


def _unreached(state: FeedState) -> bool:
    """Whether its last poll failed without counting against it: our own network was away."""
    return bool(state.last_error) and not state.failures and not state.stopped


def _out_of_reach(states: Sequence[FeedState]) -> bool:
    """Whether our own network was away at the last polls, as far as these tell."""
    polls = [state.last_polled for state in states if _unreached(state) and state.last_polled]
    answers = [state.last_ok for state in states if state.last_ok]
    return bool(polls) and max(polls) > max(answers, default=datetime.min.replace(tzinfo=UTC))


def summary(report: dict[str, Any]) -> str:
    """The same in a few lines for a person."""
    if not report["loops"]:
        first = "not running: there is no sign of a daemon on this database"
    elif not report["live"]:
        late = [loop["name"] for loop in report["loops"] if loop["late"]]
        first = f"not well: no sign of life from {', '.join(late)}"
    else:
        first = "alive"
    lines = [first]
    if not report["config"]["ok"]:
        lines.append("configuration: the last edit was refused; the one before is in force")
        lines += [f"  {problem}" for problem in report["config"]["problems"]]
    if not report["network"]["reachable"]:
        lines.append("network: cannot be reached; see this machine's connection and name server")
    failing, unreached = report["feeds"]["failing"], report["feeds"]["unreached"]
    lines.append(
        f"feeds: {report['feeds']['total']} watched, {len(failing)} failing"
        + (f", {unreached} not reached" if unreached else "")
    )
    lines += [f"  {feed['name']}: {feed['error']}" for feed in failing]
    lines += [
        f"channel {each['name']}: takes nothing ({each['refused']} refused): {each['error']}"
        for each in report["channels"]["failing"]
    ]
    deliveries = report["deliveries"]
    lines.append(
        f"deliveries: {deliveries['sent']} sent, "
        f"{deliveries['pending'] + deliveries['failed'] + deliveries['sending']} waiting, "
        f"{deliveries['dead']} dead"
    )
    return "\n".join(lines)
