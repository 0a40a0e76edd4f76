"""Silences that are added or ended: what waits is planned anew in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.alerts import decide, silences
from monitor.config.schema import Config
from monitor.model import ACKNOWLEDGEMENT, Article, Silence
from monitor.store import silences as store_silences
from monitor.store.silences import Waiting


def add(connection: Connection, silence: Silence, config: Config) -> tuple[Silence, int]:
    """Put a silence in force, for what waits to be sent, too.

    Args:
        connection: an open write transaction.
        silence: in force from when it was created; its number does not matter.
        config: the configuration, for when the channels may be told.

    Returns:
        The silence with its number, and how many messages it holds or drops.
    """
    now = silence.created
    silence = store_silences.add(connection, silence)
    muted = [each for each in store_silences.waiting(connection) if _mutes(silence, each, config)]
    if silence.drop:
        store_silences.drop(connection, muted, silences.why(silence, config.alerts.timezone))
        return silence, len(muted)
    held = 0
    for each in muted:
        when = _timing(each, silence, config, now)
        if when.at > each.next_attempt:
            # Who acknowledges meanwhile still spares those who would be told otherwise.
            escalates = each.waits_for == ACKNOWLEDGEMENT
            waits_for = ACKNOWLEDGEMENT if escalates else when.waits_for
            store_silences.plan(connection, each.id, when.at, waits_for, now)
            held += 1
    return silence, held


def expire(connection: Connection, silence: Silence, config: Config, now: datetime) -> int:
    """End a silence early: what was missed under it is due, unless another one holds it.

    Args:
        connection: an open write transaction.
        silence: one in force.
        config: the configuration, for when the channels may be told.
        now: the time.

    Returns:
        How many messages are sent earlier for it.
    """
    store_silences.end(connection, silence.id, now)
    others = store_silences.in_force(connection, now)
    freed = 0
    for each in store_silences.waiting(connection):
        # What waits for nothing is being tried again after a failure; and the end of a silence
        # says nothing of whether somebody will acknowledge.
        if each.waits_for in {None, ACKNOWLEDGEMENT} or not _mutes(silence, each, config):
            continue
        article = _labelled(each, config)
        other = silences.silenced_by(each.alert.match, article, others, now)
        when = _timing(each, other, config, now)
        if when.at < each.next_attempt:
            # Still to be told as what was missed under it, if there is much of it.
            waits_for = when.waits_for or each.waits_for
            store_silences.plan(connection, each.id, when.at, waits_for, now)
            freed += 1
    return freed


def _mutes(silence: Silence, waiting: Waiting, config: Config) -> bool:
    article, at = _labelled(waiting, config), silence.created
    return silences.silenced_by(waiting.alert.match, article, [silence], at) is not None


def _labelled(waiting: Waiting, config: Config) -> Article:
    """The article with the names and tags of the feed that it came from."""
    article = waiting.alert.article
    labels = [
        label
        for feed in config.feeds
        if feed.url == article.feed
        for label in (*feed.tags, feed.label)
    ]
    return replace(article, feed_tags=tuple(labels))


def _timing(
    waiting: Waiting, silence: Silence | None, config: Config, now: datetime
) -> decide.Timing:
    channels = {channel.name: channel for channel in config.channels}
    return silences.timing(
        channels.get(waiting.channel),
        waiting.alert.match.severity,
        now,
        config.alerts.timezone,
        silence,
    )
