from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.config.schema import Polling
from monitor.feeds.fetch import Fetcher


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """May reach loopback, where the tests' servers are; patient enough for a busy machine."""
    polling = Polling(timeout=timedelta(seconds=20), allow_private_networks=True)
    async with Fetcher(polling) as made:
        yield made
