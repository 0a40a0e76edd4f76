"""What tests of the pipeline's steps share."""

from __future__ import annotations

import pytest

from tests.support.newsroom import Newsroom
from tests.support.product import Product
from tests.support.slack import SlackServer
from tests.support.web import WebWorld


@pytest.fixture
def newsroom(product: Product, web: WebWorld, slack: SlackServer) -> Newsroom:
    """A newsroom whose product is not started yet."""
    return Newsroom(product, web, slack)
