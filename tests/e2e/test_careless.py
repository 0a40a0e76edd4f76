"""The program as installed, in the hands of people in a hurry."""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.program import MONITOR, POLLING, Program, config_toml
from tests.support.story import publish
from tests.support.web import WebWorld

WATCHED = '[[watchlists]]\nname = "Müller"\nentities = ["APT31"]\n'


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, WATCHED)


def test_nothing_shows_what_a_feeds_address_refers_to(tmp_path: Path, web: WebWorld) -> None:
    feed = publish(web, "hack").replace("http://", "http://reader:${FEED_PASSWORD}@")
    query = "ticket=${FEED_TICKET}&apikey=literal-canary-99&page=public-word-2"
    program = Program(tmp_path, config_toml([f"{feed}?{query}"]))
    program.env |= {"FEED_PASSWORD": "correct-horse", "FEED_TICKET": "battery-staple"}
    assert program.json("run", "--once")["feeds"]["ok"] == 1
    for command in (
        ["feeds", "list"], ["feeds", "show", "127.0.0.1"], ["feeds", "poll"], ["health"],
        ["matches", "list"], ["matches", "show", "1"], ["trace", web.url("/hack")], ["check"],
        ["watchlists", "show", "Westminster"],
    ):  # fmt: skip
        for options in ([], ["--json"]):
            done = program.run(*command, *options)
            assert done.stdout
            for secret in ("correct-horse", "battery-staple", "literal-canary-99"):
                assert secret not in done.stdout + done.stderr, command
    exported = program.run("feeds", "export")
    assert "literal-canary-99" not in exported.stdout
    assert "battery-staple" not in exported.stdout
    assert "public-word-2" in exported.stdout
    assert "left out the tokens in the query of 1 address" in exported.stderr
    # A broken edit must not lay them bare either.
    program.config.write_text("oops = [\n" + program.config.read_text())
    listed = program.run("feeds", "list", "--json").stdout
    assert "?ticket=***" in listed
    assert "literal-canary-99" not in listed
    assert "public-word-2" in listed
    assert "battery-staple" not in listed
    assert "correct-horse" not in listed
    assert stat.S_IMODE((tmp_path / "monitor.db").stat().st_mode) == 0o600


def test_a_stream_that_is_closed_costs_nothing_else(program: Program) -> None:
    for arguments in (["check", "--json"], ["watchlists", "expand", "--json"], ["health"]):
        closed = f"{shlex.join([str(MONITOR), *arguments])} >&-"
        done = subprocess.run(
            closed, shell=True, cwd=program.folder, env=program.env, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr


def test_half_a_character_costs_no_other_document(program: Program) -> None:
    lines = '{"id": "1", "body": "\\ud800 APT31"}\n{"id": "2", "body": "APT31 é"}\n'
    program.env["PYTHONIOENCODING"] = "latin-1"
    done = program.run("match", "--jsonl", "--json", "-", stdin=lines)
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["id"], second["id"]) == ("1", "2")
    assert second["matches"][0]["watchlist"] == "Müller"
    mention = first["matches"][0]["mentions"][0]
    assert (mention["start"], mention["end"], mention["text"]) == (2, 7, "APT31")


def test_a_terminal_that_knows_few_letters_gets_the_others_as_numbers(program: Program) -> None:
    program.env["PYTHONIOENCODING"] = "ascii"
    done = program.run("watchlists", "list")
    assert done.returncode == 0
    assert "M\\xfcller" in done.stdout


@pytest.mark.parametrize(
    "damage",
    [
        "oops = [\n{}",
        "{}\nx = \udcff",
        "{}\nname = 'a\nname = [[[\n'''",
        "[storage]\nurl = 'sqlite:///other.db'\nx = \"",
    ],
)
def test_a_broken_edit_does_not_hide_the_daemons_database(tmp_path: Path, damage: str) -> None:
    toml = '[storage]\nurl = "sqlite:///other.db"\n' + WATCHED
    program = Program(tmp_path, toml)
    assert program.run("db", "upgrade").returncode == 0
    assert not (tmp_path / "monitor.db").exists()
    program.config.write_text(damage.format(toml), errors="surrogateescape")
    assert program.run("check").returncode == 2
    stats = program.run("db", "stats", "--json")
    if stats.returncode:
        # Where the table itself is beyond reading, no other database is taken for it.
        assert damage.startswith("[storage]")
        assert "config.toml:" in stats.stderr
    else:
        assert json.loads(stats.stdout)["feeds"] == 0


