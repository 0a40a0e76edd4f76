"""The labelled reports of `stories_abroad/`: one event told in several languages.

Each file is one group: who is watched, and reports of two or three events of the same day or two
in which the same actors figure, each told by outlets in several languages in their own words.
A round-up, a background piece or an aside (sport, an obituary, a novel) names the same actors,
too, and is of no event: who was told of the one has not been told of the other.

`tuned/` was looked at while thresholds were chosen, `held_back/` was not; six of its groups were
written by another hand, in which each outlet has its own angle and its own country's reaction.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from monitor.model.article import Article
from tests.evaluation.stories_labelled import Half, Pair, Told, naming

HERE = Path(__file__).parent / "stories_abroad"
ANGLES = Path(__file__).parent / "stories_angles"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report and the event it tells; what is of no event has one of its own."""

    event: str
    kind: str
    """report, round-up, background or aside."""
    told: Told


def groups(half: Half) -> dict[str, list[Labelled]]:
    """The reports of each group of a half, by its name."""
    return _read(HERE / half)


def angles(half: Half | None = None) -> dict[str, list[Labelled]]:
    """Groups in one language each, in which each outlet tells the event from an angle of its own.

    Written without a look at the program, and harsher than life: the reports of an event have next
    to no sentence in common. What else the same actors did that day or the next is beside them.

    Args:
        half: of reports as long as agencies' and newspapers', in six languages; without one, short
            reports in English.
    """
    return _read(ANGLES / (half or ""))


def _read(folder: Path) -> dict[str, list[Labelled]]:
    found = {}
    for path in sorted(folder.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        reports = enumerate(table["reports"])
        found[path.stem] = [_labelled(index, each, table["watched"]) for index, each in reports]
    return found


def pairs(half: Half) -> list[Pair]:
    """Every pair of reports in different languages, within each group."""
    return [
        Pair(
            f"{name}/{one.told.article.id}/{two.told.article.id}",
            _kind(one, two),
            one.event == two.event,
            one.told,
            two.told,
        )
        for name, reports in groups(half).items()
        for one, two in combinations(reports, 2)
        if one.told.article.language != two.told.article.language
    ]


def _kind(one: Labelled, two: Labelled) -> str:
    if one.event == two.event:
        return "one event"
    return next((each.kind for each in (one, two) if each.kind != "report"), "same actors")


def _labelled(index: int, table: Mapping[str, Any], watched: Mapping[str, list[str]]) -> Labelled:
    article = Article(
        id=f"{table['event']}-{table['lang']}-{index}",
        title=table["title"],
        body=table["text"],
        outlet=table["outlet"],
        published=table["at"],
        language=table["lang"],
    )
    return Labelled(table["event"], table.get("kind", "report"), naming(article, watched))
