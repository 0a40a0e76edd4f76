"""Each change of a delivery's state: from where it leads to where, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select, update

from monitor.model.delivery import DeliveryStatus, PartlyAccepted
from monitor.model.feed import Entry
from monitor.model.hold import Hold, HoldReason
from monitor.model.match import Match, Severity
from monitor.store import feeds, matches, tables
from monitor.store.database import Database
from monitor.store.deliveries import outbox, transitions
from tests.support.clock import MONDAY
from tests.support.entries import record

PENDING, SENDING, SENT, FAILED, DEAD, REPLACED = DeliveryStatus
NOW = MONDAY + timedelta(minutes=10)
LATER = NOW + timedelta(hours=3)
SECOND = timedelta(seconds=1)
ACK, RATE = Hold(HoldReason.ACKNOWLEDGEMENT), Hold(HoldReason.RATE)
SILENCE = Hold(HoldReason.SILENCE, "3")
SOME = PartlyAccepted(("5f", "a0"), '[["#one", "C1", "1.2"]]')


class World:
    """One alert with a delivery on `slack`, that can be put into any state."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as connection:
            feeds.subscribe(connection, [("https://a.example/feed", "A")], MONDAY)
            entry = Entry("1", link="https://a.example/1", title="Headline")
            [article_id] = record(connection, 1, [entry], MONDAY).wanted
            match = Match("w", 50.0, Severity.HIGH, True, (), ())
            recorded = matches.record(connection, article_id, [match], now=MONDAY)
            self.match_id = recorded["w"].id
        self.add("a")
        self.id = self.row().id

    def add(self, alert_id: str, channel: str = "slack", **more: Any) -> None:
        with self.db.write() as connection:
            outbox.add_alert(connection, alert_id, self.match_id, [], MONDAY)
            assert transitions.add(connection, channel, MONDAY, MONDAY, alert_id=alert_id, **more)

    def put(self, status: DeliveryStatus, **more: Any) -> None:
        with self.db.write() as connection:
            connection.execute(update(tables.deliveries).values(status=status, **more))

    def change(self, change: Callable[[Connection, list[int]], Any]) -> Any:
        with self.db.write() as connection:
            return change(connection, [self.id])

    def row(self, channel: str = "slack") -> Row[Any]:
        with self.db.read() as connection:
            query = select(tables.deliveries).where(tables.deliveries.c.channel == channel)
            return connection.execute(query).one()

    def rows(self) -> dict[tuple[str, str, int], Row[Any]]:
        """All deliveries, by what they are told of: the alert, the channel, and which follow-up."""
        with self.db.read() as connection:
            rows = connection.execute(select(tables.deliveries)).all()
        return {(row.alert_id, row.channel, row.follow_up): row for row in rows}

    @property
    def status(self) -> DeliveryStatus | None:
        with self.db.read() as connection:
            found: DeliveryStatus | None = connection.scalar(select(tables.deliveries.c.status))
            return found


@pytest.fixture
def world(db: Database) -> World:
    return World(db)


