"""Who is named how often, on which day, and with whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from monitor.service.timeline import timeline
from monitor.store.database import Database
from monitor.store.tables import articles, feeds, reports, stories

NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = {"id": 1, "name": "a", "url": "http://a/", "added": NOW, "next_poll": NOW}
REPORTS = (
    # Of one story, which names the second of them a day later than the first.
    (1, NOW - DAY, ["APT31"]),
    (1, NOW - DAY + HOUR, ["APT31"]),
    (1, NOW, ["APT31", "Ni Gaobin"]),
    # Before midnight in London it is the day after in Tokyo.
    (2, NOW - DAY + 6 * HOUR, ["APT31", "Ni Gaobin"]),
    (3, NOW - 40 * DAY, ["Turla"]),
)


def test_a_story_counts_once_for_whom_it_names_on_the_day_on_which_it_first_does(
    db: Database,
) -> None:
    with db.write() as connection:
        connection.execute(insert(feeds).values(FEED))
        for number in (1, 2, 3):
            connection.execute(insert(stories).values(id=number, began=NOW))
        for number, (story, at, entities) in enumerate(REPORTS, 1):
            connection.execute(insert(articles).values(id=number, feed_id=1, fetched=NOW))
            connection.execute(
                insert(reports).values(
                    article_id=number, story_id=story, at=at, outlet="A", entities=entities,
                    role="firm",
                )
            )  # fmt: skip
    found = timeline(db, NOW, "Europe/London", days=3)
    assert {row.entity: row.days for row in found.rows} == {
        "APT31": (0, 2, 0), "Ni Gaobin": (0, 1, 1),
    }  # fmt: skip
    assert {row.entity: row.reports for row in found.rows} == {"APT31": 4, "Ni Gaobin": 2}
    assert [(each.one, each.other, each.stories) for each in found.pairs] == [
        ("APT31", "Ni Gaobin", 2)
    ]
    assert found.stories == 2
    there = timeline(db, NOW, "Asia/Tokyo", days=3)
    assert {row.entity: row.days for row in there.rows} == {
        "APT31": (0, 1, 1), "Ni Gaobin": (0, 0, 2),
    }  # fmt: skip
