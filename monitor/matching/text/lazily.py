"""What is worked out only where somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Lazily(Generic[_Value]):
    """A call that works something out once; `functools.cache` costs more to set up than to ask."""

    __slots__ = ("_known", "_work_out")

    def __init__(self, work_out: Callable[[], _Value]) -> None:
        self._work_out = work_out
        self._known: tuple[_Value] | None = None

    def __call__(self) -> _Value:
        if self._known is None:
            self._known = (self._work_out(),)
        return self._known[0]
