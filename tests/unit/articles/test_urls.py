"""Same article, same string."""

from __future__ import annotations

import pytest

from monitor.articles.urls import canonical_url


@pytest.mark.parametrize(
    "variant",
    [
        "https://news.example/a/b?id=3",
        "http://news.example/a/b?id=3",
        "HTTPS://News.Example:443/a/b?id=3#comments",
        "http://news.example:80/a/b?id=3&utm_source=rss&utm_medium=feed",
        "https://news.example/a/b?fbclid=abc&id=3&gclid=def",
        "  https://news.example./%61/b?id=3  ",
        "https://reader:secret@news.example/a/b?id=3",
        "https://news.example/a/b?UTM_Campaign=x&&id=3",
        "https://news.example/a/b?id=3&ref=rss&srsltid=x&partner=RSS",
        "https://www.google.com/url?rct=j&sa=t&url=https://news.example/a/b%3Fid%3D3&ct=ga&usg=x",
    ],
)
def test_one_article_one_string(variant: str) -> None:
    assert canonical_url(variant) == "https://news.example/a/b?id=3"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a", "https://www.news.example/a"),
        ("https://news.example/a", "https://news.example/a/"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/?id=1", "https://news.example/?id=2"),
        ("https://news.example/?p=1&q=2", "https://news.example/?q=2&p=1"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("https://news.example/a?ref=3", "https://news.example/a"),
        ("https://news.example/a?feed=rss", "https://news.example/a"),
        ("https://news.example/a?url=https://other.example/", "https://other.example/"),
    ],
)
def test_what_may_differ_stays_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example", "https://news.example/"),
        ("https://bücher.example/größe?ü", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?%C3%BC"),
        ("https://news.example/x%7ey%e4", "https://news.example/x~y%E4"),
        ("http://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
    ],
)
def test_normal_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "junk",
    [
        "", "not a url", "mailto:a@b.example", "javascript:alert(1)", "http://", "http://[::1",
        "http://a:99999/", "http://\ud800/", "urn:uuid:1", "//a.example/b", "http://a\x00b/",
        "tag:news.example,2024:1",
    ],
)  # fmt: skip
def test_junk_comes_back(junk: str) -> None:
    assert canonical_url(f" {junk} ") == junk


def test_long_and_odd_hosts_do_not_raise() -> None:
    assert canonical_url(f"http://{'é' * 300}.example/").endswith(".example/")
    assert canonical_url("http://..//").startswith("https://")
