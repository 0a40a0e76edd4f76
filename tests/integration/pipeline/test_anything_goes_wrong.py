"""Whatever fails, in whatever order: everything is told, and nothing twice without a reason."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from datetime import datetime

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.store.deliveries import lookups as deliveries
from monitor.store.deliveries import outbox
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import OK, RESET, Behaviour, SlackServer, rate_limited
from tests.support.smtp import ACCEPT, SmtpServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

STEPS = 60
STORIES = 20
"""As many as a summary in Slack can name."""
STORY = re.compile(r"APT31 blamed (s\d\d)")
SLACK = (
    "",
    'fallback = "mail"',
    'fallback = "mail"\nrate = "3/1h"',
    'quiet_hours = "16:00-17:30"\nexpire_after = "2h"',
    'mode = "digest"\ndigest_at = "18:00"\nfallback = "mail"\nfallback_after = "5m"',
    'rate = "1/2h"\nquiet_hours = "16:00-17:30"\nfallback = "mail"\nexpire_after = "1h"',
)
MAIL = ("", 'rate = "2/1h"', 'quiet_hours = "17:00-18:00"\nexpire_after = "never"')
SLACK_ANSWERS = (OK, Behaviour(503, "down"), Behaviour(404, "no_service"), rate_limited(90), RESET)
MAIL_ANSWERS = (ACCEPT, "451 later", "550 no", "drop", "drop-after")
ENDED = {DeliveryStatus.SENT, DeliveryStatus.REPLACED, DeliveryStatus.DEAD}


class Ears:
    """Who was told what, and when."""

    def __init__(self, slack: SlackServer, smtp: SmtpServer) -> None:
        self._slack, self._smtp = slack, smtp
        self._posts = self._mails = 0
        self.heard: dict[str, list[datetime]] = defaultdict(list)

    def listen(self, now: datetime) -> None:
        """Note what arrived since the last call."""
        posts, mails = self._slack.messages[self._posts :], self._smtp.mails[self._mails :]
        self._posts, self._mails = self._posts + len(posts), self._mails + len(mails)
        texts = [str(post.payload) for post in posts] + [mail.part("plain") for mail in mails]
        for text in texts:
            for name in set(STORY.findall(text)):
                self.heard[name].append(now)


@pytest.mark.parametrize("in_doubt", [False, True])
@pytest.mark.parametrize("seed", range(6))
async def test_everything_is_told_once(
    product: Product, web: WebWorld, slack: SlackServer, smtp: SmtpServer, seed: int, in_doubt: bool
) -> None:
    """`in_doubt`: services hang up without an answer, and the process dies while it sends."""
    chance = random.Random(seed)
    options = SLACK[seed % len(SLACK)]
    toml = config_toml(
        [web.url("/feed")],
        slack=slack.endpoint,
        mail=smtp.channel("alice@example.org"),
        slack_options=options,
    )
    web.serve("/feed", rss([]))
    mail = chance.choice(MAIL)
    toml = toml.replace('channels = ["slack", "mail"]', 'channels = ["slack"]')
    await product.start(toml=toml.replace('name = "mail"\n', f'name = "mail"\n{mail}\n'))
    ears = Ears(slack, smtp)
    deliverer = product.ctx.deliverer
    names: list[str] = []

    async def deliver() -> None:
        await product.deliver()
        ears.listen(product.clock())

    for _ in range(STEPS):
        choices = ["publish", "publish", "answers", "wait", "wait", "deliver"]
        match chance.choice([*choices, "die"] if in_doubt else choices):
            case "publish" if len(names) < STORIES:
                names.append(f"s{len(names):02}")
                titles = [news(web, name, title=f"APT31 blamed {name}") for name in names]
                web.serve("/feed", rss(titles))
                await product.read()
            case "answers":
                slack.always(chance.choice(SLACK_ANSWERS if in_doubt else SLACK_ANSWERS[:-1]))
                smtp.clear()
                smtp.next(*chance.choices(MAIL_ANSWERS if in_doubt else MAIL_ANSWERS[:-2], k=40))
            case "wait":
                product.clock.advance(minutes=chance.choice([1, 1, 5, 16, 45, 200]))
            case "die":
                # After a message was accepted and before that was recorded.
                claimed = await deliverer.claim()
                for channel, waiting in claimed.items():
                    await deliverer._send(channel, waiting[0])
                deliverer._busy.clear()
                await deliverer.begin()
        await deliver()
    slack.always(OK)
    smtp.clear()
    for _ in range(2 * 24):
        product.clock.advance(hours=1)
        await deliver()
    with product.db.write() as connection:
        # What was refused for good is not lost: somebody has mended it, and replays it.
        outbox.retry(connection, product.clock())
    for _ in range(2 * 24):
        product.clock.advance(hours=1)
        await deliver()

    assert {state.status for state in await product.ctx.look(deliveries.states)} <= ENDED
    assert set(ears.heard) == set(names), f"never told: {set(names) - set(ears.heard)}"
    repeated = sum(len(set(times)) - 1 for times in ears.heard.values())
    if not in_doubt:
        assert repeated == 0
