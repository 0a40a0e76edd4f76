"""Which addresses may be connected to: the guard against being used to reach inside a network.

A feed's address, a redirect or a name's DNS record can all be chosen by a stranger. So the
guard sits where a connection is opened (`open_socket`), behind every way of spelling an
address and after every look-up: the address judged is the one connected to. `GuardedResolver`
judges a name's addresses a moment earlier, so that one bad record among good ones is passed
over.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import httpx
from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.errors import MonitorError

_HINT = "Set `allow_private_networks` for this feed if it is meant to be reached."


class ForbiddenAddressError(MonitorError):
    """An address that may not be connected to."""


@dataclass(frozen=True, slots=True)
class _Range:
    networks: tuple[IPv4Network | IPv6Network, ...]
    what: str
    private: bool = False
    """Part of somebody's own network: open to feeds with `allow_private_networks`."""


def _range(what: str, *networks: str, private: bool = False) -> _Range:
    return _Range(tuple(ip_network(network) for network in networks), what, private)


# From IANA's registries of special-purpose addresses; the first range that fits decides.
# Written out rather than taken from `ipaddress`, whose `is_private` and `is_global` differ
# between the Python versions we support.
_RANGES = (
    _range(
        "a cloud provider's metadata service",
        "169.254.169.254/32",  # AWS, Azure, Google and most others
        "169.254.170.2/32",  # AWS ECS
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure
        "192.0.0.192/32",  # Oracle
        "fd00:ec2::254/128",  # AWS
        "fd20:ce::254/128",  # Google
    ),
    _range("this machine", "127.0.0.0/8", "::1/128", private=True),
    _range(
        "on a private network",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarking, and in practice local VPN gateways
        "fc00::/7",
        private=True,
    ),
    _range("on a provider's shared network (CGNAT)", "100.64.0.0/10", private=True),
    _range("link-local", "169.254.0.0/16", "fe80::/10"),
    _range("unspecified", "0.0.0.0/8", "::/128"),
    _range("multicast", "224.0.0.0/4", "ff00::/8"),
    _range(
        "reserved",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "3fff::/20",
    ),
    _range("a 6to4 address", "2002::/16"),
)
_GLOBAL_UNICAST = ip_network("2000::/3")
# RFC 6761, 6762, 8375 and ICANN's reservation: never in the public name system.
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
# The last 32 bits of these are an IPv4 address, which is what a gateway would connect to.
_EMBEDDING = tuple(ip_network(n) for n in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"))


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
    if isinstance(address, IPv6Address) and any(address in net for net in _EMBEDDING):
        if not allow_private:
            raise ForbiddenAddressError(
                f"the address {host} hides an IPv4 address, which feeds may not reach"
                " unless allow_private_networks is set",
                hint=_HINT,
            )
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    found = next((r for r in _RANGES if any(address in net for net in r.networks)), None)
    if found is None:
        if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
            raise ForbiddenAddressError(f"the address {host} is reserved, which no feed may reach")
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
