"""Where reports are put among the stories of a real database, and what bounds that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from monitor.messages.correlations import why
from monitor.model.story import ApartReason, Correlation, JoinKind, Role
from monitor.pipeline.place import MOST_FIRM, MOST_UNCERTAIN, Place, place
from monitor.store import stories as store_stories
from monitor.store.correlations import correlation_of
from monitor.store.database import Database
from monitor.store.tables import articles, feeds, reports
from monitor.stories.correlate import Report
from monitor.stories.fingerprint import fingerprint
from tests.support.clock import MONDAY
from tests.support.databases import BOTH
from tests.support.ferries import OTHER_TITLE, TEXT, TITLE

database = BOTH

OTHER_TEXT = """No ferry has left for the Outer Holms since Monday morning. Hackers calling
themselves Tidewater have paralysed the booking computers of Skerry Lines and want 2.4 million
euros.

"Our ships are fine, but we may not sail without passenger lists," managing director Inga Brodie
said in Stromvik."""
NIGHT_TITLE = "Ferry passengers stranded, soup given away"
NIGHT = """Passengers slept in the school at Stromvik on Monday night after hackers paralysed the
ferries of Skerry Lines. The hotel owner Ragna Isbister gave away soup, and a choir sang.

"I shall remember this night," said Ragna Isbister. The company's booking system has been locked
since the morning, and a ransom is demanded."""
SOUP_TITLE = "Hotel owner gives soup to stranded ferry passengers"
SOUP = """The hotel owner Ragna Isbister gave soup to ferry passengers who slept in the school at
Stromvik. A choir sang for them on Monday night. Hackers have paralysed the ferries of Skerry Lines
and demand a ransom; its booking system was locked."""
OFFER_TITLE = "Skerry Lines offers hackers' victims a refund"
OFFER = """Skerry Lines will refund all whose ferries were cancelled after hackers locked its
booking system, managing director Inga Brodie said in Stromvik. Claims are taken by post until
January."""
DISPUTE_TITLE = "Consumer lawyers see long dispute ahead"
DISPUTE = """Passengers stranded by ransomware get a refund from Skerry Lines, but want more, the
lawyer Oda Quill said in Stromvik. All sailings to the Outer Holms were cancelled. Inga
Brodie, managing director, told reporters that she was sorry."""
ORDER_TITLE = "Skerry Lines orders two electric ferries from Norwegian yard"
ORDER = """Skerry Lines has ordered two electric ferries for its short routes from the yard Havbruk
in Norway, for 61 million euros the pair. They will carry 40 cars each and charge their batteries
while unloading. The first is to be delivered in the spring of 2028."""


def report(title: str, text: str, outlet: str, hours: float = 0) -> Report:
    made = fingerprint(title, text, language="en", names=["Skerry Lines"])
    at = MONDAY + timedelta(hours=hours)
    return Report(outlet, at, frozenset({"Skerry Lines"}), made, "en")


class Desk:
    """Enters articles as the pipeline does."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.last = 0
        for number in (1, 2):
            values = {"id": number, "name": str(number), "url": f"http://{number}/"}
            connection.execute(insert(feeds).values(added=MONDAY, next_poll=MONDAY, **values))

    def enter(self, given: Report, *, feed: int = 1, **fields: str) -> Place:
        self.last += 1
        values = {"id": self.last, "feed_id": feed, "fetched": MONDAY, **fields}
        self.connection.execute(insert(articles).values(values))
        return place(self.connection, self.last, given)

    def role(self, article_id: int) -> Role:
        query = select(reports.c.role).where(reports.c.article_id == article_id)
        return Role(self.connection.execute(query).scalar_one())


@pytest.fixture
def desk(db: Database) -> Iterator[Desk]:
    with db.write() as connection:
        yield Desk(connection)


def test_a_report_in_other_words_joins_and_the_store_says_why(desk: Desk) -> None:
    first = desk.enter(report(TITLE, TEXT, "A"))
    other = desk.enter(report(OTHER_TITLE, OTHER_TEXT, "B", 0.75))
    assert (first.is_joined, other.is_joined, other.is_uncertain) == (False, True, False)
    assert first.story == other.story
    kept = desk.connection.execute(
        select(reports.c.correlation).where(reports.c.article_id == 2)
    ).scalar_one()
    assert correlation_of(kept) == other.correlation
    assert why(other.correlation).startswith("like A’s report it names Skerry Lines")


def test_one_that_stands_apart_says_from_what(desk: Desk) -> None:
    desk.enter(report(TITLE, TEXT, "A"))
    apart = desk.enter(report(ORDER_TITLE, f"{ORDER} {TEXT}", "B", 20))
    assert not apart.is_joined
    assert apart.correlation is not None
    assert apart.correlation.reason is ApartReason.FOLLOW_UP
    assert why(apart.correlation).startswith("a story of its own: it tells other news above")
    assert not desk.enter(report("Rain", "It rains.", "C")).correlation


