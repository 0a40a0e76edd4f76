"""How well feeds, pages and stories are read and told who they are about, on labelled documents.

`python -m benchmarks.evaluate` prints precision, recall, F1 and alerts per 1,000 for each set.
The documents of `tests/evaluation` are always there; the other sets are read from the folder
that `--corpus` or the environment variable MONITOR_CORPUS names, and left out without one.
Where a set is about threat actors, the plain whole-word automaton over the same names is
measured beside the matcher.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick

from benchmarks import documents, evaluate_stories
from benchmarks.counts import Result, as_json, errors, table, timed
from benchmarks.evaluate_real import annoctr, languages
from benchmarks.evaluate_real import lines as _lines
from monitor.config.schema import Entity, Watchlist
from monitor.matching.actors import actor_names, clusters_for
from monitor.matching.matcher import Matcher
from monitor.matching.text.normalise import bounded
from monitor.model.article import Article
from monitor.model.match import Kind
from tests.evaluation import institutions_labelled, labelled, names_labelled

SENTENCE = "A statement published on Tuesday says that {} has not replied to questions so far."
"""Neutral on purpose: nothing in it speaks for or against a name."""


# --- threat actors --------------------------------------------------------------------------


def _actor(name: str) -> Entity:
    return Entity(name=name, kind=Kind.THREAT_ACTOR)


def actors(corpus: Path) -> list[Result]:
    """Which actors a passage speaks of, each being watched; and all of them in one watchlist."""
    lines = _lines(corpus / "actors.jsonl.gz")
    names = actor_names()
    unit = "actor in a passage"
    alone = Result("actors", unit, found=0)
    evened = Result("actors, labels evened out", unit)
    together = Result("actors, one watchlist", unit)
    plain = Result("actors, plain automaton", unit)
    apart = Matcher([Watchlist(name=name, entities=(_actor(name),)) for name in names])
    one = Matcher([Watchlist(name="actors", entities=tuple(map(_actor, names)))])
    automaton = PlainAutomaton(names)
    even_labels = _evened_out(lines)
    for line, even in zip(lines, even_labels, strict=True):
        article = Article(id=line["id"], body=line["text"])
        labels = frozenset(line["actors"])
        matches = {match.watchlist: match for match in timed(alone, apart.match, article)}
        told = frozenset(name for name, match in matches.items() if match.alert)
        alone.found = (alone.found or 0) + len(labels & matches.keys())
        spans = sorted({m["text"] for m in line["mentions"] if m["actors"]})
        alone.record(article.id, told, labels, matches, f"labelled: {', '.join(spans)}")
        evened.record(article.id, told, even)
        in_one = labelled.told(timed(together, one.match, article))
        together.record(article.id, {entity for _, entity in in_one}, labels)
        plain.record(article.id, timed(plain, automaton.find, article.body), labels)
    return [alone, evened, together, plain]


def _evened_out(lines: Sequence[dict[str, Any]]) -> list[frozenset[str]]:
    """The labels, and those of spellings that are labelled in one passage but not in another.

    The labellers missed many mentions. Where the set itself says elsewhere that these very
    characters are an actor's name, the passage is taken to speak of the actor.
    """
    spans: dict[str, set[str]] = {}
    for line in lines:
        for mention in line["mentions"]:
            if mention["actors"]:
                spans.setdefault(mention["text"], set()).update(mention["actors"])
    patterns = list(spans)
    automaton = AhoCorasick(patterns)
    return [
        frozenset(line["actors"]).union(
            *(
                spans[patterns[pattern]]
                for pattern, start, end in automaton.find_matches_as_indexes(
                    line["text"], overlapping=True
                )
                if bounded(line["text"], start, end)
            )
        )
        for line in lines
    ]


def general_news(corpus: Path) -> list[Result]:
    """Articles of no threat actor, while all of them are watched: every alert is false."""
    names = actor_names()
    result = Result("general_news", "alert")
    plain = Result("general_news, plain automaton", "alert")
    matcher = Matcher([Watchlist(name=name, entities=(_actor(name),)) for name in names])
    automaton = PlainAutomaton(names)
    for line in _lines(corpus / "general_news.jsonl.gz"):
        article = Article(id=line["id"], title=line["title"], body=line["text"])
        matches = {m.watchlist: m for m in timed(result, matcher.match, article) if m.alert}
        result.record(article.id, matches, (), matches)
        text = f"{article.title}\n{article.body}"
        plain.record(article.id, timed(plain, automaton.find, text), ())
    return [result, plain]


class PlainAutomaton:
    """What a plain search for whole words finds: the figure to be better than."""

    def __init__(self, actors: Sequence[str]) -> None:
        patterns: dict[str, set[str]] = {}
        for actor in actors:
            for cluster in clusters_for(actor, Kind.THREAT_ACTOR):
                for name in (cluster.value, *cluster.synonyms):
                    patterns.setdefault(name.lower(), set()).add(actor)
        self._actors = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns))

    def find(self, text: str) -> frozenset[str]:
        """The actors one of whose names stands in the text."""
        folded = text.lower()
        if len(folded) != len(text):
            folded = text
        return frozenset(
            actor
            for pattern, start, end in self._automaton.find_matches_as_indexes(
                folded, overlapping=True
            )
            if bounded(folded, start, end)
            for actor in self._actors[pattern]
        )


# --- names ----------------------------------------------------------------------------------


def names(corpus: Path) -> list[Result]:
    """Is one name another way to write the watched one? Exactly, and with `fuzzy`."""
    lines = _lines(corpus / "names.jsonl.gz")
    return [_names(lines, "names", fuzzy=False), _names(lines, "names, fuzzy", fuzzy=True)]


def _names(lines: Sequence[dict[str, Any]], name: str, *, fuzzy: bool) -> Result:
    result = Result(name, "pair of names", found=0)
    matcher = Matcher(
        [
            Watchlist(name=str(number), entities=(_pair_entity(line, fuzzy),))
            for number, line in enumerate(lines)
        ]
    )
    for number, line in enumerate(lines):
        article = Article(id=str(number), title="Statement", body=SENTENCE.format(line["written"]))
        matches = timed(result, matcher.match, article)
        match = next((m for m in matches if m.watchlist == str(number)), None)
        result.found = (result.found or 0) + (line["same"] and match is not None)
        pair = f"{line['watched']} ← {line['written']} ({line['schema']}, {line['quality']})"
        told = {pair} if match is not None and match.alert else ()
        wanted = {pair} if line["same"] else ()
        result.record(line["group"], told, wanted, {pair: match} if match else {})
    return result


def _pair_entity(line: dict[str, Any], fuzzy: bool) -> Entity:
    kind = Kind.PERSON if line["schema"] == "Person" else Kind.ORGANISATION
    return Entity(name=line["watched"], kind=kind, fuzzy=fuzzy)


# --- our own documents ----------------------------------------------------------------------


def own_documents() -> list[Result]:
    """The documents of `tests/evaluation`, positives and traps."""
    result = Result("own documents", "entity in a document", found=0)
    traps = Result("own documents, traps only", "alert")
    matcher = Matcher(labelled.watchlists())
    for document in labelled.documents():
        matches = timed(result, matcher.match, document.article)
        told = {" / ".join(key) for key in labelled.told(matches)}
        wanted = {" / ".join(key) for key in document.wanted}
        found = {
            f"{match.watchlist} / {m.entity}": match for match in matches for m in match.mentions
        }
        result.found = (result.found or 0) + len(wanted & found.keys())
        result.record(document.article.id, told, wanted, found, document.why)
        if document.trap:
            traps.record(document.article.id, told, ())
    return [result, traps]


def institutions() -> list[Result]:
    """Whose institution is meant: both halves of our own sentences, without their language."""
    matcher = Matcher(institutions_labelled.watchlists())
    found = []
    all_sentences = institutions_labelled.sentences()
    sets = {
        "institutions, tuned on": [each for each in all_sentences if not each.kept],
        "institutions, kept from the tuning": [each for each in all_sentences if each.kept],
        "institutions, others written later": institutions_labelled.sentences("later.tsv"),
        "institutions, others written last": institutions_labelled.sentences("last.tsv"),
        "institutions, fresh": institutions_labelled.sentences("fresh.tsv"),
        "institutions, unseen": institutions_labelled.sentences("unseen.tsv"),
        "institutions, world": institutions_labelled.sentences("world.tsv"),
        "institutions, further": institutions_labelled.sentences("further.tsv"),
        "institutions, wide": institutions_labelled.sentences("wide.tsv"),
        "institutions, batches": institutions_labelled.sentences("batches.tsv"),
    }
    for name, sentences in sets.items():
        result = Result(name, "sentence")
        for number, sentence in enumerate(sentences):
            article = Article(id=str(number), title="Report", body=sentence.text)
            matches = {match.watchlist: match for match in timed(result, matcher.match, article)}
            match = matches.get(sentence.watchlist)
            told = {sentence.watchlist} if match is not None and match.alert else set()
            wanted = {sentence.watchlist} if sentence.label == "yes" else set()
            result.record(f"{sentence.language} {number}", told, wanted, matches, sentence.text)
        found.append(result)
    return found


def own_names() -> list[Result]:
    """Names in the cases and scripts of thirty languages, and namesakes: our own sentences."""
    found = []
    for file in names_labelled.FILES:
        result = Result(f"own names, {file.removesuffix('.tsv')}", "sentence")
        for sentence, alert in names_labelled.told(file):
            told = {sentence.name} if alert else set()
            wanted = {sentence.name} if sentence.label else set()
            result.record(sentence.language, told, wanted, {}, sentence.text)
        found.append(result)
    return found


# --- the command ----------------------------------------------------------------------------

SETS: dict[str, Callable[[Path], list[Result]]] = {
    "actors": actors,
    "general_news": general_news,
    "names": names,
    "pages": documents.pages,
    "feeds": documents.feeds,
    "annoctr": annoctr,
    "languages": languages,
    "basil": evaluate_stories.basil,
    "ecb": evaluate_stories.ecb,
}
FILES: dict[str, str | Path] = {
    "pages": documents.PAGES,
    "feeds": documents.FEEDS,
    "annoctr": "real/annoctr.jsonl.gz",
    "languages": "real/names_slavic.jsonl.gz",
    "basil": evaluate_stories.BASIL,
    "ecb": evaluate_stories.ECB,
}
"""Where a set is, if not in the file of its own name."""
OWN = "own"
INSTITUTIONS = "institutions"
OWN_NAMES = "own_names"
OWNED: dict[str, Callable[[], list[Result]]] = {
    OWN: own_documents,
    OWN_NAMES: own_names,
    INSTITUTIONS: institutions,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 2 when a corpus was named that is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluate", description=__doc__)
    parser.add_argument("--corpus", type=Path, help="folder of the sets (else $MONITOR_CORPUS)")
    parser.add_argument("--set", action="append", choices=[*SETS, *OWNED], help="only this set")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N of each kind")
    parser.add_argument("--json", action="store_true", help="one JSON object a line for each set")
    options = parser.parse_args(arguments)
    corpus = options.corpus or (
        Path(os.environ["MONITOR_CORPUS"]) if os.environ.get("MONITOR_CORPUS") else None
    )
    if corpus is not None and not corpus.is_dir():
        print(f"there is no folder {corpus}", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    results: list[Result] = []
    for name in options.set or [*SETS, *OWNED]:
        if name in OWNED:
            results += OWNED[name]()
        elif corpus is None:
            print(f"{name}: left out, neither --corpus nor MONITOR_CORPUS is set", file=sys.stderr)
        elif not (corpus / FILES.get(name, f"{name}.jsonl.gz")).exists():
            print(f"{name}: left out, {corpus} does not hold it", file=sys.stderr)
        else:
            results += SETS[name](corpus)
    if options.json:
        for result in results:
            print(json.dumps(as_json(result, options.errors), ensure_ascii=False))
    else:
        print(table(results))
        if options.errors:
            print(errors(results, options.errors))
        print(f"\nmeasured in {time.perf_counter() - begun:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
