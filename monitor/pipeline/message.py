"""A delivery becomes the message that its channel is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.alerts import routing
from monitor.alerts.links import links
from monitor.config.schema import Config
from monitor.messages.holds import remark, summary_words
from monitor.messages.render import render_alert, render_digest, render_follow_up, render_notice
from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.delivery import Delivery, Message, Summary
from monitor.model.hold import HoldReason
from monitor.store import sessions


class Signer:
    """Knows what signs links to the page, once people reach it.

    Args:
        store: runs a piece of work in a write transaction.
    """

    def __init__(self, store: Callable[[Callable[[Connection], bytes]], Awaitable[bytes]]) -> None:
        self._store = store
        self._key: bytes | None = None

    async def key(self, config: Config) -> bytes | None:
        """The key; None where messages lead to no page."""
        if self._key is None and config.web.public_url is not None:
            self._key = await self._store(lambda c: sessions.key(c, sessions.LINKS))
        return self._key


def message_of(delivery: Delivery, config: Config, key: bytes | None = None) -> Message:
    """What a delivery looks like, with the configuration in force.

    Args:
        delivery: the delivery.
        config: the configuration in force.
        key: what signs links to the page; without it there are none.
    """
    timezone = config.alerts.timezone
    match delivery.content:
        case Alert() as alert:
            hold = delivery.hold
            escalates_to, after = _escalations(alert, config)
            alert = _with_pages(alert, config, key)
            alert = replace(alert, remark=remark(hold, alert, escalates_to, after))
            message = render_alert(alert, timezone=timezone)
            if config.web.enabled:
                # Whatever takes what people answer is part of the page.
                message = replace(message, answers_to=alert.id)
            if hold is None or hold.reason is not HoldReason.ACKNOWLEDGEMENT:
                return message
            # Whoever gets it a second time in the same mailbox is to see it.
            return replace(message, message_id=f"{message.message_id}.escalated")
        case FollowUp() as follow_up:
            first = _with_pages(follow_up.alert, config, key)
            return render_follow_up(replace(follow_up, alert=first), timezone=timezone)
        case Notice() as notice:
            return render_notice(notice, timezone=timezone)
        case Summary() as summary:
            channels = {channel.name: channel for channel in config.channels}
            title, note = summary_words(summary, channels.get(delivery.channel), timezone)
            message = render_digest(summary.items, title=title, note=note, timezone=timezone)
            # The items' own words may change until they arrive, such as who else has reported.
            return replace(message, message_id=f"digest.{summary.id}")


def _with_pages(alert: Alert, config: Config, key: bytes | None) -> Alert:
    url = config.web.public_url if config.web.enabled else None
    return alert if url is None or key is None else replace(
        alert, pages=links(url, key, alert.id)
    )  # fmt: skip


def _escalations(alert: Alert, config: Config) -> tuple[tuple[str, ...], timedelta | None]:
    """Who is told if nobody acknowledges what a message tells, and after what time the first is."""
    watchlists = {each.name: each for each in config.watchlists}
    channels: dict[str, None] = {}
    spans: list[timedelta] = []
    for each in (alert, *alert.together):
        watchlist = watchlists.get(each.match.watchlist)
        told = routing.escalations(each.match, watchlist) if watchlist else ()
        channels |= dict.fromkeys(told)
        if watchlist and watchlist.escalate_after and told:
            spans.append(watchlist.escalate_after)
    return tuple(channels), min(spans, default=None)
