"""Whatever comes in whatever order, each channel hears of every report that is for it, once."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections import Counter
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from monitor.alerts.batching import arrange
from monitor.config.load import load_config
from monitor.matching.matcher import Matcher
from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.article import Article
from monitor.model.delivery import Delivery, DeliveryStatus, Summary
from monitor.model.feed import Entry
from monitor.model.match import Match, Mention, Severity
from monitor.model.situation import Situation
from monitor.model.story import Correlation, JoinKind, Role
from monitor.pipeline.refused_edits import tell_anew
from monitor.pipeline.runtime import Runtime, compose
from monitor.pipeline.tell import tell
from monitor.store import articles, feeds, stories
from monitor.store import matches as store_matches
from monitor.store.database import Database
from monitor.store.deliveries import claims, follow_ups, outbox, transitions
from monitor.store.deliveries import lookups as deliveries
from tests.support.clock import MONDAY, Clock
from tests.support.entries import record
from tests.support.postgresql import Server

CONFIG = """
[alerts]
timezone = "Europe/London"
inhibit_for = "0s"

[[watchlists]]
name = "w"
channels = ["all", "grave", "night"]
entities = ["A", "B", "C"]

[[watchlists]]
name = "v"
channels = ["all", "night"]
entities = ["A", "B", "C"]

[[channels]]
name = "all"
url = "json://127.0.0.1/all"

[[channels]]
name = "grave"
url = "json://127.0.0.1/grave"
min_severity = "high"

