"""Several items under one name, too many of them, and items in JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.entries import MAX_ENTRIES, web_link
from monitor.feeds.parse import parse
from monitor.wording import one_line
from tests.support.cost import assert_grows_linearly
from tests.support.xml_feeds import DAY, URL, atom, only, rss

# --- several under one name -----------------------------------------------------------------


def test_later_words_under_one_title_and_link_are_read_too() -> None:
    feed = rss(
        "<title>Notice</title><link>/status</link><description>Mail is slow.</description>",
        "<title>Notice</title><link>/status</link><description>APT31 was here.</description>",
    )
    assert only(feed).summary == "Mail is slow.\n\nAPT31 was here."
    assert feed.problems == ("1 entry listed several times with different texts: read as one",)


def test_a_thousand_entries_under_one_id_are_one_with_all_words() -> None:
    items = [
        f"<guid>1</guid><title>t</title><description>word{n}</description>" for n in range(1000)
    ]
    assert only(rss(*items)).summary.split("\n\n") == [f"word{n}" for n in range(1000)]


def test_links_that_differ_by_their_fragment_are_two_entries() -> None:
    feed = rss("<title>t</title><link>/live#1</link>", "<title>t</title><link>/live#2</link>")
    assert [entry.identity for entry in feed.entries] == [
        "https://paper.test/live#1", "https://paper.test/live#2",
    ]  # fmt: skip


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_too_many_items_the_newest_are_read(newest_first: bool) -> None:
    numbers = range(MAX_ENTRIES + 400)
    items = [
        f"<title>{n}</title><pubDate>{DAY + timedelta(minutes=n):%Y-%m-%d %H:%M}</pubDate>"
        for n in (reversed(numbers) if newest_first else numbers)
    ]
    feed = rss(*items)
    assert {entry.title for entry in feed.entries} == {str(n) for n in numbers[400:]}
    assert feed.problems == ("has 2,400 entries, of which only the newest 2,000 were read",)


def test_of_too_many_items_in_json_the_newest_are_read() -> None:
    items = [
        {"id": str(n), "title": str(n), "date_published": (DAY + timedelta(minutes=n)).isoformat()}
        for n in range(MAX_ENTRIES + 1)
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}
    feed = parse(json.dumps(document).encode(), url=URL)
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(1, MAX_ENTRIES + 1)]
    assert feed.problems == ("has 2,001 entries, of which only the newest 2,000 were read",)


def test_a_content_that_is_elsewhere_is_the_page() -> None:
    entry = "<title>t</title><id>urn:7</id><content type='{}' src='/7'/>"
    assert only(atom(entry.format("text/html"))).link == "https://paper.test/7"
    assert only(atom(entry.format("image/png"))).link is None
    own = "<link href='/own'/>"
    assert only(atom(own + entry.format("text/html"))).link == "https://paper.test/own"


@pytest.mark.parametrize(
    ("space", "name"),
    [("http://news.yandex.ru", "full-text"), ("http://turbo.yandex.ru", "content")],
)
def test_the_text_that_newsrooms_hand_to_yandex_is_the_articles(space: str, name: str) -> None:
    text = f"<x:{name} xmlns:x='{space}'>&lt;p&gt;The whole text&lt;/p&gt;</x:{name}>"
    entry = only(rss(f"<title>t</title><description>A teaser</description>{text}"))
    assert (entry.summary, entry.content) == ("A teaser", "The whole text")


# --- JSON -----------------------------------------------------------------------------------


def test_markup_dates_and_addresses_in_json_feeds() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1", "title": "t",
        "items": [
            {"id": "https://paper.test/7", "title": "Zhao&#8217;s case &amp; more",
             "summary": "<p>About <b>APT31</b></p>",
             "date_published": "Sun, 29 Nov 2026 08:00:00 GMT"},
            {"id": "8", "title": "a < b", "date_modified": "2026-11-29T08:00:00Z"},
        ],
    }  # fmt: skip
    first, second = parse(json.dumps(document).encode(), url=URL).entries
    assert first.title == "Zhao\N{RIGHT SINGLE QUOTATION MARK}s case & more"
    assert (first.summary, first.link) == ("About APT31", "https://paper.test/7")
    assert first.published == second.published == DAY
    assert second.title == "a < b"


def test_json_is_read_that_does_not_say_what_it_is_or_has_a_comma_too_many() -> None:
    text = '{"items": [{"id": 7, "url": "/a b", "content_text": "a, ] b",},\n],\n}'
    entry = only(parse(text.encode(), url=URL))
    assert (entry.link, entry.content) == ("https://paper.test/a%20b", "a, ] b")
    for other in ('{"items": []}', '{"items": [{"id": 7}]}', '{"items": [{"content_text": "a"}]}'):
        with pytest.raises(ParseError, match="not a JSON Feed"):
            parse(other.encode(), url=URL)


@pytest.mark.parametrize("hostile", ['"a\\', ", ", '", ', " ,"])
def test_json_that_cannot_be_read_costs_no_more_than_its_length(hostile: str) -> None:
    def work(share: float) -> None:
        with pytest.raises(ParseError):
            parse(('{"items": [' + hostile * int(share * 400_000)).encode(), url=URL)

    assert_grows_linearly(work)


def test_a_space_in_an_address_ends_it_in_no_message_and_changes_no_identity() -> None:
    entry = only(rss("<title>t</title><link>/a b</link><guid>c d</guid>"))
    assert entry.link == "https://paper.test/a%20b"
    assert entry.identity == "https://paper.test/feeds/c d"


def test_atom_links_written_as_rss_writes_them_lead_to_the_page_not_to_its_enclosure() -> None:
    enclosure = '<link rel="enclosure" type="audio/mpeg">https://paper.test/a.mp3</link>'
    page = '<link rel="alternate" type="text/html">https://paper.test/a</link>'

    for links in (enclosure + page, page + enclosure):
        assert only(atom(f"<title>t</title>{links}")).link == "https://paper.test/a"
    assert only(atom(f"<title>t</title><id>urn:t</id>{enclosure}")).link is None


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("application/x-headline", "Port closed"),
        ("image/png", "Port closed"),
        ("application/octet-stream", "UG9ydCBj\n bG9zZWQ="),
        ("application/octet-stream", "Port closed"),
    ],
)
def test_a_headline_is_text_whatever_type_it_is_said_to_be_of(kind: str, written: str) -> None:
    assert only(atom(f'<title type="{kind}">{written}</title>')).title == "Port closed"


PIECES = (
    "a",
    "b.c",
    "/",
    ".",
    "..",
    "?",
    "=",
    "&amp;",
    "#",
    ":",
    "%20",
    "@",
    ";",
    "\xe9",
    " ",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_most_addresses_need_not_be_resolved(rest: str) -> None:
    """What is taken as it stands is what it would be resolved to."""
    base = "https://feed.example/a/b"
    link = f"https://a.example/{rest}"
    wanted = urljoin(base, one_line(link).replace("&amp;", "&"))
    assert web_link(link, base) == wanted
