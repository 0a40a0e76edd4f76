"""Webhooks: what a program gets, and the signature by which it knows who sent it.

The signature is that of Standard Webhooks 1.0 (https://www.standardwebhooks.com), for which many
languages have a library. docs/how-to/webhooks.md says what is in a message.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

import requests
from standardwebhooks import Webhook

from monitor.messages.templates import Form, variables
from monitor.model.delivery import Message

_PREFIX = "whsec_"


def payload(message: Message) -> dict[str, Any]:
    """What a message says, for a program, beside its title and text."""
    said = variables(message, Form.TEXT)
    # Apprise puts it in, and would take one of ours for another name of its own.
    del said["title"]
    return {
        "id": message.message_id,
        "severity": None if message.severity is None else message.severity.value,
        "references": list(message.references),
        **said,
    }


def key_of(secret: str) -> bytes:
    """The key that a secret stands for.

    Raises:
        ValueError: it begins like one of Standard Webhooks' own, and is not what follows.
    """
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"after {_PREFIX} stands what is not base64") from None


def sign(request: requests.PreparedRequest, key: bytes, message_id: str, now: datetime) -> None:
    """Sign a request that is about to be sent.

    Args:
        request: with its body; gets the three headers.
        key: known to both sides.
        message_id: the same at every try, so that a repeat can be told.
        now: the receiver refuses what is old, and so what is replayed.
    """
    body = request.body
    # Apprise hands over whole texts; only files would be read piece by piece.
    content = body.decode() if isinstance(body, bytes) else body if isinstance(body, str) else ""
    request.headers["webhook-id"] = message_id
    request.headers["webhook-timestamp"] = str(int(now.timestamp()))
    request.headers["webhook-signature"] = Webhook(key).sign(message_id, now, content)
