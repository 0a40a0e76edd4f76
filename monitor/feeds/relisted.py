"""A feed that lists what it listed before under other ids and addresses: pure.

A publisher who moves to another system, or whose addresses carry a session, lists articles that
are known as if they were new. One entry with the headline and the time of another proves little;
but if half of a document are such, they are the same articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.feeds.headline import headline_of
from monitor.model.feed import Entry
from monitor.model.reconciliation import Known, KnownArticle, Listed

FEWEST = 3
"""So many at once at the least: fewer may be alike by chance."""


def strangers(
    listed: Sequence[Listed], unchanged: Sequence[str], known: Known, last_read: datetime | None
) -> list[Listed]:
    """The entries that should be known by their time, and are not.

    Args:
        listed: a document's entries that may be new or different.
        unchanged: identities of those it lists besides.
        known: what is known of all of them.
        last_read: when the feed was last read.

    Returns:
        Those of a time at which the feed was read already, or without one; none, unless they are
        a good part of the document.
    """
    if last_read is None:
        return []
    found = [
        each
        for each in listed
        if each.entry.identity not in known.entries
        and each.url_key not in known.articles
        and (each.entry.published is None or each.entry.published <= last_read)
    ]
    return found if _is_good_part(len(found), len(listed) + len(unchanged)) else []


def twins(found: Sequence[Listed], gone: Iterable[KnownArticle]) -> dict[str, KnownArticle]:
    """The articles that strangers are, by the identity of each entry; none, unless many are.

    Args:
        found: the strangers.
        gone: articles of the feed that its document does not list any more by their ids.
    """
    before = [*gone]
    by_words = _single((digest, each) for each in before for digest in _digests(each))
    by_facts = _single(((each.title, each.published), each) for each in before if each.published)
    words = Counter(each.digest for each in found)
    facts = Counter((each.entry.title, each.entry.published) for each in found)
    pairs: dict[str, KnownArticle] = {}
    taken: set[int] = set()
    for each in found:
        entry, twin = each.entry, None
        if words[each.digest] == 1:
            twin = by_words.get(each.digest)
        if twin is None and facts[entry.title, entry.published] == 1:
            same = (by_facts.get((title, entry.published)) for title in titles(entry))
            twin = next(filter(None, same), None)
        if twin is not None and twin.id not in taken:
            taken.add(twin.id)
            pairs[entry.identity] = twin
    return pairs if _is_good_part(len(pairs), len(found)) else {}


def titles(entry: Entry) -> set[str]:
    """The titles by which an entry's article may be known."""
    # What has no title was given a headline.
    return {entry.title, entry.title or headline_of(entry.summary or entry.content)} - {""}


def _digests(article: KnownArticle) -> set[str]:
    return {digest for *_, digest in article.listings}


def _single(
    pairs: Iterable[tuple[object, KnownArticle]],
) -> Mapping[object, KnownArticle]:
    """By what each has to itself: what two articles have in common tells neither."""
    found: dict[object, KnownArticle | None] = {}
    for key, article in pairs:
        found[key] = article if key not in found or found[key] is article else None
    return {key: article for key, article in found.items() if article is not None}


def _is_good_part(part: int, whole: int) -> bool:
    return part >= FEWEST and 2 * part >= whole
