"""What an earlier version left waiting is told by this one: all of it, and once."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.messages.fates import held_back_words
from monitor.model.alert import Alert, FollowUp, Notice, Silence
from monitor.model.delivery import DeliveryStatus, Summary
from monitor.model.hold import Hold, HoldReason
from monitor.pipeline import replan
from monitor.service.deliveries import Silences
from monitor.service.fates import held_back
from monitor.store.deliveries import lookups, outbox
from monitor.store.matches import search
from tests.support import old_database
from tests.support.clock import MONDAY
from tests.support.earlier import Before0011
from tests.support.slack import SlackServer

HOUR = timedelta(hours=1)
CONFIG = """
[storage]
url = "sqlite:///monitor.db"

[alerts]
timezone = "UTC"
repeat_after = "30d"
burst = "off"

[operations]
channels = ["plain"]

[[watchlists]]
name = "w"
channels = ["plain"]
escalate_after = "1h"
escalate_to = ["pager"]
entities = ["APT31"]

[[watchlists]]
name = "other"
channels = ["plain"]
entities = ["Turla"]
"""
CHANNELS = {
    "plain": "",
    "quiet": 'quiet_hours = "14:00-18:00"',
    "digest": 'mode = "digest"\ndigest_at = "18:00"',
    "rated": 'rate = "2/1h"',
    "late": 'expire_after = "2h"',
    "pager": "",
    "broken": 'fallback = "reserve"\nfallback_after = "1h"',
    "reserve": "",
}
SETTLED = (DeliveryStatus.SENT, DeliveryStatus.REPLACED)


@pytest.fixture
def earlier(tmp_path: Path) -> None:
    """A database of an earlier version, in which everything of these tests stands."""
    old_database.make(tmp_path / "monitor.db", "0010")
    with closing(Before0011(tmp_path / "monitor.db")) as earlier:
        earlier.feed()
        leave_behind(earlier)


@pytest.fixture
async def upgraded(earlier: None, product: Any, slack: SlackServer) -> Any:
    """The product on that database, which it upgrades."""
    channels = "".join(
        f'[[channels]]\nname = "{name}"\nurl = "slack://TOKENAAAA/TOKENBBBB/TOKENCCCC"\n'
        f'endpoint = "{slack.endpoint}"\n{options}\n'
        for name, options in CHANNELS.items()
    )
    await product.start(toml=CONFIG + channels)
    return product


#: What is to be told, as alert (and number of the follow-up) and channel.
EXPECTED = Counter(
    {
        ("now", "plain"): 1,
        ("refused", "plain"): 1,
        ("claimed", "plain"): 1,
        **{(f"quiet{number}", "quiet"): 1 for number in range(7)},
        **{(f"digest{number}", "digest"): 1 for number in range(3)},
        **{(f"tried{number}", "digest"): 1 for number in range(2)},
        **{(f"rated{number}", "rated"): 1 for number in range(9)},
        **{(f"late{number}", "late"): 1 for number in range(2)},
        ("silenced", "plain"): 1,
        ("escalates", "pager"): 1,
        ("graver-than-it", "plain"): 1,
        ("graver-muted", "plain"): 1,
        ("shadow-of-muted", "plain"): 1,
        ("fallen-back", "reserve"): 1,
        ("told.1", "plain"): 1,
        ("notice", "plain"): 1,
    }
)


def leave_behind(earlier: Before0011) -> None:
    """Something that waits, for everything that anything can wait for."""

    def waits(alert_id: str, channel: str, waits_for: str | None, **more: Any) -> None:
        earlier.alert(alert_id)
        earlier.delivery(alert_id, channel, waits_for, **more)

    evening = MONDAY.replace(hour=18, minute=0)
    later = {"due": evening, "since": evening, "next_attempt": evening}
    tried = {"status": "failed", "attempts": 3, "last_error": "503"}
    waits("now", "plain", None)
    waits("refused", "plain", None, **tried)
    waits("claimed", "plain", None, status="sending", claimed_until=MONDAY - HOUR, attempts=1)
    for number in range(7):
        waits(f"quiet{number}", "quiet", "quiet hours", **later)
    for number in range(3):
        waits(f"digest{number}", "digest", "digest", **later)
    for number in range(2):
        waits(f"tried{number}", "digest", "digest", **tried, summary="a-digest")
    for number in range(9):
        waits(f"rated{number}", "rated", "rate", next_attempt=MONDAY + HOUR)
    old = {"due": MONDAY - 9 * HOUR, "since": MONDAY - 9 * HOUR}
    for number in range(2):
        waits(f"late{number}", "late", "expired", **tried, **old, summary="an-old-one")
    number = earlier.silence(text="for silenced", hours=5)
    ends = MONDAY + 5 * HOUR
    waits("silenced", "plain", f"silence {number}", due=ends, since=ends, next_attempt=ends)
    earlier.alert("escalates")
    earlier.delivery("escalates", "plain", None, status="sent", sent=MONDAY, next_attempt=None,
                     covered=MONDAY, attempts=1)  # fmt: skip
    earlier.delivery("escalates", "pager", "acknowledgement", next_attempt=MONDAY + HOUR)
    earlier.alert("attended")
    earlier.delivery("attended", "plain", None, status="sent", sent=MONDAY, next_attempt=None,
                     covered=MONDAY, attempts=1)  # fmt: skip
    earlier.delivery("attended", "pager", "acknowledgement", next_attempt=MONDAY + HOUR)
    for graver, lesser in (("graver-than-it", "shadow"), ("graver-muted", "shadow-of-muted")):
        story = earlier.alert(graver, severity="critical", watchlist="other")
        earlier.delivery(graver, "plain", None)
        earlier.alert(lesser, story=story)
        earlier.delivery(lesser, "plain", f"inhibited by {graver[:8]}", status="replaced",
                         next_attempt=None)  # fmt: skip
    earlier.alert("fallen-back")
    earlier.delivery("fallen-back", "broken", None, **tried | {"next_attempt": MONDAY + 9 * HOUR})
    earlier.delivery("fallen-back", "reserve", "fallback for broken", instead_of="broken")
    story = earlier.alert("told")
    earlier.delivery("told", "plain", None, status="sent", sent=MONDAY, next_attempt=None,
                     covered=MONDAY, attempts=1)  # fmt: skip
    earlier.match(
        story=story,
        held="its story was told already: it tells of the event of an earlier report",
        thread="told",
    )
    earlier.delivery("told", "plain", "quiet hours", follow_up=1, **later)
    earlier.insert("notices", id="notice", kind="k", title="Trouble", text="x", created=MONDAY)
    earlier.delivery(None, "plain", None, notice_id="notice")
    # And what nobody is told of.
    earlier.match(held="it was already old news when its feed was first polled")
    earlier.match(
        held="its story is told when the silence ends: it tells of the event of an earlier report",
        thread="silenced",
    )
    for hours in (30, 50, 90):
        earlier.silence(text="nobody says it", hours=hours, drop=True)
    earlier.match(held="silenced until 2024-03-27 17:30 by Ann: we know")
    earlier.alert("dead")
    earlier.delivery("dead", "plain", None, status="dead", next_attempt=None, attempts=9)


def told(product: Any) -> Counter[tuple[str, str]]:
    """Everything that a channel has taken."""
    found: Counter[tuple[str, str]] = Counter()
    for step in product.delivered:
        if step.status is DeliveryStatus.SENT:
            content = step.delivery.content
            items = content.items if isinstance(content, Summary) else (content,)
            found.update((each.id, step.delivery.channel) for each in items)
    return found


async def wait(product: Any, hours: int) -> None:
    for _ in range(hours * 6):
        await product.deliver()
        product.clock.advance(minutes=10)


async def test_everything_that_waited_is_told_once(upgraded: Any) -> None:
    with upgraded.db.write() as connection:
        assert outbox.acknowledge(connection, "attended", "Ann", MONDAY) == ("pager",)
    # The graver alert of a story is silenced: what stood in its shadow is told.
    with upgraded.db.write() as connection:
        loaded = upgraded.ctx.runtime.config
        silence = Silence(0, "Ann", "known", MONDAY, MONDAY + 2 * HOUR, watchlists=("other",),
                          text="for graver-muted")  # fmt: skip
        assert replan.add(connection, silence, loaded)[1] == 1
    await wait(upgraded, 24)
    assert told(upgraded) == EXPECTED
    left = await upgraded.ctx.look(
        lambda c: [each for each in lookups.states(c) if each.status not in SETTLED]
    )
    assert [each.alert_id for each in left] == ["dead"]


async def test_what_waited_for_something_still_does(upgraded: Any) -> None:
    states = await upgraded.ctx.look(lookups.states)
    holds = {(each.alert_id, each.channel, each.follow_up): each.hold for each in states}
    for name, reason in (
        ("quiet0", HoldReason.QUIET_HOURS), ("digest0", HoldReason.DIGEST),
        ("tried0", HoldReason.DIGEST), ("rated0", HoldReason.RATE), ("late0", HoldReason.EXPIRED),
    ):  # fmt: skip
        [found] = [each for key, each in holds.items() if key[0] == name]
        assert found == Hold(reason)
    assert holds["silenced", "plain", 0] == Hold(HoldReason.SILENCE, "1")
    assert holds["escalates", "pager", 0] == Hold(HoldReason.ACKNOWLEDGEMENT)
    assert holds["fallen-back", "reserve", 0] == Hold(HoldReason.FALLBACK, "broken")
    assert holds["shadow", "plain", 0] == Hold(HoldReason.INHIBITED, "graver-than-it")
    assert holds["shadow-of-muted", "plain", 0] == Hold(HoldReason.INHIBITED, "graver-muted")
    assert holds["now", "plain", 0] is None
    await upgraded.deliver()
    assert {alert_id for alert_id, _ in told(upgraded)} == {
        "now", "refused", "claimed", "tried0", "tried1", "late0", "late1", "graver-than-it",
        "graver-muted", "fallen-back", "notice",
    }  # fmt: skip


async def test_why_nobody_was_told_is_still_said(upgraded: Any) -> None:
    with upgraded.db.read() as connection:
        silences = Silences(connection)
        held = [held_back(each, silences) for each in search(connection, limit=99)]
        said = {each and held_back_words(each, "UTC") for each in held}
    assert said == {
        None,
        "its story was told already: it tells of the event of an earlier report",
        "it was already old news when its feed was first polled",
        "its story is told when the silence ends: it tells of the event of an earlier report",
        # The one of three silences with these words that ends at that time.
        "silenced until 2024-03-27 17:30 by Ann: we know",
    }


async def test_messages_say_what_they_waited_for(upgraded: Any, slack: SlackServer) -> None:
    await wait(upgraded, 6)
    contents = [step.delivery.content for step in upgraded.delivered]
    reasons = {each.hold.reason for each in contents if isinstance(each, Summary) and each.hold}
    assert reasons == {
        HoldReason.QUIET_HOURS, HoldReason.DIGEST, HoldReason.RATE, HoldReason.EXPIRED,
    }  # fmt: skip
    assert any(isinstance(each, Notice) for each in contents)
    assert any(isinstance(each, FollowUp) for each in contents)
    assert any(isinstance(each, Alert) for each in contents)
    said = " ".join(str(post.payload) for post in slack.messages)
    assert "Told here as broken takes no messages" in said
    assert "Nobody has acknowledged it yet" in said
