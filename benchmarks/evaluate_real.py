"""The sets of texts and labels that others made, read from the folder `real` of the corpus.

Threat reports with labelled groups (AnnoCTR), and news and sentences in 14 languages with labelled
names (BSNLP/SlavNER, Universal Dependencies); the folder's README says where each is from.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.counts import Result, timed
from monitor.config.schema import Entity, Watchlist
from monitor.matching.actors import actor_names, clusters_for
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind

TREEBANKS = ("de", "fi", "hu", "lv", "tr", "ko")
_SMALL_WORDS = re.compile(r"(?i)\b(the|group|gang|actors?|team)\b")
_SHORTEST_ORGANISATION = 5


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines, compressed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def annoctr(corpus: Path) -> list[Result]:
    """Which actors a threat report names, all of MISP's being watched.

    The labels miss many groups: what is told and not labelled has to be read.
    """
    path = corpus / "real" / "annoctr.jsonl.gz"
    if not path.is_file():
        return []
    result = Result("annoctr", "actor in a report", found=0)
    names = actor_names()
    actors = [Entity(name=name, kind=Kind.THREAT_ACTOR) for name in names]
    matcher = Matcher([Watchlist(name=actor.name, entities=(actor,)) for actor in actors])
    known = _by_spelling(names)
    for report in lines(path):
        article = Article(
            id=report["id"], title=report["title"], body=report["body"], language="en"
        )
        matches = {match.watchlist: match for match in timed(result, matcher.match, article)}
        told = {name for name, match in matches.items() if match.alert}
        wanted = {actor for group in report["groups"] for actor in _meant(group, known)}
        result.found = (result.found or 0) + len(wanted & matches.keys())
        note = f"labelled: {', '.join(sorted(set(report['groups'])))}"
        result.record(article.id, told, wanted, matches, note)
    return [result]


def _by_spelling(names: Sequence[str]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for cluster in clusters_for(name, Kind.THREAT_ACTOR):
            for spelling in (cluster.value, *cluster.synonyms):
                known[_key(spelling)].add(name)
    return known


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _meant(group: str, known: dict[str, set[str]]) -> set[str]:
    forms = {group, _SMALL_WORDS.sub("", group), re.sub(r"['\u2019]s$", "", group)}
    return {name for form in forms if len(_key(form)) > 2 for name in known.get(_key(form), ())}


def languages(corpus: Path) -> list[Result]:
    """Names in news and sentences of 14 languages: as they stand, and inflected only.

    Precision counts alerts for whom nobody labelled in the document, against all alerts.
    """
    folder = corpus / "real"
    if not (folder / "names_slavic.jsonl.gz").is_file():
        return []
    documents = lines(folder / "names_slavic.jsonl.gz")
    found: list[Result] = []
    for language in sorted({document["lang"] for document in documents}):
        found += _slavic(language, [d for d in documents if d["lang"] == language])
    for language in TREEBANKS:
        if (path := folder / f"names_{language}.jsonl.gz").is_file():
            found += _treebank(language, lines(path))
    return found


def watched(documents: Sequence[dict[str, Any]]) -> dict[str, tuple[str, Kind]]:
    """By id, each labelled person of two words and organisation, under its commonest lemma."""
    lemmas: dict[str, Counter[str]] = defaultdict(Counter)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in (mention for document in documents for mention in document["mentions"]):
        lemma = mention["lemma"].strip()
        many = len(lemma.split())
        brief = many == 1 and len(lemma) < _SHORTEST_ORGANISATION
        short = many == 1 if mention["type"] == "PER" else brief
        if mention["type"] in {"PER", "ORG"} and lemma[:1].isupper() and not short:
            lemmas[mention["id"]][lemma] += 1
            types[mention["id"]][mention["type"]] += 1
    found: dict[str, tuple[str, Kind]] = {}
    taken: set[str] = set()
    for identity, count in sorted(lemmas.items(), key=lambda item: -sum(item[1].values())):
        lemma = count.most_common(1)[0][0]
        if lemma.casefold() not in taken:
            taken.add(lemma.casefold())
            person = types[identity].most_common(1)[0][0] == "PER"
            found[identity] = (lemma, Kind.PERSON if person else Kind.ORGANISATION)
    return found


def _slavic(language: str, documents: Sequence[dict[str, Any]]) -> Iterator[Result]:
    known = watched(documents)
    if not known:
        return
    as_is = Result(f"names {language}, as it stands", "name in a document")
    inflected = Result(f"names {language}, inflected only", "name in a document")
    nobody = Result(f"names {language}, not labelled", "alert")
    matcher = Matcher(
        [
            Watchlist(name=key, entities=(Entity(name=name, kind=kind),))
            for key, (name, kind) in known.items()
        ]
    )
    for document in documents:
        article = Article(
            id=document["id"], title=document["title"], body=document["body"], language=language
        )
        matches = {match.watchlist: match for match in timed(as_is, matcher.match, article)}
        told = {key for key, match in matches.items() if match.alert}
        named: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for mention in document["mentions"]:
            if mention["id"] in known and mention["type"] in {"PER", "ORG"}:
                named[mention["id"]].append(mention)
        forms = {form.casefold() for m in document["mentions"] for form in (m["text"], m["lemma"])}
        wanted: dict[bool, set[str]] = {True: set(), False: set()}
        for key, mentions in named.items():
            lemma = known[key][0].casefold()
            same = [m for m in mentions if m["lemma"].casefold() == lemma]
            if same:
                wanted[any(m["text"].casefold() == lemma for m in same)].add(key)
        as_is.record(article.id, told & wanted[True], wanted[True], matches)
        inflected.record(article.id, told & wanted[False], wanted[False], matches)
        wrong = {k for k in told if k not in named and known[k][0].casefold() not in forms}
        nobody.record(article.id, wrong, (), matches)
    yield from (as_is, inflected, nobody)


def _treebank(language: str, rows: Sequence[dict[str, Any]]) -> Iterator[Result]:
    as_is = Result(f"names {language}, as it stands", "name in a sentence")
    inflected = Result(f"names {language}, inflected only", "name in a sentence")
    matcher = Matcher(
        [
            Watchlist(name=name, entities=(Entity(name=name, kind=Kind.PERSON),))
            for name in dict.fromkeys(row["watch"] for row in rows)
        ]
    )
    for number, row in enumerate(rows):
        result = inflected if row["inflected"] else as_is
        article = Article(id=str(number), body=row["text"], language=language)
        matches = {match.watchlist: match for match in timed(result, matcher.match, article)}
        told = {key for key, match in matches.items() if match.alert and key == row["watch"]}
        result.record(article.id, told, {row["watch"]}, matches, row["text"])
    yield from (as_is, inflected)
