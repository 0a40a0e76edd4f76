"""Which text an article is matched by, and when it is read again."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

from monitor.service.reading import MAX_READS
from tests.support.slack import SlackServer
from tests.support.story import QUIET, news, serve_story
from tests.support.web import WebWorld, rss


async def test_each_edit_has_all_tries_for_its_page(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story", QUIET)
    await product.start(web.url("/feed"))
    for letter in "abcd":
        if letter == "d":
            web.fail("/story", 503)
        web.serve("/feed", rss([news(web, "story", title=f"Headline {letter}")]))
        await product.round()
        product.clock.advance(minutes=20)
    assert slack.messages == []
    serve_story(web, "story")
    await product.round()
    assert len(slack.messages) == 1


async def test_what_is_edited_all_day_is_matched_but_its_page_left_alone(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "live", QUIET)
    await product.start(web.url("/feed"))
    for letter in ascii_lowercase[:MAX_READS]:
        web.serve("/feed", rss([news(web, "live", title=f"Live: {letter}")]))
        await product.round()
        product.clock.advance(minutes=15)
    assert len(product.reads) == len(web.requests("/live")) == MAX_READS
    web.serve(
        "/feed", rss([news(web, "live", title="Live: APT31 blamed for attack on Parliament")])
    )
    await product.round()
    assert len(web.requests("/live")) == MAX_READS
    assert QUIET[0] in product.reads[-1].article.body
    assert len(slack.messages) == 1
