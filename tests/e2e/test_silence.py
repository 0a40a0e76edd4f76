"""`monitor silence`, as people type it."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program, config_toml
from tests.support.slack import SlackServer
from tests.support.story import publish
from tests.support.web import WebWorld


@pytest.fixture
def program(tmp_path: Path) -> Program:
    program = Program(tmp_path, config_toml([], slack="http://127.0.0.1:9"))
    assert program.run("db", "upgrade").returncode == 0
    return program


def silence(program: Program, *arguments: str) -> subprocess.CompletedProcess[str]:
    return program.run("silence", *arguments)


def listed(program: Program, *arguments: str) -> list[dict[str, Any]]:
    shown = silence(program, "list", "--json", *arguments).stdout
    return [json.loads(line) for line in shown.splitlines()]


def test_a_silence_is_added_listed_and_ended(program: Program) -> None:
    done = silence(program, "add", "--watchlist", "Westminster", "--for", "2h", "--reason", "known",
                   "--author", "Ann")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Silence 1 is in force until 2")
    [shown] = listed(program)
    assert (shown["id"], shown["author"], shown["reason"]) == (1, "Ann", "known")
    assert (shown["watchlists"], shown["in_force"], shown["holds"]) == (["Westminster"], True, 0)
    assert "Westminster" in silence(program, "list").stdout
    assert silence(program, "expire", "1").returncode == 0
    assert listed(program) == []
    [ended] = listed(program, "--all")
    assert ended["in_force"] is False
    again = silence(program, "expire", "1")
    assert (again.returncode, "has ended already" in again.stderr) == (2, True)


def test_by_default_it_lasts_a_day_and_is_the_users_own(program: Program) -> None:
    done = silence(program, "add", "--entity", "APT31", "--reason", "why not", "--json")
    said = json.loads(done.stdout)
    assert said["entities"] == ["APT31"]
    assert said["author"]
    assert said["ends"] > said["created"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--reason", "x"), "not said what to silence"),
        (("--watchlist", "Westminister", "--reason", "x"), "did you mean `Westminster`?"),
        (("--entity", "ATP31", "--reason", "x"), "did you mean `APT31`?"),
        (("--feed", "BBC", "--reason", "x"), "no feed is called `BBC`"),
        (("--all", "--reason", "x", "--for", "soon"), "'soon' is no duration"),
        (("--all", "--reason", "x", "--until", "tomorrow"), "'tomorrow' is no time"),
        (("--all", "--reason", "x", "--until", "2001-01-01"), "ends in the future"),
        (("--all", "--reason", "x", "--for", "4000d"), "within a year"),
        (("--all", "--reason", "x", "--for", "1h", "--until", "2099-01-01"), "say the same"),
        (("--max-severity", "awful", "--reason", "x"), "'awful' is no severity"),
        (("--all",), "--reason"),
        (("--all", "--reason", " "), "--reason says nothing"),
        (("--text", "  ", "--reason", "x"), "--text says nothing"),
        (("--text", "\udcff", "--reason", "x"), "--text is not UTF-8"),
        (("--all", "--reason", "x" * 501), "more than 500 characters"),
    ],
)
def test_what_cannot_be_is_refused(
    program: Program, arguments: tuple[str, ...], error: str
) -> None:
    done = silence(program, "add", *arguments)
    assert done.returncode == 2
    assert error in done.stderr
    assert "Traceback" not in done.stderr
    assert listed(program, "--all") == []


def test_what_others_wrote_is_shown_harmlessly(program: Program) -> None:
    silence(program, "add", "--text", "a\x1b[31mb", "--reason", "\x1b]0;x\x07", "--author", "A\nB")
    shown = silence(program, "list").stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_a_time_of_day_is_the_next_one(program: Program) -> None:
    done = silence(program, "add", "--all", "--reason", "x", "--until", "18:00", "--json")
    said = json.loads(done.stdout)
    ends, created = (datetime.fromisoformat(said[key]) for key in ("ends", "created"))
    assert timedelta(0) < ends - created <= timedelta(days=1)
    assert (ends.hour, ends.minute) == (18, 0)


def test_what_is_silenced_says_so_wherever_one_looks(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    program = Program(tmp_path, config_toml([publish(web, "one")], slack=slack.endpoint))
    program.run("db", "upgrade")
    silence(program, "add", "--entity", "APT31", "--reason", "we know", "--author", "Ann")
    program.run("run", "--once")
    assert slack.posts == []
    alert = program.json("alerts", "list")
    for command in (
        ("alerts", "list"), ("alerts", "show", alert["id"]), ("matches", "show", "1"),
        ("trace", web.url("/one")),
    ):  # fmt: skip
        shown = program.run(*command).stdout
        assert re.search(r"[Ss]ilenced until [-\d]{10} [:\d]{5} by Ann: we know", shown), shown
    [delivery] = alert["deliveries"]
    assert delivery["silenced"].endswith(" by Ann: we know")
    assert program.json("trace", web.url("/one"))["verdict"] == delivery["silenced"]
    assert program.json("silence", "list")["holds"] == 1
    assert program.json("silence", "expire", "1") == {"id": 1, "freed": 1}
    program.run("run", "--once")
    assert len(slack.messages) == 1
    assert "; told" in program.run("matches", "show", "1").stdout


def test_a_running_daemon_sends_what_was_silenced_when_that_ends(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    program = Program(tmp_path, config_toml([publish(web, "one")], slack=slack.endpoint))
    program.run("db", "upgrade")
    silence(program, "add", "--all", "--reason", "we know")
    with program.daemon() as daemon:
        daemon.wait_for_event("match")
        assert program.json("silence", "list")["holds"] == 1
        assert silence(program, "expire", "1").returncode == 0
        daemon.wait_for_event("delivered")
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    "command", [("silence", "expire"), ("silence", "extend", "--for", "1h"), ("matches", "show")]
)
@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999", "x"])
def test_what_there_is_none_of_is_refused(
    program: Program, command: tuple[str, ...], number: str
) -> None:
    done = program.run(*command, number)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_silence_is_made_longer(program: Program) -> None:
    silence(program, "add", "--all", "--for", "2h", "--reason", "x")
    [before] = listed(program)
    said = json.loads(silence(program, "extend", "1", "--for", "3h", "--json").stdout)
    longer = datetime.fromisoformat(said["ends"]) - datetime.fromisoformat(before["ends"])
    assert (longer, said["holds"]) == (timedelta(hours=3), 0)
    assert listed(program)[0]["ends"] == said["ends"]
    for arguments, error in (
        ((), "it is not said how long"),
        (("--until", "2001-01-01"), "ends in the future"),
        (("--for", "400d"), "within a year"),
        (("--for", "soon"), "'soon' is no duration"),
        (("--until", before["created"][:16]), "ends in the future"),
    ):
        done = silence(program, "extend", "1", *arguments)
        assert (done.returncode, error in done.stderr) == (2, True), done.stderr
    silence(program, "expire", "1")
    done = silence(program, "extend", "1", "--for", "1h")
    assert (done.returncode, "has ended already" in done.stderr) == (2, True)
