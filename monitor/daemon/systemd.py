"""Telling systemd how we are: sd_notify(3) and its watchdog."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> bool:
    """Send a state such as `READY=1`; False when nobody asked for it or listens.

    Speaks the protocol itself, a datagram to the socket in `$NOTIFY_SOCKET`; an address that
    begins with "@" lies in Linux's abstract namespace.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            # Called from the event loop: a receiver that does not read must not hold it up.
            channel.setblocking(False)
            channel.connect(address)
            channel.sendall(state.encode())
    except OSError:
        return False
    return True


def watchdog_interval() -> float | None:
    """After how many seconds without `WATCHDOG=1` systemd restarts us; None if it does not watch.

    See sd_watchdog_enabled(3); it advises to speak twice as often.
    """
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isascii() or not microseconds.isdigit():
        return None
    return int(microseconds) / 1e6 or None
