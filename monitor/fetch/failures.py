"""What goes wrong in and below HTTP, in a user's words and under a stable name."""

from __future__ import annotations

import http
import ssl

import aiohttp
import httpx

from monitor.errors import FetchError
from monitor.fetch.addresses import ForbiddenAddressError

_STATUS_WORDS = {
    401: "the server wants a user name and a password",
    403: "the server refuses access",
    404: "there is nothing at this address",
    410: "the server says that it is gone for good",
    429: "the server says that we ask too often",
}

# The first that fits decides, so subclasses stand before their bases.
_FAILURES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...] = (
    (aiohttp.ClientProxyConnectionError, "connect", "the proxy could not be reached"),
    (aiohttp.ClientHttpProxyError, "connect", "the proxy did not connect to {host}{reason}"),
    (aiohttp.ClientConnectorDNSError, "dns", "the name {host} could not be found"),
    (
        (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError),
        "tls",
        "the server's certificate is not trusted{reason}",
    ),
    (
        (aiohttp.ClientSSLError, ssl.SSLError),
        "tls",
        "no secure connection (TLS) could be made with the server",
    ),
    (ConnectionRefusedError, "connect", "the server refused the connection"),
    (ConnectionResetError, "connect", "the server broke the connection off"),
    (aiohttp.ServerDisconnectedError, "connect", "the server hung up without an answer"),
    (aiohttp.ClientPayloadError, "protocol", "the answer broke off before its end"),
    (
        (aiohttp.InvalidURL, httpx.InvalidURL, UnicodeError),
        "bad-url",
        "the address is not written as a web address is",
    ),
    # httpx's own complaint is about a Location header it cannot read.
    (httpx.RemoteProtocolError, "protocol", "redirected to something that is not a web address"),
    (aiohttp.ClientResponseError, "protocol", "the server's answer is not valid HTTP"),
    (OSError, "connect", "the server could not be reached{reason}"),
)


def status_words(status: int) -> str:
    """What an HTTP status that is not a success says, such as "the server failed (500 …)"."""
    try:
        phrase = f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    words = _STATUS_WORDS.get(status)
    if words is None:
        words = "the server failed" if status >= 500 else "the server's answer was of no use"
    return f"{words} ({phrase})"


def failure(error: Exception, host: str) -> FetchError:
    """The error to raise for what httpx, aiohttp or the operating system raised."""
    # httpx's transport folds many of aiohttp's errors into few; the cause says more.
    cause = error.__cause__ if isinstance(error, httpx.HTTPError) and error.__cause__ else error
    if isinstance(cause, ForbiddenAddressError):
        return FetchError(cause.what, kind="forbidden-address", hint=cause.hint)
    if type(cause) is aiohttp.ClientConnectorError:
        cause = cause.os_error
    for kinds, kind, words in _FAILURES:
        if isinstance(cause, kinds):
            return FetchError(words.format(host=host, reason=_reason(cause)), kind=kind)
    return FetchError(f"the exchange failed ({type(cause).__name__})", kind="protocol")


def _reason(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f" ({error.status})"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        error = error.certificate_error
    if isinstance(error, ssl.SSLCertVerificationError):
        return f" ({error.verify_message})"
    text = error.strerror if isinstance(error, OSError) else None
    return f" ({text.lower()})" if text else ""
