"""What a later reading of an article found changed, as far as it is news to its readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from monitor.model.article import Article, TextSource
from monitor.model.match import Mention

_WORD = re.compile(r"\w+")
_OTHER_HEADLINE = 0.75
"""Share of the words of two headlines, in order, below which they say something else.

“UPDATE 1” before it, or a word after it, does not make another headline.
"""
_STILL_WHOLE = 0.6
"""Of the text before: a page that has less by now may be a wall, and has taken nothing back."""


def new_headline(told: tuple[str, str], now: tuple[str, str]) -> str | None:
    """That an article has another headline than the one people were told, in words.

    Args:
        told: the feed's headline and the page's own, as they were told; either may be empty.
        now: the same as they are.
    """
    for before, after in zip(told, now, strict=True):
        if before and after and _differ(before, after):
            return f"its headline is now “{after}”, and was “{before}”"
    return None


def taken_back(
    before: Article, after: Article, named: Iterable[Mention], names: Iterable[Mention]
) -> str | None:
    """Whom an article's page names no more, in words, with the sentence that is gone.

    Args:
        before: the article as it was.
        after: the article as it is.
        named: what it named then.
        names: what it names now.
    """
    pages = TextSource.PAGE
    if before.text_source is not pages or after.text_source is not pages or after.text_note:
        return None
    if len(after.body) < _STILL_WHOLE * len(before.body):
        return None
    # Whom nobody watches any more may still be named.
    text = f"{after.title}\n{after.summary}\n{after.body}".casefold()
    left = {mention.entity for mention in names}
    named = tuple(named)
    left |= {mention.entity for mention in named if mention.text.casefold() in text}
    gone: dict[str, Mention] = {}
    for mention in named:
        if mention.entity not in left:
            gone.setdefault(mention.entity, mention)
    said = [
        f"it no longer names {entity}, of whom it said “{' '.join(mention.sentence.split())}”"
        for entity, mention in gone.items()
    ]
    return "; ".join(said) or None


def _differ(before: str, after: str) -> bool:
    old, new = (_WORD.findall(text.casefold()) for text in (before, after))
    if len(old) <= 1 or len(new) <= 1:
        # Scripts without spaces: a headline is one word.
        return SequenceMatcher(None, before, after, autojunk=False).ratio() < _OTHER_HEADLINE
    return SequenceMatcher(None, old, new, autojunk=False).ratio() < _OTHER_HEADLINE
