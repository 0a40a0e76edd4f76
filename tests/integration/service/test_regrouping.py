"""Stories put together and split by hand: later reports join the right one, and all can go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.messages.correlations import why
from monitor.model.audit import Action
from monitor.model.match import Severity
from monitor.model.verdict import Worth
from monitor.pipeline.place import Place, place
from monitor.service import audit, matches, regrouping, stories, triage
from monitor.service.decisions import GoneError
from monitor.store.columns import NO_VALUE
from monitor.store.correlations import correlation_of
from monitor.store.database import Database
from monitor.store.tables import alerts, articles, feeds, reports
from monitor.store.tables import matches as match_rows
from monitor.store.tables import stories as story_rows
from monitor.store.told_stories import told
from monitor.store.verdict_tables import verdicts
from monitor.stories.correlate import Report
from monitor.stories.fingerprint import fingerprint
from tests.support.clock import MONDAY

LATER = MONDAY + timedelta(hours=40)
TEXTS = {
    "ferry": (
        "Ferry company Skerry Lines hit by ransomware, sailings cancelled",
        "Skerry Lines cancelled all sailings to the Outer Holms on Monday after ransomware locked "
        "its booking system and the screens in its terminals. The attackers, who call themselves "
        "Tidewater, demand 2.4 million euros, managing director Inga Brodie told reporters.",
    ),
    "yard": (
        "Skerry Lines orders two electric ferries from Norwegian yard",
        "Skerry Lines has ordered two electric ferries for its short routes from the yard Havbruk "
        "in Norway, for 61 million euros the pair. They will carry 40 cars each and charge their "
        "batteries while unloading. The first is to be delivered in the spring of 2028.",
    ),
}


class Desk:
    """Enters articles, each with a match, and tells of them as the pipeline would."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.last = 0
        with db.write() as connection:
            values = {"id": 1, "name": "1", "url": "http://1/", "added": MONDAY}
            connection.execute(insert(feeds).values(next_poll=MONDAY, **values))

    def enter(self, text: str, outlet: str, hours: float = 0, *, tell: bool = False) -> Place:
        """Enter a report; its article's number is `last`."""
        self.last += 1
        title, body = TEXTS[text]
        made = fingerprint(title, body, language="en", names=["Skerry Lines"])
        at = MONDAY + timedelta(hours=hours)
        with self.db.write() as connection:
            values = {"id": self.last, "feed_id": 1, "fetched": at, "title": title, "body": body}
            connection.execute(insert(articles).values(outlet=outlet, **values))
            self._match(connection, at)
            found = place(
                connection, self.last, Report(outlet, at, frozenset({"Skerry Lines"}), made, "en")
            )
            if tell:
                row = {"id": f"m-{self.last}", "match_id": self.last, "created": at}
                connection.execute(
                    insert(alerts).values(thread=row["id"], story_id=found.story, **row)
                )
                connection.execute(
                    match_rows.update()
                    .where(match_rows.c.id == self.last)
                    .values(thread=row["id"], joined=at)
                )
        return found

    def _match(self, connection: Connection, at: Any) -> None:
        mention = {
            "entity": f"Skerry Lines {self.last}", "name": "Skerry Lines", "field": "body",
            "start": 0, "end": 12, "text": "Skerry Lines", "sentence": "Skerry Lines.",
        }  # fmt: skip
        connection.execute(
            insert(match_rows).values(
                id=self.last, article_id=self.last, watchlist="Ferries", score=60, alert=True,
                severity=Severity.MEDIUM, mentions=[mention], reasons=[], created=at,
                headlines=NO_VALUE, blanked=NO_VALUE,
            )
        )  # fmt: skip

    def everything(self) -> dict[str, Sequence[Any]]:
        """What may change when stories are regrouped."""
        with self.db.read() as connection:
            return {
                "reports": connection.execute(
                    select(*reports.c["article_id", "story_id", "role", "correlation"]).order_by(
                        reports.c.article_id
                    )
                ).all(),
                "alerts": connection.execute(
                    select(*alerts.c["id", "story_id", "thread"]).order_by(alerts.c.id)
                ).all(),
                "verdicts": connection.execute(select(verdicts.c.id, verdicts.c.story_id)).all(),
                "began": connection.execute(
                    select(story_rows.c.id, story_rows.c.began)
                    .where(story_rows.c.merged_into.is_(None))
                    .order_by(story_rows.c.id)
                ).all(),
            }


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db)


def undo(desk: Desk, number: int | None) -> int:
    assert number is not None
    return triage.undo(desk.db, number, "Tom", Config(), LATER).story


