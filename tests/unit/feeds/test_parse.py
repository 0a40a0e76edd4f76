"""Reading feeds: formats, identities, dates, and everything that is wrong with real ones."""

from __future__ import annotations

import io
import json
import os
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.feeds.entries import MAX_ENTRIES
from monitor.feeds.parse import parse
from monitor.model.feed import Entry, ParsedFeed
from tests.support.documents import Item, article_html, atom, item, rss

URL = "https://news.test/feeds/world.xml"
WHEN = datetime(2024, 3, 25, 12, tzinfo=UTC)


def read(body: bytes, content_type: str | None = None) -> ParsedFeed:
    return parse(body, url=URL, content_type=content_type)


def only(feed: ParsedFeed) -> Entry:
    assert len(feed.entries) == 1
    return feed.entries[0]


def xml(items: str, prolog: str = '<?xml version="1.0"?>') -> bytes:
    return f'{prolog}<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


FULL = Item(
    "UK &amp; allies blame <b>APT31</b>",
    link="https://news.test/apt31",
    guid="tag:news.test,2024:apt31",
    published=WHEN,
    summary="<p>First.</p><p>Second&nbsp;one.</p>",
    content="<h2>Head</h2><p>Body.</p><script>no()</script>",
    author="A. Reporter",
)


# --- formats --------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [rss, atom])
def test_an_entry_is_read_in_full(write: Any) -> None:
    entry = only(read(write([FULL], title="World &amp; news")))
    assert entry.identity == entry.guid == "tag:news.test,2024:apt31"
    assert entry.link == "https://news.test/apt31"
    assert entry.title == "UK & allies blame APT31"
    assert entry.summary == "First.\n\nSecond one."
    assert entry.content == "Head\n\nBody."
    assert entry.authors == ("A. Reporter",)
    assert WHEN in {entry.published, entry.updated}


def test_the_feed_itself_is_read() -> None:
    feed = read(rss([], title="World", link="https://news.test/", language="en_GB"))
    assert (feed.title, feed.link, feed.language) == ("World", "https://news.test/", "en-GB")
    assert feed.entries == ()
    assert feed.problems == ()


def test_content_repeated_as_summary_is_kept_once() -> None:
    entry = only(read(rss([item("x", content="<p>Only this.</p>")])))
    assert (entry.summary, entry.content) == ("", "Only this.")


def test_plain_text_is_not_taken_for_markup() -> None:
    body = atom([item("x")]).replace(
        b"</entry>", b'<summary type="text">if a &lt;b then &amp;amp;</summary></entry>'
    )
    assert only(read(body)).summary == "if a <b then &amp;"


def test_relative_links_are_resolved_and_others_dropped() -> None:
    links = [only(read(rss([item("x", link=link)]))).link for link in ("/a?b=1&c=2", "../d", "e")]
    assert links == [
        "https://news.test/a?b=1&c=2",
        "https://news.test/d",
        "https://news.test/feeds/e",
    ]
    for hostile in ("javascript:alert(1)", "file:///etc/passwd", "http://[", "mailto:a@b.test"):
        assert only(read(rss([item("x", link=hostile)]))).link is None


def test_a_json_feed_is_read() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "World",
        "home_page_url": "https://news.test/",
        "language": "en-GB",
        "items": [
            {
                "id": 7,
                "url": "/apt31",
                "title": "APT31",
                "content_html": "<p>Body.</p><p>More.</p>",
                "summary": "Short",
                "date_published": "2024-03-25T13:00:00+01:00",
                "date_modified": "1970-01-01T00:00:00Z",
                "authors": [{"name": "A. Reporter"}, "nonsense"],
            },
            {"id": "8", "content_text": "a < b", "date_published": "soon"},
            "not an item",
            {"id": "9"},
        ],
    }
    feed = read(b"\xef\xbb\xbf" + json.dumps(document).encode(), "application/json")
    first, second = feed.entries
    assert first == Entry(
        identity="7",
        guid="7",
        link="https://news.test/apt31",
        title="APT31",
        summary="Short",
        content="Body.\n\nMore.",
        authors=("A. Reporter",),
        published=WHEN,
        language="en-GB",
    )
    assert (second.content, second.published) == ("a < b", None)
    assert feed.problems == ("1 entry without title, text and link, left out",)


def test_what_is_read_can_cross_between_processes() -> None:
    feed = read(rss([FULL]))
    assert pickle.loads(pickle.dumps(feed)) == feed
    with pytest.raises(ParseError) as caught:
        read(b"")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


