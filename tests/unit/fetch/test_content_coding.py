"""Content codings undone in bounded pieces, at every awkward boundary."""

from __future__ import annotations

import gzip
import random
import zlib

import brotli  # type: ignore[import-untyped]  # ships neither types nor stubs
import pytest
from backports import zstd

from monitor.errors import FetchError
from monitor.fetch.content_coding import PIECE, decoder

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 98272, 2 * PIECE, 3 * PIECE + 5]
ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def decoded(coding: str, wire: bytes, step: int) -> tuple[bytes, bool]:
    decode = decoder(coding)
    pieces = [
        piece
        for start in range(0, len(wire), step)
        for piece in decode.feed(wire[start : start + step])
    ]
    assert all(len(piece) <= 2 * PIECE for piece in pieces)
    return b"".join(pieces), decode.finished()


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back_whole(coding: str, size: int) -> None:
    for body in (b"a" * size, random.Random(size).randbytes(size)):
        wire = ENCODERS[coding](body)
        for step in (7, 16384, len(wire)):
            assert decoded(coding, wire, step) == (body, True)


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_stream_cut_short_is_noticed(coding: str) -> None:
    wire = ENCODERS[coding](random.Random(1).randbytes(1000))
    assert not decoded(coding, wire[: len(wire) // 2], 100)[1]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_members_in_a_row_are_one_document(coding: str) -> None:
    wire = ENCODERS[coding](b"one") + ENCODERS[coding](b"two")
    assert decoded(coding, wire, 5) == (b"onetwo", True)


def test_deflate_without_its_header_and_gzip_with_padding_are_read() -> None:
    assert decoded("deflate", zlib.compress(b"body")[2:-4], 100) == (b"body", True)
    assert decoded("gzip", gzip.compress(b"body") + b"\0" * 20, 100) == (b"body", True)


def test_a_window_larger_than_http_allows_is_refused() -> None:
    wire = zstd.compress(
        random.Random(1).randbytes(9 * 2**20),
        options={zstd.CompressionParameter.window_log: 27},
    )
    with pytest.raises(FetchError):
        decoded("zstd", wire, 16384)


@pytest.mark.parametrize("coding", [None, "", "identity", " Identity , "])
def test_no_coding_is_passed_through(coding: str | None) -> None:
    assert list(decoder(coding).feed(b"body")) == [b"body"]


@pytest.mark.parametrize("coding", ["compress", "gzip, br", "x" * 10_000])
def test_what_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(FetchError, match="cannot undo"):
        list(decoder(coding).feed(b"\x99 neither compressed nor a document"))


@pytest.mark.parametrize(
    "coding",
    ["utf-8", "none", "aws-chunked", "binary", "x-unknown, y", "gzip", "br", "zstd", "deflate"],
)
@pytest.mark.parametrize(
    "body", [b"<rss>\n</rss>", b"\xef\xbb\xbf<?xml?>", b'{"version": 1}', "<p>赵光宗".encode()]
)
def test_a_document_that_is_not_compressed_is_read_whatever_is_said_of_it(
    coding: str, body: bytes
) -> None:
    assert decoded(coding, body, 1000) == (body, True)


@pytest.mark.parametrize("coding", ["", "identity", "utf-8", "aws-chunked", "none"])
def test_compression_that_nobody_announced_is_undone(coding: str) -> None:
    body = b"<rss>" * 1000
    assert decoded(coding, gzip.compress(body), 64) == (body, True)
    assert decoded(coding, zstd.compress(body), 64) == (body, True)


def test_gzip_and_deflate_are_told_apart_by_their_bytes() -> None:
    body = b"<rss>" * 1000
    assert decoded("deflate", gzip.compress(body), 64) == (body, True)
    assert decoded("gzip", zlib.compress(body), 64) == (body, True)


def test_a_word_beside_the_compression_does_no_harm() -> None:
    assert decoded("aws-chunked, gzip", gzip.compress(b"<rss>"), 64) == (b"<rss>", True)


def test_what_was_compressed_twice_is_undone_twice_but_no_bomb() -> None:
    twice = gzip.compress(gzip.compress(b"<rss>" * 1000))
    assert decoded("gzip, gzip", twice, 64) == (b"<rss>" * 1000, True)
    assert decoded("gzip", twice, 64) == (b"<rss>" * 1000, True)
    assert decoded("gzip, gzip", gzip.compress(b"<rss>"), 64) == (b"<rss>", True)
    assert decoded("gzip", twice[:-30], 64)[1] is False
    nothing = gzip.compress(gzip.compress(b"") * 2_000_000)
    with pytest.raises(FetchError, match="too often"):
        decoded("gzip", nothing, 65536)
