"""`monitor demo`: the whole path on this machine alone."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.program import Program
from tools.commands import ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, str]:
    program = Program(tmp_path_factory.mktemp("demo"), "")
    done = program.run("demo", "--keep", "world", timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    program.env["MONITOR_CONFIG"] = str(program.folder / "world" / "config.toml")
    return program, done.stdout


def test_it_shows_every_step_and_what_arrived(demo: tuple[Program, str]) -> None:
    _, shown = demo
    for words in ("polled", "read", "matched", "delivered", "Slack", "Message-ID", "赵光宗"):
        assert words in shown


def test_it_explains_a_false_friend(demo: tuple[Program, str]) -> None:
    _, shown = demo
    explained = shown.partition("And one that did not alert")[2]
    assert "Zirconium" in explained
    assert "are needed" in explained


def test_the_story_alerts_and_its_look_alikes_do_not(demo: tuple[Program, str]) -> None:
    program, _ = demo
    lines = program.run("matches", "list", "--json").stdout.splitlines()
    matches = [json.loads(line) for line in lines]
    threads: dict[str, set[str]] = {}
    for each in matches:
        page = each["article"]["url"].rpartition("/")[2]
        threads.setdefault(page, set()).add(each["thread"])
    told = {page for page, known in threads.items() if None not in known}
    assert {"what-the-list-means.html", "yingguo-zhicai.html"} <= told
    assert len(told) == 8
    # Which report is read first is left to chance; the others of its story join it.
    assert len(set.union(*(threads[page] for page in told))) < sum(
        bool(each["thread"]) for each in matches
    )
    held = [each["held"] for each in matches if each["alert"] and not each["thread"]]
    assert held == ["it was already old news when its feed was first polled"]
    look_alikes = {"zirconia-smiles.html", "bishop-of-chichester.html", "zhao-family-kitchen.html"}
    assert not look_alikes & told


def test_reports_in_three_languages_are_one_story(demo: tuple[Program, str]) -> None:
    program, _ = demo
    lines = program.run("matches", "list", "--json").stdout.splitlines()
    slugs = {"ministers-name-hackers", "china-blamed-cyber", "london-sanktionen", "yingguo-zhicai"}
    threads: dict[str, set[str]] = {}
    for each in map(json.loads, lines):
        if each["article"]["url"].rpartition("/")[2].removesuffix(".html") in slugs:
            threads.setdefault(each["watchlist"], set()).add(each["thread"])
    assert [len(each) for each in threads.values()] == [1, 1]


def test_it_leaves_nothing_behind_unless_asked(demo: tuple[Program, str]) -> None:
    program, _ = demo
    again = program.run("demo", "--keep", "world")
    assert again.returncode == 2
    assert "already" in again.stderr
    assert (program.folder / "world" / "monitor.db").exists()


def test_a_channel_gets_each_report_in_one_message(demo: tuple[Program, str]) -> None:
    program, shown = demo
    lines = program.run("alerts", "list", "--json").stdout.splitlines()
    alerts = [json.loads(line) for line in lines]
    assert len({each["url"] for each in alerts}) < len(alerts), "some concern several watchlists"
    sent = {
        (delivery["channel"], delivery["sent"], each["url"])
        for each in alerts
        for delivery in each["deliveries"]
        if delivery["sent"] is not None
    }
    # Which report is read first is left to chance, and with it how many there are to tell.
    [messages] = re.findall(r"(\d+) messages delivered", shown)
    assert len({(channel, at) for channel, at, _ in sent}) == int(messages)
    assert len({(channel, url) for channel, _, url in sent}) == int(messages)
    assert {channel for channel, _, _ in sent} == {"slack", "mail"}


def test_the_readmes_sample_is_what_arrives(demo: tuple[Program, str]) -> None:
    program, _ = demo
    readme = (ROOT / "README.md").read_text("utf-8")
    sample = re.search(r"```text\n(MEDIUM .*?)```", readme, re.DOTALL)
    assert sample
    lines = [line for line in sample[1].splitlines() if line.strip()]
    listed = map(json.loads, program.run("alerts", "list", "--json").stdout.splitlines())
    [alert] = [each["id"] for each in listed if each["title"] == lines[1]]
    shown = program.run("alerts", "show", alert).stdout.splitlines()
    # Its address and its day are this machine's and today's.
    missing = [line for line in lines if line not in shown]
    assert [line.split(" ")[0][:5] for line in missing] == ["https", "Ciphe"]
