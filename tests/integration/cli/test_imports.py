"""Commands that only look load what they need and no more: people wait for each of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.store.database import Database
from tests.support.program import config_toml

# What the daemon works with: each takes from 10 to 300 ms of CPU to import.
WORK = {
    "ahocorasick_rs", "aiohttp", "alembic", "apprise", "apscheduler", "feedparser", "httpx",
    "jinja2", "lark", "lxml.html", "monitor.channels", "monitor.daemon", "monitor.demo",
    "monitor.fetch.client", "monitor.matching.matcher", "monitor.pipeline.workers",
    "monitor.stories", "monitor.websub", "numpy", "protego", "py3langid", "rapidfuzz", "re2",
    "requests", "tomlkit", "trafilatura", "watchfiles",
}  # fmt: skip
NAMES = {"pymispgalaxies", "wordfreq", "monitor.matching"}
DATABASE = {"monitor.store", "sqlalchemy"}
SETTINGS = {"monitor.config", "tomllib"}
TABLES = {"rich.table"}
LOADED = """
import sys
from monitor.cli.main import main
try:
    main()
finally:
    import json
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("command", "needless"),
    [
        ("--help", WORK | NAMES | DATABASE | SETTINGS),
        ("alerts list", WORK | NAMES),
        ("matches list", WORK | NAMES),
        ("health", WORK | NAMES | TABLES),
        ("watchlists list", WORK | NAMES | DATABASE),
        ("watchlists expand", WORK | {"wordfreq"} | DATABASE),
        ("feeds list", WORK | NAMES),
        ("silence list", WORK | NAMES),
        ("trace https://a.example/1", WORK | NAMES | TABLES),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(
    db: Database, tmp_path: Path, command: str, needless: set[str]
) -> None:
    assert db.path == tmp_path / "monitor.db"
    config = tmp_path / "config.toml"
    config.write_text(config_toml(["https://a.example/feed"]))
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *command.split()],
        env=os.environ | {"MONITOR_CONFIG": str(config)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    # `health` says so that no daemon runs.
    assert done.returncode == (command == "health"), done.stderr
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert needless & loaded == set()
    # That the list names what there is: a module that was renamed would be missed by nobody.
    assert "monitor.cli.main" in loaded


def test_what_is_not_to_be_loaded_exists() -> None:
    from importlib.util import find_spec

    names = WORK | NAMES | DATABASE | SETTINGS | TABLES
    assert {name for name in names if find_spec(name) is None} == set()


def test_who_watches_no_queries_loads_no_parser_of_them() -> None:
    code = "import sys, monitor.matching.matcher; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_garbage_is_collected_but_seldom() -> None:
    code = (
        "import gc, sys; sys.argv = ['monitor', '--version']\n"
        "from monitor.__main__ import main\n"
        "try: main()\n"
        "finally: print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "True 200000 True"


def test_what_runs_for_long_collects_it_more_often(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[storage]\nurl = "sqlite:///monitor.db"\n')
    code = (
        f"import gc, sys; sys.argv = ['monitor', 'run', '--once', '--config', {str(path)!r}]\n"
        "from monitor.__main__ import main\n"
        "try: main()\n"
        "finally: print(gc.isenabled(), gc.get_threshold()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "True 10000", done.stderr
