"""What guards every request before a page sees it: names, origins, sizes, and what browsers may do.

Plain ASGI, so that streams pass through untouched.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.config.listening import is_loopback, split_listen
from monitor.config.web import Web

#: Nothing inline, nothing from elsewhere, framed by nobody.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Nothing to other sites; our own forms say where they come from, which over http is all that
    # tells them from another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
#: The largest body that is read, in bytes.
MOST_BYTES = 1 << 20
#: The longest address, in bytes: a query of 20,000 characters is refused in words, not cut.
MOST_TARGET = 64_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: What a proxy adds: who sees it is not alone on this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host")


def allowed_hosts(web: Web) -> Callable[[str], bool]:
    """Whether a request may name a host, without its port: what DNS rebinding cannot fake."""
    host, _ = split_listen(web.listen)
    names = {"localhost", "127.0.0.1", "::1", host.lower(), *map(str.lower, web.hosts)}
    if web.public_url:
        names.add((urlsplit(web.public_url).hostname or "").lower())
    is_local = is_loopback(web.listen)
    if not is_local:
        # Not its full name, for which a name server would have to be asked.
        names.add(socket.gethostname().lower())

    def is_allowed(name: str) -> bool:
        if name in names or name.endswith(".localhost"):
            return True
        if is_local:
            return False
        try:
            # No name, so nothing that could be made to point elsewhere.
            ip_address(name)
        except ValueError:
            return False
        return True

    return is_allowed


class Guard:
    """Refuses what no page of ours asks for, and says what browsers may do with the rest.

    Args:
        app: what answers.
        web: the settings in force.
    """

    def __init__(self, app: ASGIApp, web: Callable[[], Web]) -> None:
        self._app = app
        self._web = web
        self._hosts: tuple[Web, Callable[[str], bool]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    given.setdefault(name, value)
                # What is watched is nobody's business who uses the machine later.
                given.setdefault("Cache-Control", "no-store")
            await send(message)

        if refused is not None:
            await PlainTextResponse(f"{refused[1]}\n", refused[0])(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if not self._is_known(headers.get("host", "")):
            return 421, (
                "This page is not served under that name. If it should be, add the name to "
                "`hosts` in [web], or set `public_url`."
            )
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > MOST_TARGET:
            return 414, "The address is too long."
        if self._web().password is None and any(name in headers for name in _FORWARDED):
            return 403, (
                "The request came by way of a proxy, and the page has no password: whoever "
                "reaches the proxy would read what is watched. Set `password` in [web]."
            )
        is_foreign = (
            is_embedded(headers) if scope["method"] in SAFE_METHODS else not is_same_origin(headers)
        )
        return (403, "The request comes from another site.") if is_foreign else None

    def _is_known(self, host: str) -> bool:
        web = self._web()
        if self._hosts is None or self._hosts[0] is not web:
            self._hosts = (web, allowed_hosts(web))
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and self._hosts[1](name.lower())


def is_embedded(headers: Headers) -> bool:
    """Whether another site's page asks for something of ours within itself.

    It would not see the answer, but how long that took. Who follows a link is shown the page.
    """
    if headers.get("sec-fetch-site") not in {"cross-site", "same-site"}:
        return False
    follows = headers.get("sec-fetch-mode") == "navigate"
    return not (follows and headers.get("sec-fetch-dest") == "document")


def is_same_origin(headers: Headers) -> bool:
    """Whether a request that changes something was sent by a page of ours.

    Every browser of today says where a request comes from (https://www.w3.org/TR/fetch-metadata/);
    of one that does not, its Origin has to be ours; what is no browser has neither and no cookie
    that somebody could abuse, but must then hold a form's token.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
