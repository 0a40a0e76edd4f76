"""Why was I (not) told? An article's whole way, from the feed that listed it to each delivery."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.alerts import routing
from monitor.articles.urls import canonical_url
from monitor.config.schema import Config, Watchlist
from monitor.matching.matcher import Matcher
from monitor.messages.developments import development_words
from monitor.messages.feeds import poll_reason
from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.model.feed import FeedState
from monitor.model.match import Match, Severity
from monitor.pipeline.read import with_feeds
from monitor.pipeline.subject import page_lines, without_common_lines
from monitor.service.holds import Holds, facts
from monitor.store import alerts as store_alerts
from monitor.store import feeds as store_feeds
from monitor.store import listings
from monitor.store import matches as store_matches
from monitor.store.articles import StoredArticle
from monitor.store.deliveries import lookups as store_deliveries
from monitor.store.deliveries.lookups import DeliveryState
from monitor.store.matches import StoredMatch

_TO_BE_SENT = {DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.FAILED}


def trace(connection: Connection, url: str, config: Config, matcher: Matcher) -> dict[str, Any]:
    """Everything known of the article at an address; `verdict` sums it up in a sentence.

    The names and scores are those of the watchlists as they are now; under `recorded` stands
    what was found when the article was read.

    Args:
        connection: an open connection.
        url: the article's address, in any of its guises.
        config: the configuration in force.
        matcher: compiled from its watchlists.
    """
    key = canonical_url(url)
    states = {state.id: state for state in store_feeds.everything(connection)}
    found = listings.at_address(connection, url.strip(), key)
    report: dict[str, Any] = {"url": url, "canonical_url": key, "found": bool(found)}
    if not found:
        near = [state for state in states.values() if _host(state.url) == _host(key)]
        return report | {
            "verdict": _never_listed(near),
            "feeds": [_feed(state) for state in near],
        }
    stored = found[0]
    listed = [
        _feed(states[listing.feed_id])
        | {"first_seen": listing.first_seen, "last_seen": listing.last_seen}
        for listing in listings.of_article(connection, stored.id)
        if listing.feed_id in states
    ]
    recorded = {
        each.match.watchlist: each for each in store_matches.of_article(connection, stored.id)
    }
    article = with_feeds(stored, {feed.url: feed for feed in config.feeds})
    page = page_lines(article)
    about = article if page is None else without_common_lines(connection, article, page)
    now_found = {match.watchlist: match for match in matcher.match(about)}
    watchlists = [
        _watchlist(connection, each, now_found.get(each.name), recorded.get(each.name), config)
        for each in config.watchlists
    ]
    return report | {
        "verdict": _verdict(stored, watchlists),
        "feeds": listed,
        "article": _article(stored),
        "watchlists": watchlists,
    }


def _feed(state: FeedState) -> dict[str, Any]:
    return {
        "name": state.name,
        "url": state.url,
        "last_polled": state.last_polled,
        "last_ok": state.last_ok,
        "failures": state.failures,
        "error": state.last_error if state.failures or state.stopped else None,
        "next_poll": state.next_poll,
        "next_reason": poll_reason(state.next_reason, datetime.now(UTC)),
    }


def _article(stored: StoredArticle) -> dict[str, Any]:
    article = stored.article
    return {
        "id": stored.id,
        "title": article.title,
        "url": article.url,
        "page_url": article.page_url,
        "outlet": article.outlet,
        "published": article.published,
        "fetched": article.fetched,
        "language": article.language,
        "text_source": article.text_source.value,
        "text_note": article.text_note,
        "characters": len(article.body),
        "reads": stored.reads,
        "next_read": stored.next_read,
        "backfill": stored.backfill,
    }


def _watchlist(
    connection: Connection,
    watchlist: Watchlist,
    match: Match | None,
    recorded: StoredMatch | None,
    config: Config,
) -> dict[str, Any]:
    holds = Holds(connection, config.alerts.timezone)
    deliveries = (
        store_deliveries.states(connection, alert_ids=[recorded.alert_id])
        if recorded is not None and recorded.alert_id is not None
        else []
    )
    return {
        "name": watchlist.name,
        "alert_at": watchlist.alert_at,
        "score": match.score if match else 0.0,
        "severity": match.severity.value if match else None,
        "alert": bool(match and match.alert),
        "mentions": [asdict(mention) for mention in match.mentions] if match else [],
        "reasons": [asdict(reason) for reason in match.reasons] if match else [],
        "recorded": recorded
        and {
            "score": recorded.match.score,
            "severity": recorded.match.severity.value,
            "alert": recorded.match.alert,
            "held": holds.held(recorded),
            "created": recorded.created,
            "alert_id": recorded.alert_id,
        },
        "deliveries": [_delivery(state, holds) for state in reversed(deliveries)],
        "story": _story(connection, recorded, holds),
        "left_out": _left_out(recorded.match if recorded else match, watchlist, config),
    }


def _story(
    connection: Connection, recorded: StoredMatch | None, holds: Holds
) -> dict[str, Any] | None:
    """The alert that told of the story before, for a match that joined it."""
    if recorded is None or recorded.thread is None or recorded.thread == recorded.alert_id:
        return None
    states = store_deliveries.states(connection, alert_ids=[recorded.thread])
    return {
        "alert_id": recorded.thread,
        "development": development_words(recorded.development) or None,
        "first": [
            {"outlet": alert.article.outlet, "title": alert.article.title, "url": alert.article.url}
            for alert in store_alerts.by_id(connection, [recorded.thread])
        ],
        "deliveries": [_delivery(state, holds) for state in reversed(states)],
    }


def _delivery(state: DeliveryState, holds: Holds) -> dict[str, Any]:
    return {
        "channel": state.channel,
        "follow_up": state.follow_up,
        "instead_of": state.instead_of,
        "waits_for": facts(state)["waits_for"],
        "silenced": holds.silenced(state),
        "status": state.status.value,
        "attempts": state.attempts,
        "created": state.created,
        "sent": state.sent,
        "next_attempt": state.next_attempt,
        "error": state.last_error,
    }


def _left_out(match: Match | None, watchlist: Watchlist, config: Config) -> list[dict[str, str]]:
    """The watchlist's channels that a match is not severe enough for."""
    if match is None or not match.alert:
        return []
    worst = Match(watchlist.name, 100.0, Severity.CRITICAL, True, (), ())
    told = routing.channels_for(match, watchlist, config)
    least = {channel.name: channel.min_severity.value for channel in config.channels}
    return [
        {"channel": name, "why": f"it is told from severity {least[name]} on"}
        for name in routing.channels_for(worst, watchlist, config)
        if name not in told
    ]


