"""The program as installed: from a feed to Slack and a mailbox, while its config is edited."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.program import MONITOR, POLLING, Program, config_toml, wait_until
from tests.support.slack import Behaviour, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import OTHER, publish
from tests.support.web import WebWorld


def test_once_from_feed_to_slack_and_mail(
    tmp_path: Path, web: WebWorld, slack: SlackServer, smtp: SmtpServer
) -> None:
    feed = publish(web, "hack")
    mail = smtp.channel("analyst@example.org")
    program = Program(
        tmp_path,
        config_toml([feed, web.url("/none")], slack=slack.endpoint, mail=mail),
    )
    summary = program.json("run", "--once")
    assert summary == {
        "feeds": {"polled": 2, "ok": 1, "unchanged": 0, "failed": 1},
        "entries": {"seen": 1, "new": 1},
        "articles": 1,
        "matches": 1,
        "alerts": 1,
        "deliveries": {
            "sent": 2,
            "pending": 0,
            "dead": 0,
            "this_run": {"sent": 2, "pending": 0, "dead": 0},
        },
    }
    [post] = slack.messages
    assert "*APT31*" in str(post.payload)
    [message] = smtp.mails
    assert "Headline hack" in message.message["Subject"]
    assert "Officials named the group as *APT31*" in " ".join(message.part("plain").split())
    assert "APT31</" in message.part("html")
    assert message.message["Message-ID"]

    again = program.json("run", "--once")
    assert again["feeds"] == {"polled": 2, "ok": 0, "unchanged": 1, "failed": 1}
    nothing = {"sent": 0, "pending": 0, "dead": 0}
    assert again["deliveries"] == {**nothing, "this_run": nothing}
    assert (len(slack.messages), len(smtp.mails)) == (1, 1)

    listed = [
        json.loads(line) for line in program.run("feeds", "list", "--json").stdout.splitlines()
    ]
    assert sorted(feed["failures"] for feed in listed) == [0, 2]
    [alert] = [json.loads(x) for x in program.run("alerts", "list", "--json").stdout.splitlines()]
    assert {each["status"] for each in alert["deliveries"]} == {"sent"}
    shown = program.run("alerts", "show", alert["id"][:6])
    assert "Officials named the group" in " ".join(shown.stdout.split())
    as_json = program.json("alerts", "show", alert["id"][:6])
    assert as_json["match"]["mentions"][0]["entity"] == "APT31"
    assert as_json["article"]["title"] == "Headline hack"
    assert [each["status"] for each in as_json["deliveries"]] == ["sent", "sent"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", as_json["created"])
    assert program.json("alerts", "retry") == {"due": 0, "stranded": []}
    assert "no alert begins with 'zz'" in program.run("alerts", "retry", "zz").stderr
    traced = program.run("trace", web.url("/hack"))
    # When, too, which is not known here.
    assert re.match(r"Told to slack \(.+\), mail \(.+\)\.\n", traced.stdout)


def test_the_console_is_told_when_no_channel_is_set_up(tmp_path: Path, web: WebWorld) -> None:
    program = Program(tmp_path, config_toml([publish(web, "hack")]))
    done = program.run("run", "--once")
    assert done.returncode == 0
    assert "Officials named the group as *APT31*" in " ".join(done.stdout.split())
    assert "alerts      1" in done.stdout
    assert "Traceback" not in done.stderr
    # It stands there already; a line of the log in between would say it twice.
    assert '"delivered"' not in done.stderr


def test_an_edit_changes_what_the_next_poll_matches(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    feed = publish(web, "hack")
    toml = config_toml([feed], slack=slack.endpoint, operations=True)
    program = Program(tmp_path, toml)
    with program.daemon() as daemon:
        slack.wait_for(1)
        assert program.run("health").returncode == 0

        publish(web, "road", text=OTHER)
        daemon.wait_for_event("feed polled", 2)

        edited = toml.replace('name = "APT31"', 'name = "Turla"')
        # As editors do: write a new file and put it in the old one's place.
        (tmp_path / "new.toml").write_text(edited)
        (tmp_path / "new.toml").replace(program.config)
        daemon.wait_for_event("configuration reloaded")
        publish(web, "road2", text=OTHER)
        posts = slack.wait_for(2)
        assert "Headline road2" in str(posts[1].payload)

        program.config.write_text(
            edited.replace("alert_at", "alert").replace("[polling]", "[poling]")
        )
        daemon.wait_for_event("configuration not taken over")
        notice = slack.wait_for(3)[2]
        assert "poling" in str(notice.payload)
        health = program.json("health")
        assert health["live"] is True
        assert health["config"]["ok"] is False
        assert "polling" in health["config"]["problems"][0]
        publish(web, "road3", text=OTHER)
        assert "Headline road3" in str(slack.wait_for(4)[3].payload)

        program.config.write_text(edited)
        assert "in order again" in str(slack.wait_for(5)[4].payload)
        assert program.json("health")["config"]["ok"] is True
        assert daemon.stop() == 0
    # Nothing that was told before a reload was told again.
    assert len(slack.messages) == 5
    assert program.run("health").returncode == 1


def test_what_came_before_an_edit_is_offered_and_told_by_a_running_monitor(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([publish(web, "road", text=OTHER)], slack=slack.endpoint)
    program = Program(tmp_path, toml)
    # All of it is read before anybody is watched who is named in it.
    assert program.json("run", "--once")["alerts"] == 0
    with program.daemon() as daemon:
        wait_until(lambda: program.run("health").returncode == 0, 60, lambda: "it is not live")
        program.config.write_text(
            program.config.read_text().replace('name = "APT31"', 'name = "Turla"')
        )
        daemon.wait_for_event("earlier reports can be told")
        [offer] = program.run("earlier", "list", "--json").stdout.splitlines()
        assert json.loads(offer)["names"] == ["Turla"]
        assert slack.messages == []
        assert program.run("earlier", "tell", "1").returncode == 0
        [post] = slack.wait_for(1)
        assert "Headline road" in str(post.payload)
        assert "Reported before it was watched" in str(post.payload)
        assert daemon.stop() == 0


def test_a_failing_example_refuses_the_edit(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([publish(web)], slack=slack.endpoint)
    program = Program(tmp_path, toml)
    example = '\n[[watchlists.examples]]\ntext = "Nothing of note today."\nmatch = true\n'
    broken = toml.replace("[[channels]]", example + "\n[[channels]]", 1)
    with program.daemon() as daemon:
        daemon.wait_for_event("feed polled")
        program.config.write_text(broken)
        refusal = daemon.wait_for_event("configuration not taken over")
        assert "example" in refusal["problem"]
        assert daemon.stop() == 0
    assert program.run("check").returncode == 2


def test_sighup_reloads(tmp_path: Path, web: WebWorld) -> None:
    program = Program(tmp_path, config_toml([publish(web)]))
    with program.daemon() as daemon:
        daemon.wait_for_event("feed polled")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_event("configuration reloaded")
        assert daemon.stop() == 0


def test_sigterm_ends_it_in_time_whatever_is_under_way(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    publish(web, "hack")
    web.silent("/slow")
    slack.always(Behaviour(how="late"))
    polling = POLLING + 'timeout = "15s"\n'
    feeds = [web.url("/feed"), web.url("/slow")]
    program = Program(tmp_path, config_toml(feeds, slack=slack.endpoint, polling=polling))
    with program.daemon() as daemon:
        web.wait_for("/slow")
        wait_until(lambda: bool(slack.posts), 60, lambda: "nothing was posted")
        assert daemon.stop(timeout=10) == 0
    # What the silent service may or may not have taken is still in the outbox.
    slack.always(Behaviour())
    web.serve("/slow", b"")
    summary = program.json("run", "--once")
    assert summary["deliveries"]["sent"] == 1


def test_sigterm_ends_it_in_time_with_the_database_locked_and_an_edit_being_tried(
    tmp_path: Path, web: WebWorld
) -> None:
    toml = config_toml([publish(web, "hack"), web.url("/other1"), web.url("/other2")])
    web.silent("/slow")
    example = f'\n[[watchlists.examples]]\nurl = "{web.url("/slow")}"\nmatch = true\n'
    program = Program(tmp_path, toml)
    with program.daemon() as daemon:
        daemon.wait_for_event("feed polled")
        with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            program.config.write_text(toml + example)
            web.wait_for("/slow")
            assert daemon.stop(timeout=10) == 0
            other.execute("ROLLBACK")
    assert program.run("run", "--once").returncode == 0


def test_a_second_daemon_on_the_same_database_is_refused(tmp_path: Path, web: WebWorld) -> None:
    program = Program(tmp_path, config_toml([publish(web)]))
    with program.daemon() as daemon:
        daemon.wait_for_event("feed polled")
        second = program.run("run", "--once")
        assert second.returncode == 1
        assert str(daemon.process.pid) in second.stderr
        assert "Traceback" not in second.stderr
        assert daemon.process.poll() is None
        daemon.kill()
    assert program.run("run", "--once").returncode == 0


def test_secrets_stay_out_of_logs_and_errors(
    tmp_path: Path, web: WebWorld, slack: SlackServer
) -> None:
    toml = config_toml([publish(web, "hack")], slack=slack.endpoint)
    toml = toml.replace("TOKENCCCC", "${SLACK_SECRET}")
    program = Program(tmp_path, toml)
    program.env["SLACK_SECRET"] = "s3cretTokenOfOurs"
    slack.always(Behaviour(403, "action_prohibited"))
    done = program.run("run", "--once", "--log-level", "debug")
    assert done.returncode == 0
    for command in (["check"], ["alerts", "list"], ["notify", "test"], ["watchlists", "list"]):
        done = program.run(*command)
        assert "s3cretTokenOfOurs" not in done.stdout + done.stderr
    del program.env["SLACK_SECRET"]
    missing = program.run("check")
    assert missing.returncode == 2
    assert "SLACK_SECRET" in missing.stderr


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[[feeds]]\nurl = 'https://x.example/f'\nintervall = '5m'\n", ["3:1", "interval"]),
        ("[[feeds]\n", ["1:"]),
        ("[polling]\ninterval = 'soon'\n", ["2:", "15m"]),
        ("[[watchlists]]\nname = 'a'\nchannels = ['slak']\n", ["3:", "slak"]),
        ("[[channels]]\nname = 'x'\nurl = 'nonsense://x'\n", ["3:", "nonsense"]),
        (
            "[[watchlists]]\nname = 'a'\n[[watchlists.queries]]\nname = 'q'\nquery = '(x OR'\n",
            ["5:", "^"],
        ),
    ],
)
def test_a_faulty_configuration_is_explained_and_exits_with_2(
    tmp_path: Path, toml: str, words: list[str]
) -> None:
    program = Program(tmp_path, toml)
    for command in (["check"], ["run", "--once"]):
        done = program.run(*command)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        for word in ["config.toml", *words]:
            assert word in done.stderr, done.stderr


def test_init_check_and_run_as_a_new_user(tmp_path: Path) -> None:
    program = Program(tmp_path, "")
    program.config.unlink()
    missing = program.run("check")
    assert (missing.returncode, "monitor init" in missing.stderr) == (2, True)
    assert program.run("init", "config.toml").returncode == 0
    again = program.run("init", "config.toml")
    assert again.returncode != 0
    assert "exists" in again.stderr
    checked = program.run("check")
    assert checked.returncode == 0, checked.stderr
    assert "warning" not in checked.stderr
    assert "APT31" in program.run("watchlists", "expand").stdout


def test_a_database_that_is_deleted_under_it_stops_it(tmp_path: Path, web: WebWorld) -> None:
    program = Program(tmp_path, config_toml([publish(web)]))
    with program.daemon() as daemon:
        daemon.wait_for_event("feed polled")
        for each in tmp_path.glob("monitor.db*"):
            each.unlink()
        assert daemon.process.wait(10) == 1
        assert "deleted or replaced while it was in use" in daemon.errors
        assert "Traceback" not in daemon.errors


#: Makes its stdin the terminal that the program runs in (what a terminal window does).
IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_closing_the_terminal_stops_it(tmp_path: Path, web: WebWorld) -> None:
    program = Program(tmp_path, config_toml([publish(web, "hack")]))
    window, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", IN_TERMINAL, str(MONITOR), "run"],
        cwd=tmp_path, env=program.env, start_new_session=True,
        stdin=terminal, stdout=terminal, stderr=terminal,
    ) as process:  # fmt: skip
        os.close(terminal)
        web.wait_for("/hack")
        # The kernel hangs up on whoever runs in it.
        os.close(window)
        try:
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_a_database_made_by_a_newer_version_is_refused(tmp_path: Path, web: WebWorld) -> None:
    import sqlite3

    program = Program(tmp_path, config_toml([publish(web)]))
    assert program.run("db", "upgrade").returncode == 0
    with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    done = program.run("run", "--once")
    assert done.returncode == 1
    assert "newer version" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dead_mans_switch_is_pinged_while_all_is_well(tmp_path: Path, web: WebWorld) -> None:
    web.serve("/ping", "OK")
    web.serve("/ping/fail", "OK")
    toml = config_toml([publish(web, "hack")])
    toml += f'\n[operations]\nping = "{web.url("/ping")}"\nping_every = "1s"\n'
    program = Program(tmp_path, toml)
    with program.daemon() as daemon:
        web.wait_for("/ping", 2)
        # Whoever keeps the database from being written keeps the daemon from working.
        with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            web.wait_for("/ping/fail", 1)
            db.execute("ROLLBACK")
        assert daemon.stop() == 0
