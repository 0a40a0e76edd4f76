"""What can be done: say what a story was worth, see to it, silence, send again; a backtest.

Each takes a token, and each is entered in the record of changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from monitor.config.load import load_config
from monitor.config.schema import Entity, Query
from monitor.errors import UsageError
from monitor.model.alert import Silence
from monitor.model.audit import Action, Source
from monitor.model.match import Kind, Severity
from monitor.model.token import Scope
from monitor.model.verdict import Verdict, VerdictReason, Worth
from monitor.service import add_names, alerts, almost, earlier_reports, regrouping, silences, triage
from monitor.service.backtest import Backtest
from monitor.service.backtest_process import replayed
from monitor.web.api.access import RefusedError, caller, one
from monitor.web.api.endpoints import Administrator, Endpoints, Judge
from monitor.web.api.lists import Number, read_since
from monitor.web.api.responses import answer
from monitor.web.routes import BEYOND_NUMBERS

endpoints = Endpoints()

MOST_WORDS = 500


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Judgement(_Asked):
    """What a story was worth."""

    worth: Worth
    reason: VerdictReason | None = None
    note: str = Field("", max_length=2_000)
    seen: str | None = Field(None, max_length=2_000)
    """The numbers of the verdicts that stood when the story was looked at, parted by commas: if
    somebody has said something since, nothing is done (409). Null overrules."""


class WantedSilence(_Asked):
    """What to silence, for how long and why."""

    reason: str = Field(min_length=1, max_length=MOST_WORDS)
    hours: float = Field(24, gt=0, le=366 * 24)
    watchlists: tuple[str, ...] = Field((), max_length=100)
    entities: tuple[str, ...] = Field((), max_length=100)
    feeds: tuple[str, ...] = Field((), max_length=100)
    text: str | None = Field(None, min_length=1, max_length=MOST_WORDS)
    max_severity: Severity | None = None
    drop: bool = False
    all: Literal[True] | None = None
    """That everything is meant, where nothing else is said."""


class WantedWatch(_Asked):
    """A name or a query to watch, and where."""

    query: str | None = Field(None, min_length=1, max_length=20_000)
    name: str | None = Field(None, min_length=1, max_length=200)
    """The name to watch; with `query`, what that is called."""
    kind: Kind | None = None
    aliases: tuple[str, ...] = Field((), max_length=100)
    watchlist: str | None = Field(None, max_length=200)
    """Null makes one."""


class WantedBacktest(_Asked):
    """What to replay: the configuration as it is on disk against the one in force."""

    since: str | None = Field(None, max_length=40)
    watchlists: tuple[str, ...] = Field((), max_length=100)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, and the number by which it is taken back."""

    change: int | None
    action: Action
    story: int
    by: str


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched from now on, and where that was written."""

    watchlist: str
    name: str
    file: str
    line: int
    is_new: bool
    """Whether the watchlist was made for it."""


@endpoints.post("/stories/{story_id}/verdict", Decided)
async def judge(ask: Judge, story_id: Number, wanted: Judgement) -> Response:
    """Say what a story was worth, to each watchlist that it concerns."""
    site = ask.site
    done = await one(ask, triage.judge, site.db, story_id, wanted.worth, ask.person, site.clock(),
        reason=wanted.reason, note=wanted.note, seen=wanted.seen, source=Source.API,
    )  # fmt: skip
    return answer(ask.site, Decided(done.change, done.action, done.story, done.by), status=201)


class MatchJudgement(_Asked):
    """What one match was worth."""

    worth: Worth
    reason: VerdictReason | None = None
    note: str = Field("", max_length=2_000)
    seen: int | None = Field(None, ge=0, lt=BEYOND_NUMBERS)
    """The verdict that stood when it was looked at: if somebody has said something since, nothing
    is done (409)."""


@endpoints.post("/matches/{match_id}/verdict", Verdict)
async def judge_match(ask: Judge, match_id: Number, wanted: MatchJudgement) -> Response:
    """Say what one match was worth: with its story where it has one, or alone."""
    site = ask.site
    done = await one(
        ask, almost.judge, site.db, match_id, wanted.worth, ask.person, site.clock(),
        source=Source.API, reason=wanted.reason, note=wanted.note, seen=wanted.seen,
    )  # fmt: skip
    return answer(site, done, status=201)


@endpoints.post("/stories/{story_id}/acknowledge", Decided)
async def acknowledge(ask: Judge, story_id: Number) -> Response:
    """Say that whoever asks sees to a story."""
    site = ask.site
    done = await one(
        ask, triage.acknowledge, site.db, story_id, ask.person, site.clock(), source=Source.API
    )
    return answer(ask.site, Decided(done.change, done.action, done.story, done.by), status=201)


#: The number of something that is stored.
Stored = Annotated[int, Field(ge=0, lt=BEYOND_NUMBERS)]


class WantedMerge(_Asked):
    """Which stories are the same as the one that is asked about."""

    stories: tuple[Stored, ...] = Field(min_length=1, max_length=regrouping.MOST - 1)


class WantedSplit(_Asked):
    """Which report is of another story: its article."""

    article: Stored


@endpoints.post("/stories/{story_id}/merge", Decided)
async def merge(ask: Judge, story_id: Number, wanted: WantedMerge) -> Response:
    """Say that others are the same story. The one that began first keeps its number; nobody is
    told anything by it."""
    site = ask.site
    numbers = [story_id, *wanted.stories]
    done = await one(
        ask, regrouping.merge, site.db, numbers, ask.person, site.clock(), source=Source.API
    )
    return answer(site, Decided(done.change, done.action, done.story, done.by), status=201)


@endpoints.post("/stories/{story_id}/split", Decided)
async def split(ask: Judge, story_id: Number, wanted: WantedSplit) -> Response:
    """Say that a report is of another story: it begins one, whose number is answered."""
    site = ask.site
    done = await one(
        ask, regrouping.split, site.db, story_id, wanted.article, ask.person, site.clock(),
        source=Source.API,
    )  # fmt: skip
    return answer(site, Decided(done.change, done.action, done.story, done.by), status=201)


@endpoints.post("/changes/{number}/undo", Decided)
async def undo(ask: Judge, number: Number) -> Response:
    """Take a decision back."""
    site = ask.site
    done = await one(ask, triage.undo, site.db, number, ask.person, site.config, site.clock())
    return answer(ask.site, Decided(done.change, done.action, done.story, done.by), status=201)


@endpoints.post("/silences", silences.AddedSilence)
async def add_silence(ask: Judge, wanted: WantedSilence) -> Response:
    """Silence something for a while."""
    site = ask.site
    means = wanted.watchlists, wanted.entities, wanted.feeds, wanted.text, wanted.max_severity
    if not any(means) and wanted.all is None:
        raise UsageError("it is not said what to silence", hint='Say it, or "all": true.')
    silences.require_known(
        site.config, watchlists=wanted.watchlists, entities=wanted.entities, feeds=wanted.feeds
    )
    if wanted.drop or wanted.all:
        # Whoever may judge stories may not end the watch.
        await caller(ask.request, Scope.ADMIN)
    now = site.clock()
    silence = Silence(
        id=0, author=ask.person, reason=wanted.reason, created=now,
        ends=now + timedelta(hours=wanted.hours), watchlists=wanted.watchlists,
        entities=wanted.entities, feeds=wanted.feeds, text=wanted.text,
        max_severity=wanted.max_severity, drop=wanted.drop,
    )  # fmt: skip
    added = await site.ask(silences.add, site.db, silence, site.config)
    await ask.record(Action.SILENCED, f"silence {added.id}", silence=added.id)
    return answer(ask.site, added, status=201)


@endpoints.delete("/silences/{number}", silences.Expired)
async def end_silence(ask: Judge, number: Number) -> Response:
    """End a silence; what was missed under it is sent."""
    site = ask.site
    ended = await one(ask, silences.expire, site.db, number, site.config, site.clock())
    await ask.record(Action.SILENCE_ENDED, number)
    return answer(ask.site, ended)


@endpoints.post("/alerts/{alert_id}/retry", alerts.Retried)
async def retry(ask: Administrator, alert_id: str) -> Response:
    """Send an alert's unsent deliveries once more."""
    site = ask.site
    channels = site.config.channel_names
    done = await one(ask, alerts.retry, site.db, alert_id, channels, site.clock())
    await ask.record(Action.RETRIED, alert_id)
    return answer(ask.site, done, status=201)


