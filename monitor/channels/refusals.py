"""Services that refuse a message under status 200, in words of their own.

Apprise's plugins for them look at the status alone, and would call sent what nobody gets: most
often because too much came in a minute, or a webhook was removed.
"""

# Apprise annotates only some of what it offers.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

import requests

from monitor.channels.redact import redact
from monitor.messages.sanitise import one_line, shorten
from monitor.model.delivery import SendResult

_WORDS_LIMIT = 200

Refusal = tuple[str, str] | None
"""The code of a refusal, and what the service says; None where it has taken the message."""


def _numbered(code: str, words: str) -> Callable[[Mapping[str, Any]], Refusal]:
    """Of a service whose answers have a number, which is 0 when all is well."""

    def refusal(answer: Mapping[str, Any]) -> Refusal:
        number = answer.get(code)
        if number is None or str(number) == "0":
            return None
        return str(number), str(answer.get(words) or "")

    return refusal


def _synology(answer: Mapping[str, Any]) -> Refusal:
    if answer.get("success") is not False:
        return None
    error = answer.get("error")
    said = error if isinstance(error, dict) else {}
    return str(said.get("code", "")), str(said.get("errors") or "")


def _vonage(answer: Mapping[str, Any]) -> Refusal:
    # A long text goes in parts, each with an answer of its own.
    parts = answer.get("messages")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and str(part.get("status", "0")) != "0":
            return str(part["status"]), str(part.get("error-text") or "")
    return None


def _msg91(answer: Mapping[str, Any]) -> Refusal:
    return ("", str(answer.get("message") or "")) if answer.get("type") == "error" else None


_REFUSALS: Mapping[str, Callable[[Mapping[str, Any]], Refusal]] = {
    "dingtalk": _numbered("errcode", "errmsg"),
    "wecombot": _numbered("errcode", "errmsg"),
    "feishu": _numbered("code", "msg"),
    "lark": _numbered("code", "msg"),
    "pushdeer": _numbered("code", "error"),
    "schan": _numbered("code", "message"),
    "synology": _synology,
    "vonage": _vonage,
    "msg91": _msg91,
}
"""By how the addresses of a service begin."""

_CHANNEL_CODES: Mapping[str, Collection[str]] = {
    "dingtalk": {"300001", "300005"},
    "wecombot": {"93000"},
    "feishu": {"19001", "19021", "19022"},
    "lark": {"19001", "19021", "19022"},
    "synology": {"404", "407"},
    "vonage": {"2", "4", "8", "9", "14"},
}
"""The codes that say nothing of the message: a webhook, a login or an account is refused."""


def refused(
    schemes: Collection[str],
    service: str,
    responses: Collection[requests.Response],
    secrets: tuple[str, ...],
) -> SendResult | None:
    """What to make of answers that the plugin took for well; None if they are.

    Args:
        schemes: how the addresses of the service begin.
        service: its name.
        responses: what it answered.
        secrets: what must not stand in a message.
    """
    scheme = next((each for each in schemes if each in _REFUSALS), None)
    if scheme is None:
        return None
    answers = [answer for each in responses if isinstance(answer := _json(each), dict)]
    found = [refusal for answer in answers if (refusal := _REFUSALS[scheme](answer)) is not None]
    if not found:
        return None
    code, words = found[0]
    said = " ".join(filter(None, (code, shorten(one_line(words), _WORDS_LIMIT))))
    detail = f"{service} refused it: {said}".rstrip(": ")
    if len(found) < len(responses):
        detail += f" (to {len(found)} of {len(responses)} requests)"
    # Most of it passes or is mended: it is tried again.
    refuses_all = len(found) == len(responses) and code in _CHANNEL_CODES.get(scheme, ())
    return SendResult(False, redact(detail, secrets), refuses_all=refuses_all)


def _json(response: requests.Response) -> Any:
    try:
        return json.loads(response.content[:100_000])
    except ValueError:
        return None
