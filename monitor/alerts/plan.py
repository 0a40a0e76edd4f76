"""Who is told of an article's matches, and as what: pure.

The first report of a story, a development, or not at all. People are told of a story once for each
watchlist. Later reports join it quietly; at most now and then a message says who they are. What is
really new in one of them is told as a development.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts import routing, silences, timing
from monitor.alerts.ids import alert_id, development_id
from monitor.alerts.merging import told_at_once
from monitor.alerts.news import (
    Told,
    developments,
    new_headline,
    official_source,
    taken_back,
)
from monitor.alerts.threads import ChannelThread, by_channel, is_kept_back
from monitor.config.schema import Config
from monitor.model.alert import Alert, Silence
from monitor.model.article import Article
from monitor.model.development import Development
from monitor.model.hold import Held, HeldReason, Hold, HoldReason
from monitor.model.match import Match, Severity
from monitor.model.plan import (
    AddAlert,
    AddFollowUp,
    Destination,
    DropFollowUps,
    HoldMatch,
    HurryFollowUps,
    Intent,
    JoinThread,
    Plan,
    RememberHeadlines,
    Reschedule,
)
from monitor.model.situation import Concern, Situation

_ACKNOWLEDGEMENT = Hold(HoldReason.ACKNOWLEDGEMENT)


def plan(situation: Situation, config: Config, now: datetime) -> Plan:
    """What is to be done about what was found in an article.

    Args:
        situation: what was found, and what is known of its story.
        config: the policy in force.
        now: the time.
    """
    planner = _Planner(situation, config, now)
    # The gravest first: it may leave nothing to say for the others.
    for concern in sorted(situation.concerns, key=lambda each: -each.match.severity.rank):
        planner.tell(concern)
    for concern in situation.gone:
        planner.tell_gone(concern)
    together = config.alerts.merge_watchlists
    return Plan(told_at_once(planner.intents, now) if together else tuple(planner.intents))


def headlines(article: Article) -> tuple[str, str]:
    """An article's headline and its page's own, to notice when they change."""
    return article.title, article.page_title


class _Planner:
    """Plans one article's matches, one after the other."""

    def __init__(self, situation: Situation, config: Config, now: datetime) -> None:
        self.intents: list[Intent] = []
        self._situation = situation
        self._article = situation.article
        self._config = config
        self._now = now
        self._watchlists = {each.name: each for each in config.watchlists}
        self._channels = {each.name: each for each in config.channels}
        # What was planned for the matches before, by channel: the critical alert, and how grave
        # the gravest is.
        self._inhibitors: dict[str, str] = {}
        self._loudest: dict[str, Severity] = {}

    def tell(self, concern: Concern) -> None:
        """Tell of a match that reached its threshold, if it is news."""
        if self._is_dropped(concern):
            return
        match, told = concern.match, concern.told
        if concern.recorded.thread is not None:
            self._tell_again(concern, concern.recorded.thread)
        elif told is None:
            self._add(concern, self._alert(match), self._destinations(concern))
        else:
            known = Told(told.entities, told.severity, any(map(official_source, told.urls)))
            news = developments(known, _named(match), match.severity, self._article.read_at)
            self._tell_more(concern, told.thread, news)

    def tell_gone(self, concern: Concern) -> None:
        """Tell that an article which people were told of names nobody any more, or hardly."""
        thread, named = concern.recorded.thread, concern.match.mentions
        if not concern.alerts or thread is None or concern.match.watchlist not in self._watchlists:
            return
        news = taken_back(self._situation.before, self._article, named, ())
        if news and self._situation.story is not None and not self._is_dropped(concern):
            self._tell_more(concern, thread, news)

    def _tell_again(self, concern: Concern, thread: str) -> None:
        """Tell of what a later reading of an article found that people were told of, if it is new.

        A name that was not there is a development; so is, for an article that was told by an alert
        of its own, a name that was taken back, or another headline. Where only the score rose,
        those channels are told for which it was not grave enough before.
        """
        match, recorded = concern.match, concern.recorded
        concern = self._unmuted(concern)
        if news := self._news(concern):
            if not self._tell_more(concern, thread, news):
                self._escalate(concern)
            return
        known = by_channel(concern.thread) if recorded.graver else {}
        untold = [each for each in self._destinations(concern) if each.channel not in known]
        if recorded.graver and untold:
            self._add(concern, self._alert(match, thread), untold, graver=True)
        else:
            self._escalate(concern)

    def _news(self, concern: Concern) -> tuple[Development, ...]:
        """What a later reading of an article found that an earlier one did not."""
        match, recorded, told = concern.match, concern.recorded, concern.told
        known = {mention.entity for mention in recorded.mentions}
        known |= told.entities if told else frozenset()
        # How grave what it told itself has become is dealt with apart; its source is what it was.
        joined = told is not None and recorded.held is not None
        severity = told.severity if told and joined else Severity.CRITICAL
        as_told = Told(frozenset(known), severity, official=True)
        news = developments(as_told, _named(match), match.severity, self._article.read_at)
        if recorded.held is not None:
            return news
        gone = taken_back(self._situation.before, self._article, recorded.mentions, match.mentions)
        return (*news, *self._new_headline(concern), *gone)

    def _escalate(self, concern: Concern) -> None:
        """Have an alert acknowledged that turns out graver than it was told."""
        own = self._alert(concern.match)
        if concern.recorded.graver and own.id in concern.alerts:
            more = self._escalations(concern, self._destinations(concern))
            add = AddAlert(own, concern.recorded.id, tuple(more), graver=True, quietly=True)
            self.intents.append(add)

    def _new_headline(self, concern: Concern) -> tuple[Development, ...]:
        told = concern.recorded.headlines or ("", "")
        now = headlines(self._article)
        news = new_headline(told, now)
        # What was not known before is none; what was told stays, so that small steps add up.
        known = now if news else (told[0] or now[0], told[1] or now[1])
        if known != told:
            self.intents.append(RememberHeadlines(concern.recorded.id, known))
        return (news,) if news else ()

    def _tell_more(self, concern: Concern, thread: str, news: tuple[Development, ...]) -> bool:
        """Tell of a report of a story that was told of before; whether somebody gets an alert.

        Channels that were not told get an alert, such as those for which the story was not grave
        enough until now. The others get one if there is news, unless an alert of the story waits
        to be sent to them, which will tell of it, too: if that is as grave, as what is graver may
        not have to wait, or has to be acknowledged. Else it joins the story quietly.

        What waits for the end of a silence tells of what is silenced itself. Anything else is
        told as if nothing waited: a silence keeps back what it is about and nothing besides.
        """
        if news and news in concern.alerts.values():
            # A page that changes to and fro has said it before.
            return False
        match, muted = concern.match, self._silence(concern.match) is not None
        channels = by_channel(concern.thread)
        destinations = []
        for each in self._destinations(concern):
            known = channels.get(each.channel)
            if known is None or (not known.told and not muted):
                destinations.append(each)
            elif news and not known.waits_to_tell(match, muted=muted):
                if not muted:
                    self.intents.append(DropFollowUps(thread, each.channel))
                destinations.append(self._not_too_soon(each, known, match))
        if destinations:
            self._add(concern, self._alert(match, thread, news), destinations)
        else:
            self._join(concern, thread, channels, news)
        told = {each.channel for each in destinations}
        for name, known in channels.items():
            if name in told or not known.told or (muted and known.silenced):
                continue
            if self._situation.is_uncertain:
                self._list(match, thread, name, known)
            elif not known.waits and not known.inhibited:
                self._follow_up(match, thread, name, known)
        return bool(destinations)

    def _join(
        self,
        concern: Concern,
        thread: str,
        channels: dict[str, ChannelThread],
        news: tuple[Development, ...],
    ) -> None:
        recorded = concern.recorded
        told_already = not channels or any(known.told for known in channels.values())
        held = Held(HeldReason.TOLD if told_already else HeldReason.SILENCED)
        told_itself = recorded.thread is not None and recorded.held is None
        joined = JoinThread(recorded.id, thread, None if told_itself else held, news)
        self.intents.append(joined)

    def _follow_up(self, match: Match, thread: str, channel: str, known: ChannelThread) -> None:
        """Have a channel told later who else has reported the story.

        The message that is there is changed, if it can be; else one more tells it, much later.
        """
        if known.editable and known.changed is not None:
            # It makes no sound, so that only a silence holds it back.
            due = max(self._now, min(known.changed, self._now) + timing.EDITS_APART)
            zone = self._config.alerts.timezone
            when = silences.timing_under(None, match.severity, due, zone, self._silence(match))
        else:
            due = timing.follow_up_due(known.last, known.later, self._config, self._now)
            when = self._timing(channel, match, due)
        self.intents.append(AddFollowUp(thread, channel, when.at, when.hold))

    def _list(self, match: Match, thread: str, channel: str, known: ChannelThread) -> None:
        """Have a channel told soon of a report that may be other news than its story.

        So is one that is told of the story by a graver alert of another watchlist, which may not
        be about this report at all. The message that is there does not change: that makes no sound.
        """
        due = timing.follow_up_due(known.last, 0, self._config, self._now)
        when = self._timing(channel, match, due)
        if known.editable and known.waiting is None:
            # What was to change the message is told with it.
            self.intents.append(DropFollowUps(thread, channel))
        elif known.waits:
            self.intents.append(HurryFollowUps(thread, channel, when.at, when.hold))
            return
        self.intents.append(AddFollowUp(thread, channel, when.at, when.hold))

    def _not_too_soon(
        self, destination: Destination, known: ChannelThread, match: Match
    ) -> Destination:
        """The same, but so that what is new within one window comes in one message."""
        if known.last is None or match.severity is Severity.CRITICAL:
            return destination
        # What a clock that was ahead has sent puts nothing off for longer.
        due = min(known.last, self._now) + self._config.alerts.group_window
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
        earlier = match.watchlist in self._situation.earlier
        return Alert(
            own, match, self._article, self._now,
            thread=thread or own, development=news, earlier=earlier,
        )  # fmt: skip

    def _add(
        self,
        concern: Concern,
        alert: Alert,
        destinations: Sequence[Destination],
        *,
        graver: bool = False,
    ) -> None:
        told = (*destinations, *self._escalations(concern, destinations))
        self.intents.append(AddAlert(alert, concern.recorded.id, told, graver=graver))
        for each in destinations:
            silenced = each.hold is not None and each.hold.reason is HoldReason.SILENCE
            if not silenced and alert.match.severity is Severity.CRITICAL:
                self._inhibitors.setdefault(each.channel, alert.id)
            if each.inhibited_by is None and each.not_before <= self._now:
                self._loudest.setdefault(each.channel, alert.match.severity)

    def _destinations(self, concern: Concern) -> list[Destination]:
        match = concern.match
        told = routing.channels_for(match, self._watchlists[match.watchlist], self._config)
        timings = {name: self._timing_with_others(name, match) for name in told}
        graver = self._graver(concern)
        return [
            Destination(name, when.at, when.hold, inhibited_by=graver.get(name))
            for name, when in timings.items()
        ]

    def _graver(self, concern: Concern) -> dict[str, str]:
        """The critical alerts that channels are told of the story, in whose shadow this one is."""
        if concern.match.severity is Severity.CRITICAL or not self._config.alerts.inhibit_for:
            return {}
        merge = self._config.alerts.merge_watchlists
        known = {
            name: each.alert_id
            for name, each in concern.inhibitors.items()
            # What is still to be sent goes out in one message with this one.
            if not (merge and each.waits)
        }
        return known if merge else self._inhibitors | known

    def _escalations(
        self, concern: Concern, destinations: Sequence[Destination]
    ) -> list[Destination]:
        """Who is told later, if nobody acknowledges what these destinations are told."""
        match = concern.match
        watchlist = self._watchlists[match.watchlist]
        told = [each for each in destinations if each.inhibited_by is None]
        if not told or watchlist.escalate_after is None:
            return []
        due = min(each.not_before for each in told) + watchlist.escalate_after
        return [
            Destination(name, self._timing(name, match, due).at, _ACKNOWLEDGEMENT)
            for name in routing.escalations(match, watchlist)
            if name not in {each.channel for each in destinations}
        ]

    def _timing_with_others(self, channel: str, match: Match) -> timing.Timing:
        """When a channel is told: with a graver alert of the same article, if there is one.

        They make one message, for which the phone rings anyway.
        """
        loudest = self._loudest.get(channel) if self._config.alerts.merge_watchlists else None
        severity = max(filter(None, (loudest, match.severity)), key=lambda each: each.rank)
        return self._timing(channel, match, self._now, severity)

    def _timing(
        self, channel: str, match: Match, at: datetime, severity: Severity | None = None
    ) -> timing.Timing:
        """When a channel is told of what it could be told at that time."""
        return silences.timing_under(
            self._channels.get(channel),
            severity or match.severity,
            at,
            self._config.alerts.timezone,
            self._silence(match),
        )

    def _unmuted(self, concern: Concern) -> Concern:
        """Tell what was held back at an earlier reading, if by this one it is not.

        What turns out graver may pass quiet hours.
        """
        own = alert_id(self._article, concern.match.watchlist)
        if self._silence(concern.match) is not None:
            return concern
        reasons = {HoldReason.SILENCE}
        if concern.recorded.graver:
            reasons.add(HoldReason.QUIET_HOURS)
        thread = []
        for each in concern.thread:
            if is_kept_back(each, own, reasons):
                when = self._timing(each.channel, concern.match, self._now)
                self.intents.append(Reschedule(each.id, when.at, when.hold))
                thread.append(replace(each, hold=when.hold))
            else:
                thread.append(each)
        return replace(concern, thread=tuple(thread))

    def _silence(self, match: Match) -> Silence | None:
        return silences.silenced_by(match, self._article, self._situation.silences, self._now)

    def _is_dropped(self, concern: Concern) -> bool:
        """Whether nobody ever is to be told of a match; then it is noted why."""
        match, recorded = concern.match, concern.recorded
        silence = self._silence(match)
        why = None
        if silence is not None and silence.drop:
            why = Held(HeldReason.DROPPED, str(silence.id))
        elif _was_dropped(recorded.held) and not recorded.graver:
            # Its page is read again; what was known of it then is not news for the silence's end.
            known = {mention.entity for mention in recorded.mentions}
            why = recorded.held if _named(match) <= known else None
        if why is not None and recorded.thread is None:
            self.intents.append(HoldMatch(recorded.id, why))
        return why is not None


def _was_dropped(held: Held | None) -> bool:
    return held is not None and held.reason is HeldReason.DROPPED


def _named(match: Match) -> frozenset[str]:
    return frozenset(mention.entity for mention in match.mentions)
