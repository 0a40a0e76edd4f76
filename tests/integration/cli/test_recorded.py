"""What commands print for scripts does not change unnoticed: each against what was recorded.

A deliberate change is recorded anew with `MONITOR_RECORD=1`; the difference belongs in the review.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select
from typer.testing import CliRunner

from monitor.cli.main import app
from monitor.cli.options import settings as common
from monitor.errors import MonitorError
from monitor.model.alert import Silence
from monitor.model.earlier_reports import EarlierReport
from monitor.pipeline import replan
from monitor.store import earlier_reports as store_earlier
from monitor.store.tables import articles
from tests.support.program import MONITOR
from tests.support.slack import NO_SERVICE, SERVER_ERROR, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import STORY, news, serve_story
from tests.support.web import WebWorld, rss

QUIET_HOURS = "09:00-23:00"
RECORDED = Path(__file__).with_name("recorded.json")

LOOKING = """
watchlists list
watchlists show Ministers
watchlists expand
watchlists expand APT31
feeds list
feeds list --failing
feeds show Wire
feeds show Sick
feeds poll Wire
feeds discover {web}/feed
matches list
matches list --watchlist Minsters
matches list --watchlist Ministers --min-score 20 --alerts --limit 1 headline
matches show 1
matches show 2
matches show 3
alerts list
alerts list --stuck
alerts list --limit 1
alerts list --state sent --channel slack --watchlist Ministers --entity "Jane Doe" --since 9999d
alerts list --watchlist Minsters
alerts show {alert1}
alerts show {alert2}
alerts show {alert3}
search APT31
token list
names
earlier list
earlier show 1
earlier show 9
backtest
trace {web}/hack
trace {web}/again
trace {web}/muted
trace {web}/road
trace {web}/minister
trace {web}/old
trace {web}/never
trace https://elsewhere.example/
silence list
silence list --all
health
db stats
db check
match {folder}/page.html
match --jsonl {folder}/lines.jsonl
check
check --config {folder}/faulty.toml
check --config {folder}/failing.toml
check --config {folder}/no-channel.toml
check --config {folder}/missing.toml
""".strip().splitlines()

CHANGING = """
alerts ack {alert1} --by Ann
alerts ack {alert1} --by Bob
alerts retry
alerts retry {alert2}
alerts reroute dead slack
alerts reroute deed slack
verdict give 1 not-relevant --by Ann
verdict list
verdict precision
verdict sample
verdict undo 1 --by Ann
silence add --reason holidays --watchlist Ministers --entity "Jane Doe" --max-severity high
silence add --reason noise --text "press release" --drop --author Ann
silence extend 2 --for 2h
silence expire 2
silence list --config {folder}/config.toml
feeds add {web}/other --no-check --name Other --tag uk --interval 10m
feeds add {web}/feed2 --first
feeds remove Other
feeds import {folder}/in.opml --tag imported
notify test console
config push --author Ann
config push --author Ann --note first --config {folder}/shared.toml
config push --author Bob --config {folder}/shared.toml
config list
config show 1
config show 2
config diff --config {folder}/shared.toml
config rollback 1 --config {folder}/shared.toml
db prune
db upgrade
db copy sqlite:///monitor.db sqlite:///other.db
db backup {folder}/copy.db
run --once
earlier tell 1 --by Ann
earlier tell 1 --by Bob
earlier dismiss 2 --by Ann
earlier list --all
""".strip().splitlines()

WATCHED = """
[[watchlists]]
name = "Westminster"
channels = ["slack", "night", "dead", "mail"]
severity = { high = 1 }
escalate_after = "1h"
escalate_to = ["pager"]
entities = [{ name = "APT31", kind = "threat-actor" }]

