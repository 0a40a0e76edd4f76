"""Workers that follow the versions of the configuration, on a real database."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.config.load import load_config
from monitor.config.one_text import one_text
from monitor.config.schema import CONSOLE
from monitor.daemon.following import Follower, own_fingerprint, starting
from monitor.matching.matcher import Matcher
from monitor.model.alert import Notice
from monitor.pipeline.context import Context
from monitor.pipeline.due_channels import channels_due
from monitor.pipeline.runtime import compose
from monitor.pipeline.workers import Workers
from monitor.service.health import shared_config_of
from monitor.store import config_versions as store
from monitor.store.database import Database
from monitor.store.deliveries import outbox

WATCHING = '[[watchlists]]\nname = "Ministers"\nentities = ["{name}"]\n{more}'
CHANNEL = '[[channels]]\nname = "ops"\nurl = "json://ops.example/${TOKEN}"\n'
FEED = '[[feeds]]\nurl = "https://a.example/rss"\nheaders = {Authorization = "${KEY}"}\n'
FOLLOWERS = ("one", "two")


class Fleet:
    """Workers on machines of their own, on one database."""

    def __init__(self, folder: Path, db: Database, workers: Workers) -> None:
        self.db = db
        self._folder = folder
        self._workers = workers
        self.live = {"one", "two"}
        self.followers: dict[str, Follower] = {}
        self.contexts: dict[str, Context] = {}
        self.told: list[str] = []

    def start(self, name: str, own: str = "") -> Follower:
        """A worker with a file of its own."""
        machine = self._folder / name
        machine.mkdir(exist_ok=True)
        path = machine / "own.toml"
        path.write_text(f'[storage]\nurl = "{self.db.url}"\n{own}')
        loaded = load_config(path)
        runtime = compose(loaded, Matcher(loaded.config.watchlists), io.StringIO())
        ctx = Context(self.db, runtime, self._workers, observe=lambda _: None)

        async def told() -> None:
            self.told.append(name)

        self.contexts[name] = ctx
        self.followers[name] = Follower(
            ctx, path, worker=name, live=lambda _: self.live, told=told, replaced=lambda _: None
        )
        return self.followers[name]

    def push(self, text: str, env: dict[str, str] | None = None) -> int:
        """Push what stands in a file of a third machine."""
        path = self._folder / "pushed.toml"
        path.write_text(text)
        said = one_text(load_config(path, env=env or {}))
        with self.db.write() as connection:
            return store.push(connection, said, author="ann").number

    def watched(self, name: str) -> list[str]:
        config = self.contexts[name].runtime.config
        return [entity.name for each in config.watchlists for entity in each.entities]

    def version(self, name: str) -> int | None:
        return self.contexts[name].runtime.loaded.version

    def shared(self) -> Any:
        with self.db.read() as connection:
            return shared_config_of(connection, {*self.live, *FOLLOWERS})


@pytest.fixture
def database() -> str:
    """Where several machines can be at work."""
    return "postgresql"


@pytest.fixture
async def fleet(
    tmp_path: Path, db: Database, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> Any:
    # Nobody sleeps here until all have heard of it.
    monkeypatch.setattr("monitor.config.in_force.LEAD", timedelta(0))
    monkeypatch.delenv("TOKEN", raising=False)
    fleet = Fleet(tmp_path, db, workers)
    for name in FOLLOWERS:
        fleet.start(name)
    yield fleet
    for ctx in fleet.contexts.values():
        await ctx.runtime.fetcher.aclose()
        ctx.close()


async def test_all_go_over_once_the_last_one_is_ready(fleet: Fleet) -> None:
    number = fleet.push(WATCHING.format(name="Jane Doe", more=""))
    await fleet.followers["one"].step()
    await fleet.followers["one"].step()
    assert fleet.version("one") is None
    await fleet.followers["two"].step()
    for follower in fleet.followers.values():
        await follower.step()
    assert [fleet.version(name) for name in FOLLOWERS] == [number, number]
    assert [fleet.watched(name) for name in FOLLOWERS] == [["Jane Doe"], ["Jane Doe"]]
    assert sorted(fleet.told) == ["one", "two"]


async def test_one_that_died_is_not_waited_for(fleet: Fleet) -> None:
    number = fleet.push(WATCHING.format(name="Jane Doe", more=""))
    await fleet.followers["one"].step()
    fleet.live.remove("two")
    await fleet.followers["one"].step()
    await fleet.followers["one"].step()
    assert fleet.version("one") == number


async def test_a_machine_that_cannot_use_it_says_so_and_mends_itself(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    number = fleet.push(FEED, {"KEY": "Bearer 12345678"})
    follower = fleet.followers["one"]
    with capture_logs() as logs:
        await follower.step()
    assert logs[0]["version"] == number
    assert fleet.version("one") is None
    monkeypatch.setattr("monitor.config.in_force.PATIENCE", timedelta(0))
    monkeypatch.setattr("monitor.store.config_versions.PATIENCE", timedelta(0))
    await follower.step()
    # It is in force all the same, and not to be had here.
    assert fleet.version("one") is None
    assert follower.problem is not None
    assert "`KEY` is not set" in follower.problem
    assert [each.worker for each in fleet.shared().unusable] == ["one"]
    monkeypatch.setenv("KEY", "Bearer 12345678")
    await follower.retry()
    await follower.step()
    assert follower.problem is None
    assert fleet.version("one") == number
    assert fleet.shared().unusable == ()


async def test_a_machine_without_a_channel_s_secret_says_so_and_goes_along(fleet: Fleet) -> None:
    fleet.live = {"one"}
    fleet.push(CHANNEL, {"TOKEN": "abcd1234efgh"})
    for _ in range(2):
        await fleet.followers["one"].step()
    loaded = fleet.contexts["one"].runtime.loaded
    assert loaded.lacking == {"ops"}
    assert loaded.config.channel_names == ("ops", CONSOLE)
    assert [(each.worker, each.channel) for each in fleet.shared().lacking] == [("one", "ops")]


async def test_nothing_is_delivered_from_where_the_secrets_are_not(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.live = {"one"}
    fleet.push(CHANNEL, {"TOKEN": "abcd1234efgh"})
    for _ in range(2):
        await fleet.followers["one"].step()
    ctx = fleet.contexts["one"]
    now = ctx.clock()
    notice = Notice("n", "news", "News", "Nothing of note.", now)
    with fleet.db.write() as connection:
        outbox.add_notice(connection, notice, ["ops", CONSOLE])
        assert channels_due(connection, ctx.runtime, now) == [CONSOLE]
    assert set(await ctx.deliverer.claim()) == {CONSOLE}
    monkeypatch.setenv("TOKEN", "abcd1234efgh")
    await fleet.followers["one"].retry()
    await fleet.followers["one"].step()
    assert set(await ctx.deliverer.claim()) == {"ops"}


async def test_where_files_differ_the_pushed_version_counts_and_health_says_so(
    fleet: Fleet,
) -> None:
    fleet.start("three", WATCHING.format(name="Somebody Else", more=""))
    fleet.live = {"three"}
    number = fleet.push(WATCHING.format(name="Jane Doe", more=""))
    for _ in range(2):
        await fleet.followers["three"].step()
    await fleet.followers["one"].step()
    assert fleet.watched("three") == ["Jane Doe"]
    shared = fleet.shared()
    assert (shared.version, shared.waiting) == (number, None)
    # A file that says nothing but where the database is differs in nothing.
    assert shared.differing == ("three",)


async def test_a_worker_begins_with_the_version_in_force(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "one" / "own.toml"
    assert starting(own).loaded.version is None
    number = fleet.push(WATCHING.format(name="Jane Doe", more=""))
    assert starting(own).loaded.version is None
    monkeypatch.setattr("monitor.config.in_force.PATIENCE", timedelta(0))
    monkeypatch.setattr("monitor.store.config_versions.PATIENCE", timedelta(0))
    begun = starting(own)
    assert begun.loaded.version == number
    assert begun.loaded.config.storage.url == fleet.db.url


def test_a_file_that_cannot_be_read_has_no_fingerprint(tmp_path: Path) -> None:
    assert own_fingerprint(tmp_path / "none.toml") is None
    broken = tmp_path / "broken.toml"
    broken.write_text("nonsense")
    assert own_fingerprint(broken) is None
