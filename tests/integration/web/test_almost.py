"""What almost reached its threshold is judged on the page, by the API and by command."""

from __future__ import annotations

import json
import subprocess

from sqlalchemy import select

from monitor.model.audit import Action, Source
from monitor.model.story import Role
from monitor.model.token import Scope
from monitor.service import audit, tokens
from monitor.service.almost import sample, shown
from monitor.service.verdicts import listed
from monitor.store.tables import matches, reports
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
    week = await page.get("/almost")
    assert Parsed(week.text).acting == []
    assert "44, told from 50" in week.text
    first = sample(page.site.db, page.site.config, page.clock())[0]
    assert f'href="/almost/{first.match_id}"' in week.text
    one = await page.get(f"/almost/{first.match_id}")
    assert Parsed(one.text).acting == []
    assert "Why you were not told" in one.text
    assert "where 50 are needed" in one.text
    assert "<mark>" in one.text
    given = {"worth": "not-relevant", "reason": "ordinary-word"}
    done = await page.post(f"/almost/{first.match_id}/verdict", given)
    assert done.headers["location"] == f"/almost/{first.match_id}"
    judged = await page.get(f"/almost/{first.match_id}")
    assert "Not relevant: ordinary word" in judged.text
    assert f"/almost/{first.match_id}/verdict" not in judged.text
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


async def test_a_near_miss_says_which_story_it_would_join(page: Page) -> None:
    with page.site.db.write() as connection:
        # A copy of a report of a story, which itself was never put into one.
        query = (
            select(matches.c.id, matches.c.article_id, reports.c.story_id)
            .join(reports, reports.c.article_id == matches.c.article_id)
            .where(reports.c.role != Role.FIRST)
            .order_by(matches.c.id.desc())
        )
        number, article, story = connection.execute(query).first() or (0, 0, 0)
        lower = matches.update().where(matches.c.article_id == article)
        connection.execute(lower.values(alert=False, score=44, created=page.clock()))
    inside = shown(page.site.db, page.site.config, number, page.clock()).story
    assert inside is not None
    assert (inside.story, inside.is_report) == (story, True)
    with page.site.db.write() as connection:
        connection.execute(reports.delete().where(reports.c.article_id == article))
    outside = shown(page.site.db, page.site.config, number, page.clock()).story
    assert outside is not None
    assert (outside.story, outside.is_report) == (story, False)
    assert outside.correlation is not None
    text = (await page.get(f"/almost/{number}")).text
    assert "The story it would join" in text
    assert f'href="/stories/{story}"' in text
    told = (await page.get(f"/api/v1/almost/{number}")).json()
    assert (told["story"]["story"], told["match"]["score"]) == (story, 44)
    assert (await page.get("/almost/999999")).status_code == 400
    assert (await page.get("/api/v1/almost/999999")).status_code == 404


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
