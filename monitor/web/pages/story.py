"""One story: its timeline, its text with every mention in place, what happened, what is like it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.errors import UsageError
from monitor.messages.correlations import why
from monitor.messages.developments import development_words
from monitor.messages.sanitise import one_line, safe_link
from monitor.service import export as service_export
from monitor.service import regrouping, stories
from monitor.service.export import ExportFilter, ExportFormat
from monitor.service.stories import EventKind, ShownStory
from monitor.web import plots
from monitor.web.evidence import evidence
from monitor.web.page_request import Asking
from monitor.web.pages.inbox import explaining
from monitor.web.rendering import Moments
from monitor.web.routes import Routes, chosen, read_number
from monitor.wording import counted

router = Routes()

TABS = ("report", "outlets", "changes")
EXPORTS = {
    "STIX 2.1": ExportFormat.STIX,
    "MISP event": ExportFormat.MISP,
    "CSV": ExportFormat.CSV,
    "JSON": ExportFormat.JSON,
}
#: Characters of a development beside its dot.
_SHORT = 40


@router.get("/stories/{story_id:number}")
async def show_story(request: Request, story_id: int) -> Response:
    """One story, one of its reports in full."""
    asking = await Asking.of(request)
    site = asking.site
    given = request.query_params.get("report")
    report = None if given is None else read_number(given)
    if given is not None and report is None:
        raise UsageError("the address makes no sense")
    shown = await site.ask(stories.shown, site.db, story_id, article_id=report)
    if shown.story.id != story_id:
        # Somebody has put it together with another.
        return RedirectResponse(f"/stories/{shown.story.id}", 303)
    moments = Moments(site)
    tab = request.query_params.get("tab", TABS[0])
    values: dict[str, Any] = {
        "shown": shown,
        "row": shown.story,
        "article": shown.article,
        "article_is_other": int(shown.article.id) != shown.story.article_id,
        "evidence": await site.ask(evidence, shown.article, shown.matches),
        "tab": tab if tab in TABS else TABS[0],
        "changes": [each for each in shown.reports if each.development],
        "steps": plots.steps(first_times(shown), marks(shown), site.zone),
        "caption": caption(shown),
        "lede": lede(shown, moments),
        "citation": citation(shown, moments),
        "exports": exports(shown),
        "why": why,
        "regrouped": await site.ask(regrouping.standing, site.db, story_id),
        "next": request.url.path,
        **explaining(site.config, moments),
    }
    return await asking.page("story.html", **values)


def first_times(shown: ShownStory) -> list[datetime]:
    """When each outlet first had the story."""
    first: dict[str, datetime] = {}
    for each in shown.reports:
        first.setdefault(each.outlet, each.at)
    return list(first.values())


def marks(shown: ShownStory) -> list[tuple[datetime, str, bool]]:
    """Moments to mark on the plot: when it was first told, and what was news."""
    told = [each.at for each in shown.events if each.kind is EventKind.TOLD]
    found = [(min(told), "told", False)] if told else []
    for each in shown.reports:
        if each.development:
            words = one_line(development_words(each.development))
            found.append((each.at, _cut(words), True))
    return found[:5]


def _cut(words: str) -> str:
    return words if len(words) <= _SHORT else words[: _SHORT - 1].rstrip() + "…"


def lede(shown: ShownStory, moments: Moments) -> str:
    """Who had it first, and how far it went."""
    row = shown.story
    if shown.reports:
        first = shown.reports[0]
        outlet, at = one_line(first.outlet), first.at
    else:
        outlet, at = one_line(row.outlet), row.at
    words = f"First reported by {outlet} at {moments.hour(at)} on {moments.day(at)}."
    if row.outlets > 1:
        languages = f" in {row.languages} languages" if row.languages > 1 else ""
        words += f" {counted(row.outlets, 'outlet')}{languages} carry it."
    else:
        words += " Nobody else has it yet."
    return words


def caption(shown: ShownStory) -> str:
    """What the plot shows, and what people were told of it."""
    told = sum(each.kind is EventKind.TOLD for each in shown.events)
    news = sum(each.kind is EventKind.DEVELOPMENT for each in shown.events)
    follow_ups = sum(each.kind is EventKind.FOLLOWED_UP for each in shown.events)
    parts = [counted(told, "message")]
    if news:
        parts.append(counted(news, "development"))
    if follow_ups:
        parts.append(counted(follow_ups, "follow-up"))
    quiet = max(0, shown.story.reports - 1 - sum(bool(each.development) for each in shown.reports))
    rest = f"; {counted(quiet, 'report')} joined quietly" if quiet else ""
    return f"Outlets that carry it. {', '.join(parts)}{rest}."


def citation(shown: ShownStory, moments: Moments) -> str:
    """How to refer to the report that is read."""
    article = shown.article
    authors = f"{', '.join(map(one_line, article.authors))}: " if article.authors else ""
    when = article.published or article.fetched
    day = f", {moments.day(when)}" if when else ""
    link = f" {safe_link(article.url)}" if safe_link(article.url) else ""
    return f"{authors}“{one_line(article.title)}”, {one_line(article.outlet)}{day}.{link}"


def exports(shown: ShownStory) -> list[tuple[str, str]]:
    """In which forms the story can be taken along."""
    story = shown.story.id
    return [(name, f"/stories/{story}/export/{form}") for name, form in EXPORTS.items()]


@router.get("/stories/{story_id:number}/export/{form}")
async def export_story(request: Request, story_id: int, form: str) -> Response:
    """All that was found in a story, as a file."""
    asking = await Asking.of(request)
    site = asking.site
    wanted, chosen_form = ExportFilter(story=story_id), chosen(ExportFormat, form)
    data = await site.ask(
        service_export.export, site.db, site.config, chosen_form, wanted, redact=site.redact
    )
    name = f"story-{story_id}-{chosen_form}.{chosen_form.suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=chosen_form.media_type, headers=headers)
