"""One configuration for all that work on a database: pushed, followed, brought back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from monitor.daemon.following import starting
from monitor.daemon.own_file import ROUNDS
from monitor.service.health import health
from monitor.store import config_versions
from monitor.store.database import Database
from monitor.store.fleet_tables import config_acknowledgements
from monitor.store.tables import notices
from tests.integration.shared.test_workers import ASKED, publish, workers
from tests.support.program import Program
from tests.support.slack import SlackServer
from tests.support.web import WebWorld

#: Who has given a sign of life.
AT_WORK = text("SELECT count(*) FROM workers WHERE detail ? 'written'")
WATCHING = '[[watchlists]]\nname = "Ministers"\nentities = ["{name}"]\n'


@pytest.fixture
def pushing(tmp_path: Path, shared: Database) -> Program:
    """A machine from which versions are pushed."""
    folder = tmp_path / "pushing"
    folder.mkdir()
    return Program(folder, f'[storage]\nurl = "{shared.url}"\n')


def watch(program: Program, name: str) -> None:
    storage = program.config.read_text().split("[[")[0]
    program.config.write_text(storage + WATCHING.format(name=name))


def watched(program: Program) -> list[str]:
    return [each["name"] for each in program.json("watchlists", "show", "Ministers")["entities"]]


def test_versions_are_pushed_taken_over_and_brought_back(pushing: Program, tmp_path: Path) -> None:
    watch(pushing, "Jane Doe")
    first = pushing.json("config", "push", "--wait")
    assert (first["version"], first["shared"]) == (1, True)
    watch(pushing, "John Roe")
    pushing.json("config", "push", "--wait")
    restored = pushing.json("config", "rollback", "1", "--wait")
    assert (restored["version"], restored["restores"]) == (3, 1)
    listed = pushing.run("config", "list", "--json").stdout
    assert listed.count('"in_force": true') == 1
    # A version is in force, whatever this machine's own file says.
    assert watched(pushing) == ["Jane Doe"]
    assert pushing.run("config", "diff").stdout.count("\n+entities") == 1
    again = pushing.json("config", "rollback", "1")
    assert (again["version"], again["pushed"]) == (3, False)


def test_a_broken_one_changes_nothing_anywhere(pushing: Program) -> None:
    watch(pushing, "Jane Doe")
    pushing.json("config", "push")
    pushing.config.write_text(pushing.config.read_text() + "alert_att = 3\n")
    refused = pushing.run("config", "push")
    assert refused.returncode == 2
    assert "config.toml:9:1: unknown key `alert_att`" in refused.stderr
    assert len(pushing.run("config", "list", "--json").stdout.splitlines()) == 1


async def test_all_that_work_go_over_together(
    pushing: Program, shared: Database, slack: SlackServer, tmp_path: Path
) -> None:
    async with workers(tmp_path, shared) as fleet:
        await fleet.configure(slack=slack.endpoint)
        contexts = [(await fleet.start())._ctx for _ in range(2)]
        assert {each.runtime.loaded.version for each in contexts} == {None}
        watch(pushing, "Jane Doe")
        await asyncio.to_thread(pushing.json, "config", "push", "--wait")
        async with asyncio.timeout(60):
            while {each.runtime.loaded.version for each in contexts} != {1}:
                await asyncio.sleep(0.05)
        names = [each.runtime.config.watchlists[0].entities[0].name for each in contexts]
        assert names == ["Jane Doe", "Jane Doe"]

        def said() -> list[Any]:
            with shared.read() as connection:
                return list(connection.execute(select(config_acknowledgements)))

        # Both are one process here, and one voice.
        [row] = await asyncio.to_thread(said)
        assert (row.version, row.problem) == (1, None)
        assert row.file_sha256 is not None


async def test_a_worker_that_cannot_use_it_takes_no_work_until_it_can(
    pushing: Program,
    shared: Database,
    slack: SlackServer,
    web: WebWorld,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    for where in ("monitor.config.in_force", "monitor.store.config_versions"):
        monkeypatch.setattr(f"{where}.PATIENCE", timedelta(0))
    publish(web, "/feed")
    feed = f'[[feeds]]\nurl = "{web.url("/feed")}"\nheaders = {{X-Key = "${{KEY}}"}}\n'
    with pushing.config.open("a") as file:
        file.write("[polling]\nallow_private_networks = true\n" + feed)
    pushing.env["KEY"] = "abcd1234"
    async with workers(tmp_path, shared) as fleet:
        await fleet.configure(slack=slack.endpoint)
        daemon = await fleet.start()
        ctx = daemon._ctx
        await asyncio.to_thread(pushing.json, "config", "push")
        async with asyncio.timeout(60):
            while not ctx.idle:
                await asyncio.sleep(0.05)
        assert not daemon._may_start("dispatch", ctx.clock())
        found = await asyncio.to_thread(lambda: health(shared, ctx.clock()))
        assert found.shared is not None
        [unusable] = found.shared.unusable
        assert "`KEY` is not set" in unusable.problem
        monkeypatch.setenv("KEY", "abcd1234")
        daemon._hang_up()
        await fleet.until(ASKED, lambda asked: asked == 1)
        assert not ctx.idle


def test_a_worker_begins_with_what_was_pushed(pushing: Program, shared: Database) -> None:
    watch(pushing, "Jane Doe")
    pushing.json("config", "push", "--wait")
    watch(pushing, "John Roe")
    begun = starting(pushing.config)
    assert begun.loaded.version == 1
    assert begun.loaded.config.watchlists[0].entities[0].name == "Jane Doe"
    with shared.read() as connection:
        now = config_versions.time_of(connection)
        used = config_versions.in_force(connection, now)
    assert used is not None
    assert used.effective == used.created


async def test_another_file_is_refused_while_no_version_says_which_counts(
    shared: Database, slack: SlackServer, tmp_path: Path
) -> None:
    async with workers(tmp_path, shared) as fleet:
        await fleet.configure(slack=slack.endpoint)
        oldest = await fleet.start()
        await fleet.until(AT_WORK, lambda workers: workers == 1)
        said = (tmp_path / "config.toml").read_text()
        changed = said.replace("[polling]", "[polling]\nper_host = 3")
        (tmp_path / "other").mkdir()
        other = Program(tmp_path / "other", changed + WATCHING.format(name="Somebody Else"))
        refused = await asyncio.to_thread(other.run, "worker")
        # Unlike a faulty file it may be right as soon as the others are: it is to be tried again.
        assert refused.returncode == 1
        assert "differs in polling.per_host, watchlists" in refused.stderr
        assert "monitor config push" in refused.stderr
        checked = (await asyncio.to_thread(other.run, "check")).stderr
        assert "(polling.per_host, watchlists)" in checked
        # In another order, from other files, with another way to the database: it is the same.
        main, rest = said.replace("postgres@", "postgres:@").split("[[watchlists]]")
        other.config.write_text(f'include = ["rest.toml"]\n{main}')
        other.config.with_name("rest.toml").write_text(f"[[watchlists]]{rest}")
        checked = (await asyncio.to_thread(other.run, "check")).stderr
        assert "says something else" not in checked

        # One that is edited while it works goes on, and says so.
        (tmp_path / "config.toml").write_text(changed)
        edited = await fleet.start()
        await fleet.until(AT_WORK, lambda workers: workers == 2)
        for _ in range(ROUNDS):
            await edited._beat()
            await oldest._beat()
        found = await asyncio.to_thread(lambda: health(shared, edited._ctx.clock()))
        assert [each.differs_in for each in found.workers] == [(), ("polling.per_host",)]
        with shared.read() as connection:
            [told] = connection.scalars(select(notices.c.kind)).all()
        assert told == "files-differ"


def test_who_lacks_a_channel_s_secret_may_push_and_is_told(pushing: Program) -> None:
    with pushing.config.open("a") as file:
        file.write('[[channels]]\nname = "ops"\nurl = "json://ops.example/${NOT_HERE}"\n')
    done = pushing.run("config", "push")
    assert done.returncode == 0, done.stderr
    assert "the secrets of channel `ops` are not here" in done.stderr
    assert "${NOT_HERE}" in pushing.run("config", "show").stdout
    assert pushing.run("config", "diff").stdout == ""
