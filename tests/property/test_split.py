"""Reading only what is new of a document gives what reading the whole gives."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.feeds.unchanged_items import Split, split
from monitor.model.feed import ParsedFeed

URL = "https://x.test/feed"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:a="http://www.w3.org/2005/Atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:odd="https://odd.test/"'
)
FORMS = {
    "rss": ("<rss version='2.0' {ns}><channel {attributes}>{head}{items}</channel></rss>", "item"),
    "rdf": (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' {ns}"
        " xmlns='http://purl.org/rss/1.0/'><channel {attributes}>{head}</channel>{items}</rdf:RDF>",
        "item",
    ),
    "atom": ("<feed xmlns='http://www.w3.org/2005/Atom' {ns} {attributes}>{head}{items}</feed>",
             "entry"),
    "prefixed": ("<a:feed {ns} {attributes}>{head}{items}</a:feed>", "a:entry"),
}  # fmt: skip
WORDS = st.sampled_from(["APT31", "the <b>minister</b>", "naïve &amp; 名前", "a]]b", "-- x --", ""])
PARTS = st.sampled_from(
    [
        "<title>{0} {n}</title>",
        "<{p}title>{0}</{p}title>",
        "<title><![CDATA[{0} <item>not</item> </item> {n}]]></title>",
        "<link>https://x.test/{n}</link>",
        "<{p}link href='/{n}?a=1&amp;b=2'/>",
        "<guid isPermaLink='false'>g{n}</guid>",
        "<guid>https://x.test/g{n}</guid>",
        "<{p}id>urn:{n}</{p}id>",
        "<description>{0} &lt;p&gt;text {n}&lt;/p&gt;</description>",
        "<{p}summary type='html'>&lt;i&gt;{0}&lt;/i&gt; {n}</{p}summary>",
        "<content:encoded><![CDATA[<p>{0}</p><entry>{n}</entry>]]></content:encoded>",
        "<pubDate>Mon, 25 Mar 2024 12:00:{n:02} GMT</pubDate>",
        "<dc:date>2024-03-25T12:00:{n:02}Z</dc:date>",
        "<{p}updated>2024-03-25T12:01:{n:02}Z</{p}updated>",
        "<dc:creator>Ann {n}</dc:creator>",
        "<{p}author><{p}name>Bo {n}</{p}name></{p}author>",
        "<a:source><a:title>Elsewhere</a:title><a:id>s</a:id></a:source>",
        "<media:group><media:title>{0}</media:title></media:group>",
        "<odd:item>{n}</odd:item>",
        "<odd:thing odd:item='<a>'/>".replace("<a>", "x>y"),
        "<!-- <item> </item> {n} -->",
        "<?php echo '</item>' ?>",
        "<new:x xmlns:new='https://new.test/{n}'>y</new:x>",
    ]
)
HEADS = st.lists(
    st.sampled_from(
        [
            "<title>Outlet</title>", "<language>de</language>", "<link>https://x.test/</link>",
            "<dc:language>fr</dc:language>", "<ttl>60</ttl>", "<!-- <item> -->",
            "<image><title>logo</title><url>https://x.test/i.png</url></image>",
            "<lastBuildDate>Mon, 25 Mar 2024 12:00:00 GMT</lastBuildDate>",
            "<a:author><a:name>Everybody</a:name></a:author>", "<dc:creator>All</dc:creator>",
        ]
    ),
    max_size=5,
)  # fmt: skip
ATTRIBUTES = st.sampled_from(["", "xml:lang='pt-BR'", "xml:base='https://base.test/deep/'"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A feed and what it was before: some items missing, some with other words."""
    template, name = FORMS[draw(st.sampled_from(sorted(FORMS)))]
    prefix = "a:" if name == "a:entry" else ""
    before, after = [], []
    for number in range(draw(st.integers(0, 6))):
        parts = draw(st.lists(PARTS, max_size=6))
        word = draw(WORDS)
        # Twice the same number: two items that may claim the same identity.
        claimed = draw(st.sampled_from([number] * 5 + [0]))
        attributes = draw(
            st.sampled_from(["", " xml:lang='it'", " xml:base='/sub/'", " odd:a='>'"])
        )

        def item(
            word: str, parts: list[str] = parts, n: int = claimed, attributes: str = attributes
        ) -> str:
            text = word.replace("<", "&lt;")
            inner = "".join(part.format(text, n=n, p=prefix) for part in parts)
            return f"<{name}{attributes}>{inner}</{name} >\n"

        after.append(item(word))
        match draw(st.sampled_from(["same", "same", "missing", "edited"])):
            case "same":
                before.append(item(word))
            case "edited":
                before.append(item(word + " edited"))
    head, attributes = "".join(draw(HEADS)), draw(ATTRIBUTES)
    whole = [
        template.format(ns=NAMESPACES, attributes=attributes, head=head, items="".join(items))
        for items in (before, after)
    ]
    prolog = draw(st.sampled_from(["", "<?xml version='1.0' encoding='UTF-8'?>\n", "\ufeff"]))
    return (prolog + whole[0]).encode(), (prolog + whole[1]).encode()