def test_faults_for_scripts_come_in_parts(program: Program) -> None:
    program.config.write_text("[[watchlists]]\nname = 'W'\nalrt_at = 3\nentities = ['APT31']\n")
    done = program.run("check", "--json")
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert (found["ok"], found["warnings"]) == (False, [])
    [error] = found["errors"]
    assert (error["file"], error["line"], error["column"]) == ("config.toml", 3, 1)
    assert error["suggestion"] == "alert_at"
    assert error["reason"] in error["message"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///no/such/folder/m.db", "folder does not exist"),
        ("sqlite:///.", "is a folder"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("mysql://host/db", "not supported"),
    ],
)
def test_check_refuses_a_database_that_run_would_refuse(
    program: Program, url: str, words: str
) -> None:
    program.config.write_text(f'[storage]\nurl = "{url}"\n' + WATCHED)
    for command in (["check"], ["run", "--once"]):
        done = program.run(*command)
        assert done.returncode == 2
        assert "config.toml:2:" in done.stderr
        assert words in done.stderr


def test_the_database_s_commands_speak_to_scripts(program: Program) -> None:
    path = str(program.folder / "monitor.db")
    assert program.json("db", "upgrade") == {"database": path, "upgraded": True}
    assert program.json("db", "upgrade") == {"database": path, "upgraded": False}
    assert program.json("db", "check") == {"database": path, "ok": True, "problems": []}
    copy = program.folder / "copy.db"
    copied = program.json("db", "backup", "copy.db")
    assert copied == {"database": path, "copy": "copy.db", "bytes": copy.stat().st_size}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    (program.folder / "monitor.db").write_bytes(b"no database" * 1000)
    assert "the file is not a database" in program.run("db", "check").stderr


def test_a_channel_is_tried_for_scripts(program: Program) -> None:
    tried = program.run("notify", "test", "--json")
    assert json.loads(tried.stdout) == {"channel": "console", "ok": True, "detail": "printed"}
    assert "Why it scored" in tried.stderr


def test_feeds_are_listed_before_the_first_run(tmp_path: Path) -> None:
    program = Program(tmp_path, config_toml(["https://a.example/feed"]))
    done = program.run("feeds", "list")
    assert done.returncode == 0
    assert "not polled yet" in done.stdout
    assert not (tmp_path / "monitor.db").exists()


def test_debug_adds_a_traceback_and_changes_nothing_else(program: Program) -> None:
    program.config.write_text("a = 1\nb = 2\n")
    plain = program.run("check")
    for debug in (program.run("--debug", "check"), program.run("check", "--debug")):
        assert debug.returncode == plain.returncode == 2
        assert "Traceback" in debug.stderr
        assert debug.stderr.endswith(plain.stderr)
    start = program.run("run", "--once", "--debug")
    assert start.returncode == 2
    assert "please report" not in start.stderr


def test_a_reader_that_has_seen_enough_of_the_demo_is_no_fault(tmp_path: Path) -> None:
    read, write = os.pipe()
    with subprocess.Popen(
        [MONITOR, "demo"], stdout=write, stderr=subprocess.PIPE, cwd=tmp_path, text=True
    ) as demo:
        os.close(write)
        os.close(read)
        _, errors = demo.communicate(timeout=60)
    assert errors == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_what_a_windows_editor_saves_is_read(program: Program, encoding: str) -> None:
    path = program.folder / "saved.txt"
    path.write_text("The group APT31 was named.", encoding=encoding)
    [match] = program.json("match", str(path))["matches"]
    assert match["mentions"][0]["text"] == "APT31"


def test_what_is_no_text_is_not_said_to_name_nobody(program: Program) -> None:
    (program.folder / "report.pdf").write_bytes(b"%PDF-1.7\n\0\xff\0APT31")
    done = program.run("match", "report.pdf")
    assert done.returncode == 1
    assert "neither text nor HTML" in done.stderr


def test_the_network_being_away_is_not_called_well(tmp_path: Path) -> None:
    feeds = [f"http://no-such-host-{number}.invalid/feed" for number in range(8)]
    program = Program(tmp_path, config_toml(feeds, polling=POLLING))
    assert program.json("run", "--once")["feeds"]["failed"] == 8
    listed = program.run("feeds", "list").stdout
    assert " well " not in listed
    assert "not reached yet: " in listed
    assert program.run("feeds", "list", "--failing").stdout == listed
    health = program.run("health")
    assert "network: cannot be reached" in health.stdout
    assert " not reached\n" in health.stdout
    report = json.loads(program.run("health", "--json").stdout)
    assert report["network"] == {"reachable": False}
