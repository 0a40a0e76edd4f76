"""`monitor demo`: the real pipeline on a made-up world, shown step by step."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from monitor.config.schema import Watchlist
from monitor.daemon.compose import opened
from monitor.daemon.once import run_once
from monitor.demo.ending import show_page, stays_open
from monitor.demo.show import mail_panel, slack_panel
from monitor.demo.world import DemoWorld
from monitor.errors import UsageError
from monitor.messages.holds import held_words
from monitor.model.alert import Alert
from monitor.model.article import Article, TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.match import Match, Mention
from monitor.pipeline.events import Delivered, Polled, Read, Step, Tally
from monitor.service.check import Checked, check_config

#: How long what a feed says waits for its page, in seconds.
PATIENCE_SECONDS = 120.0


def run_demo(keep: Path | None = None, *, console: Console | None = None) -> None:
    """Run the whole path once and print it.

    Args:
        keep: a folder to leave the configuration and the database in; by default they go.
        console: where to print; standard output by default.

    Raises:
        UsageError: the folder holds a demo already.
    """
    console = console or _Console(highlight=False)
    with ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-demo-")))
        else:
            folder = keep
            folder.mkdir(parents=True, exist_ok=True)
        config = folder / "config.toml"
        if config.exists():
            raise UsageError("there is a configuration here already", where=str(config))
        world = stack.enter_context(DemoWorld(datetime.now(UTC)))
        config.write_text(world.config_toml(), encoding="utf-8")
        asyncio.run(_Demo(world, check_config(config), console).play(config))
        if keep is not None:
            console.print(
                f"Left in {folder}: the configuration and the database. Look around with\n"
                f"  monitor --config {shlex.quote(str(config))} matches list\n"
                f"  monitor --config {shlex.quote(str(config))} alerts list\n"
            )


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Fall silent when the reader (`| head`) has gone; the demo still tidies up."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Demo:
    def __init__(self, world: DemoWorld, checked: Checked, console: Console) -> None:
        self._world = world
        self._checked = checked
        self._console = console
        self._tally = Tally()
        self._told: dict[str, Alert] = {}
        self._articles: dict[str, tuple[Article, tuple[Match, ...]]] = {}

    async def play(self, config: Path) -> None:
        say = self._console.print
        watched = [entity.name for each in self._watchlists for entity in each.entities]
        say(Rule("monitor: a demonstration with made-up outlets, on this machine alone"))
        say(f"Watching {len(self._world.feeds)} feeds for {', '.join(watched)}.\n")
        async with opened(self._checked, observe=self._show, console=io.StringIO()) as ctx:
            # All of its pages answer, however busy this machine is.
            ctx.early.grace_seconds = PATIENCE_SECONDS
            summary = await run_once(ctx, self._tally)
            self._tell(summary)
            if stays_open(self._console):
                await show_page(ctx, config, self._console)
            else:
                say("`monitor run` serves a page of all this at http://127.0.0.1:8787/.")

    def _tell(self, summary: dict[str, object]) -> None:
        say = self._console.print
        say()
        self._show_what_arrived()
        self._explain_false_friend()
        say(Rule("Summary"))
        say(
            f"{self._tally.entries_new} new articles from {self._tally.feeds.total()} feeds, "
            f"{summary['alerts']} alerts, {self._tally.messages} messages delivered."
        )
        say("Next: `monitor init` writes a configuration of your own, `monitor run` starts.")

    def _show(self, step: Step) -> None:
        self._tally(step)
        match step:
            case Polled():
                self._line("polled", step.feed.name, f"{step.new} new of {step.entries} entries")
            case Read():
                self._show_read(step)
            case Delivered():
                sent = step.status is DeliveryStatus.SENT
                if sent and isinstance(step.delivery.content, Alert):
                    self._told[step.delivery.content.id] = step.delivery.content
                self._line("delivered" if sent else "not delivered", step.delivery.channel,
                           step.result.detail)  # fmt: skip

    def _show_read(self, step: Read) -> None:
        article = step.article
        if article.url:
            self._articles[article.url] = (article, step.matches)
        page = article.text_source is TextSource.PAGE
        source = "full text" if page else "the feed's text only"
        self._line("read", article.outlet, f"{article.title} ({source})")
        for match in step.matches:
            verdict = "alert" if match.alert else "below the threshold"
            if match.alert and step.held:
                verdict = f"not told, as {held_words(step.held)}"
            elif match.watchlist in step.joined:
                verdict = "alert, but its story was told already"
            names = ", ".join(sorted({mention.text for mention in match.mentions}))
            self._line(
                "matched", f"{match.score:g} of 100", f"{verdict}: {names}", bold=match.alert
            )

    def _line(self, what: str, who: str, detail: str, *, bold: bool = False) -> None:
        row = Table.grid(padding=(0, 2))
        row.add_column(justify="right", width=13, style="dim")
        row.add_column()
        row.add_row(what, Text.assemble((who, "cyan"), "  ", (detail, "bold red" if bold else "")))
        self._console.print(row)

    def _show_what_arrived(self) -> None:
        """The gravest as in Slack, the next as by mail, the others in a line: each once."""
        told = sorted(self._told.values(), key=lambda each: each.match.score, reverse=True)
        say = self._console.print
        posts = {each.id: _naming(self._world.slack_messages, each.id) for each in told}
        if told and (post := posts[told[0].id]):
            say(Rule("The gravest, as it arrived in Slack"))
            say(slack_panel(post))
        for each in told[1:2]:
            say(Rule("The next, as it arrived by mail"))
            for mail in self._world.mailbox.messages:
                if each.id in str(mail["Message-ID"]):
                    say(mail_panel(mail))
        if told[2:]:
            say(Rule("What else arrived in both"))
        for each in told[2:]:
            self._line(f"{each.match.score:g} of 100", each.article.outlet, each.article.title)
        say()

    def _explain_false_friend(self) -> None:
        article, matches = self._articles[self._world.false_friend]
        say = self._console.print
        say(Rule("And one that did not alert"))
        say(Text(f"{article.title} ({article.outlet})", style="bold"))
        if not matches:
            say("No watched name occurs in it.")
        for match in matches:
            for mention in match.mentions[:2]:
                say(Text.assemble("  “", *_marked(mention), "”"))
            needed = next(w.alert_at for w in self._watchlists if w.name == match.watchlist)
            say(f"  It scored {match.score:g} of 100 where {needed:g} are needed:")
            reasons = Table.grid(padding=(0, 2))
            reasons.add_column(justify="right", width=9)
            for reason in match.reasons:
                reasons.add_row(f"{reason.points:+.1f}", Text(f"{reason.factor}: {reason.detail}"))
            say(reasons)

    @property
    def _watchlists(self) -> tuple[Watchlist, ...]:
        return self._checked.loaded.config.watchlists


def _naming(payloads: Iterable[dict[str, Any]], alert: str) -> dict[str, Any] | None:
    """The payload that names an alert's id."""
    return next((each for each in payloads if alert in json.dumps(each)), None)


def _marked(mention: Mention) -> tuple[str, tuple[str, str], str]:
    start, end = (offset - mention.sentence_start for offset in (mention.start, mention.end))
    sentence = mention.sentence
    return sentence[:start], (sentence[start:end], "bold yellow"), sentence[end:]
