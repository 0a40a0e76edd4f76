"""News sitemaps, from the site's address to articles."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from monitor.config.schema import Polling
from monitor.fetch.client import Fetcher
from monitor.pipeline.workers import Workers
from monitor.service.discovery import discover
from tests.support.product import Product
from tests.support.web import WebWorld

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def sitemap(web: WebWorld, *titles: str) -> str:
    return f"<?xml version='1.0'?><urlset {SPACES}>" + "".join(
        f"<url><loc>{web.url(f'/{title}')}</loc><news:news><news:publication><news:name>Outlet"
        "</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>2024-03-25T12:00:00Z</news:publication_date>"
        f"<news:title>{title}</news:title></news:news></url>"
        for title in titles
    ) + "</urlset>"  # fmt: skip


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(Polling(allow_private_networks=True)) as made:
        yield made


@pytest.mark.parametrize("given", ["/", "/sitemap.xml", "/news-sitemap.xml"])
async def test_a_news_sitemap_is_found(
    web: WebWorld, fetcher: Fetcher, workers: Workers, given: str
) -> None:
    web.serve("/", "<!doctype html><title>Outlet</title><p>No feed here")
    index = f"<sitemapindex {SPACES}><sitemap><loc>{{}}</loc></sitemap></sitemapindex>"
    web.serve("/sitemap.xml", index.format(web.url("/news-sitemap.xml")), content_type="text/xml")
    web.serve("/news-sitemap.xml", sitemap(web, "one", "two"))
    [found] = await discover(web.url(given), fetcher, workers)
    assert (found.url, found.title, found.entries) == (web.url("/news-sitemap.xml"), "Outlet", 2)


async def test_it_is_polled_like_a_feed(product: Product, web: WebWorld) -> None:
    web.serve("/news-sitemap.xml", sitemap(web, "one"))
    await product.start(web.url("/news-sitemap.xml"))
    await product.round()
    web.serve("/news-sitemap.xml", sitemap(web, "two", "one"))
    product.clock.advance(hours=1)
    await product.round()
    assert [step.new for step in product.polled] == [1, 1]
    assert {read.article.title for read in product.reads} == {"one", "two"}
