"""Services that never stop answering: a byte now and then keeps every timeout of a socket away."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from monitor.channels import mail, session
from monitor.channels.outcome import MAY_HAVE_ARRIVED
from monitor.channels.sender import Sender
from monitor.channels.session import MOST_REDIRECTS
from monitor.config.schema import Channel
from monitor.messages.render import render_alert
from monitor.model.delivery import SendResult
from tests.support.alerts import alert

MESSAGE = render_alert(alert(), timezone="UTC")
#: Seconds between two pieces, and how many there are before it is done after all.
PAUSE, PIECES = 0.05, 400


@contextmanager
def dripping(begin: bytes, piece: bytes) -> Iterator[int]:
    """A server that answers so, piece by piece, and the port that it has."""
    done = threading.Event()

    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            with connection:
                connection.sendall(begin)
                for _ in range(PIECES):
                    if done.wait(PAUSE):
                        return
                    connection.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, args=(server,))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()


def send(url: str) -> SendResult:
    channel = Channel.model_validate({"name": "desk", "url": url})
    return Sender([channel], console=io.StringIO()).send("desk", MESSAGE)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % PIECES, b"x"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    ],
    ids=["a page", "a header"],
)
def test_an_answer_that_drips_is_a_late_one(begin: bytes, piece: bytes) -> None:
    with dripping(begin, piece) as port:
        result = send(f"json://127.0.0.1:{port}/hook?cto=0.2&rto=0.3")
    assert (result.ok, result.retryable) == (False, True)
    assert f"127.0.0.1 did not answer in time; {MAY_HAVE_ARRIVED}" in result.detail


@pytest.mark.parametrize("begin", [b"", b"220 at your service\r\n"], ids=["greeting", "reply"])
def test_a_mail_server_that_drips_is_given_up(
    begin: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "LONGEST", 0.5)
    with dripping(begin, b"220-in a moment\r\n") as port:
        result = send(
            f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org&mode=insecure"
        )
    assert (result.ok, result.retryable) == (False, True)
    assert f"127.0.0.1:{port}" in result.detail


def _read_request(connection: socket.socket) -> None:
    """Read all of a request: closing before that breaks the connection off."""
    with connection.makefile("rb") as request:
        length = 0
        while (line := request.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        request.read(length)


def test_a_whole_answer_is_believed_however_late_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A connection's time may pass while nobody looks, as when a process was stopped for a while.

    Here it is that of the first connection, which only redirected.
    """
    # A connection may last eight seconds, and all of them together last longer: a busy
    # machine makes none of them last so long.
    monkeypatch.setattr(session, "TIMES_AS_LONG", 0.4)
    done = threading.Event()

    def answer(server: socket.socket) -> None:
        with suppress(OSError):
            for hop in range(MOST_REDIRECTS + 1):
                connection, _ = server.accept()
                with connection:
                    _read_request(connection)
                    last = hop == MOST_REDIRECTS
                    done.wait(0.0 if last else 1.8)
                    head = "200 OK" if last else f"307 On\r\nLocation: /{hop}"
                    connection.sendall(f"HTTP/1.1 {head}\r\nContent-Length: 2\r\n\r\nok".encode())

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        thread = threading.Thread(target=answer, args=(server,))
        thread.start()
        result = send(f"json://127.0.0.1:{server.getsockname()[1]}/hook?cto=10&rto=10")
        done.set()
    thread.join()
    assert result.ok, result.detail