#: What leads from where to where; from anywhere else it leads nowhere.
OPEN = (PENDING, SENDING, FAILED, DEAD)
MOVES: dict[str, tuple[Callable[[Connection, list[int]], Any], dict[Any, Any]]] = {
    "hold": (
        lambda c, ids: transitions.hold(c, ids, LATER, RATE, NOW),
        dict.fromkeys(OPEN, PENDING),
    ),
    "replan": (
        lambda c, ids: transitions.replan(c, ids, LATER, SILENCE, NOW),
        dict.fromkeys(OPEN, PENDING),
    ),
    "reroute": (
        lambda c, ids: transitions.reroute(c, ids, "mail", LATER, RATE, NOW),
        dict.fromkeys((*OPEN, SENT, REPLACED), PENDING),
    ),
    "free": (lambda c, _: transitions.free(c, "graver", "slack", NOW), {}),
    "retry": (lambda c, _: transitions.retry(c, NOW, [DEAD]), {DEAD: PENDING}),
    "retry all": (
        lambda c, _: transitions.retry(c, NOW, [DEAD, FAILED], alert_id="a"),
        {DEAD: PENDING, FAILED: PENDING},
    ),
    "retry of another": (lambda c, _: transitions.retry(c, NOW, [*OPEN], alert_id="b"), {}),
    "claim": (
        lambda c, ids: transitions.claim(c, ids, LATER, NOW),
        dict.fromkeys(OPEN, SENDING),
    ),
    "release": (lambda c, ids: transitions.release(c, ids, NOW), {SENDING: PENDING}),
    "recover": (lambda c, _: transitions.recover(c, NOW), {SENDING: FAILED}),
    "sent": (
        lambda c, ids: transitions.sent(c, ids, NOW),
        dict.fromkeys((*OPEN, SENT, REPLACED), SENT),
    ),
    "failed": (
        lambda c, ids: transitions.failed(c, ids, "503", LATER, NOW),
        dict.fromkeys(OPEN, FAILED),
    ),
    "dead": (lambda c, ids: transitions.dead(c, ids, "404", NOW), dict.fromkeys(OPEN, DEAD)),
    "replaced": (transitions.replaced, dict.fromkeys(OPEN, REPLACED)),
    "withdraw": (transitions.withdraw, dict.fromkeys(OPEN)),
    "call_off": (lambda c, _: transitions.call_off(c, ["a"]), {PENDING: None, FAILED: None}),
}


@pytest.mark.parametrize("status", DeliveryStatus)
@pytest.mark.parametrize("move", MOVES)
def test_where_each_change_leads(world: World, move: str, status: DeliveryStatus) -> None:
    change, leads = MOVES[move]
    waits = {"hold": ACK.reason} if move == "call_off" else {}
    world.put(status, claimed_until=LATER if status is SENDING else None, **waits)
    world.change(change)
    assert world.status == leads.get(status, status)


#: What is told of certain deliveries, whoever else is told of the alert.
OF_SOME: dict[str, Callable[[Connection, list[int]], Any]] = {
    **{name: change for name, (change, leads) in MOVES.items() if name in {
        "hold", "replan", "claim", "release", "sent", "failed", "dead", "replaced", "withdraw",
    }},
    "batch": lambda c, ids: transitions.batch(c, ids, "s", RATE),
    "merge": lambda c, ids: transitions.merge(c, ids, "a"),
    "cover": lambda c, ids: transitions.cover(c, {ids[0]: NOW}),
    "say": lambda c, ids: transitions.say(c, ids, [7]),
    "renew": lambda c, ids: transitions.renew(c, ids, NOW, LATER),
    "edited": lambda c, ids: transitions.edited(c, ids[0], LATER, NOW),
    "uneditable": lambda c, ids: transitions.uneditable(c, ids[0]),
}  # fmt: skip


@pytest.mark.parametrize("move", OF_SOME)
def test_who_is_not_meant_is_left_alone(world: World, move: str) -> None:
    for channel in ("mail", "web"):
        world.add("a", channel)
    world.put(SENDING, claimed_until=NOW, receipt="r")
    world.id = world.row("mail").id
    before = world.rows()
    world.change(OF_SOME[move])
    after = world.rows()
    changed = {each for each in before if before[each] != after.get(each)}
    assert changed == {("a", "mail", 0)}


def test_what_is_inhibited_waits_until_it_is_freed(world: World) -> None:
    inhibited = Hold(HoldReason.INHIBITED, "graver")
    world.add("b", "mail", hold=inhibited)
    row = world.row("mail")
    assert (row.status, row.next_attempt, row.hold_ref) == (REPLACED, None, "graver")
    world.change(lambda c, _: transitions.free(c, "another", "mail", NOW))
    world.change(lambda c, _: transitions.free(c, "graver", "slack", NOW))
    assert world.row("mail").status is REPLACED
    world.change(lambda c, _: transitions.free(c, "graver", "mail", NOW))
    row = world.row("mail")
    # As old as it was, and due from now on.
    assert (row.status, row.hold, row.due) == (PENDING, None, MONDAY)
    assert (row.since, row.next_attempt, row.planned) == (NOW, NOW, NOW)


