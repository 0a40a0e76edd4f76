"""Commands that only look: what they print is for people to read and to copy from."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.support.program import Program, config_toml
from tests.support.web import WebWorld, item, rss

WATCHED = """[[watchlists]]
name = "Westminster"
queries = [{ name = "q", query = '"Electoral Commission" AND hack*' }]
examples = [{ text = "two\\nlines", match = false }]

  [[watchlists.entities]]
  name = "APT31"
  kind = "threat-actor"
"""


def test_a_watchlist_is_shown_in_the_words_of_the_configuration(tmp_path: Path) -> None:
    program = Program(tmp_path, WATCHED)
    shown = program.run("watchlists", "show", "Westminster").stdout
    assert "None" not in shown
    [watchlist] = tomllib.loads(shown)["watchlists"]
    assert watchlist["alert_at"] == 50
    assert watchlist["entities"][0]["expand"] is True
    assert watchlist["queries"] == [{"name": "q", "query": '"Electoral Commission" AND hack*'}]
    program.config.write_text(shown)
    assert program.run("watchlists", "show", "Westminster").stdout == shown


def test_a_match_without_a_headline_is_told_from_others(tmp_path: Path, web: WebWorld) -> None:
    text = "Officials named the group as APT31 and said that its members were under sanctions now."
    web.serve("/feed", rss([item("", guid="untitled", summary=text)]))
    program = Program(tmp_path, config_toml([web.url("/feed")]))
    assert program.json("run", "--once")["matches"] == 1
    for arguments in (["list"], ["show", "1"]):
        assert f"{text[:79]}…" in program.run("matches", *arguments).stdout
