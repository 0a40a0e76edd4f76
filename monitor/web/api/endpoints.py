"""Which function answers what programs ask, and how what was asked for becomes its arguments.

A function's signature says all of it: who may ask (`Caller` annotated with a scope), numbers in the
address, what stands behind the question mark, the body (a model). The shape of an answer is only
for whoever reads the API's description, which `tools.openapi` writes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import Parameter, signature
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.model.token import Scope
from monitor.web.api.access import Caller, caller
from monitor.web.errors import problem_json

Handler = Callable[..., Awaitable[Response]]
H = TypeVar("H", bound=Handler)

PREFIX = "/api/v1"
Asker = Annotated[Caller, Scope.READ]
"""Whoever may read."""
Judge = Annotated[Caller, Scope.JUDGE]
"""Whoever may judge."""
Administrator = Annotated[Caller, Scope.ADMIN]
"""Whoever may do everything."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a request becomes the arguments of a function."""

    scope: Scope
    asker: str
    """The argument that says who asks."""
    body: tuple[str, type[BaseModel]] | None
    rest: type[BaseModel]
    """What the address says."""


@dataclass(frozen=True)
class Endpoint:
    """A function that answers at an address."""

    path: str
    method: str
    handler: Handler
    shape: Any
    """The type of its answer; None where that is no JSON."""

    @property
    def route(self) -> Route:
        """Where it is reached."""
        return Route(self.path, self.answer, methods=[self.method], name=self.handler.__name__)

    async def answer(self, request: Request) -> Response:
        """Let whoever may ask have what they ask for."""
        reading = self._reading
        ask = await caller(request, reading.scope)
        try:
            # Of what is said twice the last is meant.
            given = dict(request.query_params) | request.path_params
            said = reading.rest.model_validate(given)
            values = {name: getattr(said, name) for name in reading.rest.model_fields}
            if reading.body is not None:
                name, model = reading.body
                values[name] = model.model_validate_json(await _json(request))
        except ValidationError:
            return problem_json(400, "That cannot be shown", "The address makes no sense.")
        return await self.handler(**{reading.asker: ask}, **values)

    @cached_property
    def _reading(self) -> Reading:
        scope, asker, body = Scope.READ, "", None
        fields: dict[str, Any] = {}
        for name, kind, default in arguments(self.handler):
            plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
            if plain is Caller:
                asker, scope = name, get_args(kind)[1]
            elif isinstance(plain, type) and issubclass(plain, BaseModel):
                body = name, plain
            else:
                fields[name] = (kind, ... if default is Parameter.empty else default)
        config = ConfigDict(arbitrary_types_allowed=True)
        rest = create_model(self.handler.__name__, __config__=config, **fields)
        return Reading(scope, asker, body, rest)


def arguments(handler: Handler) -> list[tuple[str, Any, Any]]:
    """Name, type and default of each argument; `Parameter.empty` where there is no default."""
    hints = get_type_hints(handler, include_extras=True)
    given = signature(handler).parameters.values()
    return [(each.name, hints[each.name], each.default) for each in given]


async def _json(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Anything else is no JSON, whatever it looks like: a form of another site's could look so.
    return await request.body() if kind == "application/json" or kind.endswith("+json") else b""


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