@pytest.mark.parametrize("status", [PENDING, SENDING, SENT, FAILED, DEAD])
def test_what_is_not_replaced_is_not_freed(world: World, status: DeliveryStatus) -> None:
    world.put(status, hold=HoldReason.INHIBITED, hold_ref="graver")
    before = world.row()
    world.change(lambda c, _: transitions.free(c, "graver", "slack", NOW))
    assert world.row() == before


def test_a_freed_one_is_not_told_before_its_time(world: World) -> None:
    world.put(REPLACED, hold=HoldReason.INHIBITED, hold_ref="graver", due=LATER)
    world.change(lambda c, _: transitions.free(c, "graver", "slack", NOW))
    assert world.row().next_attempt == LATER


def test_a_channel_is_told_once_of_an_alert(world: World) -> None:
    with world.db.write() as connection:
        assert not transitions.add(connection, "slack", NOW, NOW, alert_id="a")
        assert transitions.add(connection, "slack", NOW, NOW, alert_id="a", follow_up=1)
        assert transitions.add(connection, "mail", NOW, NOW, alert_id="a")


@pytest.mark.parametrize("status", DeliveryStatus)
@pytest.mark.parametrize("waits", [ACK, RATE])
def test_only_who_waits_for_an_acknowledgement_is_told_anyway(
    world: World, status: DeliveryStatus, waits: Hold
) -> None:
    world.put(status, hold=waits.reason)
    told = world.change(lambda c, _: transitions.tell_anyway(c, "a", "slack", LATER, SILENCE, NOW))
    is_told = status is PENDING and waits is ACK
    assert told is is_told
    row = world.row()
    assert (row.hold, row.next_attempt) == (
        (SILENCE.reason, LATER) if is_told else (waits.reason, MONDAY)
    )


def test_nothing_but_the_alert_itself_is_told_anyway(world: World) -> None:
    for alert_id, channel in (("0", "slack"), ("b", "slack"), ("a", "mail"), ("a", "web")):
        world.add(alert_id, channel)
    world.add("a", follow_up=1)
    world.put(PENDING, hold=ACK.reason)
    world.change(lambda c, _: transitions.tell_anyway(c, "a", "slack", LATER, None, NOW))
    told = {each for each, row in world.rows().items() if row.hold is None}
    assert told == {("a", "slack", 0)}


@pytest.mark.parametrize(
    ("before", "summary", "after"),
    [(None, None, RATE), (SILENCE, None, RATE), (ACK, None, ACK), (SILENCE, "s", SILENCE)],
)
def test_putting_off_keeps_what_it_must(
    world: World, before: Hold | None, summary: str | None, after: Hold
) -> None:
    bears = {"hold": before and before.reason, "hold_ref": before and before.ref}
    world.put(FAILED, summary=summary, attempts=4, claimed_until=NOW, **bears)
    world.change(lambda c, ids: transitions.hold(c, ids, LATER, RATE, NOW))
    row = world.row()
    assert (row.hold, row.hold_ref, row.summary) == (after.reason, after.ref, summary)
    assert (row.next_attempt, row.planned, row.claimed_until) == (LATER, NOW, None)
    assert (row.due, row.since, row.attempts) == (MONDAY, MONDAY, 4)


def test_planning_anew_begins_anew(world: World) -> None:
    world.put(FAILED, summary="s", attempts=4, claimed_until=NOW)
    world.change(lambda c, ids: transitions.replan(c, ids, LATER, SILENCE, NOW))
    row = world.row()
    assert (row.due, row.since, row.next_attempt, row.planned) == (LATER, LATER, LATER, NOW)
    assert (row.hold, row.hold_ref, row.summary) == (SILENCE.reason, "3", None)
    assert (row.attempts, row.last_error, row.claimed_until) == (4, None, None)
    world.change(lambda c, ids: transitions.replan(c, ids, LATER, None, NOW, error="gone"))
    row = world.row()
    assert (row.attempts, row.last_error, row.hold) == (0, "gone", None)


