"""What a feed's document means for what is known: known entries and articles, and intents.

`monitor.feeds.reconcile` decides, `monitor.store.entries` looks up and carries out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.feed import Entry


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a feed's document lists it."""

    entry: Entry
    url_key: str | None
    """The canonical form of its link, by which its article is known."""
    digest: str
    """Of its words, so that an edit is noticed and a counter in the text is not one."""


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry of the feed that was listed before."""

    id: int
    article_id: int | None
    """None once its article was deleted for its age."""
    digest: str
    joined: bool
    """Its article was made of another entry."""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article at an address that the document links to."""

    id: int
    title: str
    published: datetime | None
    backfill: bool
    listings: tuple[tuple[int, str, str], ...]
    """The entries that list it: feed id, identity, digest of its words."""
    url: str | None = None
    """As it was first listed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of what a document lists."""

    entries: dict[str, KnownEntry]
    """The feed's own, by identity."""
    articles: dict[str, tuple[KnownArticle, ...]]
    """By canonical address, the oldest first."""
    had_entries: bool
    """Whether the feed has ever listed anything."""
    before: dict[str, KnownArticle] = field(default_factory=dict)
    """Articles that it lists anew, under other ids and addresses, by their identity now."""


@dataclass(frozen=True, slots=True)
class Create:
    """Make an article of an entry, to be read now."""

    listed: Listed
    backfill: bool
    """It is too old to tell anyone about."""
    entry_id: int | None = None
    """The entry, if it is known and its article was deleted."""


@dataclass(frozen=True, slots=True)
class Join:
    """Enter an entry as one more listing of an article."""

    listed: Listed
    article: int | Create
    """Its id, or the intent that makes it."""
    text: str
    """The entry's words; empty where they are those of another listing."""
    read_again: bool
    is_news: bool = False
    """It is no longer held as old: another feed lists it as news."""
    published: datetime | None = None
    """When it is news now: when it was published."""
    edited: bool = False
    """It is said in other words: names that came with them are news."""
    entry_id: int | None = None
    """The entry, if it is known and its article was deleted."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Take a known entry's other words over into its article, to be read again."""

    listed: Listed
    entry_id: int
    article_id: int
    text: str | None
    """The entry's words, if the article was made of another entry, whose words it keeps."""


Intent = Create | Join | Edit


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What is to be done about a document, and what was noticed."""

    intents: tuple[Intent, ...] = ()
    seen: tuple[int, ...] = ()
    """Ids of the known entries that it lists."""
    new: int = 0
    """Entries not seen before, however identified."""
    dropped: bool = False
    """None of those seen before was listed any more: some may have come and gone unseen."""
    unknown: int = 0
    """Entries that were not known by their identity; some may be known articles all the same."""
    forgotten: bool = False
    """Some that should be unchanged are not known here: the feed must be read as a whole."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a document's entries."""

    reconciled: Reconciled = field(default_factory=Reconciled)
    wanted: tuple[int, ...] = ()
    """Articles to be read now."""
    old: frozenset[int] = frozenset()
    """Those of them that are too old to tell anyone about."""

    @property
    def new(self) -> int:
        """Entries not seen before, however identified."""
        return self.reconciled.new

    @property
    def dropped(self) -> bool:
        """Entries may have come and gone unseen."""
        return self.reconciled.dropped

    @property
    def unknown(self) -> int:
        """Entries that were not known by their identity."""
        return self.reconciled.unknown

    @property
    def forgotten(self) -> bool:
        """The feed must be read as a whole."""
        return self.reconciled.forgotten
