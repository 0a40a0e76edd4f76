"""What tests of the HTTP client ask."""

from __future__ import annotations

import pytest

from monitor.errors import FetchError
from monitor.fetch.client import FEED_ACCEPT, Fetcher
from tests.support.web import item, rss

FEED = rss([item("One"), item("Two")])


async def failure(
    fetcher: Fetcher, url: str, *, max_bytes: int | None = None, accept: str = FEED_ACCEPT
) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url, max_bytes=max_bytes, accept=accept)
    assert caught.value.where
    return caught.value
