"""Names and queries are put into files that belong to somebody: nothing else of them changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.add_names import add
from monitor.config.load import load_config
from monitor.config.schema import Entity, Query
from monitor.errors import ConfigError, UsageError
from monitor.model.match import Kind

TURLA = Entity(name="Turla", kind=Kind.THREAT_ACTOR, aliases=("Snake",))
PLAIN = Entity(name="Jane “Doe” ${HOME}")
HACKED = Query(name="hacked", query='"Electoral Commission" AND hack*')

TABLES = """# Ours.
[[watchlists]]   # the first
name = "Actors"
  [[watchlists.entities]]
  name = "APT31"      # as MISP has it
  kind = "threat-actor"

  # not yet: [[watchlists.entities]]

# What the desk wants.
[[watchlists]]
name = "Desk"
entities = ["Jane Roe"]   # plain

[alerts]
timezone = "Europe/London"
"""


def written(tmp_path: Path, text: str, watchlist: str, addition: Entity | Query) -> str:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode())
    add(path, watchlist, addition, env={})
    after = path.read_bytes().decode()
    # Every line that was there is there still, in its order.
    rest = iter(after.splitlines())
    assert all(
        any(line == each for each in rest)
        for line in text.splitlines()
        if "plain" not in line and "[{" not in line
    )
    return after


def of(text: str, watchlist: str) -> dict[str, object]:
    [found] = [each for each in tomllib.loads(text)["watchlists"] if each["name"] == watchlist]
    return dict(found)


def test_a_name_goes_to_the_end_of_its_watchlist(tmp_path: Path) -> None:
    after = written(tmp_path, TABLES, "Actors", TURLA)
    assert of(after, "Actors")["entities"] == [
        {"name": "APT31", "kind": "threat-actor"},
        {"name": "Turla", "kind": "threat-actor", "aliases": ["Snake"]},
    ]
    assert after.index("Turla") < after.index("# What the desk wants.")
    assert of(after, "Desk") == of(TABLES, "Desk")


def test_a_name_joins_a_list_of_plain_names(tmp_path: Path) -> None:
    after = written(tmp_path, TABLES, "Desk", PLAIN)
    assert '["Jane Roe", "Jane “Doe” $${HOME}"]   # plain' in after
    path = tmp_path / "config.toml"
    # What a feed said is never a reference to a secret.
    assert load_config(path, env={}).config.watchlists[1].entities[1].name == PLAIN.name
    more = written(tmp_path, TABLES, "Desk", TURLA)
    assert of(more, "Desk")["entities"][1]["aliases"] == ["Snake"]  # type: ignore[index]


def test_a_query_goes_where_there_was_none(tmp_path: Path) -> None:
    after = written(tmp_path, TABLES, "Desk", HACKED)
    assert of(after, "Desk")["queries"] == [{"name": "hacked", "query": HACKED.query}]
    inline = TABLES.replace(
        "entities = [", 'queries = [{name = "q", query = "APT31"}]\nentities = ['
    )
    assert len(of(written(tmp_path, inline, "Desk", HACKED), "Desk")["queries"]) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "# Nothing yet.", TABLES, TABLES.replace("\n", "\r\n")])
def test_a_watchlist_is_made(tmp_path: Path, text: str) -> None:
    after = written(tmp_path, text, "Hacked", HACKED)
    assert of(after, "Hacked")["queries"] == [{"name": "hacked", "query": HACKED.query}]
    assert after.count("\n") == after.count("\r\n") or "\r" not in after


def test_it_goes_into_the_file_that_holds_the_watchlist(tmp_path: Path) -> None:
    (tmp_path / "team.toml").write_text(TABLES.partition("[alerts]")[0])
    (tmp_path / "config.toml").write_text('include = ["team.toml"]\n')
    done = add(tmp_path / "config.toml", "Desk", HACKED, env={})
    assert (done.file.name, done.is_new) == ("team.toml", False)
    assert done.file.read_text().splitlines()[done.line - 1].strip() == "[[watchlists.queries]]"
    assert add(tmp_path / "config.toml", "New", HACKED, env={}).file.name == "team.toml"
    assert (tmp_path / "config.toml").read_text() == 'include = ["team.toml"]\n'


def test_what_cannot_be_written_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    odd = 'watchlists = [{name = "Odd"}]\n'
    for text, watchlist, addition, error in (
        (TABLES, "Actors", Entity(name="apt31"), UsageError),
        (odd, "Odd", TURLA, ConfigError),
        (odd, "New", TURLA, ConfigError),
        (TABLES + "nonsense = 1\n", "Actors", TURLA, ConfigError),
        (TABLES + "broken [", "Actors", TURLA, ConfigError),
    ):
        path.write_text(text)
        with pytest.raises(error):
            add(path, watchlist, addition, env={})
        assert path.read_text() == text
