"""Each command that the documentation shows is run, as it stands there, on a small installation."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from monitor.cli.main import app
from monitor.cli.options import settings
from monitor.model.delivery import DeliveryStatus
from monitor.model.earlier_reports import EarlierReport
from monitor.store import earlier_reports
from monitor.store.tables import deliveries
from tests.support.product import Product
from tests.support.slack import NO_SERVICE, OK, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import OTHER, STORY, news, serve_story
from tests.support.web import WebWorld, rss
from tests.unit.test_documentation import SHOWN

#: Run elsewhere: they do not end by themselves, ask questions, or need other machines.
ELSEWHERE = {
    "demo": "tests/e2e/test_demo.py",
    "init": "tests/e2e/test_first.py",
    "run": "tests/e2e/test_run.py",
    "worker": "tests/integration/shared/test_command.py",
    "db copy": "tests/integration/store/test_copying.py",
    "config": "tests/integration/cli/test_config.py",
}
#: What others end, look at or take out is made before, and ended after them.
FIRST = ("token add", "silence add", "verdict 1", "verdict 2", "verdict 3", "alerts retry ")
LAST = ("earlier dismiss", "feeds remove", "token revoke", "silence expire", "verdict undo",
        "db prune")  # fmt: skip
#: What ends with 1 where no daemon is at work.
FAILS = {"health", "health --json"}

ACQUITTED = ("A court in Oslo has acquitted a courier of the charge of spying for Turla.",
             "The judges found that the parcels he carried held nothing but cheese.")  # fmt: skip

CONFIG = """
[storage]
url = "sqlite:///monitor.db"

[polling]
allow_private_networks = true

[web]
enabled = false

[[feeds]]
name = "BBC News: world"
url = "{feed}"
tags = ["tabloids"]

[[feeds]]
name = "Example News"
url = "{feed}2"

[[watchlists]]
name = "Westminster"
entities = [
  {{ name = "APT31", kind = "threat-actor" }}, {{ name = "Turla", kind = "threat-actor" }},
]

[[watchlists]]
name = "Our institution"
entities = [{{ name = "Our institution", kind = "organisation" }}]

[[channels]]
name = "slack"
url = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"
endpoint = "{slack}"

[[channels]]
name = "team-chat"
url = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"
endpoint = "{chat}"

[[channels]]
name = "mail"
url = "{mail}"
"""


def fitted(folder: Path, web: WebWorld, alert: str) -> list[list[str]]:
    """What is shown, with the numbers, files and addresses that are there, in a possible order."""
    article, added, judged = web.url("/an-article1"), 0, 0
    names = {
        "4bdc8390673fc96e30f6": alert, "https://www.example.org/an/article/you/expected": article,
        "https://example.org/an-article": article, "https://example.org/article": article,
        "17": "1", "5": "1", "3": "1", "NAME": "Example News",
    }  # fmt: skip
    folders = {"/var/lib/monitor": folder, "/backups": folder / "backups", "/data": folder / "data"}
    found: dict[str, list[str]] = {}
    for shown in dict.fromkeys(tuple(shown) for _, shown in SHOWN):
        arguments = [names.get(each, each) for each in shown]
        for at, each in enumerate(arguments):
            for old, new in folders.items():
                if each.startswith(f"{old}/"):
                    arguments[at] = str(new / each.removeprefix(f"{old}/"))
            if (arguments[0] == "feeds" and "example.org" in each) or each == "matches.csv":
                # Nothing is added or written twice.
                added += 1
                arguments[at] = f"{added}.csv" if "csv" in each else web.url(f"/new{added}")
                web.serve(f"/new{added}", rss([]))
        if arguments[0] == "verdict" and arguments[1].isdigit():
            judged += 1
            arguments[1] = str(judged)
        if arguments[:2] == ["earlier", "dismiss"]:
            arguments[2] = "2"
        if not {arguments[0], " ".join(arguments[:2])} & set(ELSEWHERE):
            found[" ".join(arguments)] = arguments

    def place(arguments: list[str]) -> int:
        line = " ".join(arguments)
        return line.startswith(LAST) - line.startswith(FIRST)

    return sorted(found.values(), key=place)


async def test_each_command_of_the_documentation_runs(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for number, text in enumerate((STORY, OTHER, ACQUITTED), 1):
        serve_story(web, f"an-article{number}", text)
    web.serve("/feed", rss([news(web, f"an-article{number}") for number in (1, 2, 3)]))
    web.serve("/feed2", rss([]))
    with SlackServer() as chat:
        chat.always(NO_SERVICE)
        mail = smtp.channel("desk@example.org")
        toml = CONFIG.format(
            feed=web.url("/feed"), slack=slack.endpoint, chat=chat.endpoint, mail=mail
        )
        await product.start(toml=toml)
        await product.round()
        chat.always(OK)
        came = [EarlierReport(1, 55.0, "APT31 was blamed.")]
        for name in ("Our institution", "Another"):
            offer = partial(
                earlier_reports.offer, watchlist=name, names=["Volexity"], found=came,
                now=product.clock(), most=9,
            )  # fmt: skip
            await product.ctx.store(offer)
        with product.db.read() as connection:
            given_up = select(deliveries.c.alert_id).where(
                deliveries.c.status == DeliveryStatus.DEAD
            )
            alert = connection.scalars(given_up).first()
        assert alert is not None
        for folder in ("backups", "data"):
            (tmp_path / folder).mkdir()
        for copy in ("new.toml", "team.toml"):
            (tmp_path / copy).write_text(toml.replace("APT31", "Sandworm"))
        for page in ("article.html", "page.html"):
            (tmp_path / page).write_text("<p>Officials blamed APT31.</p>")
        (tmp_path / "documents.jsonl").write_text('{"id": "a", "body": "APT31 again."}\n')
        outlines = '<outline text="A" xmlUrl="https://a.example/"/>'
        (tmp_path / "subscriptions.opml").write_text(f"<opml><body>{outlines}</body></opml>")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("MONITOR_CONFIG", str(tmp_path / "config.toml"))
        failed = {}
        given = fitted(tmp_path, web, alert)
        for arguments in given:
            settings.config, settings.redact = None, None
            done = await asyncio.to_thread(
                CliRunner().invoke, app, arguments, input="Officials blamed APT31."
            )
            if done.exit_code != (" ".join(arguments) in FAILS):
                failed[" ".join(arguments)] = (done.exit_code, done.output, done.exception)
    assert not failed, "\n".join(f"{line}: {what}" for line, what in failed.items())
    assert len(given) > 80


def test_what_is_not_run_here_is_run_elsewhere() -> None:
    root = Path(__file__).parents[3]
    for command, where in ELSEWHERE.items():
        text = (root / where).read_text()
        assert command.split()[-1] in text, command
