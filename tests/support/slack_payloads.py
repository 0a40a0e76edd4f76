"""What Slack takes, and its words for what it does not.

See https://docs.slack.dev/reference/block-kit/blocks for the limits.
"""

from __future__ import annotations

import json
from typing import Any

_SECTION_LIMIT = 3000
_HEADER_LIMIT = 150
_BLOCKS_LIMIT = 50
_ATTACHED_BLOCKS_LIMIT = 20
_TOTAL_LIMIT = 11_000
_TEXT_LIMIT = 4000


def read_payload(content_type: str, raw: bytes) -> tuple[dict[str, Any], str | None]:
    """The payload of a post, and Slack's word for what is wrong with it, if anything is."""
    if not content_type.startswith("application/json"):
        return {}, "invalid_payload"
    try:
        payload = json.loads(raw)
    except ValueError:
        return {}, "invalid_payload"
    if not isinstance(payload, dict):
        return {}, "invalid_payload"
    return payload, _fault(payload)


def _fault(payload: dict[str, Any]) -> str | None:
    text = payload.get("text", "")
    attachments = payload.get("attachments", [])
    if not isinstance(text, str) or not isinstance(attachments, list):
        return "invalid_payload"
    attached = [attachment.get("blocks", []) for attachment in attachments]
    blocks = [*payload.get("blocks", []), *(block for each in attached for block in each)]
    visible = text.strip() or blocks or any(each.get("text") for each in attachments)
    formed = len(blocks) <= _BLOCKS_LIMIT and all(_well_formed(block) for block in blocks)
    faults = {
        "too_many_attachments": len(attachments) > 100,
        "invalid_attachments": any(len(each) > _ATTACHED_BLOCKS_LIMIT for each in attached),
        "msg_too_long": len(text) > _TEXT_LIMIT,
        "no_text": not visible,
        "invalid_blocks": not formed,
        "msg_blocks_too_long": formed and sum(map(_length, blocks)) > _TOTAL_LIMIT,
    }
    return next((fault for fault, found in faults.items() if found), None)


def _well_formed(block: dict[str, Any]) -> bool:
    match block.get("type"):
        case "section":
            return _text_object(block.get("text"), {"mrkdwn", "plain_text"}, _SECTION_LIMIT)
        case "header":
            return _text_object(block.get("text"), {"plain_text"}, _HEADER_LIMIT)
        case "context":
            elements = block.get("elements")
            return (
                isinstance(elements, list)
                and 0 < len(elements) <= 10
                and all(
                    _text_object(element, {"mrkdwn", "plain_text"}, _SECTION_LIMIT)
                    for element in elements
                )
            )
        case "divider":
            return True
        case "actions":
            buttons = block.get("elements")
            return (
                isinstance(buttons, list) and 0 < len(buttons) <= 25 and all(map(_button, buttons))
            )
    return False


def _button(button: object) -> bool:
    """As https://docs.slack.dev/reference/block-kit/block-elements/button-element has it."""
    if not isinstance(button, dict) or button.get("type") != "button":
        return False
    action, value = button.get("action_id", ""), button.get("value", "")
    short = 0 < len(action) <= 255 and len(value) <= 2000
    confirm = button.get("confirm", {"title": None})
    return short and _text_object(button.get("text"), {"plain_text"}, 75) and (
        confirm["title"] is None
        or all(
            _text_object(confirm.get(part), {"plain_text"}, limit)
            for part, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30))
        )
    )  # fmt: skip


def _length(block: dict[str, Any]) -> int:
    if block.get("type") == "actions":
        return 0
    texts = block.get("elements") or [block.get("text")]
    return sum(len(text["text"]) for text in texts if isinstance(text, dict))


def _text_object(value: object, types: set[str], limit: int) -> bool:
    if not isinstance(value, dict) or value.get("type") not in types:
        return False
    text = value.get("text")
    return isinstance(text, str) and 0 < len(text) <= limit