def test_a_story_lists_no_more_than_one_message_can(desk: Desk) -> None:
    first = desk.enter(report(TITLE, TEXT, "A"))
    assert desk.enter(report(NIGHT_TITLE, NIGHT, "B")).is_uncertain
    many = Correlation(JoinKind.SAME_EVENT, False, "A", timedelta())
    for number in range(MOST_UNCERTAIN - 1):
        desk.connection.execute(insert(articles).values(id=100 + number, feed_id=1, fetched=MONDAY))
        store_stories.record(
            desk.connection, 100 + number, story_id=first.story, role=Role.LOOSE,
            correlation=many, at=MONDAY, outlet="x", language="en", entities=[],
            fingerprint=report("", "", "x").packed, keys=(),
        )  # fmt: skip
    # What tells the same as one that is listed is no further news.
    for title, text in ((NIGHT_TITLE, NIGHT), (SOUP_TITLE, SOUP)):
        known = desk.enter(report(title, text, "C"))
        assert (known.story, known.is_uncertain) == (first.story, False)
    # What is news begins one story, and not one each.
    offer = desk.enter(report(OFFER_TITLE, OFFER, "D"))
    assert offer.story != first.story
    assert offer.correlation is not None
    assert offer.correlation.reason is ApartReason.CROWDED
    # What is more like the full one is listed by the next.
    dispute = desk.enter(report(DISPUTE_TITLE, DISPUTE, "E"))
    assert (dispute.story, dispute.is_uncertain) == (offer.story, True)


def test_one_feed_carries_only_so_many_reports_into_a_story(desk: Desk) -> None:
    desk.enter(report(TITLE, TEXT, "A"))
    for number in range(MOST_FIRM):
        desk.enter(report(TITLE, f"{TEXT} {number}", f"copy {number}"))
    roles = [desk.role(number) for number in range(1, desk.last + 1)]
    assert roles.count(Role.FIRM) == MOST_FIRM - 1
    assert roles[-1] is Role.LOOSE
    desk.enter(report(TITLE, TEXT, "B"), feed=2)
    assert desk.role(desk.last) is Role.FIRM


def test_a_live_blog_at_one_address_is_one_report_and_carries_what_it_told(desk: Desk) -> None:
    blog = desk.enter(report(TITLE, TEXT, "Live"))
    for hour in range(1, 30):
        news = f"{ORDER} It is {hour} o'clock."
        again = place(desk.connection, 1, report(ORDER_TITLE, f"{news}\n\n{TEXT}", "Live", hour))
        assert again == Place(blog.story, None)
    order = desk.enter(report(ORDER_TITLE, ORDER, "B", 2))
    event = desk.enter(report(OTHER_TITLE, OTHER_TEXT, "C", 2))
    assert not order.is_joined
    assert event.story == blog.story


def test_an_article_that_grows_is_known_by_all_of_it(desk: Desk) -> None:
    teaser = desk.enter(report(TITLE, TEXT.split("\n\n", maxsplit=1)[0], "A"))
    place(desk.connection, 1, report(TITLE, TEXT, "A"))
    kept = store_stories.report(desk.connection, 1)
    assert kept is not None
    assert kept.fingerprint == report(TITLE, TEXT, "A").packed
    assert desk.enter(report(OTHER_TITLE, OTHER_TEXT, "B")).story == teaser.story


def test_what_an_earlier_version_kept_is_made_anew_and_told_no_second_time(desk: Desk) -> None:
    first = desk.enter(report(TITLE, TEXT, "A"), title=TITLE, body=TEXT, language="en")
    before = report(TITLE, TEXT, "A")
    # Its keys were the same, its fingerprint was of another form.
    desk.connection.execute(update(reports).values(fingerprint=b"\x03 of another form"))
    other = desk.enter(report(OTHER_TITLE, OTHER_TEXT, "B", 1))
    copy = desk.enter(replace(before, outlet="C"))
    assert (other.story, copy.story) == (first.story, first.story)
    kept = store_stories.report(desk.connection, 1)
    assert kept is not None
    assert kept.fingerprint[0] != 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 10_000_000, id="one word"),
        pytest.param("Skerry Lines cancelled all sailings. " * 1000, id="one sentence often"),
        pytest.param("\n\n".join(f"{n}. {ORDER}" for n in range(40)), id="forty times the same"),
    ],
)
def test_strange_texts_are_put_somewhere(desk: Desk, text: str) -> None:
    desk.enter(report(TITLE, TEXT, "A"))
    assert desk.enter(report("", text, "B")).story
    assert desk.enter(report("", text, "C")).is_joined
