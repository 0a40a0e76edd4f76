"""What every format's entries have in common: identity, and what counts as a date or a link."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from monitor.model.feed import Entry
from monitor.wording import one_line

T = TypeVar("T")

MAX_ENTRIES = 2000
"""Entries read of one document, the newest ones."""

_NO_SCHEME = re.compile(r"www\.[\w-]+\.[\w.-]+(?:[:/?#]|$)", re.IGNORECASE)
_PLAIN = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?/[\w/%+,:@~-]*(?:\.[\w%+,:@~-]+)?(?:\?[\w/%+,:@~=.-]+)?",
    re.ASCII,
)
"""What is resolved to itself and has nothing in it that must be put right: most addresses."""
_OLDEST = datetime.min.replace(tzinfo=UTC)
_LONGEST_IDENTITY = 500
_LONGEST_TEXT = 1_000_000
"""Characters of what several entries under one identity say."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


def too_many(count: int, kept: str = "first") -> str:
    """What to say of a document with more than `MAX_ENTRIES` entries, and which ones are `kept`."""
    return f"has {count:,} entries, of which only the {kept} {MAX_ENTRIES:,} were read"


def newest(items: Sequence[T], date: Callable[[T], datetime | None]) -> list[T]:
    """As many items as are read, in their order; none where dates do not tell which are new."""
    if len(items) <= MAX_ENTRIES:
        return list(items)
    dates = [date(each) for each in items]
    if 2 * sum(each is not None for each in dates) < len(dates):
        return []
    # What has no date is as old as what stands before it.
    last = _OLDEST
    moments = [last := each or last for each in dates]
    order = sorted(range(len(items)), key=lambda number: moments[number], reverse=True)
    return [items[number] for number in sorted(order[:MAX_ENTRIES])]


def web_link(value: object, base: str) -> str | None:
    """An http or https address, resolved against `base`; None when it is anything else."""
    if not value:
        return None
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    # No address has a reference to "&" in it: it was escaped twice.
    stated = one_line(str(value)).replace("&amp;", "&")
    if _NO_SCHEME.match(stated):
        stated = f"https://{stated}"
    try:
        link = urljoin(base, stated)
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and parts.netloc else None


def page_address(value: object, base: str) -> str | None:
    """The same for what people are to open: a space would end it in a message."""
    link = web_link(value, base)
    return None if link is None else link.replace(" ", "%20")


def language_tag(value: object) -> str | None:
    """A language tag such as "en" or "pt-BR"; None when it is none."""
    text = str(value or "").strip()
    return text.replace("_", "-") if len(text) <= 35 and _LANGUAGE.fullmatch(text) else None


def identified(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], list[str]]:
    """Give each entry of one document its identity.

    It is the guid, else the link, else a digest of the text. Entries of the same guid or link and
    the same title become one, with all that they say: those that say the same are a repetition,
    others mostly an outlet's later words on the same page. Different entries under one guid or
    link all survive: there the identity is that guid with a digest of what sets them apart,
    whatever their order in the document.

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
    seen: dict[str, list[Entry]] = defaultdict(list)
    clashes = 0
    for each in distinct:
        identity = own_identity(each)
        if len(shared[identity]) > 1:
            clashes += 1
            identity = f"{identity}#{_digest(each.link or '', each.title)}"
        seen[identity].append(replace(each, identity=identity))
    if clashes:
        problems.append(f"{_entries(clashes)} share their guid or link with a different one")
    kept = tuple(_together(each) for each in seen.values())
    if joined := sum(_texts(each) > 1 for each in seen.values()):
        problems.append(
            f"{_entries(joined)} listed several times with different texts: read as one"
        )
    return kept, problems


def _texts(same: Sequence[Entry]) -> int:
    return len({(each.summary, each.content) for each in same})


def _together(same: Sequence[Entry]) -> Entry:
    """Entries under one identity as one, with the words of all."""
    if _texts(same) == 1:
        return same[0]
    dates = [each.published for each in same if each.published]
    return replace(
        same[0],
        summary=_joined(each.summary for each in same),
        content=_joined(each.content for each in same),
        published=max(dates, default=None),
    )


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, dict.fromkeys(texts)))[:_LONGEST_TEXT]


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
