"""`monitor trace`: why was I (not) told?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.options import ConfigOption, JsonOption, database, load
from monitor.cli.printing import print_json, safe
from monitor.messages.developments import development_words
from monitor.messages.fates import (
    fate_words,
    first_told_words,
    held_back_words,
    waiting_words,
)
from monitor.messages.holds import hold_words
from monitor.model.article import TextSource
from monitor.model.delivery import DeliveryStatus
from monitor.wording import sentence

if TYPE_CHECKING:
    from monitor.service.trace import (
        ListingFeed,
        NeverListed,
        Trace,
        TracedArticle,
        TracedDelivery,
        TracedFeed,
        TracedWatchlist,
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(trace)


def trace(
    url: Annotated[str, typer.Argument(help="The article's address.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why was I (not) told? The whole way of an article, from its feed to each delivery."""
    from monitor.service.trace import trace as follow

    settings = load(config).config
    found = follow(database(config), url, settings)
    if as_json:
        print_json(found, timezone=settings.alerts.timezone)
        return
    for line in in_words(found, settings.alerts.timezone).split("\n"):
        typer.echo(safe(line))


def in_words(found: Trace | NeverListed, timezone: str) -> str:
    """What is known of an article for a person, times in their zone."""
    zone = ZoneInfo(timezone)
    if found.found is False:
        lines = [sentence(found.verdict), "", f"Feeds of this site: {len(found.feeds)}"]
        lines += [f"  {_feed_line(feed, zone)}" for feed in found.feeds]
        if not found.feeds:
            lines.append("  find one with `monitor feeds discover` and add it")
        return "\n".join(lines)
    article = found.article
    lines = [
        sentence(fate_words(found.verdict, timezone)),
        "",
        f"Article  {article.title or '(no headline)'}",
        f"         {article.outlet}, published {_when(article.published, zone)}",
        f"         {article.url or found.canonical_url}",
    ]
    if article.page_url:
        lines.append(f"         listed as {article.url}, which leads to {article.page_url}")
    lines += [f"Listed   {_listing_line(feed, zone)}" for feed in found.feeds]
    lines.append(f"Read     {_reading(article, zone)}")
    for watchlist in found.watchlists:
        lines += ["", *_watchlist_lines(watchlist, timezone)]
    return "\n".join(lines)


def _listing_line(feed: ListingFeed, zone: ZoneInfo) -> str:
    return f"by {feed.name} since {_when(feed.first_seen, zone)}; {_feed_line(feed, zone)}"


def _feed_line(feed: TracedFeed, zone: ZoneInfo) -> str:
    text = f"{feed.url}, last polled {_when(feed.last_polled, zone)}"
    return f"{text}, failing: {feed.error}" if feed.error else text


def _reading(article: TracedArticle, zone: ZoneInfo) -> str:
    is_whole = article.text_source is TextSource.PAGE
    source = "the full text of its page" if is_whole else "the feed's own text"
    parts = [f"{_when(article.fetched, zone)}: {source}, {article.characters} characters"]
    if article.language:
        parts.append(f"language {article.language}")
    if article.text_note:
        parts.append(f"its page: {article.text_note}")
    if article.next_read:
        parts.append(f"again {_when(article.next_read, zone)}")
    return "; ".join(parts)


def _watchlist_lines(watchlist: TracedWatchlist, timezone: str) -> list[str]:
    zone = ZoneInfo(timezone)
    if not watchlist.mentions and not watchlist.recorded and not watchlist.score:
        return [f"Watchlist “{watchlist.name}”: names nothing that it watches"]
    passed = "reaches" if watchlist.score >= watchlist.alert_at else "is below"
    lines = [
        f"Watchlist “{watchlist.name}”: its score of {watchlist.score:g} {passed} "
        f"the {watchlist.alert_at:g} that alerts"
    ]
    for mention in watchlist.mentions:
        sentence = " ".join(mention.sentence.split())
        lines.append(f"  {mention.entity} in the {mention.field}: “{sentence}”")
    lines += [
        f"  {reason.points:+6.1f}  {reason.factor}: {reason.detail}" for reason in watchlist.reasons
    ]
    recorded = watchlist.recorded
    if recorded and recorded.score != watchlist.score:
        lines.append(
            f"  when it was read, {_when(recorded.created, zone)}, it scored "
            f"{recorded.score:g}: the watchlist or the article has changed since"
        )
    if recorded and recorded.held:
        lines.append(f"  held back: {held_back_words(recorded.held, timezone)}")
    if not recorded and watchlist.alert:
        lines.append("  when it was read nothing was found: the watchlist has changed since")
    lines += [f"  {_delivery_line(each, timezone)}" for each in watchlist.deliveries]
    if story := watchlist.story:
        said = development_words(story.development)
        news = f", which tells its development, {said}" if said else ""
        lines.append(f"  story: {first_told_words(story.told, timezone)}{news}")
        lines += [f"    {_delivery_line(each, timezone)}" for each in story.deliveries]
    lines += [
        f"  {each.channel}: not told, it is told from severity {each.why} on"
        for each in watchlist.left_out
    ]
    return lines


def _delivery_line(delivery: TracedDelivery, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    which = f" (follow-up {delivery.follow_up})" if delivery.follow_up else ""
    if delivery.instead_of:
        which += f" in place of {delivery.instead_of}"
    text = f"{delivery.channel}{which}: {delivery.status.value}"
    if delivery.sent:
        text += f" {_when(delivery.sent, zone)}"
    if delivery.attempts > 1:
        text += f" at attempt {delivery.attempts}"
    if delivery.status in {DeliveryStatus.PENDING, DeliveryStatus.FAILED}:
        waits = waiting_words(
            delivery.waits_for, delivery.next_attempt, delivery.silenced, timezone
        )
        text += f", {waits or 'due ' + _when(delivery.next_attempt, zone)}"
    if delivery.status is DeliveryStatus.REPLACED and delivery.waits_for:
        text += f", {hold_words(delivery.waits_for)}"
    if delivery.error and not delivery.sent:
        text += f": {delivery.error}"
    return text


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return "never" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
