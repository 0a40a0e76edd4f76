"""`monitor config`: versions pushed, listed, shown, compared; what is broken changes nothing."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import app
from monitor.cli.options import settings
from monitor.errors import MonitorError

CONFIG = """\
include = ["more.toml"]
# What we watch.
[[watchlists]]
name = "Ministers"
entities = ["Jane Doe"]
"""
MORE = '[[feeds]]\nurl = "https://a.example/rss"\n'

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, new_database: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command; its exit code and output, JSON read if it is asked for."""
    shutil.copy(new_database, tmp_path / "monitor.db")
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "more.toml").write_text(MORE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "config", None)

    def run(command: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, shlex.split(command))
        if isinstance(result.exception, MonitorError):
            assert result.exception.exit_code == code
            return result.exception
        assert result.exit_code == code, result.output
        lines = result.stdout.splitlines()
        return [json.loads(line) for line in lines] if "--json" in command else result.stdout

    return run


def test_a_version_is_pushed_listed_and_shown(run: Run) -> None:
    (pushed,) = run("config push --note 'to begin with' --author ann --json")
    assert (pushed["version"], pushed["pushed"], pushed["shared"]) == (1, True, False)
    assert (pushed["feeds"], pushed["watchlists"], pushed["channels"]) == (1, 1, 0)
    (listed,) = run("config list --json")
    assert (listed["version"], listed["author"], listed["note"]) == (1, "ann", "to begin with")
    assert listed["sha256"] == pushed["sha256"]
    assert not listed["in_force"]
    text = run("config show")
    assert "# What we watch." in text
    assert "https://a.example/rss" in text
    (shown,) = run("config show 1 --json")
    assert shown["text"] == text
    assert "to begin with" in run("config list")


def test_pushing_the_same_again_makes_no_version(run: Run) -> None:
    run("config push")
    (again,) = run("config push --json")
    assert (again["version"], again["pushed"]) == (1, False)
    assert "says the same already" in run("config push")
    assert len(run("config list --json")) == 1


def test_a_difference_is_shown_as_others_show_it(run: Run, tmp_path: Path) -> None:
    run("config push")
    assert run("config diff") == ""
    (tmp_path / "more.toml").write_text(MORE.replace("a.example", "b.example"))
    assert run("config diff").splitlines()[:2] == ["--- version 1", "+++ this machine's file"]
    run("config push")
    lines = run("config diff 1 2").splitlines()
    assert '-url = "https://a.example/rss"' in lines
    assert '+url = "https://b.example/rss"' in lines
    (back,) = run("config diff 2 1 --json")
    assert (back["old"], back["new"], back["same"]) == (2, 1, False)
    assert '+url = "https://a.example/rss"' in back["diff"].splitlines()


def test_a_broken_configuration_is_refused_with_its_place_and_changes_nothing(
    run: Run, tmp_path: Path
) -> None:
    run("config push")
    (tmp_path / "more.toml").write_text('[[feeds]]\nurl = "ftp://a.example"\n')
    error = run("config push", code=2)
    assert str(error.faults[0]).startswith("more.toml:2:7: ")
    assert len(run("config list --json")) == 1


def test_a_failing_example_refuses_it(run: Run, tmp_path: Path) -> None:
    example = '[[watchlists.examples]]\ntext = "Nobody."\nmatch = true\n'
    (tmp_path / "config.toml").write_text(CONFIG + example)
    error = run("config push", code=2)
    assert "config.toml:6" in str(error.faults[0])
    assert run("config list --json") == []


def test_a_secret_is_refused_with_its_place(run: Run, tmp_path: Path) -> None:
    url = "slack://T0000AAAA/B0000BBBB/C0000CCCCDDDD1111EEEE2222"
    (tmp_path / "more.toml").write_text(f'[[channels]]\nname = "slack"\nurl = "{url}"\n')
    error = run("config push", code=2)
    assert str(error.faults[0]).startswith("more.toml:3:7: ")
    assert "T0000AAAA" not in str(error)


def test_on_one_machine_nothing_is_rolled_back(run: Run) -> None:
    run("config push")
    error = run("config rollback 1", code=2)
    assert "monitor config show 1 > config.toml" in str(error)


def test_what_does_not_exist_is_said(run: Run) -> None:
    assert "no version of the configuration yet" in str(run("config show", code=2))
    assert "no version of the configuration yet" in str(run("config diff", code=2))
    run("config push")
    assert "there is no version 7" in str(run("config show 7", code=2))
    assert "No versions" not in run("config list")
