"""Logging in: who may, how often one may try, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from monitor.config.load import load_config
from monitor.errors import ConfigError
from monitor.service import audit
from monitor.web.pages.login import MOST_OF_ADDRESS, MOST_OF_NAME
from tests.support.page import Page


def with_password(folder: Path, password: str = "correct horse") -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("[web]", f'[web]\npassword = "{password}"'))


async def log_in(
    browser: httpx.AsyncClient, person: str, password: str, to: str = "/"
) -> httpx.Response:
    form = await browser.get("/login", params={"next": to})
    token = re.search(r'name="form_token" value="([^"]+)"', form.text)
    assert token is not None
    fields = {"person": person, "password": password, "next": to, "form_token": token[1]}
    return await browser.post("/login", data=fields)


async def test_only_who_knows_the_password_sees_anything(
    open_page: Callable[[], Page], folder: Path
) -> None:
    with_password(folder)
    page = open_page()
    for path in ("/", "/stories/2", "/stories/2/pane", "/events"):
        answer = await page.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login"), path
    answer = await page.get("/stories/2?tab=outlets")
    assert answer.headers["location"] == "/login?next=%2Fstories%2F2%3Ftab%3Doutlets"
    assert (await log_in(page.browser, "Ines", "wrong")).status_code == 401
    answer = await log_in(page.browser, "Ines", "correct horse", "/stories/2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stories/2")
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if "session" in each]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await page.get("/")).status_code == 200
    # What the database holds opens nothing.
    [session] = page.site.sessions.everybody()
    thief = page.visitor()
    thief.cookies.set("monitor_session", session.digest)
    assert (await thief.get("/")).status_code == 303
    await thief.aclose()
    changes = [(each.action, each.person) for each in audit.recent(page.site.db)]
    assert changes == [("logged-in", "Ines"), ("login-refused", "Ines")]


async def test_a_session_ends(open_page: Callable[[], Page], folder: Path) -> None:
    with_password(folder)
    page = open_page()
    await log_in(page.browser, "Ines", "correct horse")
    answer = await page.post("/logout")
    assert answer.headers["location"] == "/login"
    assert (await page.get("/")).status_code == 303
    # It is revoked where it is kept, whatever the browser still holds.
    assert page.site.sessions.everybody() == []
    await log_in(page.browser, "Ines", "correct horse")
    page.clock.advance(days=8)
    assert (await page.get("/")).status_code == 303
    await log_in(page.browser, "Ines", "correct horse")
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("correct horse", "battery staple"))
    page.reload()
    assert (await page.get("/")).status_code == 303


async def test_a_hash_may_stand_in_the_place_of_the_password(
    open_page: Callable[[], Page], folder: Path
) -> None:
    with_password(folder, PasswordHasher(1, 8, 1).hash("correct horse"))
    page = open_page()
    assert (await log_in(page.browser, "Ines", "correct horse")).status_code == 303


async def test_guessing_is_held_up_by_address_and_by_name(
    open_page: Callable[[], Page], folder: Path
) -> None:
    with_password(folder, PasswordHasher(1, 8, 1).hash("correct horse"))
    page = open_page()
    for _ in range(MOST_OF_ADDRESS):
        assert (await log_in(page.browser, "Ines", "guess")).status_code == 401
    held = await log_in(page.browser, "Somebody", "correct horse")
    assert held.status_code == 429
    assert int(held.headers["retry-after"]) > 0
    elsewhere = page.visitor(address="192.0.2.7")
    for _ in range(MOST_OF_NAME - MOST_OF_ADDRESS):
        await log_in(elsewhere, "ines", "guess")
    third = page.visitor(address="192.0.2.8")
    assert (await log_in(third, "Ines", "correct horse")).status_code == 429
    assert (await log_in(third, "Tom", "correct horse")).status_code == 303
    await elsewhere.aclose()
    await third.aclose()


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "/\tevil", "\n//evil.example", ""],
)  # fmt: skip
async def test_nobody_is_led_away(open_page: Callable[[], Page], folder: Path, to: str) -> None:
    with_password(folder, PasswordHasher(1, 8, 1).hash("correct horse"))
    page = open_page()
    answer = await log_in(page.browser, "Ines", "correct horse", to)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_the_login_is_of_no_other_site(open_page: Callable[[], Page], folder: Path) -> None:
    with_password(folder)
    page = open_page()
    fields = {"person": "Ines", "password": "correct horse", "form_token": "1.2"}
    assert (await page.browser.post("/login", data=fields)).status_code == 403


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ('listen = "0.0.0.0:8787"', "reached by other machines"),
        ('listen = "192.0.2.1:80"', "reached by other machines"),
        ('listen = "[::]:8787"', "reached by other machines"),
        ('public_url = "https://watch.example.org"', "lets other machines in"),
        ('hosts = ["localhost", "::1", "watch.test"]', "other machines in as watch.test"),
        ('trusted_proxies = ["127.0.0.1"]', "lets other machines in"),
        ('password = ""', "must not be empty"),
        ('listen = "8787"', "not an address to listen at"),
        ('public_url = "ftp://x"', "public_url"),
    ],
)
def test_others_are_let_in_with_a_password_only(tmp_path: Path, web: str, said: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[web]\n{web}\n")
    with pytest.raises(ConfigError) as refused:
        load_config(config, env={})
    assert any(said in f"{each.where} {each.reason}" for each in refused.value.faults)
    assert refused.value.exit_code == 2
