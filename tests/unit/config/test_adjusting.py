"""Another rule of a watchlist in its file: exactly that changes, comments and order stay."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.adjusting import Adjustment, adjusted, edited
from monitor.config.schema import Watchlist
from monitor.config.tuning import draft, write
from monitor.errors import ConfigError
from tests.unit.config.folder import Folder

FILE = Path("config.toml")
TABLES = """\
# Whom we watch.
[[watchlists]]
name = "One"   # the desk's
alert_at = 50  # it was 45

  # Asked for by Ann.
  [[watchlists.entities]]
  name = "APT31"
  aliases = [
    "Zirconium",   # ordinary, too
    "Violet Typhoon",
  ]
  # below the list

  # Asked for by Tom.
  [[watchlists.entities]]
  name = "Turla"  # and its kin

  # The press desk wants it.
  [[watchlists.queries]]
  name = "q"
  query = "Beta"

# The other desk's.
[[watchlists]]
name = "Two"
entities = ["Alpha", {name = "Beta"}]  # plain
"""


def lines_changed(after: str) -> tuple[list[str], list[str]]:
    before = TABLES.splitlines()
    lines = after.splitlines()
    return ([each for each in before if each not in lines],
            [each for each in lines if each not in before])  # fmt: skip


@pytest.mark.parametrize(
    ("index", "wanted", "gone", "new"),
    [
        (0, Adjustment(alert_at=62), ["alert_at = 50  # it was 45"],
         ["alert_at = 62  # it was 45"]),
        (0, Adjustment(severity={"high": 75, "critical": 92.5}), [],
         ["severity = {high = 75, critical = 92.5}"]),
        (0, Adjustment(entity="Turla", settings={"context": ["espionage", "Kremlin"]}), [],
         ['  context = ["espionage", "Kremlin"]']),
        (0, Adjustment(entity="APT31", settings={"exclude": ["zirconium sand"]}), [],
         ['  exclude = ["zirconium sand"]']),
        (0, Adjustment(entity="APT31", settings={"aliases": ["Zirconium", "Violet Typhoon", "X"]}),
         [], ['    "X",']),
        (0, Adjustment(entity="APT31", settings={"aliases": ["Zirconium"]}),
         ['    "Violet Typhoon",'], []),
        (0, Adjustment(removed=("Turla",)),
         ["  # Asked for by Tom.", '  name = "Turla"  # and its kin'], []),
        (0, Adjustment(added=("Sandworm",)), [], ['  name = "Sandworm"']),
        (1, Adjustment(added=("Gamma",)), ['entities = ["Alpha", {name = "Beta"}]  # plain'],
         ['entities = ["Alpha", {name = "Beta"}, "Gamma"]  # plain']),
        (1, Adjustment(removed=("Alpha",)), ['entities = ["Alpha", {name = "Beta"}]  # plain'],
         ['entities = [{name = "Beta"}]  # plain']),
        (1, Adjustment(entity="Alpha", settings={"case_sensitive": True}),
         ['entities = ["Alpha", {name = "Beta"}]  # plain'],
         ['entities = [{name = "Alpha", case_sensitive = true}, {name = "Beta"}]  # plain']),
        (1, Adjustment(entity="Beta", settings={"aliases": ["B ${HOME}"]}),
         ['entities = ["Alpha", {name = "Beta"}]  # plain'],
         ['entities = ["Alpha", {name = "Beta", aliases = ["B $${HOME}"]}]  # plain']),
        (1, Adjustment(alert_at=70), [], ["alert_at = 70"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_what_is_meant_changes(
    index: int, wanted: Adjustment, gone: list[str], new: list[str], newline: str
) -> None:
    text = TABLES.replace("\n", newline)
    after = edited(text, index, "One" if index == 0 else "Two", wanted, FILE)
    assert ("\r" in after) == (newline == "\r\n")
    assert after.count("\n") == after.count(newline)
    lost, found = lines_changed(after)
    assert [each for each in lost if each.strip() != "[[watchlists.entities]]"] == gone
    assert found == new
    assert tomllib.loads(after) != tomllib.loads(text)


def test_all_of_it_at_once_makes_the_watchlist_that_was_tried(folder: Folder) -> None:
    path = folder.write("config.toml", TABLES)
    wanted = Adjustment(
        alert_at=62, severity={"high": 80}, entity="APT31",
        settings={"case_sensitive": True, "context": ["espionage"]},
        removed=("Turla",), added=("Sandworm",),
    )  # fmt: skip
    shown = draft(path, "One", wanted, env={})
    for line in ("-alert_at = 50", "+alert_at = 62", "+  case_sensitive = true",
                 '-  name = "Turla"', '+  name = "Sandworm"'):  # fmt: skip
        assert line in shown.diff
    before = folder.load().config.watchlists[0]
    write(path, "One", wanted, shown.digest, env={})
    written = folder.load().config.watchlists[0]
    assert written.model_dump() == adjusted(before, wanted).model_dump()
    assert "# Asked for by Ann." in path.read_text()
    assert "# The press desk wants it." in path.read_text()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Adjustment(removed=("Nobody",)), "nobody of the name"),
        (Adjustment(entity="Nobody", settings={"weight": 2}), "nobody of the name"),
        (Adjustment(added=("turla",)), "watched already"),
        (Adjustment(added=("violet typhoon",)), "watched already"),
        (Adjustment(severity={"high": 95, "critical": 60}), "severit"),
        (Adjustment(entity="Turla", settings={"weight": 99}), "weight"),
    ],
)
def test_what_would_leave_a_fault_is_refused(folder: Folder, wanted: Adjustment, says: str) -> None:
    path = folder.write("config.toml", TABLES)
    with pytest.raises((ConfigError, ValueError), match=f"(?is){says}"):
        adjusted(folder.load().config.watchlists[0], wanted)
    with pytest.raises(ConfigError):
        draft(path, "One", wanted, env={})
    assert path.read_text() == TABLES


def test_a_comment_that_would_be_lost_is_not(folder: Folder) -> None:
    path = folder.write("config.toml", TABLES)
    wanted = Adjustment(entity="APT31", settings={"aliases": ["Violet Typhoon"]})
    with pytest.raises(ConfigError, match="cannot be edited safely"):
        draft(path, "One", wanted, env={})


def test_what_stands_elsewhere_is_not_written_down(folder: Folder) -> None:
    text = TABLES.replace('"Alpha"', '{name = "Alpha", aliases = ["${SECRET}"]}')
    path = folder.write("config.toml", text)
    wanted = Adjustment(entity="Alpha", settings={"aliases": ["known", "more"]})
    with pytest.raises(ConfigError, match="cannot be edited safely"):
        draft(path, "Two", wanted, env={"SECRET": "known"})


def test_a_rule_that_says_nothing_is_nothing() -> None:
    assert Adjustment(entity="APT31").is_nothing
    assert not Adjustment(removed=("APT31",)).is_nothing
    watchlist = Watchlist.model_validate({"name": "One", "entities": ["A"]})
    assert adjusted(watchlist, Adjustment()) == watchlist