def test_stories_that_are_put_together_are_one_and_can_be_parted_again(desk: Desk) -> None:
    ferry = desk.enter("ferry", "Stromvik Evening News", tell=True).story
    yard = desk.enter("yard", "Harbour Post", 20, tell=True).story
    assert yard != ferry
    triage.judge(desk.db, yard, Worth.RELEVANT, "Ines", LATER)
    before = desk.everything()
    done = regrouping.merge(desk.db, [yard, ferry], "Ines", LATER)
    assert (done.story, done.action) == (ferry, Action.MERGED)
    # Whoever asks for the one that is no more is shown the one that is left, with all it had.
    shown = stories.shown(desk.db, yard)
    assert [shown.story.id, shown.story.reports, len(shown.alert_ids)] == [ferry, 2, 2]
    assert [each.who for each in shown.story.verdicts] == ["Ines"]
    assert {each.article.id for each in matches.search(desk.db, story=yard)} == {"1", "2"}
    assert "put together by hand with Stromvik Evening News’s report" in {
        why(correlation_of(row.correlation)) for row in desk.everything()["reports"]
    }
    # What was told of either is known of both, and nobody is told anew.
    with desk.db.read() as connection:
        [known] = told(connection, ferry, {"Ferries": 0}).values()
    assert [known.thread, known.threads] == ["m-1", ("m-1", "m-2")]
    assert known.entities == {"Skerry Lines 1", "Skerry Lines 2"}
    assert len(desk.everything()["alerts"]) == 2
    # Later reports of either join it, as long as they would have.
    assert desk.enter("ferry", "Northgate Post", 30).story == ferry
    assert desk.enter("yard", "Skerry Post", 88).story == ferry
    with pytest.raises(UsageError, match="two stories"):
        regrouping.merge(desk.db, [yard, ferry], "Tom", LATER)
    assert undo(desk, done.change) == ferry
    after = desk.everything()
    assert after["reports"][:2] == before["reports"]
    assert [row.story_id for row in after["reports"][2:]] == [ferry, ferry]
    assert {name: after[name] for name in ("alerts", "verdicts", "began")} == {
        name: before[name] for name in ("alerts", "verdicts", "began")
    }
    with pytest.raises(GoneError):
        undo(desk, done.change)
    assert [each.action for each in audit.recent(desk.db, subject=str(ferry))] == [
        Action.MERGE_UNDONE, Action.MERGED,
    ]  # fmt: skip


def test_a_report_that_is_split_off_has_a_story_of_its_own(desk: Desk) -> None:
    ferry = desk.enter("ferry", "Stromvik Evening News", tell=True).story
    yard = desk.enter("yard", "Harbour Post", 1, tell=True).story
    regrouping.merge(desk.db, [ferry, yard], "Ines", LATER)
    before = desk.everything()
    done = regrouping.split(desk.db, ferry, 2, "Ines", LATER)
    assert done.story not in {ferry, yard}
    shown = stories.shown(desk.db, done.story)
    assert [shown.story.reports, shown.alert_ids] == [1, ("m-2",)]
    assert [stories.shown(desk.db, ferry).story.reports, len(desk.everything()["alerts"])] == [1, 2]
    assert desk.enter("yard", "Skerry Post", 30).story == done.story
    assert desk.enter("ferry", "Northgate Post", 31).story == ferry
    # What has joined it since goes back with it.
    assert undo(desk, done.change) == ferry
    after = desk.everything()
    assert after["reports"][:2] == before["reports"]
    assert {row.story_id for row in after["reports"]} == {ferry}
    assert after["alerts"] == before["alerts"]
    assert regrouping.resolved(desk.db, done.story) == ferry


def test_the_first_report_leaves_an_heir_by_way_of_which_others_join(desk: Desk) -> None:
    ferry = desk.enter("ferry", "Stromvik Evening News").story
    assert desk.enter("ferry", "Northgate Post", 1).story == ferry
    before = desk.everything()
    done = regrouping.split(desk.db, ferry, 1, "Ines", LATER)
    assert [row.role for row in desk.everything()["reports"]] == ["first", "first"]
    assert undo(desk, done.change) == ferry
    assert desk.everything()["reports"] == before["reports"]


def test_what_makes_no_sense_changes_nothing(desk: Desk) -> None:
    ferry = desk.enter("ferry", "Stromvik Evening News").story
    yard = desk.enter("yard", "Harbour Post", 1).story
    before = desk.everything()
    for stories_, says in (([ferry], "two"), ([ferry, ferry], "two"), ([ferry, 999], "no story"),
                           ([ferry] * 51, "at most")):  # fmt: skip
        with pytest.raises(UsageError, match=says):
            regrouping.merge(desk.db, stories_, "Ines", LATER)
    for story, article, says in ((ferry, 1, "only report"), (ferry, 2, "no report"),
                                 (999, 1, "no story")):  # fmt: skip
        with pytest.raises(UsageError, match=says):
            regrouping.split(desk.db, story, article, "Ines", LATER)
    assert desk.everything() == before
    # One on top of the other is taken back in that order only.
    third = desk.enter("yard", "Other Post", 300).story
    first = regrouping.merge(desk.db, [yard, third], "Ines", LATER)
    second = regrouping.merge(desk.db, [ferry, yard], "Ines", LATER)
    with pytest.raises(GoneError, match="take that back first"):
        undo(desk, first.change)
    undo(desk, second.change)
    undo(desk, first.change)
    assert desk.everything()["reports"][:2] == before["reports"]
    assert replace(second, change=None).story == ferry
