"""What people are told as plain text: for mail, consoles, and services without a form of their own.

Paragraphs are parted by empty lines, the most important first: where a service has less room,
the last ones go. Lines are as long as they are: a phone breaks them elsewhere than a console.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from monitor.messages.digest_view import DigestView, Item, Section
from monitor.messages.sanitise import Line
from monitor.messages.view import AlertView, Concern, FollowUpView, Mentioned, NoticeView, Report

_WIDTH = 72
"""Columns (RFC 5322 §2.1.1)."""


def alert_text(view: AlertView) -> str:
    """An alert."""
    return _paragraphs(
        f"{view.remark}." if view.remark else "",
        _lines(
            f"DEVELOPMENT: {view.development}" if view.development else "",
            *(map(_concern, view.watchlists) if view.is_merged else [_kicker(view)]),
        ),
        _told(view),
        "" if view.is_merged or not view.mentioned else f"Mentions {who(view)}",
        *map(_quoted, view.quotes),
        *map(_report, view.news),
        f"Also in {view.in_outlets}{_also(view)}" if view.also else "",
        *(_why(each, merged=view.is_merged) for each in view.watchlists),
        note(view),
        f"See more: {view.command}" if view.command else "",
        _lines(*(f"{words}: {url}" for words, url in view.pages)),
    )


def follow_up_text(view: FollowUpView) -> str:
    """A follow-up."""
    return _paragraphs(
        f"{view.summary} · {view.first.watchlist}",
        _lines(f"First told: {_kicker(view.first)}", _told(view.first)),
        *map(_report, (*view.news, *view.reports)),
        f"and {view.more} more" if view.more else "",
        f"See more: {view.first.command}" if view.first.command else "",
        _lines(*(f"{words}: {url}" for words, url in view.first.pages[:1])),
    )


def digest_text(view: DigestView) -> str:
    """Many alerts, each with its sentence and link."""
    drawn = view.sparkline
    return _paragraphs(
        view.title,
        f"{view.summary}: {view.counted}",
        view.note,
        _lines(drawn.drawn, drawn.caption) if drawn else "",
        *(paragraph for section in view.sections for paragraph in _section(section)),
        "See more: monitor alerts list",
    )


def notice_text(view: NoticeView) -> str:
    """A notice to operators."""
    return _paragraphs(
        view.title,
        *(_lines(*lines) for lines in view.paragraphs),
        " · ".join(filter(None, ["monitor", view.kind, view.time])),
    )


def names(mentioned: Mentioned) -> str:
    """The other names an entity went by, in brackets; empty when there are none."""
    return f" (as {', '.join(mentioned.names)})" if mentioned.names else ""


def because(factor: str, detail: str) -> str:
    """A summand of a score in words."""
    return f"{factor}: {detail}" if detail and detail != factor else factor


def note(view: AlertView) -> str:
    """Why only the feed's text was read, as a sentence; empty when the page was."""
    return f"Only the feed's own text could be read: {view.note}." if view.note else ""


def wrapped(text: str) -> str:
    """The text in lines for a mail or a console; what is broken keeps its indentation."""
    return "\n".join(
        textwrap.fill(
            line,
            _WIDTH,
            subsequent_indent=line[: len(line) - len(line.lstrip())],
            break_long_words=False,
            break_on_hyphens=False,
        )
        if len(line) > _WIDTH
        else line
        for line in text.split("\n")
    )


def _kicker(view: AlertView) -> str:
    return f"{view.severity.upper()} · score {view.score} · {view.watchlist}"


def who(found: AlertView | Concern) -> str:
    """Who is mentioned, with the other names they went by."""
    entities = [one.entity + names(one) for one in found.mentioned]
    if found.more_mentioned:
        entities.append(f"and {found.more_mentioned} more")
    return ", ".join(entities)


def _concern(concern: Concern) -> str:
    kicker = f"{concern.severity.upper()} · score {concern.score} · {concern.watchlist}"
    return f"{kicker}: {who(concern)}" if concern.mentioned else kicker


def _why(concern: Concern, *, merged: bool) -> str:
    reasons = [f"{why.points:>6}  {because(why.factor, why.detail)}" for why in concern.reasons]
    if concern.more_reasons:
        reasons.append(f"        and {concern.more_reasons} more")
    of = f" for {concern.watchlist}" if merged else ""
    return _lines(f"Why it scored {concern.score}{of}:", *reasons) if reasons else ""


def _told(view: AlertView) -> str:
    return _lines(view.headline_text, view.link, view.source)


def _also(view: AlertView) -> str:
    outlets = [report.outlet for report in view.also]
    return ", ".join([*outlets, *([f"and {view.more_also} more"] if view.more_also else [])])


def _report(report: Report) -> str:
    who = f"{report.outlet} ({report.host})" if report.host else report.outlet
    return _lines(
        f"NEW: {report.development}" if report.development else "",
        f"{who}: {report.headline_text}",
        report.link,
        report.time if report.development else "",
        _quoted(report.quote) if report.development else "",
        f"  {report.why}" if report.why else "",
    )


def _section(section: Section) -> Iterator[str]:
    yield f"— {section.watchlist} ({len(section.items)}) —"
    yield from map(_item, section.items)


def _item(item: Item) -> str:
    view = item.view
    return _lines(
        f"{view.severity.upper()} {view.score}  {view.headline_text}",
        view.link,
        " · ".join(filter(None, [view.source, item.also])),
        f"NEW: {item.development}" if item.development else "",
        _quoted(item.quote),
        *map(_report, item.likely),
    )


def _quoted(line: Line) -> str:
    starred = "".join(f"*{span.text}*" if span.strong else span.text for span in line)
    return f'  "{starred}"' if starred else ""


def _lines(*lines: str | None) -> str:
    return "\n".join(filter(None, lines))


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs)) + "\n"
