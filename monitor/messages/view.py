"""What an alert says, before it is dressed for a mail, for Slack or for a terminal.

Every text in a view is one harmless line; nothing after this step sees what a stranger wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.messages.correlations import why
from monitor.messages.developments import development_words
from monitor.messages.links import page_words
from monitor.messages.quotes import QUOTE_LIMIT, WATCHLISTS_LIMIT, quotes_of
from monitor.messages.sanitise import (
    Line,
    fit,
    label,
    line_of,
    plain,
    safe_link,
    shell_word,
    short,
)
from monitor.model.alert import Alert, Coverage, FollowUp, Notice
from monitor.model.article import Article
from monitor.model.development import Development, WatchlistJoined
from monitor.model.match import Match, Mention, Severity

# Limits in characters: what a reader takes in at a glance. Slack refuses a block of more than
# 3,000, and an escaped character takes up to five of them.
HEADLINE_LIMIT = 280
REASON_LIMIT = 140
NOTE_LIMIT = 240
DEVELOPMENT_LIMIT = 115
REPORT_LIMIT = 140

LIKELY = "perhaps other news, perhaps the same in other words"
"""What is said of a report that was joined to a story without being sure."""

ALSO_LIMIT = 5
NEWS_LIMIT = 5
REPORTS_LIMIT = 10
REASONS_LIMIT = 6
ENTITIES_LIMIT = 8
NAMES_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An entity, and the other names it went by in the article."""

    entity: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """A summand of the score, as shown."""

    points: str
    """With its sign, such as "+12.5"."""
    factor: str
    detail: str


@dataclass(frozen=True, slots=True)
class Concern:
    """A watchlist that a story concerns, and why."""

    watchlist: str
    severity: Severity
    score: str
    mentioned: tuple[Mentioned, ...]
    more_mentioned: int
    reasons: tuple[Why, ...]
    more_reasons: int


