"""Answers: made of what is stored, and as plain values for JSON.

JSON shows reasons in words, as people read them; code looks at the answers themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import PlainSerializer, SerializationInfo, TypeAdapter

from monitor.messages.correlations import why
from monitor.messages.developments import development_words
from monitor.messages.fates import fate_words, held_back_words
from monitor.messages.feeds import incident, poll_reason
from monitor.messages.holds import hold_words, silenced_words
from monitor.model.alert import Silence
from monitor.model.development import Development
from monitor.model.fate import Fate, HeldBack
from monitor.model.feed import Incident, PollReason
from monitor.model.hold import Hold
from monitor.model.story import Correlation

T = TypeVar("T")


def picked(kind: type[T], *sources: object, **own: Any) -> T:
    """A dataclass made of its sources' attributes of the same names, the first source's first.

    Args:
        kind: the dataclass.
        sources: what has most of it.
        own: what is to be had nowhere, or is called otherwise there.
    """
    facts = dict(own)
    for each in fields(kind):  # type: ignore[arg-type] # `kind` is a dataclass
        for source in sources:
            if each.name not in facts and hasattr(source, each.name):
                facts[each.name] = getattr(source, each.name)
    return kind(**facts)


def plain(answer: object, *, timezone: str | None = None) -> Any:
    """An answer as dictionaries, tuples and values that JSON knows, times and spans as they are.

    Args:
        answer: a dataclass of this room.
        timezone: an IANA name, for times within words; None for the machine's own.
    """
    kind: Any = type(answer)
    return _adapter(kind).dump_python(answer, context=timezone)


def blanked(value: Any, blank: Callable[[str], str]) -> Any:
    """Plain values with every text in them as `blank` leaves it, such as without secrets."""
    if isinstance(value, str):
        return blank(value)
    if isinstance(value, Mapping):
        return {key: blanked(each, blank) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [blanked(each, blank) for each in value]
    return value


def json_value(value: object) -> Any:
    """What JSON does not know, for `json.dumps`: times in ISO 8601, spans in seconds."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def in_words(words: Callable[[Any], str | None]) -> PlainSerializer:
    """Has a value read in JSON as these words, and as null where there is none."""
    return PlainSerializer(lambda value: words(value) if value else None)


def _silenced(silence: Silence | None, info: SerializationInfo) -> str | None:
    return None if silence is None else silenced_words(silence, info.context)


HoldInWords = Annotated[Hold | None, in_words(hold_words)]
DevelopmentInWords = Annotated[tuple[Development, ...], in_words(development_words)]
CorrelationInWords = Annotated[Correlation | None, in_words(lambda each: why(each) or None)]
"""Why a report belongs to a story, or stands apart."""
SilenceInWords = Annotated[Silence | None, PlainSerializer(_silenced)]
"""Until when somebody has silenced something, and why."""


def _held_back(held: HeldBack | None, info: SerializationInfo) -> str | None:
    return None if held is None else held_back_words(held, info.context)


HeldBackInWords = Annotated[HeldBack | None, PlainSerializer(_held_back)]
"""Why a match that reached its threshold has no alert of its own."""


def _fate(fate: Fate, info: SerializationInfo) -> str:
    return fate_words(fate, info.context)


FateInWords = Annotated[Fate, PlainSerializer(_fate)]


def _fate_facts(fate: Fate, info: SerializationInfo) -> dict[str, Any]:
    return {
        "kind": fate.kind,
        "told": [{"channel": each.channel, "at": each.at} for each in fate.told],
        "waits": [
            {
                "channel": each.channel,
                "for": each.hold and hold_words(each.hold),
                "until": each.until,
            }
            for each in fate.waits
        ],
        "dead": [{"channel": each.channel, "error": each.error} for each in fate.dead],
        "words": fate_words(fate, info.context),
    }


FateInParts = Annotated[Fate, PlainSerializer(_fate_facts)]
"""What became of something, for scripts, and in a sentence."""


def _poll_reason(reason: PollReason) -> str:
    return poll_reason(reason, datetime.now(UTC))


PollReasonInWords = Annotated[PollReason, PlainSerializer(_poll_reason)]
IncidentInWords = Annotated[Incident | None, in_words(incident)]
