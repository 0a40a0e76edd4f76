"""Links that lead on to an article, and links that only look so."""

from __future__ import annotations

import base64

import pytest

from monitor.articles.redirectors import unwrapped

STORY = "https://news.example/2024/03/story?id=3"
ESCAPED = "https%3A%2F%2Fnews.example%2F2024%2F03%2Fstory%3Fid%3D3"


def google_news(*addresses: str, opaque: bytes = b"") -> str:
    """A link as Google News made them up to 2024: a protocol buffer in base 64."""
    data = b"\x08\x13"
    for tag, address in zip((b"\x22", b"\xd2\x01"), addresses, strict=False):
        length = len(address)
        size = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
        data += tag + size + address.encode()
    token = base64.urlsafe_b64encode(data + opaque).decode().rstrip("=")
    return f"https://news.google.com/rss/articles/{token}?oc=5"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={ESCAPED}&ct=ga&cd=CAIyGm&usg=AOvVaw",
        f"http://google.co.uk/url?q={ESCAPED}&sa=D",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url={ESCAPED}&c=1&mkt=en-us",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=AT0",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=05&reserved=0",
        f"https://duckduckgo.com/l/?uddg={ESCAPED}&rut=0",
        "https://news-example.cdn.ampproject.org/c/s/news.example/2024/03/story?id=3",
        "https://www.google.com/amp/s/news.example/2024/03/story?id=3",
        google_news(STORY),
        google_news(STORY, "https://news.example/amp/story"),
        google_news(STORY).replace("/rss", "").replace("?oc=5", ""),
        # In one another.
        "https://www.google.com/url?url=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D"
        "https%253A%252F%252Fnews.example%252F2024%252F03%252Fstory%253Fid%253D3",
    ],
)
def test_where_it_leads_is_read_off_a_link(link: str) -> None:
    assert unwrapped(link) == STORY


def test_a_long_address_in_a_link_of_google_news() -> None:
    story = "https://news.example/" + "a-long-headline-" * 12
    assert unwrapped(google_news(story)) == story


@pytest.mark.parametrize(
    "link",
    [
        STORY,
        f"https://news.example/share?url={ESCAPED}",
        f"https://google.com.evil.example/url?url={ESCAPED}",
        f"https://evil-l.facebook.com/l.php?u={ESCAPED}",
        f"https://evilsafelinks.protection.outlook.com.example/?url={ESCAPED}",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/url?url=file%3A%2F%2F%2Fetc%2Fpasswd",
        "https://www.google.com/url?url=http%3A%2F%2Flocalhost%2F",
        "https://www.google.com/url?url=https%3A%2F%2Fa.example%2F%0d%0aX",
        "https://www.google.com/url?sa=t",
        "https://www.google.com/search?q=https://news.example/",
        "https://news.google.com/rss/articles/CBMi",
        "https://news.google.com/rss/articles/" + "A" * 1500,
        # As it has been since: a number that only Google can look up.
        google_news("AU_yqLNzZ0xvd2VyX2FuZF91cHBlcg"),
        google_news(STORY[:-4] + "\n"),
        "https://x.cdn.ampproject.org/i/s/news.example/picture.jpg",
        "http://[::1",
        "not a url",
        "",
    ],
)
def test_what_says_nothing_is_left_as_it_is(link: str) -> None:
    assert unwrapped(link) == link


def test_links_without_end_come_to_one() -> None:
    link = STORY
    for _ in range(4):
        link = f"https://www.google.com/url?url={link.replace('%', '%25').replace('&', '%26')}"
    assert unwrapped(link).startswith("https://www.google.com/url")
    assert unwrapped(f"https://www.google.com/url?url={'a' * 10_000}").startswith("https://www")
