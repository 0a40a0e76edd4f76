"""What is answered, as plain values for JSON; and how facts of ours read there.

JSON shows reasons in words, as people read them; code looks at the answers themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from pydantic import PlainSerializer, SerializationInfo, TypeAdapter

from monitor.messages.developments import development_words
from monitor.messages.holds import hold_words, silenced_words
from monitor.model.alert import Silence
from monitor.model.development import Development
from monitor.model.hold import Hold


def plain(answer: object, *, timezone: str | None = None) -> Any:
    """An answer as dictionaries, tuples and values that JSON knows, times and spans as they are.

    Args:
        answer: a dataclass of this room.
        timezone: an IANA name, for times within words; None for the machine's own.
    """
    return _adapter(type(answer)).dump_python(answer, context=timezone)


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def in_words(words: Callable[[Any], str]) -> PlainSerializer:
    """Has a value read in JSON as these words, and as null where there is none."""
    return PlainSerializer(lambda value: words(value) if value else None)


def _silenced(silence: Silence | None, info: SerializationInfo) -> str | None:
    return None if silence is None else silenced_words(silence, info.context)


HoldInWords = Annotated[Hold | None, in_words(hold_words)]
DevelopmentInWords = Annotated[tuple[Development, ...], in_words(development_words)]
SilenceInWords = Annotated[Silence | None, PlainSerializer(_silenced)]
"""Until when somebody has silenced something, and why."""
