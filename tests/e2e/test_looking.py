"""Commands that only look: what they print is for people to read and to copy from."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from tests.support.program import Program, config_toml
from tests.support.slack import Behaviour, SlackServer
from tests.support.story import publish
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
        # Its first line is its headline.
        assert text in program.run("matches", *arguments).stdout


def test_what_is_stuck_is_shown_with_the_channel_that_is_to_blame(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    slack.always(Behaviour(503, "down"))
    feed = publish(web, *(f"story{number}" for number in range(5)))
    program = Program(tmp_path, config_toml([feed], slack=slack.endpoint))
    program.run("run", "--once")
    assert len(slack.posts) == 3
    shown = program.run("alerts", "list", "--stuck").stdout
    assert shown.count("slack: failed (") == 3
    assert "slack takes nothing since " in shown
    assert "3 messages refused: Slack answered 503 down" in shown
    assert "left alone until " in shown
    first, *_ = program.run("alerts", "list", "--stuck", "--json").stdout.splitlines()
    [delivery] = json.loads(first)["deliveries"]
    assert delivery["channel_failing"]["failures"] == 3
    health = program.run("health").stdout
    assert "channel slack: takes nothing (3 refused): Slack answered 503 down" in health
    slack.always(Behaviour())
    assert program.json("alerts", "retry") == {"due": 0, "stranded": []}
    # Each waits for some seconds, by chance, before its next try.
    for _ in range(30):
        program.run("run", "--once")
        if len(slack.messages) == 5:
            break
    assert len(slack.messages) == 5
    assert program.run("alerts", "list", "--stuck").stdout == "Nothing is stuck.\n"


def test_an_alert_is_acknowledged_by_name(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([publish(web, "story")], slack=slack.endpoint)
    escalation = 'severity = { high = 1 }\nescalate_after = "1h"\nescalate_to = ["console"]\n'
    toml = toml.replace('name = "Westminster"\n', f'name = "Westminster"\n{escalation}')
    program = Program(tmp_path, toml)
    program.run("run", "--once")
    alert = program.json("alerts", "list")
    shown = program.run("alerts", "show", alert["id"][:6]).stdout
    assert "unless somebody acknowledges it" in shown
    done = program.run("alerts", "ack", alert["id"][:6], "--by", "Ann")
    assert done.stdout == "Ann has acknowledged it; console will not be told.\n"
    assert program.run("alerts", "ack", alert["id"], "--by", "Bob").stdout == (
        "Ann has acknowledged it before.\n"
    )
    shown = program.run("alerts", "show", alert["id"]).stdout
    assert "acknowledged by Ann, " in shown
    assert "console" not in shown
