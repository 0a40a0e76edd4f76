"""The made-up outlets: read from `site/`, dated relative to now, written as feeds and pages."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

SITE = Path(__file__).with_name("site")
BOX = "{read more}"
"""The paragraph in whose place a page shows its box of links."""
NOTICE = (
    "Made up for `monitor demo`. The outlet does not exist and the wording is invented; what is "
    "told about APT31 happened on 25 March 2024."
)
_WORDS = {
    "en": {"more": "Read more", "by": "By", "about": "About the author"},
    "de": {"more": "Lesen Sie auch", "by": "Von", "about": "Über den Autor"},
    "zh": {"more": "延伸阅读", "by": "作者", "about": "作者简介"},
}


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article of a made-up outlet."""

    url: str
    slug: str
    title: str
    summary: str
    author: str
    published: datetime
    paragraphs: tuple[str, ...]
    """The text in order; `BOX` stands for the box of links."""
    box: tuple[str, ...] = ()
    """Headlines in the box of links: not part of the text."""
    biography: str = ""
    """About the author, under the text: not part of it either."""
    paywalled: bool = False
    """The page answers 403: only what the feed says can be read."""

    @property
    def text(self) -> str:
        """What a reader should find: the paragraphs, one a line."""
        return "\n".join(line for line in self.paragraphs if line != BOX)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A made-up outlet with its articles, newest first."""

    slug: str
    name: str
    language: str
    tags: tuple[str, ...]
    feed: str
    """Its feed's format: rss or atom."""
    layout: str
    charset: str
    feed_url: str
    articles: tuple[DemoArticle, ...]


def load_outlets(base_url: str, now: datetime) -> tuple[Outlet, ...]:
    """All outlets, as they would stand at `base_url` at this time (aware)."""
    now = now.astimezone(UTC).replace(microsecond=0)
    return tuple(_outlet(path, base_url, now) for path in sorted(SITE.glob("*.toml")))


def _outlet(path: Path, base_url: str, now: datetime) -> Outlet:
    table = tomllib.loads(path.read_text("utf-8"))
    site = f"{base_url}/{path.stem}"
    articles = [_article(entry, site, now) for entry in table["articles"]]
    return Outlet(
        slug=path.stem,
        name=table["name"],
        language=table["language"],
        tags=tuple(table["tags"]),
        feed=table["feed"],
        layout=table["layout"],
        charset=table.get("charset", "utf-8"),
        feed_url=f"{site}/feed.xml",
        articles=tuple(sorted(articles, key=lambda article: article.published, reverse=True)),
    )


def _article(entry: dict[str, Any], site: str, now: datetime) -> DemoArticle:
    return DemoArticle(
        url=f"{site}/{entry['slug']}.html",
        slug=entry["slug"],
        title=entry["title"],
        summary=entry["summary"],
        author=entry["author"],
        published=now - timedelta(hours=entry["hours_ago"]),
        paragraphs=tuple(entry["body"].strip().split("\n\n")),
        box=tuple(entry.get("box", ())),
        biography=entry.get("biography", ""),
        paywalled=entry.get("paywalled", False),
    )


def feed_document(outlet: Outlet, base_url: str) -> bytes:
    """The outlet's feed, RSS 2.0 or Atom."""
    template = _templates().get_template(f"{outlet.feed}.xml.j2")
    text = template.render(
        outlet=outlet, base_url=base_url, notice=NOTICE, rfc_2822=format_datetime
    )
    return text.encode()


def page_document(outlet: Outlet, article: DemoArticle) -> bytes:
    """An article's page, with all that surrounds an article on the web."""
    structured = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": {"@type": "Person", "name": article.author},
    }
    text = (
        _templates()
        .get_template("page.html.j2")
        .render(
            outlet=outlet,
            article=article,
            layout=outlet.layout,
            words=_WORDS[outlet.language],
            headlines=[other.title for other in outlet.articles if other is not article],
            structured=_script(structured),
            notice=NOTICE,
        )
    )
    return text.encode(outlet.charset, "xmlcharrefreplace")


def config_document(**values: object) -> str:
    """The demo's configuration file, from `site/config.toml.j2`."""
    return _templates().get_template("config.toml.j2").render(**values)


def _script(data: object) -> str:
    # "</script>" in a headline must not end the script.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(SITE),
        autoescape=select_autoescape(("html.j2", "xml.j2")),
        undefined=StrictUndefined,
    )
    # A JSON string without surrogate pairs is a TOML basic string.
    environment.filters["text"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment
