"""How much of one feed is kept in a day."""

from __future__ import annotations

from monitor.feeds.bounds import Allowance, within
from monitor.model.feed import Entry
from monitor.model.reconciliation import Create, Edit, Join, Listed, Reconciled


def listed(identity: str) -> Listed:
    return Listed(Entry(identity), None, "")


def creating(*identities: str) -> list[Create]:
    return [Create(listed(each), backfill=False) for each in identities]


def test_beyond_the_bound_what_alerts_is_kept_and_nothing_else() -> None:
    intents = creating("a", "b", "c", "d")
    allowance = Allowance(1, frozenset("d"), more=9)
    kept, left_out = within(Reconciled(tuple(intents), new=4), allowance)
    assert [each.listed.entry.identity for each in kept.intents] == ["a", "d"]
    # What is left out must come in again, though the document has not changed.
    assert (left_out, kept.new, kept.forgotten) == (2, 2, True)


def test_of_what_alerts_there_is_a_bound_too() -> None:
    intents = creating(*map(str, range(9)))
    allowance = Allowance(0, frozenset(map(str, range(9))), more=3)
    kept, left_out = within(Reconciled(tuple(intents), new=9), allowance)
    assert (len(kept.intents), left_out) == (3, 6)


def test_what_is_known_is_no_burden() -> None:
    [made, other] = creating("a", "b")
    intents = (
        Edit(listed("x"), 1, 1, None),
        Join(listed("y"), 7, "", read_again=False),
        Create(listed("z"), backfill=False, entry_id=3),
        made,
        other,
        Join(listed("c"), other, "", read_again=False),
    )
    kept, left_out = within(Reconciled(intents, new=3), Allowance(1, frozenset(), more=0))
    assert (kept.intents, left_out) == (intents[:4], 2)


def test_an_article_whose_second_listing_alerts_is_kept() -> None:
    [quiet, other] = creating("a", "b")
    telling = Join(listed("c"), quiet, "c", read_again=True)
    silent = Join(listed("d"), other, "d", read_again=True)
    reconciled = Reconciled((quiet, other, telling, silent), new=2)
    kept, left_out = within(reconciled, Allowance(0, frozenset("c"), more=9))
    assert (kept.intents, left_out) == ((quiet, telling), 2)


def test_within_the_bound_nothing_is_touched() -> None:
    reconciled = Reconciled(tuple(creating("a", "b")), new=2)
    assert within(reconciled, Allowance(2, frozenset(), more=0)) == (reconciled, 0)
