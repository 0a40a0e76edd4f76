"""Which feeds are read: refusing what is subscribed already, and exchanging lists with others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from monitor.config.edit import same_feed
from monitor.config.schema import Feed
from monitor.config.secrets import without_keys
from monitor.config.source import read_bytes, why_unreadable
from monitor.errors import MonitorError
from monitor.feeds.discovery import addresses
from monitor.feeds.opml import Outlines, Subscription, read_opml, write_opml

__all__ = ["addresses", "already", "exported", "outlines"]


@dataclass(frozen=True, slots=True)
class Added:
    """A feed that was added to the configuration."""

    url: str
    name: str
    tags: tuple[str, ...]
    file: str
    entries: int | None
    """What it lists now; None if it was not asked."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A feed that was taken out of the configuration."""

    url: str
    name: str
    removed: tuple[str, ...]
    """Where it stood: `file:line`."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a list of feeds came to."""

    added: int
    already: int
    repeated: int
    problems: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Exported:
    """Feeds for other readers."""

    data: bytes
    """OPML."""
    hidden: int
    """Addresses whose user name and password were left out."""
    keyed: int
    """How many addresses lost a token of their query."""


def already(feeds: Iterable[Feed], urls: Iterable[str]) -> Feed | None:
    """The first of the feeds that one of the addresses is that of."""
    keys = {same_feed(url) for url in urls}
    return next((feed for feed in feeds if same_feed(feed.url) in keys), None)


def outlines(file: Path) -> Outlines:
    """The feeds of an OPML file.

    Raises:
        MonitorError: it cannot be read, or is no OPML.
    """
    try:
        data = read_bytes(file)
    except OSError as error:
        raise MonitorError(f"cannot be read: {why_unreadable(error)}", where=str(file)) from None
    return read_opml(data, where=str(file))


def exported(feeds: Sequence[Feed], created: datetime) -> Exported:
    """The feeds as OPML, their tags as folders."""
    bare = [without_keys(_without_login(feed.url)) for feed in feeds]
    keyed = sum(without_keys(feed.url) != feed.url for feed in feeds)
    data = write_opml(
        (Subscription(url, feed.label, feed.tags) for url, feed in zip(bare, feeds, strict=True)),
        title="Feeds of monitor",
        created=created,
    )
    hidden = sum(_without_login(feed.url) != feed.url for feed in feeds)
    return Exported(data, hidden, keyed)


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
