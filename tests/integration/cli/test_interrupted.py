"""Ctrl-C ends a command with 130 and no traceback, whatever it is just doing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Sends itself what Ctrl-C sends when a module is imported: while the program starts, in the
#: midst of a command, and where a library wraps what is raised in it.
PROGRAM = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt as error:
                if {wrapped!r}:
                    raise RuntimeError("wrapped") from error
                raise
sys.meta_path.insert(0, Interrupting())
sys.argv = ["monitor", "check"]
from monitor.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("module", "wrapped"),
    [
        ("monitor.cli.main", False),
        ("monitor.cli.options", False),
        ("monitor.service.check", False),
        ("monitor.service.check", True),
    ],
)
def test_it_ends_with_130_and_without_a_word(tmp_path: Path, module: str, wrapped: bool) -> None:
    (tmp_path / "config.toml").write_text('[[watchlists]]\nname = "W"\nentities = ["A Name"]\n')
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module=module, wrapped=wrapped)],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[3]), "MONITOR_CONFIG": "config.toml"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, "")


def test_whoever_wants_it_ignored_is_not_overruled(tmp_path: Path) -> None:
    program = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    program += PROGRAM.format(module="monitor.service.check", wrapped=False)
    (tmp_path / "config.toml").write_text('[[watchlists]]\nname = "W"\nentities = ["A Name"]\n')
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[3])}, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