[[watchlists]]
name = "Ministers"
alert_at = 40
channels = ["slack", "grave"]
feeds = ["uk"]
entities = [{ name = "Jane Doe", kind = "person", context = ["minister"] }, "Volexity"]
queries = [{ name = "q", query = '"road works" NEAR/5 ministry' }]
"""

SHARED = """
[[watchlists]]
name = "Ministers"
entities = ["Jane Doe"]
"""

FAULTY = """
[[feeds]]
url = "ftp://nowhere"
[[watchlists]]
name = "W"
alrt_at = 3
entities = ["APT31"]
[[channels]]
name = "c"
url = "slack://short"
mode = "instnt"
"""

FAILING = """
[[watchlists]]
name = "W"
entities = ["APT31", "Apple"]
[[watchlists.examples]]
text = "Nobody is named."
match = true
[[watchlists.examples]]
file = "absent.txt"
match = false
"""

NO_CHANNEL = """
[[watchlists]]
name = "W"
entities = ["APT31"]
queries = [{ name = "q", query = "APT31 AND (" }]
[[channels]]
name = "c"
url = "nothing://at/all"
"""

OPML = """<opml version="2.0"><body>
<outline text="Folder"><outline type="rss" text="A" xmlUrl="https://a.example/feed"/></outline>
<outline type="rss" text="A" xmlUrl="https://a.example/feed"/>
<outline type="rss" text="Bad" xmlUrl="nonsense:x"/>
</body></opml>"""


def configuration(web: WebWorld, slack: SlackServer, dead: SlackServer, smtp: SmtpServer) -> str:
    tokens = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"
    channels = {
        "slack": f'url = "{tokens}"\nendpoint = "{slack.endpoint}"',
        "night": f'url = "{tokens}"\nendpoint = "{slack.endpoint}"\nquiet_hours = "{QUIET_HOURS}"',
        "dead": f'url = "{tokens}"\nendpoint = "{dead.endpoint}"',
        "grave": f'url = "{tokens}"\nendpoint = "{slack.endpoint}"\nmin_severity = "critical"',
        "mail": f'url = "{smtp.channel("news@example.org")}"\nmode = "digest"\ndigest_at = "08:30"',
        "pager": f'url = "{smtp.channel("oncall@example.org")}"',
    }
    feeds = {"Wire": "/feed", "Sick": "/sick", "Gone": "/gone", "Hub": "/feed2"}
    return "\n".join(
        [
            '[storage]\nurl = "sqlite:///monitor.db"\n',
            '[polling]\nallow_private_networks = true\ninterval = "15m"\n',
            '[alerts]\ngroup_by = "story"\ntimezone = "Europe/London"\n',
            *(
                f'[[feeds]]\nname = "{name}"\nurl = "{web.url(path)}"\ntags = ["uk"]\n'
                for name, path in feeds.items()
            ),
            WATCHED,
            *(f'[[channels]]\nname = "{name}"\n{text}\n' for name, text in channels.items()),
        ]
    )


async def seed(product: Any, web: WebWorld, toml: str, dead: SlackServer) -> None:
    """A database in which most of what can become of an article has become of one."""
    minister = ("The minister Jane Doe spoke of road works.", "The ministry and Volexity agreed.")
    pages = {
        "hack": STORY,
        "again": (*STORY, "Reporters saw it, too."),
        "muted": ("A far-away town was hit by APT31, its mayor said.", "Trains stood still."),
        "road": ("The road is closed.", "It opens on Friday."),
        "minister": minister,
    }
    for name, text in pages.items():
        serve_story(web, name, text)
    web.fail("/sick", 500)
    web.fail("/gone", 410)
    web.serve("/feed2", rss([news(web, "elsewhere", summary="Nothing of note.")]))
    old = news(web, "old", title="APT31 blamed", published=product.clock().replace(month=1))
    listed = [old]
    web.serve("/feed", rss(listed), etag='"one"')
    await product.start(toml=toml)
    await product.round()
    dead.always(SERVER_ERROR)
    now = product.clock()
    silence = Silence(0, "Ann", "we know", now, now + timedelta(days=1), text="far-away town")
    config = product.ctx.runtime.config
    await product.ctx.store(lambda connection: replan.add(connection, silence, config))
    for name in ("hack", "again", "road", "minister", "muted"):
        product.clock.advance(minutes=30)
        listed.insert(0, news(web, name, published=product.clock.now))
        web.serve("/feed", rss(listed), etag=f'"{name}"')
        if name == "muted":
            dead.always(NO_SERVICE)
        await product.round()
    with product.db.read() as connection:
        number = connection.scalar(select(articles.c.id).where(articles.c.title == "APT31 blamed"))
    came = EarlierReport(number, 55.0, "APT31 was blamed.")
    for name in ("Ministers", "Another"):
        await product.ctx.store(partial(offer, watchlist=name, found=[came], now=now))


def offer(
    connection: Connection, watchlist: str, found: list[EarlierReport], now: datetime
) -> None:
    """Offer what came before an edit of a watchlist."""
    assert store_earlier.offer(connection, watchlist, ["Volexity"], found, now, most=9)


def prints(folder: Path, command: str) -> dict[str, Any]:
    """What a command prints, its exit code, and what it says to people of an error."""
    arguments = [*shlex.split(command), "--json"]
    env = {"MONITOR_CONFIG": str(folder / "config.toml")}
    if arguments[0] == "run":
        _be_quiet_now(folder / "config.toml")
        # It sets up the logging of its whole process.
        ran = subprocess.run(
            [MONITOR, *arguments], env=os.environ | env, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        return {"code": ran.returncode, "out": _lines(ran.stdout)}
    common.config, common.redact = None, None
    done = CliRunner().invoke(app, arguments, env=env)
    error = done.exception
    if isinstance(error, MonitorError):
        return {"code": error.exit_code, "out": _lines(done.stdout), "error": str(error)}
    assert error is None or isinstance(error, SystemExit), (command, done.exc_info)
    return {"code": done.exit_code, "out": _lines(done.stdout)}


async def test_what_scripts_read_is_as_it_was(
    product: Any,
    web: WebWorld,
    slack: SlackServer,
    smtp: SmtpServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with SlackServer() as dead:
        await seed(product, web, configuration(web, slack, dead, smtp), dead)
    with product.db.read() as connection:
        ids = list(connection.exec_driver_sql("SELECT id FROM alerts ORDER BY created").scalars())
    (tmp_path / "faulty.toml").write_text(FAULTY)
    (tmp_path / "failing.toml").write_text(FAILING)
    (tmp_path / "no-channel.toml").write_text(NO_CHANNEL)
    (tmp_path / "shared.toml").write_text(SHARED)
    (tmp_path / "in.opml").write_text(OPML)
    (tmp_path / "page.html").write_text(f"<p>{STORY[0]}</p><p>{STORY[1]}</p>")
    line = {"id": "a", "title": "Jane Doe, the minister", "body": STORY[1], "lang": "en"}
    (tmp_path / "lines.jsonl").write_text(f"{json.dumps(line)}\n")
    blanks = {alert: f"ALERT{number}" for number, alert in enumerate(ids, start=1)}
    blanks |= {alert[:8]: f"ALERT{number}-BEGINS" for number, alert in enumerate(ids, start=1)}
    blanks |= {str(tmp_path): "FOLDER", web.url(""): "WEB"}
    named = {blank.lower(): value for value, blank in blanks.items()}
    got = {}
    for command in [*LOOKING, *CHANGING]:
        text = json.dumps(await asyncio.to_thread(prints, tmp_path, command.format(**named)))
        for value, blank in blanks.items():
            text = text.replace(value, blank)
        got[command] = json.loads(_without_chance(text))
    if os.environ.get("MONITOR_RECORD"):
        RECORDED.write_text(json.dumps(got, indent=1, ensure_ascii=False) + "\n")
    recorded = json.loads(RECORDED.read_text())
    for command, printed in got.items():
        assert printed == recorded[command], command


def _be_quiet_now(config: Path) -> None:
    """Put the present hour, which no test can choose here, into the quiet hours."""
    now = datetime.now(ZoneInfo("Europe/London"))
    quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    config.write_text(config.read_text().replace(QUIET_HOURS, quiet))


def _lines(printed: str) -> list[Any]:
    return [json.loads(line) for line in printed.splitlines()]


def _without_chance(text: str) -> str:
    """Leave out what differs from run to run: the present, durations, sizes, ports."""
    text = re.sub(r"20(2[5-9]|3\d)-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+(\+\d\d:\d\d)?)?", "NOW", text)
    text = re.sub(r'"(seconds|bytes)": [\d.]+', r'"\1": "N"', text)
    text = re.sub(r'"body_digest": "[0-9a-f]+', '"body_digest": "D', text)
    text = re.sub(r'"ruleset": "[0-9a-f]+', '"ruleset": "R', text)
    # Two feeds are read at once: either may be the first to have its article entered.
    text = re.sub(r'("article": {"id": )"?\d+"?', r'\1"N"', text)
    text = re.sub(r'"article_id": \d+', '"article_id": "N"', text)
    text = re.sub(r'"id": \d+(, "url": "[^"]*", "title")', r'"id": "N"\1', text)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)


def test_every_command_that_speaks_json_is_recorded() -> None:
    """Nobody adds a command whose answer may change unnoticed."""
    spoken = set()

    def walk(command: Any, path: tuple[str, ...]) -> None:
        if subcommands := getattr(command, "commands", None):
            for name, each in subcommands.items():
                walk(each, (*path, name))
        elif any("--json" in getattr(each, "opts", ()) for each in command.params):
            spoken.add(" ".join(path))

    from typer.main import get_command

    walk(get_command(app), ())
    # What `doctor` says is of this machine: its disk, its Python, its network; a token is chance.
    asked = [*LOOKING, *CHANGING, "doctor", "token add"]
    assert {each for each in spoken if not any(a.startswith(each) for a in asked)} == set()
