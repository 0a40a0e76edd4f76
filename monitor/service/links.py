"""Links from messages: whether they are ours, and which story they are about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.links import is_signed
from monitor.errors import UsageError
from monitor.model.link import LinkAction
from monitor.model.match import Match
from monitor.service.database import Database
from monitor.service.inbox import StoryRow, entities_of, quote, rows_of
from monitor.store import alerts as store_alerts
from monitor.store import inbox as store_inbox
from monitor.store import sessions
from monitor.store import stories as store_stories

#: After so long a link of a message changes nothing any more.
LASTS = timedelta(days=30)


class BadLinkError(UsageError):
    """A link is none of ours, or too old."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link of a message is about."""

    story: StoryRow
    """As the watchlist has it that the message is about: who has the message need know no more."""
    match: Match


def story_of(db: Database, alert_id: str) -> int:
    """The story that an alert tells of.

    Raises:
        UsageError: there is no such alert any more.
    """
    with db.read() as connection:
        found = store_alerts.contents(connection, {alert_id}).get(alert_id)
        story = (
            store_stories.story_of(connection, int(found.article.id)) if found is not None else None
        )
    if story is None:
        raise UsageError("what that message told of is no longer stored")
    return story


def followed(
    db: Database, alert_id: str, action: LinkAction, signature: str, now: datetime
) -> Linked:
    """What a link is about.

    Raises:
        BadLinkError: it was not made here, or too long ago.
        UsageError: what it is about is no longer stored.
    """
    with db.read() as connection:
        key = sessions.known_key(connection, sessions.LINKS)
    if key is None or not is_signed(key, alert_id, action, signature):
        raise BadLinkError("that link was not made here", hint="Open the message once more.")
    return linked(db, alert_id, now)


def linked(db: Database, alert_id: str, now: datetime) -> Linked:
    """What an alert is about, for who answers its message.

    Raises:
        BadLinkError: it was told too long ago.
        UsageError: what it is about is no longer stored.
    """
    with db.read() as connection:
        alert = store_alerts.contents(connection, {alert_id}).get(alert_id)
    if alert is not None and now - alert.created > LASTS:
        raise BadLinkError("that link is too old", hint="Open the story itself.")
    story = story_of(db, alert_id)
    with db.read() as connection:
        listed = store_inbox.one(connection, story)
        rows = rows_of(connection, [listed]) if listed is not None else []
    if alert is None or not rows:
        raise UsageError("what that message told of is no longer stored")
    match = alert.match
    row = replace(
        rows[0].of(match.watchlist), title=alert.article.title, language=alert.article.language,
        score=match.score, severity=match.severity, quote=quote(match.mentions),
        entities=entities_of(match),
    )  # fmt: skip
    return Linked(row, match)
