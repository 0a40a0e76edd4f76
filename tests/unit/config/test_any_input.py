"""Whatever a file holds, loading it ends in a configuration or in readable faults."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.config.load import load_config
from monitor.errors import ConfigError

RICH = """include = ["more/*.toml"]
[storage]
url = "sqlite:///m.db"
keep_articles = "90d"
[polling]
interval = "15m"
max_bytes = "10MiB"
[web]
password = "${PASSWORD}"
[operations]
channels = ["slack"]
heartbeat = "08:00"
[defaults.feed]
tags = ["a"]
[defaults.watchlist]
severity = {high = 60, critical = 80}
[[feeds]]
url = "https://a.example/"
weight = 1.0
[[watchlists]]
name = "w"
channels = ["slack"]
feeds = ["a"]
entities = ["x", {name = "y", kind = "person", aliases = ["赵光宗"]}]
[[watchlists.examples]]
text = '''
more
lines'''
match = true
[[watchlists.queries]]
name = "q"
query = '"x" AND y'
[[channels]]
name = "slack"
url = "json://user:${file:token}@host/"
quiet_hours = "22:00-07:00"
rate = "20/1h"
"""

FRAGMENTS = [
    "", "\n", " ", "=", ".", '"', '"""', "'", "[", "[[", "]", "{", "}", ",", "#", "\\", "\\u12",
    "1", "-1", "1e999", "nan", "true", '"text"', "[]", "[1]", "{}", "[{}]", "{a = 1}", "08:00:00",
    "2024-03-25", "${", "$${", "${X}", "${file:}", "\ufeff", "\u00a0", "“", "\x00", "\x7f", "é",
    "[feeds]\n", "[[polling]]\n", "[defaults]\n", "a.b = 1\n", "unknown = 1\n", "9" * 400,
]  # fmt: skip

fragments = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5))


def check(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(raw)
        try:
            loaded = load_config(path, env={"PASSWORD": "hunter2-hunter2"})
        except ConfigError as error:
            faults = error.faults
            assert faults
        else:
            faults = loaded.warnings
        lines = raw.decode("utf-8-sig", "replace").count("\n") + 1
        for fault in faults:
            assert fault.file == str(path)
            assert fault.line is not None
            assert 1 <= fault.line <= lines
            assert fault.column is not None
            assert fault.column >= 1
            assert fault.reason.strip()
            if fault.suggestion is not None:
                assert f"`{fault.suggestion}`" in fault.reason
            assert "hunter2" not in str(fault)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """The rich configuration after a few careless edits."""
    text = RICH
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(fragments) + text[end:]
    return text


@st.composite
def replaced(draw: st.DrawFn) -> str:
    """The rich configuration with values of other types."""
    lines = RICH.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[number].partition(" = ")
        if equals:
            lines[number] = f"{key} = {draw(st.sampled_from(FRAGMENTS))}"
    return "\n".join(lines)


@pytest.mark.parametrize("depth", range(100, 600, 7))
def test_any_depth(depth: int, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"a = {'[' * depth}{']' * depth}")
    with pytest.raises(ConfigError):
        load_config(path, env={})


@settings(max_examples=300)
@given(edited())
@example("'''")
@example("a = '''\\")
@example("a" * 100_000)
def test_careless_edits(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300)
@given(replaced())
def test_values_of_other_types(text: str) -> None:
    check(text.encode())


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    check(raw)


@given(st.text(max_size=100))
def test_any_text(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))
