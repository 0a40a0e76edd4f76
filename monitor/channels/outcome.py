"""What a service answered, which Apprise keeps to itself.

Apprise's plugins turn everything into one boolean. Whether a failure is for good, what the
service said and how long it wants to be left alone is known only to `requests`, deep inside
a plugin, so its answers are overheard there: a plugin's requests go through a session of ours
(`monitor.channels.session`), which tells `current()` what came of each.

Apprise's log lines are overheard as well, for services that do not speak HTTP, and kept from
spreading secrets: Apprise logs addresses with their tokens.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from monitor.channels.redact import redact
from monitor.messages.sanitise import one_line, shorten
from monitor.model.delivery import SendResult

MAY_HAVE_ARRIVED = "it may have arrived all the same, in which case the retry repeats it"

_WORDS_LIMIT = 200

_RETRYABLE_STATUS = {408, 425, 429}
"""Client errors that pass with time (RFC 9110, 8470, 6585); every other one is for good."""

_RETRYABLE_WORDS = {
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "team_added_to_org", "rollup_error", "accesslimited",
}  # fmt: skip
"""What Slack's web API says, under status 200, when trying again makes sense."""

_HINTS = {
    "no_service": "the webhook was removed or switched off; make a new one",
    "no_team": "the webhook's address is incomplete or its workspace is gone",
    "no_active_hooks": "the webhook was switched off; make a new one",
    "invalid_token": "the webhook's address is wrong; copy it again",
    "invalid_auth": "the token is wrong; copy it again",
    "not_authed": "the token is missing",
    "token_revoked": "the token was revoked; make a new one",
    "account_inactive": "the account behind the token is gone",
    "channel_not_found": "the channel does not exist, or the app may not see it",
    "channel_is_archived": "the channel is archived; unarchive it or choose another",
    "is_archived": "the channel is archived; unarchive it or choose another",
    "not_in_channel": "invite the app into the channel",
    "action_prohibited": "an administrator forbids posting there",
    "posting_to_general_channel_denied": "only administrators may post in that channel",
}

_REFUSES_ALL = {401, 403, 404, 410}
"""Client errors that say nothing of the message: the address or the login is refused."""


class RedirectRefusedError(requests.RequestException):
    """A service redirects a message to where it must not, or cannot, be sent."""


_TRANSPORT_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.ConnectTimeout, "{host} could not be reached in time"),
    (requests.exceptions.ReadTimeout, f"{{host}} did not answer in time; {MAY_HAVE_ARRIVED}"),
    (
        requests.exceptions.SSLError,
        "the secure connection to {host} failed (its certificate is not trusted?)",
    ),
    (requests.exceptions.ProxyError, "the proxy on the way to {host} could not be used"),
    (requests.exceptions.TooManyRedirects, "{host} redirects without end"),
    (
        urllib3.exceptions.NameResolutionError,
        "the name {host} is not known; check the address and the network",
    ),
    (
        urllib3.exceptions.NewConnectionError,
        "no connection to {host}: nothing answers there",
    ),
    (
        requests.exceptions.ConnectionError,
        f"{{host}} broke the connection off; {MAY_HAVE_ARRIVED}",
    ),
)
"""By exception or its cause, the particular before the general."""


@dataclass(slots=True)
class Answers:
    """What was overheard during one attempt."""

    secrets: tuple[str, ...]
    responses: list[requests.Response] = field(default_factory=list)
    errors: list[requests.RequestException] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Apprise's own warnings, redacted."""
    sign: Callable[[requests.PreparedRequest], None] | None = None
    """Signs what is about to be sent, where the channel wants it."""

    def forgive(self, errors: Collection[str]) -> bool:
        """Whether the last answer was one of these words of refusal; then it is forgotten."""
        if not self.responses or _api_error(self.responses[-1]) not in errors:
            return False
        self.responses.pop()
        return True

    def failure(self, service: str) -> SendResult:
        """What to make of an attempt that the plugin for `service` reports as failed."""
        if self.errors:
            error = self.errors[-1]
            detail = redact(f"{service}: {transport_words(error)}", self.secrets)
            # Somebody has to look at an address that leads elsewhere; it may be mended there.
            misleads = isinstance(error, RedirectRefusedError)
            return SendResult(False, detail, refuses_all=misleads)
        failed = [answer for answer in self.responses if _refused(answer)]
        answered = failed or self.responses[-1:]
        if not answered:
            said = self.lines[-1] if self.lines else "failed without saying why"
            return SendResult(False, redact(f"{service}: {said}", self.secrets))
        last = answered[-1]
        words = _words(last)
        said = "refused it:" if _api_error(last) else f"answered {last.status_code}"
        detail = f"{service} {said} {words}".rstrip()
        if hint := _HINTS.get(words):
            detail += f": {hint}"
        if len(failed) < len(self.responses) and failed:
            detail += f" (to {len(failed)} of {len(self.responses)} requests)"
        waits = [wait for answer in answered if (wait := retry_after(answer)) is not None]
        return SendResult(
            False,
            redact(detail, self.secrets),
            retryable=any(_passes(answer) for answer in answered),
            retry_after=max(waits, default=None),
            refuses_all=len(failed) == len(self.responses) and all(map(_refuses_all, failed)),
        )


