"""What an installation's examination finds, on real files, servers and clocks."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.channels.reachability import reach
from monitor.config.load import find_config
from monitor.config.schema import Channel, Feed
from monitor.errors import ChannelError, ConfigError
from monitor.service.doctor import Condition, Finding, clock, examine
from monitor.service.feed_trials import Trial
from monitor.store import sqlite_file
from monitor.store.database import Database
from tests.support.certificates import self_signed
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.smtp import SmtpServer
from tests.support.web import WebWorld, rss

NO_PAGE = "[web]\nenabled = false\n"


def examined(folder: Path, toml: str) -> dict[str, Finding]:
    path = folder / "config.toml"
    path.write_text(toml)
    path.chmod(0o600)
    return {each.of: each for each in examine(path)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("database", ["sqlite"])
def test_all_that_is_well_is_said_to_be(
    tmp_path: Path, web: WebWorld, slack: SlackServer, smtp: SmtpServer, db: Database
) -> None:
    web.serve("/feed", rss([]))
    toml = NO_PAGE + config_toml(
        [web.url("/feed")], slack=slack.endpoint, mail=smtp.channel("a@b.example")
    )
    found = examined(tmp_path, toml)
    assert {of: each.said for of, each in found.items() if each.condition is Condition.BROKEN} == {}
    assert found["configuration"].said.endswith("1 watchlist, 1 feed, 2 channels")
    assert found["database"].said.startswith(f"{db.path}: sound")
    assert found["daemon"].condition is Condition.NOT_TRIED
    assert found["network"].said.startswith("1 of 1 host answered")
    assert found["channel slack"].condition is found["channel mail"].condition is Condition.WELL
    assert slack.messages == []
    assert smtp.mails == []


def test_every_feed_is_tried_where_that_is_asked_for(tmp_path: Path, web: WebWorld) -> None:
    web.serve("/feed", rss([]))
    web.fail("/gone", 410)
    toml = NO_PAGE + config_toml([web.url("/feed"), web.url("/gone")])
    assert not any("gone" in str(each) for each in examined(tmp_path, toml).values())
    found = {each.of: each for each in examine(tmp_path / "config.toml", every_feed=True)}
    assert found["feeds"].said == "1 of 2 feeds can be read"
    [broken] = [each for of, each in found.items() if of.startswith("feed ")]
    assert broken.condition is Condition.DOUBTFUL
    assert web.url("/gone") in str(broken.todo)


def test_what_is_broken_says_what_to_do(tmp_path: Path, web: WebWorld) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    mail = f"mailto://u:secret@localhost:{free_port()}?to=a@b.example"
    toml = NO_PAGE + config_toml([f"{dead}/feed"], slack=dead, mail=mail)
    found = examined(tmp_path, toml)
    broken = {of for of, each in found.items() if each.condition is Condition.BROKEN}
    assert broken == {"network", "channel slack", "channel mail"}
    assert all(found[of].todo for of in broken)
    assert "secret" not in str(found)
    assert "`monitor run` makes one" in found["database"].said


def test_a_certificate_that_nobody_checks_is_said(tmp_path: Path, web: WebWorld) -> None:
    web.use_tls(self_signed(tmp_path)[1])
    for asked, condition in (("no", Condition.DOUBTFUL), ("yes", Condition.BROKEN)):
        url = f"jsons://127.0.0.1:{web.port}/hook?verify={asked}"
        channel = f'[[channels]]\nname = "hook"\nurl = "{url}"\n'
        found = examined(tmp_path, NO_PAGE + channel)["channel hook"]
        assert found.condition is condition
        assert ("verify=no" in found.said) is (asked == "no")
        assert found.todo


def test_a_configuration_with_faults_is_where_it_ends(tmp_path: Path) -> None:
    found = examined(tmp_path, "[poling]\ninterval = 3\n")
    assert list(found) == ["program", "configuration"]
    assert found["configuration"].condition is Condition.BROKEN
    assert "polling" in found["configuration"].said


@pytest.mark.parametrize(
    ("ahead", "condition", "said"),
    [
        ((timedelta(seconds=40),), Condition.WELL, "agrees with the servers' that were asked"),
        ((timedelta(hours=2),), Condition.BROKEN, "2 hours ahead of the servers' that were asked"),
        ((-timedelta(days=1),), Condition.BROKEN, "1 day behind the servers' that were asked"),
        # One server's clock may be wrong, too.
        ((timedelta(0), timedelta(0), timedelta(days=9)), Condition.WELL, None),
    ],
)
def test_a_clock_that_is_off_is_told_from_the_servers(
    ahead: tuple[timedelta, ...], condition: Condition, said: str | None
) -> None:
    feed = Feed(url="https://outlet.example/feed")
    [found] = clock([Trial(feed, 200, 0.1, None, clock_ahead=each) for each in ahead])
    assert found.condition is condition
    assert said is None or found.said == said
    assert list(clock([Trial(feed, 200, 0.1, None)])) == []


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_damaged_database_and_one_of_nobody_are_told(tmp_path: Path, db: Database) -> None:
    db.path.write_bytes(b"no database at all" * 100)
    found = examined(tmp_path, NO_PAGE + config_toml([]))
    assert found["database"].condition is Condition.BROKEN
    assert found["database"].said


@pytest.mark.parametrize("database", ["sqlite"])
def test_one_that_another_program_keeps_from_being_written_is_told(
    tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_MS", 1)
    with db.write():
        found = examined(tmp_path, NO_PAGE + config_toml([]))
    assert found["database"].condition is Condition.BROKEN
    assert "locked by another program" in found["database"].said
    assert found["database"].todo


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_page_s_port_that_somebody_else_has_is_told(tmp_path: Path, db: Database) -> None:
    assert db.path.exists()
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        found = examined(tmp_path, f'[web]\nlisten = "{listen}"\n' + config_toml([]))
    assert found["page"].condition is Condition.DOUBTFUL
    assert "`listen`" in str(found["page"].todo)


def test_who_may_not_look_is_not_told_to_write_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> None:
        raise PermissionError

    # Root may look everywhere.
    monkeypatch.setattr(Path, "lstat", refused)
    with pytest.raises(ConfigError, match="may not look into") as caught:
        find_config(tmp_path / "config.toml", {}, tmp_path)
    assert "init" not in str(caught.value)


def test_secrets_that_everybody_can_read_are_told(tmp_path: Path, slack: SlackServer) -> None:
    path = tmp_path / "config.toml"
    path.write_text(NO_PAGE + config_toml([], slack=slack.endpoint))
    path.chmod(0o644)
    assert "secrets" in {each.of for each in examine(path)}


def test_only_what_can_be_tried_without_sending_is_tried(smtp: SmtpServer) -> None:
    assert reach(Channel(name="ntfy", url="ntfy://topic")) is None
    port = free_port()
    with pytest.raises(ChannelError, match=f"no connection to localhost:{port}"):
        reach(Channel(name="hook", url=f"json://localhost:{port}/path"))
