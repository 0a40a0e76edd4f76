"""Lists of feeds: read as other readers write them, written so that they come back the same."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.opml import Outlines, Subscription, read_opml, write_opml
from tests.support.cost import assert_grows_linearly

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


def read(body: str, head: str = "") -> Outlines:
    document = f'<?xml version="1.0"?>\n<opml version="2.0">{head}<body>\n{body}\n</body></opml>'
    return read_opml(document.encode(), where="feeds.opml")


def feeds(body: str) -> tuple[Subscription, ...]:
    outlines = read(body)
    assert outlines.problems == ()
    return outlines.subscriptions


def test_folders_are_tags_and_texts_are_names() -> None:
    found = feeds(
        """<outline text="News" title="ignored"><outline text="UK">
        <outline type="rss" text="BBC" title="BBC News" xmlUrl="https://b.example/f?a=1&amp;b=2"/>
        </outline><outline title="Sky" xmlUrl=" https://s.example/f "/></outline>
        <outline text="Alone" type="rss" XMLURL="http://a.example/f" category="/x/y,News"/>"""
    )
    assert found == (
        Subscription("https://b.example/f?a=1&b=2", "BBC", ("News", "UK")),
        Subscription("https://s.example/f", "Sky", ("News",)),
        Subscription("http://a.example/f", "Alone", ("x", "y", "News")),
    )


def test_a_feed_in_two_folders_is_one_with_both_tags() -> None:
    found = feeds(
        '<outline text="A"><outline xmlUrl="https://x.example/f"/></outline>'
        '<outline text="B"><outline text="X" xmlUrl="https://x.example/f"/></outline>'
    )
    assert found == (Subscription("https://x.example/f", "X", ("A", "B")),)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("feed://x.example/f", "http://x.example/f"),
        ("feed:https://x.example/f", "https://x.example/f"),
        (" https://x.example/a b ", "https://x.example/a%20b"),
        ("HTTPS://x.example/f", "HTTPS://x.example/f"),
    ],
)
def test_addresses_in_readers_own_spellings(address: str, meant: str) -> None:
    assert feeds(f'<outline xmlUrl="{address}"/>')[0].url == meant


@pytest.mark.parametrize(
    "attributes",
    [
        'xmlUrl=""',
        'type="rss"',
        'htmlUrl="https://x.example/"',
        'xmlUrl="javascript:alert(1)"',
        'xmlUrl="file:///etc/passwd"',
        'xmlUrl="/feed"',
        'xmlUrl="https://not an address/"',
        f'xmlUrl="https://x.example/{"a" * 5000}"',
        'xmlUrl="https://[::1/f"',
    ],
)
def test_an_outline_without_a_web_address_is_named_by_its_line(attributes: str) -> None:
    outlines = read(f'<outline xmlUrl="https://x.example/"/>\n\n<outline text="X" {attributes}/>')
    assert len(outlines.subscriptions) == 1
    [problem] = outlines.problems
    assert problem.startswith("line 5: ")
    assert "“X”" in problem


def test_empty_folders_and_notes_are_no_faults() -> None:
    assert feeds('<outline text="Empty"/><!-- note --><other/>text<outline/>') == ()


def test_a_bare_ampersand_is_read_past() -> None:
    [found] = read('<outline text="R&D" xmlUrl="https://x.example/f?a=1&b=2"/>').subscriptions
    assert found.url.startswith("https://x.example/f?a=1")


def test_a_file_that_breaks_off_is_read_so_far_and_says_where() -> None:
    document = b'<opml><body>\n<outline xmlUrl="https://x.example/f"/>\n<outline xmlUrl="https://y'
    outlines = read_opml(document, where="f")
    assert outlines.subscriptions[0].url == "https://x.example/f"
    assert any("line 3" in problem for problem in outlines.problems)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (b"", "not OPML"),
        (b"\x00\xff\xfe binary", "not OPML"),
        (b"<html><body>Hello</body></html>", "begins with <html>"),
        (b"<rss><channel/></rss>", "begins with <rss>"),
        (b'{"feeds": []}', "not OPML"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(document: bytes, complaint: str) -> None:
    with pytest.raises(ParseError, match=complaint):
        read_opml(document, where="feeds.opml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(9))
    document = (
        f'<!DOCTYPE opml [<!ENTITY e0 "lol">{bomb}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<opml><body><outline text="&e9;&x;" xmlUrl="https://x.example/"/></body></opml>'
    )
    with pytest.raises(ParseError, match="entities"):
        read_opml(document.encode(encoding), where="bomb.opml")


def test_a_document_type_elsewhere_is_never_fetched() -> None:
    document = b'<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd"><opml><body/></opml>'
    assert read_opml(document, where="f").subscriptions == ()


def test_any_depth_of_folders_ends() -> None:
    deep = '<outline text="a">' * 100_000
    outlines = read(f'<outline xmlUrl="https://x.example/"/>{deep}')
    assert len(outlines.subscriptions) == 1
    assert outlines.problems


def test_ten_thousand_outlines_cost_ten_thousand_times_one() -> None:
    lines = [f'<outline text="F" xmlUrl="https://f{n}.example/feed"/>' for n in range(10_000)]

    def read_share(share: float) -> None:
        number = int(len(lines) * share)
        assert len(feeds("\n".join(lines[:number]))) == number

    assert_grows_linearly(read_share)


def test_faults_without_end_are_summed_up() -> None:
    problems = read("\n".join(['<outline type="rss" text="x"/>'] * 1000)).problems
    assert len(problems) == 201
    assert problems[-1] == "and 800 more lines with faults"


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@given(
    st.lists(
        st.builds(
            Subscription,
            st.integers(0, 10**6).map(lambda number: f"https://x.example/{number}?a=1&b=<>"),
            names,
            st.lists(names, unique=True, max_size=4).map(tuple),
        ),
        unique_by=lambda each: each.url,
    )
)
def test_what_is_written_comes_back(subscriptions: list[Subscription]) -> None:
    data = write_opml(subscriptions, title="Mine", created=NOW)
    outlines = read_opml(data, where="f")
    assert outlines.problems == ()
    assert sorted(outlines.subscriptions, key=lambda each: each.url) == sorted(
        subscriptions, key=lambda each: each.url
    )


def test_it_is_opml_as_specified() -> None:
    data = write_opml(
        [Subscription("https://x.example/f", "X\x00", ("news", "uk"))], title="Mine", created=NOW
    )
    root = ET.fromstring(data)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "Mine"
    assert root.findtext("head/dateCreated") == "Mon, 23 Nov 2026 16:00:00 +0000"
    leaf = root.find("body/outline[@text='news']/outline[@text='uk']/outline")
    assert leaf is not None
    assert leaf.attrib == {
        "type": "rss", "text": "X\ufffd", "title": "X\ufffd", "xmlUrl": "https://x.example/f",
    }  # fmt: skip
