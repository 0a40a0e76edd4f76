"""The API on a day's news: lists, tokens, what can be done, feeds, metrics."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from prometheus_client.parser import text_string_to_metric_families

from monitor.config.load import load_config
from monitor.feeds.parse import parse
from monitor.model.audit import Action, Source
from monitor.model.delivery import DeliveryStatus
from monitor.model.token import Scope
from monitor.model.verdict import Worth
from monitor.service import audit, tokens, triage
from monitor.service.export import ExportFilter, ExportFormat, export
from monitor.service.metrics import metrics
from monitor.store.tables import deliveries
from tests.support.page import Page
from tests.support.product import Product
from tests.support.web import WebWorld

LISTS = ("stories", "matches", "alerts", "articles", "feeds", "watchlists", "silences", "verdicts")


def token(page: Page, scope: Scope = Scope.ADMIN, name: str = "desk") -> dict[str, str]:
    secret = tokens.add(page.site.db, name, scope, "ann", page.clock(), source=Source.API)
    return {"Authorization": f"Bearer {secret}"}


async def items(page: Page, path: str, limit: int) -> list[dict[str, Any]]:
    """A whole list, by its cursors."""
    found: list[dict[str, Any]] = []
    cursor = ""
    joined = "&" if "?" in path else "?"
    for _ in range(200):
        answer = await page.get(f"/api/v1/{path}{joined}limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if (following := answer.json()["next"]) is None:
            return found
        cursor = f"&cursor={following}"
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_cut_by_cursors_is_the_whole_list(page: Page, name: str) -> None:
    whole = await items(page, name, 500)
    cut = await items(page, name, 3)
    assert cut == whole
    if name not in {"silences", "verdicts"}:
        assert len(whole) >= 3


async def test_a_search_means_what_it_means_on_the_page(page: Page) -> None:
    found = await items(page, "search?q=APT31", 5)
    assert found
    assert all("APT31" in json.dumps(each["mentions"]) for each in found)
    best = await page.get("/api/v1/search?q=APT31&sort=best")
    assert best.status_code == 200
    assert (await page.get("/api/v1/search?q=(")).status_code == 400


async def test_single_things_are_found_and_others_are_404(page: Page) -> None:
    for name in ("stories", "matches", "articles", "alerts"):
        first = (await items(page, name, 1))[0]["id"]
        assert (await page.get(f"/api/v1/{name}/{first}")).status_code == 200
        missing = await page.get(f"/api/v1/{name}/99999999")
        assert missing.status_code == 404
        assert missing.headers["content-type"] == "application/problem+json"
        assert missing.json()["title"] == "There is none"


async def test_what_the_page_works_out_programs_are_told_too(page: Page) -> None:
    story = (await items(page, "stories", 1))[0]
    for worth in ("not-relevant", "relevant"):
        triage.judge(page.site.db, story["id"], Worth(worth), "ann", page.clock())
    precise = await items(page, "precision", 50)
    assert {each["watchlist"] for each in precise} == set(story["watchlists"])
    assert {(each["share"]["count"], each["share"]["of"]) for each in precise} == {(1, 1)}
    assert await items(page, "suggestions", 50) == []
    assert isinstance(await items(page, "names", 50), list)
    timeline = (await page.get("/api/v1/timeline?days=14")).json()
    assert len(timeline["days"]) == 14
    assert (await page.get("/api/v1/timeline?days=15")).status_code == 400
    way = (await page.get(f"/api/v1/trace?url={quote(story['url'], safe='')}")).json()
    assert {each["name"] for each in way["watchlists"]} >= set(story["watchlists"])
    assert (await page.get("/api/v1/trace?url=bananas")).status_code == 400
    assert (await page.get("/api/v1/health")).json()["feeds"]


async def test_what_waits_for_a_channel_is_sent_to_another(page: Page) -> None:
    with page.site.db.write() as connection:
        gone = {"channel": "gone", "status": DeliveryStatus.DEAD}
        connection.execute(deliveries.update().values(gone))
    shown = await page.get("/deliveries")
    assert "No channel is called gone" in shown.text
    assert "Retry all that was given up" in shown.text
    judge, admin = token(page, Scope.JUDGE, "judge"), token(page, Scope.ADMIN, "admin")
    wanted, path = {"channel": "gone", "to": "slack"}, "/api/v1/deliveries/reroute"
    assert (await page.browser.post(path, json=wanted, headers=judge)).status_code == 403
    nowhere = {"channel": "gone", "to": "nowhere"}
    assert (await page.browser.post(path, json=nowhere, headers=admin)).status_code == 400
    assert (await page.post("/deliveries/reroute", wanted)).status_code == 303
    again = await page.browser.post(path, json=wanted, headers=admin)
    assert (again.status_code, again.json()["due"]) == (201, 0)
    retried = await page.browser.post("/api/v1/deliveries/retry", headers=admin)
    assert retried.status_code == 201
    actions = [(each.action, each.source) for each in audit.recent(page.site.db)][:3]
    assert actions == [
        (Action.RETRIED, Source.API), (Action.REROUTED, Source.API),
        (Action.REROUTED, Source.PAGE),
    ]  # fmt: skip
    quiet = await page.get("/deliveries")
    assert "No channel is called gone" not in quiet.text
    assert "Retry all" not in quiet.text


@pytest.mark.parametrize(
    "query",
    [
        "stories?cursor=nonsense", "matches?cursor=WzFd", "alerts?cursor=e30", "stories?limit=0",
        "stories?limit=100000000000000000000", "stories?since=bananas", "stories?severity=awful",
        "matches?min_score=nan", "matches?story=-1", "search", "search?q=%22", "articles?feed=none",
        "stories?since=9999-12-31T23:59:59-23:59",
    ],
)  # fmt: skip
async def test_absurd_questions_are_answered_in_words(page: Page, query: str) -> None:
    answer = await page.get(f"/api/v1/{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status"}


async def test_reading_takes_a_login_or_a_token_once_there_is_a_password(
    open_page: Callable[[], Page], page: Page
) -> None:
    config = page.folder / "config.toml"
    config.write_text(config.read_text().replace("[web]\n", '[web]\npassword = "hunter2"\n', 1))
    page.reload()
    refused = await page.get("/api/v1/stories")
    assert (refused.status_code, refused.json()["status"]) == (401, 401)
    assert "Bearer" in refused.headers["www-authenticate"]
    reader = token(page, Scope.READ)
    assert (await page.get("/api/v1/stories", **reader)).status_code == 200
    for path in ("/metrics", "/stories.atom", "/search.json?q=APT31", "/almost.atom",
                 "/feeds/Threat%20actors.json"):  # fmt: skip
        assert (await page.get(path)).status_code == 401, path
        assert (await page.get(path, **reader)).status_code == 200, path
    assert (await page.get("/healthz")).status_code == 200
    tokens.revoke(page.site.db, "desk", "ann", page.clock(), source=Source.API)
    assert (await page.get("/api/v1/stories", **reader)).status_code == 401


async def test_what_changes_something_takes_a_token_that_lets_do_it(page: Page) -> None:
    story = (await items(page, "stories", 1))[0]["id"]
    path = f"/api/v1/stories/{story}/verdict"
    said = {"worth": "relevant"}
    assert (await page.browser.post(path, json=said)).status_code == 401
    reader = token(page, Scope.READ, "reader")
    assert (await page.browser.post(path, json=said, headers=reader)).status_code == 403
    judge = token(page, Scope.JUDGE, "judge")
    done = await page.browser.post(path, json=said, headers=judge)
    assert done.status_code == 201, done.text
    stands = (await items(page, "stories", 1))[0]["verdicts"]
    assert [(each["worth"], each["who"]) for each in stands] == [("relevant", "judge")] * len(
        stands
    )
    late = {"worth": "not-relevant", "reason": "old-news", "seen": ""}
    faster = await page.browser.post(path, json=late, headers=judge)
    assert (faster.status_code, faster.json()["title"]) == (409, "Somebody was faster")
    undone = f"/api/v1/changes/{done.json()['change']}/undo"
    assert (await page.browser.post(undone, headers=judge)).status_code == 201
    retry = await page.browser.post("/api/v1/alerts/x/retry", headers=judge)
    assert retry.status_code == 403
    changes = audit.recent(page.site.db)
    assert {Action.JUDGED, Action.VERDICT_UNDONE} <= {
        each.action for each in changes if each.source is Source.API and each.person == "judge"
    }


async def test_a_silence_is_made_and_ended(page: Page) -> None:
    judge = token(page, Scope.JUDGE)
    everything = await page.browser.post("/api/v1/silences", json={"reason": "x"}, headers=judge)
    assert everything.status_code == 400
    unknown = {"reason": "x", "entities": ["APT13"]}
    answer = await page.browser.post("/api/v1/silences", json=unknown, headers=judge)
    assert (answer.status_code, "APT31" in answer.text or "APT13" in answer.text) == (400, True)
    wanted = {"reason": "exercise", "entities": ["APT31"], "hours": 2}
    added = await page.browser.post("/api/v1/silences", json=wanted, headers=judge)
    assert added.status_code == 201, added.text
    assert [each["reason"] for each in await items(page, "silences", 50)] == ["exercise"]
    path = f"/api/v1/silences/{added.json()['id']}"
    assert (await page.browser.delete(path, headers=judge)).status_code == 200
    assert (await page.browser.delete(path, headers=judge)).status_code == 404


async def test_a_backtest_of_the_same_configuration_changes_nothing(page: Page) -> None:
    answer = await page.browser.post("/api/v1/backtest", json={}, headers=token(page))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    changes = {(each["won"], each["lost"], each["rescored"]) for each in found["watchlists"]}
    assert changes == {(0, 0, 0)}


@pytest.mark.parametrize("form", ExportFormat)
async def test_an_export_is_what_the_command_writes(page: Page, form: ExportFormat) -> None:
    answer = await page.get(f"/api/v1/matches/export?format={form}&alerts=true")
    config = load_config(page.folder / "config.toml", env={}).config
    wanted = ExportFilter(alerts_only=True)
    assert answer.content == export(page.site.db, config, form, wanted)
    assert answer.headers["content-type"].startswith(form.media_type.partition(";")[0])


async def test_a_watchlists_feed_is_read_by_our_own_poller(
    page: Page, product: Product, web: WebWorld
) -> None:
    name = "Threat actors"
    told = await items(page, f"matches?watchlist={name}&alerts=true", 500)
    answer = await page.get(f"/feeds/{name}.atom")
    assert answer.status_code == 200, answer.text
    feed = parse(answer.content, url="https://watch.example/feeds/x.atom")
    assert feed.problems == ()
    assert len(feed.entries) == len(told)
    assert {each.title for each in feed.entries} >= {
        " ".join(each["article"]["title"].split()) for each in told[:1]
    }
    # Polled twice, with what was added meanwhile: what was there is known again.
    await product.start(web.url("/x.atom"))
    again = (await page.get(f"/feeds/{name}.atom")).content
    for served, new in ((answer.content, len(told)), (again.replace(b"</feed>", b"\n</feed>"), 0)):
        web.serve("/x.atom", served, content_type=answer.headers["content-type"])
        await product.read()
        assert (product.polled[-1].entries, product.polled[-1].new) == (len(told), new)
    as_json = parse((await page.get(f"/feeds/{name}.json")).content, url="https://watch.example/f")
    assert len(as_json.entries) == len(told)
    assert b'href="javascript:' not in answer.content
    # A watchlist's name may have a slash.
    for nobody in ("nobody", "US/UK"):
        unknown = await page.get(f"/feeds/{nobody}.atom")
        assert (unknown.status_code, nobody in unknown.text) == (404, True), nobody


VIEWS = {
    "/stories": "stories?since=7d&state=open",
    "/stories?state=all&severity=critical": "stories?since=7d&severity=critical",
    "/stories?state=all&since=all&sort=score&entity=APT31": "stories?sort=score&entity=APT31",
    "/search?q=APT31": "search?q=APT31",
    "/almost": "almost",
}


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_is_a_feed_of_what_it_lists(page: Page, view: str) -> None:
    listed = await items(page, VIEWS[view], 500)
    path, _, query = view.partition("?")
    asked = f"?{query}" if query else ""
    answer = await page.get(f"{path}.atom{asked}")
    assert answer.status_code == 200, answer.text
    feed = parse(answer.content, url="https://watch.example/f")
    assert feed.problems == ()
    assert [each.title for each in feed.entries] == [
        " ".join(each["title"].split()) for each in listed[:100]
    ]
    assert len({each.guid for each in feed.entries}) == len(feed.entries)
    items_of = (await page.get(f"{path}.json{asked}")).json()["items"]
    assert [each["id"] for each in items_of] == [each.guid for each in feed.entries]
    # Whoever is on the page finds it there, and their reader by itself.
    shown = (await page.get(view if path != "/stories" else f"/{asked}")).text
    assert f'type="application/atom+xml" href="{path}.atom{asked}"'.replace("&", "&amp;") in shown
    assert f'<a class="sorted" href="{path}.atom{asked}"'.replace("&", "&amp;") in shown


async def test_a_feed_of_a_view_that_makes_no_sense_is_refused_in_words(page: Page) -> None:
    for path in ("/stories.atom?since=bananas", "/stories.json?severity=dreadful", "/search.atom",
                 "/search.json?q=(", "/search.atom?q=" + "x" * 20_001):  # fmt: skip
        answer = await page.get(path)
        assert answer.status_code == 400, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


async def test_metrics_are_read_by_prometheus_own_parser_and_explained(page: Page) -> None:
    text = (await page.get("/metrics")).text
    found = {each.name: each for each in text_string_to_metric_families(text)}
    assert found["monitor_feeds"].samples[0].value > 0
    assert found["monitor_rows"].samples
    assert text.encode() == metrics(page.site.db, page.clock())
    from tests.unit.test_reference import METRICS

    explained = METRICS.read_text()
    assert [name for name in found if f"`{name}" not in explained] == []


async def test_whether_it_is_ready(page: Page) -> None:
    assert (await page.get("/readyz")).json() == {"status": "ready"}
    assert (await page.get("/healthz")).json() == {"status": "alive"}


async def test_nothing_is_told_to_telemetry_whatever_the_environment_says(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    schema = (await page.get("/api/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/stories" in schema["paths"]
    shown = await page.get("/api")
    assert "/api/v1/stories" in shown.text


def test_no_question_that_the_schema_knows_of_breaks_it(page: Page) -> None:
    asked = {"Authorization": token(page)["Authorization"], "Host": "localhost"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", page.app, headers=asked)
    for found in schema.include(method=["GET", "POST", "DELETE"]).get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr] # an error fails the test
        if "backtest" in operation.path:
            continue  # a process each

        @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call(headers=asked)
            assert answer.status_code < 500, (case.path, answer.text)

        ask()


async def test_a_password_that_a_browser_sends_by_itself_changes_nothing(page: Page) -> None:
    secret = token(page)["Authorization"].partition(" ")[2]
    basic = {"Authorization": "Basic " + base64.b64encode(f"x:{secret}".encode()).decode()}
    story = (await items(page, "stories", 1))[0]["id"]
    assert (await page.get("/feeds/Threat actors.atom", **basic)).status_code == 200
    path = f"/api/v1/stories/{story}/acknowledge"
    assert (await page.browser.post(path, headers=basic)).status_code == 401
    foreign = {**token(page, name="second"), "Sec-Fetch-Site": "cross-site"}
    assert (await page.browser.post(path, headers=foreign)).status_code == 403
    odd = await page.browser.get("/api/v1/stories", headers=[(b"Authorization", b"Basic \xe9")])
    assert odd.status_code == 401


async def test_only_what_belongs_to_a_story_is_taken_back_by_number(page: Page) -> None:
    admin = token(page)
    wanted = {"reason": "exercise", "all": True}
    judge = token(page, Scope.JUDGE, "judge")
    assert (
        await page.browser.post("/api/v1/silences", json=wanted, headers=judge)
    ).status_code == 403
    added = await page.browser.post("/api/v1/silences", json=wanted, headers=admin)
    assert added.status_code == 201
    number = audit.recent(page.site.db, limit=1)[0].id
    undone = await page.browser.post(f"/api/v1/changes/{number}/undo", headers=admin)
    assert undone.status_code == 404
    assert [each["in_force"] for each in await items(page, "silences", 5)] == [True]