@dataclass(frozen=True, slots=True)
class Report:
    """One more report of a story."""

    outlet: str
    """Its name, else its host; never empty."""
    host: str
    """Where the link leads, when the outlet's name does not say so."""
    headline: Line
    link: str | None
    time: str
    development: str
    """What it adds to what had been told; mostly empty."""
    quote: Line
    """The sentence that proves it; may be empty."""
    why: str
    """Why it belongs to the story; may be empty."""
    is_likely: bool = False
    """Whether it may be other news, which only seems to be of this story."""

    @property
    def headline_text(self) -> str:
        """The headline without marks."""
        return plain(self.headline)


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert, ready to be laid out."""

    severity: Severity
    """The gravest."""
    score: str
    """That of the watchlist for which it is gravest."""
    watchlist: str
    """Its name, or the names of all that the message concerns."""
    headline: Line
    link: str | None
    outlet: str
    host: str
    """Where the link leads, which an outlet's name may hide."""
    time: str
    """Empty when nobody knows."""
    mentioned: tuple[Mentioned, ...]
    more_mentioned: int
    quotes: tuple[Line, ...]
    reasons: tuple[Why, ...]
    more_reasons: int
    note: str
    """Why only the feed's text was read; empty when the page was."""
    command: str
    """What to type to see more; empty when there is nothing to see."""
    pages: tuple[tuple[str, str], ...] = ()
    """Words and addresses of the page, if people reach it."""
    watchlists: tuple[Concern, ...] = ()
    """Each watchlist that the message concerns, the gravest first."""
    development: str = ""
    """What is new in a story told before; empty for a first report."""
    remark: str = ""
    """Why it is told here, or now; mostly empty."""
    news: tuple[Report, ...] = ()
    """Later reports of it that add something, the latest first."""
    also: tuple[Report, ...] = ()
    """One report an outlet that has told the story as well, the latest outlet first."""
    more_also: int = 0

    @property
    def is_merged(self) -> bool:
        """Whether it concerns several watchlists."""
        return len(self.watchlists) > 1

    @property
    def in_outlets(self) -> str:
        """ "39 outlets: ", where not all of them are named."""
        return f"{len(self.also) + self.more_also} outlets: " if self.more_also else ""

    @property
    def headline_text(self) -> str:
        """The headline without marks."""
        return plain(self.headline)

    @property
    def source(self) -> str:
        """Who published it, and when, in a line."""
        outlet = self.outlet
        if self.host and self.host not in outlet:
            outlet = f"{outlet} ({self.host})" if outlet else self.host
        return " · ".join(part for part in (outlet, self.time) if part)


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """Who else has reported a story, ready to be laid out."""

    first: AlertView
    """What was told first."""
    outlets: str
    """"12 outlets", or the name of the only one."""
    news: tuple[Report, ...]
    """Reports that add something, the latest first."""
    reports: tuple[Report, ...]
    """The others, the latest first."""
    more: int
    """How many reports there are besides."""

    @property
    def summary(self) -> str:
        """All of it in a few words."""
        return f"Also in {self.outlets}"


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice, ready to be laid out."""

    kind: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    """Lines by paragraph."""
    time: str


def alert_view(alert: Alert, *, timezone: str) -> AlertView:
    """What an alert says, with times in `timezone` (an IANA name)."""
    article = alert.article
    link = safe_link(article.url)
    told = (alert, *alert.together)
    concerns = tuple(_concern(each.match) for each in told)
    # What a watchlist was found in that is not the article shown is a report of its own.
    here = [each for each in told if each.article.id == article.id]
    elsewhere = tuple(
        Coverage(each.article, None, each.match.mentions, _joined(each))
        for each in told
        if each.article.id != article.id
    )
    later = _reports((*alert.also, *elsewhere), timezone)
    news = _news(later)
    also = _an_outlet_each([report for report in later if report not in news])
    mentions = tuple(dict.fromkeys(mention for each in here for mention in each.match.mentions))
    mentioned, more_mentioned = _mentioned([m for each in told for m in each.match.mentions])
    return AlertView(
        severity=alert.match.severity,
        score=concerns[0].score,
        watchlist=_watchlists(concerns),
        headline=_headline(article, mentions, HEADLINE_LIMIT),
        link=link,
        outlet=label(article.outlet or article.feed_name or ""),
        host=_host(link),
        time=_time(article, timezone),
        mentioned=mentioned,
        more_mentioned=more_mentioned,
        quotes=quotes_of([each.match.mentions for each in here], alert.development),
        reasons=concerns[0].reasons,
        more_reasons=concerns[0].more_reasons,
        note=short(article.text_note or "", NOTE_LIMIT).rstrip("."),
        command=f"monitor alerts show {shell_word(alert.id)}",
        pages=page_words(alert.pages),
        watchlists=concerns,
        development=short(development_words(alert.development), DEVELOPMENT_LIMIT).rstrip("."),
        remark=short(alert.remark or "", DEVELOPMENT_LIMIT).rstrip("."),
        news=tuple(news),
        also=also[:ALSO_LIMIT],
        more_also=max(0, len(also) - ALSO_LIMIT),
    )


def _concern(match: Match) -> Concern:
    mentioned, more = _mentioned(match.mentions)
    reasons = tuple(
        Why(f"{reason.points:+.1f}", label(reason.factor), short(reason.detail, REASON_LIMIT))
        for reason in match.reasons
    )
    return Concern(
        watchlist=label(match.watchlist),
        severity=match.severity,
        score=f"{match.score:g}",
        mentioned=mentioned,
        more_mentioned=more,
        reasons=reasons[:REASONS_LIMIT],
        more_reasons=max(0, len(reasons) - REASONS_LIMIT),
    )


def _mentioned(mentions: Iterable[Mention]) -> tuple[tuple[Mentioned, ...], int]:
    """Who is mentioned, as far as there is room, and how many there are besides."""
    by_entity: dict[str, dict[str, None]] = {}
    for mention in mentions:
        names = by_entity.setdefault(label(mention.entity), {})
        if mention.text.casefold() != mention.entity.casefold():
            names[label(mention.text)] = None
    mentioned = tuple(
        Mentioned(entity, tuple(names)[:NAMES_LIMIT]) for entity, names in by_entity.items()
    )
    return mentioned[:ENTITIES_LIMIT], max(0, len(mentioned) - ENTITIES_LIMIT)


def _watchlists(concerns: Sequence[Concern]) -> str:
    """The names of the watchlists, in as few words as a title has room for."""
    names = list(dict.fromkeys(each.watchlist for each in concerns))
    shown = names[:WATCHLISTS_LIMIT]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"{', '.join(shown)}{more}"


def _joined(alert: Alert) -> tuple[Development, ...]:
    return alert.development or (WatchlistJoined(alert.match.watchlist),)


def follow_up_view(follow_up: FollowUp, *, timezone: str) -> FollowUpView:
    """What a follow-up says, with times in `timezone`."""
    reports = _reports(follow_up.alert.also, timezone)
    news = _news(reports)
    others = [report for report in reports if report not in news][:REPORTS_LIMIT]
    return FollowUpView(
        first=alert_view(replace(follow_up.alert, also=()), timezone=timezone),
        outlets=named_outlets(follow_up.alert.also, timezone),
        news=tuple(news),
        reports=tuple(others),
        more=len(reports) - len(news) - len(others),
    )


def named_outlets(also: tuple[Coverage, ...], timezone: str) -> str:
    """ "12 outlets", the name of the only one, or nothing."""
    outlets = _an_outlet_each(_reports(also, timezone))
    return outlets[0].outlet if len(outlets) == 1 else f"{len(outlets)} outlets" if outlets else ""


def notice_view(notice: Notice, *, timezone: str) -> NoticeView:
    """What a notice says, with times in `timezone`."""
    lines = [short(line, QUOTE_LIMIT) for line in notice.text.strip().splitlines()[:60]]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return NoticeView(
        kind=label(notice.kind),
        title=short(notice.title, HEADLINE_LIMIT) or "Notice",
        paragraphs=tuple(tuple(lines) for lines in paragraphs if lines),
        time=moment(notice.created, timezone),
    )


def _reports(also: tuple[Coverage, ...], timezone: str) -> list[Report]:
    """The reports, the latest first."""
    reports = []
    for coverage in reversed(also):
        article = coverage.article
        link = safe_link(article.url)
        host = _host(link)
        outlet = label(article.outlet or article.feed_name or "")
        development = short(development_words(coverage.development), DEVELOPMENT_LIMIT).rstrip(".")
        quotes = quotes_of([coverage.mentions], coverage.development)
        likely = LIKELY if coverage.is_uncertain and not development else ""
        reports.append(
            Report(
                outlet=outlet or host or "an outlet without a name",
                host=host if outlet and host not in outlet else "",
                headline=_headline(article, coverage.mentions, REPORT_LIMIT),
                link=link,
                time=_time(article, timezone),
                development=development or likely,
                quote=quotes[0] if quotes and not likely else (),
                why=short(why(coverage.correlation), REPORT_LIMIT).rstrip("."),
                is_likely=bool(likely),
            )
        )
    return reports


def _news(reports: list[Report]) -> list[Report]:
    """Those that add something, and before them all that may be other news: they are few."""
    likely = [report for report in reports if report.is_likely]
    surely = [report for report in reports if report.development and not report.is_likely]
    return [*likely, *surely[:NEWS_LIMIT]]


def _an_outlet_each(reports: list[Report]) -> tuple[Report, ...]:
    """The latest report of each outlet."""
    outlets: dict[str, Report] = {}
    for report in reports:
        outlets.setdefault(report.outlet.casefold(), report)
    return tuple(outlets.values())


def _host(link: str | None) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


def _headline(article: Article, mentions: tuple[Mention, ...], limit: int) -> Line:
    names = [
        (mention.start, mention.end)
        for mention in mentions
        if mention.field == "title" and article.title[mention.start : mention.end] == mention.text
    ]
    line = fit(line_of(article.title, names), limit)
    return line or line_of("An article without a headline", [])


def _time(article: Article, timezone: str) -> str:
    if article.published is not None and (published := moment(article.published, timezone)):
        return published
    if article.fetched is not None and (fetched := moment(article.fetched, timezone)):
        return f"undated, read {fetched}"
    return ""


def moment(time: datetime, timezone: str) -> str:
    """A moment as people write it; empty where no zone can be applied."""
    try:
        local = time.astimezone(ZoneInfo(timezone))
    except OverflowError:
        # Feeds date articles in the year 1 and 9999, where no zone can be applied.
        return ""
    return f"{local.day} {local:%B %Y, %H:%M %Z}"
