"""Structured logs on stderr: readable on a terminal, one JSON object a line otherwise.

Whatever reaches the log, from our code or a library's, passes one chain that blanks out secrets
and, on a terminal, takes the power from control characters: attackers write the feeds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TextIO, cast

import structlog

if TYPE_CHECKING:
    from structlog.types import EventDict, Processor, WrappedLogger

BLANK = "***"
_USERINFO = re.compile(r"(?<=://)[^/\s@]+(?=@)")
#: A shorter "secret" would blank out half the log; nobody's token has three letters.
_SHORTEST_SECRET = 4
#: C0 and C1 controls (ANSI escapes among them), line separators, and bidirectional overrides.
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_secrets: tuple[str, ...] = ()


def set_secrets(secrets: frozenset[str]) -> None:
    """From now on blank these strings out of everything that is logged."""
    global _secrets  # noqa: PLW0603 - the log is one for the process, and so is what it hides
    # Longest first: a secret may contain another, and must not be left half visible.
    _secrets = tuple(sorted((s for s in secrets if len(s) >= _SHORTEST_SECRET), key=len)[::-1])


def redact(text: str) -> str:
    """A text without secrets, user names and passwords in addresses included."""
    for secret in _secrets:
        text = text.replace(secret, BLANK)
    return _USERINFO.sub(BLANK, text)


def configure_logging(*, stream: TextIO, json: bool | None = None, level: str = "info") -> None:
    """Set up logging for the process, for our own loggers and for the libraries'.

    Args:
        stream: where to log.
        json: one JSON object a line; None decides by whether `stream` is a terminal.
        level: the least that is logged of our own; libraries speak from "warning" up.
    """
    as_json = not stream.isatty() if json is None else json
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
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
        [_blank_secrets, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [
            _blank_secrets,
            _without_controls,
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                *last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("monitor").setLevel(level.upper())
    # It warns whenever a round takes longer than the pause to the next: by design, here.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger of ours; its name begins with `monitor`."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))


def _blank_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return cast("EventDict", _each_text(event, redact))


def _without_controls(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    trace = event.pop("exception", None)
    harmless = cast("EventDict", _each_text(event, lambda text: _CONTROLS.sub("�", text)))
    if trace is not None:
        # A traceback is many lines by nature; what it quotes is escaped by repr already.
        harmless["exception"] = trace
    return harmless


def _each_text(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, MutableMapping):
        return {key: _each_text(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_each_text(each, change) for each in value]
    if isinstance(value, BaseException):
        return change(str(value))
    return value
