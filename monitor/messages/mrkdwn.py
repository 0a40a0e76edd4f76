"""Slack's mrkdwn and payloads (https://docs.slack.dev/messaging/formatting-message-text)."""

from __future__ import annotations

import re
from typing import Any

from monitor.messages.sanitise import Line, shorten
from monitor.model.delivery import Message
from monitor.model.match import Severity

COLOURS: dict[Severity | None, str] = {
    Severity.LOW: "#5b6b80",
    Severity.MEDIUM: "#966008",
    Severity.HIGH: "#c9420d",
    Severity.CRITICAL: "#c1121f",
    None: "#2563a8",
}
"""The bar beside a message, by severity; a notice has none."""

PARAGRAPH = "\n\n"

BLOCK_LIMIT = 3000
"""Slack refuses a whole message for one longer block."""

HEADER_LIMIT = 150
"""Characters of a header block."""

ATTACHED_LIMIT = 20
"""Blocks beside a bar. Of blocks in all Slack takes 50; that it refuses more than 20 in an
attachment is not documented (https://github.com/slackapi/bolt-python/issues/914)."""

TOTAL_LIMIT = 9000
"""Characters in all blocks. From somewhere above 11,000 on Slack refuses a message, which is
not documented (https://github.com/slackapi/bolt-js/issues/2867)."""

_CUT = "… and more, which does not fit into a message"

# mrkdwn has no escape for its own marks, so they are replaced by characters that look the
# same. Within a word ("snake_case") Slack leaves them alone, and so do we.
_LOOKALIKES = {
    "*": "\N{ASTERISK OPERATOR}",
    "_": "\N{MODIFIER LETTER LOW MACRON}",
    "~": "\N{TILDE OPERATOR}",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
}
_ANGLES = {
    ord("<"): "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    ord(">"): "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
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


def linked(address: str | None, label: str, *, room: int = 1700) -> str:
    """A link of at most `room` characters, or the bare label when there is none."""
    made = link(address, label) if address else ""
    return made if 0 < len(made) <= room else escape(label)


def bold(text: str) -> str:
    """Text in bold; Slack wants the stars at the edge of a word."""
    return f"*{escape(text)}*" if text else ""


def italic(text: str) -> str:
    """Text in italics."""
    return f"_{escape(text)}_" if text else ""


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


def plain(text: str) -> str:
    """Text for a header, where Slack reads no mark-up; not longer than it takes."""
    text = shorten(text.translate(_ANGLES), HEADER_LIMIT - 20)
    return shorten(_MENTION.sub(lambda found: found[0] + _BREAK, text), HEADER_LIMIT)


def payload(message: Message) -> dict[str, Any]:
    """The body of a post to Slack for a message.

    The first paragraph of `message.slack` is the header and the second what a reader sees
    first; the others stand beside a bar in the severity's colour, the last of them in small
    print. What is beyond Slack's limits is left out before the small print, and said to be.
    The title is what a phone's notification shows. A message of one paragraph is that text.
    """
    first, *rest = map(_sized, message.slack.split(PARAGRAPH))
    # Previews of the article would push what we say about it off the screen.
    post: dict[str, Any] = {"text": first, "unfurl_links": False, "unfurl_media": False}
    if not rest:
        return post
    *body, small = rest
    header = {"type": "plain_text", "text": plain(first), "emoji": False}
    blocks: list[dict[str, Any]] = [{"type": "header", "text": header}]
    if body:
        blocks.append({"type": "section", "text": _mrkdwn(body.pop(0))})
    post["blocks"] = blocks
    post["text"] = escape(message.title) or first
    room = TOTAL_LIMIT - sum(len(block["text"]["text"]) for block in blocks) - len(small)
    kept: list[dict[str, Any]] = []
    for paragraph in body:
        room -= len(paragraph)
        # One is for what people answer by.
        if room < len(_CUT) or len(kept) > ATTACHED_LIMIT - 4:
            kept.append({"type": "section", "text": _mrkdwn(_CUT)})
            break
        kept.append({"type": "section", "text": _mrkdwn(paragraph)})
    kept.append({"type": "context", "elements": [_mrkdwn(small)]})
    post["attachments"] = [{"color": COLOURS[message.severity], "blocks": kept}]
    return post


def _sized(paragraph: str) -> str:
    """As many lines of a paragraph as a block takes: only a template's may have more."""
    if len(paragraph) <= BLOCK_LIMIT:
        return paragraph
    kept = ""
    for line in paragraph.split("\n"):
        if len(kept) + len(line) + 3 > BLOCK_LIMIT:
            break
        kept += f"{line}\n"
    return f"{kept}…"


def _mrkdwn(text: str) -> dict[str, Any]:
    # Verbatim, or Slack would make links and mentions of words that look like them.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _edge(neighbour: str) -> str:
    # In scripts without spaces a name touches its neighbours, and its stars would be shown.
    return _BREAK if neighbour.isalnum() else ""
