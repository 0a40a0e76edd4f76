"""Silences that come and end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.model.alert import Silence
from monitor.pipeline import replan
from tests.support.newsroom import Newsroom


async def silence(newsroom: Newsroom, hours: float = 4, **what: Any) -> Silence:
    now = newsroom.product.clock()
    wanted = Silence(0, "Ann", "we know", now, now + timedelta(hours=hours), **what)
    config = newsroom.product.ctx.runtime.config
    added, _ = await newsroom.product.ctx.store(lambda c: replan.add(c, wanted, config))
    return Silence(**{name: getattr(added, name) for name in Silence.__slots__})


async def expire(newsroom: Newsroom, which: Silence) -> int:
    now, config = newsroom.product.clock(), newsroom.product.ctx.runtime.config
    freed: int = await newsroom.product.ctx.store(lambda c: replan.expire(c, which, config, now))
    return freed