def agrees(news: ParsedFeed, whole: ParsedFeed) -> None:
    by_identity = {entry.identity: entry for entry in whole.entries}
    assert [by_identity[entry.identity] for entry in news.entries] == list(news.entries)
    assert {*news.unchanged, *(entry.identity for entry in news.entries)} == by_identity.keys()
    for key in ("title", "link", "language", "wishes", "problems", "dates", "memory"):
        assert getattr(news, key) == getattr(whole, key), key


def test_of_an_entry_said_twice_the_first_date_counts() -> None:
    body = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title></entry>"
        b"<entry><title>a</title><pubDate>Mon, 25 Mar 2024 12:00:00 GMT</pubDate></entry></feed>"
    )
    whole = parse(body, url=URL)
    agrees(parse(body, url=URL, memory=whole.memory), whole)


@settings(max_examples=400, deadline=None)
@given(documents())
def test_what_is_new_of_made_up_feeds(pair: tuple[bytes, bytes]) -> None:
    before, after = pair
    memory = parse(before, url=URL).memory
    whole = parse(after, url=URL)
    news = parse(after, url=URL, memory=memory)
    agrees(news, whole)
    # Nothing is passed over that the last document did not hold word for word.
    known = {entry.identity: entry for entry in parse(before, url=URL).entries}
    by_identity = {entry.identity: entry for entry in whole.entries}
    assert all(by_identity[each] == known[each] for each in news.unchanged)


@given(st.text("<>/!-[]CDATAitem \"'&;=ab?", max_size=60), st.text("<>/item&a ", max_size=20))
def test_spans_are_whole_items_whatever_stands_around_them(inside: str, outside: str) -> None:
    body = (
        f"<rss><channel>{outside}<item>{inside}</item><item><title>x</title></item></channel></rss>"
    )
    found = split(body.encode())
    if found is not None:
        assert all(
            found.body[start:end].startswith(b"<item") and found.body[start:end].endswith(b">")
            for start, end in found.spans
        )
        rest = split(found.without(range(len(found.spans))))
        assert rest is not None
        assert rest.spans == ()


def test_what_is_new_of_real_feeds() -> None:
    corpus = os.environ.get("MONITOR_CORPUS")
    if not corpus:
        pytest.skip("MONITOR_CORPUS is not set")
    checked = 0
    for path in sorted((Path(corpus) / "feeds").rglob("*")):
        if not path.is_file():
            continue
        try:
            whole = parse(body := path.read_bytes(), url=URL)
        except ParseError:
            continue
        parts = split(body)
        if not whole.memory or parts is None:
            continue
        count = len(parts.spans)
        for seed, missing in enumerate((0, 1, 2, count // 2, count)):
            checked += _without_some(parts, missing, seed, whole)
    assert checked > 100


def _without_some(parts: Split, missing: int, seed: int, whole: ParsedFeed) -> bool:
    count = len(parts.spans)
    gone = random.Random(seed).sample(range(count), min(missing, count))
    memory = parse(parts.without(gone), url=URL).memory
    news = parse(parts.body, url=URL, memory=memory)
    agrees(news, whole)
    return bool(news.unchanged)
