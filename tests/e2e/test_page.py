"""The page as people use it: the installed daemon, a day's news, and a browser."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from monitor.pipeline.workers import Workers
from tests.support.browser import chromium
from tests.support.databases import copied
from tests.support.history import make_history
from tests.support.product import Product
from tests.support.program import Daemon, Program, wait_until
from tests.support.slack import SlackServer
from tests.support.sockets import free_port
from tests.support.web import WebWorld

PAGES = (
    "/?since=all", "/?since=all&state=all&sort=score&severity=high&lang=en", "/stories/2",
    "/stories/2?tab=outlets", "/almost", "/api",
    "/search?q=APT31", "/watchlists", "/watchlists/Threat%20actors", "/names", "/timeline",
    "/feeds",
    "/feeds/add", "/watchlists/Threat%20actors/tune?entity=Turla&alert_at=60", "/deliveries?all=1",
    "/silences", "/operations", "/more", "/trace",
)  # fmt: skip

# A busy machine draws slowly; what never comes is still noticed.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, new_database: Path
) -> Iterator[tuple[Daemon, str]]:
    """A daemon on a day's news, and its page's address."""
    folder = tmp_path_factory.mktemp("page")
    workers = Workers(1)

    async def make() -> None:
        with WebWorld() as web, SlackServer() as slack:
            product = Product(folder, workers, slack, copied(new_database, folder))
            await make_history(product, web, long_story=False)
            await product.ctx.runtime.fetcher.aclose()
            product.ctx.close()
            product.db.close()

    try:
        asyncio.run(make())
    finally:
        workers.close()
    text = (folder / "config.toml").read_text().partition("[[feeds]]")[0]
    port = free_port()
    program = Program(folder, text.replace("127.0.0.1:8787", f"127.0.0.1:{port}"))
    with program.daemon() as daemon:
        daemon.wait_for_event("the page is served")
        yield daemon, f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser(daemon: tuple[Daemon, str]) -> Iterator[Browser]:
    """Chromium; it has a loop of its own, so what needs another comes before it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def visit(browser: Browser, address: str, **options: Any) -> tuple[Page, list[str]]:
    """A page in a browser of its own, and what it complains of."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, complaints


def current(page: Page) -> Any:
    return page.locator('#list .story[aria-current="true"]')


def test_stories_are_judged_by_keyboard_alone(browser: Browser, daemon: tuple[Daemon, str]) -> None:
    page, complaints = visit(
        browser, f"{daemon[1]}/?since=all", viewport={"width": 1440, "height": 900}
    )
    number = page.locator("#list .story").count()
    assert number >= 30
    keyboard = page.keyboard
    for place in range(number):
        before = current(page).get_attribute("id")
        if place % 3:
            keyboard.press("y")
        else:
            keyboard.press("n")
            keyboard.press(str(place % 6 + 1))
        expect(page.locator(f"#{before}")).to_have_class(re.compile("done"))
    # They stay where they are, greyed, until the list is loaded again.
    assert page.locator("#list .story.done").count() == number
    for _ in range(number):
        waiting = page.locator("#list .story.done").count()
        keyboard.press("z")
        expect(page.locator("#list .story.done")).to_have_count(waiting - 1)
    keyboard.press("z")
    expect(page.locator("#said")).to_contain_text("nothing to undo")
    keyboard.press("a")
    expect(current(page)).to_contain_text("is on it")
    keyboard.press("z")
    expect(page.locator("#said")).to_contain_text("nobody is on it")
    keyboard.press("s")
    expect(page.locator("#said")).to_contain_text("Silenced for 24 hours")
    keyboard.press("z")
    expect(page.locator("#said")).to_contain_text("silenced no more")
    # Seen to here: nothing is said of them, and one key takes all of it back.
    keyboard.press("k")
    upto = int(current(page).evaluate("it => [...document.querySelectorAll('.story')].indexOf(it)"))
    keyboard.press("A")
    expect(page.locator("#list .story.done")).to_have_count(upto + 1)
    keyboard.press("z")
    expect(page.locator("#list .story.done")).to_have_count(0)
    # Moving is not judging, and opens what it comes to beside the list.
    keyboard.press("k")
    keyboard.press("j")
    title = current(page).locator(".hl").inner_text()
    expect(page.locator("#pane .hl")).to_have_text(title)
    keyboard.press("x")
    keyboard.press("J")
    assert page.locator("#list .story.picked").count() == 2
    # What is selected is put together, and parted again.
    keyboard.press("g")
    expect(page.locator("#said")).to_contain_text("2 stories are one now")
    expect(page.locator("#list .story")).to_have_count(number - 1)
    keyboard.press("z")
    expect(page.locator("#said")).to_contain_text("several stories again")
    expect(page.locator("#list .story")).to_have_count(number)
    keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keyboard.press("Escape")
    keyboard.press("t")
    page.wait_for_url(re.compile("/tune"))
    page.go_back()
    expect(current(page)).to_be_visible()
    keyboard.press("w")
    page.wait_for_url(re.compile("/trace"))
    page.go_back()
    expect(current(page)).to_be_visible()
    keyboard.press("Enter")
    page.wait_for_url(re.compile("/stories/"))
    keyboard.press("]")
    keyboard.press("/")
    page.wait_for_url(re.compile("/search"))
    # Nothing happens while one types.
    page.locator("#query").fill("yes")
    keyboard.press("y")
    assert page.locator("#query").input_value() == "yesy"
    assert complaints == []
    page.context.close()


def test_without_javascript_one_reads_judges_and_searches(
    browser: Browser, daemon: tuple[Daemon, str]
) -> None:
    page, _ = visit(browser, f"{daemon[1]}/?since=all", java_script_enabled=False)
    first = page.locator("#list .story").first
    number = first.get_attribute("data-story")
    first.get_by_role("button", name="Relevant", exact=False).first.click()
    expect(page.locator(f"#story-{number}")).to_have_count(0)
    page.goto(f"{daemon[1]}/stories/{number}")
    expect(page.locator(".actions")).to_contain_text("Relevant ·")
    page.locator("details.why-not summary").click()
    page.get_by_role("button", name="ordinary word").click()
    expect(page.locator(".actions")).to_contain_text("Not relevant: ordinary word ·")
    page.get_by_role("link", name="Search every article").click()
    page.locator("#query").fill("Zirconium")
    page.locator(".ask button").click()
    expect(page.locator(".hit").first).to_contain_text("Zirconium")
    page.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_everybody_can_use_it(
    browser: Browser, daemon: tuple[Daemon, str], scheme: str, width: int
) -> None:
    page, complaints = visit(
        browser,
        daemon[1],
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        has_touch=width < 500,
    )
    axe = Axe()
    for path in PAGES:
        page.goto(f"{daemon[1]}{path}")
        found = axe.run(page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        assert not wide, f"{path} scrolls sideways"
    # Nothing of what a feed wrote has run, nor was anything inline that ours needs.
    assert complaints == []
    page.context.close()


def test_two_people_judge_one_story(browser: Browser, daemon: tuple[Daemon, str]) -> None:
    one, _ = visit(browser, f"{daemon[1]}/?since=all")
    other, _ = visit(browser, f"{daemon[1]}/?since=all")
    one.keyboard.press("y")
    expect(current(one).locator("xpath=preceding::article[1]")).to_have_class(re.compile("done"))
    other.keyboard.press("n")
    other.keyboard.press("2")
    expect(other.locator("#said")).to_contain_text("meanwhile")
    expect(current(other)).to_contain_text("Relevant ·")
    one.keyboard.press("z")
    expect(one.locator("#list .story.done")).to_have_count(0)
    one.context.close()
    other.context.close()


def test_it_stops_in_time_with_pages_open(browser: Browser, daemon: tuple[Daemon, str]) -> None:
    pages = [visit(browser, f"{daemon[1]}/?since=all")[0] for _ in range(3)]
    wait_until(lambda: all(each.locator("#list").count() for each in pages), 20, lambda: "no list")
    began = time.monotonic()
    assert daemon[0].stop() == 0
    # A second and a half on a quiet machine; streams that did not end would take eight.
    assert time.monotonic() - began < 7
    for each in pages:
        each.context.close()
