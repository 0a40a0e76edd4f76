"""Every fault and warning: its place, its reason, what was probably meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.config.folder import CHANNEL, Folder


def cases(name: str) -> list[tuple[str, str]]:
    """Pairs from a file of configurations, each followed by `=> line:column: reason`."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return re.findall(r"(?s:(.+?))\n=> (.+)\n\n?", text)


@pytest.mark.parametrize(("text", "problem"), cases("faults.txt"))
def test_each_fault_names_its_place_and_what_was_meant(
    folder: Folder, text: str, problem: str
) -> None:
    assert folder.problems(text) == [f"config.toml:{problem}"]


def test_all_faults_of_all_files_are_told_at_once_in_order(folder: Folder) -> None:
    folder.write("b.toml", 'a = 15m\n[web]\nenabled = "perhaps"\n')
    folder.write("c.toml", "[[feeds]]\nweight = 11\n")
    problems = folder.problems(
        'include = ["b.toml", "c.toml"]\r\n[polling]\r\nper_hots = 1\r\ntimeout = "x"\r\n'
        '[[watchlists]]\r\nname = "wächter" ; x\r\n'
    )
    assert [":".join(problem.split(":")[:3]) for problem in problems] == [
        "config.toml:3:1",
        "config.toml:4:11",
        "config.toml:6:18",
        "b.toml:1:5",
        "b.toml:3:11",
        "c.toml:2:10",
    ]


def test_a_line_that_cannot_be_read_makes_nothing_else_seem_missing(folder: Folder) -> None:
    problems = folder.problems(
        '[[channels]]\nname = slack\nurl = "json://h"\n'
        '[[watchlists]]\nname = "w"\nchannels = ["slack"]\n'
    )
    assert len(problems) == 1
    assert problems[0].startswith("config.toml:2:8: text must stand in double quotes")


@pytest.mark.parametrize(("text", "warning"), cases("warnings.txt"))
def test_what_is_probably_not_meant_is_a_warning(folder: Folder, text: str, warning: str) -> None:
    assert folder.warnings(text) == [f"config.toml:{warning}"]


def test_a_web_page_switched_off_needs_no_warning(folder: Folder) -> None:
    assert folder.warnings("[web]\nenabled = false") == []


def test_console_can_be_named_without_being_configured(folder: Folder) -> None:
    loaded = folder.load(
        '[operations]\nchannels = ["console"]\n'
        '[[watchlists]]\nname = "w"\nchannels = ["console"]\nentities = ["x"]\n'
    )
    assert loaded.config.operations.channels == ("console",)


def test_the_place_of_any_setting_can_be_asked_for(folder: Folder) -> None:
    folder.write("b.toml", f"# team b\n{CHANNEL}")
    loaded = folder.load(f'include = ["b.toml"]\n{CHANNEL.replace("slack", "mail")}')
    assert loaded.fault("", "channels", 0, "url").where == f"{folder.path}/config.toml:4:7"
    assert loaded.fault("", "channels", 1, "url").where == f"{folder.path}/b.toml:4:7"
    assert loaded.fault("", "channels", 1, "min_severity").where == f"{folder.path}/b.toml:2:1"
