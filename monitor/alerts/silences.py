"""Which alerts are muted: policy without a clock, a network or a memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.alerts import timing
from monitor.config.schema import Channel
from monitor.model.alert import Silence
from monitor.model.article import Article
from monitor.model.match import Match, Severity


def silenced_by(
    match: Match, article: Article, silences: Iterable[Silence], now: datetime
) -> Silence | None:
    """The silence that mutes a match; None if nothing does.

    A silence mutes what fulfils all that it asks for. One that asks for entities mutes those, and
    a match only where everyone it names is muted, by one silence or by several: whoever is not
    tired of one of them must still be told. Of several silences the one that ends last counts;
    where it takes several, the one of these that ends first.

    Args:
        match: what was found.
        article: in what; with its feeds' tags and names in `feed_tags`.
        silences: those there are, in force or not.
        now: the time.
    """
    fitting = [each for each in silences if each.in_force(now) and _fits(each, match, article)]
    needed = []
    for name in {mention.entity for mention in match.mentions} or {""}:
        muting = [each for each in fitting if not each.entities or name in each.entities]
        if not muting:
            return None
        needed.append(max(muting, key=_length))
    return silencing_all(needed)


def silencing_all(found: Iterable[Silence | None]) -> Silence | None:
    """Which of the silences that mute what is told together counts: the one that ends first.

    Args:
        found: what mutes each of it; None where nothing does, and then nothing mutes the whole.
    """
    needed = []
    for each in found:
        if each is None:
            return None
        needed.append(each)
    # Nothing is dropped for good that somebody has only put off.
    return min([each for each in needed if not each.drop] or needed, key=_length, default=None)


def _length(silence: Silence) -> tuple[datetime, bool, int]:
    return silence.ends, not silence.drop, silence.id


def _fits(silence: Silence, match: Match, article: Article) -> bool:
    """Whether it mutes a match if it is about the right entities."""
    if silence.watchlists and match.watchlist not in silence.watchlists:
        return False
    if silence.max_severity is not None and match.severity.rank > silence.max_severity.rank:
        return False
    feeds = {*article.feed_tags, article.feed, article.feed_name}
    if silence.feeds and feeds.isdisjoint(silence.feeds):
        return False
    return silence.text is None or _says(article, silence.text)


def _says(article: Article, phrase: str) -> bool:
    """Whether an article has these words in a row, in whatever case; part of a word is none."""
    words = " ".join(phrase.casefold().split())
    said = " ".join(f"{article.title}\n{article.summary}\n{article.body}".casefold().split())
    start = said.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if not _joins(said[start - 1 : start], words[0]) and not _joins(
            words[-1], said[end : end + 1]
        ):
            return True
        start = said.find(words, start + 1)
    return False


def _joins(before: str, after: str) -> bool:
    """Whether two characters in a row belong to one word, in scripts that part words."""
    return all(each.isdigit() or each.upper() != each for each in (before, after))


def timing_under(
    channel: Channel | None,
    severity: Severity,
    at: datetime,
    timezone: str,
    silence: Silence | None,
) -> timing.Timing:
    """When a channel is told of what it could be told at a time, and what holds it until then.

    Args:
        channel: its settings; None for the console.
        severity: the alert's.
        at: from when on it could be told.
        timezone: of the channel's times of day, an IANA name.
        silence: what mutes it, if anything; when it has ended, ask again.
    """
    found = timing.Timing(at)
    if channel is not None:
        found = timing.timing(channel, severity, at, timezone)
    if silence is None or found.at >= silence.ends:
        return found
    return timing.Timing(silence.ends, silence.hold)
