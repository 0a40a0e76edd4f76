"""Where a page says, or lets one guess, that a site's feeds are."""

from __future__ import annotations

import pytest

from monitor.feeds.discovery import (
    MAX_ANNOUNCED,
    MAX_LINKED,
    Candidate,
    Origin,
    addresses,
    candidates,
    guesses,
)
from tests.support.cost import assert_grows_linearly

PAGE = "https://site.example/news/index.html"


def found(html: str | bytes, content_type: str | None = None) -> list[str]:
    body = html.encode() if isinstance(html, str) else html
    return [each.url for each in candidates(body, url=PAGE, content_type=content_type)]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ('rel="alternate" type="application/rss+xml" href="/feed"', "https://site.example/feed"),
        ('rel=alternate type=application/atom+xml href=atom.xml',
         "https://site.example/news/atom.xml"),
        ('REL="home Alternate" TYPE="Application/RSS+XML; charset=utf-8" HREF=" ../f?a=1&amp;b=2 "',
         "https://site.example/f?a=1&b=2"),
        ('rel="alternate" type="application/feed+json" href="//cdn.example/feed.json"',
         "https://cdn.example/feed.json"),
        ('rel="alternate" type="application/rdf+xml" href="rdf#top"',
         "https://site.example/news/rdf"),
        ('rel="alternate" type="text/xml" title="RSS" href="/x"', "https://site.example/x"),
        ('rel="alternate" type="application/rss+xml" href="feed://site.example/f"',
         "https://site.example/f"),
        ('rel="feed" href="/x"', "https://site.example/x"),
    ],
)  # fmt: skip
def test_announced_feeds(link: str, address: str) -> None:
    assert found(f"<html><head><link {link}></head><body>") == [address]


@pytest.mark.parametrize(
    "link",
    [
        'rel="stylesheet" type="application/rss+xml" href="/f"',
        'rel="alternate" type="text/html" href="/feed"',
        'rel="alternate" hreflang="de" href="/de/feed-me"',
        'rel="alternate" type="application/json+oembed" href="/oembed"',
        'rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2"',
        'rel="alternate" type="application/rss+xml" href=""',
        'rel="alternate" type="application/rss+xml" href="javascript:feed()"',
        'rel="alternate" type="application/rss+xml" href="file:///etc/passwd"',
        'rel="alternate" type="application/rss+xml" href="http://[::1/"',
        'rel="alternate" type="application/rss+xml"',
        f'rel="alternate" type="application/rss+xml" href="/{"a" * 3000}"',
    ],
)
def test_what_announces_no_feed(link: str) -> None:
    assert found(f"<html><head><link {link}></head>") == []


def test_the_base_of_a_page_counts() -> None:
    html = '<base href="https://other.example/x/"><base href="/no/">'
    html += '<link rel=alternate type=application/rss+xml href="feed">'
    assert found(html) == ["https://other.example/x/feed"]


def test_titles_come_along_and_feeds_of_comments_come_last() -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    html = link.format("Site » Comments Feed", "/comments/feed/")
    html += link.format("Käse &amp; News", "/feed/") + link.format("World", "/world/feed/")
    html += '<a href="/rss">RSS</a>'
    page = candidates(html.encode("latin-1"), url=PAGE, content_type="text/html; charset=latin-1")
    assert page == (
        Candidate("https://site.example/feed/", Origin.ANNOUNCED, "Käse & News"),
        Candidate("https://site.example/world/feed/", Origin.ANNOUNCED, "World"),
        Candidate("https://site.example/comments/feed/", Origin.ANNOUNCED, "Site » Comments Feed"),
        Candidate("https://site.example/rss", Origin.LINKED, "RSS"),
    )
    assert [each.is_comments for each in page] == [False, False, True, False]


@pytest.mark.parametrize(
    "href",
    ["/index.xml", "/a/feed/", "/news.rss", "/x?format=rss", "/x?feed=rss2", "/rss-world.xml",
     "https://feeds.site.example/world", "/blog/atom.xml", "/feeds/posts/default"],
)  # fmt: skip
def test_links_that_look_like_feeds(href: str) -> None:
    assert len(found(f'<body><a href="{href}">Subscribe</a>')) == 1


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/about">About</a>',
        '<a href="/feedback">Feedback</a>',
        '<a href="/rss.png">RSS</a>',
        '<a href="/sitemap.xml">Sitemap</a>',
        '<a href="https://reader.example/subscribe/feed/https://site.example/feed">RSS</a>',
        '<a href="https://reader.example/add?feed=https%3A%2F%2Fsite.example%2Frss">RSS</a>',
        '<a href="mailto:feed@site.example">Feed</a>',
        f'<a href="{PAGE}#rss">RSS</a>',
        '<!-- <a href="/feed">RSS</a> -->',
        '<script>"<a href=/feed>RSS</a>"</script>',
    ],
)
def test_links_that_do_not(link: str) -> None:
    assert found(f"<body>{link}") == []


def test_a_sites_own_links_come_before_those_to_others() -> None:
    html = '<a href="https://friend.example/feed">RSS</a><a href="/feed">RSS</a>'
    assert found(html) == ["https://site.example/feed", "https://friend.example/feed"]


def test_a_page_can_make_only_a_few_be_asked() -> None:
    html = "".join(
        f'<link rel=alternate type=application/rss+xml href="/f{n}"><a href="/a{n}/rss">x</a>'
        for n in range(5000)
    )
    assert len(found(html)) == MAX_ANNOUNCED + MAX_LINKED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe<\x00l\x00",
        b"<" * 300_000,
        b"<div>" * 300_000,
        b"<a href='/feed'>" * 50_000,
        b"<a href='/feed'>" + b"RSS " * 500_000,
        b"<link rel=alternate type=application/rss+xml href='" + b"x" * 2_000_000,
        b"<meta charset=idna>" + b"a." * 200_000,
        b"<meta charset=hex><p>",
        b"<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]><p title='&b;'>",
    ],
)
def test_hostile_pages_cost_little(body: bytes) -> None:
    assert_grows_linearly(lambda share: found(body[: int(len(body) * share)]))
    assert len(found(body)) <= 1


def test_utf_16_is_read() -> None:
    html = '<link rel=alternate type=application/rss+xml href="/feed">'
    assert found(html.encode("utf-16")) == ["https://site.example/feed"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://x.example/a", ("https://x.example/a",)),
        (" x.example/a ", ("https://x.example/a", "http://x.example/a")),
        ("x.example:8080", ("https://x.example:8080", "http://x.example:8080")),
        ("//x.example", ("https://x.example", "http://x.example")),
        ("feed://x.example/f", ("https://x.example/f", "http://x.example/f")),
        ("feed:https://x.example/f", ("https://x.example/f",)),
        ("feed://http://x.example/f", ("http://x.example/f",)),
        ("file:///etc/passwd", ("file:///etc/passwd",)),
    ],
)
def test_what_people_type_as_an_address(typed: str, meant: tuple[str, ...]) -> None:
    assert addresses(typed) == meant


def test_the_usual_places_are_below_the_section_and_the_root() -> None:
    urls = [each.url for each in guesses("https://x.example/blog/?page=2")]
    assert urls[0] == "https://x.example/blog/feed"
    assert "https://x.example/feed.xml" in urls
    assert len(urls) == len(set(urls)) <= 20
    root = [each.url for each in guesses("https://x.example")]
    assert root[0] == "https://x.example/feed"
    assert "https://x.example/?feed=rss2" in root
    assert guesses("https://x.example/a/story.html")[0].url == "https://x.example/a/feed"
