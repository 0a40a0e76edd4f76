"""What every format's entries have in common: identity, and what counts as a date or a link."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from monitor.model.feed import Entry
from monitor.wording import one_line

MAX_ENTRIES = 2000
"""Entries read of one document: feedparser takes about a millisecond for each."""

# The web is younger than 1990: an earlier date is a default (1970) or a mistake. A later one
# than 2200 is no time anybody meant, and the last years there are break arithmetic.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST_IDENTITY = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


def too_many(count: int) -> str:
    """What to say of a document with more than `MAX_ENTRIES` entries."""
    return f"has {count:,} entries, of which only the first {MAX_ENTRIES:,} were read"


def plausible(moment: datetime) -> datetime | None:
    """The time in UTC, or None when nobody can have meant it."""
    return moment.astimezone(UTC) if _EARLIEST <= moment < _LATEST else None


def web_link(value: object, base: str) -> str | None:
    """An http or https address, resolved against `base`; None when it is anything else."""
    if not value:
        return None
    try:
        link = urljoin(base, one_line(str(value)))
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and parts.netloc else None


def language_tag(value: object) -> str | None:
    """A language tag such as "en" or "pt-BR"; None when it is none."""
    text = str(value or "").strip()
    return text.replace("_", "-") if len(text) <= 35 and _LANGUAGE.fullmatch(text) else None


def identified(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], list[str]]:
    """Give each entry of one document its identity.

    It is the guid, else the link, else a digest of the text. Entries that say the same twice
    become one. Different entries under one guid or link all survive: there the identity is
    that guid with a digest of what sets them apart, whatever their order in the document.

    Returns:
        The entries in their order, and what was wrong in a user's words.
    """
    problems: list[str] = []
    useful = [each for each in entries if each.title or each.summary or each.content or each.link]
    distinct = list(dict.fromkeys(useful))
    shared: dict[str, set[tuple[str, str]]] = defaultdict(set)
    if skipped := len(entries) - len(useful):
        problems.append(f"{_entries(skipped)} without title, text and link, left out")
    for each in distinct:
        shared[own_identity(each)].add((each.link or "", each.title))
    seen: dict[str, Entry] = {}
    clashes = 0
    for each in distinct:
        identity = own_identity(each)
        if len(shared[identity]) > 1:
            clashes += 1
            identity = f"{identity}#{_digest(each.link or '', each.title)}"
        # The same guid, link and title: one entry given twice, the first one being the newest.
        seen.setdefault(identity, replace(each, identity=identity))
    if clashes:
        problems.append(f"{_entries(clashes)} share their guid or link with a different one")
    return tuple(seen.values()), problems


def own_identity(entry: Entry) -> str:
    """What an entry is known by when no other of its document claims the same."""
    stated = entry.guid or entry.link
    if stated and len(stated) <= _LONGEST_IDENTITY:
        return stated
    return "sha256:" + (
        _digest(stated) if stated else _digest(entry.title, entry.summary, entry.content)
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
