"""The command line's entry point: options common to all commands, and errors made readable."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer
import typer.main
from typer.core import TyperGroup
from typer.exceptions import TyperException

from monitor import __version__
from monitor.cli import (
    alerts,
    backtest,
    config,
    doctor,
    earlier_reports,
    feeds,
    first_config,
    health,
    help_examples,
    match,
    matches,
    names,
    notify,
    run,
    search,
    setup,
    silence,
    subscriptions,
    tokens,
    trace,
    verdict,
    watchlists,
)
from monitor.cli.options import CONTEXT_SETTINGS, settings
from monitor.cli.printing import say
from monitor.errors import ConfigError, MonitorError, UsageError

app = typer.Typer(
    name="monitor",
    help="Watches the news for the people, groups and institutions you name, and tells you"
    " within minutes, once, and why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings=CONTEXT_SETTINGS,
)
first_config.register(app)
setup.register(app)
config.register(app)
run.register(app)
health.register(app)
doctor.register(app)
match.register(app)
feeds.register(app)
subscriptions.register(feeds.feeds_app)
watchlists.register(app)
matches.register(app)
search.register(app)
verdict.register(app)
backtest.register(app)
names.register(app)
earlier_reports.register(app)
trace.register(app)
alerts.register(app)
notify.register(app)
silence.register(app)
tokens.register(app)
help_examples.attach(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="PATH", help="The configuration file."),
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback when something fails.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Remember the options that stand before the command."""
    settings.config = config or settings.config
    settings.debug = debug or settings.debug
    context.color = _colour()


def _colour() -> bool | None:
    """Whether to colour: never where that is not wanted (no-color.org), else where it shows."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if unwanted else None


def main() -> None:
    """Run the command line; exit with 0 (done), 1 (failed) or 2 (usage or configuration)."""
    # Whoever starts it with a stream closed (`>&-`) wants none of that, and gets the rest.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows few characters shows the others as their numbers.
            stream.reconfigure(errors="backslashreplace")
    if "--debug" in sys.argv[1:]:
        # After the command too, where people think of it.
        settings.debug = True
        sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    try:
        _require_utf8(sys.argv[1:])
        # What is returned is what a command has ended with by `typer.Exit`.
        sys.exit(app(standalone_mode=False) or 0)
    except MonitorError as error:
        _show_traceback(error)
        _print_error(error)
        sys.exit(error.exit_code)
    except TyperException as error:
        _show_traceback(error)
        # It is without words when the help was shown in their place.
        if words := error.format_message():
            _print_line(" ".join(words.split()))
            typer.echo(f"`{_asked()} --help` says how it is used.", err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo("Stopped.", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone; Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody shall have to read a traceback
        _show_traceback(error)
        if _interrupted(error):
            sys.exit(130)
        _print_line(_fault(error))
        sys.exit(1)


def _require_utf8(arguments: list[str]) -> None:
    """Raises UsageError for an argument of other bytes, unless it is a file's name."""
    for number, argument in enumerate(arguments, 1):
        other = any("\ud800" <= char <= "\udfff" for char in argument)
        if other and not os.path.lexists(argument):
            before = arguments[number - 2] if number > 1 else ""
            what = before if before.startswith("-") else f"argument {number}"
            raise UsageError(f"{what} is not UTF-8")


def _asked() -> str:
    """The command that was asked for, as far as there is one of that name."""
    path, command = ["monitor"], typer.main.get_command(app)
    for word in sys.argv[1:]:
        if not isinstance(command, TyperGroup):
            break
        # Before a command stand options and their values.
        if word in command.commands:
            path.append(word)
            command = command.commands[word]
    return " ".join(path)


def _show_traceback(error: Exception) -> None:
    if settings.debug:
        traceback.print_exception(error)


def _interrupted(error: BaseException | None) -> bool:
    """Whether it came of Ctrl-C: what a library makes of it when it is pressed in its midst."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _fault(error: Exception) -> str:
    """That something of ours failed, what, and where: for whoever reports it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return (
        f"this should not have happened: {type(error).__name__}: {error} ({where})\n"
        "hint: --debug shows how it came to it; please report it with that"
    )


def _print_error(error: MonitorError) -> None:
    faults = error.faults if isinstance(error, ConfigError) else ()
    # Faults that each name their own place need no summary before them.
    alone = bool(faults) and error.where == faults[0].where
    for line in map(str, faults if alone else (error, *faults)):
        _print_line(line)


def _print_line(line: str) -> None:
    typer.secho("error: ", fg="red", bold=True, nl=False, err=True, color=_colour())
    say(line, err=True)
