"""Whatever happens to deliveries in whatever order: none is lost, none told twice, none waits on.

The machine walks the whole picture in `monitor.store.deliveries.transitions`, on a real database:
reports of stories for two watchlists, channels with quiet hours, digests, rates, a fallback and an
escalation, silences that come, end, last longer and drop, people who acknowledge, services that
refuse now or for good, processes that die, and a configuration that changes.
"""

from __future__ import annotations

import os
from contextlib import closing

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from monitor.model.match import Severity
from monitor.store import feeds
from monitor.store.database import Database
from tests.property.deliveries.machine import Deliveries
from tests.support.clock import MONDAY
from tests.support.postgresql import Server


def test_what_is_dropped_for_one_watchlist_is_told_to_those_of_the_other() -> None:
    """One walk that once went wrong, which is found by few."""
    machine = Deliveries()
    machine.begin(merge=True)
    machine.report(story=1, watchlist="w", both=True, severity=Severity.HIGH, other=Severity.MEDIUM)
    machine.deliver(changeable=False)
    machine.silence(watchlist="v", hours=30, drop=False)
    machine.silence(watchlist="v", hours=1, drop=True)
    machine.report(story=1, watchlist="v", both=False, severity=Severity.MEDIUM, other=Severity.LOW)
    machine.report(
        story=1, watchlist="v", both=True, severity=Severity.CRITICAL, other=Severity.LOW
    )
    machine.teardown()


def test_a_summary_names_each_report_of_a_story_once() -> None:
    """Another, in which one has more reports of what the other tells anew."""
    machine = Deliveries()
    machine.begin(merge=True)
    low, high = Severity.LOW, Severity.HIGH
    machine.report(story=2, watchlist="v", both=False, severity=low, other=low)
    machine.deliver(changeable=False)
    machine.wait(minutes=4)
    machine.report(story=2, watchlist="v", both=True, severity=low, other=low)
    machine.deliver(changeable=False)
    machine.report(story=2, watchlist="v", both=True, severity=low, other=low)
    machine.report(story=2, watchlist="v", both=True, severity=high, other=low)
    machine.wait(minutes=1500)
    machine.report(story=2, watchlist="v", both=False, severity=high, other=low)
    machine.deliver(changeable=False)
    machine.wait(minutes=1500)
    machine.deliver(changeable=False)
    machine.teardown()


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    # Shrinking takes minutes and says little more; the seed is printed.
    max_examples=int(os.environ.get("MONITOR_EXAMPLES", "60")), stateful_step_count=40,
    deadline=None, report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip


def test_it_holds_on_a_server_too(postgresql: Server) -> None:
    class OnServer(Deliveries):
        def new_database(self) -> str:
            url = postgresql.clean()
            with closing(Database(url)) as db, db.write() as connection:
                feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
            return url

    # The file's have looked everywhere; here always the same are tried.
    few = settings(
        max_examples=12, stateful_step_count=40, deadline=None, derandomize=True, database=None,
        report_multiple_bugs=False, phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(OnServer, settings=few)
