"""The inbox, and the pane beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.config.schema import Config
from monitor.errors import UsageError
from monitor.model.match import Match, Severity
from monitor.service import inbox as service_inbox
from monitor.service import stories
from monitor.service.inbox import InboxFilter, InboxSort, InboxState, StoryRow
from monitor.service.stories import EventKind, ShownStory
from monitor.web import events_wording, plots
from monitor.web.evidence import Evidence, Paragraph, evidence
from monitor.web.languages import language_name
from monitor.web.page_request import Asking, read_span
from monitor.web.rendering import Moments
from monitor.web.routes import Routes

router = Routes()

STATES = {
    InboxState.OPEN: "To judge",
    InboxState.ALL: "All",
    InboxState.JUDGED: "Judged",
    InboxState.SILENCED: "Silenced",
}
SPANS = (("1d", "the last day"), ("7d", "the last 7 days"), ("30d", "the last 30 days"),
         ("90d", "the last 90 days"), ("all", "ever"))  # fmt: skip
DEFAULT_SPAN = "7d"
LANGUAGES = tuple(
    (code, language_name(code))
    for code in ("ar", "zh", "cs", "nl", "en", "et", "fi", "fr", "de", "he", "it", "ja", "ko",
                 "lv", "lt", "fa", "pl", "pt", "ru", "es", "sv", "tr", "uk")
)  # fmt: skip
#: Paragraphs that prove a match, in the pane.
PROOFS = 3
_KEYS = {"watchlist": "Watchlist", "entity": "Name", "feed": "Feed", "lang": "Language",
         "q": "Words", "severity": "Severity", "since": "Since"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetFilter:
    """A filter that is set."""

    key: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A paragraph that proves a match, and where it stands."""

    place: str
    paragraph: Paragraph


@dataclass(frozen=True, slots=True)
class Pane:
    """What is shown of a story beside the list."""

    story: StoryRow
    evidence: Evidence
    proofs: tuple[Proof, ...]
    matches: tuple[Match, ...]
    events: tuple[stories.Event, ...]
    seen: datetime
    told: datetime | None


def read_filter(request: Request, now: datetime) -> tuple[InboxFilter, str]:
    """What an address asks for, and since when as it says it.

    Raises:
        UsageError: it makes no sense.
    """
    given = request.query_params
    try:
        state = InboxState(given.get("state") or InboxState.OPEN)
        sort = InboxSort(given.get("sort") or InboxSort.NEWEST)
        severity = Severity(given["severity"]) if given.get("severity") else None
    except ValueError as error:
        raise UsageError(f"{error}", hint="Begin at the inbox.") from None
    since = given.get("since") or DEFAULT_SPAN
    return InboxFilter(
        state=state,
        watchlist=given.get("watchlist") or None,
        entity=given.get("entity") or None,
        severity=severity,
        feed=given.get("feed") or None,
        language=given.get("lang") or None,
        since=None if since == "all" else now - read_span(since),
        containing=given.get("q") or None,
        sort=sort,
    ), since


def filters_set(request: Request) -> list[SetFilter]:
    """The filters of an address that are set, as they are shown."""
    given = request.query_params
    found = []
    for key, name in _KEYS.items():
        value = given.get(key)
        if not value:
            continue
        if key == "lang":
            value = language_name(value)
        if key == "severity" and value != Severity.CRITICAL:
            value = f"{value} and up"
        if key == "since":
            value = dict(SPANS).get(value, value)
        found.append(SetFilter(key, name, value))
    return found


@router.get("/")
async def show_inbox(request: Request) -> Response:
    """The inbox."""
    asking = await Asking.of(request)
    site = asking.site
    wanted, since = read_filter(request, site.clock())
    cursor = request.query_params.get("cursor")
    found = await site.ask(service_inbox.inbox, site.db, wanted, cursor=cursor)
    values: dict[str, Any] = {
        "wanted": wanted,
        "since": since,
        "inbox": found,
        "groups": grouped(found.stories, Moments(site)),
        "filters": filters_set(request),
        "next": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    }
    if found.next is not None:
        values["more"] = str(request.url.include_query_params(cursor=found.next).query)
        values["more"] = f"/?{values['more']}"
    if request.headers.get("hx-request") and cursor is not None:
        return await asking.page("rows.html", **values)
    if found.stories and cursor is None:
        first = found.stories[0]
        shown = await site.ask(stories.shown, site.db, first.id)
        values |= await site.ask(pane_values, shown, site.config, Moments(site))
    else:
        values["pane"] = None
    return await asking.page("inbox.html", **values, **menu_values(site.config))


@router.get("/stories/{story_id:number}/pane")
async def show_pane(request: Request, story_id: int) -> Response:
    """A story as it stands beside the list."""
    asking = await Asking.of(request)
    site = asking.site
    shown = await site.ask(stories.shown, site.db, story_id)
    values = await site.ask(pane_values, shown, site.config, Moments(site))
    return await asking.page("pane.html", **values)


def menu_values(config: Config) -> dict[str, Any]:
    """What the menu of filters offers."""
    lists = config.watchlists
    return {
        "state_names": STATES,
        "spans": SPANS,
        "severities": list(Severity),
        "languages": LANGUAGES,
        "watchlist_names": [each.name for each in lists],
        "entities": sorted({entity.name for each in lists for entity in each.entities})[:500],
        "feeds": sorted({feed.label for feed in config.feeds})[:500],
    }


def grouped(
    rows: tuple[StoryRow, ...], moments: Moments
) -> list[tuple[str, str | None, list[StoryRow]]]:
    """Rows under headings: the part of today, the day before that."""
    found: list[tuple[str, str | None, list[StoryRow]]] = []
    for part, group in groupby(rows, key=lambda row: moments.part(row.at)):
        those = list(group)
        day = moments.day(those[0].at)
        found.append((part, day if day.partition(",")[0] != part else day.partition(", ")[2],
                      those))  # fmt: skip
    return found


def pane_values(shown: ShownStory, config: Config, moments: Moments) -> dict[str, Any]:
    """What the pane shows of a story."""
    text = evidence(shown.article, shown.matches)
    told = [each.at for each in shown.events if each.kind is EventKind.TOLD]
    return {
        "pane": Pane(
            story=shown.story,
            evidence=text,
            proofs=proofs(text),
            matches=shown.matches,
            events=shown.events,
            seen=shown.story.at,
            told=min(told, default=None),
        ),
        **explaining(config, moments),
    }


def explaining(config: Config, moments: Moments) -> dict[str, Any]:
    """What templates need to explain scores and events."""
    return {
        "alert_at": {each.name: each.alert_at for each in config.watchlists},
        "parts": plots.score_parts,
        "event_words": lambda event: events_wording.event_words(event, moments),
        "event_title": events_wording.event_title,
    }


def proofs(text: Evidence) -> tuple[Proof, ...]:
    """The paragraphs that name somebody, and where each stands."""
    found = [Proof("the summary", each) for each in text.summary if each.names_somebody]
    number = 0
    for passage in text.passages:
        for each in passage.paragraphs:
            number += 1
            if each.names_somebody:
                found.append(Proof(f"{events_wording.ordinal(number)} paragraph", each))
    if not found and text.summary:
        found = [Proof("the summary", text.summary[0])]
    if not found and text.passages:
        found = [Proof("its beginning", text.passages[0].paragraphs[0])]
    return tuple(found[:PROOFS])
