"""What became of a match, of an alert, of an article: the same answer whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.model.alert import Alert
from monitor.model.delivery import DeliveryStatus
from monitor.model.fate import Fate, FateKind, FirstTold, GivenUp, HeldBack, Told, Waiting
from monitor.service.deliveries import Delivery, Silences
from monitor.store.matches import StoredMatch

_TO_BE_SENT = {DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.FAILED}


def fate_of(deliveries: Iterable[Delivery]) -> Fate:
    """What became of an alert, or of several, from all of its deliveries (at least one)."""
    told: dict[str, Told] = {}
    waits: dict[str, Waiting] = {}
    dead: dict[str, GivenUp] = {}
    replaced: dict[str, None] = {}
    for each in sorted(deliveries, key=lambda each: each.id):
        if each.status is DeliveryStatus.SENT:
            # Two watchlists may tell the same channel, and later messages follow the first.
            told.setdefault(each.channel, Told(each.channel, each.sent))
        elif each.status is DeliveryStatus.DEAD:
            dead.setdefault(each.channel, GivenUp(each.channel, each.last_error))
        elif each.status in _TO_BE_SENT:
            waits.setdefault(
                each.channel,
                Waiting(each.channel, each.waits_for, each.next_attempt, each.silenced),
            )
        else:
            replaced[each.channel] = None
    if told:
        kind = FateKind.TOLD
    elif dead:
        kind = FateKind.DEAD
    elif waits:
        is_silenced = all(each.silence for each in waits.values())
        kind = FateKind.SILENCED if is_silenced else FateKind.WAITS
    else:
        kind = FateKind.REPLACED
    return Fate(
        kind, tuple(told.values()), tuple(waits.values()), tuple(dead.values()), tuple(replaced)
    )


def fate_of_alert(deliveries: Sequence[Delivery]) -> Fate:
    """As `fate_of`, for an alert that may have gone to no channel."""
    return fate_of(deliveries) if deliveries else Fate(FateKind.NO_CHANNEL)


def first_told(thread: str, first: Alert | None, deliveries: Sequence[Delivery]) -> FirstTold:
    """What first told of a story.

    Args:
        thread: the alert's id.
        first: the alert; None once it was pruned.
        deliveries: its deliveries.
    """
    return FirstTold(
        thread,
        first.article.outlet if first else "",
        first.article.title if first else None,
        fate_of(deliveries) if deliveries else None,
    )


def held_back(stored: StoredMatch, silences: Silences) -> HeldBack | None:
    """Why a match has no alert of its own although it reached its threshold, if so."""
    if stored.held is None:
        return None
    return HeldBack(stored.held.reason, stored.correlation, silences.numbered(stored.held.ref))


def fate_of_match(
    stored: StoredMatch,
    deliveries: Sequence[Delivery],
    story: FirstTold | None,
    silences: Silences,
) -> Fate:
    """What became of a match.

    Args:
        stored: the match.
        deliveries: those of its own alert.
        story: what first told of its story, if it belongs to one that another alert told.
        silences: all there were.
    """
    if deliveries:
        return fate_of(deliveries)
    if story is not None:
        return Fate(FateKind.STORY, story=story)
    if (held := held_back(stored, silences)) is not None:
        return Fate(FateKind.HELD, held=held)
    if stored.match.alert:
        return Fate(FateKind.NO_CHANNEL)
    return Fate(FateKind.BELOW, score=stored.match.score)
