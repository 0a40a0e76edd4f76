"""What an alert is known by: the same at every try, after every restart, in every version."""

from __future__ import annotations

import hashlib
import json

from monitor.model.article import Article
from monitor.model.development import Development, to_json


def alert_id(article: Article, watchlist: str) -> str:
    """The id of an article's first alert: the same whatever else happens."""
    key = f"{article.id}\n{article.url}\n{watchlist}"
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def development_id(first: str, news: tuple[Development, ...]) -> str:
    """The id of an alert that tells what is new in an article.

    Args:
        first: the id of the article's first alert.
        news: what is new.
    """
    key = json.dumps([first, *map(to_json, news)], sort_keys=True)
    return hashlib.sha256(key.encode()).hexdigest()[:20]
