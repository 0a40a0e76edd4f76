"""The first configuration, asked for on a real terminal."""

from __future__ import annotations

import os
import pty
import select
import termios
import time
from pathlib import Path

from monitor.config.load import load_config
from tests.support.program import MONITOR

DEADLINE = 120.0
HIDDEN = {"Password"}
ENVIRONMENT = {"NO_COLOR": "1", "TERM": "dumb", "TZ": "Asia/Tokyo"}


def echoes(terminal: int) -> bool:
    """Whether a terminal shows what is typed."""
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def answered(folder: Path, *answers: tuple[str, str], code: int = 0) -> str:
    """Run `monitor init` on a terminal and answer each question as it appears; what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(MONITOR, ["monitor", "init"], {**os.environ, **ENVIRONMENT})
    shown, waiting, end = "", list(answers), time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            shown += os.read(terminal, 65536).decode("utf-8", "replace")
        except OSError:
            break
        if waiting and waiting[0][0] in shown[shown.rfind("\n\n") + 1 :]:
            question, answer = waiting.pop(0)
            while question in HIDDEN and echoes(terminal) and time.monotonic() < end:
                # What is typed before the terminal hides it is thrown away.
                select.select([], [], [], 0.01)
            os.write(terminal, answer.encode() + b"\n")
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == code, shown
    assert not waiting, shown
    return shown


def test_answers_become_a_configuration_that_runs(tmp_path: Path) -> None:
    shown = answered(
        tmp_path,
        ("Whom to watch?", "APT31, Ni Gaobin, Election Board"),
        ("Numbers or names", "chinese-pres, 99"),
        ("there is no pack 99", "chinese-press"),
        ("incoming webhook", "https://hooks.slack.com/services/T00000000/B00000000"),
        ("three parts at the end", "somewhere"),
        (
            "not an address",
            " <https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx> ",
        ),
        ("By mail?", "the desk"),
        ("no mail address", "desk@paper.example"),
        ("mail server", "localhost:1"),
        ("User name", "desk"),
        ("Password", "pass word"),
    )
    assert "there is no pack chinese-pres: did you mean chinese-press?" in shown
    assert "pass word" not in shown
    assert "abcdefgh" not in shown.partition("Trying each feed and channel:")[2]
    config = load_config(tmp_path / "config.toml", env={}).config
    kinds = [entity.kind.value for entity in config.watchlists[0].entities]
    assert kinds == ["threat-actor", "person", "organisation"]
    assert (
        config.channels[1]
        .url.get_secret_value()
        .startswith("mailtos://desk:pass%20word@localhost:1?")
    )
    assert "as this machine has them: Asia/Tokyo." in shown
    assert config.alerts.timezone == "Asia/Tokyo"
    assert "broken    channel mail" in shown
    assert "monitor run" in shown


def test_every_question_can_be_skipped(tmp_path: Path) -> None:
    asked = ("Whom to watch?", "Numbers or names", "incoming webhook", "By mail?")
    answered(tmp_path, *((question, "") for question in asked))
    config = load_config(tmp_path / "config.toml", env={}).config
    assert len(config.watchlists) == 3
    assert len(config.feeds) > 40
    assert config.channels == ()


def test_who_stops_answering_is_told_that_nothing_was_written(tmp_path: Path) -> None:
    shown = answered(tmp_path, ("Whom to watch?", "APT31"), ("Numbers or names", "\x03"), code=1)
    assert "Stopped: config.toml was not written." in shown
    assert list(tmp_path.iterdir()) == []
