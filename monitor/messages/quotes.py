"""The sentences that prove what an alert says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from monitor.messages.sanitise import Line, fit, line_of, one_line
from monitor.model.development import Development, new_entities
from monitor.model.match import Mention

QUOTE_LIMIT = 420
"""Characters."""

QUOTES_LIMIT = 3
WATCHLISTS_LIMIT = 5
"""Of those that a message concerns, so many are named in its title and proved each."""

_WORDS = re.compile(r"[^\W_]+")
_LEAST_PART = 24
"""Letters of a sentence, at the least, for another that holds them to be the same."""
_MOST_COMPARED = 60
"""Sentences looked at for that, the first ones."""


def quotes_of(
    found: Sequence[tuple[Mention, ...]], news: tuple[Development, ...]
) -> tuple[Line, ...]:
    """The sentences that prove what was found, the most telling first, each once.

    Telling is a sentence that names who is new in the story (`news`), then one that names several
    entities, then one from the text: the headline, which is shown anyway, is quoted only when
    nothing else names anyone. Each watchlist's best comes before another one of the first.

    Args:
        found: the mentions that each watchlist found in the article, the gravest watchlist first.
        news: what is new.
    """
    mentions = dict.fromkeys(mention for each in found for mention in each)
    sentences = _sentences(mentions)
    ranked = [
        _ranked([sentences[_key(mention)] for mention in each if _key(mention)], new_entities(news))
        for each in found
    ]
    limit = max(QUOTES_LIMIT, min(len(found), WATCHLISTS_LIMIT))
    chosen: dict[int, list[Mention]] = {}
    for turn in zip_longest(*ranked):
        for group in turn:
            if group is not None and len(chosen) < limit:
                chosen.setdefault(id(group), group)
    return tuple(map(_quote, chosen.values()))


def _sentences(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    """What each sentence mentions.

    A feed's summary is mostly the article's opening, cut off, or with another dateline, dash or
    quotation mark: a sentence and what is left of it there are one, and the whole one is quoted.
    """
    sentences: dict[str, list[Mention]] = {}
    for mention in mentions:
        if key := _key(mention):
            sentences.setdefault(key, []).append(mention)
    longest = sorted(list(sentences)[:_MOST_COMPARED], key=len, reverse=True)
    for index, part in enumerate(longest):
        if len(part) < _LEAST_PART:
            break
        whole = next((sentences[key] for key in longest[:index] if part in key), None)
        if whole is not None:
            whole += sentences[part]
            sentences[part] = whole
    return sentences


def _key(mention: Mention) -> str:
    """By what the sentence of a mention is known: its words."""
    line = one_line(mention.sentence).casefold()
    return " ".join(_WORDS.findall(line)) or line


def _ranked(groups: Sequence[list[Mention]], new: frozenset[str]) -> list[list[Mention]]:
    fields = {"title": 2, "summary": 0, "body": 1}
    ranked = sorted(
        groups,
        key=lambda group: (
            new.isdisjoint(mention.entity for mention in group),
            -len({mention.entity for mention in group}),
            min(fields[mention.field] for mention in group),
            group[0].sentence_start,
        ),
    )
    return [group for group in ranked if any(m.field != "title" for m in group)] or ranked[:1]


def _quote(group: list[Mention]) -> Line:
    sentence = group[0].sentence
    names: list[tuple[int, int]] = []
    for mention in group:
        start = mention.start - mention.sentence_start
        end = mention.end - mention.sentence_start
        if start < 0 or sentence[start:end] != mention.text:
            start = sentence.find(mention.text)
            end = start + len(mention.text)
        if start >= 0:
            names.append((start, end))
    return fit(line_of(sentence, names), QUOTE_LIMIT, around_name=True)
