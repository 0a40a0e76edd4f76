"""Reading what a server answered: its headers, and its body within limits."""

from __future__ import annotations

import httpx

from monitor.errors import FetchError
from monitor.fetch.content_coding import decoder
from monitor.model.feed import Validators
from monitor.wording import one_line

_LONGEST_REASON = 64 * 1024
_SHOWN_REASON = 200


# --- headers ----------------------------------------------------------------------------------


def by_name(headers: httpx.Headers) -> dict[str, str]:
    """Headers by lower-case name: httpx's own look all of them through at every question."""
    found: dict[str, str] = {}
    for name, value in headers.raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def verbatim(headers: httpx.Headers, name: bytes) -> str | None:
    """A header's value as it came, or None when it could not be sent back byte for byte."""
    for key, value in headers.raw:
        if key.lower() == name:
            try:
                return value.decode() or None
            except UnicodeDecodeError:
                return None
    return None


def merged(sent: Validators, answered: Validators) -> Validators:
    """A 304 may renew a validator; what it leaves out still holds (RFC 9111 §4.3.4)."""
    return Validators(answered.etag or sent.etag, answered.last_modified or sent.last_modified)


# --- bodies --------------------------------------------------------------------


async def read_body(answer: httpx.Response, limit: int) -> bytes:
    """The decompressed body, at most `limit` bytes of it on the wire and in memory."""
    too_large = FetchError(f"the answer was larger than {_size(limit)}", kind="too-large")
    declared = answer.headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 20 and int(declared) > limit:
        raise too_large
    decode = decoder(answer.headers.get("content-encoding"))
    document = bytearray()
    received = 0
    async for chunk in answer.aiter_raw():
        received += len(chunk)
        for piece in decode.feed(chunk):
            document += piece
            if len(document) > limit:
                raise too_large
        # Compressed streams can also go on for ever without ever meaning a byte.
        if received > limit:
            raise too_large
    if not decode.finished():
        raise FetchError("the answer broke off before its end", kind="protocol")
    return bytes(document)


async def read_reason(answer: httpx.Response) -> str:
    """What a server says of why it refuses, if it says so in plain text."""
    if not answer.headers.get("content-type", "").startswith("text/plain"):
        return ""
    try:
        text = one_line((await read_body(answer, _LONGEST_REASON)).decode("utf-8", "replace"))
    except FetchError:
        return ""
    return text if len(text) <= _SHOWN_REASON else text[:_SHOWN_REASON] + "…"


def _size(count: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
