"""An article: what its page says, and what is matched."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class TextSource(enum.StrEnum):
    """Where an article's text came from."""

    PAGE = "page"
    FEED = "feed"


class Wall(enum.StrEnum):
    """What stands on a page where its text should be."""

    CONSENT = "consent"
    PAYWALL = "paywall"
    SCRIPT = "script"
    """Nothing: a program is to show the text."""
    ROBOT = "robot"
    """A question whether a person is reading."""


@dataclass(frozen=True, slots=True)
class Page:
    """The main text and metadata of an article's HTML page."""

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None
    note: str | None = None
    """What is to be said of its text, in a user's words, if anything."""
    whole: bool = True
    """False when its text is known to be only the beginning."""
    leads_to: str | None = None
    """The address that it sends its readers to, without a text of its own."""
    captions: tuple[str, ...] = ()
    """What is written below its pictures, which is not among the text."""

    def captioned(self, text: str) -> str:
        """A text of the article with those captions below it that it does not have."""
        return "\n".join([text, *(each for each in self.captions if each not in text)])


@dataclass(frozen=True, slots=True)
class Article:
    """What is matched: an entry with its page's full text, or a document given by hand."""

    id: str
    title: str = ""
    summary: str = ""
    body: str = ""
    url: str | None = None
    outlet: str = ""
    """The name of the feed or site that published it, as shown to people."""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    fetched: datetime | None = None
    language: str | None = None
    feed: str | None = None
    """Address of the feed it came from."""
    feed_name: str | None = None
    feed_tags: tuple[str, ...] = ()
    feed_weight: float = 1.0
    text_source: TextSource = TextSource.FEED
    text_note: str | None = None
    """Why the page's text could not be had, or not as it should be, in a user's words, if so."""
    page_url: str | None = None
    """The canonical address at which its page was found, where its feed's link only leads there."""
    page_title: str = ""
    """What its page calls itself, which may be other words than the feed's."""

    @property
    def may_lack_text(self) -> bool:
        """Whether there is a reason to think that its text is not all that its page says."""
        return self.text_note is not None

    @property
    def read_at(self) -> str | None:
        """The address at which its text was read: its page's, or its feed's if that says it alone.

        What a feed's link leads to says nothing of who wrote the feed's own words.
        """
        if self.text_source is TextSource.PAGE:
            return self.page_url or self.url
        return self.feed
