"""What almost reached its threshold is judged on the page, by the API and by command."""

from __future__ import annotations

import json
import subprocess

from monitor.model.audit import Action, Source
from monitor.model.token import Scope
from monitor.service import audit, tokens
from monitor.service.almost import sample
from monitor.service.verdicts import listed
from monitor.store.tables import matches
from tests.support.page import Page, Parsed
from tests.support.program import MONITOR


def below(page: Page, watchlist: str = "Threat actors") -> int:
    """Have all of a watchlist's matches be below its threshold; how many are chosen."""
    with page.site.db.write() as connection:
        values = {"alert": False, "score": 44, "created": page.clock()}
        chosen = matches.c.watchlist == watchlist
        connection.execute(matches.update().where(chosen).values(values))
    found = sample(page.site.db, page.site.config, page.clock())
    assert {each.watchlist for each in found} >= {watchlist}
    return len(found)


async def test_what_almost_reached_its_threshold_is_judged_and_taken_back(page: Page) -> None:
    before = below(page)
    shown = await page.get("/almost")
    assert Parsed(shown.text).acting == []
    assert "44, told from 50" in shown.text
    first = sample(page.site.db, page.site.config, page.clock())[0]
    given = {"worth": "not-relevant", "reason": "ordinary-word"}
    done = await page.post(f"/almost/{first.match_id}/verdict", given)
    assert done.status_code == 200
    assert "Judged not relevant" in done.text
    assert f"/almost/{first.match_id}/verdict" not in done.text
    [verdict] = listed(page.site.db).items
    assert verdict.reason == "ordinary-word"
    again = await page.post(f"/almost/{first.match_id}/verdict", given)
    assert again.status_code == 409
    assert (await page.post(f"/almost/{verdict.id}/undo")).status_code == 303
    assert len(sample(page.site.db, page.site.config, page.clock())) == before
    assert (await page.post("/almost/1/verdict", {"worth": "dear"})).status_code == 400
    changes = audit.recent(page.site.db)
    assert [(each.action, each.source) for each in changes] == [
        (Action.VERDICT_UNDONE, Source.PAGE), (Action.JUDGED, Source.PAGE),
    ]  # fmt: skip
    assert f"match {first.match_id}" in (await page.get("/operations")).text


async def test_programs_and_commands_get_the_same_sample(page: Page) -> None:
    below(page)
    found = sample(page.site.db, page.site.config, page.clock())
    listing = (await page.get("/api/v1/almost")).json()["items"]
    assert {each["match_id"] for each in listing} == {each.match_id for each in found}
    secret = tokens.add(page.site.db, "desk", Scope.JUDGE, "ann", page.clock(), source=Source.API)
    head = {"Authorization": f"Bearer {secret}"}
    number = found[0].match_id
    url = f"/api/v1/matches/{number}/verdict"
    done = await page.browser.post(url, json={"worth": "relevant"}, headers=head)
    assert (done.status_code, done.json()["worth"]) == (201, "relevant")
    again = await page.browser.post(url, json={"worth": "not-relevant"}, headers=head)
    assert again.status_code == 409
    over = {"worth": "not-relevant", "seen": done.json()["id"]}
    assert (await page.browser.post(url, json=over, headers=head)).status_code == 201
    # The command's week is this one, whenever that is.
    assert command(page) == []


def command(page: Page) -> list[object]:
    """What `monitor verdict sample` prints."""
    ran = subprocess.run(
        [str(MONITOR), "verdict", "sample", "--json", "--config", str(page.site.config_path)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]
