"""What a site's robots.txt asks of those who read its pages."""

from __future__ import annotations

import pytest

from monitor.model.article import TextSource
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import news, serve_story
from tests.support.web import WebWorld, rss

FORBIDDEN = "User-agent: *\nDisallow: /story"


def publish(web: WebWorld, *names: str) -> str:
    for name in names:
        serve_story(web, name)
    web.serve("/feed", rss([news(web, name) for name in names]))
    return web.url("/feed")


async def test_a_page_that_programs_must_not_read_is_left_alone_and_we_say_so(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/robots.txt", FORBIDDEN)
    await product.start(publish(web, "story", "other"))
    await product.round()
    assert [read.article.url for read in product.reads if read.article.body] == [web.url("/other")]
    assert web.requests("/story") == []
    assert len(slack.messages) == 1
    [left] = [read.article for read in product.reads if read.article.url == web.url("/story")]
    assert left.text_source is TextSource.FEED
    assert left.text_note == "its site's robots.txt asks programs not to read it"


async def test_it_is_asked_for_once_a_day(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/robots.txt", FORBIDDEN)
    await product.start(publish(web, "story", "a", "b"))
    await product.round()
    assert len(web.requests("/robots.txt")) == 1
    product.clock.advance(hours=25)
    web.serve("/robots.txt", "")
    publish(web, "story-2", "story", "a", "b")
    await product.round()
    assert len(web.requests("/robots.txt")) == 2
    assert len(web.requests("/story-2")) == 1


@pytest.mark.parametrize("table", ["articles", "feeds"])
async def test_it_can_be_set_aside(
    product: Product, web: WebWorld, slack: SlackServer, table: str
) -> None:
    web.serve("/robots.txt", FORBIDDEN)
    url = publish(web, "story")
    toml = config_toml([url], slack=slack.endpoint)
    if table == "articles":
        toml += "\n[articles]\nrobots = false\n"
    else:
        toml = toml.replace(f'url = "{url}"', f'url = "{url}"\nrobots = false')
    await product.start(toml=toml)
    await product.round()
    assert len(slack.messages) == 1
    assert web.requests("/robots.txt") == []


async def test_a_redirect_leads_nowhere_that_is_forbidden(product: Product, web: WebWorld) -> None:
    with WebWorld() as elsewhere:
        elsewhere.serve("/robots.txt", "User-agent: monitor\nDisallow: /")
        serve_story(elsewhere, "story")
        web.serve("/feed", rss([news(web, "story")]))
        web.redirect("/story", elsewhere.url("/story"))
        await product.start(web.url("/feed"))
        await product.round()
        assert elsewhere.requests("/story") == []
        assert product.reads[0].article.body == ""


async def test_while_a_site_cannot_say_what_it_wants_its_pages_wait_an_hour(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.fail("/robots.txt", 503)
    await product.start(publish(web, "story"))
    for minutes in (0, 6, 31):
        product.clock.advance(minutes=minutes)
        await product.round()
        assert web.requests("/story") == []
    assert "robots.txt could not be had" in (product.reads[-1].article.text_note or "")
    product.clock.advance(hours=3, minutes=1)
    await product.round()
    assert len(slack.messages) == 1
