"""Addresses at which we are reached: where to listen, and what others are told."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def split_listen(value: str) -> tuple[str, int]:
    """Host and port of a `listen` setting.

    Raises:
        ValueError: it has none.
    """
    try:
        parts = urlsplit(f"//{value.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != value.strip() or parts.username is not None:
        raise ValueError('not an address to listen at: write one such as "127.0.0.1:8788"')
    return host, port


def is_private(host: str) -> bool:
    """Whether a host is certainly out of reach from elsewhere."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host.strip(".") or host.endswith((".local", ".internal", ".localhost"))


def is_loopback(listen: str) -> bool:
    """Whether only this machine reaches an address, with or without a port."""
    host = urlsplit(f"//{listen}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _listen(value: str) -> str:
    split_listen(value)
    return value.strip()


def plain_prefix(value: str) -> str:
    """A web address to which a path can be added, without the slash at its end."""
    parts = urlsplit(value)
    if parts.query or parts.fragment or "@" in parts.netloc or value.endswith(("?", "#")):
        raise ValueError("must be an address without a user name, `?` and `#`")
    return value.rstrip("/")


ListenAddress = Annotated[str, AfterValidator(_listen)]
