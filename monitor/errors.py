"""The errors a user can meet.

Each says what was wrong, where, and what to do about it; the command line prints exactly
that as one paragraph, so an exception raised below it must read well on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class MonitorError(Exception):
    """Something failed in a way the user can understand and mostly do something about.

    Args:
        what: what was wrong, as a sentence without its full stop.
        where: the file, line, address or noun it concerns, if any.
        hint: what to do about it, as a full sentence, if there is something to do.
    """

    #: Exit code of the command line when this error ends a command (contract: 1 or 2).
    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process boundaries (the parsing pool); keyword-only arguments are
        # lost by the default protocol.
        return (_rebuild, (type(self), self.__dict__.copy()))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if not text.endswith((".", "!", "?")):
            text += "."
        return f"{text} {self.hint}" if self.hint else text


def _rebuild(cls: type[MonitorError], state: dict[str, object]) -> MonitorError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    error.args = (state.get("what"), state.get("where"), state.get("hint"))
    return error


class UsageError(MonitorError):
    """The command was called in a way it does not understand."""

    exit_code = 2


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong with a configuration, or worth a warning, and where it stands."""

    order: int
    """Position of the file in reading order, so that faults sort as a person reads."""
    line: int | None
    """From 1; None where the fault is not of one place, or its place is a whole file."""
    column: int | None
    """From 1, in characters."""
    file: str | None
    reason: str
    suggestion: str | None = field(default=None, compare=False)
    """What was probably meant; the reason names it, too."""

    @classmethod
    def nowhere(cls, reason: str) -> Fault:
        """One that is not of one place."""
        return cls(0, None, None, None, reason)

    @property
    def where(self) -> str:
        """`file:line:column`, as far as they are known."""
        place = (self.file, self.line, self.column)
        return ":".join(str(part) for part in place if part is not None)

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.file is not None else self.reason


class ConfigError(MonitorError):
    """The configuration cannot be used; `faults` lists every fault found, in file order."""

    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.faults = tuple(faults)


class FetchError(MonitorError):
    """A page or feed could not be fetched.

    `kind` is a stable word for storage and statistics (`dns`, `connect`, `tls`, `timeout`,
    `too-large`, `redirects`, `forbidden-address`, `bad-url`, `http`, `held`, `encoding`,
    `protocol`, `robots`); `status` is the HTTP status when the server answered with one;
    `retry_after` is the server's own wish in seconds.
    """

    def __init__(
        self,
        what: str,
        *,
        kind: str,
        where: str | None = None,
        hint: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after


class ParseError(MonitorError):
    """A response is not a feed (or not one that can be read)."""


class PageError(MonitorError):
    """A page has no main text that can be read.

    `wall` is what stands in its place, where that is known: a `monitor.model.article.Wall`.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        wall: str | None = None,
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.wall = wall


class WorkerError(MonitorError):
    """The process that read a document took too long or died; another try may go well."""


class StoreError(MonitorError):
    """The database cannot be used: locked by another daemon, too new, damaged, or full."""


class ChannelError(MonitorError):
    """A channel's address cannot be understood."""

    exit_code = 2
