"""The session through which Apprise's plugins send: it signs requests and overhears answers.

The plugins call `requests.post` and the like, which make a session for every request, so there
is no instance to hand them. Their modules are given these functions under that name instead; the
rest of the process keeps the library as it is.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import requests

from monitor.channels.outcome import current


class _Session(requests.Session):
    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send, and tell whoever listens what came of it."""
        answers = current()
        if answers is None:
            return super().send(request, **options)
        if answers.sign is not None:
            answers.sign(request)
        try:
            response = super().send(request, **options)
        except requests.RequestException as error:
            # A redirect is sent from within: its outcome passes here once a hop.
            if error not in answers.errors:
                answers.errors.append(error)
            raise
        if not any(response is known for known in answers.responses):
            answers.responses.append(response)
        return response


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
