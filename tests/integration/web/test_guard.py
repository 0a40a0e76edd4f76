"""What is refused before a page sees it, and what every answer says to browsers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from monitor.web.app import STATIC
from monitor.web.pages.login import network
from monitor.web.security import CONTENT_SECURITY_POLICY
from tests.support.page import Page

PAGES = ("/", "/?state=all", "/stories/2", "/stories/2?tab=outlets", "/stories/2/pane")

OURS = {"style.css", "page.js", "palette.js", "boot.js", "icon.svg", "vendored.json"}


async def test_every_answer_says_what_browsers_may_do(page: Page) -> None:
    for path in (*PAGES, "/nowhere", "/static/style.css"):
        answer = await page.get(path)
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8787", 200),
        ("127.0.0.1:8787", 200),
        ("[::1]:8787", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("10.0.0.7:8787", 421),
        ("[", 421),
        ("", 421),
    ],
)
async def test_a_name_that_leads_here_by_rebinding_is_refused(
    page: Page, host: str, status: int
) -> None:
    answer = await page.browser.get("/", headers={"Host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_changes_nothing(page: Page, headers: dict[str, str]) -> None:
    answer = await page.post("/stories/2/acknowledge", headers=headers)
    assert answer.status_code == 403
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8787"}
    assert (await page.post("/stories/2/acknowledge", headers=ours)).status_code == 303


async def test_a_form_that_is_not_ours_changes_nothing(page: Page) -> None:
    await page.get("/")
    for token in ("", "1.abc", "x", "9" * 4000):
        fields = {"form_token": token}
        answer = await page.browser.post("/stories/2/acknowledge", data=fields)
        assert answer.status_code == 403, token
    # Nor does one of another browser's.
    other = page.visitor()
    form = await other.get("/")
    stolen = form.text.split('data-token="')[1].split('"')[0]
    answer = await page.browser.post("/stories/2/acknowledge", data={"form_token": stolen})
    assert answer.status_code == 403
    await other.aclose()


async def test_a_form_of_five_megabytes_is_not_read(page: Page) -> None:
    answer = await page.browser.post("/stories/2/acknowledge", data={"x": "y" * 5_000_000})
    assert answer.status_code == 413

    async def pieces() -> object:
        for _ in range(50):
            yield b"x" * 100_000

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await page.browser.post(
        "/undo/1",
        content=pieces(),  # type: ignore[arg-type]
        headers=kind,
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/?since=bananas",
        "/?cursor=x",
        "/?cursor=WzEsMl0x",
        "/?cursor=" + "A" * 5000,
        "/?cursor=WzFlOTk5LDFd",
        "/?state=none",
        "/?severity=worst",
        "/?sort=up",
        "/stories/abc",
        "/stories/99999999",
        "/stories/2?report=99999",
        "/stories/" + "9" * 30,
    ],
)
async def test_an_absurd_address_is_explained(page: Page, path: str) -> None:
    answer = await page.get(path)
    assert answer.status_code == 400
    assert "<h1>That cannot be shown</h1>" in answer.text
    assert "Traceback" not in answer.text


async def test_absurd_filters_find_nothing(page: Page) -> None:
    for query in ("watchlist=%00", "entity=" + "x" * 10_000, "q=%25_%27%22", "lang=%F0%9F%92%A9",
                  "since=99999w", "since=0s", "feed='"):  # fmt: skip
        assert (await page.get(f"/?{query}")).status_code == 200, query


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((STATIC / "vendored.json").read_text())
    for name, said in manifest.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == said["sha256"], name
        assert said["version"]
        assert said["package"]
    shipped = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    others = {each for each in shipped if not each.startswith("licences/")}
    assert others == OURS | set(manifest)


async def test_the_first_load_is_small(page: Page) -> None:
    import gzip

    html = (await page.get("/?state=all&since=all")).content
    parts = [html] + [
        (STATIC / name).read_bytes()
        for name in (*sorted(OURS - {"vendored.json"}), "htmx.min.js", "icons.svg")
    ]
    assert sum(len(gzip.compress(each)) for each in parts) < 60_000


async def test_a_page_that_is_not_there_is_said_so(page: Page) -> None:
    answer = await page.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


async def test_hosts_of_the_configuration_are_known(
    open_page: Callable[[], Page], folder: Path
) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("[web]", '[web]\nhosts = ["watch.localhost"]'))
    page = open_page()
    answer = await page.browser.get("/", headers={"Host": "WATCH.localhost:8787"})
    assert answer.status_code == 200
    assert isinstance(answer, httpx.Response)


@pytest.mark.parametrize(
    ("fetch", "status"),
    [
        ("cross-site no-cors", 403),
        ("same-site cors", 403),
        ("cross-site navigate iframe", 403),
        ("cross-site navigate document", 200),
        ("none navigate document", 200),
        ("same-origin cors", 200),
        ("", 200),
    ],
)
async def test_another_sites_page_asks_for_nothing_within_itself(
    page: Page, fetch: str, status: int
) -> None:
    names = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
    headers = dict(zip(names, fetch.split(), strict=False))
    for path in ("/search?q=APT31", "/api/v1/stories"):
        assert (await page.browser.get(path, headers=headers)).status_code == status


async def test_without_a_password_nobody_comes_by_way_of_a_proxy(page: Page) -> None:
    answer = await page.get("/", **{"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, "password" in answer.text) == (403, True)


async def test_a_fault_of_ours_says_what_browsers_may_do_and_not_what_was_asked(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("monitor.web.pages.inbox.filters_set", broken)
    answer = await page.get("/?q=secretname")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert "secretname" not in answer.text


def test_addresses_of_one_visitor_are_counted_together() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:1") != network("2001:db8:0:1::1")
    assert network("203.0.113.9") == "203.0.113.9"
    assert network("nonsense") == "nonsense"
