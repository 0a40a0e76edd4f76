"""Stories put together and split by hand, as plain forms: a script sends the same ones."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from monitor.service import regrouping
from monitor.service.decisions import Done
from monitor.web.page_request import Asking
from monitor.web.routes import Routes, read_numbers
from monitor.wording import counted

router = Routes()


@router.post("/stories/{story_id:number}/merge")
async def merge(request: Request, story_id: int) -> Response:
    """Say that others are the same story (`with`: their numbers, parted by commas)."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    others = read_numbers(fields.get("with", ""), most=regrouping.MOST + 1)
    done = await site.ask(
        regrouping.merge, site.db, [story_id, *others], asking.who.person, site.clock()
    )
    return _answered(asking, done, f"{counted(done.number + 1, 'story', 'stories')} are one now.")


@router.post("/stories/{story_id:number}/split")
async def split(request: Request, story_id: int) -> Response:
    """Say that a report (`report`: its article's number) is of another story."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    [article] = read_numbers(fields.get("report", ""), most=1)
    done = await site.ask(
        regrouping.split, site.db, story_id, article, asking.who.person, site.clock()
    )
    return _answered(asking, done, "It is a story of its own now.")


def _answered(asking: Asking, done: Done, said: str) -> Response:
    """The list anew for a script, the story that came of it for a form."""
    where = f"/stories/{done.story}"
    if not asking.is_fragment:
        return asking.back({}, where)
    headers = {"X-Said": quote(said), "X-Undo": str(done.change), "X-Story": str(done.story)}
    return Response(status_code=200, headers=headers)
