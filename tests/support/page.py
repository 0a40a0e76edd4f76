"""The page on a real database, asked without a socket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from monitor.service.check import Checked, check_config
from monitor.web.app import create_app
from monitor.web.site import Site
from tests.support.clock import Clock

TOKEN = re.compile(r'data-token="([^"]+)"')


_CHECKED: dict[str, Checked] = {}


def checked(path: Path) -> Checked:
    """A configuration, compiled once for all that say the same: that takes a while."""
    text = path.read_text(encoding="utf-8")
    if text not in _CHECKED:
        _CHECKED[text] = check_config(path, fetch_examples=False)
    return _CHECKED[text]


class Page:
    """The application on a folder's configuration and database, and a browser of sorts.

    Args:
        folder: where `config.toml` is.
        clock: the time.
        url: the database's address.
    """

    def __init__(self, folder: Path, clock: Clock, url: str) -> None:
        self.folder = folder
        self.clock = clock
        self.checked = checked(folder / "config.toml")
        self.site = Site(url, lambda: self.checked, folder / "config.toml", clock=clock)
        self.app = create_app(self.site)
        self.browser = self.visitor()

    def visitor(self, *, host: str = "localhost:8787", address: str = "127.0.0.1",
                **headers: str) -> httpx.AsyncClient:  # fmt: skip
        """Another browser."""
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(address, 1234)
        )
        return httpx.AsyncClient(
            transport=transport, base_url=f"http://{host}", headers=headers, timeout=30
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page."""
        return await self.browser.get(path, headers=headers)

    async def post(
        self,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        browser: httpx.AsyncClient | None = None,
        headers: Mapping[str, str] | None = None,
        scripted: bool = False,
    ) -> httpx.Response:
        """Send a form as the page that it stands on would, or its script."""
        browser = browser or self.browser
        form = await browser.get("/?state=judged")
        token = TOKEN.search(form.text)
        assert token is not None, form.text[:500]
        sent = {**(headers or {}), **({"HX-Request": "true"} if scripted else {})}
        return await browser.post(
            path, data={"form_token": token[1], **(fields or {})}, headers=sent
        )

    def reload(self) -> None:
        """Take over the configuration as it is on disk now."""
        self.checked = checked(self.folder / "config.toml")

    async def aclose(self) -> None:
        """Let go of everything."""
        await self.browser.aclose()
        self.site.close()


class Parsed(HTMLParser):
    """What stands in a page, as a browser reads it: elements, and attributes that act."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))

    @property
    def acting(self) -> list[str]:
        """What would run: inline scripts, handlers, styles, addresses that are scripts."""
        found = []
        for tag, attributes in self.tags:
            if tag == "script" and not str(attributes.get("src", "")).startswith("/static/"):
                found.append("script")
            if tag in {"style", "iframe", "object", "embed", "base"}:
                found.append(tag)
            for name, value in attributes.items():
                if name.startswith("on") or name == "style":
                    found.append(f"{tag} {name}")
                if name in {"href", "src", "action"} and not re.match(
                    r"(/(?!/)|https?://|#|\?|$)", value or ""
                ):
                    found.append(f"{tag} {name}={value}")
        return found
