"""Response headers that break the rules of HTTP in ways that browsers and curl read past.

A space in a header's name, the same Content-Length twice, a length beside chunks: aiohttp refuses
the whole answer, rightly for a proxy and to no use for a reader, whose connection serves nobody
else. What is not clear is left out before the parser sees it, and such a connection is not used
again, so that nothing of this answer can pass for the next one.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import StreamReader

_LARGEST_HEAD = 512 * 1024
"""Bytes of headers that are looked at; the parser's own limits are below it."""
_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_STATUS = re.compile(
    rb"(?:HTTP/(\d(?:\.\d)?)|ICY)[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.DOTALL | re.IGNORECASE
)
_STRICT = re.compile(rb"HTTP/1\.[01] \d{3}(?: |\Z)")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110 §5.6.2
_CONTROLS = bytes(set(range(32)) - {0x09}) + b"\x7f"
_BODILESS = re.compile(rb"HTTP/1\.[01] (?:204|304)")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n")
_ONCE = {b"content-length", b"transfer-encoding"}


def lenient_head(head: bytes) -> bytes:
    """The status line and the headers of a response, without what no parser should stumble over.

    Args:
        head: all of it, with the empty line at its end.

    Returns:
        The same bytes where there is nothing to mend.
    """
    status, *lines = _LINE_END.split(head.rstrip(b"\r\n"))
    found = _STATUS.fullmatch(status.strip())
    if found is None:
        return head
    mended = not _STRICT.match(status)
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"} and fields:
            name, value = fields.pop()
            fields.append((name, value + b" " + line.strip()))
            mended = True
            continue
        raw, colon, text = line.partition(b":")
        name, value = raw.strip(), text.translate(None, _CONTROLS).strip()
        mended = mended or raw != name or len(value) < len(text.strip())
        if colon and _NAME.fullmatch(name):
            fields.append((name, value))
        else:
            mended = True
    kept = _told_once(fields)
    if not mended and kept == fields:
        return head
    kept = [(name, value) for name, value in kept if name.lower() != b"connection"]
    kept.append((b"Connection", b"close"))
    first = b"HTTP/1.1 %b %b" % (found[2], found[3] or b"")
    return b"\r\n".join((first, *(b"%b: %b" % each for each in kept), b"", b""))


def _length(head: bytes) -> int | None:
    """How long the body is that follows a head; None where only its end will tell."""
    if _BODILESS.match(head):
        return 0
    lowered = head.lower()
    found = _LENGTH.search(lowered)
    return int(found[1]) if found and b"\r\ntransfer-encoding:" not in lowered else None


def _told_once(fields: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without repeated lengths, and without a length where there are chunks."""
    chunked = any(
        name.lower() == b"transfer-encoding" and value.lower().endswith(b"chunked")
        for name, value in fields
    )
    seen: set[tuple[bytes, bytes]] = set()
    kept = []
    for name, value in fields:
        plain = name.lower()
        if plain in _ONCE:
            # "17, 17" is what some proxies make of two.
            said = {each.strip().lower() for each in value.split(b",")}
            text = said.pop() if len(said) == 1 else value.lower()
            useless = text == b"identity" or (
                plain == b"content-length" and (chunked or not text.isdigit())
            )
            if (useless and b"," not in text) or (plain, text) in seen:
                continue
            seen.add((plain, text))
            kept.append((name, text))
        else:
            kept.append((name, value))
    return kept


class BrokenOffError(aiohttp.ClientPayloadError):
    """A body that ended before its end, and what had arrived of it that was not read yet."""

    def __init__(self, unread: bytes) -> None:
        super().__init__("the body broke off")
        self.unread = unread


class _LenientHandler(ResponseHandler):
    """aiohttp's, which gets each response's head only when it is complete and mended."""

    _head: bytearray | None = None
    _left: int | None = None
    """Bytes of the body that are still to come; None where it is not told by its length."""

    def set_response_params(self, **params: Any) -> None:
        # What has arrived already is handed to `data_received` at once.
        self._head = bytearray()
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        head = self._head
        if head is None or self._parser is None:
            self._body_received(data)
            return
        searched = max(0, len(head) - 3)
        head += data
        while (end := _END.search(head, searched)) is not None:
            mended, rest = lenient_head(bytes(head[: end.end()])), head[end.end() :]
            # Before the answer there may be others that only announce it (1xx).
            if not mended.startswith(b"HTTP/1.1 1"):
                self._head, self._left = None, _length(mended)
                # By itself, so that it is known whatever is wrong with what follows.
                super().data_received(mended)
                if rest:
                    self._body_received(bytes(rest))
                return
            super().data_received(mended)
            head[:], searched = rest, 0
        if len(head) > _LARGEST_HEAD:
            self._flush()

    def _body_received(self, data: bytes) -> None:
        """Hand on no more than the body: what is left of a wrong length is no next answer."""
        if self._left is not None:
            if len(data) > self._left:
                data = data[: self._left]
                self.force_close()
            self._left -= len(data)
            if not data:
                return
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._flush()
        payload = self._payload
        super().connection_lost(exc)
        if isinstance(payload, StreamReader) and not payload.is_eof():
            # aiohttp gives none of what came before an error, and may not even tell of one.
            unread = list(payload._buffer)  # noqa: SLF001 - it has no other way to it
            if unread:
                unread[0] = unread[0][payload._buffer_offset :]  # noqa: SLF001
            payload.set_exception(BrokenOffError(b"".join(unread)))

    def _flush(self) -> None:
        """Hand on what there is of a head that is none, for the parser to say what is wrong."""
        head, self._head = self._head, None
        if head:
            super().data_received(bytes(head))


class LenientConnector(aiohttp.TCPConnector):
    """Opens connections whose responses may break the rules of HTTP where that does no harm."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # aiohttp has no public place for it; the tests see if it goes away.
        loop = asyncio.get_running_loop()
        self._factory = cast("partial[ResponseHandler]", partial(_LenientHandler, loop=loop))
