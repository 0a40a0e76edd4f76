"""What many alerts say together, before it is dressed for a mail, for Slack or for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.messages.holds import EARLIER
from monitor.messages.quotes import QUOTE_LIMIT
from monitor.messages.sanitise import Line, short
from monitor.messages.view import (
    HEADLINE_LIMIT,
    AlertView,
    Report,
    alert_view,
    follow_up_view,
    moment,
    named_outlets,
)
from monitor.model.alert import Alert, FollowUp
from monitor.model.match import Severity

_BARS_LIMIT = 48
"""What fits a phone's width, and still tells an hour from the next."""


_FEWEST_BARS = 3
"""Fewer tell nothing that the times alone do not."""


@dataclass(frozen=True, slots=True)
class Item:
    """One alert or follow-up among many."""

    view: AlertView
    also: str
    """Who else has reported it, such as "also in 12 outlets"; may be empty."""
    development: str
    quote: Line
    """The sentence that proves it; may be empty."""
    likely: tuple[Report, ...] = ()
    """Reports of its story that may be other news."""

    @property
    def rank(self) -> tuple[int, float]:
        """Sorts the gravest first."""
        return -self.view.severity.rank, -float(self.view.score)


@dataclass(frozen=True, slots=True)
class Section:
    """What one watchlist found, the gravest first."""

    watchlist: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """How many reports came when."""

    bars: tuple[int, ...]
    caption: str

    @property
    def drawn(self) -> str:
        """As characters; the lowest stands for no report at all."""
        most = max(self.bars)
        return "".join("▁▂▃▄▅▆▇█"[-(-7 * bar // most)] for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A section as far as there is room for it."""

    watchlist: str
    count: int
    full: tuple[Item, ...]
    brief: tuple[Item, ...]
    more: int


@dataclass(frozen=True, slots=True)
class DigestView:
    """Many alerts, ready to be laid out."""

    title: str
    note: str
    """Why they come together; may be empty."""
    severity: Severity
    """The gravest of them."""
    summary: str
    """How many there are, such as "12 alerts and a follow-up in 3 watchlists"."""
    counts: tuple[tuple[Severity, int], ...]
    """How many there are of each severity, the gravest first."""
    sparkline: Sparkline | None
    """None when they came too close together, or over too long a time, to show how."""
    sections: tuple[Section, ...]
    """The one with the gravest item first."""

    @property
    def counted(self) -> str:
        """`counts` in words."""
        return ", ".join(f"{count} {severity}" for severity, count in self.counts)

    def arranged(self, *, full: int, brief: int) -> list[Arranged]:
        """The sections with room for so many items in full and so many more in brief.

        The gravest of all get the room, whichever section they are in.
        """
        ranked = sorted((item for section in self.sections for item in section.items), key=_rank)
        top = {id(item) for item in ranked[:full]}
        then = {id(item) for item in ranked[full : full + brief]}
        return [
            Arranged(
                watchlist=section.watchlist,
                count=len(section.items),
                full=tuple(item for item in section.items if id(item) in top),
                brief=tuple(item for item in section.items if id(item) in then),
                more=sum(id(item) not in top | then for item in section.items),
            )
            for section in self.sections
        ]


def digest_view(
    items: Sequence[Alert | FollowUp], *, title: str, note: str | None, timezone: str
) -> DigestView:
    """What many alerts say together, with times in `timezone`.

    Raises:
        ValueError: there are none.
    """
    if not items:
        raise ValueError("a digest of nothing")
    shown = [_item(item, timezone) for item in items]
    by_watchlist: dict[str, list[Item]] = {}
    for item in shown:
        by_watchlist.setdefault(item.view.watchlists[0].watchlist, []).append(item)
    sections = [
        Section(watchlist, tuple(sorted(members, key=_rank)))
        for watchlist, members in by_watchlist.items()
    ]
    severities = Counter(item.view.severity for item in shown)
    counts = tuple((each, severities[each]) for each in reversed(Severity) if severities[each])
    follow_ups = sum(isinstance(item, FollowUp) for item in items)
    told = [
        _number(len(items) - follow_ups, "alert"),
        _number(follow_ups, "follow-up"),
    ]
    summary = " and ".join(filter(None, told))
    watchlists = {each.watchlist for item in shown for each in item.view.watchlists}
    if len(watchlists) > 1:
        summary += f" in {len(watchlists)} watchlists"
    return DigestView(
        title=short(title, HEADLINE_LIMIT) or "Alerts",
        note=short(note or "", QUOTE_LIMIT),
        severity=counts[0][0],
        summary=summary,
        counts=counts,
        sparkline=_sparkline([time for item in items for time in _times(item)], timezone),
        sections=tuple(sorted(sections, key=lambda section: _rank(section.items[0]))),
    )


def _rank(item: Item) -> tuple[int, float]:
    return item.rank


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}" if count else ""


def _item(item: Alert | FollowUp, timezone: str) -> Item:
    if isinstance(item, Alert):
        view = alert_view(item, timezone=timezone)
        outlets = named_outlets(item.also, timezone)
        return Item(
            view=view,
            also=" · ".join(
                filter(
                    None,
                    (
                        _uncapitalised(EARLIER) if item.earlier else "",
                        _besides(view),
                        f"also in {outlets}" if outlets else "",
                    ),
                )
            ),
            development=view.development,
            quote=view.quotes[0] if view.quotes else (),
            likely=_likely(view.news),
        )
    told = follow_up_view(item, timezone=timezone)
    news = [report for report in told.news if not report.is_likely]
    proof = news[0].quote if news else ()
    return Item(
        view=told.first,
        also=f"also in {told.outlets}",
        development=news[0].development if news else "",
        quote=proof or (told.first.quotes[0] if told.first.quotes else ()),
        likely=_likely(told.news),
    )


def _uncapitalised(words: str) -> str:
    return words[:1].lower() + words[1:]


def _likely(news: tuple[Report, ...]) -> tuple[Report, ...]:
    return tuple(report for report in news if report.is_likely)


def _besides(view: AlertView) -> str:
    """The other watchlists that an alert concerns, each with its score."""
    others = [f"{each.watchlist} ({each.severity} {each.score})" for each in view.watchlists[1:]]
    return f"also for {', '.join(others)}" if others else ""


def _times(item: Alert | FollowUp) -> list[datetime]:
    """When we came to know of each report: what outlets say of it may be of any year."""
    alert = item if isinstance(item, Alert) else item.alert
    articles = [coverage.article for coverage in alert.also]
    if isinstance(item, Alert):
        articles.append(alert.article)
    return [article.fetched or alert.created for article in articles]


def _sparkline(times: list[datetime], timezone: str) -> Sparkline | None:
    zone = ZoneInfo(timezone)
    first, last = min(times), max(times)
    start = first.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    hours = [(time - start) // timedelta(hours=1) for time in times]
    days = [time.astimezone(zone).toordinal() - start.toordinal() for time in times]
    candidates = {"hour": hours, "day": days, "week": [day // 7 for day in days]}
    fitting = (unit for unit, places in candidates.items() if max(places) < _BARS_LIMIT)
    unit = next(fitting, None)
    if unit is None or max(places := candidates[unit]) < _FEWEST_BARS - 1:
        return None
    bars = Counter(places)
    begin, end = (moment(time, timezone) for time in (first, last))
    if unit != "hour":
        # Of days the dates tell enough.
        begin, end = (each.rpartition(",")[0] for each in (begin, end))
    elif begin.rpartition(",")[0] == end.rpartition(",")[0]:
        begin, end = begin.rpartition(" ")[0], end.rpartition(", ")[2]
    return Sparkline(
        bars=tuple(bars[place] for place in range(max(places) + 1)),
        caption=f"{len(times)} reports by the {unit}, {begin} to {end}",
    )
