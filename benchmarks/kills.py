"""The installed daemon, killed with -9 at random instants under load: what is lost, what repeated?

`python -m benchmarks.kills --kills 200` publishes stories all the time on five local feeds and has
each told on three channels: Slack, mail, and mail at a rate so low that most come in summaries. A
service answers a tenth of a second after it has taken a message; one answer in twenty is a
failure. Ends with 1 if a story was lost on a channel, or was repeated without a kill between the
service's acceptance and our note of it. A story that no daemon saw before its feed stopped to list
it is lost, too, and counted apart: then the machine is too slow for so short lives.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.support.program import POLLING, WATCHLIST, Daemon, Program, wait_until
from tests.support.slack import OK, SERVER_ERROR, SlackServer
from tests.support.smtp import SmtpServer
from tests.support.story import STORY
from tests.support.web import Item, WebWorld, article_html, item, rss

FEEDS = 5
LISTED = 1000
"""Entries that a feed lists at a time: more than come before a daemon lives long enough to poll."""
CHANNELS = ("slack", "mail", "summed")
RATE = "3/10s"
DELAY = 0.1
"""Seconds between a service's acceptance and its answer."""
SHORTEST, LONGEST = 0.2, 6.0
"""Seconds for which a daemon may live once it is at work, or from its start on."""
WHILE_IT_STARTS = 0.15
"""Share of the kills that are counted from the daemon's start."""
PATIENCE = 120.0
"""Seconds in which a daemon is at work, however busy the machine is."""

_STORY = re.compile(r"Headline (s\d+)\b")
_CONFIG = """
[storage]
url = "sqlite:///monitor.db"
{polling}
[alerts]
group_by = "article"
burst = "{burst}"
{feeds}
{watchlist}
[[channels]]
name = "slack"
url = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"
endpoint = "{slack}"

[[channels]]
name = "mail"
url = "{mail}"

[[channels]]
name = "summed"
url = "{summed}"
rate = "{rate}"
"""


@dataclass(slots=True)
class Outcome:
    """What came of it; a story counts once for each channel."""

    kills: int = 0
    sending: int = 0
    """Kills that hit the daemon while it had deliveries in hand."""
    published: int = 0
    messages: int = 0
    lost: list[tuple[str, str]] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    """Stories that are not in the database: no daemon saw them while a feed listed them."""
    repeated: Counter[tuple[str, str]] = field(default_factory=Counter)
    between: set[tuple[str, str, int]] = field(default_factory=set)
    """Accepted by a service for the n-th time, and not recorded when the kill came."""

    @property
    def unexplained(self) -> list[tuple[str, str]]:
        """What was repeated more often than kills came between acceptance and record."""
        explained = Counter((channel, story) for channel, story, _ in self.between)
        return sorted(each for each, times in self.repeated.items() if times > explained[each])


class Publisher:
    """Publishes stories until it is closed, so many a second."""

    def __init__(self, web: WebWorld, pace: float) -> None:
        self._web = web
        self._pace = pace
        self._closing = threading.Event()
        self._listed: list[deque[Item]] = [deque(maxlen=LISTED) for _ in range(FEEDS)]
        self.names: list[str] = []
        for number in range(FEEDS):
            web.serve(f"/feed{number}", rss([]))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Publish while the block lasts."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._closing.set()
            thread.join()

    def urls(self) -> list[str]:
        """The feeds."""
        return [self._web.url(f"/feed{number}") for number in range(FEEDS)]

    def _run(self) -> None:
        while not self._closing.wait(1 / self._pace):
            number = len(self.names)
            name = f"s{number}"
            self._web.serve(f"/{name}", article_html(f"Headline {name}", STORY))
            listed = self._listed[number % FEEDS]
            listed.appendleft(
                item(
                    f"Headline {name}",
                    link=self._web.url(f"/{name}"),
                    guid=name,
                    published=datetime.now(UTC),
                    summary="A teaser that names nobody.",
                )
            )
            self._web.serve(f"/feed{number % FEEDS}", rss(list(listed)))
            self.names.append(name)


