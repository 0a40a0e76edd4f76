"""A search and a name are watched from now on: by the page, by the API and by command."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

from monitor.config.load import load_config
from monitor.model.audit import Action, Source
from monitor.model.token import Scope
from monitor.service import audit, tokens
from tests.support.page import Page
from tests.support.program import MONITOR

QUERY = '"new words" NEAR/3 ${HOME}'


def may_write(folder: Path, *, may: bool) -> None:
    config = folder / "config.toml"
    closed = config.read_text().replace("write_config = true", "write_config = false")
    config.write_text(
        closed.replace("write_config = false", "write_config = true") if may else closed
    )


def watchlists(folder: Path) -> dict[str, dict[str, list[dict[str, str]]]]:
    found = tomllib.loads((folder / "config.toml").read_text())["watchlists"]
    return {each["name"]: each for each in found}


async def test_the_page_writes_what_is_to_be_watched(
    open_page: Callable[[], Page], folder: Path
) -> None:
    may_write(folder, may=True)
    page = open_page()
    done = await page.post("/search/watch", {"q": QUERY, "watchlist": "Threat actors"})
    assert done.status_code == 200
    assert "Watched from now on" in done.text
    own = await page.post("/names/watch", {"name": "  Jane  Doe ", "kind": "person"})
    assert "as a watchlist of its own" in own.text
    page.reload()
    found = {each.name: each for each in page.site.config.watchlists}
    assert [each.query for each in found["Threat actors"].queries][-1] == QUERY
    assert found["Jane Doe"].entities[0].kind == "person"
    changes = audit.recent(page.site.db)
    assert [(each.action, each.subject) for each in changes] == [
        (Action.CONFIG_CHANGED, "Jane Doe"), (Action.CONFIG_CHANGED, "Threat actors"),
    ]  # fmt: skip
    before = (folder / "config.toml").read_text()
    for fields, path in (
        ({"q": QUERY, "watchlist": "Threat actors"}, "/search/watch"),
        ({"q": "APT31 AND ("}, "/search/watch"),
        ({"q": ""}, "/search/watch"),
        ({"q": "APT31", "watchlist": "Nobody's"}, "/search/watch"),
        ({"name": " "}, "/names/watch"),
    ):
        refused = await page.post(path, fields)
        assert refused.status_code == 400, (fields, refused.text[:200])
    assert (folder / "config.toml").read_text() == before


async def test_the_page_shows_what_to_write_where_it_may_not(
    open_page: Callable[[], Page], folder: Path
) -> None:
    may_write(folder, may=False)
    page = open_page()
    before = (folder / "config.toml").read_text()
    for path in ("/search?q=APT31", "/names"):
        assert "in a watchlist of its own" in (await page.get(path)).text or path == "/names"
    shown = await page.post("/names/watch", {"name": "Jane Doe", "watchlist": "Threat actors"})
    assert "below the last of <b>Threat actors</b>" in shown.text
    assert (folder / "config.toml").read_text() == before


async def test_the_api_writes_only_for_whom_and_where_it_may(
    open_page: Callable[[], Page], folder: Path
) -> None:
    may_write(folder, may=False)
    page = open_page()

    def bearer(scope: Scope) -> dict[str, str]:
        secret = tokens.add(page.site.db, scope, scope, "ann", page.clock(), source=Source.API)
        return {"Authorization": f"Bearer {secret}"}

    url, wanted = "/api/v1/watchlists/additions", {"query": "Turla AND hack*", "name": "turla"}
    admin = bearer(Scope.ADMIN)
    refused = await page.browser.post(url, json=wanted, headers=bearer(Scope.JUDGE))
    assert refused.status_code == 403
    closed = await page.browser.post(url, json=wanted, headers=admin)
    assert closed.status_code == 403
    assert "write_config" in closed.json()["detail"]
    may_write(folder, may=True)
    page.reload()
    done = await page.browser.post(url, json=wanted, headers=admin)
    assert (done.status_code, done.json()["is_new"]) == (201, True), done.text
    assert watchlists(folder)["turla"]["queries"][0]["query"] == "Turla AND hack*"
    nothing = await page.browser.post(url, json={}, headers=admin)
    assert nothing.status_code == 400


async def test_commands_write_it(folder: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(MONITOR), *arguments, "--config", str(folder / "config.toml")],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    done = run("search", "Turla AND hack*", "--watch", "--watchlist", "Threat actors")
    assert done.returncode == 0, done.stderr
    assert "is watched by “Threat actors”" in done.stdout
    named = run("names", "--watch", "Jane Doe", "--kind", "person")
    assert named.returncode == 0, named.stderr
    config = load_config(folder / "config.toml", env={}).config
    assert config.watchlists[-1].name == "Jane Doe"
    assert run("search", "APT31 AND (", "--watch").returncode == 2
    assert run("search", "APT31", "--watchlist", "Threat actors").returncode == 2
