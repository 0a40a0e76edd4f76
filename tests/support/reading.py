"""What tests of reading articles ask of the product."""

from __future__ import annotations

from monitor.pipeline.poll import poll
from monitor.store import articles, feeds
from monitor.store.articles import StoredArticle
from tests.support.product import Product


async def poll_only(product: Product) -> None:
    """Poll the only feed, and do nothing more."""
    [feed] = await product.ctx.look(feeds.everything)
    await poll(product.ctx, feed.id)


async def waiting(product: Product) -> list[StoredArticle]:
    """What is to be read now."""
    now = product.clock()
    found: list[StoredArticle] = await product.ctx.look(
        lambda c: articles.to_read(c, now, 9, set())
    )
    return found
