"""What a feed says of an article, a second feed, and walls before its page."""

from __future__ import annotations

import pytest

from monitor.model.article import TextSource
from monitor.store import matches
from tests.support.product import Product
from tests.support.program import POLLING, config_toml
from tests.support.slack import SlackServer
from tests.support.story import QUIET, STORY, news, serve_story
from tests.support.web import WebWorld, article_html, rss


async def test_what_a_feed_says_is_matched_beside_a_cookie_notice(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    notice = [
        "We and our partners store and access information on your device, such as cookies.",
        "Please choose whether to accept these cookies before you go on to read the article.",
        "You can change your mind at any time in the settings at the foot of each page here.",
    ]
    content = "<p>Officials named the hackers as APT31.</p>"
    web.serve("/feed", rss([news(web, "story", summary="", content=content)]))
    serve_story(web, "story", notice)
    await product.start(web.url("/feed"))
    await product.round()
    assert len(slack.messages) == 1
    [read] = product.reads
    [match] = read.matches
    assert all(
        getattr(read.article, each.field)[each.start : each.end] == each.text
        for each in match.mentions
    )
    with product.db.read() as connection:
        assert matches.search(connection)[0].article.body == read.article.body


async def test_what_a_feed_quotes_of_the_page_is_not_said_twice(
    product: Product, web: WebWorld
) -> None:
    content = f"<p>{STORY[0]}</p><p>{STORY[1][:50]}…</p>"
    web.serve("/feed", rss([news(web, "story", content=content)]))
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    assert product.reads[-1].article.body.count("London has accused") == 1
    assert product.reads[-1].article.body.count("Officials named") == 1


BLAME = "Ministers named APT31 as the hackers behind the attack on Parliament."


@pytest.mark.parametrize(
    "other", [{"summary": BLAME}, {"title": "Advisory: APT31 attacks Parliament"}]
)
@pytest.mark.parametrize("page", ["forbidden", "quiet"])
async def test_the_words_of_a_second_feed_are_matched_too(
    product: Product, web: WebWorld, slack: SlackServer, page: str, other: dict[str, str]
) -> None:
    if page == "forbidden":
        web.fail("/story", 403)
    else:
        serve_story(web, "story", QUIET)
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([]))
    await product.start(web.url("/a"), web.url("/b"))
    await product.round()
    web.serve("/b", rss([news(web, "story", guid="b", **other)]))
    product.clock.advance(hours=5)
    await product.round()
    assert len(slack.messages) == 1
    product.clock.advance(hours=5)
    await product.round()
    assert len(slack.messages) == 1


async def test_the_same_words_in_a_second_feed_cost_no_second_reading(
    product: Product, web: WebWorld
) -> None:
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([]))
    serve_story(web, "story", QUIET)
    await product.start(web.url("/a"), web.url("/b"))
    await product.round()
    web.serve("/b", rss([news(web, "story", guid="b")]))
    await product.round()
    assert len(web.requests("/story")) == 1


