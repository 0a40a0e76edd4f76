"""Lines that a site puts on page after page: what they name is not what an article is about.

`boilerplate` knows one page; here it is remembered which lines a host's earlier articles had.
A line is furniture when it is short, was in several articles that are different texts, and in
most of those that came since it was first seen. The background paragraph a newsroom repeats
whenever it writes of a case is in few of its articles; the pages of a live blog and the versions
of an agency's report are the same text and count as one. Whoever keeps the memory (a table by
host) hands it in and takes away what is to be written; nothing is read or written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

SHORT = 250
"""Characters of the longest line that can be furniture; a longer one is the article's text."""
IN_ARTICLES = 3
"""Different articles that had a line before it is furniture."""
SENTENCES_IN_ARTICLES = 6
"""The same for one that ends like a sentence: more likely a quotation, a standing explanation."""
SHARE = 0.5
"""Share of the host's different articles, since a line was first seen, that had it."""
MOST_LINES = 2_000
"""Lines of one article that are looked at: no page may fill the memory."""
_PROSE = 50
"""Characters from which a line that ends like a sentence is an article's own text."""
_SAME_TEXT = 0.65
"""Share of its own text, in characters, seen before, from which an article is a version.

One without any text of its own proves nothing, and is taken for a version, too."""
_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_CLOSING = 8
"""Characters in which a full stop and the quotes and brackets after it stand."""
_NUMBER = re.compile(r"\d+")
_SENTENCE = re.compile(r"[.!?…。！？।॥؟۔]['\"”’»)\]」』]*$")  # noqa: RUF001 - full stops of every script


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an article's text."""

    start: int
    end: int
    digest: int
    """Of its words, whatever case, spaces and numbers: a signed integer of 64 bits."""
    sentence: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of a line of one host."""

    times: int
    """Different articles that had it."""
    since: int
    """The host's different articles before the first that had it."""


_NEVER = Seen(0, 0)
Memory = Mapping[int, Seen]
"""What a host's earlier articles had, by digest; those lines suffice that the article has."""


def lines(text: str) -> tuple[Line, ...]:
    """The lines of an article's text that have letters, in order, the first `MOST_LINES`."""
    found = []
    for match in _LINE.finditer(text):
        written = match[0].strip()
        if not any(map(str.isalpha, written)):
            continue
        # "3 hours ago" is the same line an hour later.
        same = _NUMBER.sub("0", " ".join(written.split())).casefold()
        digest = blake2b(same.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        number = int.from_bytes(digest, "big", signed=True)
        found.append(Line(*match.span(), number, _SENTENCE.search(written[-_CLOSING:]) is not None))
        if len(found) == MOST_LINES:
            break
    return tuple(found)


def furniture(found: Sequence[Line], memory: Memory, articles: int) -> tuple[tuple[int, int], ...]:
    """Where an article's text is only what the host's pages have in common.

    Args:
        found: the article's lines.
        memory: what earlier articles of its host had.
        articles: how many different articles of the host are remembered.
    """
    return tuple(
        (line.start, line.end)
        for line in found
        if line.end - line.start <= SHORT
        and (seen := memory.get(line.digest)) is not None
        and seen.times >= (SENTENCES_IN_ARTICLES if line.sentence else IN_ARTICLES)
        and seen.times >= SHARE * (articles - seen.since)
    )


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in these places, so that all other offsets stay what they are."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*pieces, text[done:]])


def to_remember(found: Sequence[Line], memory: Memory) -> tuple[tuple[int, ...], bool]:
    """What to write into the memory for an article that was read for the first time.

    Args:
        found: its lines.
        memory: what earlier articles of its host had.

    Returns:
        The digests of the lines that one article more has had, and whether the host has one
        different article more. A version of an earlier text is none, and only its new lines are
        entered, so that the version after it is known, too.
    """
    own = {
        line.digest: line.end - line.start
        for line in found
        if line.sentence
        and line.end - line.start >= _PROSE
        and memory.get(line.digest, _NEVER).times < IN_ARTICLES
    }
    digests = tuple(dict.fromkeys(line.digest for line in found))
    known = sum(length for digest, length in own.items() if digest in memory)
    if known >= _SAME_TEXT * sum(own.values()):
        return tuple(digest for digest in digests if digest not in memory), False
    return digests, True
