"""The labelled documents of this folder, as the matcher takes them.

`documents/*.jsonl` holds one document a line: `id`, `lang`, `title`, `summary`, `body`,
`authors`, `why`, and `expect`, the alerts that a careful analyst would want, as a list of
`{"watchlist", "entities", "text"}`. Every watchlist that `expect` does not name must keep quiet.
The optional `text` lists mentions that must be found with exactly these characters.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config.schema import Watchlist
from monitor.model.article import Article
from monitor.model.match import Match

HERE = Path(__file__).parent

EntityKey = tuple[str, str]
"""A watchlist's name and an entity's name."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article and what an analyst wants to be told of it."""

    article: Article
    wanted: frozenset[EntityKey]
    texts: tuple[tuple[str, str], ...]
    """Watchlist and the exact text of a mention that must be found."""
    why: str

    @property
    def trap(self) -> bool:
        """True when nothing at all may be told of it."""
        return not self.wanted


def watchlists() -> tuple[Watchlist, ...]:
    """The watchlists that the documents were written for."""
    table = tomllib.loads((HERE / "watchlists.toml").read_text(encoding="utf-8"))
    return tuple(Watchlist.model_validate(item) for item in table["watchlists"])


def documents() -> tuple[Document, ...]:
    """Every labelled document, in the order of the files' names."""
    lines = [
        json.loads(line)
        for path in sorted((HERE / "documents").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]
    return tuple(
        Document(
            article=Article(
                id=line["id"],
                title=line["title"],
                summary=line.get("summary", ""),
                body=line["body"],
                authors=tuple(line.get("authors", ())),
                language=line["lang"],
            ),
            wanted=frozenset(
                (item["watchlist"], entity)
                for item in line["expect"]
                for entity in item["entities"]
            ),
            texts=tuple(
                (item["watchlist"], text)
                for item in line["expect"]
                for text in item.get("text", ())
            ),
            why=line["why"],
        )
        for line in lines
    )


def told(matches: Sequence[Match]) -> frozenset[EntityKey]:
    """The entities that alerts would name."""
    return frozenset(
        (match.watchlist, mention.entity)
        for match in matches
        if match.alert
        for mention in match.mentions
    )
