"""How much of one feed is kept in a day: pure.

A feed that lists new entries without end is read on; but of more entries than a publisher has in a
day, only those are kept that name somebody watched, and twice as many at the most.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.model.reconciliation import Create, Intent, Join, Reconciled


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may still be kept of a feed today."""

    entries: int
    """So many; beyond them only `telling`."""
    telling: frozenset[str]
    """Identities of entries whose own words alert."""
    more: int
    """So many of those, at the most."""


def within(reconciled: Reconciled, allowance: Allowance) -> tuple[Reconciled, int]:
    """What is to be done about a document within what may be kept, and how much is left out.

    What is left out is not known at the next poll, so that it comes in again another day. What is
    known already, such as an article of another feed, costs nothing and stays.
    """
    intents: list[Intent] = []
    left_out: set[int] = set()
    room, more = allowance.entries, allowance.more
    told = {
        id(each.article)
        for each in reconciled.intents
        if isinstance(each, Join) and each.listed.entry.identity in allowance.telling
    }
    for intent in reconciled.intents:
        match intent:
            case Create(entry_id=None):
                telling = intent.listed.entry.identity in allowance.telling or id(intent) in told
                if room <= 0 and not (telling and more > 0):
                    left_out.add(id(intent))
                    continue
                more -= room <= 0
                room -= 1
            case Join(article=Create()) if id(intent.article) in left_out:
                left_out.add(id(intent))
                continue
        intents.append(intent)
    if not left_out:
        return reconciled, 0
    new = max(reconciled.new - len(left_out), 0)
    return replace(reconciled, intents=tuple(intents), new=new, forgotten=True), len(left_out)
