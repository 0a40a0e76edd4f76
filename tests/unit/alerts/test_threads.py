"""What a channel got of a story, as its deliveries tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.threads import ChannelThread, by_channel
from monitor.model.delivery import DeliveryStatus
from monitor.model.match import Severity
from monitor.model.situation import ThreadDelivery
from tests.support.clock import MONDAY

HOUR = timedelta(hours=1)
ALERT = ThreadDelivery(
    1, "a", "slack", DeliveryStatus.SENT, Severity.HIGH, 0, None, MONDAY, MONDAY, "r", None
)


def known(*deliveries: ThreadDelivery) -> ChannelThread:
    return by_channel(deliveries)["slack"]


def test_each_message_after_the_first_is_a_later_one() -> None:
    more = [replace(ALERT, id=2 + n, follow_up=1) for n in range(3)]
    assert [known(ALERT, *more[:n]).later for n in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize("status", [each for each in DeliveryStatus if each != "sent"])
def test_what_was_not_sent_cannot_be_changed(status: DeliveryStatus) -> None:
    unsent = replace(ALERT, status=status, sent=None, covered=None, receipt=None)
    assert not known(unsent).editable
    assert known(unsent).changed is None


def test_the_latest_message_can_be_changed_if_its_service_finds_it() -> None:
    later = replace(ALERT, id=2, follow_up=1, sent=MONDAY + HOUR, covered=MONDAY + HOUR)
    assert (known(ALERT).editable, known(ALERT).changed) == (True, MONDAY)
    both = known(ALERT, replace(later, receipt=None))
    assert (both.editable, both.changed, both.later) == (False, MONDAY + HOUR, 1)
    edited = known(ALERT, replace(later, edited=MONDAY + 2 * HOUR))
    assert (edited.editable, edited.changed, edited.last) == (
        True, MONDAY + 2 * HOUR, MONDAY + HOUR,
    )  # fmt: skip
