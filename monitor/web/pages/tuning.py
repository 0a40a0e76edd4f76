"""Tuning a watchlist: another threshold is tried on the stored past, then written back."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from monitor.config import tuning as config_tuning
from monitor.config.secrets import redactor
from monitor.config.tuning import ChangedOnDiskError
from monitor.errors import UsageError
from monitor.model.audit import Action
from monitor.service import tuning, verdicts, watchlists
from monitor.web.asking import Asking
from monitor.web.pages.watching import LATELY
from monitor.web.site import Site

router = APIRouter()

#: Files that were shown with a change, to say what else was changed in them meanwhile.
MOST_SEEN = 8


class Seen:
    """The files that were shown lately, by their digests."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()

    def keep(self, digest: str, text: str) -> None:
        """Remember a file as it was shown."""
        self._texts[digest] = text
        while len(self._texts) > MOST_SEEN:
            self._texts.popitem(last=False)

    def find(self, digest: str) -> str | None:
        """The file of a digest, if it is still remembered."""
        return self._texts.get(digest)


def read_threshold(given: str | None, otherwise: float) -> float:
    """A threshold as it was given.

    Raises:
        UsageError: it is none.
    """
    if given is None or not given.strip():
        return otherwise
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise UsageError("a threshold is a number from 0 to 100")
    return round(value, 1)


@router.get("/watchlists/{name:path}/tune", response_class=HTMLResponse)
async def show_tuning(request: Request, name: str) -> Response:
    """What verdicts say, and what another threshold would have done."""
    asking = await Asking.of(request)
    site = asking.site
    watchlist = watchlists.named(site.config.watchlists, name)
    alert_at = read_threshold(request.query_params.get("alert_at"), watchlist.alert_at)
    begin = max(0, int(min(watchlist.alert_at, alert_at)) - 6)
    values: dict[str, Any] = {
        "watchlist": watchlist,
        "alert_at": alert_at,
        "begin": begin,
        "judged": await site.ask(tuning.judged, site.db, name, begin),
        "result": None,
        "draft": None,
        "diff": "",
        "may_write": site.config.web.write_config,
        "wilson": verdicts.wilson,
    }
    if alert_at != watchlist.alert_at:
        values |= await _tried(asking, name, alert_at)
    if asking.is_fragment:
        return await asking.page("tune_result.html", **values)
    precision = await site.ask(verdicts.precision, site.db, name)
    suggested = await site.ask(verdicts.suggestions, site.db, site.config)
    return await asking.page(
        "tune.html",
        precision=precision[0] if precision else None,
        names=await site.ask(watchlists.expanded, [watchlist]),
        suggestions=[each for each in suggested if each.watchlist == name],
        **values,
    )


async def _tried(asking: Asking, name: str, alert_at: float) -> dict[str, Any]:
    site = asking.site
    now = site.clock()
    draft = await site.ask(config_tuning.draft, site.config_path, name, alert_at)
    seen: Seen = asking.request.app.state.seen
    seen.keep(draft.digest, draft.before)
    found = await site.trials.ask(
        tuning.tried, site.db.url, site.config, name, alert_at, now, now - LATELY
    )
    [result] = [each for each in found.watchlists if each.watchlist == name]
    return {
        "draft": draft,
        "diff": _hidden(site, draft.diff),
        "result": result,
        "window": found.window,
    }


def _hidden(site: Site, diff: str) -> str:
    # Whoever may look at the page need not know what logs do not show either.
    return redactor(site.in_force().loaded.secrets)(site.redact(diff))


@router.post("/watchlists/{name:path}/tune")
async def write(request: Request, name: str) -> Response:
    """Write a threshold into the configuration's file."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    watchlist = watchlists.named(site.config.watchlists, name)
    alert_at = read_threshold(fields.get("alert_at"), watchlist.alert_at)
    if not site.config.web.write_config:
        draft = await site.ask(config_tuning.draft, site.config_path, name, alert_at)
        return await asking.page(
            "lines.html", lines=_hidden(site, draft.diff), back=request.url.path.replace("//", "/")
        )
    digest = fields.get("digest", "")
    seen: Seen = request.app.state.seen
    try:
        done = await site.ask(
            config_tuning.write, site.config_path, name, alert_at, digest, seen=seen.find(digest)
        )
    except ChangedOnDiskError as error:
        return await asking.page(
            "changed.html",
            status=409,
            error=error,
            diff=None if error.diff is None else _hidden(site, error.diff),
            name=name,
            alert_at=alert_at,
        )
    await asking.record(
        Action.CONFIG_CHANGED, name, alert_at=alert_at, was=watchlist.alert_at, file=str(done.file)
    )
    return asking.back({}, f"/watchlists/{name}")
