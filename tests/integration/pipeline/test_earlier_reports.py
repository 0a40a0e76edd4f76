"""A name that is watched from now on was named this morning: it is offered, and told if wanted."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.daemon.earlier_reports import offer_earlier, offer_since_last
from monitor.model.audit import Action, Source
from monitor.model.earlier_reports import OfferState
from monitor.service import audit, earlier_reports
from monitor.service.earlier_reports import listed, shown, tell
from monitor.service.verdicts import ConflictError
from tests.support.clock import MONDAY
from tests.support.databases import BOTH
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import STORY, news
from tests.support.web import WebWorld, article_html, rss

MORE = """[[watchlists.entities]]
  name = "Turla"
  kind = "threat-actor"

  [[watchlists.entities]]"""
TURLA = (
    "The ministry has said that its network was broken into and that it took weeks to notice.",
    "Volexity's researchers said that Turla, a hacking group, was behind the break-in.",
)

database = BOTH


async def edited(product: Product, toml: str, *, stopped: bool = False) -> None:
    """Bring a configuration into force, as a reload does, or the next start."""
    old = product.ctx.runtime.config
    await product.start(toml=toml)
    if stopped:
        await offer_since_last(product.ctx, asyncio.Event())
        return
    await offer_earlier(product.ctx, old, product.ctx.runtime.config, (), asyncio.Event())


@pytest.mark.parametrize("stopped", [False, True])
async def test_what_came_before_the_edit_is_offered_and_told_once(
    product: Product, web: WebWorld, slack: SlackServer, *, stopped: bool
) -> None:
    for name, text in (("morning", TURLA), ("noon", STORY)):
        web.serve(f"/{name}", article_html(f"Headline {name}", text))
    web.serve("/feed", rss([news(web, "morning"), news(web, "noon")]))
    before = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=before)
    await product.round()
    assert len(slack.posts) == 1
    product.clock.advance(hours=2)
    await offer_since_last(product.ctx, asyncio.Event())
    assert listed(product.db) == []
    await edited(product, before.replace("[[watchlists.entities]]", MORE, 1), stopped=stopped)
    [offer] = listed(product.db)
    # What was noticed once is noticed no second time.
    await offer_since_last(product.ctx, asyncio.Event())
    assert len(listed(product.db)) == 1
    assert (offer.names, offer.found, offer.state) == (("Turla",), 1, OfferState.OPEN)
    [report] = shown(product.db, offer.id).reports
    assert "Turla" in report.sentence
    # Shown only, nothing is told.
    await product.round()
    assert len(slack.posts) == 1
    # Whatever its page says by now.
    web.serve("/morning", article_html("Headline morning", ("Nothing of the kind was said.",) * 9))
    done = tell(product.db, offer.id, "anna", product.clock(), source=Source.COMMAND)
    assert done.reports == 1
    for _ in range(3):
        await product.round()
    assert len(slack.posts) == 2
    assert "Reported before it was watched" in str(slack.posts[-1].payload)
    [report] = shown(product.db, offer.id).reports
    assert report.told == product.clock()
    with pytest.raises(ConflictError, match="told by anna already"):
        earlier_reports.dismiss(product.db, offer.id, "ben", product.clock(), source=Source.COMMAND)
    assert [each.action for each in audit.recent(product.db)] == [Action.EARLIER_TOLD]
    # An edit that wins nothing offers nothing.
    await edited(product, before.replace("[[watchlists.entities]]", MORE, 1) + "\n# a remark\n")
    assert listed(product.db, state=OfferState.OPEN) == []


async def test_old_news_of_a_new_feed_is_told_where_somebody_wants_it(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    old = news(web, "old", published=MONDAY - timedelta(days=9), summary=" ".join(TURLA))
    web.serve("/feed", rss([old]))
    before = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=before)
    await product.round()
    await edited(product, before.replace("[[watchlists.entities]]", MORE, 1))
    [offer] = listed(product.db)
    tell(product.db, offer.id, "anna", product.clock(), source=Source.COMMAND)
    await product.round()
    assert len(slack.posts) == 1


async def test_an_offer_of_a_name_that_is_taken_out_again_is_withdrawn(
    product: Product, web: WebWorld, slack: SlackServer
) -> None:
    web.serve("/morning", article_html("Headline morning", TURLA))
    web.serve("/feed", rss([news(web, "morning")]))
    before = config_toml([web.url("/feed")], slack=slack.endpoint)
    await product.start(toml=before)
    await product.round()
    await edited(product, before.replace("[[watchlists.entities]]", MORE, 1))
    await edited(product, before)
    [offer] = listed(product.db)
    assert offer.state is OfferState.WITHDRAWN
    with pytest.raises(ConflictError):
        tell(product.db, offer.id, "anna", product.clock(), source=Source.COMMAND)
