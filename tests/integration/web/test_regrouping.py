"""Stories put together and split by hand, through page and API; and the page on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from monitor.model.audit import Source
from monitor.model.token import Scope
from monitor.service import database as service_database
from monitor.service import inbox, tokens
from monitor.service.inbox import InboxFilter
from tests.support import postgresql as postgresql_server
from tests.support.clock import Clock
from tests.support.history import NOW
from tests.support.page import Page


def listed(page: Page) -> list[int]:
    return [each.id for each in inbox.inbox(page.site.db, InboxFilter(), limit=500).stories]


def single(page: Page) -> list[int]:
    found = inbox.inbox(page.site.db, InboxFilter(), limit=500).stories
    return [each.id for each in found if each.reports == 1]


async def test_stories_are_put_together_parted_and_split_by_plain_forms(page: Page) -> None:
    before = listed(page)
    newest, other, *_ = single(page)
    answer = await page.post(f"/stories/{newest}/merge", {"with": f" #{other} "})
    assert answer.status_code == 303
    whole = answer.headers["location"]
    kept = int(whole.rsplit("/", 1)[1])
    [gone] = {newest, other} - {kept}
    assert gone not in listed(page)
    moved = await page.get(f"/stories/{gone}")
    assert (moved.status_code, moved.headers["location"]) == (303, whole)
    html = (await page.get(whole)).text
    assert "Put together by" in html
    reports = re.findall(
        r'name="report" value="(\d+)"', (await page.get(f"{whole}?tab=outlets")).text
    )
    assert len(reports) == 2
    exported = await page.get(f"/stories/{gone}/export/json")
    assert exported.text == (await page.get(f"{whole}/export/json")).text
    assert len(exported.json()) >= 2
    split = await page.post(f"{whole}/split", {"report": reports[1]})
    new = split.headers["location"]
    assert new != whole
    assert "Split off by" in (await page.get(new)).text
    for path in (new, whole):
        number = re.search(r'action="/undo/(\d+)"', (await page.get(path)).text)
        assert number is not None
        assert (await page.post(f"/undo/{number[1]}")).status_code == 303
    assert listed(page) == before


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("merge", {"with": "bananas"}),
        ("merge", {"with": ""}),
        ("merge", {"with": "9" * 30}),
        ("merge", {"with": "999999"}),
        ("merge", {}),
        ("split", {}),
        ("split", {"report": "-1"}),
        ("split", {"report": "999999"}),
    ],
)
async def test_what_makes_no_sense_is_said_so(
    page: Page, path: str, fields: dict[str, str]
) -> None:
    story = listed(page)[0]
    answer = await page.post(f"/stories/{story}/{path}", fields)
    assert answer.status_code == 400
    bare = await page.browser.post(f"/stories/{story}/{path}", data=fields)
    assert bare.status_code == 403, "a form that is not ours"


async def test_programs_do_the_same(page: Page) -> None:
    secret = tokens.add(page.site.db, "judge", Scope.JUDGE, "Ann", NOW, source=Source.API)
    reader = tokens.add(page.site.db, "reader", Scope.READ, "Ann", NOW, source=Source.API)
    api = page.visitor(authorization=f"Bearer {secret}")
    before = listed(page)
    one, two, three, *_ = single(page)
    wanted = {"stories": [two, three]}
    refused = await page.visitor(authorization=f"Bearer {reader}").post(
        f"/api/v1/stories/{one}/merge", json=wanted
    )
    assert refused.status_code == 403
    merged = await api.post(f"/api/v1/stories/{one}/merge", json=wanted)
    assert merged.status_code == 201, merged.text
    assert merged.json()["action"] == "merged"
    story = merged.json()["story"]
    shown = (await api.get(f"/api/v1/stories/{one}")).json()
    assert [shown["story"]["id"], shown["story"]["reports"]] == [story, 3]
    article = shown["reports"][-1]["article_id"]
    split = await api.post(f"/api/v1/stories/{story}/split", json={"article": article})
    assert split.status_code == 201, split.text
    for each in (split, merged):
        undone = await api.post(f"/api/v1/changes/{each.json()['change']}/undo")
        assert undone.status_code == 201, undone.text
    assert listed(page) == before
    bodies: list[dict[str, list[int]]] = [
        {"stories": []}, {"stories": [-1]}, {"stories": [2**70]}, {},
    ]  # fmt: skip
    for body in bodies:
        answer = await api.post(f"/api/v1/stories/{one}/merge", json=body)
        assert answer.status_code in {400, 404}, answer.text


async def test_every_page_is_shown_on_postgresql(
    folder: Path, postgresql: postgresql_server.Server, open_page: Callable[[], Page]
) -> None:
    here = open_page()
    story, *_ = listed(here)
    url = postgresql.empty()
    service_database.copy(
        f"sqlite:///{folder / 'monitor.db'}", url, lambda _: nullcontext(), lambda *_: None
    )
    there = Page(folder, Clock(NOW), url)
    try:
        assert listed(there) == listed(here)
        for path in (
            "/?since=all", "/?since=all&state=all&sort=score", "/?since=all&q=APT31&severity=high",
            "/?since=all&state=silenced", "/?since=all&state=judged&feed=Cipher+Weekly&lang=en",
            f"/stories/{story}", f"/stories/{story}?tab=outlets", f"/stories/{story}?tab=changes",
            f"/stories/{story}/pane", f"/stories/{story}/export/stix", "/search?q=APT31",
            "/search?q=APT31&sort=best", "/watchlists", "/watchlists/Threat%20actors",
            "/watchlists/Threat%20actors/tune", "/names", "/timeline", "/feeds", "/feeds/1",
            "/deliveries?all=1", "/silences", "/operations", "/almost", "/articles/1", "/metrics",
            "/readyz", "/feeds/Threat%20actors.atom", "/stories.atom?state=all",
        ):  # fmt: skip
            answer = await there.get(path)
            expected = await here.get(path)
            assert answer.status_code == expected.status_code, (path, answer.text[:2000])
        done = await there.post(f"/stories/{story}/verdict", {"worth": "relevant", "seen": ""})
        assert done.status_code == 303
        for deed in ("acknowledge", "silence"):
            assert (await there.post(f"/stories/{story}/{deed}")).status_code == 303
    finally:
        await there.aclose()
