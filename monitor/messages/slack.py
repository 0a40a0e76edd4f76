"""What people are told, as Slack's mrkdwn: paragraphs that `slack.payload` makes blocks of."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.messages import mrkdwn
from monitor.messages.digest_view import DigestView, Item
from monitor.messages.plain_text import because, names, note
from monitor.messages.quotes import WATCHLISTS_LIMIT
from monitor.messages.sanitise import Line, fit, plain
from monitor.messages.view import (
    REPORT_LIMIT,
    AlertView,
    Concern,
    FollowUpView,
    NoticeView,
    Report,
)

_LISTED_LIMIT = 1000
"""Characters of mrkdwn for one list, so that what stands around it fits the block as well."""

_LEAD_LIMIT = 2300
"""Characters of a linked headline, which has its source and severity in its block."""

_DIGEST_SIZES = ((12, 30), (12, 10), (8, 10), (8, 0), (4, 0), (2, 0), (1, 0), (0, 0))
"""Items of a digest in full and in a line, the most that could be wanted first."""

_DIGEST_BLOCKS = mrkdwn.ATTACHED_LIMIT - 2
_DIGEST_LIMIT = mrkdwn.TOTAL_LIMIT - mrkdwn.BLOCK_LIMIT
"""Characters, so that there is room for what stands above."""


def alert_slack(view: AlertView) -> str:
    """An alert."""
    outlets = [mrkdwn.linked(report.link, report.outlet) for report in view.also]
    also = mrkdwn.listed(outlets, ", ", left_off=view.more_also, limit=2 * _LISTED_LIMIT)
    small = [
        *(_scored(each, view) for each in view.watchlists[:WATCHLISTS_LIMIT]),
        mrkdwn.escape(note(view)),
        _pages(view) or (f"See more: `{view.command}`" if view.command else ""),
    ]
    kicker = f"{view.severity.capitalize()} · score {view.score} · {view.watchlist}"
    told = _told(view)
    return _joined(
        f"Development: {view.development}" if view.development else kicker,
        mrkdwn.bold(view.remark),
        f"{mrkdwn.bold(kicker)}\n{told}" if view.development else told,
        _mentions(view),
        *(f">{mrkdwn.marked(quote)}" for quote in view.quotes),
        *_all_news(view.news),
        f"Also in {view.in_outlets}{also}" if also else "",
        "\n".join(filter(None, small)) or mrkdwn.bold(view.watchlist),
    )


def _pages(view: AlertView) -> str:
    return " · ".join(mrkdwn.linked(url, words) for words, url in view.pages)


def _mentions(view: AlertView) -> str:
    if not view.is_merged:
        who = _named(view, view)
        return f"Mentions {who}" if who else ""
    lines = [
        f"{mrkdwn.bold(each.watchlist)} {each.severity} {each.score}: {_named(each, view)}"
        for each in view.watchlists[:WATCHLISTS_LIMIT]
    ]
    more = len(view.watchlists) - len(lines)
    return "\n".join([*lines, *([f"and {more} more"] if more else [])])


def _named(found: AlertView | Concern, view: AlertView) -> str:
    entities = [mrkdwn.bold(one.entity) + mrkdwn.escape(names(one)) for one in found.mentioned]
    return mrkdwn.listed(entities, ", ", left_off=found.more_mentioned, limit=_room(view))


def _scored(concern: Concern, view: AlertView) -> str:
    reasons = [
        mrkdwn.escape(f"{why.points} {because(why.factor, why.detail)}") for why in concern.reasons
    ]
    said = mrkdwn.listed(reasons, " · ", left_off=concern.more_reasons, limit=_room(view))
    return f"{mrkdwn.bold(concern.watchlist)} {said}" if said and view.is_merged else said


def _room(view: AlertView) -> int:
    """Characters for a list of each watchlist, so that all of them fit their block."""
    return 2 * _LISTED_LIMIT // min(max(len(view.watchlists), 2), WATCHLISTS_LIMIT)


def follow_up_slack(view: FollowUpView) -> str:
    """A follow-up."""
    more = [f"and {view.more} more"] if view.more else []
    small = [
        mrkdwn.bold(view.first.watchlist),
        _pages(view.first) or (f"See more: `{view.first.command}`" if view.first.command else ""),
    ]
    return _joined(
        f"{view.summary} · {view.first.watchlist}",
        _told(view.first),
        *_all_news(view.news),
        *_blocks([*map(_report, view.reports), *more]),
        " · ".join(filter(None, small)),
    )


def digest_slack(view: DigestView) -> str:
    """Many alerts: the gravest in full, others in a line, the rest counted."""
    for full, brief in _DIGEST_SIZES:
        blocks, more = _sections(view, full, brief)
        if len(blocks) < _DIGEST_BLOCKS and sum(map(len, blocks)) < _DIGEST_LIMIT:
            break
    drawn = view.sparkline
    lead = [
        f"{mrkdwn.escape(view.summary)}: {mrkdwn.escape(view.counted)}",
        mrkdwn.escape(view.note),
        f"`{drawn.drawn}`\n{mrkdwn.escape(drawn.caption)}" if drawn else "",
    ]
    return _joined(
        view.title,
        "\n".join(filter(None, lead)),
        *blocks,
        f"and {more} more" if more else "",
        "See more: `monitor alerts list`",
    )


def _sections(view: DigestView, full: int, brief: int) -> tuple[list[str], int]:
    """Blocks with so many items in full and so many in a line, and how many are in neither."""
    blocks: list[str] = []
    more = 0
    for section in view.arranged(full=full, brief=brief):
        more += section.more
        lines = [f"• {_headline(item.view)}" for item in section.brief]
        shown = [*map(_item, section.full), *_blocks(lines)]
        if shown:
            shown[0] = f"{mrkdwn.bold(section.watchlist)} ({section.count})\n{shown[0]}"
        blocks += shown
    return blocks, more


def _item(item: Item) -> str:
    view = item.view
    lines = [
        f"{mrkdwn.bold(view.severity.capitalize())} {view.score}: {_headline(view)}",
        mrkdwn.escape(" · ".join(filter(None, [view.source, item.also]))),
        mrkdwn.bold(f"New: {item.development}") if item.development else "",
    ]
    block = "\n".join(filter(None, lines))
    return "\n".join([_with_quote(block, item.quote), *map(_likely, item.likely)])


def _headline(view: AlertView) -> str:
    return mrkdwn.linked(view.link, plain(fit(view.headline, REPORT_LIMIT)))


def _with_quote(block: str, quote: Line) -> str:
    # A quotation has to begin its line, and there is room for one a block.
    quoted = mrkdwn.marked(quote)
    fits = len(block) + len(quoted) < mrkdwn.BLOCK_LIMIT - 500
    return f"{block}\n>{quoted}" if quoted and fits else block


def notice_slack(view: NoticeView) -> str:
    """A notice to operators."""
    blocks = [block for lines in view.paragraphs for block in _blocks(map(mrkdwn.escape, lines))]
    small = mrkdwn.escape(" · ".join(filter(None, ["monitor", view.kind, view.time])))
    return _joined(view.title, *blocks, small)


def _told(view: AlertView) -> str:
    headline = (
        f"*{mrkdwn.linked(view.link, view.headline_text, room=_LEAD_LIMIT)}*"
        if view.link
        else mrkdwn.marked(view.headline)
    )
    return f"{headline}\n{mrkdwn.escape(view.source)}" if view.source else headline


def _all_news(news: Iterable[Report]) -> list[str]:
    """Blocks of reports that add something, those that may be other news in a line each."""
    news = list(news)
    likely = _blocks(_likely(report) for report in news if report.is_likely)
    return [*likely, *(_news(report) for report in news if not report.is_likely)]


def _likely(report: Report) -> str:
    who = mrkdwn.escape(_who(report))
    linked = mrkdwn.linked(report.link, report.headline_text)
    return f"• {mrkdwn.bold(f'New: {report.development}')}\n{who}: {linked}"


def _news(report: Report) -> str:
    lines = [
        mrkdwn.bold(f"New: {report.development}"),
        f"{mrkdwn.linked(report.link, report.headline_text)}",
        mrkdwn.escape(" · ".join(filter(None, [_who(report), report.time]))),
    ]
    return _with_quote("\n".join(filter(None, lines)), report.quote)


def _report(report: Report) -> str:
    line = f"• {mrkdwn.escape(_who(report))}: {mrkdwn.linked(report.link, report.headline_text)}"
    return f"{line}\n{mrkdwn.italic(report.why)}" if report.why else line


def _who(report: Report) -> str:
    return f"{report.outlet} ({report.host})" if report.host else report.outlet


def _blocks(lines: Iterable[str]) -> list[str]:
    """The lines in as few blocks as Slack allows."""
    blocks: list[str] = []
    for line in lines:
        if blocks and len(blocks[-1]) + len(line) < mrkdwn.BLOCK_LIMIT:
            blocks[-1] += f"\n{line}"
        else:
            blocks.append(line)
    return blocks


def _joined(*paragraphs: str) -> str:
    return mrkdwn.PARAGRAPH.join(filter(None, paragraphs))
