"""Which of what an item holds is its own, and which kinds of text, link and date it may be in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.entries import MAX_ENTRIES, web_link
from monitor.feeds.parse import parse
from monitor.model.feed import Entry, ParsedFeed
from monitor.wording import one_line
from tests.support.cost import assert_grows_linearly

URL = "https://paper.test/feeds/all.xml"
DAY = datetime(2026, 11, 29, 8, tzinfo=UTC)
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
)


def rss(*items: str, head: str = "") -> ParsedFeed:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return parse(
        f'<rss version="2.0" {NAMESPACES}><channel>{head}{inner}</channel></rss>'.encode(), url=URL
    )


def atom(*entries: str, attributes: str = "") -> ParsedFeed:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return parse(
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inner}</feed>'.encode(), url=URL
    )


def only(feed: ParsedFeed) -> Entry:
    assert len(feed.entries) == 1
    return feed.entries[0]


# --- what is the item's own -----------------------------------------------------------------


@pytest.mark.parametrize(
    "inside",
    [
        "<image><title>A building</title><description>In the rain</description></image>",
        "<author><name>Ann</name><title>Editor</title><uri>https://ann.test/</uri></author>",
        "<media:content><media:title>Clip</media:title></media:content>",
        "<media:group><media:title>Clip</media:title><media:description>x</media:description>"
        "</media:group>",
        "<source><title>Elsewhere</title><pubDate>Mon, 25 Mar 2024 10:00:00 GMT</pubDate></source>",
        "<textInput><title>Search</title><description>Go</description><link>/s</link></textInput>",
        "<itunes:title>Short</itunes:title><itunes:summary>Short</itunes:summary>",
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_what_stands_in_parts_of_an_item_replaces_nothing(inside: str, before: bool) -> None:
    own = (
        "<title>The ministry was hacked</title><description>Officials said so.</description>"
        "<link>https://paper.test/1</link><pubDate>Sun, 29 Nov 2026 08:00:00 GMT</pubDate>"
    )
    entry = only(rss(inside + own if before else own + inside))
    assert (entry.title, entry.summary) == ("The ministry was hacked", "Officials said so.")
    assert (entry.link, entry.published) == ("https://paper.test/1", DAY)


def test_other_titles_serve_where_there_is_none() -> None:
    assert only(rss("<title/><media:title>Clip</media:title>")).title == "Clip"
    assert only(rss("<dc:title>Paper</dc:title>")).title == "Paper"
    group = "<media:group><media:title>Film</media:title></media:group>"
    assert only(rss(group)).title == "Film"


# --- texts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("M&amp;S", "M&S"),
        ("M&amp;amp;S", "M&S"),
        ("Bank&amp;#8217;s loss", "Bank\N{RIGHT SINGLE QUOTATION MARK}s loss"),
        ("<![CDATA[A <b>bold</b> move]]>", "A bold move"),
        ("A <b>bold</b> move", "A bold move"),
        ("&lt;![CDATA[Open letter]]&gt;", "Open letter"),
        ("Hole in &lt;Product&gt; &lt; 4.2", "Hole in <Product> < 4.2"),
        ("Two\n   lines", "Two lines"),
        # Halves of a character in UTF-16, and what is a dash or a quote in windows-1252.
        ("Done &#55357;&#56397;", "Done \N{THUMBS UP SIGN}"),
        ("<![CDATA[Done &#xD83D;&#xDC4D;]]>", "Done \N{THUMBS UP SIGN}"),
        ("1990&#150;2026", "1990\N{EN DASH}2026"),
        ("Bank&amp;#x92;s loss", "Bank\N{RIGHT SINGLE QUOTATION MARK}s loss"),
        ("Bank\x92s loss&#129;", "Bank\N{RIGHT SINGLE QUOTATION MARK}s loss"),
    ],
)
def test_titles_are_text_whatever_they_are_written_in(written: str, title: str) -> None:
    assert only(rss(f"<title>{written}</title>")).title == title
    assert only(atom(f"<title>{written}</title>")).title == title


@pytest.mark.parametrize(
    "kind", ["html", "HTML5", "CDATA", "text/html", "application/xhtml+xml", "html/text", "escaped"]
)
def test_content_of_any_type_is_read(kind: str) -> None:
    entry = only(
        atom(f'<title>t</title><content type="{kind}">&lt;p&gt;Words.&lt;/p&gt;</content>')
    )
    assert entry.content == "Words."


def test_markdown_and_plain_text_are_kept_as_they_are() -> None:
    for kind in ("text", "text/plain", "markdown", "text/markdown"):
        entry = only(atom(f'<title>t</title><content type="{kind}">a &lt;b&gt; *c*</content>'))
        assert entry.content == "a <b> *c*"


def test_what_is_no_text_is_not_read() -> None:
    body = '<title>t</title><content type="image/png">iVBORw0KGgo=</content><summary>s</summary>'
    assert (only(atom(body)).content, only(atom(body)).summary) == ("", "s")


def test_base64_of_old_atom_and_markup_in_the_tree_are_read() -> None:
    assert only(atom('<content mode="base64" type="text/html">PHA+V29yZHM8L3A+</content>')).content
    div = (
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>Two</p></div>'
    )
    assert only(atom(f"{div}</content>")).content == "One\n\nTwo"


def test_markup_escaped_twice_is_still_markup() -> None:
    twice = "&amp;lt;div&amp;gt;&amp;lt;p&amp;gt;Words.&amp;lt;/p&amp;gt;&amp;lt;/div&amp;gt;"
    assert only(rss(f"<description>{twice}</description>")).summary == "Words."


# --- links ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "item",
    [
        '<link></link><guid isPermaLink="true">https://paper.test/7</guid>',
        '<guid isPermaLink="True">https://paper.test/7</guid>',
        "<guid>https://paper.test/7</guid>",
        '<guid isPermaLink="true">/7</guid>',
        '<guid isPermaLink="false">https://paper.test/7</guid>',
        "<link>\n  https://paper.test/7\n</link>",
        '<link href="https://paper.test/7"/>',
        "<link/>https://paper.test/7\n<description>d</description>",
        '<link>javascript:void(0)</link><link href="/7"/>',
        "<dc:identifier>https://paper.test/7</dc:identifier>",
    ],
)
def test_an_address_is_found_wherever_it_stands(item: str) -> None:
    assert only(rss(f"<title>t</title>{item}")).link == "https://paper.test/7"


def test_rdf_names_the_page_of_an_item() -> None:
    body = (
        f'<rdf:RDF {NAMESPACES} xmlns="http://purl.org/rss/1.0/"><channel><title>x</title></channel>'
        '<item rdf:about="https://paper.test/7"><title>t</title></item></rdf:RDF>'
    )
    entry = only(parse(body.encode(), url=URL))
    assert (entry.link, entry.identity) == ("https://paper.test/7", "https://paper.test/7")


def test_an_identifier_that_is_no_address_is_no_link() -> None:
    for item in (
        '<guid isPermaLink="false">7</guid>',
        "<guid>tag:paper.test,2026:7</guid>",
        "<guid>episode-7</guid>",
    ):
        assert only(rss(f"<title>t</title>{item}")).link is None


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("www.paper.test/7", "https://www.paper.test/7"),
        ("https://paper.test/?a=1&amp;amp;b=2", "https://paper.test/?a=1&b=2"),
        ("wwwdocs/7", "https://paper.test/feeds/wwwdocs/7"),
    ],
)
def test_addresses_as_people_write_them(written: str, address: str) -> None:
    assert only(rss(f"<title>t</title><link>{written}</link>")).link == address


@pytest.mark.parametrize(
    ("language", "page"), [("", "any"), ("en", "any"), ("fr", "fr"), ("fr-CA", "fr"), ("de", "any")]
)
def test_of_several_languages_the_feeds_own_is_read(language: str, page: str) -> None:
    links = "".join(
        f'<link rel="{rel}" {more} href="https://paper.test/{name}"/>'
        for rel, more, name in (
            ("self", "", "self"), ("enclosure", 'type="audio/mpeg"', "sound"),
            ("alternate", 'type="application/json"', "data"), ("alternate", 'hreflang="es"', "es"),
            ("alternate", "", "any"), ("alternate", 'hreflang="fr"', "fr"),
        )
    )  # fmt: skip
    attributes = f'xml:lang="{language}"' if language else ""
    # Without any of the feed's language the one without a language is everybody's.
    expected = "any" if page == "fr" else page
    entry = only(atom(f"<title>t</title>{links}", attributes=attributes))
    assert entry.link == f"https://paper.test/{expected}"
    entry = only(
        atom(
            '<title>t</title><link hreflang="es" href="/es"/><link hreflang="fr" href="/fr"/>',
            attributes='xml:lang="fr"',
        )
    )
    assert entry.link == "https://paper.test/fr"


def test_xml_base_counts() -> None:
    body = '<title>t</title><link xml:base="deep/" href="7"/>'
    entry = only(atom(body, attributes='xml:base="https://other.test/a/"'))
    assert entry.link == "https://other.test/a/deep/7"


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "element",
    ["<pubDate>2026/11/29 08:00</pubDate>", "<dc:date>2026-11-29T08:00:00Z</dc:date>",
     "<pubdate>Sun, 29 Nov 2026 08:00:00 GMT</pubdate>", "<published>2026-11-29T08:00Z</published>",
     "<updated>2026-11-29T08:00:00Z</updated>",
     "<pubDate>?</pubDate><dc:date>29.11.2026 8:00</dc:date>",
     '<a:updated xmlns:a="http://www.w3.org/2005/Atom">2026-11-29T08:00:00Z</a:updated>',
     '<t:issued xmlns:t="http://purl.org/dc/terms/">2026-11-29T08:00:00Z</t:issued>'],
)  # fmt: skip
def test_any_date_of_an_item_is_its_date(element: str) -> None:
    assert only(rss(f"<title>t</title>{element}")).published == DAY


def test_a_time_of_publication_goes_before_one_of_change() -> None:
    both = "<updated>2026-11-30T08:00:00Z</updated><published>2026-11-29T08:00:00Z</published>"
    assert only(atom(f"<title>t</title>{both}")).published == DAY


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