@endpoints.post("/deliveries/retry", alerts.Retried)
async def retry_all(ask: Administrator) -> Response:
    """Send once more all that was given up."""
    site = ask.site
    channels = site.config.channel_names
    done = await site.ask(alerts.retry, site.db, None, channels, site.clock())
    await ask.record(Action.RETRIED, "all", due=done.due)
    return answer(ask.site, done, status=201)


class WantedReroute(_Asked):
    """From which channel to which."""

    channel: str = Field(min_length=1, max_length=200)
    to: str = Field(min_length=1, max_length=200)


@endpoints.post("/deliveries/reroute", alerts.Rerouted)
async def reroute(ask: Administrator, wanted: WantedReroute) -> Response:
    """Send what waits for a channel, and what it has refused for good, to another."""
    site = ask.site
    done = await site.ask(
        alerts.reroute, site.db, wanted.channel, wanted.to, site.config, site.clock()
    )
    await ask.record(Action.REROUTED, wanted.channel, to=wanted.to, due=done.due)
    return answer(ask.site, done, status=201)


@endpoints.post("/earlier/{number}/tell", earlier_reports.Decided)
async def tell_earlier(ask: Administrator, number: Number) -> Response:
    """Have earlier reports told, once, as they would have been."""
    site = ask.site
    done = await one(
        ask, earlier_reports.tell, site.db, number, ask.person, site.clock(), source=Source.API
    )
    return answer(ask.site, done, status=201)