def test_what_was_refused_is_hurried_to_when_it_was(world: World) -> None:
    world.put(FAILED, next_attempt=LATER, planned=MONDAY)
    for other in ("mail", "web"):
        with world.db.write() as connection:
            transitions.hurry(connection, other, NOW)
        assert world.row().next_attempt == LATER
    world.change(lambda c, _: transitions.hurry(c, "slack", NOW))
    assert world.row().next_attempt == MONDAY
    # A clock that was ahead has planned it: it says nothing.
    world.put(FAILED, next_attempt=LATER, planned=NOW + SECOND)
    world.change(lambda c, _: transitions.hurry(c, "slack", NOW))
    assert world.row().next_attempt == LATER
    world.put(PENDING, next_attempt=LATER, planned=MONDAY)
    world.change(lambda c, _: transitions.hurry(c, "slack", NOW))
    assert world.row().next_attempt == LATER


def test_a_retry_has_all_its_time(world: World) -> None:
    world.put(DEAD, attempts=9, summary="s", hold=RATE.reason)
    assert world.change(lambda c, _: transitions.retry(c, NOW, [DEAD])) == 1
    row = world.row()
    assert (row.attempts, row.due, row.since, row.next_attempt, row.planned) == (0, *[NOW] * 4)
    assert (row.summary, row.hold) == ("s", RATE.reason)
    world.put(DEAD)
    assert world.change(lambda c, _: transitions.retry(c, NOW, [DEAD], alert_id="a")) == 1
    assert (world.row().summary, world.row().hold) == (None, None)


@pytest.mark.parametrize(
    ("ago", "begins"), [(transitions.OVERDUE, MONDAY), (transitions.OVERDUE + SECOND, NOW)]
)
def test_a_claim_counts_and_what_nobody_was_there_to_try_has_all_its_time(
    world: World, ago: timedelta, begins: Any
) -> None:
    world.put(FAILED, attempts=2, next_attempt=NOW - ago)
    world.change(lambda c, ids: transitions.claim(c, ids, LATER, NOW))
    row = world.row()
    assert (row.attempts, row.claimed_until, row.since) == (3, LATER, begins)
    world.change(lambda c, ids: transitions.release(c, ids, NOW))
    row = world.row()
    assert (row.attempts, row.claimed_until, row.next_attempt, row.planned) == (2, None, NOW, NOW)


def test_a_claim_is_renewed_by_who_has_it(world: World) -> None:
    world.put(SENDING, claimed_until=NOW)
    assert not world.change(lambda c, ids: transitions.renew(c, ids, LATER, LATER))
    assert world.change(lambda c, ids: transitions.renew(c, ids, NOW, LATER))
    assert world.row().claimed_until == LATER
    world.put(FAILED, claimed_until=NOW)
    assert not world.change(lambda c, ids: transitions.renew(c, ids, NOW, LATER))


def test_a_dead_process_leaves_what_is_due_at_once(world: World) -> None:
    world.put(SENDING, claimed_until=LATER, next_attempt=MONDAY)
    assert world.change(lambda c, _: transitions.recover(c, NOW)) == 1
    row = world.row()
    assert (row.next_attempt, row.planned, row.claimed_until) == (NOW, NOW, None)
    assert world.change(lambda c, _: transitions.recover(c, NOW)) == 0


@pytest.mark.parametrize(("waited", "after"), [(SILENCE, RATE), (ACK, ACK), (None, RATE)])
def test_a_summary_brings_together_and_what_is_an_escalation_stays_one(
    world: World, waited: Hold | None, after: Hold
) -> None:
    world.put(PENDING, hold=waited and waited.reason)
    world.change(lambda c, ids: transitions.batch(c, ids, "s", RATE))
    assert (world.row().summary, world.row().hold) == ("s", after.reason)


