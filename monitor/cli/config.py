"""`monitor config`: versions of the configuration, which all machines take over together."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.narrowing import OnlyArgument, only
from monitor.cli.options import (
    LARGEST_ID,
    ConfigOption,
    JsonOption,
    config_path,
    database,
    login,
    require_words,
)
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe, say
from monitor.errors import MonitorError
from monitor.wording import counted

if TYPE_CHECKING:
    from monitor.service.check import Checked
    from monitor.service.config_versions import ListedVersion, Pushed
    from monitor.service.database import Database

config_app = typer.Typer(help="Versions of the configuration, which many machines share.")

AuthorOption = Annotated[str | None, typer.Option(help="Who says so.", show_default="you")]
NoteOption = Annotated[str | None, typer.Option(help="Why, for those who wonder later.")]
WaitOption = Annotated[
    bool, typer.Option("--wait", help="Until all workers use it; 35 seconds at the longest.")
]


def _number(said: str) -> Any:
    return typer.Argument(min=1, max=LARGEST_ID, show_default=False, help=said)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(config_app, name="config", no_args_is_help=True)


@config_app.command()
def push(
    note: NoteOption = None,
    author: AuthorOption = None,
    wait: WaitOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check this machine's configuration, and have all workers take it over together.

    A broken one changes nothing anywhere. Secrets stay on the machines: what gives access must
    stand in the file as `${NAME}` or `${file:/path}`, which each machine resolves by itself.
    """
    from monitor.service import config_versions

    _require_words(note, author)
    db = database(config)
    done, checked = config_versions.push(
        db, config_path(config), author=author or login(), note=note
    )
    _finish(db, done, checked, wait=wait, as_json=as_json)


@config_app.command()
def rollback(
    version: Annotated[int, _number("The number of the earlier version.")],
    note: NoteOption = None,
    author: AuthorOption = None,
    wait: WaitOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a new version of an earlier one's text."""
    from monitor.service import config_versions

    _require_words(note, author)
    db = database(config)
    done, checked = config_versions.rollback(
        db, config_path(config), version, author=author or login(), note=note
    )
    _finish(db, done, checked, wait=wait, as_json=as_json)


def _require_words(note: str | None, author: str | None) -> None:
    require_words("--note", note)
    require_words("--author", author)


def _finish(db: Database, done: Pushed, checked: Checked, *, wait: bool, as_json: bool) -> None:
    from monitor.service.config_versions import wait_until_in_force

    for warning in checked.warnings:
        typer.secho("warning: ", fg="yellow", nl=False, err=True)
        say(str(warning), err=True)
    for channel in sorted(checked.loaded.lacking):
        typer.secho("warning: ", fg="yellow", nl=False, err=True)
        say(f"the secrets of channel `{channel}` are not here, so it was not checked", err=True)
    if not as_json:
        say(_words(done))
    waited = wait_until_in_force(db, done.version) if wait and done.shared else None
    if as_json:
        print_json(done)
    if waited is None:
        return
    refused = [each for each in waited.workers if not each.ready]
    if refused:
        raise MonitorError(
            f"{counted(len(refused), 'worker')} cannot use version {done.version}: "
            + "; ".join(f"{each.worker}: {each.problem}" for each in refused),
            hint="The others use it. Mend those machines, or `monitor config rollback` it.",
        )
    if not as_json:
        say(f"In force on {counted(len(waited.workers), 'worker')}.")


def _words(done: Pushed) -> str:
    what = ", ".join(
        (
            counted(done.feeds, "feed"),
            counted(done.watchlists, "watchlist"),
            counted(done.channels, "channel"),
        )
    )
    if not done.pushed:
        return f"Version {done.version} says the same already: {what}."
    restored = "" if done.restores is None else f", the text of version {done.restores}"
    first = f"Version {done.version}{restored}: {what}."
    if done.shared:
        return f"{first} Workers take it over together within 30 seconds."
    return f"{first} Kept for looking back; on SQLite the file itself is in force."


@config_app.command(name="list")
def list_versions(
    text: OnlyArgument = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at the most.")] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """The versions, the newest first, and which of them is in force."""
    from monitor.service import config_versions

    found = only(
        config_versions.listed(database(config), limit=limit),
        text, lambda each: (each.author, _note(each), str(each.version)), "version",
    )  # fmt: skip
    if as_json:
        print_each(found)
        return
    print_table(
        ("version", "pushed", "by", "in force", "note"),
        (
            (
                str(each.version),
                local_time(each.created),
                each.author,
                _state(each),
                _note(each),
            )
            for each in found
        ),
        empty="No versions: `monitor config push` makes one.",
    )


def _state(version: ListedVersion) -> str:
    ready = sum(each.ready for each in version.workers)
    workers = f"{ready} of {len(version.workers)} workers ready" if version.workers else ""
    if version.in_force:
        return f"yes, {workers}" if ready < len(version.workers) else "yes"
    return workers if version.effective is None else ""


def _note(version: ListedVersion) -> str:
    restored = "" if version.restores is None else f"text of version {version.restores}"
    return ": ".join(filter(None, (restored, version.note)))


@config_app.command()
def show(
    version: Annotated[int | None, _number("Its number.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a version says (by default the newest), as a file of its own."""
    from monitor.service import config_versions

    found = config_versions.shown(database(config), version)
    if as_json:
        print_json(found, as_is=True)
        return
    _print_as_is(found.text)
    for name in found.files:
        typer.echo(f"With it goes {safe(name)}: see --json.", err=True)


@config_app.command()
def diff(
    old: Annotated[int | None, _number("A version; by default the newest.")] = None,
    new: Annotated[int | None, _number("What it is compared with.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What differs between two versions; without the second, between one and this machine's file.

    Without the first, too, it is what `monitor config push` would change.
    """
    from monitor.service import config_versions

    found = config_versions.difference(database(config), config_path(config), old, new)
    if as_json:
        print_json(found, as_is=True)
    else:
        _print_as_is(found.diff)


def _print_as_is(text: str) -> None:
    """Print a text that holds no secret: to the letter, unless a terminal could be steered."""
    if sys.stdout.isatty():
        say(text.removesuffix("\n"))
    else:
        typer.echo(text, nl=False)
