"""News sitemaps: what is read of them, and what they may not do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.feeds.discovery import Origin, candidates
from monitor.feeds.entries import MAX_ENTRIES
from monitor.feeds.parse import parse
from monitor.model.feed import Entry, ParsedFeed

URL = "https://news.example/sitemap-news.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def news(link: str = "https://news.example/a", title: str = "APT31 named", date: str = "") -> str:
    return (
        f"<url><loc>{link}</loc><news:news><news:publication><news:name>The Example</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{date or '2024-03-25T12:00:00+01:00'}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news></url>"
    )


def read(*urls: str, prolog: str = "", codec: str = "utf-8") -> ParsedFeed:
    return parse(f"{prolog}<urlset {SPACES}>{''.join(urls)}</urlset>".encode(codec), url=URL)


def test_a_news_sitemap_is_a_feed() -> None:
    feed = read(news(), prolog='<?xml version="1.0" encoding="UTF-8"?>\n<!-- by hand -->\n')
    assert (feed.title, feed.language, feed.problems) == ("The Example", "en", ())
    assert feed.entries == (
        Entry(
            identity="https://news.example/a",
            link="https://news.example/a",
            title="APT31 named",
            published=datetime(2024, 3, 25, 11, tzinfo=UTC),
            language="en",
        ),
    )


def test_the_newest_come_first_and_a_flood_is_cut() -> None:
    many = [
        news(f"https://news.example/{n}", date=f"2024-03-{1 + n % 28:02}")
        for n in range(MAX_ENTRIES + 28)
    ]
    feed = read(*many)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[0].published == datetime(2024, 3, 28, tzinfo=UTC)
    assert feed.entries[-1].published == datetime(2024, 3, 1, tzinfo=UTC)
    assert feed.problems == ("has 2,028 entries, of which only the first 2,000 were read",)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Fish &amp; <![CDATA[<b>]]>", "Fish & <b>"),
        ("  two\n lines ", "two lines"),
        ("naïve 名前", "naïve 名前"),
        ("", ""),
    ],
)
def test_titles_are_plain_text(text: str, title: str) -> None:
    assert read(news(title=text)).entries[0].title == title


@pytest.mark.parametrize("date", ["yesterday", "0001-01-01", "9999-12-31T23:59:59-12:00", "-"])
def test_a_date_nobody_can_mean_is_none(date: str) -> None:
    assert read(news(date=date)).entries[0].published is None


def test_prefixes_encodings_and_faults_do_not_matter() -> None:
    body = f"<s:urlset {SPACES.replace('xmlns=', 'xmlns:s=')}>{news()}</s:urlset>"
    body = body.replace("<url>", "<s:url>").replace("</url>", "</s:url>")
    body = body.replace("<loc>", "<s:loc>").replace("</loc>", "</s:loc>")
    assert len(parse(body.encode("utf-16"), url=URL).entries) == 1
    assert len(parse(f"<urlset {SPACES}>{news()}<url><loc>".encode(), url=URL).entries) == 1
    odd = read(news(title="a & b"), news("javascript:alert(1)", "No link"))
    assert {entry.link for entry in odd.entries} == {"https://news.example/a", None}


def test_pages_that_are_no_news_are_left_out() -> None:
    feed = read("<url><loc>https://news.example/about</loc></url>", news())
    assert [entry.title for entry in feed.entries] == ["APT31 named"]


def test_an_empty_news_sitemap_is_well() -> None:
    assert read().entries == ()


def test_a_plain_sitemap_is_refused() -> None:
    with pytest.raises(ParseError, match="lists pages, not news"):
        read("<url><loc>https://news.example/about</loc></url>")


INDEX = (
    f"<sitemapindex {SPACES}><sitemap><loc>https://news.example/pages.xml</loc></sitemap>"
    "<sitemap><loc>/sitemap-news.xml</loc></sitemap>"
    "<sitemap><loc>https://news.example/news.xml.gz</loc></sitemap>"
    "<sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>"
).encode()


def test_a_list_of_sitemaps_names_those_of_news() -> None:
    with pytest.raises(ParseError, match="a list of sitemaps") as caught:
        parse(INDEX, url="https://news.example/sitemap.xml")
    assert "https://news.example/sitemap-news.xml" in str(caught.value)
    found = candidates(INDEX, url="https://news.example/sitemap.xml")
    assert [(each.url, each.origin) for each in found] == [
        ("https://news.example/sitemap-news.xml", Origin.ANNOUNCED)
    ]


def test_entities_are_inert(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    outside = (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">'
        f'<!ENTITY % y SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    )
    feed = read(news(title="before &x; after"), prolog=outside)
    assert all("secret" not in entry.title for entry in feed.entries)
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    feed = read(news(title="x&l11;y"), prolog=f'<!DOCTYPE u [<!ENTITY l0 "lol">{bomb}]>')
    assert all(len(entry.title) < 100 for entry in feed.entries)


def test_deep_nesting_ends() -> None:
    deep = "<news:title>" * 50_000
    try:
        read(news(title=deep))
    except ParseError:
        return


def test_a_sitemap_in_another_encoding_is_read() -> None:
    prolog = '<?xml version="1.0" encoding="iso-8859-2"?>'
    (entry,) = read(news(title="Żółw"), prolog=prolog, codec="iso-8859-2").entries
    assert entry.title == "Żółw"
