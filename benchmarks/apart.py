"""Workers kept apart as machines are: each in a network of its own, by a clock of its own.

Networks are Linux's network namespaces, which only root can make; clocks are set by libfaketime
(Debian's package `faketime`). Where either is missing, workers share this machine's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

#: How far the machines' clocks go wrong, one after the other; seconds.
CLOCKS = (0.0, 3.0, -3.0, 1.0)
#: Where nothing else is: addresses of this machine's loopback.
LOOPBACK = "127.10"


#: The number of one that is made to see whether it can be.
_TRIED = 255


@dataclass(frozen=True, slots=True)
class Apart:
    """A machine for a worker."""

    command: tuple[str, ...] = ()
    """What stands before whatever is run there."""
    environment: Mapping[str, str] = field(default_factory=dict)
    ahead: float = 0.0
    """How far its clock is ahead, in seconds."""


HERE = Apart()


@dataclass(frozen=True, slots=True)
class Apartment:
    """Machines, and what all of them reach."""

    machines: Sequence[Apart]
    net: str
    """How the addresses begin at which this machine is reached by them."""
    is_networked: bool
    """Whether each is in a network of its own."""


@contextmanager
def apart(number: int) -> Iterator[Apartment]:
    """So many machines, as far apart as can be made here."""
    with ExitStack() as stack:
        net, names = LOOPBACK, list[str]()
        if can_part_networks():
            net = f"10.{28 + os.getpid() % 100}"
            names = [stack.enter_context(_network(each)) for each in range(number)]
            _ip("route", "replace", "local", f"{net}.0.0/16", "dev", "lo")
            stack.callback(_ip, "route", "del", "local", f"{net}.0.0/16", "dev", "lo")
        library = faketime()
        found = []
        for each in range(number):
            ahead = CLOCKS[each % len(CLOCKS)] if library else 0.0
            command = ("ip", "netns", "exec", names[each]) if names else ()
            found.append(Apart(command, _clock(library, ahead), ahead))
        yield Apartment(found, net, bool(names))


def faketime() -> Path | None:
    """The library that sets a process's clock; None if it is not installed."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return found[0] if found else None


@cache
def can_part_networks() -> bool:
    """Whether networks can be parted here: a container may forbid it even to root."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    try:
        with _network(_TRIED):
            return True
    except subprocess.CalledProcessError:
        return False


def _clock(library: Path | None, ahead: float) -> dict[str, str]:
    if library is None or not ahead:
        return {}
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{ahead:+g}",
        # Who waits waits for as long as it says.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


@contextmanager
def _network(number: int) -> Iterator[str]:
    """A namespace with one line to this machine, by which it reaches whatever that has."""
    process = os.getpid()
    name, ours, theirs = (f"m{process}{end}{number}" for end in ("n", "h", "w"))
    first = f"10.{128 + process % 100}.{number}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name)
        _ip("address", "add", f"{first}.1/30", "dev", ours)
        _ip("link", "set", ours, "up")
        _ip("-n", name, "address", "add", f"{first}.2/30", "dev", theirs)
        _ip("-n", name, "link", "set", theirs, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", name, "route", "add", "default", "via", f"{first}.1")
        yield name
    finally:
        # The line goes with it.
        _ip("netns", "delete", name)


def _ip(*arguments: str) -> None:
    subprocess.run(
        ["ip", *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