# --- what is no feed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the answer was empty"),
        (b" \r\n\0\0", "the answer was empty"),
        (article_html("A page", ["Words."]), "this is a web page (HTML), not a feed"),
        (b"<!-- hello --><HTML><body>x</body></HTML>", "this is a web page (HTML), not a feed"),
        (b"<div>Sorry, down for maintenance</div>", "this is a web page (HTML), not a feed"),
        (b"Sorry, down for maintenance", "neither XML nor JSON"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither XML nor JSON"),
        (bytes(range(256)) * 100, "neither XML nor JSON"),
        (b"<?xml version='1.0'?><data><url/></data>", "XML but not a feed"),
        (b'{"error": "not found"}', "JSON but not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "not a JSON Feed"),
        (b'{"items": ' + b"[" * 100_000, "cannot be read as such"),
        (b"{" * 10, "cannot be read as such"),
    ],
)
def test_what_is_no_feed_is_named_for_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(body)
    assert words in str(caught.value)
    assert str(caught.value).startswith(URL)


def test_a_web_page_comes_with_advice() -> None:
    with pytest.raises(ParseError, match="a link called RSS"):
        read(b"<html>")


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_unicode_of_any_width_is_read_with_or_without_a_mark(codec: str) -> None:
    body = rss([item("Zażółć 赵光宗")]).decode()
    assert only(read(body.encode(codec))).title == "Zażółć 赵光宗"
    bare = body.partition("\n")[2]
    assert only(read(bare.encode(codec))).title == "Zażółć 赵光宗"


def test_the_declared_encoding_is_followed() -> None:
    body = rss([item("Żółw")]).decode().replace("utf-8", "iso-8859-2").encode("iso-8859-2")
    assert only(read(body)).title == "Żółw"
    bare = rss([item("Żółw")]).decode().partition("\n")[2].encode("iso-8859-2")
    assert only(read(bare, "text/xml; charset=ISO-8859-2")).title == "Żółw"
    # A bare text/xml once meant ASCII; nobody means that.
    feed = read(rss([item("Żółw")]), "text/xml")
    assert only(feed).title == "Żółw"
    assert feed.problems == ()


def test_a_wrong_encoding_is_read_past_and_told() -> None:
    feed = read(rss([item("Café APT31")]).decode().encode("latin-1"))
    assert only(feed).title == "Café APT31"
    assert feed.problems == ("the text is declared as utf-8 but is not; read as windows-1252",)


@pytest.mark.parametrize("charset", ["nonsense", "punycode", "idna", "hex", "unicode_escape"])
def test_an_impossible_encoding_hinders_nothing(charset: str) -> None:
    body = rss([item("Café")])
    assert only(read(body, f"application/xml; charset={charset}")).title.startswith("Caf")
    assert only(read(body.replace(b"utf-8", charset.encode()))).title.startswith("Caf")


# --- malformed ------------------------------------------------------------------------------


def test_broken_xml_is_read_past_and_told_with_its_line() -> None:
    feed = read(rss([item("One"), item("Two")]).replace(b"<title>Two", b"<title>Two & <b>"))
    assert feed.entries[0].title == "One"
    assert len(feed.entries) == 2
    assert feed.problems[0].startswith("not well-formed XML at line 4: ")


