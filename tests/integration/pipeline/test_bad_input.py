"""Whatever a server sends costs one poll at most: the next finds every entry, each of them once.

Real sockets, and the whole way from them to the database.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, repeat

import pytest
from sqlalchemy import select

from monitor.feeds.entries import MAX_ENTRIES
from monitor.fetch.client import Fetcher
from monitor.pipeline.poll import poll
from monitor.store import feeds
from monitor.store.tables import articles
from tests.support.databases import BOTH
from tests.support.names import Names
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.web import WebWorld, item, rss

database = BOTH

POLLING = """
[polling]
timeout = "{timeout}"
max_bytes = "1MB"
per_host = 9
allow_private_networks = true
"""
LATE = "no complete answer"
GOOD = rss([item("Told later", guid="later"), item("Told first", guid="first")])
BESIDE = rss([item("Told beside it")])
HOPS = 20


def _hops(web: WebWorld) -> None:
    web.redirect("/feed", "/hop/1")
    for number in range(1, HOPS):
        web.redirect(f"/hop/{number}", f"/hop/{number + 1}")
    web.serve(f"/hop/{HOPS}", GOOD)


def _cut_gzip(web: WebWorld) -> None:
    # Before its first entry: of one that breaks off later those before are read.
    web.serve("/feed", gzip.compress(GOOD[:50])[:-8], headers={"Content-Encoding": "gzip"})


BAD: dict[str, tuple[Callable[[WebWorld], None], str]] = {
    "slowloris": (
        lambda web: web.trickle(
            "/feed", chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X: y\r\n")), interval=0.02
        ),
        LATE,
    ),
    "dripping body": (lambda web: web.drip("/feed", GOOD * 100), LATE),
    "silence": (lambda web: web.silent("/feed"), LATE),
    "endless body": (lambda web: web.endless("/feed"), "larger than"),
    "truncated gzip": (_cut_gzip, "broke off"),
    "wrong Content-Length": (lambda web: web.cut("/feed", GOOD[:50], len(GOOD)), "broke off"),
    "bomb": (lambda web: web.huge("/feed", 50 * 2**20, encoding="gzip"), "larger than"),
    "metadata service": (
        lambda web: web.redirect("/feed", "http://169.254.169.254/latest/meta-data/"), "redirected"
    ),
    "file": (lambda web: web.redirect("/feed", "file:///etc/passwd"), "redirected"),
    "no TLS": (
        lambda web: web.redirect("/feed", web.url("/feed").replace("http:", "https:")), "TLS"
    ),
    "reset in the body": (lambda web: web.reset("/feed", GOOD[:50]), "broke off"),
    "unknown name": (lambda web: web.redirect("/feed", "http://nobody.invalid/feed"), "name"),
    "20 redirects": (_hops, "more than 5 times"),
    "binary": (lambda web: web.serve("/feed", bytes(range(256)) * 200), "not a feed"),
    "a feed as an error": (lambda web: web.fail("/feed", 500, body=GOOD), "500"),
}  # fmt: skip


async def poll_all(product: Product, *addresses: str, patience: str = "30s") -> None:
    """Ask all of them at once, under a configuration with this patience."""
    toml = config_toml(list(addresses), polling=POLLING.format(timeout=patience))
    await product.start(toml=toml)
    due = await product.ctx.look(feeds.everything)
    await asyncio.gather(*(poll(product.ctx, each.id) for each in due))


async def titles(product: Product) -> list[str]:
    return sorted(await product.ctx.look(lambda c: list(c.scalars(select(articles.c.title)))))


@pytest.mark.parametrize(("serve", "words"), BAD.values(), ids=BAD)
async def test_a_bad_answer_costs_one_poll_and_no_entry(
    product: Product, web: WebWorld, serve: Callable[[WebWorld], None], words: str
) -> None:
    serve(web)
    web.serve("/beside", BESIDE)
    addresses = web.url("/feed"), web.url("/beside")
    await poll_all(product, *addresses, patience="2s" if words == LATE else "30s")
    [failed] = [step for step in product.polled if step.outcome == "failed"]
    assert failed.feed.url == web.url("/feed")
    assert words in failed.detail
    assert await titles(product) == ["Told beside it"]
    for _ in range(2):
        web.serve("/feed", GOOD)
        await poll_all(product, *addresses)
    assert await titles(product) == ["Told beside it", "Told first", "Told later"]
    assert [step.outcome for step in product.polled].count("failed") == 1


async def test_a_name_that_now_leads_to_the_metadata_service_costs_one_poll(
    product: Product, web: WebWorld
) -> None:
    names = Names(moving_test=[["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]])
    feed = web.url("/feed", host="moving.test")
    web.serve("/feed", rss([item("Told first", guid="first")]), headers={"Connection": "close"})
    await product.start(toml=config_toml([feed], polling=POLLING.format(timeout="30s")))
    runtime = product.ctx.runtime
    async with Fetcher(runtime.config.polling, resolver=names) as fetcher:
        product.ctx.runtime = replace(runtime, fetcher=fetcher)
        [state] = await product.ctx.look(feeds.everything)
        await poll(product.ctx, state.id)
        web.serve("/feed", GOOD, headers={"Connection": "close"})
        await poll(product.ctx, state.id)
        assert len(web.requests()) == 1
        await poll(product.ctx, state.id)
    await runtime.fetcher.aclose()
    assert [step.outcome for step in product.polled] == ["ok", "failed", "ok"]
    assert await titles(product) == ["Told first", "Told later"]


def _xml(items: str, prolog: str = "") -> bytes:
    return f"{prolog}<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
ODD: dict[str, bytes] = {
    "invalid dates": rss(
        [
            item("One", guid="1", published="soon"),
            item("Two", guid="2", published="Mon, 99 Foo 0000 99:99:99 +9999"),
            item("Three", guid="3", published=""),
        ]
    ),
    "nested entities": _xml(
        "<item><title>One</title><description>&a9;</description></item>"
        "<item><title>Two</title></item><item><title>Three</title></item>",
        LAUGHS,
    ),
    "UTF-16 without BOM": rss([item("One"), item("Two"), item("Three")])
    .decode()
    .encode("utf-16-le"),
    "huge single line": rss(
        [item("One", summary="x" * 900_000), item("Two"), item("Three")]
    ).replace(b"\n", b""),
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
async def test_odd_documents_are_read_and_their_entries_stored_once(
    product: Product, web: WebWorld, body: bytes
) -> None:
    web.serve("/feed", body)
    for _ in range(2):
        await poll_all(product, web.url("/feed"))
        # What is byte for byte the same would not be read again.
        web.serve("/feed", body + "\n".encode("utf-16-le" if b"\0" in body else "utf-8"))
    assert [step.outcome for step in product.polled] == ["ok", "ok"]
    assert await titles(product) == ["One", "Three", "Two"]


async def test_other_guids_and_tracking_parameters_make_no_other_entries(
    product: Product, web: WebWorld
) -> None:
    for number, scheme in enumerate(("http", "https", "http")):
        link = f"{scheme}://outlet.example/news/{{}}?utm_source={number}"
        items = [item(f"News {n}", guid=f"{number}-{n}", link=link.format(n)) for n in range(9)]
        web.serve("/feed", rss(items))
        await poll_all(product, web.url("/feed"))
    assert [(step.outcome, step.problems) for step in product.polled] == [("ok", ())] * 3
    assert await titles(product) == [f"News {number}" for number in range(9)]


async def test_a_hundred_thousand_items_are_cut_and_stored_once(
    product: Product, web: WebWorld
) -> None:
    items = "".join(f"<item><title>Old {number}</title></item>" for number in range(100_000))
    body = _xml(f"<item><title>New</title></item>{items}")
    toml = config_toml([web.url("/feed")], polling=POLLING.format(timeout="30s"))
    await product.start(toml=toml.replace("1MB", "10MB"))
    [state] = await product.ctx.look(feeds.everything)
    for end in (b"", b"\n"):
        web.serve("/feed", body + end)
        await poll(product.ctx, state.id)
    assert [step.outcome for step in product.polled] == ["ok", "ok"]
    assert "100,001 entries" in product.polled[0].problems[0]
    stored = await titles(product)
    assert len(stored) == len(set(stored)) == MAX_ENTRIES
    assert "New" in stored
