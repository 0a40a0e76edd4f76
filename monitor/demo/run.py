"""`monitor demo`: the real pipeline on a made-up world, shown step by step."""

from __future__ import annotations

import asyncio
import io
import os
import shlex
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from monitor.config.schema import Watchlist
from monitor.daemon.compose import opened
from monitor.daemon.once import run_once
from monitor.demo.page import show_page, stays_open
from monitor.demo.show import mail_panel, slack_panel
from monitor.demo.world import DemoWorld
from monitor.errors import UsageError
from monitor.messages.holds import held_words
from monitor.model.article import Article, TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.match import Match, Mention
from monitor.pipeline.events import Delivered, Polled, Read, Step, Tally
from monitor.service.check import Checked, check_config

#: Messages of each kind that are shown whole.
SHOWN = 3


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
        self._articles: dict[str, tuple[Article, tuple[Match, ...]]] = {}

    async def play(self, config: Path) -> None:
        say = self._console.print
        watched = [entity.name for each in self._watchlists for entity in each.entities]
        say(Rule("monitor: a demonstration with made-up outlets, on this machine alone"))
        say(f"Watching {len(self._world.feeds)} feeds for {', '.join(watched)}.\n")
        async with opened(self._checked, observe=self._show, console=io.StringIO()) as ctx:
            summary = await run_once(ctx, self._tally)
            self._tell(summary)
            if stays_open(self._console):
                await show_page(ctx, config, self._console)

    def _tell(self, summary: dict[str, object]) -> None:
        say = self._console.print
        say()
        posts, mails = self._world.slack_messages, self._world.mailbox.messages
        self._gallery("What arrived in Slack", [slack_panel(post) for post in posts])
        self._gallery("What arrived by mail", [mail_panel(mail) for mail in mails])
        self._explain_false_friend()
        say(Rule("Summary"))
        say(
            f"{self._tally.entries_new} new articles from {self._tally.feeds.total()} feeds, "
            f"{summary['alerts']} alerts, {self._tally.messages} messages delivered."
        )
        say("`monitor run` serves a page of all this at http://127.0.0.1:8787/.")
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
        style = "bold red" if bold else ""
        line = Text.assemble((f"{what:>13}", "dim"), "  ", (who, "cyan"), "  ", (detail, style))
        self._console.print(line, soft_wrap=True)

    def _gallery(self, title: str, panels: list[RenderableType]) -> None:
        self._console.print(Rule(title))
        for panel in panels[:SHOWN]:
            self._console.print(panel)
        if len(panels) > SHOWN:
            self._console.print(f"… and {len(panels) - SHOWN} more like these.\n")

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
            for reason in match.reasons:
                say(Text(f"  {reason.points:+7.1f}  {reason.factor}: {reason.detail}"))

    @property
    def _watchlists(self) -> tuple[Watchlist, ...]:
        return self._checked.loaded.config.watchlists


def _marked(mention: Mention) -> tuple[str, tuple[str, str], str]:
    start, end = (offset - mention.sentence_start for offset in (mention.start, mention.end))
    sentence = mention.sentence
    return sentence[:start], (sentence[start:end], "bold yellow"), sentence[end:]
