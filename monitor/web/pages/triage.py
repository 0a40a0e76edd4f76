"""What people decide about a story, as plain forms: a script sends the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor.errors import UsageError
from monitor.model.audit import Action
from monitor.model.verdict import VerdictReason, Worth
from monitor.service import triage
from monitor.service.decisions import Done
from monitor.service.verdicts import ConflictError
from monitor.web.page_request import Asking
from monitor.web.routes import Routes, read_numbers
from monitor.wording import counted

router = Routes()

MOST_NOTE = 2_000
#: Stories that are marked as seen at once.
MOST_SEEN = 500

_SAID = {
    Action.ACKNOWLEDGED: "You are on it.",
    Action.SILENCED: "Silenced for 24 hours.",
    Action.ACKNOWLEDGEMENT_UNDONE: "Taken back: nobody is on it.",
    Action.SILENCE_ENDED: "Taken back: it is silenced no more.",
    Action.JUDGED: "Judged.",
    Action.MERGE_UNDONE: "Taken back: they are several stories again.",
    Action.SPLIT_UNDONE: "Taken back: it is one story again.",
    Action.VERDICT_UNDONE: "Taken back: it waits for a verdict.",
}


@router.post("/stories/{story_id:number}/acknowledge")
async def acknowledge(request: Request, story_id: int) -> Response:
    """Say that whoever asks sees to a story."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    done = await site.ask(triage.acknowledge, site.db, story_id, asking.who.person, site.clock())
    return await answered(asking, fields, done)


@router.post("/stories/{story_id:number}/verdict")
async def judge(request: Request, story_id: int) -> Response:
    """Say what a story was worth."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    worth, reason = read_verdict(fields)
    try:
        done = await site.ask(
            triage.judge,
            site.db,
            story_id,
            worth,
            asking.who.person,
            site.clock(),
            reason=reason,
            note=fields.get("note", "")[:MOST_NOTE],
            seen=fields.get("seen"),
        )
    except ConflictError as error:
        return await conflict(asking, story_id, error)
    return await answered(asking, fields, done)


def read_verdict(fields: Mapping[str, str]) -> tuple[Worth, VerdictReason | None]:
    """What a form says that something was worth, and why it was not.

    Raises:
        UsageError: it says neither.
    """
    try:
        worth = Worth(fields.get("worth", ""))
        reason = VerdictReason(fields["reason"]) if fields.get("reason") else None
    except ValueError:
        raise UsageError("that is no verdict") from None
    return worth, reason if worth is Worth.NOT_RELEVANT else None


async def conflict(asking: Asking, story_id: int, error: ConflictError) -> Response:
    """Show who said what meanwhile, and the story as it is now."""
    row = await asking.site.ask(triage.story_row, asking.site.db, story_id)
    if asking.is_fragment:
        html = await asking.fragment("row.html", row=row, next="/")
        return HTMLResponse(html, 409, {"X-Said": quote(f"{error.what}.")})
    return await asking.page("conflict.html", status=409, row=row, text=f"{error.what}.",
                             next=f"/stories/{story_id}")  # fmt: skip


@router.post("/stories/seen")
async def see(request: Request) -> Response:
    """Say that whoever asks has looked at stories (`stories`: their numbers, parted by commas)."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    numbers = read_numbers(fields.get("stories", ""), most=MOST_SEEN)
    done = await site.ask(triage.see, site.db, numbers, asking.who.person, site.clock())
    return await answered(
        asking, fields, done, said=f"{counted(done.number, 'story', 'stories')} seen."
    )


@router.post("/stories/{story_id:number}/silence")
async def silence(request: Request, story_id: int) -> Response:
    """Mute what names the same, for a day."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    done = await site.ask(
        triage.silence, site.db, story_id, asking.who.person, site.config, site.clock()
    )
    return await answered(asking, fields, done)


@router.post("/undo/{number:number}")
async def undo(request: Request, number: int) -> Response:
    """Take a decision back."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    done = await site.ask(
        triage.undo, site.db, number, asking.who.person, site.config, site.clock()
    )
    return await answered(asking, fields, done)


async def answered(
    asking: Asking, fields: Mapping[str, str], done: Done, *, said: str | None = None
) -> Response:
    """The stories' rows anew for a script, the page it came from for a form."""
    if not asking.is_fragment:
        return asking.back(fields, f"/stories/{done.story}")
    html = ""
    for story in done.others or (done.story,):
        row = await asking.site.ask(triage.story_row, asking.site.db, story)
        values: dict[str, Any] = {"row": row, "next": fields.get("next", "/")}
        html += await asking.fragment("row.html", **values)
    said = said or _SAID[done.action]
    if done.change is None and done.action is Action.ACKNOWLEDGED:
        said = f"{done.by} is on it already."
    headers = {"X-Said": quote(said)}
    if done.action in {Action.MERGE_UNDONE, Action.SPLIT_UNDONE}:
        headers["X-Story"] = str(done.story)
    if done.action is Action.JUDGED and not done.others:
        headers["X-Advance"] = "1"
    if done.change is not None:
        headers["X-Undo"] = str(done.change)
    return HTMLResponse(html, headers=headers)
