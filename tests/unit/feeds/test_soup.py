"""Documents that are no XML, and their encodings: what was meant is read, at a bounded cost."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.feeds.soup import DEEPEST, read_soup
from monitor.model.feed import ParsedFeed
from tests.support.cost import assert_grows_linearly

URL = "https://paper.test/feed"


def feed(*items: str, head: str = "<title>Paper</title>") -> ParsedFeed:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return parse(f"<rss><channel>{head}{inner}</channel></rss>".encode(), url=URL)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("M&S and R&D: APT31 at work", "M&S and R&D: APT31 at work"),
        ("Caf&eacute; &mdash; a&nbsp;b", "Caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{EM DASH} a b"),
        ("Five &lt; six & more", "Five < six & more"),
        ("A <b>bold move", "A bold move"),
        ("Sales <50% this year", "Sales <50% this year"),
        ("<![CDATA[AT&T]]> & friends", "AT&T & friends"),
    ],
)
def test_titles_that_nobody_escaped(written: str, title: str) -> None:
    found = feed(f"<title>{written}</title><link>/1</link>", "<title>Two</title><link>/2</link>")
    assert [entry.title for entry in found.entries] == [title, "Two"]
    assert found.entries[0].link == "https://paper.test/1"


def test_an_ampersand_in_an_address_is_part_of_it() -> None:
    found = feed("<title>t</title><link>https://paper.test/?a=1&section=2&copy=3</link>")
    assert found.entries[0].link == "https://paper.test/?a=1&section=2&copy=3"


def test_elements_that_are_never_closed_take_nothing_along() -> None:
    found = feed(
        "<title>One</title><description><p>First<br>line<img src=x><p>Second</description>"
        "<link>/1</link>",
        "<title>Two</title><description><ul><li>a<li>b</description><link>/2</link>",
    )
    assert [(each.title, each.link) for each in found.entries] == [
        ("One", "https://paper.test/1"), ("Two", "https://paper.test/2"),
    ]  # fmt: skip
    assert "First\nline" in found.entries[0].summary
    body = b"<rss><channel><item><title>One<item><title>Two</title><guid>2</channel></rss>"
    assert [each.title for each in parse(body, url=URL).entries] == ["One", "Two"]


def test_prefixes_that_nobody_declared_mean_what_they_always_mean() -> None:
    found = feed("<title>t</title><dc:creator>Ann</dc:creator><content:encoded>x</content:encoded>")
    (entry,) = found.entries
    assert (entry.authors, entry.content) == (("Ann",), "x")


def test_what_stands_around_a_feed_is_no_part_of_it() -> None:
    body = (
        b"<br />\n<b>Warning</b>: include() failed in /x.php\n<?xml version='1.0'?><rss><channel>"
        b"<item><title>One</title></item></channel></rss><script>tail()</script>"
    )
    assert [each.title for each in parse(body, url=URL).entries] == ["One"]


def test_the_namespace_of_the_root_is_the_formats_own() -> None:
    body = b'<rss xmlns="https://strange.test/"><channel><item><title>One</title></item></channel></rss>'
    assert [each.title for each in parse(body, url=URL).entries] == ["One"]


def test_names_that_are_none_spoil_nothing() -> None:
    found = feed(
        "<title>One & only</title><a:-b x:1='y' xmlns:q='http://a b>' xmlns:='x'>z</a:-b><q:r/>"
        "<a:/><dc:2/><a..:b:c/>",
        "<title>Two</title>",
    )
    assert [each.title for each in found.entries] == ["One & only", "Two"]


# --- encodings ------------------------------------------------------------------------------

CHINESE = "<rss><channel><item><title>英国制裁赵光宗</title></item></channel></rss>"


def titled(body: bytes, content_type: str | None = None) -> tuple[str, tuple[str, ...]]:
    found = parse(body, url=URL, content_type=content_type)
    return found.entries[0].title, found.problems


def test_one_broken_character_breaks_no_other() -> None:
    body = CHINESE.encode().replace("赵".encode(), "赵".encode()[:2])
    title, problems = titled(body)
    assert title == "英国制裁\N{REPLACEMENT CHARACTER}光宗"
    assert problems == ("1 character is broken (utf-8); shown as \N{REPLACEMENT CHARACTER}",)
    gbk = b"<?xml version='1.0' encoding='gbk'?>" + (CHINESE + "<!-- 制裁制裁制裁 -->").encode(
        "gbk"
    )
    title, _ = titled(gbk.replace("赵".encode("gbk"), b"\xff"))
    assert title == "英国制裁\N{REPLACEMENT CHARACTER}光宗"


def test_a_server_that_says_latin_of_everything_is_not_believed() -> None:
    body = "<?xml version='1.0' encoding='windows-1251'?><rss><channel><item><title>Кремль</title>"
    assert titled(body.encode("cp1251"), "text/xml; charset=ISO-8859-1")[0] == "Кремль"
    assert titled(CHINESE.encode(), "text/xml; charset=ISO-8859-1")[0] == "英国制裁赵光宗"


@pytest.mark.parametrize(
    ("language", "codec", "title"),
    [("fr", "cp1252", "Démission du ministre"), ("pl", "cp1250", "Dymisja: źle się dzieje"),
     ("tr", "cp1254", "Başbakan istifa etti"), ("ru", "cp1251", "Министр подал в отставку сегодня"),
     ("ru", "koi8-r", "Министр подал в отставку сегодня")],
)  # fmt: skip
def test_an_undeclared_encoding_is_guessed_from_the_language(
    language: str, codec: str, title: str
) -> None:
    body = f"<rss><channel><language>{language}</language><item><title>{title}</title></item>"
    assert titled(body.encode(codec))[0] == title


# --- cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    ["<a>", "<a ", "<![CDATA[", "<!--", "<?", "&", "<br>", '<a b="', "<a b='", "<item>", "</a>",
     "<",
     "<a b=c ", "x=", "<!ENTITY a 'b'>", "<link>", "<dc:date>1"],
)  # fmt: skip
def test_the_cost_grows_with_the_length_only(hostile: str) -> None:
    def read(share: float) -> None:
        read_soup("<rss><channel>" + hostile * int(share * 60_000), {})

    assert_grows_linearly(read)


def test_however_deep_an_item_is_found() -> None:
    deep = "<x>" * (3 * DEEPEST)
    found = feed(f"<title>One & only</title>{deep}", "<title>b</title>")
    assert [each.title for each in found.entries] == ["One & only", "b"]


def test_more_attributes_than_anybody_writes_cost_little() -> None:
    attributes = " ".join(f'a{n}="x"' for n in range(50_000))
    item = f"<item {attributes}><guid {attributes}>1</guid><title>t</title></item>"
    body = f"<rss><channel>{item}</channel></rss>"
    assert [each.title for each in parse(body.encode(), url=URL).entries] == ["t"]


@given(
    st.text(st.sampled_from("<>/!-[]&;\"' =\n\0abc:xitemlnk"), max_size=80)
    | st.lists(st.sampled_from(["<item>", "</item>", "<title>", "</b>", "<b x='", "<![CDATA[",
                                "]]>",
                                "<!--", "-->", "&amp;", "&", "text", "<rss ", "<dc:date>", ">",
                                "<a:-b ", "xmlns:a='x y' ", ":", "1", "\xe9"]),
               max_size=30).map("".join)
)  # fmt: skip
def test_anything_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ParseError):
        parse(f"<rss><channel>{text}".encode(), url=URL)