# --- in words -------------------------------------------------------------------------------


def _never_listed(near: list[FeedState]) -> str:
    if not near:
        return "no subscribed feed has listed this address, and none is of its site"
    failing = [state for state in near if state.failures or state.stopped]
    if failing:
        return (
            "no subscribed feed has listed this address, and "
            f"{len(failing)} of the {len(near)} of its site cannot be read"
        )
    return "no subscribed feed has listed this address, though some of its site are read"


def _verdict(stored: StoredArticle, watchlists: list[dict[str, Any]]) -> str:
    deliveries = [each for watchlist in watchlists for each in watchlist["deliveries"]]
    if deliveries:
        return _delivered(deliveries)
    if stored.next_read is not None and not stored.reads:
        return "not told yet: it still waits to be read"
    if story := next((each["story"] for each in watchlists if each["story"]), None):
        if silenced := _silenced(story["deliveries"]):
            return f"{silenced}; so is its story"
        return f"told as part of a story: {_told_first(story)}"
    return f"not told: {_why_not(watchlists)}"


def _told_first(story: dict[str, Any]) -> str:
    first = next(iter(story["first"]), {"outlet": "", "title": "an article that was pruned"})
    who = f"{first['outlet']}, " if first["outlet"] else ""
    told = _delivered(story["deliveries"]) if story["deliveries"] else "no channel took the alert"
    return f"first told was {who}“{first['title']}” (alert {story['alert_id'][:8]}: {told})"


def _delivered(deliveries: list[dict[str, Any]]) -> str:
    def those(*statuses: DeliveryStatus) -> str:
        # Two watchlists may tell the same channel.
        names = [each["channel"] for each in deliveries if each["status"] in statuses]
        return ", ".join(dict.fromkeys(names))

    if sent := those(DeliveryStatus.SENT):
        return f"told to {sent}"
    if dead := those(DeliveryStatus.DEAD):
        return f"an alert was made, but could not be delivered to {dead}"
    if silenced := _silenced(deliveries):
        return silenced
    waiting = those(*_TO_BE_SENT)
    if not waiting:
        return f"{those(*DeliveryStatus)} was told by a graver alert of the same story"
    return f"an alert was made and is on its way to {waiting}"


def _silenced(deliveries: list[dict[str, Any]]) -> str | None:
    """What keeps all back that is still to be sent, if silences do."""
    waiting = [each["silenced"] for each in deliveries if each["status"] in _TO_BE_SENT]
    return str(waiting[0]) if waiting and all(waiting) else None


def _why_not(watchlists: list[dict[str, Any]]) -> str:
    recorded = [each["recorded"] for each in watchlists if each["recorded"]]
    if held := next((each["held"] for each in recorded if each["held"]), None):
        return str(held)
    if any(each["alert"] for each in recorded):
        return "no channel takes alerts of its severity"
    if any(each["alert"] for each in watchlists):
        return "the watchlists were others when it was read; today it would alert"
    if best := max((each["score"] for each in watchlists), default=0.0):
        return f"it scores {best:g}, below what alerts"
    return "it names nothing that is watched"


