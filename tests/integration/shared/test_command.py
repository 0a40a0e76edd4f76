"""`monitor worker`, where nobody else can work on the database."""

from __future__ import annotations

from pathlib import Path

from tests.support.program import Program, config_toml


def test_a_worker_on_a_file_is_refused_with_words(tmp_path: Path) -> None:
    done = Program(tmp_path, config_toml([])).run("worker")
    assert done.returncode == 2
    assert "workers need a PostgreSQL database" in done.stderr
    assert not (tmp_path / "monitor.db").exists()
