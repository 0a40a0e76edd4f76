"""A story whose headline names nobody, and a feed that carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.clock import MONDAY
from tests.support.web import Item, WebWorld, article_html, item, rss

STORY = (
    "London has accused hackers working for a foreign state of attacks on members of parliament.",
    "Officials named the group as APT31 and said that its members had been placed under sanctions.",
    "The embassy rejected the accusation and called for evidence to be shown in public.",
)
OTHER = (
    "The council has agreed to resurface the road between the station and the market square.",
    "Volexity's researchers said that Turla, a Russian group, was behind the earlier break-in.",
    "Work is to begin after the summer and will take six weeks, the highways officer said.",
)
QUIET = (OTHER[0], OTHER[2])


def publish(web: WebWorld, *names: str, path: str = "/feed", text: tuple[str, ...] = STORY) -> str:
    """Serve a feed with an item a name, each with a page that tells the story; its address."""
    now = datetime.now(UTC)
    for name in names:
        web.serve(f"/{name}", article_html(f"Headline {name}", text))
    items = [
        item(
            f"Headline {name}", link=web.url(f"/{name}"), guid=name, published=now,
            summary="A teaser that names nobody.",
        )
        for name in names
    ]  # fmt: skip
    web.serve(path, rss(items))
    return web.url(path)


def news(web: WebWorld, name: str, **changes: Any) -> Item:
    """An item of five minutes before `MONDAY`; its page would be at its name."""
    each = item(
        f"Headline {name}",
        link=web.url(f"/{name}"),
        guid=name,
        published=MONDAY - timedelta(minutes=5),
        summary="A teaser that names nobody.",
    )
    return replace(each, **changes)


def serve_story(web: WebWorld, name: str, paragraphs: Sequence[str] = STORY) -> None:
    """Serve the page of an item."""
    web.serve(f"/{name}", article_html(f"Headline {name}", paragraphs))
