"""The time by which a service must have answered, however much of an answer comes meanwhile.

A socket's timeout begins anew with every byte: who sends one now and then would never be given up,
and its channel would tell nobody anything any more.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Deadline:
    """Ends a connection after a time, unless it is closed before.

    Args:
        connection: as it was opened.
        seconds: how long it may last.
    """

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        # TLS takes the socket over, and leaves this one without a connection.
        self._handle = connection.dup()
        self.has_passed = False
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """Let the connection last as long as it likes."""
        self._timer.cancel()
        self._handle.close()

    def _pass(self) -> None:
        self.has_passed = True
        # Whoever reads from it finds that it has ended.
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)
