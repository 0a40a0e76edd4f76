"""Documents for tests: feeds and article pages, written by hand in a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape


@dataclass(frozen=True)
class Item:
    """One item of a made-up feed. Texts may hold HTML; it is escaped into the XML."""

    title: str | None
    link: str | None = None
    guid: str | None = None
    published: datetime | str | None = None
    """A datetime, or any text to be written as the date."""
    summary: str | None = None
    content: str | None = None
    author: str | None = None


def item(
    title: str | None,
    *,
    link: str | None = None,
    guid: str | None = None,
    published: datetime | str | None = None,
    summary: str | None = None,
    content: str | None = None,
    author: str | None = None,
) -> Item:
    """An item for `rss` and `atom`; what is None is left out."""
    return Item(title, link, guid, published, summary, content, author)


def rss(
    items: Iterable[Item],
    *,
    title: str = "A feed",
    link: str = "http://example.test/",
    language: str | None = "en",
) -> bytes:
    """An RSS 2.0 document."""
    return "".join(_rss(items, title, link, language)).encode()


def _rss(items: Iterable[Item], title: str, link: str, language: str | None) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"'
    yield ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    yield ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
    yield _element("title", title) + _element("link", link) + _element("language", language)
    for each in items:
        yield "<item>"
        yield _element("title", each.title) + _element("link", each.link)
        yield _element("guid", each.guid, ' isPermaLink="false"')
        yield _element("pubDate", _date(each.published, rfc822=True))
        yield _element("description", each.summary) + _element("content:encoded", each.content)
        yield _element("dc:creator", each.author)
        yield "</item>\n"
    yield "</channel></rss>\n"


def atom(
    items: Iterable[Item], *, title: str = "A feed", link: str = "http://example.test/"
) -> bytes:
    """An Atom 1.0 document."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        _element("title", title),
        f'<link href="{escape(link)}"/>',
    ]
    for each in items:
        parts += [
            "<entry>",
            _element("title", each.title, ' type="html"'),
            "" if each.link is None else f'<link href="{escape(each.link)}"/>',
            _element("id", each.guid),
            _element("updated", _date(each.published, rfc822=False)),
            _element("summary", each.summary, ' type="html"'),
            _element("content", each.content, ' type="html"'),
            "" if each.author is None else f"<author>{_element('name', each.author)}</author>",
            "</entry>\n",
        ]
    return "".join([*parts, "</feed>\n"]).encode()


def _element(name: str, text: str | None, attributes: str = "") -> str:
    if text is None:
        return ""
    return f"<{name}{attributes}>{escape(text, quote=False)}</{name}>"


def _date(when: datetime | str | None, *, rfc822: bool) -> str | None:
    if not isinstance(when, datetime):
        return when
    return format_datetime(when) if rfc822 else when.isoformat()


def article_html(
    title: str,
    paragraphs: Iterable[str],
    *,
    site: str = "The Daily Example",
    author: str | None = None,
    published: datetime | None = None,
    canonical: str | None = None,
    language: str = "en",
    boilerplate: bool = True,
) -> bytes:
    """A news site's page: the article between navigation, a "read more" box and a footer.

    Paragraphs are plain text. `boilerplate=False` leaves out everything but the article.
    """
    head = [f"<title>{escape(title)} - {escape(site)}</title>"]
    if author is not None:
        head.append(f'<meta name="author" content="{escape(author)}">')
    if published is not None:
        head.append(f'<meta property="article:published_time" content="{published.isoformat()}">')
    if canonical is not None:
        head.append(f'<link rel="canonical" href="{escape(canonical)}">')
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    byline = f'<p class="byline">By {escape(author)}</p>' if author is not None else ""
    around = ("", "")
    if boilerplate:
        around = (
            f'<header><nav><ul><li><a href="/">{escape(site)}</a></li>'
            '<li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
            "</header>",
            '<aside><h2>Read more</h2><ul><li><a href="/x">Ten recipes for autumn</a></li>'
            '<li><a href="/y">Weather for the weekend</a></li></ul></aside>'
            f'<footer><p>Copyright {escape(site)}. <a href="/terms">Terms</a></p></footer>',
        )
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">\n'
        f"{''.join(head)}</head>\n<body>{around[0]}\n<main><article>\n"
        f"<h1>{escape(title)}</h1>{byline}\n{text}\n</article></main>\n{around[1]}</body></html>\n"
    ).encode()