_current: ContextVar[Answers | None] = ContextVar("monitor_answers", default=None)
_set_up = threading.Lock()


def current() -> Answers | None:
    """What is being overheard by this thread of control, if anything is."""
    return _current.get()


@contextmanager
def listening(secrets: tuple[str, ...]) -> Iterator[Answers]:
    """Overhear what services answer to, and Apprise logs of, what is done inside."""
    _listen()
    answers = Answers(secrets)
    token = _current.set(answers)
    try:
        yield answers
    finally:
        _current.reset(token)


def retry_after(response: requests.Response) -> float | None:
    """The seconds a service asks to be left alone (RFC 9110 §10.2.3), if it does."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def transport_words(error: requests.RequestException) -> str:
    """What went wrong on the way, without the address that `requests` puts in its messages."""
    if isinstance(error, RedirectRefusedError):
        return f"{error}; see what the channel's address should be"
    cause: object = error.args[0] if error.args else None
    cause = getattr(cause, "reason", cause)
    for kind, words in _TRANSPORT_WORDS:
        if isinstance(error, kind) or isinstance(cause, kind):
            return words.format(host=_host(error))
    return f"the request to {_host(error)} failed ({type(error).__name__})"


def _host(error: requests.RequestException) -> str:
    url = error.request.url if error.request is not None else None
    try:
        return urlsplit(str(url or "")).hostname or "the service"
    except ValueError:
        return "the service"


def _refused(response: requests.Response) -> bool:
    return response.status_code >= 400 or _api_error(response) is not None


def _passes(response: requests.Response) -> bool:
    """Whether trying again may help: when in doubt it may, a repeat being the lesser harm."""
    if (error := _api_error(response)) is not None:
        return error in _RETRYABLE_WORDS
    status = response.status_code
    return not 400 <= status < 500 or status in _RETRYABLE_STATUS


def _refuses_all(response: requests.Response) -> bool:
    """Whether it is the address or the login that is refused, whatever the message says."""
    if (error := _api_error(response)) is not None:
        return error in _HINTS
    return response.status_code in _REFUSES_ALL or _words(response) in _HINTS


def _api_error(response: requests.Response) -> str | None:
    """The word of an API that answers 200 and `{"ok": false, "error": …}`, as Slack's does."""
    if response.status_code != 200:
        return None
    answer = _json(response)
    if isinstance(answer, dict) and answer.get("ok") is False:
        return str(answer.get("error") or "error")
    return None


def _words(response: requests.Response) -> str:
    """The service's own words, as far as they are words."""
    answer = _json(response)
    if isinstance(answer, dict):
        for key in ("error", "message", "description", "detail", "errors"):
            if answer.get(key):
                return shorten(one_line(str(answer[key])), _WORDS_LIMIT)
    text = one_line(response.content[:2000].decode("utf-8", "replace"))
    if not text or text.startswith(("<", "{", "[")):
        text = one_line(response.reason or "")
    return shorten(text, _WORDS_LIMIT)


def _json(response: requests.Response) -> Any:
    try:
        return json.loads(response.content[:100_000])
    except ValueError:
        return None


def _listen() -> None:
    """Put the ears in place, once a process."""
    with _set_up:
        apprise = logging.getLogger("apprise")
        if _overhear not in apprise.filters:
            apprise.addFilter(_overhear)
            logging.getLogger("urllib3.connectionpool").addFilter(_hush)


def _overhear(record: logging.LogRecord) -> bool:
    """Let Apprise's warnings through without secrets, and nothing else.

    Below them it logs whole tokens and payloads; outside `listening` the secrets to look for
    are not known.
    """
    answers = _current.get()
    if answers is None or record.levelno < logging.WARNING:
        return False
    line = one_line(redact(record.getMessage(), answers.secrets))
    answers.lines.append(line)
    record.msg, record.args, record.exc_info = line, (), None
    return True


def _hush(record: logging.LogRecord) -> bool:
    """Drop urllib3's lines about our requests: they hold the path, which is the secret."""
    return _current.get() is None or record.levelno >= logging.ERROR