[[channels]]
name = "night"
url = "json://127.0.0.1/night"
quiet_hours = "22:00-07:00"
"""
CHANNELS_OF = {"w": {"all", "grave", "night"}, "v": {"all", "night"}}
LEAST = {"all": Severity.LOW, "grave": Severity.HIGH, "night": Severity.LOW}
ALIKE = Correlation(JoinKind.SAME_EVENT, False, "A", timedelta(hours=1))
NEVER = timedelta(days=10_000)
UNSENT = (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.FAILED)
CHANNELS = st.sampled_from(sorted(LEAST))
NAMED = st.frozensets(st.sampled_from("ABC"), min_size=1)
SEVERITY = st.sampled_from(Severity)
STORIES = st.integers(0, 2)
LISTS = st.sampled_from([("w",), ("v",), ("w", "v")])


@cache
def template() -> Path:
    path = Path(tempfile.mkdtemp()) / "monitor.db"
    with closing(Database(f"sqlite:///{path}")) as db:
        db.upgrade()
        with db.write() as connection:
            feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
    return path


@cache
def runtime() -> Runtime:
    path = template().with_name("config.toml")
    path.write_text(CONFIG)
    loaded = load_config(path, env={})
    return compose(loaded, Matcher(loaded.config.watchlists), io.StringIO())


def found(watchlist: str, named: frozenset[str], severity: Severity) -> Match:
    mentions = tuple(Mention(name, name, "body", 0, 1, name, name) for name in sorted(named))
    return Match(watchlist, 50.0, severity, True, mentions, ())


class Telling(RuleBasedStateMachine):
    """Reports of three stories, channels that fail and senders that die."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(self.new_database())
        self.clock = Clock()
        self.stories: dict[int, int] = {}
        self.reports: dict[int, tuple[int, frozenset[str], Severity, tuple[str, ...]]] = {}
        # Those read more than once: what is new in them may be told again.
        self.again: set[int] = set()
        # By channel: what was sent, as (alerts' watchlists and articles, articles named besides).
        self.heard: dict[str, list[tuple[frozenset[tuple[str, str]], tuple[str, ...]]]] = {
            name: [] for name in LEAST
        }
        # By channel: of which stories it was told for which watchlists.
        self.told_of: dict[str, set[tuple[int, str]]] = {name: set() for name in LEAST}
        # Where there a message is, by its delivery.
        self.places: dict[int, int] = {}
        self.under_way: list[Delivery] = []

    def new_database(self) -> str:
        path = Path(self.folder.name) / "monitor.db"
        shutil.copy(template(), path)
        return f"sqlite:///{path}"

    def take_up(self, connection: Connection) -> None:
        """What the next process finds: where others may live, a claim lasts until it ends."""
        if not self.db.is_shared:
            transitions.recover(connection, self.clock())

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.db.close()
            self.folder.cleanup()

    @rule(story=STORIES, named=NAMED, severity=SEVERITY, lists=LISTS)
    def report(
        self, story: int, named: frozenset[str], severity: Severity, lists: tuple[str, ...]
    ) -> None:
        number = len(self.reports) + 1
        link = f"https://a.example/{number}"
        with self.db.write() as connection:
            [article_id] = record(
                connection,
                1,
                [Entry(str(number), link=link, title=f"Headline {number}")],
                self.clock(),
            ).wanted
            self.stories[story] = stories.record(
                connection, article_id, story_id=self.stories.get(story),
                role=Role.FIRM if story in self.stories else Role.FIRST,
                correlation=ALIKE if story in self.stories else None,
                at=self.clock(), outlet="A", language="en", entities=named, fingerprint=b"[0]",
                keys=(),
            )  # fmt: skip
        self.reports[article_id] = (story, named, severity, lists)
        self.tell(article_id)

    @precondition(lambda self: self.reports)
    @rule(data=st.data(), named=NAMED, severity=SEVERITY)
    def read_again(self, data: st.DataObject, named: frozenset[str], severity: Severity) -> None:
        article_id = data.draw(st.sampled_from(sorted(self.reports)))
        story, _, _, lists = self.reports[article_id]
        self.again.add(article_id)
        self.reports[article_id] = (story, named, severity, lists)
        self.tell(article_id)

    def tell(self, article_id: int) -> None:
        story, named, severity, lists = self.reports[article_id]
        matches = [found(each, named, severity) for each in lists]
        with self.db.write() as connection:
            stored = articles.by_id(connection, article_id)
            assert stored is not None
            article: Article = stored.article
            recorded = store_matches.record(
                connection, article_id, matches, headlines=(article.title, ""), now=self.clock()
            )
            tell(
                connection,
                runtime().config,
                Situation(article, article, self.stories[story], article_id % 3 == 0),
                [(each, recorded[each.watchlist]) for each in matches],
                (),
                self.clock(),
            )

    @rule(minutes=st.sampled_from([1, 9, 11, 60, 600, 1500]))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(channel=CHANNELS)
    def claim(self, channel: str) -> None:
        with self.db.write() as connection:
            self.under_way += self.claimed(connection, channel)

    @precondition(lambda self: self.under_way)
    @rule(accepted=st.booleans(), changeable=st.booleans())
    def answer(self, accepted: bool, changeable: bool) -> None:
        delivery = self.under_way.pop(0)
        with self.db.write() as connection:
            # A sender makes sure that nobody has taken its claim over.
            if not claims.renew(connection, [delivery], self.clock() + claims.LEASE):
                return
            if delivery.edits is not None and (accepted or not changeable):
                self.change(connection, delivery, accepted)
            elif accepted:
                self.sent(connection, delivery, changeable)
            else:
                again = self.clock() + timedelta(minutes=3)
                now = self.clock()
                outbox.record_failed(
                    connection, delivery.ids, "no", again, now, give_up_before=now - NEVER
                )

    @precondition(lambda self: self.under_way)
    @rule()
    def die(self) -> None:
        self.under_way.clear()
        with self.db.write() as connection:
            self.take_up(connection)

    def claimed(self, connection: Connection, channel: str) -> list[Delivery]:
        """What the daemon claims for a channel that is not at work."""
        now = self.clock()
        due = claims.due_on(connection, now, channel)
        settings = next(each for each in runtime().config.channels if each.name == channel)
        return claims.claim(connection, now, arrange(due, settings, (), now).parcels)

    def sent(self, connection: Connection, delivery: Delivery, changeable: bool) -> None:
        """A message was taken; it may be one that can be changed."""
        kept = changeable and not isinstance(delivery.content, Summary)
        receipt = str(delivery.ids[0]) if kept else None
        transitions.sent(connection, delivery.ids, self.clock(), receipt=receipt)
        self.hear(delivery)

    def change(self, connection: Connection, delivery: Delivery, accepted: bool) -> None:
        """A message was changed, or is there no more: what it said is not, either."""
        message = delivery.edits
        assert message is not None
        if not accepted:
            config = runtime().config
            tell_anew(connection, delivery, message, "no", config, self.clock())
            return
        follow_ups.record_edited(connection, delivery.ids, message.delivery, self.clock())
        self.hear(delivery)

    def hear(self, delivery: Delivery) -> None:
        content = delivery.content
        assert not isinstance(content, Notice)
        for each in content.items if isinstance(content, Summary) else (content,):
            alert = each.alert if isinstance(each, FollowUp) else each
            told = (alert, *alert.together) if isinstance(each, Alert) else ()
            about = frozenset((one.match.watchlist, one.article.id) for one in told)
            self.told_of[delivery.channel] |= {
                (self.reports[int(one.article.id)][0], one.match.watchlist) for one in told
            }
            also = tuple(one.article.id for one in alert.also)
            assert about or also, "a message that says nothing"
            said = self.heard[delivery.channel]
            if delivery.edits is None:
                self.places |= dict.fromkeys(delivery.ids, len(said))
                said.append((about, also))
                continue
            # What a message said before it still says: a change takes nothing away.
            place = self.places[delivery.edits.delivery]
            assert (said[place][0], set(said[place][1]) - set(also)) == (about, set())
            said[place] = (about, also)

    def finish(self) -> None:
        """Let everything be sent; then each channel has heard all that is for it."""
        self.die_quietly()
        for _ in range(400):
            self.clock.advance(hours=6)
            with self.db.write() as connection:
                claimed = [each for name in LEAST for each in self.claimed(connection, name)]
                for delivery in claimed:
                    if delivery.edits is None:
                        self.sent(connection, delivery, changeable=True)
                    else:
                        self.change(connection, delivery, accepted=True)
                if not deliveries.states(connection, statuses=UNSENT):
                    break
        else:
            raise AssertionError("it never ends")
        for channel, least in LEAST.items():
            heard = self.heard[channel]
            told = Counter(one for about, _ in heard for one in about)
            told.update(("", one) for _, also in heard for one in also)
            due, concerned = set(), set()
            for article_id, (story, _, severity, lists) in self.reports.items():
                here = [each for each in lists if channel in CHANNELS_OF[each]]
                if here and severity.rank >= least.rank:
                    due.add(str(article_id))
                    concerned |= {(story, each) for each in here}
            unheard = concerned - self.told_of[channel]
            assert not unheard, f"{channel} never heard that {unheard} are concerned: {heard}"
            missed = due - {article for _, article in told}
            assert not missed, f"{channel} never heard of {missed}: {heard} {self.reports}"
            twice = {
                one for one, times in told.items() if times > 1 and int(one[1]) not in self.again
            }
            assert not twice, f"{channel} heard of {twice} more than once: {heard} {self.reports}"

    def die_quietly(self) -> None:
        self.under_way.clear()
        with self.db.write() as connection:
            self.take_up(connection)


TestTelling = Telling.TestCase
TestTelling.settings = settings(
    # Shrinking takes minutes and says little more; the seed is printed.
    max_examples=int(os.environ.get("MONITOR_EXAMPLES", "80")), stateful_step_count=25,
    deadline=None, report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip


def test_it_holds_on_a_server_too(postgresql: Server) -> None:
    class OnServer(Telling):
        def new_database(self) -> str:
            url = postgresql.clean()
            with closing(Database(url)) as db, db.write() as connection:
                feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
            return url

    # The file's have looked everywhere; here always the same are tried.
    few = settings(
        max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, database=None,
        report_multiple_bugs=False, phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(OnServer, settings=few)