def test_what_was_accepted_is_as_it_was_accepted(world: World) -> None:
    world.put(SENDING, claimed_until=LATER, last_error="503")
    world.change(lambda c, ids: transitions.sent(c, ids, NOW, receipt="r"))
    row = world.row()
    assert (row.sent, row.receipt) == (NOW, "r")
    assert (row.next_attempt, row.claimed_until, row.last_error) == (None, None, None)
    world.change(lambda c, ids: transitions.cover(c, {ids[0]: NOW, 99: LATER}))
    assert world.row().covered == NOW
    world.change(lambda c, ids: transitions.edited(c, ids[0], None, LATER))
    assert (world.row().covered, world.row().edited) == (NOW, LATER)
    world.change(lambda c, ids: transitions.edited(c, ids[0], LATER, LATER))
    assert world.row().covered == LATER
    world.change(lambda c, ids: transitions.uneditable(c, ids[0]))
    assert world.row().receipt is None


@pytest.mark.parametrize("status", DeliveryStatus)
def test_who_has_a_message_is_known_until_all_have_it(world: World, status: DeliveryStatus) -> None:
    world.put(status)
    world.change(lambda c, ids: transitions.accepted(c, ids, SOME))
    # Who comes late finds that all have it.
    assert world.row().accepted == (SOME if status in OPEN else None)
    world.put(SENDING, claimed_until=NOW, accepted=SOME)
    for change in ("failed", "dead", "retry", "claim", "recover", "claim", "release", "hold"):
        world.change(MOVES[change][0])
        assert world.row().accepted == SOME, change
    world.change(MOVES["sent"][0])
    assert world.row().accepted is None


def test_what_was_refused_says_why_and_when_again(world: World) -> None:
    world.put(SENDING, claimed_until=LATER)
    world.change(lambda c, ids: transitions.failed(c, ids, "503", LATER, NOW))
    row = world.row()
    assert (row.last_error, row.next_attempt, row.planned) == ("503", LATER, NOW)
    assert row.claimed_until is None
    world.change(lambda c, ids: transitions.dead(c, ids, "404", LATER, since=MONDAY - SECOND))
    assert world.status is FAILED
    world.change(lambda c, ids: transitions.dead(c, ids, "404", LATER, since=MONDAY))
    row = world.row()
    assert (row.status, row.last_error, row.next_attempt, row.planned) == (
        DEAD, "404", None, LATER,
    )  # fmt: skip
    world.change(transitions.replaced)
    assert (world.status, world.row().next_attempt) == (REPLACED, None)


@pytest.mark.parametrize("waited", [ACK, RATE])
def test_who_stands_in_for_an_escalation_is_spared_with_it(world: World, waited: Hold) -> None:
    world.put(FAILED, hold=waited.reason)
    world.add("a", "mail", hold=Hold(HoldReason.FALLBACK, "slack"), instead_of="slack")
    world.add("b", "mail", hold=ACK)
    spared = world.change(lambda c, _: transitions.call_off(c, ["a"]))
    assert spared == (("mail", "slack") if waited is ACK else ())


def test_who_stands_in_for_what_is_sent_anyway_is_not_spared_for_anothers_escalation(
    world: World,
) -> None:
    world.put(PENDING, hold=ACK.reason)
    instead = Hold(HoldReason.FALLBACK, "slack")
    for alert_id in ("0", "b"):
        world.add(alert_id, "mail", hold=instead, instead_of="slack")
    world.add("a", "web", hold=instead, instead_of="pager")
    before = world.rows()
    assert world.change(lambda c, _: transitions.call_off(c, ["0", "b"])) == ()
    assert world.rows() == before
    assert world.change(lambda c, _: transitions.call_off(c, ["a"])) == ("slack",)


def test_what_was_named_alone_is_forgotten_when_it_goes_out_in_a_summary(world: World) -> None:
    # Else a later message would tell once more what the summary says besides.
    world.change(lambda connection, ids: transitions.say(connection, ids, [4]))
    assert world.row().also == [4]
    world.put(FAILED)
    world.change(lambda connection, ids: transitions.batch(connection, ids, "s", None))
    with world.db.read() as connection:
        stored = select(tables.deliveries.c.id).where(tables.deliveries.c.also.is_(None))
        assert connection.scalars(stored).all() == [world.id]
