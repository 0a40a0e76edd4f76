"""Lists that show only what somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, TypeVar

import typer

from monitor.errors import UsageError

T = TypeVar("T")

OnlyArgument = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="Only those in whose line this stands.")
]


def only(
    listed: Sequence[T], text: str | None, said: Callable[[T], Iterable[str | None]], what: str
) -> Sequence[T]:
    """Those of a list that say a text, in small letters or capitals.

    Args:
        listed: all of them.
        text: None for all.
        said: what one of them says, its name first.
        what: what each of them is.

    Raises:
        UsageError: none says it; with the name that was most likely meant.
    """
    if text is None:
        return listed
    wanted = text.casefold()
    found = [
        each
        for each in listed
        if any(wanted in word.casefold() for word in said(each) if word is not None)
    ]
    if found or not listed:
        return found
    # Reads the whole configuration's schema, which a list that finds something has no use for.
    from monitor.config.explain import did_you_mean

    names = dict.fromkeys(word for each in listed for word in said(each) if word)
    raise UsageError(f"no {what} says “{text}”{did_you_mean(text, names).words}")
