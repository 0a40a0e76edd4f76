"""A name that is watched from now on was named this morning: it is shown, and told if asked for."""

from __future__ import annotations

import pytest

from monitor.errors import UsageError
from monitor.service.earlier import MOST, earlier_reports, tell
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import STORY, news
from tests.support.web import WebWorld, article_html, rss

MORE = """
  [[watchlists.entities]]
  name = "Turla"
  kind = "threat-actor"
"""
TURLA = (
    "The ministry has said that its network was broken into and that it took weeks to notice.",
    "Volexity's researchers said that Turla, a hacking group, was behind the break-in.",
)


async def test_what_came_before_the_edit_is_told_once(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    for name, text in (("morning", TURLA), ("noon", STORY)):
        web.serve(f"/{name}", article_html(f"Headline {name}", text))
    web.serve("/feed", rss([news(web, "morning"), news(web, "noon")]))
    before = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=before)
    await product.round()
    assert len(slack.posts) == 1
    old = product.ctx.runtime.config
    await product.start(
        toml=before.replace(
            "[[watchlists.entities]]", MORE.strip() + "\n\n  [[watchlists.entities]]", 1
        )
    )
    new = product.ctx.runtime.config
    product.clock.advance(hours=2)
    found = earlier_reports(product.db, old, new, product.clock())
    [watchlist] = [each for each in found.watchlists if each.changed]
    assert (watchlist.won, watchlist.lost) == (1, 0)
    [example] = watchlist.examples.won
    assert "Turla" in example.sentence
    # Shown only, nothing is told.
    await product.round()
    assert len(slack.posts) == 1
    assert tell(product.db, [example.id, 999], product.clock()) == 1
    for _ in range(3):
        await product.round()
    assert len(slack.posts) == 2
    with pytest.raises(UsageError):
        tell(product.db, range(MOST + 1), product.clock())
