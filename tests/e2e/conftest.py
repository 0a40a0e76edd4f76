from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.slack import SlackServer
from tests.support.smtp import SmtpServer
from tests.support.web import WebWorld


@pytest.fixture
def web() -> Iterator[WebWorld]:
    with WebWorld() as web:
        yield web


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as slack:
        yield slack


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as smtp:
        yield smtp
