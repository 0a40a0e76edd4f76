"""What the daemon says of itself in the log: at start, at every step, and at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.config.schema import CONSOLE, Config
from monitor.fetch.uplink import is_near_feed
from monitor.logs import get_logger
from monitor.messages.holds import held_words, hold_words
from monitor.messages.notices import NETWORK, network_trouble
from monitor.model.alert import Notice
from monitor.model.delivery import DeliveryStatus, Summary
from monitor.model.hold import HeldReason
from monitor.pipeline.events import Delivered, Faulted, Noticed, Polled, Pushed, Read, Step
from monitor.service.check import Checked, told
from monitor.wording import counted

log = get_logger("monitor")

UNDECIDED_SECONDS = 5.0
"""How long to wait for other feeds to show whether it is our network or a feed that fails."""


def describe(config: Config) -> str:
    """What is watched, where, and who is told, for people who just started the program."""
    entities = sum(len(watchlist.entities) for watchlist in config.watchlists)
    queries = sum(len(watchlist.queries) for watchlist in config.watchlists)
    counts = [
        counted(number, one, many)
        for number, one, many in ((entities, "entity", "entities"), (queries, "query", "queries"))
        if number
    ]
    alerts = f"alerts go to {', '.join(told(config)) or 'nobody'}"
    if not counts:
        return f"nothing yet; {alerts}"
    lists = counted(len(config.watchlists), "watchlist")
    feeds = counted(len(config.feeds), "feed") if config.feeds else "no feed yet"
    return f"{' and '.join(counts)} in {lists}, looked for in {feeds}; {alerts}"


def log_start(checked: Checked, path: Path) -> None:
    """Log what a user who has just started the daemon needs to know."""
    for warning in checked.warnings:
        log.warning(str(warning))
    for failure in checked.failed_examples:
        log.error("an example in the watchlists fails", example=str(failure))
    for line in _start_up_lines(checked, path):
        log.info(line)


def _start_up_lines(checked: Checked, path: Path) -> list[str]:
    # Where the configuration is, what is watched, where alerts go, and what to do next.
    config = checked.loaded.config
    names = [entity.name for watchlist in config.watchlists for entity in watchlist.entities]
    names += [query.name for watchlist in config.watchlists for query in watchlist.queries]
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    lines = [
        f"configuration: {path.resolve()} (save it at any time: edits are taken over at once)",
        f"watching for {shown + ': ' if shown else ''}{describe(config)}",
        f"database: {config.storage.url}",
    ]
    if not names:
        lines.append("next: name whom to watch under [[watchlists]] in the configuration")
    elif not config.feeds:
        lines.append("next: name what to read under [[feeds]] in the configuration")
    elif not config.channels:
        lines.append(
            "next: set up Slack or mail under [[channels]] in the configuration, then try it "
            "with `monitor notify test`"
        )
    return lines


class StepLog:
    """Logs steps; call it with each.

    When our own network is away one line says so, before any feed: a feed whose host cannot be
    reached is logged once it is clear that it is not that, or after `UNDECIDED_SECONDS`.
    """

    def __init__(self) -> None:
        self._undecided: list[Polled] = []
        self._told = False

    def __call__(self, step: Step) -> None:
        """Log a step, as loudly as it deserves."""
        match step:
            case Polled(ours=True):
                if not self._told:
                    # It was away when the process before this one ended.
                    self._log_network(network_trouble(down=True, now=datetime.now(UTC)))
            case Polled(unreachable=True):
                if not self._undecided:
                    asyncio.get_running_loop().call_later(UNDECIDED_SECONDS, self.flush)
                self._undecided.append(step)
                return
            case Polled() if is_near_feed(step.feed.url):
                # It tells of such as it is, not of the network.
                self.flush(only=lambda each: is_near_feed(each.feed.url))
            case Polled():
                self._told = False
                self.flush()
            case Noticed(notice) if notice.kind == NETWORK:
                self._log_network(notice)
                return
            case _:
                pass
        log_step(step)

    def flush(self, only: Callable[[Polled], bool] = lambda _: True) -> None:
        """Log what was kept back so far, or some of it."""
        undecided = [each for each in self._undecided if only(each)]
        self._undecided = [each for each in self._undecided if not only(each)]
        for step in undecided:
            log_step(step)

    def _log_network(self, notice: Notice) -> None:
        self._told = True
        self._undecided.clear()
        log_step(Noticed(notice))


def log_step(step: Step) -> None:
    """Log a step, as loudly as it deserves."""
    match step:
        case Polled():
            _log_poll(step)
        case Pushed():
            log.info("feed pushed", feed=step.feed.name, entries=step.entries, new=step.new)
            _log_problems(step)
        case Read():
            _log_read(step)
        case Delivered():
            _log_delivery(step)
        case Faulted():
            log.error(f"{step.what} failed", where=step.where, exc_info=step.error)
        case Noticed():
            log.warning(step.notice.title, detail=step.notice.text)


def _log_poll(step: Polled) -> None:
    feed = step.feed.name
    if step.outcome == "failed":
        # Of a network that is away one line tells, not one for each feed.
        say = log.debug if step.ours else log.warning
        say("feed failed", feed=feed, url=step.feed.url, error=step.detail)
    elif step.outcome == "ok":
        log.info("feed polled", feed=feed, entries=step.entries, new=step.new)
        _log_problems(step)
    else:
        log.debug("feed unchanged", feed=feed)


def _log_problems(step: Polled | Pushed) -> None:
    for problem in step.problems:
        log.debug("feed is faulty but readable", feed=step.feed.name, problem=problem)


def _log_read(step: Read) -> None:
    article = step.article
    log.debug(
        "article read",
        title=article.title,
        url=article.url,
        text=article.text_source.value,
        note=article.text_note,
    )
    for match in step.matches:
        say = log.info if match.alert else log.debug
        facts: dict[str, Any] = {"held": held_words(step.held)} if step.held and match.alert else {}
        if match.watchlist in step.joined:
            facts = {"held": held_words(HeldReason.TOLD)}
        say(
            "match",
            watchlist=match.watchlist,
            score=match.score,
            severity=match.severity.value,
            names=sorted({mention.text for mention in match.mentions}),
            title=article.title,
            url=article.url,
            **facts,
        )


def _log_delivery(step: Delivered) -> None:
    facts: dict[str, Any] = {
        "channel": step.delivery.channel,
        "id": step.delivery.content.id,
        "attempt": step.delivery.attempts + 1,
    }
    if isinstance(step.delivery.content, Summary):
        hold = step.delivery.content.hold
        facts |= {"alerts": len(step.delivery.ids), "together": hold_words(hold) if hold else ""}
    if step.delivery.edits is not None:
        facts["changed"] = True
    if step.status is DeliveryStatus.SENT:
        # What the console got stands there for all to see, as often as not between these lines.
        say = log.debug if step.delivery.channel == CONSOLE else log.info
        say("delivered", **facts)
    elif step.status is DeliveryStatus.DEAD:
        log.error("delivery is dead: see `monitor alerts list --stuck`",
                  answer=step.result.detail, **facts)  # fmt: skip
    elif step.status is DeliveryStatus.PENDING:
        log.warning("a message cannot be changed any more; another will tell it",
                    answer=step.result.detail, **facts)  # fmt: skip
    else:
        log.warning("delivery failed and will be tried again", answer=step.result.detail, **facts)


def summary_lines(summary: dict[str, Any]) -> list[str]:
    """The summary of `monitor run --once` for a person."""
    feeds, entries, deliveries = summary["feeds"], summary["entries"], summary["deliveries"]
    own = deliveries["this_run"]
    kept = (deliveries["pending"] - own["pending"], deliveries["dead"] - own["dead"])
    left = f" (and from before {kept[0]} pending, {kept[1]} dead)" if any(kept) else ""
    return [
        f"feeds       {feeds['polled']} polled: {feeds['ok']} ok, {feeds['unchanged']} unchanged, "
        f"{feeds['failed']} failed",
        f"entries     {entries['seen']} seen, {entries['new']} new",
        f"articles    {summary['articles']} read",
        f"matches     {summary['matches']}",
        f"alerts      {summary['alerts']}",
        f"deliveries  {own['sent']} sent, {own['pending']} pending, {own['dead']} dead{left}",
    ]
