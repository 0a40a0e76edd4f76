"""What tests of deliveries ask of the product."""

from __future__ import annotations

from tests.support.product import Product
from tests.support.story import news
from tests.support.web import WebWorld, rss


async def publish(product: Product, web: WebWorld, *names: str) -> None:
    """Start with a feed whose headlines are to be told, and read it; nothing is sent yet."""
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    await product.start(web.url("/feed"))
    await product.read()
