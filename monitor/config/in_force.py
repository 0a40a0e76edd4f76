"""Which version of the configuration is in force, so that all machines change together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from monitor.model.config_version import Acknowledgement, ConfigVersion

PATIENCE = timedelta(seconds=30)
"""So long a version waits for workers that do not acknowledge it."""
LEAD = timedelta(seconds=3)
"""So long after the last acknowledgement it takes effect: all workers have heard of that by
then, if they look more often than that."""


def effective(version: ConfigVersion) -> datetime:
    """From when on a version is in force: as agreed, else when patience ends."""
    latest = version.created + PATIENCE
    return latest if version.effective is None else min(version.effective, latest)


def in_force(versions: Iterable[ConfigVersion], now: datetime) -> ConfigVersion | None:
    """The highest version that has taken effect; None while there is none.

    Once in force it stays so, whichever workers come and go, until a higher one is.

    Args:
        versions: in any order.
        now: the database's time, which is the same for all.
    """
    taken = (each for each in versions if effective(each) <= now)
    return max(taken, key=lambda each: each.number, default=None)


def agreed(
    version: ConfigVersion,
    acknowledgements: Iterable[Acknowledgement],
    live: Collection[str],
    now: datetime,
) -> datetime | None:
    """When a version is to take effect; None while a live worker has not acknowledged it.

    Args:
        version: the version.
        acknowledgements: what workers say of it; those who cannot use it have not acknowledged.
        live: the workers that are alive.
        now: the database's time.
    """
    ready = {each.worker for each in acknowledgements if each.problem is None}
    if not ready.issuperset(live):
        return None
    # Nobody has to hear of it where nobody is.
    at = now + LEAD if live else now
    return min(at, effective(version))
