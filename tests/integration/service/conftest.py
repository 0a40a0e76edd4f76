"""What is asked for is answered alike from both kinds of database."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Each test that opens a database runs on both."""
    return str(request.param)
