"""What waits for channels, in words, and what can be done about it."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from monitor.model.delivery import Backlog
from monitor.wording import counted


def backlog_words(backlog: Backlog) -> str:
    """How much waits and how much was given up: "3 deliveries wait and 1 was given up"."""
    waiting, dead = backlog.waiting, backlog.dead
    parts = []
    if waiting or not dead:
        verb = "waits" if waiting == 1 else "wait"
        parts.append(f"{counted(waiting, 'delivery', 'deliveries')} {verb}")
    if dead:
        number = f"{dead:,}" if parts else counted(dead, "delivery", "deliveries")
        parts.append(f"{number} {'was' if dead == 1 else 'were'} given up")
    return " and ".join(parts)


def stranded_words(backlog: Backlog, channels: Collection[str], *, renamed: str = "") -> str:
    """That something waits for a channel that does not exist, and what to do.

    Args:
        backlog: what waits, for whom.
        channels: those that there are.
        renamed: what the channel seems to be called now, if that is known.
    """
    from monitor.config.explain import nearest

    meant = renamed or nearest(backlog.channel, channels) or "NEW"
    return (
        f"no channel is called `{backlog.channel}`, but {backlog_words(backlog)} for it: put it "
        f"back into the configuration, or send them elsewhere with "
        f"`{reroute_command(backlog.channel, meant)}`"
    )


def reroute_command(channel: str, to: str) -> str:
    """The command that sends elsewhere what waits for a channel, as a shell takes it."""
    return f"monitor alerts reroute {shlex.quote(channel)} {shlex.quote(to)}"
