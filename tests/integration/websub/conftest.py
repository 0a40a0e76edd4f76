"""What agreeing with hubs and being pushed to needs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.hub import Hub
from tests.support.product import Product
from tests.support.pushed_feed import World
from tests.support.slack import SlackServer
from tests.support.web import WebWorld


@pytest.fixture
async def world(product: Product, web: WebWorld, slack: SlackServer) -> AsyncIterator[World]:
    with Hub() as hub:
        world = World(product, web, hub, slack)
        yield world
        if hasattr(world, "subscriber"):
            await world.subscriber.close()
            await world.settle()
