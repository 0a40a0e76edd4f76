"""Who is told of a match, and as what: the first report of a story, a development, or not at all.

People are told of a story once for each watchlist. Later reports join it quietly; at most now and
then a message says who they are. What is really new in one of them is told as a development.
All of it happens in the transaction that stores the article's matches.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.alerts import routing, silences, timing
from monitor.alerts.news import (
    Told,
    developments,
    new_headline,
    official_source,
    rises,
    taken_back,
)
from monitor.model.alert import Alert, Silence
from monitor.model.article import Article
from monitor.model.development import Development, to_json
from monitor.model.hold import Held, HeldReason, Hold, HoldReason
from monitor.model.match import Match, Severity
from monitor.pipeline.runtime import Runtime
from monitor.store import matches as store_matches
from monitor.store import silences as store_silences
from monitor.store import stories as store_stories
from monitor.store.articles import StoredArticle
from monitor.store.deliveries import coverage, outbox
from monitor.store.deliveries.outbox import Destination
from monitor.store.matches import RecordedMatch, StoredMatch
from monitor.store.stories import StoredReport
from monitor.stories.correlate import TRANSLATION_WINDOW, WINDOW, Joined, Known, Report, find_story
from monitor.stories.fingerprint import SHARED_KEYS, unpack

#: A report may say that it was published some time before it was read.
_MARGIN = timedelta(days=1)
#: Old news already when its feed was first polled.
BACKFILL = Held(HeldReason.BACKFILL)


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place in a story."""

    story: int
    why: str | None
    """Why it belongs to it; None if it began it."""


def place(connection: Connection, article_id: int, report: Report, *, alone: bool = False) -> Place:
    """Find the story that an article belongs to, or begin one, and enter it there.

    Args:
        connection: an open write transaction.
        article_id: the article.
        report: what is kept of it.
        alone: let it be a story of its own, whatever it is like.
    """
    before = store_stories.story_of(connection, article_id)
    joined = None if alone or before is not None else find(connection, article_id, report)
    why = None if joined is None else joined.why
    story = store_stories.record(
        connection,
        article_id,
        story_id=before if joined is None else joined.story,
        why=why,
        at=report.at,
        outlet=report.outlet,
        language=report.language,
        entities=report.entities,
        fingerprint=report.packed,
        keys=(*report.keys, *report.keys_abroad),
        again=before is not None,
    )
    return Place(story, why)


def find(connection: Connection, article_id: int, report: Report) -> Joined | None:
    """The story that an article belongs to, among those in the database; None if to none.

    Args:
        connection: an open connection.
        article_id: the article, which is not like itself.
        report: what is kept of it.
    """
    found = store_stories.alike(connection, report.keys, article_id, shared=SHARED_KEYS)
    joined = find_story(report, _known(found))
    if joined is None and (ranges := report.ranges_abroad):
        found = store_stories.alike_abroad(
            connection,
            ranges,
            article_id,
            since=report.at - TRANSLATION_WINDOW,
            until=report.at + TRANSLATION_WINDOW,
        )
        joined = find_story(report, _known(found, whole=False))
    return joined


def _known(found: Iterable[StoredReport], *, whole: bool = True) -> list[Known]:
    """The reports as they can be compared; those that another version packed cannot."""
    return [
        Known(
            each.story_id,
            each.began,
            Report(each.outlet, each.at, each.entities, fingerprint, each.language),
        )
        for each in found
        if (fingerprint := unpack(each.fingerprint, whole=whole)) is not None
    ]


def close_stories(connection: Connection, now: datetime, limit: int = 1000) -> int:
    """Give up what is kept to recognise reports of stories that take no more; how much."""
    return store_stories.close(connection, now - WINDOW - _MARGIN, limit)


