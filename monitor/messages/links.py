"""What the links of a message to the page are called."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model.link import LinkAction, PageLink

_WORDS = {
    None: "Open the story",
    LinkAction.RELEVANT: "relevant",
    LinkAction.NOT_RELEVANT: "not relevant",
    LinkAction.ACKNOWLEDGE: "I’m on it",
    LinkAction.SILENCE: "silence 24 h",
}


def page_words(pages: Iterable[PageLink]) -> tuple[tuple[str, str], ...]:
    """Words and address of each link."""
    return tuple((_WORDS[each.action], each.url) for each in pages)
