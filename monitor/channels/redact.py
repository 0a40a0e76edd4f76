"""Keeping a channel's secrets out of logs, errors and what is stored of an answer.

For most services every part of an Apprise address after the scheme may be a token, so every
part is taken for one; a mail address is the exception, whose only secret is its password.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_HIDDEN = "***"
_SHORTEST_TOKEN = 6
"""Characters; shorter parts are options such as "yes", and hiding them would hide words."""
_SHORTEST_PASSWORD = 3
_PARTS = re.compile(r"[/?&=@:#,;\s]+")
# A token may come back in a shape that is not found by its letters; an address's path and
# query go whatever they hold.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,15}://)([^\s\"'<>]+)", re.IGNORECASE)


def is_mail(url: str) -> bool:
    """Whether the Apprise address is one of SMTP mail."""
    return url.partition("://")[0].lower() in {"mailto", "mailtos"}


def secrets_of(url: str) -> tuple[str, ...]:
    """The parts of an Apprise address that nobody may read, the longest first."""
    scheme, _, rest = url.partition("://")
    if not rest:
        scheme, rest = "", url
    # A secret pasted in front of the address is not one of a service's short names.
    parts = set() if re.fullmatch(r"[a-z][a-z0-9]{0,15}", scheme, re.IGNORECASE) else {scheme}
    parts.discard("")
    before_path = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in before_path:
        sign_in = before_path.rpartition("@")[0]
        password = sign_in.partition(":")[2]
        parts |= {part for part in (password, unquote(password)) if len(part) >= _SHORTEST_PASSWORD}
    parts |= {
        found[1]
        for found in re.finditer(r"[?&]pass(?:word)?=([^&]+)", rest)
        if len(found[1]) >= _SHORTEST_PASSWORD
    }
    if not is_mail(url):
        host = _host(f"{scheme}://{rest}")
        pieces = [piece for text in (rest, unquote(rest)) for piece in _PARTS.split(text)]
        parts |= {piece for piece in pieces if len(piece) >= _SHORTEST_TOKEN and piece != host}
    return tuple(sorted(parts, key=len, reverse=True))


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """The text without the secrets, and without the path of any address in it."""
    for secret in secrets:
        text = re.sub(re.escape(secret), _HIDDEN, text, flags=re.IGNORECASE)
    return _ADDRESS.sub(_without_path, text)


def _without_path(address: re.Match[str]) -> str:
    host = _host(address[0]) if address[1].lower() in {"http://", "https://"} else None
    return f"{address[1]}{host}/{_HIDDEN}" if host else f"{address[1]}{_HIDDEN}"


def _host(url: str) -> str | None:
    """The host, when it is one: what has no dot in its place is a token."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host if host and "." in host else None
