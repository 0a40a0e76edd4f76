"""Which IP addresses are public, and which belong to somebody's own network or to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses of one special purpose."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    what: str
    private: bool = False
    """Part of somebody's own network."""


def _range(what: str, *networks: str, private: bool = False) -> Range:
    return Range(tuple(ip_network(network) for network in networks), what, private)


RANGES = (
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
"""From IANA's registries of special-purpose addresses; the first range that fits decides.

Written out rather than taken from `ipaddress`, whose `is_private` and `is_global` differ between
the Python versions we support."""

_GLOBAL_UNICAST = ip_network("2000::/3")

_EMBEDDING = tuple(ip_network(n) for n in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"))


def embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address in the last 32 bits of an IPv6 one, which a gateway would connect to."""
    if isinstance(address, IPv6Address) and any(address in net for net in _EMBEDDING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def special(address: IPv4Address | IPv6Address) -> Range | None:
    """The special purpose of an address; None for a public one."""
    found = next((each for each in RANGES if any(address in net for net in each.networks)), None)
    if found is None and isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return Range((), "reserved")
    return found


def is_reachable(host: str, *, allow_private: bool) -> bool:
    """Whether an address that a stranger has chosen may be connected to.

    Args:
        host: an IP address as a resolver or socket gives it.
        allow_private: whether private networks may be reached; link-local, metadata and reserved
            addresses never may.
    """
    address = ip_address(host.partition("%")[0])
    if (inner := embedded(address)) is not None:
        if not allow_private:
            return False
        address = inner
    found = special(address)
    return found is None or (found.private and allow_private)
