"""An article's text with every mention in place: paragraphs, marks, and what may be folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.messages.sanitise import Line, line_of
from monitor.model.article import Article
from monitor.model.match import Field, Match, Mention

#: So many paragraphs in a row that name nobody are folded.
FOLDED_FROM = 3
#: The longest text that is shown, in characters: what is longer is read at its source.
MOST_TEXT = 200_000
#: And so many paragraphs.
MOST_PARAGRAPHS = 2_000
#: The longest paragraph: a wall of text is cut where a sentence ends.
_LONG_PARAGRAPH = 1_500

_PARAGRAPH = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile("(?<=[.!?])\\s+|(?<=[\u3002\uff01\uff1f])")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article."""

    pieces: Line
    """Its text; the strong pieces are watched names."""
    first: int | None
    """The number of its first mention, from 1; None if it has none."""

    @property
    def names_somebody(self) -> bool:
        """Whether a watched name stands in it."""
        return self.first is not None


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs that are shown, or folded away."""

    paragraphs: tuple[Paragraph, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a mention stands in a text."""

    place: float
    """From 0, its beginning, to 1, its end."""
    entity: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A text, its mentions in place."""

    title: Line
    summary: tuple[Paragraph, ...]
    """Empty where the text below begins with the same words."""
    passages: tuple[Passage, ...]
    marks: tuple[Mark, ...]
    mentions: int
    words: int
    is_cut: bool


def evidence(article: Article, matches: Sequence[Match]) -> Evidence:
    """An article as it is read: its title, its summary, its text.

    Args:
        article: the article.
        matches: what was found in it.
    """
    mentions = [each for match in matches for each in match.mentions]
    body = _shown(article.body)
    summary = [] if _begins_with(body, article.summary) else _paragraphs(
        article.summary[:_LONG_PARAGRAPH * 4], _of(mentions, "summary"), 0
    )  # fmt: skip
    seen = len(_distinct(_of(mentions, "summary"))) if summary else 0
    paragraphs = _paragraphs(body, _of(mentions, "body"), seen)
    length = max(1, len(body))
    return Evidence(
        title=line_of(article.title, _ranges(_of(mentions, "title"))),
        summary=tuple(summary),
        passages=tuple(_passages(paragraphs)),
        marks=tuple(
            Mark(each.start / length, each.entity)
            for each in _distinct(_of(mentions, "body"))
            if each.start < length
        ),
        mentions=seen + len(_distinct(_of(mentions, "body"))),
        words=len(body.split()),
        is_cut=len(body) < len(article.body),
    )


def _shown(body: str) -> str:
    """As much of a text as is shown."""
    body = body[:MOST_TEXT]
    beyond = next(islice(_cut(body), MOST_PARAGRAPHS, None), None)
    return body if beyond is None else body[: beyond[0]]


def _of(mentions: Iterable[Mention], field: Field) -> list[Mention]:
    return [each for each in mentions if each.field == field]


def _distinct(mentions: Iterable[Mention]) -> list[Mention]:
    """One for each place: two watchlists may find the same name."""
    return list({each.start: each for each in sorted(mentions, key=_start)}.values())


def _start(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


def _ranges(mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in mentions]


def _begins_with(body: str, summary: str) -> bool:
    words = " ".join(summary.split()[:12])
    return not words or words in " ".join(body[:2000].split())


def _paragraphs(text: str, mentions: list[Mention], seen: int) -> list[Paragraph]:
    distinct = _distinct(mentions)
    found = []
    next_mention = 0
    for start, end in _cut(text):
        inside = []
        while next_mention < len(distinct) and distinct[next_mention].start < end:
            inside.append(distinct[next_mention])
            next_mention += 1
        ranges = [(max(0, each.start - start), min(each.end, end) - start) for each in inside]
        first = seen + next_mention - len(inside) + 1 if inside else None
        pieces = line_of(text[start:end], ranges)
        if pieces:
            found.append(Paragraph(pieces, first))
    return found


def _cut(text: str) -> Iterable[tuple[int, int]]:
    for paragraph in _PARAGRAPH.finditer(text):
        start, end = paragraph.span()
        while end - start > _LONG_PARAGRAPH:
            stop = _SENTENCE_END.search(text, start + _LONG_PARAGRAPH // 2, end)
            if stop is None or stop.start() >= end:
                break
            yield start, stop.start()
            start = stop.end()
        yield start, end


def _passages(paragraphs: Sequence[Paragraph]) -> Iterable[Passage]:
    """Runs of paragraphs that name nobody are folded, but for the first paragraph of all."""
    run: list[Paragraph] = []
    shown: list[Paragraph] = []
    has_mentions = any(each.names_somebody for each in paragraphs)
    for number, each in enumerate(paragraphs):
        if has_mentions and not each.names_somebody and number:
            run.append(each)
            continue
        if len(run) >= FOLDED_FROM:
            if shown:
                yield Passage(tuple(shown), folded=False)
            yield Passage(tuple(run), folded=True)
            shown = []
        else:
            shown += run
        run = []
        shown.append(each)
    if shown:
        yield Passage(tuple(shown), folded=False)
    if run:
        yield Passage(tuple(run), folded=len(run) >= FOLDED_FROM)
