"""Whatever stands on the command line, the answer is words and an exit code, never a traceback."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup, TyperOption

from monitor.cli import main as program
from monitor.cli.options import settings

CONFIG = """
[[feeds]]
url = "http://127.0.0.1:9/feed"
name = "A"

[[watchlists]]
name = "W"
entities = ["APT31"]
"""

#: They ask the network, a terminal, or do not end by themselves.
LEFT_OUT = {"demo", "run", "init", "worker", "doctor", "feeds poll", "notify test"}

HOSTILE = (
    "", " ", "\x1b[31mred\x1b[0m\u202e\u2066", "-1", "0", "9" * 30, "nan", "1e999", "a" * 3000,
    "\udcff", "💥", "../../x", "http://[::1", "http://\x00", "2h", "-5h", "99999999d", "[bold]x",
    "%s{0}", "'; drop", "two\nlines", "--", "@APT31", "(((", "2026-13-45",
)  # fmt: skip


def commands(group: TyperGroup, path: str = "") -> dict[str, TyperCommand]:
    found: dict[str, TyperCommand] = {}
    for name, each in group.commands.items():
        if isinstance(each, TyperGroup):
            found |= commands(each, f"{path}{name} ")
        elif isinstance(each, TyperCommand) and f"{path}{name}" not in LEFT_OUT:
            found[f"{path}{name}"] = each
    return found


ROOT = typer.main.get_command(program.app)
assert isinstance(ROOT, TyperGroup)
COMMANDS = commands(ROOT)


def call(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> tuple[object, str]:
    """The exit code, and all that was written."""
    written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    monkeypatch.setattr(sys, "argv", ["monitor", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"APT31")))
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, written)
    for setting, value in (("config", None), ("debug", False), ("redact", None)):
        monkeypatch.setattr(settings, setting, value)
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert isinstance(written.buffer, io.BytesIO)
    return ended.value.code, written.buffer.getvalue().decode("utf-8")


@pytest.mark.parametrize("path", COMMANDS)
def test_no_argument_ends_in_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_CONFIG", str(tmp_path / "config.toml"))
    chosen = random.Random(path)
    for _ in range(4):
        arguments = path.split()
        for parameter in COMMANDS[path].params:
            value = chosen.choice(HOSTILE)
            if not isinstance(parameter, TyperOption):
                arguments += [value] * (chosen.random() < 0.9)
            elif chosen.random() < 0.3 and not {"--config", "--help"} & set(parameter.opts):
                arguments += [parameter.opts[0], *([] if parameter.is_flag else [value])]
        code, written = call(monkeypatch, arguments)
        assert code in {0, 1, 2}, arguments
        assert "Traceback" not in written
        assert "should not have happened" not in written, (arguments, written)
        # A table for other programs ends its lines as RFC 4180 has it.
        steering = set(written.replace("\r\n", "\n")) & {*map(chr, range(32)), "\x7f", "\u202e"}
        assert steering <= {"\n"}, (arguments, written)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["feeds", "lst"], "Did you mean 'list'?"),
        (["alerts", "list", "--stuk"], "--state, --status, --stuck"),
        (["silence", "add"], "Missing option '--reason'"),
        (["alerts", "show", "a", "b"], "unexpected extra argument"),
        (["feeds", "list", "a", "\u202e"], "unexpected extra argument"),
        (["match", "\udcff"], "argument 2 is not UTF-8"),
    ],
)
def test_a_slip_gets_one_paragraph_and_where_to_look(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    code, written = call(monkeypatch, arguments)
    assert code == 2
    assert said in written
    assert written.startswith("error: ")
    assert len(written.splitlines()) <= 2


def test_a_fault_of_our_own_says_what_and_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("lost\x1b[31m")

    monkeypatch.setattr("monitor.config.load.find_config", lambda *_, **__: broken(None))
    code, written = call(monkeypatch, ["check"])
    assert code == 1
    assert "this should not have happened: RuntimeError: lost" in written
    assert "(test_arguments.py:" in written
    assert "Traceback" not in written
    assert "\x1b" not in written
