"""From one machine to many: what waited is told once, and nothing that was told."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.postgresql import Server
from tests.support.program import Program, config_toml
from tests.support.slack import OK, SERVER_ERROR, SlackServer
from tests.support.story import publish
from tests.support.web import WebWorld


class Outgrown:
    """A machine whose Slack took one alert, then no more."""

    def __init__(self, folder: Path, web: WebWorld, slack: SlackServer, server: Server) -> None:
        self.slack = slack
        self._before = 0
        self.new = server.empty()
        self.program = Program(folder, config_toml([web.url("/feed")], slack=slack.endpoint))
        publish(web, "told")
        self.run_once()
        assert self.told() == {"told": 1}
        slack.always(SERVER_ERROR)
        publish(web, "told", "refused", "cut", "held")
        self.run_once()
        slack.always(OK)
        self._before = len(slack.messages)
        self._set("refused", "next_attempt = '2024-01-01 00:00:00.000000'")
        # Its sender was killed.
        self._set("cut", "status = 'sending', claimed_until = '2099-01-01 00:00:00.000000'")
        later = "next_attempt = '2099-01-01 00:00:00.000000'"
        self._set("held", f"status = 'pending', hold = 'quiet-hours', {later}, due = next_attempt")

    def _set(self, name: str, what: str) -> None:
        theirs = (
            "SELECT alerts.id FROM alerts JOIN matches ON matches.id = alerts.match_id"
            " JOIN articles ON articles.id = matches.article_id WHERE articles.title = ?"
        )
        with closing(sqlite3.connect(self.program.folder / "monitor.db")) as db, db:
            changed = db.execute(
                f"UPDATE deliveries SET {what} WHERE alert_id IN ({theirs})", (f"Headline {name}",)
            )
        assert changed.rowcount == 1

    def run_once(self) -> Any:
        return self.program.json("run", "--once")

    def told(self) -> Counter[str]:
        """How often each was told since Slack was well again."""
        texts = [str(each.payload) for each in self.slack.messages[self._before :]]
        names = ("told", "refused", "cut", "held")
        return Counter(name for text in texts for name in names if f"Headline {name}" in text)

    def move(self) -> Any:
        """Copy the database, and have the configuration name the new one."""
        old = f"sqlite:///{self.program.folder}/monitor.db"
        done = self.program.json("db", "copy", old, self.new)
        text = self.program.config.read_text()
        self.program.config.write_text(text.replace("sqlite:///monitor.db", self.new))
        return done


@pytest.fixture
def outgrown(tmp_path: Path, web: WebWorld, slack: SlackServer, postgresql: Server) -> Outgrown:
    return Outgrown(tmp_path, web, slack, postgresql)


def test_what_waited_is_told_once_and_nothing_twice(outgrown: Outgrown) -> None:
    done = outgrown.move()
    assert (done["rows"]["articles"], done["due_again"], done["mended"]) == (4, 1, [])
    outgrown.run_once()
    # What is held until a time that has not come stays held.
    assert outgrown.told() == {"refused": 1, "cut": 1}
    outgrown.run_once()
    assert outgrown.told() == {"refused": 1, "cut": 1}
