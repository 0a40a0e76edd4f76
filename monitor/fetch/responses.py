"""Reading what a server answered: its headers, and its body within limits."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import httpx

from monitor.errors import FetchError
from monitor.fetch.content_coding import decoder
from monitor.fetch.lenient import BrokenOffError
from monitor.model.feed import Validators
from monitor.wording import one_line

_LONGEST_REASON = 64 * 1024
_SHOWN_REASON = 200
_TAIL = 4096
"""Bytes in which a document's last end tag stands, and what programs write behind it."""
_END = re.compile(rb"</(?:[a-z]+:)?(?:html|rss|feed|rdf|urlset|sitemapindex)\s*>", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Body:
    """A decompressed body."""

    document: bytes = b""
    is_cut: bool = False
    """It broke off, and nothing in it says that all of it is there."""


async def read_body(answer: httpx.Response, limit: int, *, piecemeal: bool = False) -> Body:
    """The decompressed body, at most `limit` bytes of it on the wire and in memory.

    One that breaks off is whole where its markup comes to its end, as where only the last chunk
    or a checksum is missing: browsers show it.

    Args:
        answer: whose body it is.
        limit: in bytes.
        piecemeal: whether what came of a body that is not whole is wanted, too.

    Raises:
        FetchError: it is too large, broke off, or its compression is damaged.
    """
    too_large = FetchError(f"the answer was larger than {_size(limit)}", kind="too-large")
    declared = answer.headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 20 and int(declared) > limit:
        raise too_large
    decode = decoder(answer.headers.get("content-encoding"))
    document = bytearray()
    received = 0
    broke_off = False

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal broke_off
        try:
            async for chunk in answer.aiter_raw():
                yield chunk
        except httpx.ReadError as error:
            if not isinstance(error.__cause__, aiohttp.ClientPayloadError):
                raise
            broke_off = True
            yield error.__cause__.unread if isinstance(error.__cause__, BrokenOffError) else b""

    async for chunk in chunks():
        received += len(chunk)
        for piece in decode.feed(chunk):
            document += piece
            if len(document) > limit:
                raise too_large
        # Compressed streams can also go on for ever without ever meaning a byte.
        if received > limit:
            raise too_large
    is_cut = (broke_off or not decode.finished()) and not _ends_itself(document)
    if is_cut and not (piecemeal and document.strip()):
        raise FetchError("the answer broke off before its end", kind="protocol")
    return Body(bytes(document), is_cut)


def _ends_itself(document: bytearray) -> bool:
    """Whether markup comes to its end, as that of a feed and of a page does."""
    return _END.search(document[-_TAIL:].replace(b"\0", b"")) is not None


async def read_reason(answer: httpx.Response) -> str:
    """What a server says of why it refuses, if it says so in plain text."""
    if not answer.headers.get("content-type", "").startswith("text/plain"):
        return ""
    try:
        text = one_line(
            (await read_body(answer, _LONGEST_REASON)).document.decode("utf-8", "replace")
        )
    except FetchError:
        return ""
    return text if len(text) <= _SHOWN_REASON else text[:_SHOWN_REASON] + "…"


def _size(count: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
