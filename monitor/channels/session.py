"""The session through which Apprise's plugins send: signs requests, overhears answers, redirects.

The plugins call `requests.post` and the like, which make a session for every request, so there
is no instance to hand them. Their modules are given these functions under that name instead; the
rest of the process keeps the library as it is.

`requests` makes a GET without a body of a POST that is redirected by 301, 302 or 303, as browsers
do (RFC 9110 §15.4): whoever answers that has taken nothing, and would be marked told. Here the
message itself follows, or it is said why it does not.
"""

from __future__ import annotations

import socket
import sys
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import requote_uri, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from monitor.channels.deadline import Deadline
from monitor.channels.outcome import RedirectRefusedError, current
from monitor.ip_ranges import is_reachable

MOST_REDIRECTS = 5
"""Hops that a message follows; a service that has moved needs one or two."""

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT_HEADERS = frozenset(
    {"accept", "accept-encoding", "content-length", "content-type", "user-agent"}
)
"""What another host is sent: no login, no cookie, no signature, nothing that the user has added."""


TIMES_AS_LONG = 2
"""A whole answer may take so many times what is waited for a connection and for one byte."""
LONGEST = 60.0
"""Seconds for one where a plugin does not say what is waited for."""


class _Guard:
    """Keeps redirects from leading into a network that the channel itself is not in.

    And ends connections that last too long.
    """

    def __init__(self) -> None:
        self._is_private: bool | None = None
        """Whether the channel's own address is in a private network."""
        self._deadlines: list[Deadline] = []
        self.seconds = 0.0
        """How long a connection may last."""

    @property
    def has_ended_one(self) -> bool:
        """Whether a connection lasted too long."""
        return any(each.has_passed for each in self._deadlines)

    def watch(self, connection: socket.socket) -> None:
        """End a connection in time, unless all is over before."""
        self._deadlines.append(Deadline(connection, self.seconds))

    def close(self) -> None:
        """All is over."""
        for each in self._deadlines:
            each.close()
        self._deadlines.clear()

    def check(self, address: str) -> None:
        """Let a connection pass that has been opened; the first one is the channel's own.

        Raises:
            RedirectRefusedError: it leads where it must not.
        """
        if self._is_private is None:
            self._is_private = not is_reachable(address, allow_private=False)
        elif not is_reachable(address, allow_private=self._is_private):
            raise RedirectRefusedError(f"it redirects to {address}, which is no public address")


class _Adapter(HTTPAdapter):
    """Has a guard look at every connection, after all look-ups and before anything is sent."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__()

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        """As the adapter's own, with connections that the guard looks at."""
        super().init_poolmanager(*sizes, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _guarded(HTTPConnectionPool, HTTPConnection, self._guard),
            "https": _guarded(HTTPSConnectionPool, HTTPSConnection, self._guard),
        }


def _longest(timeout: object) -> float:
    """Seconds that a connection may last, by how long `requests` is to wait."""
    waits = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    known = [float(each) for each in waits if isinstance(each, int | float)]
    return TIMES_AS_LONG * sum(known) if len(known) == len(waits) else LONGEST


