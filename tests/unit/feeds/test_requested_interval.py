"""What a feed's document says of how often it wants to be polled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.feeds.parse import parse
from monitor.model.feed import Wishes

RSS = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
    "<channel><title>T</title><link>https://x.example/</link>{}"
    "<item><title>One</title><link>https://x.example/1</link></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("elements", "wishes"),
    [
        ("", Wishes()),
        ("<ttl>60</ttl>", Wishes(ttl=timedelta(hours=1))),
        ("<ttl>0</ttl>", Wishes()),
        ("<ttl>-5</ttl>", Wishes()),
        ("<ttl>soon</ttl>", Wishes()),
        ("<ttl>99999999999999</ttl>", Wishes()),
        (
            "<skipHours><hour>0</hour><hour>24</hour><hour> 23 </hour><hour>x</hour></skipHours>",
            Wishes(skip_hours=(0, 23)),
        ),
        (
            "<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays>",
            Wishes(skip_days=(5, 6)),
        ),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            Wishes(ttl=timedelta(hours=6)),
        ),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", Wishes(ttl=timedelta(weeks=1))),
        # What WordPress writes by default is nobody's wish.
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>",
            Wishes(),
        ),
        ("<sy:updatePeriod>never</sy:updatePeriod>", Wishes()),
    ],
)
def test_wishes(elements: str, wishes: Wishes) -> None:
    assert parse(RSS.format(elements).encode(), url="https://x.example/feed").wishes == wishes
