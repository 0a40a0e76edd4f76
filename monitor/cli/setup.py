"""`monitor check`, `monitor db …`: getting ready to run."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_path, database, load
from monitor.cli.printing import print_json, say
from monitor.errors import ConfigError, Fault, StoreError
from monitor.wording import counted

db_app = typer.Typer(help="The database: schema, integrity, backup, retention.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(check)
    app.add_typer(db_app, name="db", no_args_is_help=True)


def check(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Validate the configuration and look for watchlists that will not do what is meant."""
    from monitor.service.check import CheckReport, check_config, waiting_in_vain
    from monitor.service.own_files import other_files

    try:
        path = config_path(config)
        checked = check_config(path)
    except ConfigError as error:
        if as_json:
            faults = error.faults or (Fault.nowhere(str(error)),)
            print_json(CheckReport(ok=False, errors=faults, warnings=()))
            raise typer.Exit(2) from None
        raise
    errors = checked.failed_examples
    loaded = checked.loaded
    warnings = (*checked.warnings, *waiting_in_vain(loaded), *other_files(loaded))
    if as_json:
        print_json(CheckReport(not errors, errors, warnings))
        raise typer.Exit(2 if errors else 0)
    for warning in warnings:
        typer.secho("warning: ", fg="yellow", nl=False, err=True)
        say(str(warning), err=True)
    if errors:
        raise ConfigError(
            counted(len(errors), "example fails", "examples fail"),
            hint="Mend the watchlist or the example; until then a running daemon refuses the edit.",
            faults=errors,
        )
    from monitor.daemon.report import describe

    number = len(warnings)
    but = f", but see the {number} warnings above" if number > 1 else ", but see the warning above"
    typer.echo(f"{path}: good{but if number else ''}.")
    say(f"It watches for {describe(checked.loaded.config)}.")


@db_app.command()
def upgrade(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Create the database or bring its schema up to date."""
    from monitor.daemon.lock import alone
    from monitor.service import database as service

    done = service.upgrade(load(config).config.storage.url, alone)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{done.database}: {'upgraded' if done.upgraded else 'up to date already'}.")


@db_app.command(name="check")
def check_db(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Look for damage, and for a schema that is not this program's."""
    from monitor.service.database import soundness

    found = soundness(database(config))
    if as_json:
        print_json(found)
    for problem in found.problems:
        say(problem, err=True)
    if not found.ok:
        raise StoreError(
            f"{counted(len(found.problems), 'fault')} found",
            where=found.database,
            hint="Restore a backup, or keep a copy of the file and ask for help with it.",
        )
    if not as_json:
        typer.echo(f"{found.database}: sound.")


@db_app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A new file to copy the database to.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the database while the daemon uses it."""
    from monitor.service import database as service

    done = service.backup(database(config), target)
    if as_json:
        print_json(done)
    else:
        typer.echo(f"Copied to {target}.")


@db_app.command()
def copy(
    source: Annotated[str, typer.Argument(help="The old one's address: sqlite:///monitor.db")],
    target: Annotated[
        str, typer.Argument(help="The new one's, empty: postgresql+psycopg://user@host/name")
    ],
    as_json: JsonOption = False,
) -> None:
    """Copy everything from SQLite to PostgreSQL, and compare; the old database is only read.

    Stop the daemon first. Nothing that was told is told again. A password is better left to
    PGPASSWORD or ~/.pgpass than written into the address.
    """
    from monitor.daemon.lock import alone
    from monitor.service import database as service

    def progress(table: str, rows: int) -> None:
        if not as_json and sys.stderr.isatty():
            typer.echo(f"\r\x1b[K{table}: {rows:,}", nl=False, err=True)

    done = service.copy(source, target, alone, progress)
    if as_json:
        print_json(done)
        return
    if sys.stderr.isatty():
        typer.echo("", err=True)
    for each in done.mended:
        say(
            f"{each.table}.{each.column}: {counted(each.values, 'value')} had a character that"
            " PostgreSQL does not keep, and has a replacement in its place",
            err=True,
        )
    if done.due_again:
        say(f"{counted(done.due_again, 'delivery', 'deliveries')} under way: tried again.")
    rows = sum(done.rows.values())
    say(f"Copied {rows:,} rows of {counted(len(done.rows), 'table')}; all are the same.")
    say(f"Now name {done.target} in storage.url.")


@db_app.command()
def prune(
    shrink: Annotated[
        bool, typer.Option("--shrink", help="Also make the file as small as what is left in it.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete what is older than storage.keep_articles and storage.keep_matches allow."""
    from monitor.service import database as service

    storage = load(config).config.storage
    db = database(config)
    total = service.prune(db, storage, datetime.now(UTC))
    smaller = service.shrink(db) if shrink else 0
    if as_json:
        print_json(total | ({"bytes": smaller} if shrink else {}))
        return
    gone = ", ".join(f"{noun} {number:,}" for noun, number in total.items() if number)
    typer.echo(f"Deleted: {gone or 'nothing'}")
    if shrink:
        typer.echo(f"The file is {smaller:,} bytes smaller.")


@db_app.command()
def stats(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Count what is stored."""
    from monitor.service.database import statistics

    numbers = statistics(database(config))
    if as_json:
        print_json(numbers)
        return
    width = max(map(len, numbers))
    for noun, number in numbers.items():
        typer.echo(f"{noun:{width}} {number:>12,}")
