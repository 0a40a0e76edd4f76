"""Feeds inside of something else, and feeds without their end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.model.feed import ParsedFeed
from tests.support.web import atom, item, rss

URL = "http://x.example/feed"
FEED = rss([item("Breach & more", guid="1"), item("Two", guid="2")]).decode()
ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
MARK = "broke off before its end"


def read(text: str | bytes, *, is_cut: bool = False) -> ParsedFeed:
    body = text if isinstance(text, bytes) else text.encode()
    return parse(body, url=URL, is_cut=is_cut)


def titles(feed: ParsedFeed) -> list[str]:
    return [each.title for each in feed.entries]


def escaped(text: str) -> str:
    for character, entity in ENTITIES:
        text = text.replace(character, entity)
    return text


# --- wrapped --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        escaped(FEED),
        escaped(FEED).replace('"', "&quot;").replace("'", "&#39;"),
        "\n  " + escaped(FEED) + "\n",
        f"<pre>{escaped(FEED)}</pre>",
        f'<?xml version="1.0"?><string xmlns="http://tempuri.org/">{escaped(FEED)}</string>',
        f'<string xmlns="http://tempuri.org/"><![CDATA[{FEED}]]></string>',
        json.dumps(FEED),
        "\ufeff" + json.dumps(FEED) + ";\n",
    ],
)
def test_a_feed_that_was_wrapped_is_read(text: str) -> None:
    assert titles(read(text)) == ["Breach & more", "Two"]


def test_an_atom_feed_and_a_sitemap_that_were_escaped_are_read() -> None:
    assert titles(read(escaped(atom([item("One")]).decode()))) == ["One"]
    sitemap = (
        '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
        "<loc>http://x.example/1</loc><news:news><news:title>One</news:title>"
        "<news:publication_date>2026-11-30</news:publication_date></news:news></url></urlset>"
    )
    assert titles(read(escaped(sitemap))) == ["One"]


def test_markup_that_an_entry_speaks_of_is_no_feed() -> None:
    feed = rss([item("How to write &lt;rss&gt;", summary="Begin with &lt;rss version&gt;.")])
    assert titles(read(feed)) == ["How to write <rss>"]


@pytest.mark.parametrize(
    "text", ["<html><body>&lt;rss&gt;&lt;/rss&gt;</body></html>", '"a word"', '"', "&lt;rss", "f("]
)
def test_what_holds_no_feed_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        read(text)


# --- JSON -----------------------------------------------------------------------------------

ITEMS: list[dict[str, Any]] = [
    {"id": f"{n}", "title": title, "content_text": "Text."} for n, title in enumerate(("A", "B"))
]


def json_feed(items: Any, **more: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **more})


@pytest.mark.parametrize(
    "text",
    [
        json_feed({"0": ITEMS[0], "1": ITEMS[1]}),
        json_feed({"first": ITEMS[0], "none": None, "second": ITEMS[1]}),
        json.dumps(ITEMS),
        f"/**/ cb.feed({json_feed(ITEMS)});",
        f"callback({json.dumps(ITEMS)})",
        ")]}'\n" + json_feed(ITEMS),
        ")]}',\n" + json_feed(ITEMS),
        "/* made by hand */ " + json_feed(ITEMS),
        "<br />\n<b>Notice</b>: in <b>feed.php</b><br />\n" + json_feed(ITEMS),
        json_feed(ITEMS).replace("Text.", "It\\\\'s \\\\\\\\ \\\\n text."),
    ],
)
def test_items_are_read_in_whatever_holds_them(text: str) -> None:
    assert titles(read(text)) == ["A", "B"]


def test_markup_in_what_json_says_is_no_root() -> None:
    items = [{"id": "1", "title": "A", "content_html": "<html><p>Caf\u00e9 <feed>"}]
    for text in (json_feed(items), f"callback({json_feed(items)})"):
        assert titles(read(text)) == ["A"]
    told = rss([item("Caf\u00e9 \u201cA\u201d", summary="One\nline")]).decode()
    [entry] = read(json.dumps(told)).entries
    assert (entry.title, entry.summary) == ("Caf\u00e9 \u201cA\u201d", "One line")


def test_one_item_needs_no_list() -> None:
    assert titles(read(json_feed(ITEMS[0]))) == ["A"]
    assert titles(read(json_feed({"url": "http://x.example/a", "title": "A"}))) == ["A"]


def test_json_that_breaks_off_has_the_items_that_are_whole() -> None:
    text = json_feed([*ITEMS, {"id": "2", "title": "C"}], title="Below")
    feed = read(text[: text.index('"C"') + 2])
    assert (titles(feed), feed.is_cut) == (["A", "B"], True)
    assert MARK in feed.problems[-1]
    assert not read(text, is_cut=True).is_cut
    for text in ("{", '{"items": [', '{"items": [{"id"', '{"version": "x'):
        with pytest.raises(ParseError):
            read(text)


# --- without their end ----------------------------------------------------------------------


@pytest.mark.parametrize("whole", [FEED, atom([item("Breach & more"), item("Two")]).decode()])
def test_an_entry_that_is_not_whole_is_left_for_the_next_time(whole: str) -> None:
    feed = read(whole[: whole.index("Two") + 2], is_cut=True)
    assert (titles(feed), feed.is_cut, feed.memory) == (["Breach & more"], True, b"")
    assert MARK in feed.problems[-1]


def test_a_single_entry_is_read_as_far_as_it_goes() -> None:
    whole = rss([item("One", summary="A first sentence. A second")]).decode()
    feed = read(whole[: whole.index("second")], is_cut=True)
    assert titles(feed) == ["One"]


def test_a_sitemap_without_its_end_is_read() -> None:
    head = '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    pages = [
        f"<url><loc>http://x.example/{n}</loc><news:news><news:title>T{n}</news:title>"
        "<news:publication_date>2026-11-30</news:publication_date></news:news></url>"
        for n in range(2)
    ]
    feed = read(head + "".join(pages)[:-40], is_cut=True)
    assert (titles(feed), feed.is_cut) == (["T0"], True)
