"""What is no news: what was old when its feed was first polled."""

from __future__ import annotations

from datetime import datetime

from monitor.feeds.reconcile import news_since, older
from monitor.model.article import Article
from monitor.pipeline.runtime import Runtime
from monitor.store.articles import StoredArticle


def is_old_news(stored: StoredArticle, article: Article, runtime: Runtime, now: datetime) -> bool:
    """Whether nobody is told of an article, which its feed held when it was first polled.

    Args:
        stored: the article as it is stored.
        article: the same, with the time of publication that its page may have given it.
        runtime: the configuration in force.
        now: the time.
    """
    since = news_since(stored.feed_added, runtime.config.polling, article.fetched or now)
    return stored.backfill and older(article.published, since)
