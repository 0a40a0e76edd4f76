"""Which addresses may be connected to: the guard against being used to reach inside a network.

A feed's address, a redirect or a name's DNS record can all be chosen by a stranger. So the
guard sits where a connection is opened (`open_socket`), behind every way of spelling an
address and after every look-up: the address judged is the one connected to. `GuardedResolver`
judges a name's addresses a moment earlier, so that one bad record among good ones is passed
over.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address

import httpx
from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.errors import MonitorError
from monitor.ip_ranges import embedded, special

_HINT = "Set `allow_private_networks` for this feed if it is meant to be reached."


class ForbiddenAddressError(MonitorError):
    """An address that may not be connected to."""


# RFC 6761, 6762, 8375 and ICANN's reservation: never in the public name system.
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".home.arpa")


def check_address(host: str, *, allow_private: bool) -> None:
    """Let an address pass or say why not.

    Loopback, private and shared (CGNAT) addresses pass with `allow_private`; link-local,
    multicast, reserved and metadata addresses never do: no feed lives there.

    Args:
        host: an IP address as a resolver or socket gives it.
        allow_private: whether this request may reach private networks.

    Raises:
        ForbiddenAddressError: it may not be connected to.
    """
    address = ip_address(host)
    if (inner := embedded(address)) is not None:
        if not allow_private:
            raise ForbiddenAddressError(
                f"the address {host} hides an IPv4 address, which feeds may not reach"
                " unless allow_private_networks is set",
                hint=_HINT,
            )
        address = inner
    found = special(address)
    if found is None:
        return
    if not found.private:
        raise ForbiddenAddressError(f"the address {host} is {found.what}, which no feed may reach")
    if not allow_private:
        raise ForbiddenAddressError(
            f"the address {host} is {found.what}, which feeds may not reach"
            " unless allow_private_networks is set",
            hint=_HINT,
        )


async def check_for_proxy(url: httpx.URL, names: AbstractResolver, *, allow_private: bool) -> None:
    """Let a request that goes through a proxy pass or say why not.

    The proxy looks the name up itself, so what is checked here may not be what it connects to.
    Refused is what can be seen from here: an address that is forbidden however it is spelt, a
    name that belongs to private networks, and one of whose addresses any is forbidden. A name
    that is not known here is left to the proxy.

    Raises:
        ForbiddenAddressError: it may not be connected to.
    """
    host = url.raw_host.decode("ascii").lower().strip("[]").rstrip(".")
    if (literal := _literal(host)) is not None:
        check_address(literal, allow_private=allow_private)
        return
    if not allow_private and ("." not in host or host.endswith(_PRIVATE_NAMES)):
        raise ForbiddenAddressError(
            f"the name {host} belongs to private networks, which feeds may not reach unless"
            " allow_private_networks is set",
            hint=_HINT,
        )
    try:
        found = await names.resolve(host, url.port or 0, socket.AF_UNSPEC)
    except OSError:
        return
    for each in found:
        check_address(each["host"], allow_private=allow_private)


def _literal(host: str) -> str | None:
    """The address a host is, in its usual spelling; None when it is a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        try:
            # Such as 127.1, 0x7f000001 and 2130706433, which a proxy's system may understand.
            return socket.inet_ntoa(socket.inet_aton(host))
        except (OSError, ValueError):
            return None


class AddressGuard:
    """Opens sockets to allowed addresses only; for aiohttp's `socket_factory`."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for the address about to be connected to.

        Raises:
            ForbiddenAddressError: it may not be connected to.
        """
        family, kind, protocol, _, address = info
        check_address(str(address[0]), allow_private=self.allow_private)
        return socket.socket(family, kind, protocol)


class GuardedResolver(AbstractResolver):
    """Looks names up and leaves out the addresses that may not be connected to."""

    def __init__(self, lookup: AbstractResolver, *, allow_private: bool) -> None:
        self._lookup = lookup
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The allowed addresses of a name.

        Raises:
            ForbiddenAddressError: it has addresses, and none is allowed.
            OSError: the name cannot be looked up.
        """
        allowed: list[ResolveResult] = []
        refusal: ForbiddenAddressError | None = None
        for result in await self._lookup.resolve(host, port, family):
            try:
                check_address(result["host"], allow_private=self._allow_private)
            except ForbiddenAddressError as error:
                refusal = refusal or error
            else:
                allowed.append(result)
        if refusal is not None and not allowed:
            raise refusal
        return allowed

    async def close(self) -> None:
        """Nothing to close: the look-up underneath belongs to whoever made it."""
