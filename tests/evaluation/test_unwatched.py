"""Names not watched yet, in stories that others have labelled: the first twenty are right."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.config.schema import Config
from monitor.matching.unwatched import candidates
from monitor.model.article import Article
from monitor.service.unwatched import unwatched_names
from monitor.store.database import Database
from tests.support.articles import FIRST, put, report

CORPUS = os.environ.get("MONITOR_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="MONITOR_CORPUS names no folder")
FIRST_ONES = 20
# Said by hand of what comes first there, and is no label of the sets.
RIGHT = {
    "Supreme Court", "New York Times", "Democratic National Committee", "Republican Party",
    "Los Angeles Times", "House of Representatives", "Democratic Party", "Treasury Department",
    "Tea Party", "State Department", "Republican National Committee", "Internal Revenue Service",
    "International Monetary Fund", "European Union", "Donald Trump", "Mitt Romney", "Barack Obama",
    "Mike Pence", "Lindsey Graham",
}  # fmt: skip


def lines(name: str) -> Iterator[dict[str, Any]]:
    assert CORPUS is not None
    with gzip.open(Path(CORPUS) / name, "rt") as file:
        yield from map(json.loads, file)


def told() -> dict[str, list[tuple[str, Article]]]:
    """Articles with their outlets, by story."""
    found: dict[str, list[tuple[str, Article]]] = {}
    for each in lines("real/basil.jsonl.gz"):
        article = Article(id="", title=each["title"], body=each["body"])
        found.setdefault(each["event"], []).append((each["outlet"], article))
    for each in lines("real/annoctr.jsonl.gz"):
        article = Article(id="", title=each["title"], body=each["body"])
        found.setdefault(each["id"], []).append((each["outlet"], article))
    for each in lines("real/ecb.jsonl.gz"):
        # Which outlets these are of is not said; each has its own.
        article = Article(id="", title=each["title"], body=each["body"])
        found.setdefault(f"ecb {each['event']}", []).append((each["id"], article))
    for number, each in enumerate(lines("general_news.jsonl.gz")):
        if number % 4 == 0:
            article = Article(id="", title=each["title"], body=each["text"])
            found.setdefault(each["id"], []).append(("BBC", article))
    return found


def labels() -> set[str]:
    named = {name for each in lines("real/basil.jsonl.gz") for name in each["entities"]}
    for each in lines("real/annoctr.jsonl.gz"):
        for kind in ("groups", "orgs", "malware"):
            named |= {label if isinstance(label, str) else label["text"] for label in each[kind]}
    return named


def test_nine_of_ten_names_that_come_first_are_right(db: Database) -> None:
    stories = told()
    assert len(stories) >= 100
    with db.write() as connection:
        for some in stories.values():
            numbers = put(connection, [
                Article(id="", title=a.title, body=a.body, outlet=outlet, fetched=FIRST)
                for outlet, a in some
            ])  # fmt: skip
            report(connection, numbers, outlets=[outlet for outlet, _ in some])
        # What the news speaks of anyhow.
        others = [each for n, each in enumerate(lines("general_news.jsonl.gz")) if n % 4]
        put(connection, [Article(id="", title=e["title"], body=e["text"]) for e in others])
    found = [each.name for each in unwatched_names(db, Config(), FIRST, limit=FIRST_ONES)]
    known = {name.casefold() for name in labels() | RIGHT}
    right = [name for name in found if name.casefold() in known]
    assert len(found) >= FIRST_ONES - 2
    assert len(right) >= 0.9 * len(found), set(found) - set(right)


def test_an_article_takes_two_milliseconds_at_most() -> None:
    articles = [article for some in told().values() for _, article in some]
    candidates(articles[0])  # reads its data
    before = time.process_time()
    for article in articles:
        candidates(article)
    # Of the processor, and twice of what is promised: this machine may be slow.
    assert (time.process_time() - before) / len(articles) < 0.004
