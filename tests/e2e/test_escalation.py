"""`monitor alerts ack`: who is told by the installed daemon when nobody sees to an alert."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import POLLING, Daemon, Program
from tests.support.slack import SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import publish
from tests.support.web import WebWorld

CONFIG = """
[storage]
url = "sqlite:///monitor.db"

{polling}

[alerts]
group_by = "article"

[[feeds]]
url = "{feed}"

[[watchlists]]
name = "Westminster"
channels = ["slack"]
entities = ["APT31"]
severity = {{ high = 1 }}
escalate_after = "{after}"
escalate_to = ["pager"]

[[channels]]
name = "slack"
url = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"
endpoint = "{slack}"

[[channels]]
name = "pager"
url = "{mail}"
"""


@pytest.fixture
def program(
    tmp_path: Path, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> Callable[[str], Program]:
    def made(after: str) -> Program:
        mail = smtp.channel("oncall@example.org")
        feed = publish(web, "hack")
        toml = CONFIG.format(
            polling=POLLING, feed=feed, after=after, slack=slack.endpoint, mail=mail
        )
        return Program(tmp_path, toml)

    return made


def listed(program: Program) -> list[dict[str, Any]]:
    done = program.run("alerts", "list", "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def delivered(daemon: Daemon, count: int) -> set[str]:
    """The channels that took a message, once there were so many messages."""
    daemon.wait_for_event("delivered", count)
    return {line["channel"] for line in daemon.log if line["event"] == "delivered"}


def test_an_alert_that_nobody_acknowledges_is_told_to_the_next(
    program: Callable[[str], Program], slack: SlackServer, smtp: SmtpServer
) -> None:
    monitor = program("2s")
    with monitor.daemon() as daemon:
        assert delivered(daemon, 2) == {"slack", "pager"}
        assert daemon.stop() == 0
    assert "before pager is told after 2s: monitor alerts ack " in str(slack.messages[0].payload)
    [mail] = smtp.mails
    assert "Nobody has acknowledged it yet." in mail.part("plain")
    # Whoever sees to it late is written down all the same.
    [alert] = listed(monitor)
    assert alert["acknowledged"] is None
    done = monitor.run("alerts", "ack", alert["id"][:8], "--by", "Ann")
    assert (done.returncode, done.stdout) == (0, "Ann has acknowledged it.\n")
    assert "acknowledged by Ann, 2" in monitor.run("alerts", "show", alert["id"]).stdout


def test_an_alert_that_somebody_acknowledges_is_told_to_nobody_else(
    program: Callable[[str], Program], slack: SlackServer, smtp: SmtpServer
) -> None:
    # So long that a slow machine has time to acknowledge it.
    monitor = program("20s")
    with monitor.daemon() as daemon:
        slack.wait_for(1)
        [alert] = listed(monitor)
        [waiting] = [each for each in alert["deliveries"] if each["channel"] == "pager"]
        assert "unless somebody acknowledges it" in monitor.run("alerts", "list").stdout
        done = monitor.run("alerts", "ack", alert["id"][:8], "--by", "Ann")
        assert done.stdout == "Ann has acknowledged it; pager will not be told.\n"
        assert daemon.stop() == 0
    [alert] = listed(monitor)
    assert alert["acknowledged_by"] == "Ann"
    assert datetime.fromisoformat(alert["acknowledged"]).utcoffset() == timedelta(0)
    assert waiting["status"] == "pending"
    assert [each["channel"] for each in alert["deliveries"]] == ["slack"]
    assert smtp.mails == []


def test_what_cannot_be_acknowledged_is_said(program: Callable[[str], Program]) -> None:
    monitor = program("1h")
    assert monitor.run("run", "--once").returncode == 0
    for arguments, error in (
        (("zz",), "no alert begins with 'zz'"),
        (("%",), "no alert begins with '%'"),
        (("",), "say which alert"),
        ((" ",), "say which alert"),
        ((), "Missing argument"),
    ):
        done = monitor.run("alerts", "ack", *arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert error in done.stderr
        assert "Traceback" not in done.stderr
    [alert] = listed(monitor)
    for name, error in (("  ", "--by says nothing"), ("\udcff", "--by is not UTF-8")):
        done = monitor.run("alerts", "ack", alert["id"], "--by", name)
        assert (done.returncode, done.stdout) == (2, "")
        assert error in done.stderr
    [alert] = listed(monitor)
    assert alert["acknowledged"] is None
    said = monitor.json("alerts", "ack", alert["id"], "--by", "Ann")
    assert said == {"id": alert["id"], "acknowledged_by": "Ann", "not_told": ["pager"]}
