"""The installed program and a hub: pushed, told, shown, and ended in good order."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

from tests.support.hub import Hub
from tests.support.program import Program, config_toml, wait_until
from tests.support.slack import SlackServer
from tests.support.story import serve_story
from tests.support.web import WebWorld, item, rss

POLLING = '[polling]\ninterval = "6h"\nallow_private_networks = true\n'


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_push_is_told_at_once_without_a_poll(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    port = free_port()
    feed = web.url("/feed")
    serve_story(web, "hack")
    now = datetime.now(UTC)
    document = rss([item("Headline hack", link=web.url("/hack"), guid="hack", published=now)])
    with Hub(eager=True) as hub:
        web.serve("/feed", rss([]), headers=dict(hub.links(feed)))
        websub = f'[websub]\ncallback = "http://127.0.0.1:{port}/"\nlisten = "127.0.0.1:{port}"\n'
        toml = config_toml([feed], slack=slack.endpoint, polling=POLLING) + websub
        program = Program(tmp_path, toml)
        with program.daemon() as daemon:
            daemon.wait_for_event("a hub confirms")
            # The daemon says so a moment before its answer reaches the hub.
            wait_until(lambda: bool(hub.subscribers), 60, lambda: daemon.errors)
            polls = len(web.requests("/feed"))
            [answer] = hub.push(feed, document)
            assert answer.status == 202
            slack.wait_for(1)
            assert "Headline hack" in str(slack.messages[0].payload)
            assert len(web.requests("/feed")) == polls == 1

            shown = program.run("feeds", "show", feed).stdout
            assert f"pushed       by {hub.url} until " in shown
            assert "; once " in shown
            assert "because its hub pushes, so it is only polled every day; last push" in shown
            facts = program.json("feeds", "show", feed)
            assert facts["hub"]["pushes"] == 1
            assert facts["hub"]["active"] is True
            [form] = hub.asked
            told = json.dumps(facts) + shown + daemon.errors
            assert form["hub.secret"] not in told
            assert form["hub.callback"].rpartition("/")[2] not in told

            program.config.write_text(toml.replace(feed, web.url("/other")))
            wait_until(lambda: not hub.subscribers, 60, lambda: daemon.errors)
            assert hub.asked[-1]["hub.mode"] == "unsubscribe"
            assert daemon.stop() == 0
