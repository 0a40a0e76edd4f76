"""Which alerts are muted: policy without a clock, a network or a memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts import decide
from monitor.config.schema import Channel
from monitor.model import Article, Match, Severity, Silence


def silenced_by(
    match: Match, article: Article, silences: Iterable[Silence], now: datetime
) -> Silence | None:
    """The silence that mutes a match; of several, one that drops, or that ends last.

    A silence mutes what fulfils all that it asks for. It asks for entities in vain if the match
    names one besides: whoever is not tired of that one must still be told.

    Args:
        match: what was found.
        article: in what; with its feeds' tags and names in `feed_tags`.
        silences: those there are, in force or not.
        now: the time.
    """
    muting = [each for each in silences if each.in_force(now) and _mutes(each, match, article)]
    return max(muting, key=lambda each: (each.drop, each.ends, each.id), default=None)


def _mutes(silence: Silence, match: Match, article: Article) -> bool:
    if silence.watchlists and match.watchlist not in silence.watchlists:
        return False
    if silence.max_severity is not None and match.severity.rank > silence.max_severity.rank:
        return False
    named = {mention.entity for mention in match.mentions}
    if silence.entities and not named <= set(silence.entities):
        return False
    feeds = {*article.feed_tags, article.feed, article.feed_name}
    if silence.feeds and feeds.isdisjoint(silence.feeds):
        return False
    if silence.text is None:
        return True
    said = f"{article.title}\n{article.summary}\n{article.body}".casefold()
    return " ".join(silence.text.casefold().split()) in " ".join(said.split())


def timing(
    channel: Channel | None,
    severity: Severity,
    at: datetime,
    timezone: str,
    silence: Silence | None,
) -> decide.Timing:
    """When a channel is told of what it could be told at a time, and what holds it until then.

    Args:
        channel: its settings; None for the console.
        severity: the alert's.
        at: from when on it could be told.
        timezone: of the channel's times of day, an IANA name.
        silence: what mutes it, if anything.
    """
    start = at if silence is None else max(at, silence.ends)
    found = decide.Timing(start)
    if channel is not None:
        found = decide.timing(channel, severity, start, timezone)
    if silence is None or start == at or found.waits_for is not None:
        return found
    return decide.Timing(found.at, f"{decide.SILENCE} {silence.id}")


def why(silence: Silence, timezone: str) -> str:
    """Why a match that is dropped under a silence is told to nobody, or told later."""
    until = f"{silence.ends.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
    return f"silenced until {until} by {silence.author}: {silence.reason}"
