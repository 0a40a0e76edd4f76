"""Feeds as the world makes them, from the document to the alert."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.articles.urls import canonical_url
from monitor.messages.pages import LEADS_ON
from monitor.model.article import TextSource
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import QUIET, STORY
from tests.support.web import ATOM, HTML, RSS, WebWorld, article_html

PLACES = [
    "bridge",
    "harbour",
    "school",
    "market",
    "tunnel",
    "museum",
    "river",
    "theatre",
    "hospital",
    "library",
]
BLAME = "Ministers named APT31 as the hackers behind the attack on Parliament."


def serve_rss(web: WebWorld, *items: str) -> None:
    inner = "".join(f"<item>{item}</item>" for item in items)
    body = f"<rss version='2.0'><channel><title>News</title>{inner}</channel></rss>"
    web.serve("/feed", body.encode(), content_type=RSS)


async def told(product: Any, web: WebWorld, slack: SlackServer) -> list[str]:
    await product.start(web.url("/feed"))
    await product.round()
    return [str(message) for message in slack.messages]


async def test_an_atom_entry_with_only_an_update_is_news_of_that_time(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    at = product.clock() - timedelta(minutes=30)
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>urn:1</id>'
        f"<title>Announcement</title><updated>{at.isoformat()}</updated><summary>{BLAME}</summary>"
        "</entry></feed>"
    )
    web.serve("/feed", body.encode(), content_type=ATOM)
    assert len(await told(product, web, slack)) == 1
    assert product.reads[-1].article.published == at.replace(microsecond=0)


async def test_a_post_without_a_title_has_its_first_line_as_headline(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    date = product.clock().isoformat()
    serve_rss(
        web,
        "<guid isPermaLink='false'>1</guid>"
        "<description>&lt;p&gt;Parliament says it was hacked&lt;/p&gt;"
        f"&lt;p&gt;{BLAME}&lt;/p&gt;</description><pubDate>{date}</pubDate>",
    )
    (message,) = await told(product, web, slack)
    assert "Parliament says it was hacked" in message
    assert product.reads[-1].article.title == "Parliament says it was hacked"


@pytest.mark.parametrize("order", [1, -1])
async def test_all_that_stands_under_one_title_and_link_is_matched(
    product: Any, web: WebWorld, slack: SlackServer, order: int
) -> None:
    date = f"<pubDate>{product.clock().isoformat()}</pubDate>"
    items = [
        f"<title>Security notice</title><link>/status</link>{date}<description>{text}</description>"
        for text in ("Mail is slow today.", BLAME)
    ]
    serve_rss(web, *items[::order])
    assert len(await told(product, web, slack)) == 1


async def test_a_feed_whose_every_poll_changes_every_date_tells_once(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    await product.start(web.url("/feed"))
    for _ in range(4):
        now = product.clock().isoformat()
        serve_rss(
            web,
            f"<title>Hack</title><guid>1</guid><pubDate>{now}</pubDate>"
            f"<description>{BLAME}</description>",
        )
        await product.round()
        product.clock.advance(minutes=30)
    assert len(slack.messages) == 1


async def test_a_thousand_entries_under_one_id_tell_once(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    now = product.clock().isoformat()
    serve_rss(
        web,
        *(
            f"<title>Hack</title><guid>1</guid><pubDate>{now}</pubDate>"
            f"<description>Part {number}. {BLAME}</description>"
            for number in range(1000)
        ),
    )
    assert len(await told(product, web, slack)) == 1


async def test_a_feed_that_breaks_off_is_read_and_asked_for_again(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    now = product.clock().isoformat()
    long_ago = (product.clock() - timedelta(days=99)).isoformat()
    items = [
        f"<item><title>{title}</title><guid>{title}</guid><pubDate>{date}</pubDate>"
        f"<description>{BLAME}</description></item>"
        for title, date in (("First", now), ("Second", now), ("Archived", long_ago))
    ]
    whole = f"<rss><channel><title>News</title>{''.join(items)}</channel></rss>".encode()
    head = b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Type: text/xml\r\nContent-Length: '
    cut = whole[: whole.index(b"<guid>Second")]
    web.raw("/feed", head + b"%d\r\n\r\n" % len(whole) + cut)
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, group_by="article")
    await product.start(toml=toml)
    await product.round()
    assert ["First" in str(message) for message in slack.messages] == [True]
    product.clock.advance(minutes=30)
    web.serve("/feed", whole, etag='"v1"', content_type=RSS)
    await product.round()
    # It was asked for as if never seen, and what it lists besides is no news for that.
    assert web.requests("/feed")[-1].headers["If-None-Match"] is None
    assert ["Second" in str(message) for message in slack.messages] == [False, True]


async def test_a_page_that_leads_on_is_followed(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    lead = "<meta http-equiv='refresh' content=\"0;URL='/real'\"><a href='/real'>Click here</a>"
    web.serve("/door", lead.encode(), content_type=HTML)
    web.serve("/real", article_html("Breach at parliament", [*STORY]))
    date = f"<pubDate>{product.clock().isoformat()}</pubDate>"
    serve_rss(web, f"<title>Breach</title><link>/door</link>{date}")
    assert len(await told(product, web, slack)) == 1
    article = product.reads[-1].article
    assert article.text_source is TextSource.PAGE
    assert article.page_url == canonical_url(web.url("/real"))


@pytest.mark.parametrize("real", ["/missing", "/door?again"])
async def test_a_page_that_leads_nowhere_is_said_to(
    product: Any, web: WebWorld, slack: SlackServer, real: str
) -> None:
    lead = f"<meta http-equiv='refresh' content='0; URL={real}'><p>APT31: click here</p>"
    web.serve("/door", lead.encode(), content_type=HTML)
    date = f"<pubDate>{product.clock().isoformat()}</pubDate>"
    serve_rss(web, f"<title>Breach</title><link>/door</link>{date}")
    # What such a page says is no text of the article's.
    assert await told(product, web, slack) == []
    article = product.reads[-1].article
    assert article.text_source is TextSource.FEED
    assert (article.text_note or "").startswith(LEADS_ON)


async def test_who_is_named_below_a_picture_only_is_told_of(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    caption = (
        "<figure><img src='x'><figcaption>A member of APT31, the hackers</figcaption></figure>"
    )
    body = article_html("Wanted men", [*QUIET]).replace(
        b"</article>", caption.encode() + b"</article>"
    )
    assert caption.encode() in body
    web.serve("/wanted", body, content_type=HTML)
    date = f"<pubDate>{product.clock().isoformat()}</pubDate>"
    serve_rss(web, f"<title>Wanted men</title><link>/wanted</link>{date}")
    await told(product, web, slack)
    assert product.reads[-1].article.body.endswith("A member of APT31, the hackers")
    assert [match.mentions[0].text for match in product.reads[-1].matches] == ["APT31"]


async def test_a_newsletter_of_forty_topics_swallows_none_of_them(
    product: Any, web: WebWorld, slack: SlackServer
) -> None:
    topics = [
        f"Officials of {place}{number} said the {thing} near the {other} would be closed on Friday."
        for number, (place, thing, other) in enumerate(
            zip(("Lorne", "Ardmoor", "Pelham", "Stromvik") * 10, PLACES * 4, PLACES[::-1] * 4,
                strict=True)
        )
    ]  # fmt: skip
    events = {
        "Parliament hack blamed on APT31": BLAME,
        "Zhao Guangzong held at Prague airport": "Zhao Guangzong was arrested in Prague at the"
        " airport on a warrant of the United States, police said, and faces extradition.",
    }
    topics[7], topics[23] = events.values()
    web.serve("/letter", article_html("Your morning briefing", topics))
    date = f"<pubDate>{product.clock().isoformat()}</pubDate>"
    letter = f"<title>Your morning briefing</title><link>/letter</link>{date}"
    serve_rss(web, letter)
    toml = config_toml([web.url("/feed")], slack=slack.endpoint, group_by="story")
    await product.start(toml=toml)
    await product.round()
    assert len(slack.messages) == 1
    product.clock.advance(minutes=20)
    for number, (title, text) in enumerate(events.items()):
        web.serve(f"/{number}", article_html(title, [text, f"{text} So it was said twice."]))
    items = (f"<title>{title}</title><link>/{n}</link>{date}" for n, title in enumerate(events))
    serve_rss(web, letter, *items)
    await product.round()
    assert len(slack.messages) == 3
