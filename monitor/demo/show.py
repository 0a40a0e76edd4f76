"""Show a recorded Slack message and a recorded mail as their readers would see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from html import unescape
from itertools import groupby
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Slack's mrkdwn: a mark counts only where a word begins and ends.
_TOKEN = re.compile(
    r"<(?P<target>[^<>|\n]{1,2000})(?:\|(?P<label>[^<>\n]{0,2000}))?>"
    r"|(?<!\w)\*(?P<bold>[^*\n]{1,2000})\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^_\n]{1,2000})_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^~\n]{1,2000})~(?!\w)"
    r"|`(?P<code>[^`\n]{1,2000})`"
)
_STYLES = {"bold": "bold", "italic": "italic", "strike": "strike", "code": "red on grey93"}
_QUOTE = re.compile(r"(?:&gt;|>)\s?")
_QUOTED = Style(italic=True)
_LINK = "bright_blue underline"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_MAIL_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


def slack_panel(payload: dict[str, Any]) -> RenderableType:
    """A payload of Slack's incoming webhook as it would look in a channel.

    Understands plain `text`, `blocks` (header, section, context, divider, actions) and
    `attachments`, with or without blocks and a colour.
    """
    parts: list[RenderableType] = []
    # Beside blocks the text is only for notifications.
    if (text := payload.get("text")) and not payload.get("blocks"):
        parts += paragraphs(str(text))
    parts += _blocks(payload.get("blocks"))
    for attachment in _dicts(payload.get("attachments")):
        parts.append(_attachment(attachment))
    sender = Text(str(payload.get("username") or "monitor"), style="bold")
    sender.append("  APP", style="dim")
    return Panel(
        Group(sender, *parts),
        title="[bold]Slack[/bold]",
        title_align="left",
        border_style="magenta",
        padding=(0, 1),
    )


def mail_panel(message: EmailMessage) -> RenderableType:
    """A mail as a mail client would show it: the main headers, then the text part."""
    headers = Table.grid(padding=(0, 1))
    headers.add_column(style="dim", justify="right", no_wrap=True)
    headers.add_column(overflow="fold")
    for name in _MAIL_HEADERS:
        if value := message[name]:
            style = "bold" if name == "Subject" else ""
            headers.add_row(name, Text(_clean(str(value)), style=style))
    return Panel(
        Group(headers, Rule(style="dim"), _mail_text(message)),
        title="[bold]Mail[/bold]",
        title_align="left",
        border_style="cyan",
        padding=(0, 1),
    )


def mrkdwn(text: str) -> Text:
    """Slack's mrkdwn as styled text: bold, italic, struck, code, links.

    What a message says is never read as this terminal's markup or control codes.
    """
    return _lines(_clean(text).split("\n"), Style())


def paragraphs(text: str) -> Iterator[RenderableType]:
    """Slack's mrkdwn with its quotes, each behind a bar as long as it is."""
    lines = _clean(text).split("\n")
    for quote, run in groupby(lines, key=lambda line: bool(_QUOTE.match(line))):
        if quote:
            yield _Barred(_lines((_QUOTE.sub("", each) for each in run), _QUOTED), "dim", "▎ ")
        else:
            yield _lines(run, Style())


def _lines(lines: Iterable[str], style: Style) -> Text:
    return Text("\n").join(_inline(line, style) for line in lines)


def _inline(line: str, style: Style) -> Text:
    result = Text()
    position = 0
    for found in _TOKEN.finditer(line):
        result.append(unescape(line[position : found.start()]), style=style)
        position = found.end()
        if found["target"] is not None:
            result.append_text(_reference(found["target"], found["label"], style))
            continue
        kind = found.lastgroup or "bold"
        inner = style + Style.parse(_STYLES[kind])
        if kind == "code":
            result.append(unescape(found[kind]), style=inner)
        else:
            result.append_text(_inline(found[kind], inner))
    result.append(unescape(line[position:]), style=style)
    return result


def _reference(target: str, label: str | None, style: Style) -> Text:
    """A link, or a mention such as <!channel> or <@U123>."""
    if target[0] in "!@#":
        return Text(f"@{label or target.lstrip('!@#')}", style=style + Style.parse("bold blue"))
    url = unescape(target)
    linked = style + Style.parse(_LINK) + Style(link=url)
    return _inline(label, linked) if label else Text(url, style=linked)


def _attachment(attachment: dict[str, Any]) -> RenderableType:
    parts: list[RenderableType] = []
    if title := attachment.get("title"):
        text = mrkdwn(str(title))
        text.stylize("bold")
        if link := attachment.get("title_link"):
            text.stylize(Style.parse(_LINK) + Style(link=_clean(str(link))))
        parts.append(text)
    if body := attachment.get("text"):
        parts += paragraphs(str(body))
    parts += _blocks(attachment.get("blocks"))
    if footer := attachment.get("footer"):
        parts.append(Text(_clean(str(footer)), style="dim"))
    colour = str(attachment.get("color") or "")
    return _Barred(Group(*parts), colour if _COLOUR.fullmatch(colour) else "grey50")


class _Barred:
    """A renderable with a coloured bar at its left, as long as it is."""

    def __init__(self, inner: RenderableType, style: str, bar: str = "\u2503 ") -> None:
        self._inner = inner
        self._bar = Segment(bar, Style.parse(style))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update_width(max(1, options.max_width - 2))
        for line in console.render_lines(self._inner, narrower):
            yield self._bar
            yield from line
            yield Segment.line()


def _blocks(blocks: object) -> list[RenderableType]:
    return [part for block in _dicts(blocks) for part in _block(block)]


def _block(block: dict[str, Any]) -> Iterator[RenderableType]:
    kind = block.get("type")
    if kind == "divider":
        yield Rule(style="dim")
    elif kind == "header":
        text = _block_text(block.get("text"))
        text.stylize("bold")
        yield text
    elif kind == "section":
        if block.get("text"):
            yield from _section(block["text"])
        for field in _dicts(block.get("fields")):
            yield _block_text(field)
    elif kind in {"context", "actions"}:
        elements = [_element(element) for element in _dicts(block.get("elements"))]
        if text := Text("  ").join(element for element in elements if element):
            text.stylize("dim" if kind == "context" else "")
            yield text


def _section(text: object) -> Iterator[RenderableType]:
    if isinstance(text, dict) and text.get("type") == "mrkdwn":
        yield from paragraphs(str(text.get("text") or ""))
    else:
        yield _block_text(text)


def _element(element: dict[str, Any]) -> Text:
    if element.get("type") == "image":
        return Text()
    if element.get("type") == "button":
        label = _block_text(element.get("text"))
        return Text.assemble(
            "[ ", label, " ]", style=Style(link=_clean(str(element.get("url") or "")))
        )
    return _block_text(element)


def _block_text(text: object) -> Text:
    """A text object: `{"type": "mrkdwn" or "plain_text", "text": …}`."""
    if not isinstance(text, dict):
        return Text(_clean(str(text or "")))
    content = str(text.get("text") or "")
    return mrkdwn(content) if text.get("type") == "mrkdwn" else Text(unescape(_clean(content)))


def _mail_text(message: EmailMessage) -> Text:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None or part.get_payload() is None:
        return Text("(no text)", style="dim")
    content = str(part.get_content())
    if part.get_content_type() == "text/html":
        content = unescape(re.sub(r"<[^>]{0,2000}>", "", content))
    return Text(_clean(content).strip(), overflow="fold")


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _clean(text: str) -> str:
    # A space without width is there for Slack only, which sees no mark within a word.
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\u200b", ""))
