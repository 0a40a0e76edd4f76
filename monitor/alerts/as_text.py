"""What people are told, as plain text: for mail, consoles and services without a form of their own.

Paragraphs are parted by empty lines, the most important first: where a service has less room,
the last ones go.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from monitor.alerts.harmless import Line
from monitor.alerts.view import AlertView, FollowUpView, Mentioned, NoticeView, Report
from monitor.alerts.view_digest import DigestView, Section

_WIDTH = 72
"""Columns (RFC 5322 §2.1.1)."""


def alert_text(view: AlertView) -> str:
    """An alert."""
    entities = [one.entity + names(one) for one in view.mentioned]
    reasons = [f"{why.points:>6}  {because(why.factor, why.detail)}" for why in view.reasons]
    if view.more_mentioned:
        entities.append(f"and {view.more_mentioned} more")
    if view.more_reasons:
        reasons.append(f"        and {view.more_reasons} more")
    new = _wrapped(f"DEVELOPMENT: {view.development}") if view.development else ""
    return _joined(
        "\n".join(filter(None, [new, _kicker(view)])),
        _told(view),
        _wrapped(f"Mentions {', '.join(entities)}" if entities else ""),
        *(_wrapped(f'"{_starred(quote)}"', indent="  ") for quote in view.quotes),
        *map(_report, view.news),
        _wrapped(f"Also in {also(view)}" if view.also else ""),
        "\n".join([f"Why it scored {view.score}:", *reasons]) if reasons else "",
        _wrapped(note(view)),
        f"See more: {view.command}" if view.command else "",
    )


def follow_up_text(view: FollowUpView) -> str:
    """A follow-up."""
    return _joined(
        f"{view.summary} · {view.first.watchlist}",
        f"First told: {_kicker(view.first)}\n{_told(view.first)}",
        *(_report(report) for report in (*view.news, *view.reports)),
        f"and {view.more} more" if view.more else "",
        f"See more: {view.first.command}" if view.first.command else "",
    )


def digest_text(view: DigestView) -> str:
    """Many alerts, each with its sentence and link."""
    drawn = view.sparkline
    return _joined(
        _wrapped(view.title),
        _wrapped(f"{view.summary}: {view.counted}"),
        _wrapped(view.note),
        f"{drawn.drawn}\n{_wrapped(drawn.caption)}" if drawn else "",
        *(paragraph for section in view.sections for paragraph in _section(section)),
        "See more: monitor alerts list",
    )


def _section(section: Section) -> Iterator[str]:
    heading = f"{section.watchlist} ({len(section.items)})"
    yield f"{heading}\n{'-' * len(heading)}"
    for item in section.items:
        view = item.view
        yield "\n".join(
            filter(
                None,
                [
                    _wrapped(f"{view.severity.upper()} {view.score}  {view.headline_text}"),
                    view.link,
                    _wrapped(" · ".join(filter(None, [view.source, item.also]))),
                    _wrapped(f"NEW: {item.development}") if item.development else "",
                    _wrapped(f'"{_starred(item.quote)}"', indent="  ") if item.quote else "",
                ],
            )
        )


def notice_text(view: NoticeView) -> str:
    """A notice to operators."""
    return _joined(
        _wrapped(view.title),
        *("\n".join(map(_wrapped, lines)) for lines in view.paragraphs),
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


def also(view: AlertView) -> str:
    """Who else has reported it, in a line."""
    outlets = [report.outlet for report in view.also]
    return ", ".join([*outlets, *([f"and {view.more_also} more"] if view.more_also else [])])


def _kicker(view: AlertView) -> str:
    return f"{view.severity.upper()} · score {view.score} · {view.watchlist}"


def _told(view: AlertView) -> str:
    return "\n".join(filter(None, [_wrapped(view.headline_text), view.link, view.source]))


def _report(report: Report) -> str:
    who = f"{report.outlet} ({report.host})" if report.host else report.outlet
    lines = [
        _wrapped(f"NEW: {report.development}") if report.development else "",
        _wrapped(f"{who}: {report.headline_text}"),
        report.link,
        report.time if report.development else "",
        _wrapped(f'"{_starred(report.quote)}"', indent="  ")
        if report.development and report.quote
        else "",
        _wrapped(report.why, indent="  ") if report.why else "",
    ]
    return "\n".join(filter(None, lines))


def _starred(line: Line) -> str:
    return "".join(f"*{span.text}*" if span.strong else span.text for span in line)


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _wrapped(text: str, *, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
