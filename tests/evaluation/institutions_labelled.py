"""Sentences about institutions that many countries have, and whose each one is.

`institutions/sentences.tsv` holds, a line each, the watchlist, the label, the language and the
text. The label is `yes` where the watched institution is meant, `no` where another country's of
the same name is, `unsaid` where a reader cannot tell. Half of the sentences, chosen by a hash of
their text, were kept from those who wrote the rules. `later.tsv` holds more, for other
institutions, written when the rules stood, and `last.tsv` yet more, written after those were read;
`fresh.tsv` and `unseen.tsv` more in Arabic and Chinese, too; `world.tsv` and
`further.tsv` are about parties as well, `wide.tsv` about bodies of all sorts in 20 languages, and
`batches.tsv` about more of them, written in six batches, each without a look at the rules.
`newsrooms.tsv` holds three more in 20 languages, and `kept.tsv` a fourth that nobody tuned anything
on.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article

FOLDER = Path(__file__).with_name("institutions")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and whose institution it speaks of."""

    watchlist: str
    label: str
    language: str
    text: str

    @property
    def kept(self) -> bool:
        """Whether it was kept from the tuning."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1


def sentences(file: str = "sentences.tsv") -> tuple[Sentence, ...]:
    """All sentences of a file."""
    lines = (FOLDER / file).read_text("utf-8").splitlines()
    return tuple(Sentence(*line.split("\t")) for line in lines)


def watchlists() -> tuple[Watchlist, ...]:
    """The watchlists that the sentences are read for."""
    table = tomllib.loads((FOLDER / "watchlists.toml").read_text("utf-8"))
    return tuple(Watchlist.model_validate(row) for row in table["watchlists"])


def wrong(matcher: Matcher, chosen: Sequence[Sentence], *, tagged: bool) -> list[Sentence]:
    """The sentences judged wrongly; `tagged` hands their language over as a page may do."""
    found = []
    for number, sentence in enumerate(chosen):
        language = sentence.language if tagged else None
        article = Article(id=str(number), title="Report", body=sentence.text, language=language)
        matches = {match.watchlist: match for match in matcher.match(article)}
        match = matches.get(sentence.watchlist)
        if (match is not None and match.alert) != (sentence.label == "yes"):
            found.append(sentence)
    return found