class Teller:
    """Puts into the outbox what people are to be told of one article's matches.

    Args:
        connection: the write transaction that stores the matches.
        runtime: the configuration in force.
        article: the article.
        now: the time.
    """

    def __init__(
        self, connection: Connection, runtime: Runtime, article: Article, now: datetime
    ) -> None:
        self._connection = connection
        self._runtime = runtime
        self._article = article
        self._now = now
        self._channels = {channel.name: channel for channel in runtime.config.channels}
        self._silences = store_silences.in_force(connection, now)

    def tell(
        self, match: Match, recorded: RecordedMatch, before: Article, place: Place
    ) -> Alert | None:
        """Tell of a match that reached its threshold, if it is news.

        Args:
            match: what was found.
            recorded: what became of it, and what an earlier reading had found.
            before: the article as it was before this reading.
            place: its place in its story.

        Returns:
            What is told; None if nobody gets an alert.
        """
        if self._is_dropped(match, recorded):
            return None
        told = store_stories.told(self._connection, place.story, match.watchlist, but=recorded.id)
        if recorded.thread is not None:
            return self._tell_again(match, recorded, before, place, told)
        if told is None:
            alert = self._alert(match)
            destinations = self._destinations(match, place)
            return alert if self._add(alert, recorded, place, destinations) else None
        news = developments(
            Told(told.entities, told.severity, any(map(official_source, told.urls))),
            _named(match),
            match.severity,
            self._article.url,
        )
        return self._tell_more(match, recorded, place, told.thread, news)

    def tell_gone(self, gone: StoredMatch, before: Article) -> Alert | None:
        """Tell that an article which people were told of names nobody any more, or hardly.

        Args:
            gone: what was found in it before.
            before: the article as it was then.
        """
        if gone.alert_id is None or gone.thread is None:
            return None
        if gone.match.watchlist not in self._runtime.watchlists:
            return None
        news = taken_back(before, self._article, gone.match.mentions, ())
        story = store_stories.story_of(self._connection, int(gone.article.id))
        if not news or story is None:
            return None
        recorded = RecordedMatch(gone.id, graver=False, thread=gone.thread)
        if self._is_dropped(gone.match, recorded):
            return None
        return self._tell_more(gone.match, recorded, Place(story, None), gone.thread, news)

    def _tell_again(
        self,
        match: Match,
        recorded: RecordedMatch,
        before: Article,
        place: Place,
        told: store_stories.ToldStory | None,
    ) -> Alert | None:
        """Tell of what a later reading of an article found that people were told of, if it is new.

        A name that was not there is a development; so is, for an article that was told by an alert
        of its own, a name that was taken back, or another headline. Where only the score rose,
        those channels are told for which it was not grave enough before.
        """
        thread = recorded.thread
        assert thread is not None
        self._unmute(match, recorded)
        known = {mention.entity for mention in recorded.mentions} | (
            told.entities if told else set()
        )
        # How grave what it told itself has become is dealt with apart; its source is what it was.
        joined = told is not None and recorded.held is not None
        severity = told.severity if told and joined else Severity.CRITICAL
        as_told = Told(frozenset(known), severity, official=True)
        news: list[Development] = [
            *developments(as_told, _named(match), match.severity, self._article.url)
        ]
        if recorded.held is None:
            news += self._new_headline(recorded)
            news += taken_back(before, self._article, recorded.mentions, match.mentions)
        if news:
            alert = self._tell_more(match, recorded, place, thread, tuple(news))
            if alert is None:
                self._escalate(match, recorded, place)
            return alert
        known_channels = coverage.channels(self._connection, thread) if recorded.graver else {}
        untold = [
            each for each in self._destinations(match, place) if each.channel not in known_channels
        ]
        if not recorded.graver or not untold:
            self._escalate(match, recorded, place)
            return None
        alert = self._alert(match, thread=thread)
        return alert if self._add(alert, recorded, place, untold, graver=True) else None

    def _escalate(self, match: Match, recorded: RecordedMatch, place: Place) -> None:
        """Have an alert acknowledged that turns out graver than it was told."""
        own = alert_id(self._article, match.watchlist)
        if recorded.graver and outbox.is_told(self._connection, own):
            more = self._escalations(match, self._destinations(match, place))
            outbox.add_alert(self._connection, own, recorded.id, more, self._now, graver=True)

    def _new_headline(self, recorded: RecordedMatch) -> tuple[Development, ...]:
        told = recorded.headlines or ("", "")
        now = headlines(self._article)
        news = new_headline(told, now)
        # What was not known before is none; what was told stays, so that small steps add up.
        known = now if news else (told[0] or now[0], told[1] or now[1])
        if known != told:
            store_matches.remember_headlines(self._connection, recorded.id, known)
        return (news,) if news else ()

    def _tell_more(
        self,
        match: Match,
        recorded: RecordedMatch,
        place: Place,
        thread: str,
        news: tuple[Development, ...],
    ) -> Alert | None:
        """Tell of a report of a story that was told of before.

        Channels that were not told get an alert, such as those for which the story was not grave
        enough until now. The others get one if there is news, unless an alert of the story waits
        to be sent to them, which will tell of it, too: if that is as grave, as what is graver may
        not have to wait, or has to be acknowledged. Else it joins the story quietly.

        What waits for the end of a silence tells of what is silenced itself. Anything else is
        told as if nothing waited: a silence keeps back what it is about and nothing besides.
        """
        muted = self._silence(match) is not None
        alert = self._alert(match, thread=thread, news=news)
        if news and news in outbox.developments_of(self._connection, recorded.id):
            # A page that changes to and fro has said it before.
            return None
        channels = coverage.channels(self._connection, thread)
        destinations = []
        for each in self._destinations(match, place):
            known = channels.get(each.channel)
            if known is None or (not known.told and not muted):
                destinations.append(each)
            elif (
                news
                and not _tells_of(known.waiting, match)
                and not (muted and _tells_of(known.silenced_waiting, match))
            ):
                if not muted:
                    coverage.drop_follow_ups(self._connection, thread, each.channel)
                destinations.append(self._not_too_soon(each, known, match))
        if destinations:
            self._add(alert, recorded, place, destinations)
        else:
            told_already = not channels or any(known.told for known in channels.values())
            why = Held(HeldReason.TOLD if told_already else HeldReason.SILENCED)
            told_itself = recorded.thread is not None and recorded.held is None
            store_matches.join(
                self._connection, recorded.id, thread, self._now,
                why=None if told_itself else why, development=news,
            )  # fmt: skip
        told = {each.channel for each in destinations}
        for name, known in channels.items():
            waits = known.waits or not known.told or (muted and known.silenced)
            if name not in told and not waits and not known.inhibited:
                self._follow_up(match, thread, name, known)
        return alert if destinations else None

    def _follow_up(
        self, match: Match, thread: str, channel: str, known: coverage.ChannelThread
    ) -> None:
        """Have a channel told later who else has reported the story.

        The message that is there is changed, if it can be; else one more tells it, much later.
        """
        if known.editable and known.changed is not None:
            # It makes no sound, so that only a silence holds it back.
            due = max(self._now, min(known.changed, self._now) + timing.EDITS_APART)
            zone = self._runtime.config.alerts.timezone
            when = silences.timing_under(None, match.severity, due, zone, self._silence(match))
        else:
            due = timing.follow_up_due(known.last, known.later, self._runtime.config, self._now)
            when = self._timing(channel, match, due)
        coverage.add_follow_up(
            self._connection, thread, channel, when.at, self._now, hold=when.hold
        )

    def _not_too_soon(
        self, destination: Destination, known: coverage.ChannelThread, match: Match
    ) -> Destination:
        """The same, but so that what is new within one window comes in one message."""
        if known.last is None or match.severity is Severity.CRITICAL:
            return destination
        # What a clock that was ahead has sent puts nothing off for longer.
        due = min(known.last, self._now) + self._runtime.config.alerts.group_window
        if due <= self._now:
            return destination
        when = self._timing(destination.channel, match, due)
        return replace(destination, not_before=when.at, hold=when.hold)

    def _alert(
        self, match: Match, thread: str | None = None, news: tuple[Development, ...] = ()
    ) -> Alert:
        first = alert_id(self._article, match.watchlist)
        # A later reading may tell of the same article once more, for what is new in it.
        own = development_id(first, news) if news else first
        return Alert(own, match, self._article, self._now, thread=thread or own, development=news)

    def _add(
        self,
        alert: Alert,
        recorded: RecordedMatch,
        place: Place,
        destinations: Sequence[Destination],
        *,
        graver: bool = False,
    ) -> bool:
        return outbox.add_alert(
            self._connection,
            alert.id,
            recorded.id,
            [*destinations, *self._escalations(alert.match, destinations)],
            self._now,
            graver=graver,
            story_id=place.story,
            thread=alert.thread,
            development=alert.development,
        )

    def _destinations(self, match: Match, place: Place) -> list[Destination]:
        told = routing.channels_for(
            match, self._runtime.watchlists[match.watchlist], self._runtime.config
        )
        timings = {name: self._timing(name, match, self._now) for name in told}
        graver = self._inhibitors(match, place)
        return [
            Destination(name, when.at, when.hold, inhibited_by=graver.get(name))
            for name, when in timings.items()
        ]

    def _inhibitors(self, match: Match, place: Place) -> dict[str, str]:
        """The critical alerts that channels are told of the story, in whose shadow this one is."""
        inhibit_for = self._runtime.config.alerts.inhibit_for
        if match.severity is Severity.CRITICAL or not inhibit_for:
            return {}
        since = self._now - inhibit_for
        return coverage.inhibitors(self._connection, place.story, match.watchlist, since)

    def _escalations(self, match: Match, destinations: Sequence[Destination]) -> list[Destination]:
        """Who is told later, if nobody acknowledges what these destinations are told."""
        watchlist = self._runtime.watchlists[match.watchlist]
        told = [each for each in destinations if each.inhibited_by is None]
        if not told or watchlist.escalate_after is None:
            return []
        due = min(each.not_before for each in told) + watchlist.escalate_after
        hold = Hold(HoldReason.ACKNOWLEDGEMENT)
        return [
            Destination(name, self._timing(name, match, due).at, hold)
            for name in routing.escalations(match, watchlist)
            if name not in {each.channel for each in destinations}
        ]

    def _timing(self, channel: str, match: Match, at: datetime) -> timing.Timing:
        """When a channel is told of what it could be told at that time."""
        return silences.timing_under(
            self._channels.get(channel),
            match.severity,
            at,
            self._runtime.config.alerts.timezone,
            self._silence(match),
        )

    def _unmute(self, match: Match, recorded: RecordedMatch) -> None:
        """Tell what was held back at an earlier reading, if by this one it is not.

        What turns out graver may pass quiet hours.
        """
        own = alert_id(self._article, match.watchlist)
        if self._silence(match) is not None or not outbox.is_told(self._connection, own):
            return
        reasons = [HoldReason.SILENCE]
        if recorded.graver:
            reasons.append(HoldReason.QUIET_HOURS)
        for reason in reasons:
            for delivery, channel in store_silences.kept_back(self._connection, own, reason):
                when = self._timing(channel, match, self._now)
                store_silences.plan(self._connection, delivery, when.at, when.hold, self._now)

    def _silence(self, match: Match) -> Silence | None:
        return silences.silenced_by(match, self._article, self._silences, self._now)

    def _is_dropped(self, match: Match, recorded: RecordedMatch) -> bool:
        """Whether nobody ever is to be told of a match; then it is noted why."""
        silence = self._silence(match)
        why = None
        if silence is not None and silence.drop:
            why = Held(HeldReason.DROPPED, str(silence.id))
        elif _was_dropped(recorded.held) and not recorded.graver:
            # Its page is read again; what was known of it then is not news for the silence's end.
            known = {mention.entity for mention in recorded.mentions}
            why = recorded.held if _named(match) <= known else None
        if why is not None and recorded.thread is None:
            store_matches.hold(self._connection, recorded.id, why)
        return why is not None