@endpoints.post("/earlier/{number}/dismiss", earlier_reports.Decided)
async def dismiss_earlier(ask: Judge, number: Number) -> Response:
    """Let earlier reports be: nobody is told."""
    site = ask.site
    done = await one(
        ask, earlier_reports.dismiss, site.db, number, ask.person, site.clock(), source=Source.API
    )
    return answer(ask.site, done, status=201)


@endpoints.post("/watchlists/additions", Watched)
async def watch(ask: Administrator, wanted: WantedWatch) -> Response:
    """Write into the configuration that a name or a query is watched from now on.

    Only where the page may do so (`write_config` in `[web]`).
    """
    site = ask.site
    if not site.config.web.write_config:
        raise RefusedError(
            403, "the configuration may not be written", "Set write_config = true in [web]."
        )
    config = site.config
    addition: Entity | Query
    if wanted.query is not None:
        addition = await site.ask(
            add_names.of_query, config, wanted.query, wanted.name or "", wanted.watchlist
        )
    elif wanted.name is not None:
        addition = await site.ask(add_names.of_name, wanted.name, wanted.kind, wanted.aliases)
    else:
        raise UsageError("it is not said what to watch", hint="Give a `name` or a `query`.")
    done = await site.ask(add_names.watch, site.config_path, config, addition, wanted.watchlist)
    await ask.record(
        Action.CONFIG_CHANGED, done.watchlist, added=done.name, file=str(done.file), line=done.line
    )
    return answer(site, Watched(done.watchlist, done.name, done.file.name, done.line, done.is_new),
                  status=201)  # fmt: skip


@endpoints.post("/backtest", Backtest)
async def try_on_the_past(ask: Judge, wanted: WantedBacktest) -> Response:
    """What the configuration on disk would have done with the stored past, against the one in
    force; nothing is changed."""
    site = ask.site
    now = site.clock()
    since: datetime | None = read_since(wanted.since, now)
    new = (await site.ask(load_config, site.config_path)).config
    found = await site.trials.ask(
        replayed, site.url, site.config, new, now,
        since=since, watchlists=wanted.watchlists or None,
    )  # fmt: skip
    await ask.record(Action.BACKTESTED, "configuration")
    return answer(ask.site, found)
