"""Structured logs on stderr: readable on a terminal, one JSON object a line otherwise.

Whatever reaches the log, from our code or a library's, passes one chain that blanks out secrets
and takes the power from control characters: attackers write the feeds.
"""

from __future__ import annotations

import json as jsonlib
import logging
import math
import re
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, cast

import structlog

from monitor.config.secrets import redactor

if TYPE_CHECKING:
    from structlog.types import EventDict, Processor, WrappedLogger

#: A line of a log is for reading; what is longer is a page or a bomb, in characters.
_LONGEST_VALUE = 10_000
#: C0 and C1 controls (ANSI escapes among them), what reorders a line or breaks it, and lone
#: surrogates, which no stream can write.
_CONTROLS = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

_redact = redactor(())


def set_secrets(secrets: frozenset[str]) -> None:
    """From now on blank these strings out of everything that is logged, however written."""
    global _redact  # noqa: PLW0603 - the log is one for the process, and so is what it hides
    _redact = redactor(secrets)


def redact(text: str) -> str:
    """A text without secrets, user names and passwords in addresses included."""
    return _redact(text)


def configure_logging(*, stream: TextIO, json: bool | None = None, level: str = "info") -> None:
    """Set up logging for the process, for our own loggers and for the libraries'.

    Args:
        stream: where to log.
        json: one JSON object a line; None decides by whether `stream` is a terminal.
        level: the least that is logged of our own; libraries speak from "warning" up.
    """
    as_json = not stream.isatty() if json is None else json
    # A person at a terminal thinks in the time of the clock on the wall.
    time = "iso" if as_json else "%Y-%m-%d %H:%M:%S"
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt=time, utc=as_json),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: list[Processor] = (
        [structlog.processors.JSONRenderer(ensure_ascii=False), _escape_controls]
        if as_json
        else [
            _without_controls,
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            # Our own events speak for themselves; of a library's one wants to know whose it is.
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _blank_secrets,
                *last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    ours = logging.getLogger("monitor")
    ours.setLevel(level.upper())
    # Never below: at "info" and "debug" libraries log whole addresses and headers.
    root.setLevel(max(ours.level, logging.WARNING))
    # It warns whenever a round takes longer than the pause to the next: by design, here.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    sys.excepthook = _crashed
    threading.excepthook = lambda args: _crashed(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger of ours; its name begins with `monitor`."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))


class _Handler(logging.StreamHandler[TextIO]):
    """Says that a line could not be logged without quoting it, as the standard one would."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        fault = sys.exc_info()[0]
        try:
            self.stream.write(
                jsonlib.dumps({
                    "event": "a line could not be logged",
                    "level": "error",
                    "logger": record.name,
                    "error": fault.__name__ if fault else "",
                }) + "\n"
            )  # fmt: skip
        except (OSError, ValueError):
            # Nobody is left to be told: the reader has gone, the disk is full, it is closed.
            return


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what nobody caught; Python's own report would show secrets."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    get_logger("monitor").critical(
        "a fault in monitor itself; please report it", exc_info=(kind, error, trace)
    )


def _blank_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    # The names at the top are ours; only what they hold comes from elsewhere.
    return {
        key: redact(value) if key == "exception" else _plain(value, _short)
        for key, value in event.items()
    }


def _short(text: str) -> str:
    text = redact(text)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _plain(value: Any, change: Callable[[str], str]) -> Any:
    """A value made of what JSON knows, with each text in it changed."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {change(str(key)): _plain(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, change) for each in cast("Iterable[Any]", value)]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return change(str(value))


def _without_controls(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    trace = event.pop("exception", None)
    harmless = cast("EventDict", _plain(event, lambda text: _CONTROLS.sub("�", text)))
    if trace is not None:
        # A traceback is many lines by nature. Indented, none of them can pass for an event of
        # its own, whatever the message of the exception says.
        lines = "\n".join(_CONTROLS.sub("�", line) for line in str(trace).split("\n"))
        harmless["exception"] = textwrap.indent(lines, "    ")
    return harmless


def _escape_controls(_: WrappedLogger, __: str, line: Any) -> str:
    # JSON escapes only C0. The rest would still steer a terminal that shows the line; escaped,
    # whoever parses it gets the same text.
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
