"""The inbox and the story: what they show, and that nothing of a feed acts on them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import event

from monitor.model.article import Article
from monitor.service import audit, inbox, triage, verdicts
from monitor.service.inbox import InboxFilter, InboxState
from monitor.web.evidence import MOST_PARAGRAPHS, evidence
from tests.support.page import Page, Parsed


def stories(html: str) -> list[int]:
    return [int(each) for each in re.findall(r'id="story-(\d+)"', html)]


async def test_stories_are_listed_once_the_newest_first(page: Page) -> None:
    first = await page.get("/?since=all")
    found = stories(first.text)
    more = re.search(r'href="(/\?[^"]*cursor=[^"]+)"', first.text)
    while more is not None:
        answer = await page.get(more[1].replace("&amp;", "&"))
        found += stories(answer.text)
        more = re.search(r'href="(/\?[^"]*cursor=[^"]+)"', answer.text)
    assert len(found) == len(set(found)) > 20
    listed = inbox.inbox(page.site.db, InboxFilter(), limit=500)
    assert [each.id for each in listed.stories] == found
    assert [each.found for each in listed.stories] == sorted(
        (each.found for each in listed.stories), reverse=True
    )


@pytest.mark.parametrize("limit", [1, 3, 7])
@pytest.mark.parametrize("sort", list(inbox.InboxSort))
async def test_pages_of_a_list_meet_without_gap_or_repeat(
    page: Page, limit: int, sort: inbox.InboxSort
) -> None:
    wanted = InboxFilter(state=InboxState.ALL, sort=sort)
    whole = [each.id for each in inbox.inbox(page.site.db, wanted, limit=500).stories]
    found, cursor = [], None
    while True:
        part = inbox.inbox(page.site.db, wanted, cursor=cursor, limit=limit)
        found += [each.id for each in part.stories]
        if part.next is None:
            break
        cursor = part.next
    assert found == whole


async def test_filters_narrow_the_list(page: Page) -> None:
    everything = stories((await page.get("/?state=all&since=all")).text)
    for query, word in (
        ("watchlist=Electoral+Commission", "Wahlregister"),
        ("entity=Ni+Gaobin", "sanctions list"),
        ("lang=de", "Wahlregister"),
        ("q=refineries", "Zirconium"),
        ("feed=Cipher+Weekly", None),
        ("severity=high", "Zirconium"),
    ):
        html = (await page.get(f"/?state=all&since=all&{query}")).text
        assert len(stories(html)) < len(everything), query
        if word is not None:
            assert word in html, query


async def test_a_story_shows_its_text_with_every_mention_in_place(page: Page) -> None:
    html = (await page.get("/?q=sanctions+list&since=all")).text
    [number] = stories(html)
    answer = await page.get(f"/stories/{number}")
    assert "The entry for <mark>Ni Gaobin</mark> shows why" in answer.text
    assert "+55" in answer.text
    assert "“Ni Gaobin” is a name of Ni Gaobin" in answer.text
    assert "told slack" in answer.text
    pane = await page.get(f"/stories/{number}/pane", **{"HX-Request": "true"})
    assert "<mark>Ni Gaobin</mark>" in pane.text
    assert "<html" not in pane.text


def test_a_text_of_very_many_lines_is_cut_and_says_so() -> None:
    article = Article(id="", title="Long", body="one\n\n" * (MOST_PARAGRAPHS + 1))
    shown = evidence(article, ())
    assert sum(len(each.paragraphs) for each in shown.passages) == MOST_PARAGRAPHS
    assert (shown.is_cut, shown.words) == (True, MOST_PARAGRAPHS)
    whole = evidence(Article(id="", title="Short", body="one\n\n" * MOST_PARAGRAPHS), ())
    assert (whole.is_cut, whole.words) == (False, MOST_PARAGRAPHS)


async def test_nothing_that_a_feed_wrote_acts_on_any_page(page: Page) -> None:
    [number] = stories((await page.get("/?q=gpj.exe&since=all&state=all")).text)
    for path in ("/?since=all&state=all&q=gpj.exe", f"/stories/{number}",
                 f"/stories/{number}?tab=outlets", f"/stories/{number}?tab=changes",
                 f"/stories/{number}/pane", "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
                 "/?watchlist=%22onload=alert(1)"):  # fmt: skip
        html = (await page.get(path)).text
        assert Parsed(html).acting == [], path
        assert "\u202e" not in html
        # Standing by itself: in a form's token any two figures may be.
        assert not re.search(r"(?<![\w.:])49(?![\w.:])", html) or "{{ 7*7 }}" in html


async def test_who_is_on_it_is_said_and_taken_back(page: Page) -> None:
    number = stories((await page.get("/")).text)[0]
    answer = await page.post(f"/stories/{number}/acknowledge", {"next": "/?state=all"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?state=all")
    assert "is on it" in (await page.get(f"/stories/{number}")).text
    again = await page.post(f"/stories/{number}/acknowledge", scripted=True)
    assert "already" in again.headers["x-said"]
    assert "x-undo" not in again.headers
    [change, *_] = audit.recent(page.site.db)
    assert (change.action, change.subject) == ("acknowledged", str(number))
    undone = await page.post(f"/undo/{change.id}", scripted=True)
    assert undone.status_code == 200
    assert "is on it" not in undone.text
    twice = await page.post(f"/undo/{change.id}", scripted=True)
    assert twice.status_code == 400
    assert "taken back already" in twice.text


async def test_a_story_is_silenced_for_a_day_and_no_more(page: Page) -> None:
    number = stories((await page.get("/")).text)[0]
    answer = await page.post(f"/stories/{number}/silence", scripted=True)
    assert answer.status_code == 200
    from monitor.service import silences

    [silence] = silences.listed(page.site.db, page.clock())
    assert (silence.ends - silence.created).total_seconds() == 24 * 3600
    assert silence.author
    await page.post(f"/undo/{answer.headers['x-undo']}")
    assert silences.listed(page.site.db, page.clock()) == []


async def test_a_page_hears_of_new_stories(page: Page) -> None:
    from monitor.web.pages.stream import News

    news: News = page.app.state.news
    listed = inbox.inbox(page.site.db, InboxFilter(), limit=3)
    stream = news.of(listed.stories[2].found)
    assert (await anext(stream)).startswith(b"retry:")
    told = (await anext(stream)).decode()
    assert '"new": 2' in told
    assert f"id: {listed.stories[2].found}-" in told
    assert news.listening == 1
    page.site.stopping.set()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert news.listening == 0


async def test_a_story_is_judged_for_all_its_watchlists_and_taken_back(page: Page) -> None:
    number = stories((await page.get("/")).text)[0]
    judged = await page.post(
        f"/stories/{number}/verdict", {"worth": "relevant", "seen": ""}, scripted=True
    )
    assert judged.status_code == 200
    assert "Relevant · " in judged.text
    assert "done" in judged.text
    assert number not in stories((await page.get("/?since=all")).text)
    assert stories((await page.get("/?state=judged")).text) == [number]
    undone = await page.post(f"/undo/{judged.headers['x-undo']}", scripted=True)
    assert "Relevant · " not in undone.text
    assert number in stories((await page.get("/")).text)
    actions = [each.action for each in audit.recent(page.site.db)]
    assert actions == ["verdict-undone", "judged"]


async def test_what_was_seen_waits_no_more_and_counts_for_nothing(page: Page) -> None:
    first, second, third = stories((await page.get("/?since=all")).text)[:3]
    await page.post(f"/stories/{second}/verdict", {"worth": "relevant", "seen": ""})
    given = {"stories": f"{first},{second},{third}"}
    seen = await page.post("/stories/seen", given, scripted=True)
    assert unquote(seen.headers["x-said"]) == "2 stories seen."
    assert seen.text.count("Seen · ") == 2
    waiting = stories((await page.get("/?since=all")).text)
    assert not {first, second, third} & set(waiting)
    # Of its worth nothing was said.
    said = [each.share.of for each in verdicts.precision(page.site.db)]
    assert sum(said) == len(triage.story_row(page.site.db, second).watchlists)
    assert sum(each.of for each in verdicts.shares(page.site.db).values()) == sum(said)
    again = await page.post("/stories/seen", given, scripted=True)
    assert (again.status_code, "dealt with all" in again.text) == (400, True)
    # Whoever looks closer may still say more; the rest is taken back at once.
    standing = triage.story_row(page.site.db, first).seen
    fields = {"worth": "not-relevant", "seen": standing}
    assert (await page.post(f"/stories/{first}/verdict", fields)).status_code == 303
    undone = await page.post(f"/undo/{seen.headers['x-undo']}", scripted=True)
    assert undone.status_code == 200
    assert third in stories((await page.get("/?since=all")).text)
    assert first not in stories((await page.get("/?since=all")).text)
    assert (await page.post("/stories/seen", {"stories": "1,x"})).status_code == 400


async def test_two_people_judge_one_story_and_the_second_is_told_who_was_first(
    page: Page,
) -> None:
    number = stories((await page.get("/")).text)[0]
    ines, tom = page.visitor(), page.visitor()
    for browser, name in ((ines, "Ines"), (tom, "Tom")):
        await page.post("/name", {"person": name}, browser=browser)
    fields = {"worth": "not-relevant", "reason": "ordinary-word", "seen": ""}
    first = await page.post(f"/stories/{number}/verdict", fields, browser=ines)
    assert first.status_code == 303
    second = await page.post(
        f"/stories/{number}/verdict", {"worth": "relevant", "seen": ""}, browser=tom
    )
    assert second.status_code == 409
    assert "Ines has said “not relevant” meanwhile" in second.text
    assert "ordinary word" in second.text
    # Whoever has seen that may still say the other.
    seen = re.search(r'name="seen" value="([^"]*)"', second.text)
    assert seen is not None
    fields = {"worth": "relevant", "seen": seen[1]}
    third = await page.post(f"/stories/{number}/verdict", fields, browser=tom)
    assert third.status_code == 303
    assert "Relevant · Tom" in (await page.get(f"/stories/{number}")).text
    for browser in (ines, tom):
        await browser.aclose()


async def test_a_verdict_that_a_full_disk_has_no_room_for_is_said_not_to_be_kept(
    page: Page,
) -> None:
    number = stories((await page.get("/?since=all&state=all")).text)[0]

    def no_room(connection: Any, _: object) -> None:
        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    page.site.db.engine.dispose()
    event.listen(page.site.db.engine, "connect", no_room)
    # What is free within the file is used up first.
    said = {"worth": "relevant", "note": "x" * 1_900}
    for _ in range(60):
        stood = verdicts.listed(page.site.db, undone=True, limit=500).items
        seen = triage.story_row(page.site.db, number).seen
        answer = await page.post(f"/stories/{number}/verdict", said | {"seen": seen})
        if answer.status_code != 303:
            break
    assert answer.status_code == 503, answer.text[:300]
    assert "disk is full" in answer.text
    assert "Nothing of it was done." in answer.text
    assert verdicts.listed(page.site.db, undone=True, limit=500).items == stood
    event.remove(page.site.db.engine, "connect", no_room)
    page.site.db.engine.dispose()
    again = await page.post(f"/stories/{number}/verdict", said | {"seen": seen})
    assert again.status_code == 303


async def test_a_verdict_that_is_none_is_refused(page: Page) -> None:
    for fields in ({"worth": "great"}, {}, {"worth": "not-relevant", "reason": "boring"}):
        answer = await page.post("/stories/2/verdict", fields)
        assert answer.status_code == 400
    assert audit.recent(page.site.db) == []


async def test_a_story_is_taken_along_in_every_form(page: Page) -> None:
    number = stories((await page.get("/?q=sanctions+list&since=all")).text)[0]
    for form, begins in (("csv", b'"id"'), ("json", b"[{"), ("stix", b"{"), ("misp", b"{")):
        answer = await page.get(f"/stories/{number}/export/{form}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins), answer.content[:80]
        assert "attachment" in answer.headers["content-disposition"]
        assert b"sanctions list" in answer.content
    assert (await page.get(f"/stories/{number}/export/exe")).status_code == 400
