"""What goes out: deliveries that are stuck, and silences with what they mute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.errors import UsageError
from monitor.messages.fates import fate_words, waiting_words
from monitor.model.alert import Silence
from monitor.model.audit import Action
from monitor.model.delivery import DeliveryStatus
from monitor.model.match import Severity
from monitor.service import alerts, previews, silences
from monitor.web.page_request import Asking, read_span
from monitor.web.routes import Routes

router = Routes()

LISTED = 60
LASTS = (("1h", "an hour"), ("4h", "4 hours"), ("24h", "a day"), ("3d", "3 days"),
         ("7d", "a week"), ("30d", "30 days"))  # fmt: skip
MOST_WORDS = 300
#: What a silence is described by.
DRAFT = ("watchlist", "entity", "feed", "text", "severity", "for", "reason", "drop")


@router.get("/deliveries")
async def show_deliveries(request: Request) -> Response:
    """Alerts and how far each of their deliveries got."""
    asking = await Asking.of(request)
    site = asking.site
    stuck = request.query_params.get("all") is None
    found = await site.ask(
        alerts.listed, site.db, stuck=stuck, limit=LISTED, now=site.clock(), config=site.config
    )
    zone = site.config.alerts.timezone
    return await asking.page(
        "deliveries.html",
        found=found,
        stuck=stuck,
        given_up={
            alert.id
            for alert in found.alerts
            if any(each.status is DeliveryStatus.DEAD for each in alert.deliveries)
        },
        channels=[each.name for each in site.config.channels],
        waiting_words=lambda each: waiting_words(
            each.waits_for, each.next_attempt, each.silenced, zone
        ),
        fate_words=lambda fate: fate_words(fate, zone),
        now=site.clock(),
    )


@router.post("/deliveries/retry")
async def retry(request: Request) -> Response:
    """Send once more what was given up: of one alert, or all of it."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    which = fields.get("alert") or None
    channels = site.config.channel_names
    done = await site.ask(alerts.retry, site.db, which, channels, site.clock())
    await asking.record(Action.RETRIED, which or "all", due=done.due)
    return asking.back(fields, "/deliveries")


@router.post("/deliveries/reroute")
async def reroute(request: Request) -> Response:
    """Send what waits for a channel, and what it has refused for good, to another."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    channel, to = fields.get("channel", ""), fields.get("to", "")
    done = await site.ask(alerts.reroute, site.db, channel, to, site.config, site.clock())
    await asking.record(Action.REROUTED, channel, to=to, due=done.due)
    return asking.back(fields, "/deliveries")


@router.get("/silences")
async def show_silences(request: Request) -> Response:
    """Silences, and what the one that is being written would mute."""
    asking = await Asking.of(request)
    site = asking.site
    given = request.query_params
    ended = given.get("all") is not None
    found = await site.ask(silences.listed, site.db, site.clock(), ended=ended)
    values: dict[str, Any] = {
        "preview": None,
        "problem": None,
        "draft": {key: given.get(key) for key in DRAFT},
    }
    if given.get("preview"):
        try:
            silence = read_silence(asking, given)
        except UsageError as error:
            values["problem"] = str(error)
        else:
            values["preview"] = await site.ask(previews.of_silence, site.db, silence, site.config)
    lists = site.config.watchlists
    template = "silence_preview.html" if asking.is_fragment else "silences.html"
    return await asking.page(
        template,
        silences=found,
        ended=ended,
        lasts=LASTS,
        severities=list(Severity),
        watchlist_names=[each.name for each in lists],
        entities=sorted({entity.name for each in lists for entity in each.entities})[:500],
        feeds=sorted({feed.label for feed in site.config.feeds})[:500],
        **values,
    )


@router.post("/silences")
async def add_silence(request: Request) -> Response:
    """Put a silence in force."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    silence = read_silence(asking, fields)
    added = await site.ask(silences.add, site.db, silence, site.config)
    await asking.record(Action.SILENCED, f"silence {added.id}", silence=added.id)
    return asking.back(fields, "/silences")


@router.post("/silences/{number:number}/end")
async def end_silence(request: Request, number: int) -> Response:
    """End a silence early."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    done = await site.ask(silences.expire, site.db, number, site.config, site.clock())
    await asking.record(Action.SILENCE_ENDED, f"silence {number}", freed=done.freed)
    return asking.back(fields, "/silences")


@router.post("/silences/{number:number}/extend")
async def extend_silence(request: Request, number: int) -> Response:
    """Have a silence last a day longer."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    longer = timedelta(days=1)
    await site.ask(silences.extend, site.db, number, longer, site.config, site.clock())
    await asking.record(Action.SILENCE_EXTENDED, f"silence {number}")
    return asking.back(fields, "/silences")


def read_silence(asking: Asking, given: Any) -> Silence:
    """The silence that a form describes.

    Raises:
        UsageError: it says nothing, or names what there is not.
    """
    config, now = asking.site.config, asking.site.clock()

    def words(key: str) -> str | None:
        return " ".join(str(given.get(key) or "").split())[:MOST_WORDS] or None

    named = {key: (value,) if (value := words(key)) else () for key in
             ("watchlist", "entity", "feed")}  # fmt: skip
    text, reason = words("text"), words("reason")
    severity = Severity(level) if (level := words("severity")) in set(Severity) else None
    if not (any(named.values()) or text or severity):
        raise UsageError("say what to silence: a watchlist, a name, a feed, or words")
    silences.require_known(
        config, watchlists=named["watchlist"], entities=named["entity"], feeds=named["feed"]
    )
    lasts = min(read_span(words("for") or "24h"), silences.LONGEST)
    return Silence(
        id=0,
        author=asking.who.person,
        reason=reason or "no reason given",
        created=now,
        ends=now + lasts,
        watchlists=named["watchlist"],
        entities=named["entity"],
        feeds=named["feed"],
        text=text,
        max_severity=severity,
        drop=given.get("drop") is not None,
    )
