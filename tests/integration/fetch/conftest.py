from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.schema import Polling
from monitor.fetch.client import Fetcher
from tests.support.certificates import self_signed
from tests.support.web import WebWorld


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """May reach loopback, where the tests' servers are; patient enough for a busy machine."""
    polling = Polling(timeout=timedelta(seconds=20), allow_private_networks=True)
    async with Fetcher(polling) as made:
        yield made


@pytest.fixture
def certificate(web: WebWorld, tmp_path: Path) -> Path:
    """Of `secure.test` and 127.0.0.1; the web speaks TLS with it."""
    certificate, context = self_signed(tmp_path, "secure.test")
    web.use_tls(context)
    return certificate
