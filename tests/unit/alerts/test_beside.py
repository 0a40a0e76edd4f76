"""Which channels must not be sent to at the same time."""

from __future__ import annotations

import pytest

from monitor.alerts.routing import beside
from monitor.config.schema import Config

CONFIG = Config.model_validate(
    {
        "feeds": [{"url": "https://a.example/feed"}],
        "channels": [
            {"name": "slack", "url": "json://127.0.0.1/a", "fallback": "mail"},
            {"name": "mail", "url": "json://127.0.0.1/b"},
            {"name": "hook", "url": "json://127.0.0.1/c"},
        ],
    }
)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["slack"], {"slack", "mail"}),
        (["mail"], {"slack", "mail"}),
        (["hook"], {"hook"}),
        ([], set()),
    ],
)
def test_a_channel_stands_beside_the_one_that_stands_in_for_it(
    names: list[str], found: set[str]
) -> None:
    assert beside(names, CONFIG) == found