def test_a_document_cut_off_keeps_what_came() -> None:
    body = rss([item(f"Item {number}", summary="x" * 100) for number in range(5)])
    feed = read(body[: len(body) * 2 // 3])
    assert len(feed.entries) >= 3
    assert "not well-formed" in feed.problems[0]


def test_nul_and_other_control_characters_are_left_out() -> None:
    feed = read(xml("<item><title>A\0PT\x0131</title><description>a\x1b\x0bb</description></item>"))
    assert only(feed).title == "APT31"
    assert only(feed).summary == "ab"
    assert "control characters" in feed.problems[0]


def test_references_to_characters_that_do_not_exist_are_left_out() -> None:
    for bad in ("&#99999999999;", "&#xD800;", "&#x110000;", "&#0;"):
        assert only(read(xml(f"<item><title>a{bad}b & c</title></item>"))).title == "ab & c"


def test_an_empty_entry_is_left_out_and_told() -> None:
    empty = "<item><guid isPermaLink='false'>1</guid><pubDate>x</pubDate></item>"
    feed = read(xml(f"{empty}<item><title>x</title></item>"))
    assert len(feed.entries) == 1
    assert feed.problems == ("1 entry without title, text and link, left out",)


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 25 Mar 2024 12:00:00 GMT", WHEN),
        ("Mon, 25 Mar 2024 13:00:00 +0100", WHEN),
        ("2024-03-25T12:00:00Z", WHEN),
        ("Fri, 01 Jan 2099 00:00:00 GMT", datetime(2099, 1, 1, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("Mon, 99 Mar 2024 25:61:00 GMT", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_dates_are_in_utc_and_absurd_ones_are_none(text: str, expected: datetime | None) -> None:
    assert only(read(rss([item("x", published=text)]))).published == expected


def test_an_entry_without_a_date_is_an_entry() -> None:
    entry = only(read(rss([item("x")])))
    assert (entry.published, entry.updated) == (None, None)


# --- identity -------------------------------------------------------------------------------


def identities(*items: Item) -> list[str]:
    return [entry.identity for entry in read(rss(items)).entries]


def test_without_a_guid_the_link_and_then_the_text_is_the_identity() -> None:
    assert identities(item("x", link="https://news.test/x")) == ["https://news.test/x"]
    (first,) = identities(item("x", summary="y"))
    assert first == identities(item("x", summary="y"))[0]
    assert first != identities(item("x", summary="z"))[0]


def test_two_entries_of_the_same_second_are_two() -> None:
    assert len(identities(item("a", published=WHEN), item("b", published=WHEN))) == 2


def test_exact_repeats_become_one() -> None:
    assert identities(item("a", guid="1"), item("a", guid="1")) == ["1"]


def test_different_entries_that_share_a_guid_all_survive_in_any_order() -> None:
    one = item("a", guid="same", link="https://news.test/a")
    two = item("b", guid="same", link="https://news.test/b")
    feed = read(rss([one, two]))
    assert [entry.title for entry in feed.entries] == ["a", "b"]
    assert len({entry.identity for entry in feed.entries}) == 2
    assert feed.problems == ("2 entries share their guid or link with a different one",)
    assert set(identities(two, one)) == {entry.identity for entry in feed.entries}


def test_an_endless_guid_is_shortened() -> None:
    assert len(identities(item("a", guid="g" * 100_000))[0]) < 100


# --- hostile --------------------------------------------------------------------------------


def test_nested_entities_do_not_explode() -> None:
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">\n' for n in range(1, 10))
    prolog = f'<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY a0 "lol">\n{nested}]>\n'
    assert len(only(read(xml("<item><title>x &a9;</title></item>", prolog))).title) < 50


def test_one_long_entity_used_often_does_not_explode() -> None:
    prolog = f'<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY x "{"A" * 100_000}">\n]>\n'
    items = f"<item><title>x</title><description>{'&x;' * 10_000}</description></item>"
    feed = read(xml(items, prolog))
    assert len(only(feed).summary) < 100_000
    assert "entities" in feed.problems[0]


def test_harmless_entities_are_kept() -> None:
    prolog = '<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY inc "Example Inc">\n]>\n'
    assert only(read(xml("<item><title>&inc;</title></item>", prolog))).title == "Example Inc"


def test_external_entities_read_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    prolog = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    )
    feed = read(xml("<item><title>a &x; b</title></item>", prolog))
    assert "secret" not in only(feed).title


def test_a_body_that_spells_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(rss([item("x")]))
    with pytest.raises(ParseError):
        read(str(tmp_path / "feed.xml").encode())


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_flood_of_entries_is_cut_and_told(codec: str) -> None:
    body = rss([item(f"Item {number}", guid=str(number)) for number in range(MAX_ENTRIES + 500)])
    feed = read(body.decode().encode(codec))
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(MAX_ENTRIES)]
    assert feed.problems == ("has 2,500 entries, of which only the first 2,000 were read",)


def test_more_tags_than_can_be_read_in_time_are_refused() -> None:
    with pytest.raises(ParseError, match="too many to read"):
        read(xml("<item><title>x</title>" + "<a>" * 500_000))


def test_deep_nesting_is_read() -> None:
    deep = "<a>" * 5000 + "x" + "</a>" * 5000
    assert only(read(xml(f"<item>{deep}<title>APT31</title></item>"))).title == "APT31"


@pytest.mark.parametrize(
    "hostile",
    [
        "<rss " + " " * 3_000_000 + "><channel><item><title>x</title></item></channel></rss>",
        '<?xml version="1.0"?>' + "\n" * 500_000 + "<rss><channel><item><title>x",
        xml(f"<item><title>x</title><author>{'a.' * 200_000}@</author></item>").decode(),
        f"<?xml version='1.0' encoding='punycode'?><rss><channel><title>a-{'b' * 500_000}",
        '<?xml version="1.0"?>\n<!DOCTYPE r [\n' + '<!ENTITY a "b">\n' * 50_000 + "]><rss>",
    ],
    ids=["spaces", "newlines", "author", "punycode", "declarations"],
)
def test_what_takes_quadratic_time_elsewhere_ends_soon(hostile: str) -> None:
    # Each of these took minutes before; a test that hangs is the failure.
    assert len(read(hostile.encode()).entries) <= 1


# --- real feeds -----------------------------------------------------------------------------


def test_real_feeds_have_as_many_entries_as_feedparser_finds() -> None:
    corpus = os.environ.get("MONITOR_CORPUS")
    if not corpus:
        pytest.skip("MONITOR_CORPUS is not set")
    import feedparser

    files = [path for path in sorted((Path(corpus) / "feeds").rglob("*")) if path.is_file()]
    assert files
    for path in files:
        body = path.read_bytes()
        expected = len(feedparser.parse(io.BytesIO(body)).entries)
        try:
            feed = read(body)
        except ParseError:
            assert expected == 0, path
            continue
        empty = [p.split()[0] for p in feed.problems if p.endswith("left out") and "title" in p]
        assert len(feed.entries) + sum(map(int, empty)) >= expected, path
