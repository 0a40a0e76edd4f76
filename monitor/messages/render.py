"""How what people are told looks: as text, as an HTML mail, and in Slack."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.messages import mrkdwn
from monitor.messages.digest_view import digest_view
from monitor.messages.plain_text import alert_text, digest_text, follow_up_text, notice_text
from monitor.messages.sample import sample_alert, sample_coverage, sample_other
from monitor.messages.sanitise import fit, one_line, plain, shorten
from monitor.messages.slack import alert_slack, digest_slack, follow_up_slack, notice_slack
from monitor.messages.view import (
    AlertView,
    FollowUpView,
    alert_view,
    follow_up_view,
    notice_view,
)
from monitor.model.alert import Alert, FollowUp, Notice
from monitor.model.article import Article
from monitor.model.delivery import Message

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT_LIMIT = 180
"""Characters of a mail's subject; phones show 40, mail programs under 200."""


def render_alert(alert: Alert, *, timezone: str) -> Message:
    """The message for an alert, with times in `timezone` (an IANA name)."""
    return _alert_message(alert_view(alert, timezone=timezone), alert)


def render_follow_up(follow_up: FollowUp, *, timezone: str) -> Message:
    """The message for a follow-up, with times in `timezone`; a mail answers to its alert's."""
    view = follow_up_view(follow_up, timezone=timezone)
    alert = follow_up.alert
    return Message(
        title=_follow_up_title(view),
        text=follow_up_text(view),
        html=_html("follow_up.html.j2", follow_up=view),
        slack=follow_up_slack(view),
        message_id=_message_id("follow-up", follow_up.id),
        severity=view.first.severity,
        references=_thread(alert)
        if alert.follows is not None
        else (*_thread(alert), _message_id("alert", alert.id)),
        subject=_one_line(f"Re: {_kicker(view.first)}: ", view.first),
        series=alert.match.watchlist,
        view=view,
        names=_names(follow_up),
    )


def _follow_up_title(view: FollowUpView) -> str:
    """What a phone shows of it: what may be other news, before who else has the story."""
    likely = [report for report in view.news if report.is_likely]
    if not likely:
        return _one_line(f"{view.summary}: ", view.first)
    more = f" (and {len(likely) - 1} more)" if len(likely) > 1 else ""
    return _one_line(
        f"Perhaps other news{more}: ", replace(view.first, headline=likely[0].headline)
    )


def render_digest(
    items: Sequence[Alert | FollowUp], *, title: str, note: str | None, timezone: str
) -> Message:
    """One message for many alerts and follow-ups.

    Args:
        items: one or more, in any order.
        title: what it is, in a few words.
        note: why they come together, as a sentence without its full stop.
        timezone: an IANA name.

    Raises:
        ValueError: there are no items.
    """
    view = digest_view(items, title=title, note=note, timezone=timezone)
    return Message(
        title=shorten(f"{view.title}: {view.counted}", SUBJECT_LIMIT),
        text=digest_text(view),
        html=_html("digest.html.j2", digest=view),
        slack=digest_slack(view),
        message_id=_message_id("digest", "\n".join([title, *(item.id for item in items)])),
        severity=view.severity,
        series="digest",
        view=view,
        names=_names(*items),
    )


def render_notice(notice: Notice, *, timezone: str) -> Message:
    """The message for a notice to operators, with times in `timezone`."""
    view = notice_view(notice, timezone=timezone)
    return Message(
        title=shorten(f"monitor: {view.title}", SUBJECT_LIMIT),
        text=notice_text(view),
        html=_html("notice.html.j2", notice=view),
        slack=notice_slack(view),
        message_id=_message_id("notice", notice.id),
        series="operations",
    )


def render_sample(*, now: datetime, timezone: str) -> Message:
    """An alert that shows a channel works and cannot be taken for news."""
    alert = sample_alert(now)
    view = alert_view(alert, timezone=timezone)
    return _alert_message(replace(view, command=""), alert)


def render_samples(*, now: datetime, timezone: str) -> dict[str, Message]:
    """One message of every kind that a template of the user's own may meet, by its name."""
    first, also = sample_alert(now), sample_coverage(now)
    development = replace(first, thread="test", development=also[0].development, also=also[1:])
    return {
        "an alert": render_alert(first, timezone=timezone),
        "an alert of two watchlists": render_alert(
            replace(first, together=(sample_other(first),)), timezone=timezone
        ),
        "a development": render_alert(development, timezone=timezone),
        "a follow-up": render_follow_up(FollowUp(replace(first, also=also), 1), timezone=timezone),
        "a digest": render_digest(
            [first, FollowUp(replace(first, also=also), 1)],
            title="TEST: a digest",
            note="a test of monitor",
            timezone=timezone,
        ),
        "an alert with little to say": render_alert(_meagre(first), timezone=timezone),
    }


def _meagre(alert: Alert) -> Alert:
    """An alert without all that an alert may be without."""
    article = Article(id="test", title=alert.article.title)
    return replace(alert, article=article, match=replace(alert.match, mentions=(), reasons=()))


def _alert_message(view: AlertView, alert: Alert) -> Message:
    return Message(
        title=_one_line(f"{_kicker(view)}: ", view),
        text=alert_text(view),
        html=_html("alert.html.j2", alert=view),
        slack=alert_slack(view),
        message_id=_message_id("alert", alert.id),
        severity=view.severity,
        references=_thread(alert),
        series=alert.match.watchlist,
        view=view,
        names=_names(alert),
    )


def _kicker(view: AlertView) -> str:
    severity = view.severity.capitalize()
    return f"Development ({view.severity})" if view.development else severity


def _one_line(prefix: str, view: AlertView) -> str:
    suffix = f" · {view.watchlist}"
    prefix = shorten(prefix, SUBJECT_LIMIT // 2)
    room = SUBJECT_LIMIT - len(prefix + suffix)
    return f"{prefix}{shorten(plain(fit(view.headline, room)), room)}{suffix}"


def _names(*items: Alert | FollowUp) -> tuple[str, ...]:
    """The names that occur, each once."""
    told = [item if isinstance(item, Alert) else item.alert for item in items]
    alerts = [alert for each in told for alert in (each, *each.together)]
    mentions = [
        mention
        for alert in alerts
        for group in (alert.match.mentions, *(coverage.mentions for coverage in alert.also))
        for mention in group
    ]
    return tuple(dict.fromkeys(one_line(m.text) for m in mentions if m.text.strip()))


def _thread(alert: Alert) -> tuple[str, ...]:
    """What an alert follows, unless it is the first of its story."""
    if alert.follows is not None:
        return tuple(_message_id("alert", each) for each in alert.follows)
    return () if alert.thread in {None, alert.id} else (_message_id("alert", str(alert.thread)),)


def _message_id(kind: str, identity: str) -> str:
    """A local part that RFC 5322 §3.6.4 allows, the same for the same alert for ever."""
    if len(identity) > 64 or not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", identity):
        # Anything else could break the header, or be longer than a line may be.
        identity = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{kind}.{identity}"


def _html(template: str, **view: object) -> str:
    return _templates().get_template(template).render(**view, colours=_colours())


def _colours() -> dict[str, str]:
    return {severity or "notice": colour for severity, colour in mrkdwn.COLOURS.items()}


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("html")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    return environment
