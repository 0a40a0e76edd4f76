"""Earlier reports on the page, by the API and by command: one decision, whichever way it comes."""

from __future__ import annotations

import json
import os
import subprocess

from monitor.model.audit import Action, Source
from monitor.model.earlier_reports import EarlierReport, OfferState
from monitor.model.token import Scope
from monitor.service import audit, earlier_reports, tokens
from monitor.service.search import Filters, recent
from monitor.store import earlier_reports as store_earlier
from tests.support.page import Page, Parsed
from tests.support.program import MONITOR


def offered(page: Page, watchlist: str = "Threat actors", reports: int = 2) -> int:
    """An offer of the newest articles that the watchlist has not found."""
    found = recent(page.site.db, page.site.config, Filters(), limit=500).items
    evil = "<script>alert(1)</script> \u202e names it"
    some = [EarlierReport(each.id, 61, evil) for each in found]
    with page.site.db.write() as connection:
        number = store_earlier.offer(
            connection, watchlist, ["Callisto <b>"], some, page.clock(), most=reports
        )
    assert number is not None
    return number


async def test_an_offer_is_shown_and_told_with_one_click(page: Page) -> None:
    number = offered(page)
    for path in ("/", "/watchlists/Threat%20actors", "/earlier", f"/earlier/{number}"):
        answer = await page.get(path)
        assert answer.status_code == 200, answer.text[:300]
        assert Parsed(answer.text).acting == [], path
        assert "Callisto &lt;b&gt;" in answer.text, path
        assert "\u202e" not in answer.text
    assert f'action="/earlier/{number}/tell"' in (await page.get("/")).text
    done = await page.post(f"/earlier/{number}/tell", {"next": "/"})
    assert done.status_code == 303
    assert f'action="/earlier/{number}/tell"' not in (await page.get("/")).text
    again = await page.post(f"/earlier/{number}/dismiss")
    assert again.status_code == 409
    assert "told by" in again.text
    [change] = audit.recent(page.site.db)
    assert (change.action, change.source, change.subject) == (
        Action.EARLIER_TOLD, Source.PAGE, str(number),
    )  # fmt: skip
    assert (await page.post("/earlier/999/tell")).status_code == 400
    assert (await page.get("/earlier/999")).status_code == 400


async def test_an_offer_is_decided_by_the_api_with_the_right_token(page: Page) -> None:
    number = offered(page)
    listed = (await page.get("/api/v1/earlier?state=open")).json()
    assert [each["id"] for each in listed["items"]] == [number]
    shown = (await page.get(f"/api/v1/earlier/{number}")).json()
    assert len(shown["reports"]) == shown["offer"]["reports"] == 2
    assert shown["offer"]["found"] > 2

    def bearer(scope: Scope) -> dict[str, str]:
        secret = tokens.add(page.site.db, scope, scope, "ann", page.clock(), source=Source.API)
        return {"Authorization": f"Bearer {secret}"}

    url = f"/api/v1/earlier/{number}/tell"
    assert (await page.browser.post(url)).status_code == 401
    # Whoever may judge may not send anything to everybody.
    refused = await page.browser.post(url, headers=bearer(Scope.JUDGE))
    assert refused.status_code == 403
    done = await page.browser.post(url, headers=bearer(Scope.ADMIN))
    assert (done.status_code, done.json()["state"], done.json()["reports"]) == (201, "told", 2)


async def test_an_offer_is_decided_by_command(page: Page) -> None:
    number = offered(page)

    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [str(MONITOR), "earlier", *arguments, "--config", str(page.site.config_path)],
            capture_output=True, text=True, timeout=60, env=dict(os.environ), check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout or done.stderr

    [line] = run("list", "--json").splitlines()
    assert json.loads(line)["names"] == ["Callisto <b>"]
    assert f"monitor earlier tell {number}" in run("show", str(number))
    assert "are not told" in run("dismiss", str(number), "--by", "ben")
    assert f"offer {number} was dismissed by ben already" in run("tell", str(number), code=2)
    assert run("list") == "No earlier reports wait to be told.\n"
    [offer] = earlier_reports.listed(page.site.db)
    assert offer.state is OfferState.DISMISSED