def _guarded(pool: Any, connection: Any, guard: _Guard) -> Any:
    class Connection(connection):  # type: ignore[misc] # one of urllib3's two
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            try:
                guard.check(str(made.getpeername()[0]))
                guard.watch(made)
            except BaseException:
                made.close()
                raise
            return made

    class Pool(pool):  # type: ignore[misc] # one of urllib3's two
        ConnectionCls = Connection

    return Pool


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self._guard = _Guard()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(self._guard))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send, follow redirects with what is sent, and tell whoever listens what came of it."""
        answers = current()
        if answers is not None and answers.sign is not None:
            answers.sign(request)
        follows = options.pop("allow_redirects", True)
        self._guard.seconds = _longest(options.get("timeout"))
        try:
            response = self._in_time(request, follows, options)
        except requests.RequestException as error:
            if answers is not None:
                answers.errors.append(error)
            raise
        finally:
            self._guard.close()
        if answers is not None:
            answers.responses.append(response)
        return response

    def _in_time(
        self, request: requests.PreparedRequest, follows: bool, options: dict[str, Any]
    ) -> requests.Response:
        fault: requests.RequestException | None = None
        try:
            response = self._sent(request, follows, options)
        except requests.RequestException as error:
            fault = error
        if self._guard.has_ended_one and (fault is not None or not _is_whole(response)):
            raise requests.ReadTimeout(request=request)
        if fault is not None:
            raise fault
        return response

    def _sent(
        self, request: requests.PreparedRequest, follows: bool, options: dict[str, Any]
    ) -> requests.Response:
        for _ in range(MOST_REDIRECTS + 1):
            try:
                response = super().send(request, allow_redirects=False, **options)
            except ValueError as error:
                if isinstance(error, requests.RequestException):
                    raise
                raise RedirectRefusedError(
                    "it redirects to what is no address", request=request
                ) from None
            target = self.get_redirect_target(response) if follows else None
            if target is None:
                return response
            response.close()
            request = _redirected(self, request, response, target)
            options["proxies"] = self.rebuild_proxies(request, options.get("proxies"))
            if select_proxy(str(request.url), options["proxies"]):
                _check_name(str(request.url))
        raise requests.TooManyRedirects(request=request)


def _is_whole(response: requests.Response) -> bool:
    """Whether an answer that was read without a fault is known to have come to its end.

    It may have been there in time, and the process not, which was stopped meanwhile. What was cut
    off looks like a whole one only where nothing says how long that is.
    """
    headers = response.headers
    return "Content-Length" in headers or headers.get("Transfer-Encoding", "") == "chunked"


def _redirected(
    session: requests.Session,
    request: requests.PreparedRequest,
    response: requests.Response,
    target: str,
) -> requests.PreparedRequest:
    """What is sent where an answer redirects to: the same, without secrets if that is another's.

    Raises:
        RedirectRefusedError: it must not, or cannot, be sent there.
    """
    before = str(request.url)
    url = urljoin(before, requote_uri(target))
    where = urlsplit(url)
    host = where.hostname or ""
    why = None
    if where.scheme not in {"http", "https"} or not host:
        why = "to what is no web address"
    elif where.scheme == "http" and urlsplit(before).scheme == "https":
        why = f"to {host} without encryption"
    elif request.method not in _WITHOUT_BODY:
        if response.status_code == requests.codes.see_other:
            why = f"to a page of {host} to look at, and does not say that it took the message"
        elif not isinstance(request.body, str | bytes | None):
            why = f"to {host}, and what is sent can be sent only once"
    if why is not None:
        raise RedirectRefusedError(
            f"it answered {response.status_code} and redirects {why}", request=request
        )
    redirected = request.copy()
    redirected.url = url
    redirected.headers.pop("Cookie", None)
    if session.should_strip_auth(before, url):
        for name in list(redirected.headers):
            if name.lower() not in _KEPT_HEADERS:
                del redirected.headers[name]
    return redirected


def _check_name(url: str) -> None:
    """See that a redirect leads to a public address where a proxy connects to it, not we.

    Raises:
        RedirectRefusedError: one of its addresses, as far as they are known here, is none.
    """
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme)
    except OSError:
        return
    for *_, address in found:
        if not is_reachable(str(address[0]), allow_private=False):
            raise RedirectRefusedError(f"it redirects to {address[0]}, which is no public address")


class _Requests:
    """`requests`, with sessions of ours."""

    Session = _Session

    def __init__(self) -> None:
        for method in ("get", "options", "head", "post", "put", "patch", "delete"):
            setattr(self, method, partial(self.request, method))

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """As `requests.request`."""
        with _Session() as session:
            return session.request(method=method, url=url, **options)


_OURS = _Requests()


def hear_requests(plugin: type[object]) -> None:
    """Let a plugin of Apprise's, and those that it is made of, send through sessions of ours."""
    for each in plugin.__mro__:
        module = sys.modules[each.__module__]
        if getattr(module, "requests", None) is requests:
            module.requests = _OURS  # type: ignore[attr-defined]
