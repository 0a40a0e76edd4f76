"""Which function answers which address: pages need no more of a framework than this.

What the API needs besides (its shapes, its description) is loaded when somebody asks the API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.errors import UsageError

E = TypeVar("E", bound=StrEnum)

Handler = Callable[..., Awaitable[Response]]
"""Answers a request; the parts of its address that are named there come by their names."""

#: One more than the largest whole number that a database stores.
BEYOND_NUMBERS = 2**63

#: Stands for a number that is none.
_NONE = -1


class _Number(Convertor[int]):
    """The number of something that is stored."""

    regex = "[^/]+"

    def convert(self, value: str) -> int:
        # Nothing is refused yet: an address after this one may have a word in that place.
        number = read_number(value)
        return _NONE if number is None else number

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


def read_number(text: str) -> int | None:
    """The number of something that is stored; None where a text is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if number < BEYOND_NUMBERS else None


def read_numbers(text: str, *, most: int) -> list[int]:
    """The numbers of some stories or articles, parted by commas; those beyond so many are left out.

    Raises:
        UsageError: they are none.
    """
    found = []
    for part in text.split(",")[:most]:
        number = read_number(part.strip().removeprefix("#"))
        if number is None:
            raise UsageError("that is no number of a story")
        found.append(number)
    return found


def chosen(kind: type[E], text: str) -> E:
    """One of a few that an address names.

    Raises:
        UsageError: it is none of them.
    """
    try:
        return kind(text)
    except ValueError:
        raise UsageError("the address makes no sense") from None


class Routes:
    """The addresses of some pages."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def get(self, path: str) -> Callable[[Handler], Handler]:
        """Let a function answer who reads at an address."""
        return self._at(path, "GET")

    def post(self, path: str) -> Callable[[Handler], Handler]:
        """Let a function answer who sends a form to an address."""
        return self._at(path, "POST")

    def _at(self, path: str, method: str) -> Callable[[Handler], Handler]:
        def answering(handler: Handler) -> Handler:
            @wraps(handler)
            async def endpoint(request: Request) -> Any:
                if _NONE in request.path_params.values():
                    raise UsageError("the address makes no sense")
                return await handler(request, **request.path_params)

            self.routes.append(Route(path, endpoint, methods=[method]))
            return handler

        return answering
