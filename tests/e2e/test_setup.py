"""What a fresh clone goes through: the Makefile on machines that lack this or that, and what is
shipped for those who run monitor as a service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "awk", "make", "touch", "mkdir", "chmod")


class Machine:
    """A clone on a machine where only the commands put there are on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.clone = folder / "clone"
        self.commands = folder / "bin"
        self.clone.mkdir()
        self.commands.mkdir()
        for name in ("Makefile", "pyproject.toml", "uv.lock"):
            shutil.copy(ROOT / name, self.clone)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is missing here"
            (self.commands / tool).symlink_to(found)

    def command(self, name: str, script: str) -> None:
        """Put a command on the PATH."""
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def python(
        self, name: str, *, version: tuple[int, int] = (3, 12), lacks: str = "nothing"
    ) -> None:
        """Put a Python of a version there, perhaps without a module."""
        major, minor = version
        self.command(
            name,
            f"""case "$*" in
--version) echo Python {major}.{minor}.1;;
*{lacks}*) exit 1;;
*) exec {sys.executable} -c "import sys; sys.version_info = ({major}, {minor}, 1, 'final', 0); $2";;
esac""",
        )

    def uv(self) -> None:
        """Put a uv there that writes down how it was called."""
        self.command(
            "uv",
            'echo "$UV_PROJECT_ENVIRONMENT: $@" >> uv.log; mkdir -p .venv/bin;'
            " echo 'echo tested' > .venv/bin/pytest; chmod +x .venv/bin/pytest",
        )

    def make(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *arguments], cwd=self.clone, capture_output=True, text=True,
            env={"PATH": str(self.commands), "HOME": str(self.clone), **env},
            stdin=subprocess.DEVNULL, timeout=60, check=False,
        )  # fmt: skip

    @property
    def uv_calls(self) -> list[str]:
        log = self.clone / "uv.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_make_alone_lists_its_targets_and_sets_up_nothing(machine: Machine) -> None:
    done = machine.make()
    assert done.returncode == 0, done.stderr
    listed = {
        line.split()[0]: line for line in re.findall(r"^  make (.+)$", done.stdout, re.MULTILINE)
    }
    assert {"run", "demo", "test", "lint", "evaluate", "bench"} <= set(listed)
    assert not (machine.clone / ".venv").exists()


def test_uv_is_used_where_it_is_and_only_when_something_changed(machine: Machine) -> None:
    machine.python("python3.12")
    machine.uv()
    first = machine.make("test", VIRTUAL_ENV="/elsewhere")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "Setting up .venv from uv.lock (once, and again when uv.lock changes)",
        ".venv/bin/pytest -n auto --dist loadfile",
        "tested",
    ]
    assert machine.uv_calls == [
        f".venv: sync --quiet --locked --python {machine.commands}/python3.12"
    ]

    assert "Setting up" not in machine.make("test").stdout
    later = (machine.clone / ".venv/.ready").stat().st_mtime + 10
    os.utime(machine.clone / "uv.lock", (later, later))
    assert "Setting up" in machine.make("test").stdout
    assert len(machine.uv_calls) == 2


def test_a_suitable_python_is_found_among_several(machine: Machine) -> None:
    machine.uv()
    machine.command("python3.13", "echo 'not installed' >&2; exit 127")
    machine.python("python3", version=(3, 9))
    machine.python("python3.11", version=(3, 11))
    assert machine.make("test").returncode == 0
    assert machine.uv_calls == [
        f".venv: sync --quiet --locked --python {machine.commands}/python3.11"
    ]


def test_uv_finds_a_python_itself_where_none_is(machine: Machine) -> None:
    machine.uv()
    machine.python("python3", version=(3, 14))
    assert machine.make("test").returncode == 0
    assert machine.uv_calls == [".venv: sync --quiet --locked"]


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unsuitable_python_is_named(machine: Machine, version: tuple[int, int]) -> None:
    machine.python("python3", version=version)
    done = machine.make("test")
    assert done.returncode != 0
    assert "3.11, 3.12 or 3.13" in done.stderr
    assert f"Python 3.{version[1]}.1" in done.stderr
    assert "Setting up" not in done.stdout


def test_no_python_at_all_is_explained(machine: Machine) -> None:
    done = machine.make("run")
    assert done.returncode != 0
    assert "python3 is not there" in done.stderr


def test_a_python_of_ones_own_choice_is_taken_or_refused(machine: Machine) -> None:
    machine.uv()
    machine.python("python3.13", version=(3, 13))
    machine.python("old", version=(3, 8))
    refused = machine.make("test", "PYTHON=old")
    assert refused.returncode != 0
    assert "old is Python 3.8.1" in refused.stderr
    machine.python("mine", version=(3, 11))
    assert machine.make("test", "PYTHON=mine").returncode == 0
    assert machine.uv_calls == [f".venv: sync --quiet --locked --python {machine.commands}/mine"]


def test_debians_python_without_venv_is_told_the_package(machine: Machine) -> None:
    machine.python("python3", version=(3, 11), lacks="ensurepip")
    done = machine.make("test")
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


HEAVY = {
    "aiohttp", "alembic", "apprise", "apscheduler", "feedparser", "httpx", "jinja2", "lxml",
    "numpy", "pydantic", "pymispgalaxies", "sqlalchemy", "structlog", "tomlkit", "trafilatura",
    "watchfiles",
}  # fmt: skip


def test_help_loads_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys\n"
        "from monitor.cli.main import main\n"
        "sys.argv = ['monitor', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    print('LOADED', *sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told, loaded = done.stdout.split("LOADED", 1)
    assert "Usage" in told
    assert not {name.split(".")[0] for name in loaded.split()} & HEAVY


def test_the_module_is_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--version"], capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"monitor \d+\.\d+\S*\n", done.stdout)


def test_the_image_is_built_with_the_same_uv_and_from_files_it_is_given() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    [version] = re.findall(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert f"uv=={version}\n" in dockerfile
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = {
        source if source in let_in else source.split("/")[0]
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for source in line.split()
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_the_unit_and_the_image_agree_with_the_program() -> None:
    from monitor.daemon.daemon import BEAT_SECONDS, GRACE_SECONDS
    from monitor.errors import ConfigError

    lines = (ROOT / "deploy/monitor.service").read_text().splitlines()
    unit = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]\w+=", line))
    assert int(unit["WatchdogSec"]) >= 3 * BEAT_SECONDS
    assert int(unit["TimeoutStopSec"]) > GRACE_SECONDS + 5
    assert int(unit["RestartPreventExitStatus"]) == ConfigError.exit_code
