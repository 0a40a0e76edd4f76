"""What ships with the program: the example configuration and the reference manual."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor.config.explain import tables
from monitor.config.load import load_config
from monitor.config.schema import (
    Alerts,
    Articles,
    Channel,
    Entity,
    Example,
    Feed,
    Matching,
    Operations,
    Polling,
    Query,
    SeverityBands,
    Storage,
    Watchlist,
    WebSub,
)
from monitor.config.web import Web
from monitor.config.write import write_example
from monitor.errors import ConfigError, MonitorError
from monitor.matching.examples import check_examples
from monitor.matching.lint import lint
from monitor.matching.matcher import Matcher
from monitor.model.match import Kind
from monitor.resources import resource

DOCS = Path(__file__).parents[3] / "docs"

MODELS: dict[str, type[BaseModel]] = {
    "[storage]": Storage,
    "[polling]": Polling,
    "[articles]": Articles,
    "[matching]": Matching,
    "[web]": Web,
    "[websub]": WebSub,
    "[operations]": Operations,
    "[alerts]": Alerts,
    "[[feeds]]": Feed,
    "[[watchlists]]": Watchlist,
    "[watchlists.severity]": SeverityBands,
    "[[watchlists.entities]]": Entity,
    "[[watchlists.examples]]": Example,
    "[[watchlists.queries]]": Query,
    "[[channels]]": Channel,
}


# --- the example configuration ------------------------------------------------------------------


def test_the_example_loads_without_any_channel_or_variable() -> None:
    loaded = load_config(resource("config.example.toml"), env={})
    assert loaded.warnings == ()
    assert loaded.config.channels == ()


def test_the_example_watches_what_it_promises() -> None:
    config = load_config(resource("config.example.toml"), env={}).config
    entities = {entity.name: entity for w in config.watchlists for entity in w.entities}
    assert entities["APT31"].kind is Kind.THREAT_ACTOR
    assert entities["APT31"].expand
    assert entities["Electoral Commission"].country == "GB"
    assert entities["Electoral Commission"].context
    assert {"Zhao Guangzong", "Ni Gaobin"} <= set(entities)
    assert any(name.startswith("Wuhan Xiaoruizhi Science and Technology") for name in entities)
    assert all(watchlist.examples for watchlist in config.watchlists)
    assert len({feed.url for feed in config.feeds}) >= 25
    assert all(feed.name and feed.tags for feed in config.feeds)


def test_the_example_keeps_its_own_examples() -> None:
    config = load_config(resource("config.example.toml"), env={}).config
    matcher = Matcher(config.watchlists)
    for watchlist in config.watchlists:
        texts = [example.text or "" for example in watchlist.examples]
        assert check_examples(matcher, watchlist, texts) == ()
    assert lint(config.watchlists) == ()


def test_each_line_commented_out_in_the_example_is_valid() -> None:
    text = resource("config.example.toml").read_text(encoding="utf-8")
    # A setting that is switched off looks like "# key = value" or "# [table]".
    switched_off = re.compile(r"^# ((?:\[+[\w.]+\]+|[a-z_]+ = .*))$", re.MULTILINE)
    settings = switched_off.findall(text)
    assert len(settings) >= 12
    for setting in settings:
        tomllib.loads(setting)


@pytest.mark.parametrize("folder", ["", "new/deeper"])
def test_writing_the_example_for_its_owner_only(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "config.toml"
    write_example(path)
    assert path.read_bytes() == resource("config.example.toml").read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_config(path, env={}).warnings == ()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mine")
    with pytest.raises(ConfigError, match="exists already; nothing was written"):
        write_example(path)
    assert path.read_text() == "mine"
    with pytest.raises(ConfigError, match="a folder of this name exists"):
        write_example(tmp_path)
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(ConfigError):
        write_example(tmp_path / "dangling")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MonitorError, match="cannot be written"):
        write_example(tmp_path / "file" / "config.toml")


# --- the reference ------------------------------------------------------------------------------


def documented() -> Iterator[tuple[str, str, str, str]]:
    """Each row of the reference's tables as (table, key, default, meaning)."""
    header = ""
    for line in (DOCS / "reference" / "configuration.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            header = line.removeprefix("## ").strip("`")
        elif line.startswith("| `") and header in MODELS:
            key, _, default, meaning = (cell.strip() for cell in line.strip("|").split(" | "))
            yield header, key.strip("`"), default, meaning


def expected_keys() -> set[tuple[str, str]]:
    lists = {name.strip("[]"): name for name in MODELS}
    return {
        (lists[".".join(path)], key)
        for path, keys in tables().items()
        if path and path[0] != "defaults"
        for key in keys
        if (*path, key) not in tables()
    }


def test_every_key_is_documented_and_nothing_else() -> None:
    assert {(table, key) for table, key, _, _ in documented()} == expected_keys()
    text = (DOCS / "reference" / "configuration.md").read_text("utf-8")
    for heading in ("`include`", "`defaults`", *(f"`{name}`" for name in MODELS)):
        assert f"\n## {heading}\n" in text


REQUIRED = {"url": "https://example.org/", "name": "x", "query": "x", "match": True, "text": "x"}


@pytest.mark.parametrize(("table", "key", "default"), [row[:3] for row in documented()])
def test_documented_defaults_are_the_real_ones(table: str, key: str, default: str) -> None:
    model = MODELS[table]
    info = model.model_fields[key]
    if default == "required":
        assert info.is_required()
    elif default == "—":
        assert info.default is None
    else:
        value = tomllib.loads(f"v = {default.strip('`')}")["v"]
        others = {name: given for name, given in REQUIRED.items() if name in model.model_fields}
        assert getattr(model.model_validate({**others, key: value}), key) == info.default