def run(kills: int, pace: float, seed: int, folder: Path, *, burst: str = "off") -> Outcome:
    """Kill the daemon so many times, then let it finish; what came of it.

    Args:
        kills: how many.
        pace: stories published a second.
        seed: of the instants.
        folder: for configuration and database.
        burst: `alerts.burst`; a summary in Slack does not name all, so that it is left out then.
    """
    told_on = CHANNELS if burst == "off" else CHANNELS[1:]
    moments = random.Random(seed)
    outcome = Outcome()
    with WebWorld() as web, SlackServer() as slack, SmtpServer() as smtp:
        slack.delay = smtp.delay = DELAY
        publisher = Publisher(web, pace)
        program = Program(
            folder,
            _CONFIG.format(
                polling=POLLING,
                feeds="".join(f'[[feeds]]\nurl = "{url}"\n' for url in publisher.urls()),
                watchlist=WATCHLIST.format(channels=", ".join(f'"{name}"' for name in told_on)),
                burst=burst,
                slack=slack.endpoint,
                rate=RATE,
                mail=smtp.channel("mail@example.org"),
                summed=smtp.channel("summed@example.org"),
            ),
        )
        heard = Heard(slack, smtp)
        known: set[tuple[str, str, int]] = set()
        with publisher.at_work():
            for _ in range(kills):
                slack.next(*moments.choices([OK, SERVER_ERROR], [19, 1], k=20))
                smtp.next(*moments.choices(["250 accepted", "451 try later"], [19, 1], k=20))
                with program.daemon() as daemon:
                    # Else a busy machine kills each while it starts, and none while it sends.
                    if moments.random() >= WHILE_IT_STARTS:
                        wait_until(partial(is_at_work, daemon), PATIENCE, lambda: daemon.errors)
                    time.sleep(moments.uniform(SHORTEST, LONGEST))
                    daemon.kill()
                outcome.kills += 1
                print(f"\r{outcome.kills} kills", end="", file=sys.stderr, flush=True)
                # A daemon that lived too shortly has not even taken up what the one before left.
                in_hand = unrecorded(folder / "monitor.db")
                outcome.sending += bool(in_hand - known)
                known = in_hand
                told = heard.so_far()
                outcome.between |= {
                    (channel, story, told[channel, story])
                    for channel, story, _ in in_hand
                    if told[channel, story]
                }
        slack.clear()
        smtp.clear()
        finish(program, folder / "monitor.db")
        told = heard.so_far()
        outcome.published = len(publisher.names)
        outcome.messages = len(slack.messages) + len(smtp.mails)
    outcome.unseen = set(publisher.names) - seen(folder / "monitor.db")
    wanted = [(channel, name) for name in publisher.names for channel in told_on]
    outcome.lost = [each for each in wanted if not told[each]]
    outcome.repeated = Counter({each: times - 1 for each, times in told.items() if times > 1})
    return outcome


class Heard:
    """How often each channel was told of each story."""

    def __init__(self, slack: SlackServer, smtp: SmtpServer) -> None:
        self._slack, self._smtp = slack, smtp
        self._posts = self._mails = 0
        self._told: Counter[tuple[str, str]] = Counter()

    def so_far(self) -> Counter[tuple[str, str]]:
        """By channel and story."""
        posts, mails = self._slack.messages[self._posts :], self._smtp.mails[self._mails :]
        self._posts, self._mails = self._posts + len(posts), self._mails + len(mails)
        for post in posts:
            self._told.update(("slack", name) for name in set(_STORY.findall(str(post.payload))))
        for mail in mails:
            channel = mail.recipients[0].partition("@")[0]
            self._told.update((channel, name) for name in set(_STORY.findall(mail.part("plain"))))
        return self._told


def unrecorded(path: Path) -> set[tuple[str, str, int]]:
    """What a killed daemon had in hand: channel, story and which attempt it was."""
    if not path.exists():
        return set()
    query = (
        "SELECT deliveries.channel, articles.title, deliveries.attempts FROM deliveries"
        " JOIN alerts ON alerts.id = deliveries.alert_id"
        " JOIN matches ON matches.id = alerts.match_id"
        " JOIN articles ON articles.id = matches.article_id"
        " WHERE deliveries.status = 'sending'"
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        try:
            rows = db.execute(query).fetchall()
        except sqlite3.OperationalError:
            return set()  # killed before it had made its tables
    return {(channel, title.removeprefix("Headline "), tries) for channel, title, tries in rows}


def seen(path: Path) -> set[str]:
    """The stories that the database has."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        rows = db.execute("SELECT title FROM articles").fetchall()
    return {title.removeprefix("Headline ") for (title,) in rows}


def is_at_work(daemon: Daemon) -> bool:
    """Whether it has polled a feed, or delivered a message."""
    return any(line["event"] in {"feed polled", "delivered"} for line in daemon.log)


def finish(program: Program, path: Path) -> None:
    """Let the daemon send what is left."""
    with program.daemon() as daemon:
        wait_until(partial(is_at_work, daemon), PATIENCE, lambda: daemon.errors)
        # Until nothing has waited for so long that the feeds were certainly polled again.
        quiet = 0
        while quiet < 10:
            time.sleep(1)
            with closing(sqlite3.connect(path, isolation_level=None)) as db:
                [(waiting,)] = db.execute(
                    "SELECT (SELECT count(*) FROM deliveries"
                    " WHERE status IN ('pending', 'sending', 'failed'))"
                    " + (SELECT count(*) FROM articles WHERE next_read IS NOT NULL AND reads = 0)"
                ).fetchall()
            quiet = 0 if waiting else quiet + 1


def main() -> None:
    """Run it and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pace", type=float, default=5.0, help="stories published a second")
    parser.add_argument("--seed", type=int, default=20240325)
    parser.add_argument("--burst", default="off", help="such as 2/10s: with bursts gathered")
    options = parser.parse_args()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(options.kills, options.pace, options.seed, Path(folder), burst=options.burst)
    print(
        f"{outcome.kills} kills (seed {options.seed}), {outcome.sending} of them while deliveries"
        f" were in hand; {time.perf_counter() - begun:.0f} s"
    )
    print(
        f"{outcome.published:,} stories on {len(CHANNELS)} channels,"
        f" in {outcome.messages:,} messages"
    )
    print(
        f"lost      {len(outcome.lost)} (stories that no daemon saw in a feed:"
        f" {len(outcome.unseen)})",
        *outcome.lost[:10],
    )
    print(
        f"repeated  {outcome.repeated.total()} (killed between acceptance and record:"
        f" {len(outcome.between)})"
    )
    print(f"repeated without such a kill  {len(outcome.unexplained)}", *outcome.unexplained[:10])
    sys.exit(1 if outcome.lost or outcome.unexplained else 0)


if __name__ == "__main__":
    main()
