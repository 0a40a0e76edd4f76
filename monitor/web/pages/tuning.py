"""Tuning a watchlist: another rule is tried on the stored past, then written back."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.config import tuning as config_tuning
from monitor.config.adjusting import Adjustment
from monitor.config.secrets import redactor
from monitor.config.tuning import ChangedOnDiskError
from monitor.errors import UsageError
from monitor.model.audit import Action
from monitor.service import tuning, verdicts, watchlists
from monitor.web.page_request import Asking
from monitor.web.pages.watchlists import LATELY
from monitor.web.routes import Routes
from monitor.web.rule_form import in_words, read_rule
from monitor.web.site import Site

router = Routes()

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


@router.get("/watchlists/{name:path}/tune")
async def show_tuning(request: Request, name: str) -> Response:
    """What verdicts say, and what another rule would have done."""
    asking = await Asking.of(request)
    site = asking.site
    watchlist = watchlists.named(site.config.watchlists, name)
    form = read_rule(request.query_params, watchlist)
    alert_at = form.filled["alert_at"]
    begin = max(0, int(min(watchlist.alert_at, alert_at)) - 6)
    values: dict[str, Any] = {
        "watchlist": watchlist,
        "alert_at": alert_at,
        "form": form,
        "changed": in_words(form.wanted, watchlist),
        "begin": begin,
        "judged": await site.ask(tuning.judged, site.db, name, begin),
        "result": None,
        "draft": None,
        "diff": "",
        "may_write": site.config.web.write_config,
        "wilson": verdicts.wilson,
    }
    if not form.wanted.is_nothing:
        values |= await _tried(asking, name, form.wanted)
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


async def _tried(asking: Asking, name: str, wanted: Adjustment) -> dict[str, Any]:
    site = asking.site
    now = site.clock()
    tuning.with_rule(site.config, name, wanted)
    draft = await site.ask(config_tuning.draft, site.config_path, name, wanted)
    seen: Seen = asking.request.app.state.seen
    seen.keep(draft.digest, draft.before)
    found = await site.trials.ask(
        tuning.tried, site.db.url, site.config, name, wanted, now, now - LATELY
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
    """Write another rule into the configuration's file."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    watchlist = watchlists.named(site.config.watchlists, name)
    form = read_rule(fields, watchlist)
    wanted = form.wanted
    if wanted.is_nothing:
        raise UsageError("that changes nothing")
    tuning.with_rule(site.config, name, wanted)
    if not site.config.web.write_config:
        draft = await site.ask(config_tuning.draft, site.config_path, name, wanted)
        return await asking.page(
            "lines.html", lines=_hidden(site, draft.diff), back=request.url.path.replace("//", "/")
        )
    digest = fields.get("digest", "")
    seen: Seen = request.app.state.seen
    try:
        done = await site.ask(
            config_tuning.write, site.config_path, name, wanted, digest, seen=seen.find(digest)
        )
    except ChangedOnDiskError as error:
        return await asking.page(
            "changed.html",
            status=409,
            error=error,
            diff=None if error.diff is None else _hidden(site, error.diff),
            name=name,
            query=form.query,
        )
    await asking.record(
        Action.CONFIG_CHANGED, name, changed=in_words(wanted, watchlist), file=str(done.file)
    )
    return asking.back({}, f"/watchlists/{name}")
