"""The installed daemon, and a bot in Slack: one story, one message, however many report it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.support.program import Program, config_toml, wait_until
from tests.support.slack import BOT, SlackServer
from tests.support.story import STORY
from tests.support.web import WebWorld, article_html, item, rss

OUTLETS = 40


def print_story(web: WebWorld, number: int) -> None:
    """An outlet carries the story under a headline of its own."""
    headline = f"Headline {number}"
    web.serve(f"/{number}/page", article_html(headline, STORY))
    entry = item(
        headline, link=web.url(f"/{number}/page"), guid="1", published=datetime.now(UTC),
        summary="A teaser that names nobody.",
    )  # fmt: skip
    web.serve(f"/{number}/feed", rss([entry], title=f"Outlet {number}"))


def test_forty_outlets_make_one_message_that_names_how_many(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    for number in range(OUTLETS):
        web.serve(f"/{number}/feed", rss([], title=f"Outlet {number}"))
    feeds = [web.url(f"/{number}/feed") for number in range(OUTLETS)]
    toml = config_toml(feeds, slack=slack.api, slack_url=BOT, group_by="story")
    for number, feed in enumerate(feeds):
        toml = toml.replace(f'url = "{feed}"\n', f'url = "{feed}"\nname = "Outlet {number}"\n')
    program = Program(tmp_path, toml)
    print_story(web, 0)
    with program.daemon() as daemon:
        slack.wait_for(1)
        for number in range(1, OUTLETS):
            print_story(web, number)
        wait_until(
            lambda: "Also in 39 outlets" in slack.shown[0].text,
            150,
            lambda: f"{slack.shown}\n{daemon.errors[-3000:]}",
        )
        assert daemon.stop() == 0
    [shown] = slack.shown
    assert "Headline 0" in shown.text
    # A change a minute at the most, and one is enough if all came within a minute.
    assert 1 <= shown.changes <= 3
    [alert] = [json.loads(x) for x in program.run("alerts", "list", "--json").stdout.splitlines()]
    [delivery] = alert["deliveries"]
    assert (delivery["status"], delivery["follow_up"]) == ("sent", 0)
    assert delivery["edited"] is not None
    assert "slack, changed 2" in program.run("alerts", "show", alert["id"]).stdout
