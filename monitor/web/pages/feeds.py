"""The feeds: how each is doing, when it is polled next and why, and adding one by its site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.config.edit import add_feeds, feed_lines, remove_feed
from monitor.config.schema import Config, Feed
from monitor.config.secrets import feed_secrets, redactor
from monitor.errors import MonitorError, UsageError
from monitor.messages.feeds import health, incident, moved, pushed, when_next, why
from monitor.model.audit import Action
from monitor.service import feeds, previews
from monitor.service.discovery import REFERS, discovered
from monitor.service.subscriptions import addresses, already
from monitor.web.page_request import Asking
from monitor.web.routes import Routes

router = Routes()

#: How long looking for a site's feeds may take, in seconds.
DISCOVERY_SECONDS = 60.0
#: And trying the first that was found.
PREVIEW_SECONDS = 20.0
MOST_FEEDS = 2_000


@router.get("/feeds")
async def show_feeds(request: Request) -> Response:
    """All feeds, those in trouble first."""
    asking = await Asking.of(request)
    site = asking.site
    found = await site.ask(feeds.listed, site.db, site.config.feeds)
    wanted = request.query_params.get("q", "").strip()
    shown = [each for each in found if _says(each, wanted, site.redact)]
    shown.sort(key=lambda each: (not (each.failures or each.stopped), each.name.casefold()))
    return await asking.page(
        "feeds.html",
        feeds=shown[:MOST_FEEDS],
        total=len(found),
        wanted=wanted,
        health=health,
        why=why,
    )


def _says(feed: feeds.ListedFeed, wanted: str, redact: Callable[[str], str]) -> bool:
    # What is not shown is not searched either: it could be guessed letter by letter.
    return wanted.casefold() in redact(f"{feed.name} {feed.url}").casefold()


@router.get("/feeds/add")
async def show_adding(request: Request) -> Response:
    """The form, and what was found at the address that it was given."""
    asking = await Asking.of(request)
    site = asking.site
    given = request.query_params.get("url", "").strip()
    values: dict[str, Any] = {"given": given, "found": (), "problem": None, "preview": None,
                              "known": None}  # fmt: skip
    if given:
        try:
            values |= await _looked_up(asking, given)
        except MonitorError as error:
            values["problem"] = str(error)
    return await asking.page("feed_add.html", may_write=site.config.web.write_config, **values)


async def _looked_up(asking: Asking, given: str) -> dict[str, Any]:
    config = asking.site.config
    known = already(config.feeds, addresses(given))
    if known is not None:
        return {"known": known.label}
    return await asking.site.lookups.ask(_found, given, config, asking.site.in_force().matcher)


def _found(given: str, config: Config, matcher: Any) -> dict[str, Any]:
    found = discovered(given, config.polling, DISCOVERY_SECONDS)
    preview = previews.of_feed(found[0].url, config, matcher, PREVIEW_SECONDS)
    return {"found": found, "preview": preview}


@router.post("/feeds/add")
async def add_feed(request: Request) -> Response:
    """Write a feed into the configuration, or show the lines to write."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    url, name = fields.get("url", "").strip(), fields.get("name", "").strip()[:200]
    if REFERS in url:
        raise UsageError(f"a feed's address with “{REFERS}” in it is refused",
                         hint="It could have a secret of the configuration read.")  # fmt: skip
    try:
        feed = Feed(url=url, name=name or None)
    except ValueError:
        raise UsageError("that is no feed's address", hint="Look it up again.") from None
    if not site.config.web.write_config:
        return await asking.page(
            "lines.html", lines="\n".join(("[[feeds]]", *feed_lines(feed))), back="/feeds"
        )
    done = await site.ask(add_feeds, site.config_path, [feed])
    if done.added:
        address = _recorded(asking, feed)
        await asking.record(Action.FEED_ADDED, address, name=feed.label, file=str(done.file))
    return asking.back(fields, "/feeds")


@router.get("/feeds/{feed_id:number}")
async def show_feed(request: Request, feed_id: int) -> Response:
    """One feed."""
    asking = await Asking.of(request)
    site = asking.site
    feed = await site.ask(_configured, asking, feed_id)
    shown = await site.ask(feeds.shown, site.config_path, feed, site.db)
    return await asking.page(
        "feed.html",
        shown=shown,
        feed_id=feed_id,
        may_write=site.config.web.write_config,
        health=health,
        why=why,
        when_next=when_next,
        incident_words=incident,
        moved=moved,
        pushed=pushed,
    )


def _recorded(asking: Asking, feed: Feed) -> str:
    # It is in force not yet, or no longer: what gives access in it is asked of itself, too.
    return redactor(feed_secrets(feed))(asking.site.redact(feed.url))


def _configured(asking: Asking, feed_id: int) -> Feed:
    site = asking.site
    state = next((each for each in feeds.listed(site.db, ()) if each.id == feed_id), None)
    found = None if state is None else next(
        (feed for feed in site.config.feeds if feed.url == state.url), None
    )  # fmt: skip
    if found is None:
        raise UsageError("there is no such feed", hint="It may have been removed.")
    return found


@router.post("/feeds/{feed_id:number}/remove")
async def remove(request: Request, feed_id: int) -> Response:
    """Take a feed out of the configuration."""
    asking = await Asking.of(request)
    fields = await asking.form()
    site = asking.site
    if not site.config.web.write_config:
        raise UsageError("the page may not change the configuration",
                         hint="Set `write_config = true` in [web], or edit the file.")  # fmt: skip
    feed = await site.ask(_configured, asking, feed_id)
    places = await site.ask(remove_feed, site.config_path, feed.url)
    where = [f"{place.file}:{place.line}" for place in places]
    await asking.record(Action.FEED_REMOVED, _recorded(asking, feed), name=feed.label, where=where)
    return asking.back(fields, "/feeds")
