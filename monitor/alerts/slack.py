"""Slack's mrkdwn and payloads (https://docs.slack.dev/messaging/formatting-message-text)."""

from __future__ import annotations

import re
from typing import Any

from monitor.alerts.harmless import Line
from monitor.model import Message, Severity

COLOURS: dict[Severity | None, str] = {
    Severity.LOW: "#64748b",
    Severity.MEDIUM: "#b7791f",
    Severity.HIGH: "#d9480f",
    Severity.CRITICAL: "#c1121f",
    None: "#2563a8",
}
"""The bar beside a message, by severity; a notice has none."""

PARAGRAPH = "\n\n"

BLOCK_LIMIT = 3000
"""Slack refuses a whole message for one longer block."""

_ADDRESS_LIMIT = 1000
"""Characters of an address in a block, which holds a line of text as well."""

# mrkdwn has no escape for its own marks, so they are replaced by characters that look the
# same. Within a word ("snake_case") Slack leaves them alone, and so do we.
_LOOKALIKES = {
    "*": "\N{ASTERISK OPERATOR}",
    "_": "\N{MODIFIER LETTER LOW MACRON}",
    "~": "\N{TILDE OPERATOR}",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
}
_MARK = re.compile(r"`|(?<![^\W_])[*_~]+|[*_~]+(?![^\W_])")
_MENTION = re.compile(r"(?<!\w)[@#](?=\w)")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_BREAK = "\N{ZERO WIDTH SPACE}"


def escape(text: str) -> str:
    """Text that Slack shows as it is: no link, mention, emoji or formatting comes of it."""
    text = _MARK.sub(lambda found: "".join(_LOOKALIKES[mark] for mark in found[0]), text)
    text = _MENTION.sub(lambda found: found[0] + _BREAK, text)
    text = _EMOJI.sub(":" + _BREAK, text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(address: str, label: str) -> str:
    """A link; `address` has passed `safe_link`, so it holds no `|`, `<` or `>`."""
    # A bar in the label is harmless to Slack's parser, but not to every client's.
    shown = escape(label).replace("|", "\N{DIVIDES}")
    return f"<{address.replace('&', '&amp;')}|{shown}>"


def linked(address: str | None, label: str) -> str:
    """A link within a block, or the bare label when there is none or it would fill the block."""
    if address is None or len(address.replace("&", "&amp;")) > _ADDRESS_LIMIT:
        return escape(label)
    return link(address, label)


def bold(text: str) -> str:
    """Text in bold; Slack wants the stars at the edge of a word."""
    return f"*{escape(text)}*" if text else ""


def marked(line: Line) -> str:
    """A line with its strong pieces in bold."""
    parts: list[str] = []
    for index, span in enumerate(line):
        if not span.strong:
            parts.append(escape(span.text))
            continue
        before = line[index - 1].text[-1:] if index else ""
        after = line[index + 1].text[:1] if index + 1 < len(line) else ""
        parts += [_edge(before), bold(span.text), _edge(after)]
    return "".join(parts)


def listed(parts: list[str], separator: str, *, left_off: int = 0, limit: int) -> str:
    """As many of the (escaped) parts as `limit` characters hold, and how many are left off."""
    shown: list[str] = []
    length = 0
    for part in parts:
        length += len(part) + len(separator)
        if length > limit - len(separator) - 20:
            break
        shown.append(part)
    if left_off := left_off + len(parts) - len(shown):
        shown.append(f"and {left_off} more")
    return separator.join(shown)


def payload(message: Message) -> dict[str, Any]:
    """The body of a post to Slack for a message.

    The first paragraph of `message.slack` is the message itself, which is also what a phone
    shows; the others are Block Kit sections beside a bar in the severity's colour, the last of
    them small print.
    """
    first, *rest = message.slack.split(PARAGRAPH)
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": _mrkdwn(paragraph)} for paragraph in rest[:-1]
    ]
    if rest:
        blocks.append({"type": "context", "elements": [_mrkdwn(rest[-1])]})
    return {
        "text": first,
        "attachments": [{"color": COLOURS[message.severity], "blocks": blocks}] if blocks else [],
        # Previews of the article would push what we say about it off the screen.
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _mrkdwn(text: str) -> dict[str, Any]:
    # Verbatim, or Slack would make links and mentions of words that look like them.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _edge(neighbour: str) -> str:
    # In scripts without spaces a name touches its neighbours, and its stars would be shown.
    return _BREAK if neighbour.isalnum() else ""
