"""Buttons of messages in Slack: what is decided by pressing one, and what the message says then."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.channels.slack_interactions import WINDOW, Pressed, UnsignedError
from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.messages import buttons, mrkdwn
from monitor.model.audit import Source
from monitor.model.link import LinkAction
from monitor.model.verdict import Verdict, Worth
from monitor.service import links, triage
from monitor.service.database import Database
from monitor.service.links import Linked
from monitor.store import slack_requests
from monitor.store.write_queue import retried

_ALL = frozenset(LinkAction)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a button."""

    message: dict[str, Any] | None
    """The message from now on; None if it stays."""
    remark: str | None
    """What only its presser is told."""


@retried
def pass_once(db: Database, signature: str, now: datetime) -> None:
    """Let a request of Slack's pass, whose signature is good, if it has not passed before.

    It is remembered in the database: it does not pass again after a restart, nor elsewhere.

    Raises:
        UnsignedError: it has.
        StoreError: the database cannot be used.
    """
    digest = hashlib.sha256(signature.encode()).hexdigest()
    with db.write() as connection:
        if not slack_requests.enter(connection, digest, now, now + 2 * timedelta(seconds=WINDOW)):
            raise UnsignedError("the request was sent before")


def decide(db: Database, config: Config, pressed: Pressed, now: datetime) -> Answered:
    """Do what a button says.

    Args:
        db: the database.
        config: the configuration in force.
        pressed: the button.
        now: the time.

    Raises:
        StoreError: the database cannot be used; nothing was done.
    """
    try:
        linked = links.linked(db, pressed.alert_id, now)
    except UsageError as error:
        return Answered(None, str(error))
    change, remark = None, None
    try:
        change = _decided(db, config, pressed, linked, now)
    except UsageError as error:
        remark = f"{error.what}."
    linked = links.linked(db, pressed.alert_id, now)
    return Answered(_message(pressed, linked, change), remark)


def _decided(
    db: Database, config: Config, pressed: Pressed, linked: Linked, now: datetime
) -> int | None:
    """The number of what was decided; None where it was so before, or is taken back."""
    story, who = linked.story.id, pressed.name
    match pressed.action:
        case None:
            if pressed.change is not None:
                triage.undo(db, pressed.change, who, config, now)
            return None
        case LinkAction.ACKNOWLEDGE:
            done = triage.acknowledge(db, story, who, now, source=Source.SLACK)
        case LinkAction.SILENCE:
            done = triage.silence(
                db, story, who, config, now, match=linked.match, source=Source.SLACK
            )
        case LinkAction.RELEVANT | LinkAction.NOT_RELEVANT:
            is_relevant = pressed.action is LinkAction.RELEVANT
            done = triage.judge(
                db, story, Worth.RELEVANT if is_relevant else Worth.NOT_RELEVANT, who, now,
                # Its buttons are gone from a message in which somebody has judged it.
                seen="", watchlist=linked.match.watchlist, source=Source.SLACK,
            )  # fmt: skip
    return done.change


def _message(pressed: Pressed, linked: Linked, change: int | None) -> dict[str, Any]:
    said, left = [], set(_ALL)
    for verdict in linked.story.verdicts:
        said.append(_verdict(verdict, pressed))
        left -= {LinkAction.RELEVANT, LinkAction.NOT_RELEVANT}
    if by := linked.story.acknowledged_by:
        said.append(f"{_name(by, pressed)} is on it")
        left.discard(LinkAction.ACKNOWLEDGE)
    if pressed.action is LinkAction.SILENCE and change is not None:
        said.append(f"Silenced for 24 hours by {_name(pressed.name, pressed)}")
        left.discard(LinkAction.SILENCE)
    return buttons.answered(pressed.message, pressed.alert_id, said, left, change)


_WORTH = {
    Worth.RELEVANT: "Relevant",
    Worth.NOT_RELEVANT: "Not relevant",
    Worth.SEEN: "Seen",
}


def _verdict(verdict: Verdict, pressed: Pressed) -> str:
    worth = _WORTH[verdict.worth]
    return f"{mrkdwn.bold(worth)}, says {_name(verdict.who, pressed)}"


def _name(who: str, pressed: Pressed) -> str:
    return buttons.who(pressed.user_id, who) if who == pressed.name else mrkdwn.escape(who)
