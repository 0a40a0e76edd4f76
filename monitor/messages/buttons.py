"""The buttons of a message in Slack, by which people answer it in place.

They are blocks of Slack's (https://docs.slack.dev/reference/block-kit/blocks/actions-block); which
alert they are about stands in each, and so which decision is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from monitor.messages import mrkdwn
from monitor.model.link import LinkAction

UNDO = "undo"
"""What the button is called that takes the last decision back."""

_OURS = "monitor-"
_ANSWERS, _SAID = f"{_OURS}answers", f"{_OURS}said"
_WORDS = {
    LinkAction.RELEVANT: "Relevant",
    LinkAction.NOT_RELEVANT: "Not relevant",
    LinkAction.ACKNOWLEDGE: "I’m on it",
    LinkAction.SILENCE: "Silence 24 h",
}
_CONFIRM = {
    "title": {"type": "plain_text", "text": "Silence it for 24 hours?"},
    "text": {
        "type": "plain_text",
        "text": "Nobody is told of what names the same, for this watchlist. What was missed comes"
        " together when the silence ends.",
    },
    "confirm": {"type": "plain_text", "text": "Silence it"},
    "deny": {"type": "plain_text", "text": "No"},
}
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def unanswered(alert_id: str) -> dict[str, Any]:
    """The block of an alert that nobody has answered."""
    return _answers(alert_id, tuple(LinkAction), None)


def answered(
    message: Mapping[str, Any],
    alert_id: str,
    said: Iterable[str],
    left: Collection[LinkAction],
    change: int | None,
) -> dict[str, Any]:
    """A message as it stands in Slack, with what was answered in place of its buttons.

    Args:
        message: as Slack has it.
        alert_id: the alert that it tells of.
        said: what was answered, in mrkdwn, one line each.
        left: what can be answered still.
        change: the number of the last decision, which can be taken back; None if none can.
    """
    new: list[dict[str, Any]] = []
    if lines := list(said):
        element = {"type": "mrkdwn", "text": "\n".join(lines), "verbatim": True}
        new.append({"type": "context", "block_id": _SAID, "elements": [element]})
    if left or change is not None:
        new.append(_answers(alert_id, tuple(each for each in LinkAction if each in left), change))
    kept: dict[str, Any] = {"text": str(message.get("text") or "")}
    kept["blocks"] = _others(message.get("blocks"))
    attachments = []
    for each in message.get("attachments") or ():
        if isinstance(each, dict) and each.get("blocks"):
            colour = str(each.get("color") or "")
            # Slack takes it with a hash and gives it back without.
            colour = f"#{colour}" if re.fullmatch(r"[0-9a-fA-F]{6}", colour) else colour
            attachments.append({"color": colour, "blocks": _others(each["blocks"])})
    if attachments:
        attachments[-1]["blocks"] += new  # type: ignore[operator]
    else:
        kept["blocks"] += new
    return kept | {"attachments": attachments}


def who(user_id: str, name: str) -> str:
    """Somebody in Slack, as Slack links them where it knows them."""
    return f"<@{user_id}>" if _USER.fullmatch(user_id) else mrkdwn.escape(name)


def _others(blocks: object) -> list[dict[str, Any]]:
    """The blocks that are not about what was answered."""
    return [
        each
        for each in (blocks if isinstance(blocks, list) else ())
        if isinstance(each, dict) and not str(each.get("block_id", "")).startswith(_OURS)
    ]


def _answers(alert_id: str, actions: Collection[LinkAction], change: int | None) -> dict[str, Any]:
    buttons = [_button(each.value, _WORDS[each], alert_id) for each in actions]
    for each in buttons:
        if each["action_id"] == LinkAction.SILENCE:
            each["confirm"] = _CONFIRM
        if each["action_id"] == LinkAction.RELEVANT:
            each["style"] = "primary"
    if change is not None:
        buttons.append(_button(UNDO, "Undo", f"{alert_id} {change}"))
    return {"type": "actions", "block_id": _ANSWERS, "elements": buttons}


def _button(action: str, words: str, value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": words, "emoji": False}
    return {"type": "button", "action_id": action, "text": text, "value": value}
