"""Which function answers what programs ask, and what its answer looks like.

Shapes are for whoever reads the description of the API. What answers does without: with them its
framework takes ten megabytes more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.responses import Response

H = TypeVar("H", bound=Callable[..., Awaitable[Response]])

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function that answers at an address."""

    path: str
    method: str
    handler: Callable[..., Awaitable[Response]]
    shape: Any
    """The type of its answer; None where that is no JSON."""


class Endpoints:
    """The endpoints of some subject; arguments of each are a path below the API's and a shape."""

    def __init__(self) -> None:
        self.all: list[Endpoint] = []

    def get(self, path: str, shape: Any = None) -> Callable[[H], H]:
        """Let a function answer who reads."""
        return self._at(path, "GET", shape)

    def post(self, path: str, shape: Any) -> Callable[[H], H]:
        """Let a function do what is asked for."""
        return self._at(path, "POST", shape)

    def delete(self, path: str, shape: Any) -> Callable[[H], H]:
        """Let a function end something."""
        return self._at(path, "DELETE", shape)

    def _at(self, path: str, method: str, shape: Any) -> Callable[[H], H]:
        def answering(handler: H) -> H:
            self.all.append(Endpoint(PREFIX + path, method, handler, shape))
            return handler

        return answering
