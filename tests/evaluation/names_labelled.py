"""Sentences in thirty languages, and whether each names whom we watch.

`names/sentences.tsv` holds, a line each, language, kind, name, label and text: names in the cases
of their languages, names of the news in other scripts, and namesakes. `names/abroad.tsv` holds 62
people in the news under their English names, in Russian, Ukrainian, Greek, Arabic and Hebrew.
`names/later.tsv` holds sentences in 34 languages that were written when the rules for the others
stood, about actors, too. `names/fresh.tsv` and `names/unseen.tsv` hold what newsrooms write about
people, actors, firms with everyday names, and things, authors and ships that bear a name; the
second was written after the first had been mended. `names/world.tsv` holds headlines, firms, things
that bear names, and names in other scripts; half of it, chosen by a hash of the text, was kept from
those who wrote the rules. `names/further.tsv` was written after it. `names/headlines.tsv` holds
headlines that mean actors, most with words of every day, and others with the same words;
`names/namesakes.tsv` what only bears a name, and words that are names elsewhere;
`names/inflected.tsv` people of 2025 in 24 languages; `names/batches.tsv` all of these, written in
four batches, each without a look at the rules. `names/newsrooms.tsv` holds four more, about gangs,
firms, stadiums, ships and namesakes as newsrooms write of them, and `names/kept.tsv` a fifth that
nobody tuned anything on. A sixth column `title` marks
headlines.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind

FOLDER = Path(__file__).with_name("names")
FILES = (
    "sentences.tsv",
    "abroad.tsv",
    "later.tsv",
    "fresh.tsv",
    "unseen.tsv",
    "world.tsv",
    "further.tsv",
    "headlines.tsv",
    "namesakes.tsv",
    "inflected.tsv",
    "batches.tsv",
    "newsrooms.tsv",
    "kept.tsv",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, whom it is held against, and whether it names them."""

    language: str
    kind: Kind
    name: str
    label: bool
    text: str
    title: bool = False
    """Whether the text is a headline."""

    @property
    def kept(self) -> bool:
        """Whether it was kept from the tuning, where it is of a file of which half was."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1


@cache
def sentences(file: str) -> tuple[Sentence, ...]:
    """All sentences of a file."""
    rows = [line.split("\t") for line in (FOLDER / file).read_text("utf-8").splitlines()]
    return tuple(
        Sentence(language, Kind(kind), name, label == "yes", text.replace("\\n", "\n"), bool(title))
        for language, kind, name, label, text, *title in rows
    )


@cache
def _matcher(file: str) -> Matcher:
    """Everybody of a file, each on a watchlist of their own."""
    watched = dict.fromkeys((each.kind, each.name) for each in sentences(file))
    return Matcher(
        [
            Watchlist(name=f"{kind} {name}", entities=(Entity(name=name, kind=kind),))
            for kind, name in watched
        ]
    )


def told(file: str) -> list[tuple[Sentence, bool]]:
    """Each sentence of a file, and whether it alerts for whom it is held against."""
    found = []
    for sentence in sentences(file):
        title, body = (sentence.text, "") if sentence.title else ("", sentence.text)
        article = Article(id="1", title=title, body=body, language=sentence.language)
        alerting = {m.watchlist for m in _matcher(file).match(article) if m.alert}
        found.append((sentence, f"{sentence.kind} {sentence.name}" in alerting))
    return found
