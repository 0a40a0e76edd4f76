"""How an alert or a notice looks: as text, as an HTML mail, and in Slack."""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.alerts import slack
from monitor.alerts.harmless import Line, plain, shorten
from monitor.alerts.view import AlertView, Mentioned, NoticeView, alert_view, notice_view
from monitor.model import (
    Alert,
    Article,
    Match,
    Mention,
    Message,
    Notice,
    Reason,
    Severity,
    TextSource,
)

if TYPE_CHECKING:
    from jinja2 import Environment

SUBJECT_LIMIT = 180
"""Characters of a mail's subject; phones show 40, mail programs under 200."""

_LISTED_LIMIT = 1000
"""Characters of mrkdwn for one list, so that what stands around it fits the block as well."""

_WIDTH = 72
"""Columns of the text (RFC 5322 §2.1.1)."""


def render_alert(alert: Alert, *, timezone: str) -> Message:
    """The message for an alert, with times in `timezone` (an IANA name)."""
    return _alert_message(alert_view(alert, timezone=timezone), alert.id)


def render_notice(notice: Notice, *, timezone: str) -> Message:
    """The message for a notice to operators, with times in `timezone`."""
    view = notice_view(notice, timezone=timezone)
    return Message(
        title=shorten(f"monitor: {view.title}", SUBJECT_LIMIT),
        text=_notice_text(view),
        html=_templates().get_template("notice.html.j2").render(notice=view, colours=_colours()),
        slack=_notice_slack(view),
        message_id=_message_id("notice", notice.id),
    )


def render_sample(*, now: datetime, timezone: str) -> Message:
    """An alert that shows a channel works and cannot be taken for news."""
    alert = sample_alert(now)
    view = alert_view(alert, timezone=timezone)
    return _alert_message(replace(view, command=""), alert.id)


def sample_alert(now: datetime) -> Alert:
    """An alert about a made-up group, in a made-up outlet, on an address that is nobody's."""
    title = "TEST: the made-up group PAPER HERON blamed for a theft that never happened"
    body = (
        "This is a test of monitor; nothing has happened. The invented council of Nowhere-on-Sea "
        "named PAPER HERON, which does not exist, as the thief of its imaginary minutes."
    )
    sentence = body[body.index("The invented") :]
    mentions = (
        _sample_mention("title", title, title, "PAPER HERON"),
        _sample_mention("body", body, sentence, "PAPER HERON"),
    )
    return Alert(
        id=f"test-{now:%Y%m%dT%H%M%S%f}",
        match=Match(
            watchlist="Test of this channel",
            score=75.0,
            severity=Severity.MEDIUM,
            alert=True,
            mentions=mentions,
            reasons=(
                Reason("name", 55.0, "“PAPER HERON” is a name of PAPER HERON"),
                Reason("title", 20.0, "named in the headline"),
            ),
        ),
        article=Article(
            id="test",
            title=title,
            body=body,
            url="https://example.com/",
            outlet="The Example Gazette (made up)",
            published=now - timedelta(minutes=3),
            fetched=now,
            text_source=TextSource.PAGE,
        ),
        created=now,
    )


def _sample_mention(field: str, text: str, sentence: str, name: str) -> Mention:
    start = text.index(name)
    return Mention(
        entity=name,
        name=name,
        field="title" if field == "title" else "body",
        start=start,
        end=start + len(name),
        text=name,
        sentence=sentence,
        sentence_start=text.index(sentence),
    )


# --- alerts ---------------------------------------------------------------------------------


def _alert_message(view: AlertView, identity: str) -> Message:
    return Message(
        title=_subject(view),
        text=_alert_text(view),
        html=_templates().get_template("alert.html.j2").render(alert=view, colours=_colours()),
        slack=_alert_slack(view),
        message_id=_message_id("alert", identity),
        severity=view.severity,
    )


def _subject(view: AlertView) -> str:
    prefix, suffix = f"{view.severity.capitalize()}: ", f" · {view.watchlist}"
    headline = shorten(view.headline_text, SUBJECT_LIMIT - len(prefix) - len(suffix))
    return f"{prefix}{headline}{suffix}"


