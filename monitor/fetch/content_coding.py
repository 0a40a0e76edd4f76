"""Undoing HTTP's content codings in bounded pieces, so that a bomb is only ever a counter.

No step gives much more than `PIECE` bytes, and the reader stops counting when it has had enough.
aiohttp can do that too, but takes servers at their word: what is named `gzip` and is none, or is
gzip and not named so, it cannot read (docs/decisions/0008-content-codings-are-undone-by-hand.md).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # ships neither types nor stubs
from backports import zstd

from monitor.errors import FetchError

PIECE = 64 * 1024
"""About the most bytes a decoder gives at a time (Brotli's blocks may overshoot to twice that)."""

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_START = 64
"""Bytes by which the form of a document is told."""
# Markup or JSON, and no control character: no compressed text looks like that.
_DOCUMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<[?!/\w]|\{\s*[\"}])[^\x00-\x08\x0b\x0c\x0e-\x1f]*\Z"
)
_GZIP = b"\x1f\x8b"
_MOST_BETWEEN = 32 * 1024 * 1024
"""Bytes of what is compressed twice, once undone."""
_MAGIC = (
    (_GZIP, "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x78\x01", "deflate"), (b"\x78\x9c", "deflate"), (b"\x78\xda", "deflate"),
)  # fmt: skip
_WRONG_SUMS = "incorrect data check", "incorrect length check"
"""What zlib says of a trailer that fits no text."""
_OF_ZLIB = {"gzip", "x-gzip", "deflate"}

# RFC 9659: what an HTTP client must support, and all it should spend memory on (8 MiB).
_ZSTD_WINDOW_LOG = 23


class Decoder(Protocol):
    """Turns the bytes on the wire into the bytes of the document."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The document's next bytes, in pieces of about `PIECE` at most.

        Raises:
            FetchError: kind `encoding`; the data is damaged.
        """
        ...

    def finished(self) -> bool:
        """True when the stream came to its proper end (or never began)."""
        ...


def decoder(content_encoding: str | None) -> Decoder:
    """The decoder for a Content-Encoding header, as far as the bytes agree with it.

    Many servers name something there that is no compression (utf-8, none, aws-chunked), say that
    they compress and do not, or do and do not say so. How gzip, Zstandard and documents begin
    tells them apart.
    """
    return _Sniffing(
        [
            coding
            for part in (content_encoding or "").lower().split(",")
            if (coding := part.strip()) and coding != "identity"
        ]
    )


def _named(coding: str) -> Decoder | None:
    match coding:
        case "gzip" | "x-gzip":
            return _Zlib(zlib.MAX_WBITS | 16)
        case "deflate":
            return _Zlib(zlib.MAX_WBITS)
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
    return None


def _chosen(codings: list[str], start: bytes) -> Decoder:
    """The decoder for what begins like this.

    Raises:
        FetchError: kind `encoding`; nobody can tell how it was made.
    """
    if _DOCUMENT.match(start):
        return _Identity()
    known = [each for coding in codings if (each := _named(coding)) is not None]
    for magic, coding in _MAGIC:
        # gzip and deflate are taken for one another.
        doubted = not known or codings[0] in _OF_ZLIB
        if doubted and start.startswith(magic) and (each := _named(coding)) is not None:
            return each
    if len(known) == 1:
        return known[0]
    if not codings:
        return _Identity()
    raise FetchError(
        f"the answer is compressed in a way we cannot undo ({', '.join(codings)[:80]})",
        kind="encoding",
    )


class _Sniffing:
    """Looks at the first bytes before it decides."""

    def __init__(self, codings: list[str]) -> None:
        self._codings = codings
        self._decoder: Decoder | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._decoder is None and data:
            self._decoder = _Again(_chosen(self._codings, data[:_START]))
        if self._decoder is not None:
            yield from self._decoder.feed(data)

    def finished(self) -> bool:
        return self._decoder is None or self._decoder.finished()


class _Again:
    """Undoes gzip once more where a server and what stands before it have both compressed."""

    def __init__(self, outer: Decoder) -> None:
        self._outer = outer
        self._inner: Decoder | None = None
        self._between = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._outer.feed(data):
            if self._inner is None:
                twice = isinstance(self._outer, _Zlib) and piece.startswith(_GZIP)
                self._inner = _Zlib(zlib.MAX_WBITS | 16) if twice else _Identity()
            self._between += len(piece)
            # What is between is not counted by the reader, and may decompress to nothing.
            if self._between > _MOST_BETWEEN and not isinstance(self._inner, _Identity):
                raise FetchError("the answer is compressed too often", kind="encoding")
            yield from self._inner.feed(piece)

    def finished(self) -> bool:
        return self._outer.finished() and (self._inner is None or self._inner.finished())


def _damaged(error: Exception) -> FetchError:
    return FetchError(f"the answer's compression is damaged ({error})", kind="encoding")


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finished(self) -> bool:
        return True


def _before_sum(z: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What the last of a stream's bytes say before a checksum at which zlib gives up."""
    fine, wrong = 0, len(data)
    while wrong - fine > 1:
        middle = (fine + wrong) // 2
        try:
            z.copy().decompress(data[:middle], PIECE)
            fine = middle
        except zlib.error:
            wrong = middle
    if piece := z.decompress(data[:fine], PIECE):
        yield piece


class _Zlib:
    """gzip (also several members in a row) and deflate (with or without zlib's header)."""

    def __init__(self, window_bits: int) -> None:
        self._window_bits = window_bits
        self._z = zlib.decompressobj(window_bits)
        self._begun = False
        self._broken = False
        """Its checksum was wrong, and what follows is nothing."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        full = False
        if self._broken:
            return
        # A full piece may leave output inside zlib although all input was taken.
        while data or (full and not self._z.eof):
            if self._z.eof:
                if self._window_bits <= zlib.MAX_WBITS or not data.startswith(b"\x1f\x8b"):
                    return  # padding after the end is ignored, as browsers do
                self._z = zlib.decompressobj(self._window_bits)
            before = self._z.copy()
            try:
                piece = self._z.decompress(data, PIECE)
            except zlib.error as error:
                if any(each in str(error) for each in _WRONG_SUMS):
                    # Browsers do not look at it: all of the text is there.
                    self._broken = True
                    yield from _before_sum(before, data)
                    return
                if self._begun or self._window_bits != zlib.MAX_WBITS:
                    raise _damaged(error) from error
                # Many servers send "deflate" without zlib's header (RFC 9110 §8.4.1.2).
                self._window_bits = -zlib.MAX_WBITS
                self._z = zlib.decompressobj(self._window_bits)
                continue
            self._begun = True
            data = self._z.unused_data if self._z.eof else self._z.unconsumed_tail
            full = len(piece) == PIECE
            if piece:
                yield piece

    def finished(self) -> bool:
        return self._z.eof or not self._begun


class _Brotli:
    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._decompressor.is_finished():
            self._begun = True
            try:
                piece: bytes = self._decompressor.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise _damaged(error) from error
            data = b""
            if piece:
                yield piece
            # A full piece may leave output inside although all input was taken.
            if self._decompressor.can_accept_more_data() and len(piece) < PIECE:
                return

    def finished(self) -> bool:
        return not self._begun or bool(self._decompressor.is_finished())


class _Zstd:
    """Zstandard, also several frames in a row."""

    def __init__(self) -> None:
        self._begun = False
        self._z = self._new()

    @staticmethod
    def _new() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(
            options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
        )

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._z.needs_input or self._z.eof):
            if self._z.eof:
                self._z = self._new()
            self._begun = True
            try:
                piece = self._z.decompress(data, PIECE)
            except zstd.ZstdError as error:
                raise _damaged(error) from error
            data = self._z.unused_data if self._z.eof else b""
            if piece:
                yield piece

    def finished(self) -> bool:
        return self._z.eof or not self._begun
