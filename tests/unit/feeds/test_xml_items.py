"""Which of what an item holds is its own, and which kinds of text, link and date it may be in."""

from __future__ import annotations

import pytest

from monitor.feeds.parse import parse
from tests.support.xml_feeds import DAY, NAMESPACES, URL, atom, only, rss

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