def in_words(report: dict[str, Any], timezone: str) -> str:
    """The report for a person, times in their zone."""
    zone = ZoneInfo(timezone)
    lines = [f"{report['verdict'][0].upper()}{report['verdict'][1:]}.", ""]
    if not report["found"]:
        lines += [f"Feeds of this site: {len(report['feeds'])}"]
        lines += [f"  {_feed_line(feed, zone)}" for feed in report["feeds"]]
        if not report["feeds"]:
            lines.append("  find one with `monitor feeds discover` and add it")
        return "\n".join(lines)
    article = report["article"]
    lines += [
        f"Article  {article['title'] or '(no headline)'}",
        f"         {article['outlet']}, published {_when(article['published'], zone)}",
        f"         {report['canonical_url']}",
    ]
    if article["page_url"]:
        lines.append(f"         listed as {article['url']}, which leads to {article['page_url']}")
    lines += [f"Listed   {_listing_line(feed, zone)}" for feed in report["feeds"]]
    lines.append(f"Read     {_reading(article, zone)}")
    for watchlist in report["watchlists"]:
        lines += ["", *_watchlist_lines(watchlist, zone)]
    return "\n".join(lines)


def _listing_line(feed: dict[str, Any], zone: ZoneInfo) -> str:
    return f"by {feed['name']} since {_when(feed['first_seen'], zone)}; {_feed_line(feed, zone)}"


def _feed_line(feed: dict[str, Any], zone: ZoneInfo) -> str:
    text = f"{feed['url']}, last polled {_when(feed['last_polled'], zone)}"
    return f"{text}, failing: {feed['error']}" if feed["error"] else text


def _reading(article: dict[str, Any], zone: ZoneInfo) -> str:
    source = (
        "the full text of its page"
        if article["text_source"] == TextSource.PAGE.value
        else "the feed's own text"
    )
    parts = [f"{_when(article['fetched'], zone)}: {source}, {article['characters']} characters"]
    if article["language"]:
        parts.append(f"language {article['language']}")
    if article["text_note"]:
        parts.append(f"its page: {article['text_note']}")
    if article["next_read"]:
        parts.append(f"again {_when(article['next_read'], zone)}")
    return "; ".join(parts)


def _watchlist_lines(watchlist: dict[str, Any], zone: ZoneInfo) -> list[str]:
    if not watchlist["mentions"] and not watchlist["recorded"] and not watchlist["score"]:
        return [f"Watchlist “{watchlist['name']}”: names nothing that it watches"]
    passed = "reaches" if watchlist["score"] >= watchlist["alert_at"] else "is below"
    lines = [
        f"Watchlist “{watchlist['name']}”: its score of {watchlist['score']:g} {passed} "
        f"the {watchlist['alert_at']:g} that alerts"
    ]
    for mention in watchlist["mentions"]:
        sentence = " ".join(mention["sentence"].split())
        lines.append(f"  {mention['entity']} in the {mention['field']}: “{sentence}”")
    lines += [
        f"  {reason['points']:+6.1f}  {reason['factor']}: {reason['detail']}"
        for reason in watchlist["reasons"]
    ]
    recorded = watchlist["recorded"]
    if recorded and recorded["score"] != watchlist["score"]:
        lines.append(
            f"  when it was read, {_when(recorded['created'], zone)}, it scored "
            f"{recorded['score']:g}: the watchlist or the article has changed since"
        )
    if recorded and recorded["held"]:
        lines.append(f"  held back: {recorded['held']}")
    if not recorded and watchlist["alert"]:
        lines.append("  when it was read nothing was found: the watchlist has changed since")
    lines += [f"  {_delivery_line(each, zone)}" for each in watchlist["deliveries"]]
    if story := watchlist["story"]:
        news = (
            f", which tells its development, {story['development']}" if story["development"] else ""
        )
        lines.append(f"  story: {_told_first(story)}{news}")
        lines += [f"    {_delivery_line(each, zone)}" for each in story["deliveries"]]
    lines += [f"  {each['channel']}: not told, {each['why']}" for each in watchlist["left_out"]]
    return lines


def _delivery_line(delivery: dict[str, Any], zone: ZoneInfo) -> str:
    which = f" (follow-up {delivery['follow_up']})" if delivery["follow_up"] else ""
    if delivery["instead_of"]:
        which += f" in place of {delivery['instead_of']}"
    text = f"{delivery['channel']}{which}: {delivery['status']}"
    if delivery["sent"]:
        text += f" {_when(delivery['sent'], zone)}"
    if delivery["attempts"] > 1:
        text += f" at attempt {delivery['attempts']}"
    if delivery["status"] in {DeliveryStatus.PENDING, DeliveryStatus.FAILED}:
        waits = f", held by {delivery['waits_for']}" if delivery["waits_for"] else ""
        due = f"{waits}, due {_when(delivery['next_attempt'], zone)}"
        text += f", {delivery['silenced']}" if delivery["silenced"] else due
    if delivery["status"] == DeliveryStatus.REPLACED and delivery["waits_for"]:
        text += f", {delivery['waits_for']}"
    if delivery["error"] and not delivery["sent"]:
        text += f": {delivery['error']}"
    return text


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return "never" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
