"""What a feed's requests may carry: headers, a cookie, a proxy's address."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: Headers that have a key of their own, and those that only the program itself can get right.
_HEADERS_ELSEWHERE = {
    "cookie": "write `cookie` instead",
    "user-agent": "write `user_agent` instead",
    "proxy-authorization": "write the login into the address of `proxy`",
    **dict.fromkeys(
        ("accept-encoding", "connection", "content-length", "expect", "host", "if-modified-since",
         "if-none-match", "keep-alive", "range", "te", "trailer", "transfer-encoding", "upgrade"),
        "monitor sets this header itself",
    ),
}  # fmt: skip


def _sendable(value: str) -> str:
    value = value.strip()
    if not value:
        raise ValueError("must not be empty")
    if _UNSENDABLE.search(value):
        raise ValueError("must stand on one line, without control characters")
    return value


def _sendable_secret(value: SecretStr) -> SecretStr:
    return SecretStr(_sendable(value.get_secret_value()))


def _header_name(value: str) -> str:
    if not _HEADER_NAME.fullmatch(value):
        raise ValueError("not the name of a header, such as `Authorization`")
    if (elsewhere := _HEADERS_ELSEWHERE.get(value.lower())) is not None:
        raise ValueError(elsewhere)
    return value


def _proxy_url(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        # What urlsplit complains of may be a part of the password.
        raise ValueError("not a proxy's address") from None
    if parts.scheme not in {"http", "https"} or not host or port == 0 or _UNSENDABLE.search(text):
        raise ValueError(
            'not a proxy\'s address: write "http://host:port", or "https://…" if the proxy itself '
            "is reached so"
        )
    return SecretStr(text)


HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderText = Annotated[str, AfterValidator(_sendable)]
SecretHeader = Annotated[SecretStr, AfterValidator(_sendable_secret)]
ProxyUrl = Annotated[SecretStr, AfterValidator(_proxy_url)]
