"""How grave alerts are by default, on news and reports that were not written for us.

    python -m benchmarks.severities --corpus FOLDER      # else $MONITOR_CORPUS

Watched is whom each set labels: of AnnoCTR all of MISP's actors, of BASIL the events' entities,
of BSNLP/SlavNER the persons and organisations of each language; once each on a watchlist of its
own, and once all on one, where every alert is lifted by the others that the article names.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.evaluate_real import lines, watched
from monitor.config.schema import Entity, Watchlist
from monitor.matching.actors import actor_names
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind, Severity

MOST_CRITICAL = 0.1
"""Share of the alerts: who is woken for each is woken for none in the end."""

Sample = tuple[str, Sequence[dict[str, Any]], Sequence[Entity]]


def samples(corpus: Path) -> Iterator[Sample]:
    """What is read and who is watched: by name, the documents and the entities."""
    folder = corpus / "real"
    actors = [Entity(name=name, kind=Kind.THREAT_ACTOR) for name in actor_names()]
    yield "annoctr", lines(folder / "annoctr.jsonl.gz"), actors
    articles = lines(folder / "basil.jsonl.gz")
    labelled = sorted({name for article in articles for name in article["entities"]})
    yield "basil", articles, [Entity(name=name, kind=_kind(name)) for name in labelled]
    documents = lines(folder / "names_slavic.jsonl.gz")
    for language in sorted({document["lang"] for document in documents}):
        own = [document for document in documents if document["lang"] == language]
        names = [Entity(name=name, kind=kind) for name, kind in watched(own).values()]
        if names:
            yield "slavic", own, names


def _kind(name: str) -> Kind:
    return Kind.PERSON if len(name.split()) > 1 else Kind.ORGANISATION


def severities(corpus: Path) -> dict[tuple[str, str], Counter[Severity]]:
    """How many alerts were of each severity, by set and by how it is watched."""
    found: dict[tuple[str, str], Counter[Severity]] = {}
    for name, documents, entities in samples(corpus):
        lists = {
            "a watchlist each": [
                Watchlist(name=str(number), entities=(entity,))
                for number, entity in enumerate(entities)
            ],
            "one watchlist": [Watchlist(name="all", entities=tuple(entities))],
        }
        for way, watchlists in lists.items():
            counts = found.setdefault((name, way), Counter())
            matcher = Matcher(watchlists)
            for document in documents:
                article = Article(
                    id=document["id"],
                    title=document["title"],
                    body=document["body"],
                    language=document.get("lang", "en"),
                )
                counts.update(each.severity for each in matcher.match(article) if each.alert)
    return found


def main() -> None:
    """Print the shares of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="folder of the sets (else $MONITOR_CORPUS)")
    corpus = parser.parse_args().corpus or Path(os.environ["MONITOR_CORPUS"])
    for (name, way), counts in severities(corpus).items():
        total = counts.total()
        shares = ", ".join(
            f"{severity.value} {counts[severity] / total:.1%}"
            for severity in (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
        )
        met = "met" if counts[Severity.CRITICAL] <= MOST_CRITICAL * total else "MISSED"
        print(f"{name}, {way}: {total:,} alerts: {shares} (goal: 10 % critical at most: {met})")


if __name__ == "__main__":
    main()
