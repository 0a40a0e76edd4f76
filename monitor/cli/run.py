"""`monitor run`, `monitor worker`, `monitor demo`: the program at work."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_path
from monitor.cli.printing import print_json

if TYPE_CHECKING:
    from monitor.service.check import Checked

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("auto", "text", "json")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(worker)
    app.command()(demo)


LogLevel = Annotated[
    str, typer.Option(envvar="MONITOR_LOG_LEVEL", help=f"One of {', '.join(LOG_LEVELS)}.")
]
LogFormat = Annotated[
    str,
    typer.Option(
        envvar="MONITOR_LOG_FORMAT", help="text, json, or auto: text on a terminal, else JSON."
    ),
]


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed once now, deliver, and exit.")
    ] = False,
    as_json: JsonOption = False,
    log_level: LogLevel = "info",
    log_format: LogFormat = "auto",
    config: ConfigOption = None,
) -> None:
    """Poll, match and deliver until told to stop; take over edits of the configuration.

    SIGTERM or Ctrl-C stops it, SIGHUP makes it read its configuration again.
    """
    import asyncio

    from monitor.daemon.report import summary_lines

    path, checked = _begun(config, log_level, log_format)
    if once:
        summary = asyncio.run(_once(checked, as_json))
        if as_json:
            print_json(summary)
        else:
            typer.echo("\n".join(summary_lines(summary)))
    else:
        asyncio.run(_daemon(checked, path))


def worker(
    log_level: LogLevel = "info", log_format: LogFormat = "auto", config: ConfigOption = None
) -> None:
    """Work beside others, on any machine, on the PostgreSQL database in storage.url.

    It does what `monitor run` does, without the page and without being reached by hubs. SIGTERM or
    Ctrl-C stops it, and others go on with what it was at; SIGHUP makes it read its configuration
    again.
    """
    import asyncio

    from monitor.daemon.compose import require_shared

    path, checked = _begun(config, log_level, log_format)
    require_shared(checked)
    asyncio.run(_worker(checked, path))


def _begun(config: Path | None, log_level: str, log_format: str) -> tuple[Path, Checked]:
    """The configuration that a process begins with, and its logs as they are wanted."""
    if log_level not in LOG_LEVELS:
        raise typer.BadParameter(f"one of {', '.join(LOG_LEVELS)}", param_hint="--log-level")
    if log_format not in LOG_FORMATS:
        raise typer.BadParameter(f"one of {', '.join(LOG_FORMATS)}", param_hint="--log-format")
    from monitor.daemon.following import starting
    from monitor.daemon.report import log_start
    from monitor.logs import configure_logging, set_secrets

    configure_logging(
        stream=sys.stderr,
        json=None if log_format == "auto" else log_format == "json",
        level=log_level,
    )
    path = config_path(config)
    checked = starting(path)
    set_secrets(checked.loaded.secrets)
    log_start(checked, path)
    return path, checked


async def _once(checked: Checked, as_json: bool) -> dict[str, object]:
    from monitor.daemon.compose import opened
    from monitor.daemon.once import run_once
    from monitor.daemon.report import StepLog
    from monitor.pipeline.events import Step, Tally

    tally, log_step = Tally(), StepLog()

    def observe(step: Step) -> None:
        tally(step)
        log_step(step)

    # stdout is for the one JSON object when a script reads it.
    console = sys.stderr if as_json else sys.stdout
    async with opened(checked, observe=observe, console=console) as ctx:
        summary = await run_once(ctx, tally)
    log_step.flush()
    return summary


async def _daemon(checked: Checked, path: Path) -> None:
    from monitor.daemon.compose import opened
    from monitor.daemon.daemon import Daemon
    from monitor.daemon.report import StepLog
    from monitor.web.beside_daemon import serving

    log_step = StepLog()
    async with opened(checked, observe=log_step, console=sys.stdout) as ctx:
        with serving(ctx.db, lambda: ctx.runtime, path) as page:
            daemon = Daemon(ctx, path, beside=page, abandon=_leave)
            await daemon.run()
    log_step.flush()
    if daemon.abandoned:
        _leave()


async def _worker(checked: Checked, path: Path) -> None:
    from monitor.daemon.compose import opened
    from monitor.daemon.daemon import Daemon
    from monitor.daemon.report import log_step

    async with opened(checked, observe=log_step, console=sys.stdout) as ctx:
        daemon = Daemon(ctx, path, hubs=False, abandon=_leave)
        await daemon.run()
    if daemon.abandoned:
        _leave()


def _leave() -> None:
    """End the process whatever its threads wait for, to keep the promise to stop in time.

    A lock on the database, a name server or a service that does not answer may hold a thread,
    and nothing can end that. What it was at is taken up at the next start.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def demo(
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep the demo's configuration and database here."),
    ] = None,
) -> None:
    """Show the whole path without a network: made-up feeds, real pipeline, the alerts."""
    from monitor.demo.run import run_demo

    run_demo(keep)
