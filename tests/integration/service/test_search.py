"""Asking stored articles: what is found, in which order, how a list goes on, what is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from monitor.config.schema import Config, Entity, Feed, Watchlist
from monitor.errors import UsageError
from monitor.matching.matcher import Matcher
from monitor.matching.queries.query_language import QuerySyntaxError
from monitor.model.article import Article
from monitor.model.match import Kind
from monitor.service import search as service
from monitor.service.cursors import encoded
from monitor.service.search import Filters, Sort, search
from monitor.store import matches as store_matches
from monitor.store import search_index
from monitor.store.database import Database
from monitor.store.deadline import TooSlowError, deadline
from tests.support.articles import FIRST, feed, put
from tests.support.program import Program, config_toml

LATER = FIRST + timedelta(days=3)
ENTITY = Entity(name="APT31", kind=Kind.THREAT_ACTOR)
CONFIG = Config(
    watchlists=(Watchlist(name="w", entities=(ENTITY,)),),
    feeds=(Feed(url="https://herald.example/feed", name="Herald", tags=("regional",)),),
)


def titles(
    db: Database, query: str, filters: Filters | None = None, **options: object
) -> list[str]:
    return [each.title for each in search(db, CONFIG, query, filters, **options).items]  # type: ignore[arg-type]


@pytest.fixture
def articles(db: Database) -> Database:
    with db.write() as connection:
        put(connection, [
            Article(id="", title="Council breached", body="Hackers took the council's files. Rain"),
            Article(id="", title="Rain", body="The council met." + " It rained" * 80 + " Hackers?"),
            Article(id="", title="Zirconium named", summary="Violet Typhoon, in other words."),
            Article(id="", title="网络安全", body="去北京市政府", language="zh-CN"),
        ])  # fmt: skip
        regional = feed(connection, "Herald")
        put(
            connection,
            [
                Article(
                    id="", title="Hackers again", fetched=FIRST + timedelta(days=3), language="en"
                )
            ],
            feed_id=regional,
        )
    return db


def test_a_query_means_what_it_means_in_a_watchlist(articles: Database) -> None:
    assert titles(articles, "hack*") == ["Hackers again", "Rain", "Council breached"]
    assert titles(articles, "hackers NEAR/5 council") == ["Council breached"]
    assert titles(articles, "title:hackers OR body:met") == ["Hackers again", "Rain"]
    assert titles(articles, "rain NOT breached") == ["Rain"]
    assert titles(articles, "@APT31") == ["Zirconium named"]
    assert titles(articles, "北京") == titles(articles, "京") == ["网络安全"]
    assert titles(articles, "НАСКЕRS again") == ["Hackers again"]  # noqa: RUF001 - look-alikes
    assert titles(articles, "/hack(ers|ed)/i council") == ["Rain", "Council breached"]
    assert titles(articles, "feed:regional") == ["Hackers again"]
    assert titles(articles, "nothing of the kind") == []


def test_an_entity_is_found_in_whatever_form_a_watchlist_has_found_it(db: Database) -> None:
    person = Entity(name="Zhao Guangzong", kind=Kind.PERSON)
    watchlist = Watchlist(name="w", entities=(person,))
    given = [
        Article(id="", title="赵光宗被捕", language="zh"),
        Article(id="", title="Zhao Guangzong was arrested"),
        Article(id="", title="Nobody was"),
    ]
    matcher = Matcher([watchlist])
    assert [bool(matcher.match(each)) for each in given] == [True, True, False]
    with db.write() as connection:
        for number, each in zip(put(connection, given), given, strict=True):
            store_matches.record(connection, number, matcher.match(each), now=FIRST)
    page = search(db, Config(watchlists=(watchlist,)), '@"Zhao Guangzong"')
    assert [each.title for each in page.items] == ["Zhao Guangzong was arrested", "赵光宗被捕"]


def test_filters_narrow(articles: Database) -> None:
    assert titles(articles, "hackers", Filters(since=FIRST + timedelta(days=1))) == [
        "Hackers again"
    ]
    assert titles(articles, "hackers", Filters(until=FIRST + timedelta(seconds=1))) == [
        "Council breached"
    ]
    assert titles(articles, "hackers", Filters(since=FIRST + timedelta(days=9))) == []
    assert titles(articles, "hackers", Filters(feed="regional")) == ["Hackers again"]
    assert titles(articles, "hackers", Filters(feed="Herald")) == ["Hackers again"]
    assert titles(articles, "北京 OR hackers", Filters(language="zh")) == ["网络安全"]
    with pytest.raises(UsageError, match="no feed “Nowhere”"):
        titles(articles, "hackers", Filters(feed="Nowhere"))


def test_the_best_come_first_and_are_shown_with_their_proof(articles: Database) -> None:
    page = search(articles, CONFIG, "council hackers", sort=Sort.BEST)
    assert [each.title for each in page.items] == ["Council breached", "Rain"]
    best = page.items[0]
    assert best.snippet == "Hackers took the council's files."
    assert [best.snippet[start:end] for start, end in best.marks] == ["Hackers", "council"]
    assert [(each.field, each.text) for each in best.mentions] == [
        ("title", "Council"), ("body", "Hackers"), ("body", "council"),
    ]  # fmt: skip
    assert page.complete
    assert page.indexed == 1


@pytest.mark.parametrize("sort", Sort)
def test_a_list_goes_on_where_it_ended_whatever_comes_in(db: Database, sort: Sort) -> None:
    chance = random.Random(5)
    with db.write() as connection:
        put(connection, [
            Article(id="", title=f"{n}", body="hack " * chance.randrange(1, 9)) for n in range(23)
        ])  # fmt: skip
    whole = search(db, CONFIG, "hack", sort=sort, limit=50)
    assert whole.next is None
    parts, following = [], None
    while True:
        page = search(db, CONFIG, "hack", sort=sort, limit=5, cursor=following)
        parts += [each.title for each in page.items]
        with db.write() as connection:
            put(connection, [Article(id="", title="new", body="hack")])
        if (following := page.next) is None:
            break
    assert parts == [each.title for each in whole.items]
    assert len(parts) == 23


def test_what_takes_too_long_is_answered_in_part(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_READ", 10)
    with db.write() as connection:
        put(connection, [Article(id="", title=f"{n}", body="hack it") for n in range(25)])
        put(connection, [Article(id="", title="No", body="hack. And then much later: it")] * 5)
    page = search(db, CONFIG, "hack NEAR/0 it", limit=20)
    assert [each.title for each in page.items] == ["24", "23", "22", "21", "20"]
    assert not page.complete
    assert page.read_back_to == FIRST + timedelta(minutes=20)
    page = search(db, CONFIG, "hack NEAR/0 it", limit=20, cursor=page.next)
    assert page.items[0].title == "19"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("/APT\\d+/", "add a word"),
        ("hack OR /x/", "add a word"),
        ("*a1*", None),
        ('"hack', "no partner"),
        ("@APT32", "@APT31"),
        ("@Nobody", "no watchlist"),
        ("", "empty"),
        ("NOT hack", "must not occur"),
        ("x" * 30_000, "longer than"),
        ("(" * 5000, "too early"),
    ],
)
def test_what_cannot_be_asked_is_shown_with_a_caret(
    db: Database, query: str, said: str | None
) -> None:
    if said is None:
        assert search(db, CONFIG, query).items == ()
        return
    with pytest.raises(QuerySyntaxError, match=said) as raised:
        search(db, CONFIG, query)
    assert "^" in str(raised.value) or "longer" in said


def test_a_wildcard_that_may_mean_too_much_is_refused(db: Database) -> None:
    with db.write() as connection:
        put(connection, [Article(id="", body=" ".join(f"ab{n}cd" for n in range(600)))])
    with pytest.raises(QuerySyntaxError, match="too broad"):
        search(db, CONFIG, "*b?*cd")
    # With a word that narrows it down, it need not be looked up.
    assert len(search(db, CONFIG, "*b?*cd ab5cd").items) == 1
    assert len(search(db, CONFIG, "ab59?cd").items) == 1


def ticking(seconds: Iterable[float]) -> Callable[[], float]:
    """A clock that goes on whenever somebody looks at it."""
    return iter(seconds).__next__


def test_an_answer_takes_three_seconds_at_most(db: Database) -> None:
    with db.write() as connection:
        put(connection, [Article(id="", title=f"{n}", body="hacked") for n in range(9)])
    seen, following = [], None
    for _ in range(9):
        page = search(db, CONFIG, "hacked", cursor=following, clock=ticking(count()))
        seen.append([each.title for each in page.items])
        assert page.complete == (page.next is None) == (page.read_back_to is None)
        if (following := page.next) is None:
            break
    assert seen[:3] == [["8", "7", "6"], ["5", "4", "3"], ["2", "1", "0"]]
    assert following is None
    best = search(db, CONFIG, "hacked", sort=Sort.BEST, clock=ticking(count()))
    assert (len(best.items), best.complete) == (3, False)
    late = ticking((0.0, 1.0, 9.0))
    with pytest.raises(QuerySyntaxError, match="too broad"):
        search(db, CONFIG, "*acke* *cked", clock=late)


def test_few_wildcards_take_the_whole_vocabulary(articles: Database) -> None:
    many = [f"*{letter}ouncil" for letter in "abdefghi"]
    assert titles(articles, " OR ".join((*many[1:], "*ounci?"))) == ["Rain", "Council breached"]
    with pytest.raises(QuerySyntaxError, match="too broad"):
        search(articles, CONFIG, " OR ".join((*many, "*ounci?")))
    assert titles(articles, f"met ({' OR '.join((*many, '*ounci?'))})") == ["Rain"]


def test_long_queries_are_answered(articles: Database) -> None:
    many = " OR ".join(f"w{n}" for n in range(1500))
    assert titles(articles, f"{many} OR met") == ["Rain"]
    assert titles(articles, " ".join(f"w{n}" for n in range(1500))) == []


@pytest.mark.parametrize(
    "bad", ["", "x", "é", "W10", "===", "A" * 9000, encoded("best", 1, 2.0, 3),
            encoded("newest", "x"), encoded("newest", 2**70), encoded("newest", True)],
)  # fmt: skip
def test_a_bad_cursor_is_refused(db: Database, bad: str) -> None:
    with pytest.raises(UsageError):
        search(db, CONFIG, "hack", cursor=bad)


def test_the_index_is_looked_at_first(db: Database) -> None:
    """A search that began with the table of articles would read all of them."""
    with db.write() as connection:
        put(connection, [Article(id="", title="Hackers")])
        search_index.begin_anew(connection)
    page = search(db, CONFIG, "hackers", Filters(since=FIRST, until=FIRST + timedelta(days=1)))
    assert page.items == ()
    assert page.indexed == 0


def test_the_command_prints_articles_for_people_and_for_scripts(tmp_path: Path) -> None:
    program = Program(tmp_path, config_toml([]))
    program.run("db", "upgrade")
    db = Database(f"sqlite:///{tmp_path / 'monitor.db'}")
    with db.write() as connection:
        put(connection, [Article(id="", title="One\x1b[31m", body="Hackers came.")] * 3)
    db.close()
    printed = program.run("search", "hack*", "--limit", "2")
    assert printed.stdout.count("Hackers came.") == 2
    assert "\x1b[31m" not in printed.stdout
    lines = program.run("search", "hack*", "--json").stdout.splitlines()
    assert len(lines) == 3
    found = json.loads(lines[0])
    assert {"id", "url", "title", "feed", "published", "language", "snippet", "mentions"} <= set(
        found
    )
    assert found["mentions"][0]["text"] == "Hackers"
    failed = program.run("search", "/x/")
    assert failed.returncode == 2
    assert "^" in failed.stderr
    assert "Traceback" not in failed.stderr


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


# A table is renamed in it, and PostgreSQL's tests go on with the same ones.
@pytest.mark.parametrize("database", ["sqlite"])
def test_a_step_of_the_database_that_has_no_end_is_given_up(
    articles: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whichever article is looked at, its feed is not found in time.
    with articles.write() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("ALTER TABLE feeds RENAME TO slow_feeds")
        connection.exec_driver_sql(
            f"CREATE VIEW feeds AS SELECT * FROM slow_feeds WHERE id < ({ENDLESS})"
        )
    monkeypatch.setattr(service, "MOST_SECONDS", 0.2)
    with pytest.raises(QuerySyntaxError, match="too long to find the first"):
        search(articles, CONFIG, "hackers")


def test_what_comes_after_a_deadline_is_not_interrupted(articles: Database) -> None:
    with articles.read() as connection:
        with pytest.raises(TooSlowError), deadline(connection, 0.1):
            connection.exec_driver_sql(ENDLESS).all()
        with deadline(connection, 60):
            assert connection.exec_driver_sql("SELECT count(*) FROM articles").scalar() == 5
    assert titles(articles, "Zirconium") == ["Zirconium named"]
