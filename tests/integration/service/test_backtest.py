"""A change of the configuration, tried on a stored past of which all is known."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.config.ruleset import ruleset
from monitor.config.schema import Config, Entity, Feed, Query, Storage, Watchlist
from monitor.model.article import Article
from monitor.model.match import Kind
from monitor.model.verdict import Worth
from monitor.service import backtest as service
from monitor.service.backtest import WatchlistBacktest, backtest
from monitor.service.backtest_process import Step, Trial, TrialError, called
from monitor.service.earlier_reports import earlier_reports
from monitor.service.verdicts import judge
from monitor.store import matches as store_matches
from monitor.store.database import Database
from tests.support.articles import FIRST, put, report
from tests.support.matches import found
from tests.support.program import Program, config_toml

NOW = FIRST + timedelta(days=10)
APT31 = Entity(name="APT31", kind=Kind.THREAT_ACTOR)
COLDRIVER = Entity(name="Callisto", kind=Kind.THREAT_ACTOR)
PAST = [
    Article(id="", title="APT31 hackers breach council", body="The APT31 group was blamed.",
            url="https://a.example/1"),
    Article(id="", title="Callisto hackers breach party", body="The Callisto group was blamed."),
    Article(id="", title="Rain again", body="Nothing but rain."),
    Article(id="", title="APT31 and Callisto", body="The APT31 group and the Callisto group."),
]  # fmt: skip


def config(*entities: Entity, **keys: object) -> Config:
    watchlist = Watchlist(name="w", entities=entities, **keys)
    other = Watchlist(name="other", queries=(Query(name="q", query="rain"),))
    return Config(watchlists=(watchlist, other), storage=Storage(keep_articles="forever"))


@pytest.fixture
def past(db: Database) -> Database:
    with db.write() as connection:
        put(connection, PAST)
    return db


def of_w(db: Database, old: Config, new: Config, **options: object) -> WatchlistBacktest:
    answer = backtest(db, old, new, NOW, processes=1, **options)  # type: ignore[arg-type]
    [watchlist] = [each for each in answer.watchlists if each.watchlist == "w"]
    return watchlist


def test_what_is_won_lost_and_scored_anew(past: Database) -> None:
    won = of_w(past, config(APT31), config(APT31, COLDRIVER))
    assert (won.won, won.lost, won.rescored, won.unchanged) == (1, 0, 1, 1)
    [example] = won.examples.won
    assert example.title == "Callisto hackers breach party"
    assert example.sentence == "The Callisto group was blamed."
    assert example.score_before is None
    assert example.score_after is not None
    assert won.alerts_per_day.before == 0.2
    assert won.alerts_per_day.after == 0.3
    lost = of_w(past, config(APT31, COLDRIVER), config(COLDRIVER))
    assert (lost.won, lost.lost) == (0, 1)
    assert lost.examples.lost[0].url == "https://a.example/1"


def test_the_same_configuration_twice_changes_nothing(past: Database) -> None:
    same = config(APT31, COLDRIVER)
    answer = backtest(past, same, same, NOW, everything=True, processes=1)
    assert all((w.won, w.lost, w.rescored) == (0, 0, 0) for w in answer.watchlists)
    assert {w.watchlist: w.unchanged for w in answer.watchlists} == {"w": 3, "other": 1}
    assert answer.window.articles == 4
    assert not any(w.changed for w in backtest(past, same, same, NOW).watchlists)


@pytest.mark.parametrize("database", ["sqlite"])
def test_nothing_is_written(past: Database) -> None:
    with past.read() as connection:
        before = connection.execute(text("PRAGMA data_version")).scalar()
        backtest(past, config(APT31), config(COLDRIVER), NOW, processes=1)
    with past.read() as connection:
        assert connection.execute(text("PRAGMA data_version")).scalar() == before
        assert connection.execute(text("SELECT count(*) FROM matches")).scalar() == 0


def test_two_processes_find_what_one_finds(past: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = config(APT31), config(APT31, COLDRIVER, alert_at=40)
    one = backtest(past, old, new, NOW, processes=1)
    monkeypatch.setattr(service, "WORTH_TWO", 1)
    monkeypatch.setattr(service, "CHUNK", 2)
    steps: list[tuple[int, int]] = []
    two = backtest(past, old, new, NOW, progress=lambda done, of: steps.append((done, of)))
    assert two == one
    assert steps == [(2, 4), (4, 4)]


def test_where_retention_has_removed_what_did_not_match_nothing_is_won(past: Database) -> None:
    keep = Storage(keep_articles=NOW - FIRST - timedelta(minutes=1))
    old = config(APT31).model_copy(update={"storage": keep})
    answer = backtest(past, old, config(COLDRIVER), NOW, processes=1)
    assert not answer.window.complete
    assert answer.window.survivors == 1
    assert answer.window.complete_since == FIRST + timedelta(minutes=1)
    assert [w.won for w in answer.watchlists if w.watchlist == "w"] == [1]
    keep = Storage(keep_articles=NOW - FIRST - timedelta(minutes=2))
    old = config(APT31).model_copy(update={"storage": keep})
    answer = backtest(past, old, config(COLDRIVER), NOW, processes=1)
    # The article that would be won is one of those that are left over.
    assert [(w.won, w.lost) for w in answer.watchlists if w.watchlist == "w"] == [(0, 1)]
    assert backtest(
        past, old, config(COLDRIVER), NOW, since=FIRST + timedelta(minutes=2)
    ).window.complete


def test_verdicts_say_what_is_worth_keeping(past: Database) -> None:
    with past.write() as connection:
        report(connection, [1])
        for number in (1, 2, 4):
            store_matches.record(connection, number, [found(60)], now=FIRST)
    judge(past, Worth.RELEVANT, "Ann", FIRST, match_id=1)
    judge(past, Worth.NOT_RELEVANT, "Ann", FIRST, match_id=2)
    judge(past, Worth.NOT_RELEVANT, "Ann", FIRST, match_id=3)
    both = config(APT31, COLDRIVER)
    kept = of_w(past, both, config(APT31)).verdicts
    assert (kept.relevant_kept, kept.relevant_lost, kept.noise_gone, kept.noise_kept) == (
        1,
        0,
        1,
        1,
    )
    assert of_w(past, both, config(COLDRIVER)).verdicts.relevant_lost == 1
    # What would be missed most stands first, though it is the oldest.
    lost = of_w(past, both, config()).examples.lost
    assert [(each.id, each.relevant) for each in lost] == [(1, True), (4, False), (2, False)]


def test_what_a_site_puts_on_every_page_is_left_out_as_it_was_then(past: Database) -> None:
    body = "The weather.\nMost read: Callisto hackers breach party\nMore weather."
    with past.write() as connection:
        [number] = put(connection, [Article(id="", title="Sun", body=body)])
        start = body.index("Most")
        store_matches.record(
            connection, number, [found(60, "other")], blanked=[(start, start + 41)], now=FIRST
        )
    assert of_w(past, config(APT31), config(APT31, COLDRIVER)).won == 1


def test_feeds_and_their_tags_are_those_of_each_configuration(past: Database) -> None:
    feed = Feed(url="https://gazette.example/feed", name="Gazette", tags=("local",))
    limited = config(APT31, feeds=("local",)).model_copy(update={"feeds": (feed,)})
    assert of_w(past, config(APT31), limited).lost == 0
    elsewhere = config(APT31, feeds=("abroad",)).model_copy(update={"feeds": (feed,)})
    assert of_w(past, config(APT31), elsewhere).lost == 2


def test_earlier_reports_of_a_new_name_are_those_of_today(past: Database) -> None:
    with past.write() as connection:
        put(connection, [
            Article(id="", title="The Callisto group today", fetched=NOW - timedelta(hours=3))
        ])  # fmt: skip
    answer = earlier_reports(past, config(APT31), config(APT31, COLDRIVER), NOW)
    [found] = answer
    assert (found.watchlist, found.names) == ("w", ("Callisto",))
    assert ["Callisto" in each.sentence for each in found.reports] == [True]


def test_an_empty_past(db: Database) -> None:
    answer = backtest(db, config(APT31), config(COLDRIVER), NOW, processes=1)
    assert answer.window.articles == 0
    assert answer.watchlists[0].alerts_per_day.after == 0


def test_a_trial_takes_no_time_that_others_want() -> None:
    policy = called(os.sched_getscheduler, 0, seconds=60)
    assert policy == os.SCHED_IDLE


def test_a_trial_runs_in_a_process_of_its_own(past: Database) -> None:
    url = past.url
    trial = Trial(url, config(APT31), config(APT31, COLDRIVER), NOW, watchlists=("w",))
    *steps, answer = trial.steps(60)
    assert steps == [Step(4, 4)]
    assert not isinstance(answer, Step)
    assert [(w.watchlist, w.won) for w in answer.watchlists] == [("w", 1)]
    stopped = Trial(url, config(APT31), config(APT31, COLDRIVER), NOW)
    stopped.stop()
    with pytest.raises(TrialError):
        stopped.result(60)
    slow = Trial(url, config(APT31), config(APT31, COLDRIVER), NOW, watchlists=("w",))
    seconds = iter((0.0, 1.0, 61.0))
    # It says now and then how far it is, and takes too long all the same.
    found = slow.steps(60, lambda: next(seconds))
    assert next(found) == Step(4, 4)
    with pytest.raises(TrialError, match="too long"):
        next(found)


def test_rulesets_tell_edits_and_versions_apart() -> None:
    [one, other] = (Watchlist(name="w", entities=(each,)) for each in (APT31, COLDRIVER))
    assert ruleset(one) == ruleset(one.model_copy(update={"channels": ("slack",)}))
    assert len({ruleset(one), ruleset(other), ruleset(one, "9.9"),
                ruleset(one.model_copy(update={"alert_at": 60}))}) == 4  # fmt: skip
    assert len(ruleset(one)) == 24


@pytest.mark.parametrize("database", ["sqlite"])
def test_the_command_prints_what_scripts_expect(tmp_path: Path, past: Database) -> None:
    watched = '[[watchlists]]\nname = "w"\nentities = [{name = "%s", kind = "threat-actor"}]\n'
    toml = config_toml([]).split("[[watchlists]]")[0] + watched % "APT31"
    toml = toml.replace("[storage]", '[storage]\nkeep_articles = "forever"')
    program = Program(tmp_path, toml)
    changed = tmp_path / "new.toml"
    changed.write_text(program.config.read_text().replace("APT31", "Callisto"))
    done = program.run("backtest", "--config", "new.toml", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["window"]["articles"] == 4
    assert {"from", "to", "complete"} <= set(answer["window"])
    [watchlist] = answer["watchlists"]
    assert (watchlist["won"], watchlist["lost"]) == (1, 1)
    assert {"id", "url", "title", "score_before", "score_after", "sentence"} <= set(
        watchlist["examples"]["lost"][0]
    )
    assert set(watchlist["verdicts"]) == {
        "relevant_kept", "relevant_lost", "noise_gone", "noise_kept"
    }  # fmt: skip
    assert "+1" in program.run("backtest", "--config", "new.toml").stdout