def _source(view: AlertView) -> str:
    outlet = view.outlet
    if view.host and view.host not in outlet:
        outlet = f"{outlet} ({view.host})" if outlet else view.host
    return " · ".join(part for part in (outlet, view.time) if part)


def _names(mentioned: Mentioned) -> str:
    return f" (as {', '.join(mentioned.names)})" if mentioned.names else ""


def _alert_text(view: AlertView) -> str:
    def starred(line: Line) -> str:
        return "".join(f"*{span.text}*" if span.strong else span.text for span in line)

    entities = [one.entity + _names(one) for one in view.mentioned]
    reasons = [f"{why.points:>6}  {_why(why.factor, why.detail)}" for why in view.reasons]
    if view.more_mentioned:
        entities.append(f"and {view.more_mentioned} more")
    if view.more_reasons:
        reasons.append(f"        and {view.more_reasons} more")
    paragraphs = [
        f"{view.severity.upper()} · score {view.score} · {view.watchlist}",
        "\n".join(filter(None, [_wrapped(view.headline_text), view.link, _source(view)])),
        _wrapped(f"Mentions {', '.join(entities)}" if entities else ""),
        *(_wrapped(f'"{starred(quote)}"', indent="  ") for quote in view.quotes),
        "\n".join([f"Why it scored {view.score}:", *reasons]) if reasons else "",
        _wrapped(_note(view)),
        f"See more: {view.command}" if view.command else "",
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _alert_slack(view: AlertView) -> str:
    headline = (
        slack.link(view.link, view.headline_text) if view.link else slack.marked(view.headline)
    )
    entities = [slack.bold(one.entity) + slack.escape(_names(one)) for one in view.mentioned]
    reasons = [slack.escape(f"{why.points} {_why(why.factor, why.detail)}") for why in view.reasons]
    who = slack.listed(entities, ", ", left_off=view.more_mentioned, limit=_LISTED_LIMIT)
    small = [
        f"{slack.bold(view.watchlist)} · score {view.score} · {view.severity}",
        slack.listed(reasons, " · ", left_off=view.more_reasons, limit=_LISTED_LIMIT),
        slack.escape(_note(view)),
        f"See more: `{view.command}`" if view.command else "",
    ]
    first = f"{slack.bold(view.severity.capitalize())}: {headline}"
    if source := _source(view):
        first += f"\n{slack.escape(source)}"
    paragraphs = [
        first,
        f"Mentions {who}" if who else "",
        *(f">{slack.marked(quote)}" for quote in view.quotes),
        "\n".join(filter(None, small)),
    ]
    return slack.PARAGRAPH.join(filter(None, paragraphs))


def _why(factor: str, detail: str) -> str:
    return f"{factor}: {detail}" if detail and detail != factor else factor


def _note(view: AlertView) -> str:
    return f"Only the feed's own text could be read: {view.note}." if view.note else ""


# --- notices --------------------------------------------------------------------------------


def _notice_text(view: NoticeView) -> str:
    paragraphs = [
        _wrapped(view.title),
        *("\n".join(map(_wrapped, lines)) for lines in view.paragraphs),
        " · ".join(filter(None, ["monitor", view.kind, view.time])),
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _notice_slack(view: NoticeView) -> str:
    blocks: list[str] = []
    for lines in view.paragraphs:
        block = ""
        for line in map(slack.escape, lines):
            if block and len(block) + len(line) >= slack.BLOCK_LIMIT:
                blocks.append(block)
                block = line
            else:
                block = f"{block}\n{line}" if block else line
        blocks.append(block)
    small = slack.escape(" · ".join(filter(None, ["monitor", view.kind, view.time])))
    return slack.PARAGRAPH.join([slack.bold(view.title), *blocks[:40], small])


# --- both -----------------------------------------------------------------------------------


def _wrapped(text: str, *, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _message_id(kind: str, identity: str) -> str:
    """A local part that RFC 5322 §3.6.4 allows, the same for the same alert for ever."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", identity):
        # Anything else could break the header, or be longer than a line may be.
        identity = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{kind}.{identity}"


def _colours() -> dict[str, str]:
    return {severity or "notice": colour for severity, colour in slack.COLOURS.items()}


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    return environment
