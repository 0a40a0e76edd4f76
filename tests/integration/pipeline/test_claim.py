"""Taking what is due for sending, with rows in the way that nobody can read."""

from __future__ import annotations

from sqlalchemy import text

from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

database = BOTH


async def test_what_cannot_be_read_silences_nobody_and_is_told_once_it_can(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    names = ("one", "two", "three")
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    toml = config_toml([web.url("/feed")], slack=slack.endpoint)
    toml = toml.replace('channels = ["slack"]', 'channels = ["slack", "console"]')
    await product.start(toml=toml)
    await product.read()
    with product.db.write() as connection:
        broken = connection.scalar(text("SELECT min(id) FROM matches"))
        said = connection.scalar(text(f"SELECT severity FROM matches WHERE id = {broken}"))
        connection.execute(text(f"UPDATE matches SET severity = 'odd' WHERE id = {broken}"))
    await product.deliver()
    console = product.console.getvalue()
    assert (len(slack.messages), sum(name in console for name in names)) == (2, 2)
    with product.db.write() as connection:
        left = "SELECT last_error FROM deliveries WHERE status = 'failed'"
        assert [*connection.scalars(text(left))] == ["monitor itself failed at it: LookupError"] * 2
        connection.execute(text(f"UPDATE matches SET severity = '{said}' WHERE id = {broken}"))
    await product.deliver()
    assert len(slack.messages) == 2
    product.clock.advance(hours=1)
    await product.deliver()
    assert len(slack.messages) == 3
    assert all(name in product.console.getvalue() for name in names)
