"""A query finds in the index what matching it over all articles finds."""

# ruff: noqa: RUF001 - letters that look alike are among what is looked for
from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.config.schema import Config, Entity, Query, Watchlist
from monitor.errors import ConfigError
from monitor.matching.matcher import Matcher
from monitor.matching.queries.query_evaluation import compile_query
from monitor.model.article import Article
from monitor.model.match import Kind
from monitor.service.search import search
from monitor.store import search_index
from monitor.store.database import Database
from tests.support.articles import put

QUERIES = 520
WORDS = [
    "hack", "hacked", "hackers", "ware", "malware", "ransomware", "heal", "healthcare", "care",
    "the", "of", "apt31", "APT-31", "apt", "31", "o'neil", "rock'n'roll", "Café", "naïve",
    "Straße", "ﬁnance", "Kraków", "министерство", "взлом", "взломщики", "Київ", "АРТ31", "аpt31",
    "北京", "北京市", "京", "市", "去北京市政府", "政府", "サイバー", "サイバー攻撃", "攻撃",
    "한국", "한국은", "한국어가", "북한", "북한의", "김정은이", "김", "ไทย", "ประเทศไทย",
    "ประเทศ", "APT31组织", "的apt31", "x한", "한apt31", "apt31은", "a_b",
    "re-use", "U.S.", "c++", "№5", "x²",
    "नमस्ते", "नमस्", "شرطة", "الشرطة", "so\u00adft", "a\u0301b",
    "Ministry of Defence", "Electoral Commission", "white\u00a0space", "em—dash", "“quoted”", "٣١",
]  # fmt: skip
GLUE = [" ", " ", " ", " ", ". ", ", ", "\n", "\n\n", "-", "", "/", "'", "  ", "、", "。"]
ENTITIES = (
    # Without weight, so that a query is what is told of a match.
    Entity(name="APT31", kind=Kind.THREAT_ACTOR, weight=0),
    Entity(name="Electoral Commission", kind=Kind.ORGANISATION, weight=0),
    Entity(name="北京", kind=Kind.PLACE, weight=0),
)
CONFIG = Config(watchlists=(Watchlist(name="w", entities=ENTITIES),))


def text(chance: random.Random, most: int) -> str:
    pieces = []
    for _ in range(chance.randrange(most)):
        pieces += [chance.choice(WORDS), chance.choice(GLUE)]
    return "".join(pieces)


def article(chance: random.Random) -> Article:
    return Article(
        id="",
        title=text(chance, 6),
        summary=text(chance, 8),
        body=text(chance, 30),
        language=chance.choice(["en", "en-GB", "zh", "ko", None]),
    )


def leaf(chance: random.Random, articles: list[Article]) -> str:
    word = chance.choice(WORDS).strip("\u200b").replace('"', "").replace("“", "").replace("”", "")
    kind = chance.randrange(10)
    if kind < 3:
        return f'"{word}"'
    if kind < 5:  # letters as they stand in a row somewhere
        body = chance.choice(articles).body
        at = chance.randrange(max(1, len(body)))
        piece = "".join(
            each for each in body[at : at + chance.randrange(1, 12)] if each not in '"“”'
        )
        return f'"{piece}"'
    if kind < 8:
        letters = word.split()[0].replace("'", "")
        at = chance.randrange(len(letters) + 1)
        mark = chance.choice(["*", "*", "?"])
        made = chance.choice([
            letters[:at] + mark, mark + letters[at:], letters[:at] + mark + letters[at + 1 :],
            f"*{letters[1:]}*",
        ])  # fmt: skip
        return made.lstrip("-!/&|:@")
    return chance.choice(
        ["@APT31", '@"Electoral Commission"', "@北京", "lang:en", "lang:ko", "/31/"]
    )


def query(chance: random.Random, articles: list[Article], depth: int = 0) -> str:
    if depth > 2 or chance.random() < 0.35:
        made = leaf(chance, articles)
        if chance.random() < 0.15 and made[:1] not in "l/":
            made = f"{chance.choice(['title', 'summary', 'body'])}:{made}"
        return made
    one, other = query(chance, articles, depth + 1), query(chance, articles, depth + 1)
    return chance.choice([
        f"({one} {other})", f"({one} OR {other})", f"({one} OR {other})", f"({one} NOT {other})",
        f"({leaf(chance, articles)} NEAR/3 {leaf(chance, articles)})",
    ])  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    tmp_path_factory: pytest.TempPathFactory, new_database: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Database, dict[int, Article]]]:
    chance = random.Random(14)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").clean()
    else:
        path = tmp_path_factory.mktemp("search") / "monitor.db"
        shutil.copy(new_database, path)
        url = f"sqlite:///{path}"
    given = [article(chance) for _ in range(60)]
    with closing(Database(url)) as db:
        with db.write() as connection:
            numbers = put(connection, given)
            # SQLite's has them already.
            while search_index.index_more(connection):
                pass
        yield db, dict(zip(numbers, given, strict=True))


def test_results_are_those_of_matching_all_articles(
    filled: tuple[Database, dict[int, Article]],
) -> None:
    db, articles = filled
    chance = random.Random(31)
    asked: dict[str, set[int]] = {}
    watchlists = []
    refused = 0
    unexpected = False
    while len(asked) < QUERIES:
        words = query(chance, list(articles.values()))
        if words in asked or ("@" in words and "lang:" in words):
            continue
        entities = ENTITIES if "@" in words else ()
        watchlist = Watchlist(
            name=words, alert_at=100, entities=entities, queries=(Query(name="q", query=words),)
        )
        try:
            compile_query(watchlist.queries[0], watchlist)
        except ConfigError:
            continue  # there is nothing to look for in it
        try:
            page = search(db, CONFIG, words, limit=1000)
        except ConfigError:
            # Without a word that must occur, an index is of no use.
            refused += 1
            unexpected |= not set("/*?").intersection(words)
            continue
        asked[words] = {each.id for each in page.items}
        watchlists.append(watchlist)
    matcher = Matcher(watchlists)
    expected: dict[str, set[int]] = {words: set() for words in asked}
    for number, each in articles.items():
        for match in matcher.match(each):
            # The entities of a watchlist are found besides.
            if "@" not in match.watchlist or "q" in {each.entity for each in match.mentions}:
                expected[match.watchlist].add(number)
    assert asked == expected
    assert sum(map(bool, expected.values())) > QUERIES / 3, "hardly anything was looked for"
    assert refused < QUERIES / 5
    assert not unexpected


HIDDEN = ["x\u200bAPT31", "hid\u200bden", "a\u200bmalware", "mal\u200bware", "\u200bzero\u200b.",
          "so\u00adft", "\u202eapt31\u202c", "apt\u200b31 x", "hacked\u200bby"]  # fmt: skip


PARTED = ["apt31", "hidden", "malware", "zero", "soft", "hacked", "by", "xapt31", "x", "mal", "a",
          "hid", "den", '"a malware"', "hack*", "?idden", '"apt31 x"', "31"]  # fmt: skip


def test_what_is_invisible_parts_words_or_does_not(db: Database) -> None:
    given = [Article(id="", title=each, body=f"Then {each} came") for each in HIDDEN]
    with db.write() as connection:
        numbers = put(connection, given)
    for words in PARTED:
        watchlist = Watchlist(name="w", queries=(Query(name="q", query=words),))
        matcher = Matcher([watchlist])
        expected = {n for n, each in zip(numbers, given, strict=True) if matcher.match(each)}
        assert {each.id for each in search(db, CONFIG, words).items} == expected, words
