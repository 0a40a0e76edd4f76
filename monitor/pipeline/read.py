"""A reading: an article gets its page's text, is matched, and people are told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.errors import FetchError, StoreError
from monitor.pipeline.events import Faulted
from monitor.pipeline.full_text import feeds_own, kept_text, read_text
from monitor.pipeline.lease import put_off
from monitor.pipeline.match import match
from monitor.store import articles as store_articles
from monitor.store import earlier_reports
from monitor.store.articles import StoredArticle

if TYPE_CHECKING:
    from monitor.pipeline.context import Context

#: An article that a fault of ours keeps from being read is tried again this often.
MAX_FAULTS = 6


async def read(ctx: Context, article_id: int, *, claimed: StoredArticle | None = None) -> bool:
    """Read an article's page, match it, and put what is to be told into the outbox.

    Args:
        ctx: what all steps share.
        article_id: which article.
        claimed: the article as whoever claimed it found it, who need not have it looked up again.

    Returns:
        Whether there is something to tell.

    Raises:
        StoreError: the database failed.
    """
    runtime = ctx.runtime
    stored = claimed or await ctx.look(partial(store_articles.by_id, article_id=article_id))
    if stored is None:
        return False
    try:
        earlier = await _wanted_earlier(ctx, stored)
        if earlier:
            # What is offered is what it said then, whatever its page says by now.
            article = await kept_text(stored, runtime, ctx.workers)
            return await match(ctx, runtime, stored, article, None, earlier=earlier)
        article, again = await read_text(stored, runtime, ctx.workers, now=ctx.clock())
        return await match(ctx, runtime, stored, article, again)
    except StoreError:
        raise
    except FetchError as error:
        # Its page was not even asked for; all else that can be wrong with it is part of reading.
        await put_off(ctx, error)
        return False
    except Exception as error:  # noqa: BLE001 - a fault of ours with one article stops no other
        ctx.observe(Faulted("a reading", _where(stored), error))
        if stored.failed_reads >= MAX_FAULTS:
            return await _read_no_more(ctx, stored)
        # Later and later, so that it does not come back at every tick.
        again_at = ctx.clock() + timedelta(minutes=2**stored.failed_reads)
        await ctx.store(lambda c: store_articles.postpone(c, stored, again_at))
        return False


async def _wanted_earlier(ctx: Context, stored: StoredArticle) -> frozenset[str]:
    """The watchlists that it came too early for, and for which somebody wants it told."""
    if not stored.reads:
        return frozenset()
    return await ctx.look_once(partial(earlier_reports.asked_for, article_id=stored.id))


async def _read_no_more(ctx: Context, stored: StoredArticle) -> bool:
    """Match at least what the feed said of an article, so that none is given up unmatched."""
    runtime = ctx.runtime
    try:
        return await match(ctx, runtime, stored, feeds_own(stored, runtime), None)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours with one article stops no other
        ctx.observe(Faulted("the last try to match an article", _where(stored), error))
        await ctx.store(lambda c: store_articles.postpone(c, stored, None))
        return False


def _where(stored: StoredArticle) -> str:
    return stored.article.url or stored.article.id
