"""`monitor silence`, as people type it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program, config_toml


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
        (("--watchlist", "Westminister", "--reason", "x"), "Did you mean 'Westminster'?"),
        (("--entity", "ATP31", "--reason", "x"), "Did you mean 'APT31'?"),
        (("--feed", "BBC", "--reason", "x"), "no feed is called 'BBC'"),
        (("--all", "--reason", "x", "--for", "soon"), "'soon' is no duration"),
        (("--all", "--reason", "x", "--until", "tomorrow"), "'tomorrow' is no time"),
        (("--all", "--reason", "x", "--until", "2001-01-01"), "ends in the future"),
        (("--all", "--reason", "x", "--for", "4000d"), "within a year"),
        (("--all", "--reason", "x", "--for", "1h", "--until", "2099-01-01"), "say the same"),
        (("--max-severity", "awful", "--reason", "x"), "'awful' is no severity"),
        (("--all",), "--reason"),
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
