"""What of a feed that is read for the first time is news, and what was already old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.clock import MONDAY
from tests.support.slack import SlackServer
from tests.support.story import STORY, news, serve_story
from tests.support.web import WebWorld, article_html, rss


@pytest.mark.parametrize("dated_by", ["feed", "page"])
async def test_a_feed_that_fails_for_days_at_first_still_owes_their_news(
    product: Any, web: WebWorld, slack: SlackServer, dated_by: str
) -> None:
    web.fail("/feed", 503)
    await product.start(web.url("/feed"))
    await product.round()
    product.clock.advance(days=3)
    times = {"old": MONDAY - timedelta(days=2), "new": MONDAY + timedelta(hours=3)}
    items = []
    for name, when in times.items():
        if dated_by == "feed":
            items.append(news(web, name, published=when, summary="APT31 was blamed by ministers."))
            serve_story(web, name)
        else:
            items.append(news(web, name, published=None))
            page = article_html(f"Headline {name}", STORY).decode()
            meta = f'<meta property="article:published_time" content="{when.isoformat()}">'
            web.serve(f"/{name}", page.replace("<head>", f"<head>{meta}", 1).encode())
    web.serve("/feed", rss(items))
    await product.round()
    assert ["Headline new" in str(post.payload) for post in slack.messages] == [True]


async def test_a_feed_added_while_the_clock_was_ahead_is_not_old_news_as_a_whole(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    web.fail("/feed", 503)
    product.clock.advance(days=400)
    await product.start(web.url("/feed"))
    product.clock.now = MONDAY
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    await product.round()
    assert len(slack.messages) == 1