def held_as_backfill(
    connection: Connection, stored: StoredArticle, found: Sequence[Match]
) -> dict[str, Held]:
    """Why nobody is told of matches of an article that was old when it was first listed.

    Once a feed has changed its words, only what was held before is still held: a name that
    came since is news.
    """
    if not stored.edited:
        return {match.watchlist: BACKFILL for match in found}
    before = {
        each.match.watchlist: _named(each.match)
        for each in store_matches.of_article(connection, stored.id)
        if each.held == BACKFILL
    }
    return {
        match.watchlist: BACKFILL
        for match in found
        if match.watchlist in before and _named(match) <= before[match.watchlist]
    }


def headlines(article: Article) -> tuple[str, str]:
    """An article's headline and its page's own, to notice when they change."""
    return article.title, article.page_title


def alert_id(article: Article, watchlist: str) -> str:
    """The id of an article's first alert: the same whatever else happens."""
    key = f"{article.id}\n{article.url}\n{watchlist}"
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def development_id(first: str, news: tuple[Development, ...]) -> str:
    """The id of an alert that tells what is new in an article.

    Args:
        first: the id of the article's first alert.
        news: what is new.
    """
    key = json.dumps([first, *map(to_json, news)], sort_keys=True)
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def _was_dropped(held: Held | None) -> bool:
    return held is not None and held.reason is HeldReason.DROPPED


def _tells_of(waiting: Severity | None, match: Match) -> bool:
    """Whether an alert that waits to be sent may tell of a match, too."""
    return waiting is not None and not rises(waiting, match.severity)


def _named(match: Match) -> frozenset[str]:
    return frozenset(mention.entity for mention in match.mentions)
