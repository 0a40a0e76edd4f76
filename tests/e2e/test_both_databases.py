"""The same work on SQLite and on PostgreSQL, seen from outside: the same answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.support.program import Program, config_toml
from tests.support.slack import SlackServer
from tests.support.story import publish
from tests.support.web import WebWorld

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|\+00:00)?")
ASKED = [
    ("run", "--once", "--json"),
    ("feeds", "list", "--json"),
    ("matches", "list", "--json"),
    ("alerts", "list", "--json"),
    ("search", "APT31", "--json"),
    ("search", '"named the gr*" OR offic*', "--json"),
    ("trace", "{article}", "--json"),
    ("backtest", "--json"),
    ("db", "stats", "--json"),
]


def masked(said: str) -> str:
    """Without when it was, and how large the database is."""
    # How long is waited after a failure is a matter of chance.
    said = re.sub(r"waiting \d+ seconds?", "waiting", TIME.sub("TIME", said))
    return re.sub(r'"(bytes|rhythm)":\s*[\d.]+', r'"\1": 0', said)


def answers(folder: Path, url: str, web: WebWorld, slack: SlackServer) -> list[Any]:
    folder.mkdir()
    # One article: which of several is read first is a matter of chance.
    feed = web.url("/feed")
    text = config_toml([feed, web.url("/none")], slack=slack.endpoint)
    program = Program(folder, re.sub(r'url = "sqlite:.*"', f'url = "{url}"', text))
    made = []
    for command in ASKED:
        arguments = [each.format(article=web.url("/hack")) for each in command]
        done = program.run(*arguments)
        made.append((command, done.returncode, masked(done.stdout)))
    return made


def test_both_answer_alike(
    tmp_path: Path, web: WebWorld, slack: SlackServer, postgresql: Any
) -> None:
    publish(web, "hack")
    file = answers(tmp_path / "file", "sqlite:///monitor.db", web, slack)
    sent = len(slack.messages)
    server = answers(tmp_path / "server", postgresql.clean(), web, slack)
    for one, other in zip(file, server, strict=True):
        assert one == other
    assert len(slack.messages) == 2 * sent > 0
    assert json.loads(file[0][2])["alerts"] == 1