async def test_an_edit_in_a_second_feed_is_matched_and_keeps_the_firsts_words(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    serve_story(web, "story", QUIET)
    await product.start(web.url("/a"), web.url("/b"))
    web.serve("/a", rss([news(web, "story")]))
    web.serve("/b", rss([]))
    await product.round()
    for title in ("Blame", "Blame for whom?", "Ministers blame APT31"):
        product.clock.advance(hours=1)
        web.serve("/b", rss([news(web, "story", guid="b", title=title)]))
        await product.round()
    article = product.reads[-1].article
    assert article.title == "Headline story"
    assert "for whom" not in article.body
    assert len(slack.messages) == 1


TEASER = (
    "The board met behind closed doors on Monday to discuss the invoices of APT31.",
    "Its chair left without a word to the reporters who had waited outside in the rain.",
)


TILL = "To continue reading, subscribe for one pound a week."


async def test_the_beginning_of_what_is_to_be_paid_for_is_matched_and_said_to_be_one(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    content = "<p>An invoice was missing.</p>" + "<p>The feed tells more of it.</p>" * 40
    web.serve("/feed", rss([news(web, "short"), news(web, "long", content=content)]))
    for name in ("short", "long"):
        serve_story(web, name, (*TEASER, TILL))
    await product.start(web.url("/feed"))
    await product.round()
    assert slack.messages
    for each in product.reads:
        assert each.article.text_source is TextSource.FEED
        assert each.article.text_note == "the page is behind a paywall"
        assert [mention.text for match in each.matches for mention in match.mentions] == ["APT31"]
    [long] = [each.article for each in product.reads if each.article.url == web.url("/long")]
    assert "The feed tells more" in long.body
    # Nothing is to be gained from asking again.
    product.clock.advance(hours=4)
    await product.round()
    assert len(web.requests("/long")) == 1


async def test_nobody_is_told_of_whom_a_question_for_consent_names(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    question = (
        "We and our 842 partners, APT31 among them, store information on your device.",
        "You can change your choices at any time in our privacy policy.",
        "With your consent we may measure adverts. Accept all or reject all.",
    )
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story", question)
    await product.start(web.url("/feed"))
    await product.round()
    assert product.reads[0].article.text_note == "the page asks for consent first"
    assert slack.messages == []


async def test_a_page_that_asks_for_a_person_is_tried_again(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    web.serve("/story", "<title>Just a moment...</title><p>Checking your browser first.", times=1)
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    assert "whether a person is reading" in (product.reads[0].article.text_note or "")
    product.clock.advance(minutes=6)
    await product.round()
    assert len(slack.messages) == 1


async def test_a_page_that_is_walled_off_later_keeps_its_text(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/feed", rss([news(web, "story")]))
    serve_story(web, "story")
    await product.start(web.url("/feed"))
    await product.round()
    serve_story(web, "story", (*TEASER, TILL))
    product.clock.advance(minutes=31)
    await product.round()
    assert len(web.requests("/story")) == 2
    last = product.reads[-1].article
    assert (last.text_source, last.text_note) == (TextSource.PAGE, "the page is behind a paywall")
    assert all(sentence in last.body for sentence in (*STORY, *TEASER))


async def test_a_feeds_selector_says_what_of_its_pages_is_the_text(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    aside = (
        "<div class='facts'><p>Among those questioned was one of APT31, a source said.</p></div>"
    )
    for name, more in (("with", aside), ("without", "")):
        page = article_html(f"Headline {name}", QUIET).decode()
        web.serve(f"/{name}", page.replace("</body>", f"{more}</body>"))
    web.serve("/feed", rss([news(web, "with"), news(web, "without")]))
    feed = f'[[feeds]]\nurl = "{web.url("/feed")}"\nselector = "article p, .facts"\n'
    only = feed.replace("article p, ", "")
    for toml in (feed, only):
        await product.start(toml=config_toml([], polling=f"{POLLING}{toml}", slack=slack.endpoint))
        await product.round()
        web.serve("/feed", rss([news(web, name, title="Anew") for name in ("with", "without")]))
    # Which of the two is read first is up to chance.
    articles_read = [read.article for read in product.reads]
    first, narrow = (each for each in articles_read if each.url == web.url("/with"))
    plain, missed = (each for each in articles_read if each.url == web.url("/without"))
    assert first.body == "\n".join(
        [*QUIET, "Among those questioned was one of APT31, a source said."]
    )
    assert (plain.body, plain.text_note) == ("\n".join(QUIET), None)
    assert narrow.body.startswith("Among those questioned")
    assert (missed.body, missed.text_source) == ("\n".join(QUIET), TextSource.PAGE)
    assert missed.text_note == 'its feed\'s selector ".facts" selects no text on it'
    assert len(slack.messages) == 1
