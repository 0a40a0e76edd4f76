"""`monitor watchlists`: what is watched, with every name an entity goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.narrowing import OnlyArgument, only
from monitor.cli.options import ConfigOption, JsonOption, load
from monitor.cli.printing import print_each, print_json, print_table, safe

if TYPE_CHECKING:
    from monitor.config.add_names import Added

watchlists_app = typer.Typer(help="What is watched, with every name an entity goes by.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(watchlists_app, name="watchlists", no_args_is_help=True)


@watchlists_app.command(name="list")
def list_watchlists(
    text: OnlyArgument = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """The watchlists."""
    from monitor.service.watchlists import listed

    watchlists = only(
        listed(load(config).config.watchlists),
        text, lambda each: (each.name, *each.entities), "watchlist",
    )  # fmt: skip
    if as_json:
        print_each(watchlists)
        return
    print_table(
        ("Watchlist", "Alerts at", "Entities", "Channels"),
        (
            (
                watchlist.name,
                f"{watchlist.alert_at:g}",
                ", ".join(watchlist.entities),
                ", ".join(watchlist.channels) or "default",
            )
            for watchlist in watchlists
        ),
        empty="Nothing is watched yet: name whom to watch under [[watchlists]].",
    )


@watchlists_app.command(name="show")
def show_watchlist(
    name: Annotated[str, typer.Argument(help="The watchlist.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """One watchlist as it is configured, defaults included."""
    from monitor.service.watchlists import named

    watchlist = named(load(config).config.watchlists, name)
    if as_json:
        print_json(watchlist.model_dump(mode="json"))
        return
    import tomlkit

    settings = watchlist.model_dump(mode="json", exclude_none=True)
    # In the words of the configuration, from where they can be copied.
    for line in tomlkit.dumps({"watchlists": [settings]}).splitlines():
        typer.echo(safe(line))


@watchlists_app.command()
def expand(
    name: Annotated[str | None, typer.Argument(help="One watchlist, entity or query only.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every name that each entity is found by, and why; queries as they are written."""
    from monitor.service.watchlists import expanded

    found = expanded(load(config).config.watchlists, name)
    if as_json:
        print_each(found)
        return
    print_table(
        ("Entity", "Name", "From", "Ambiguous", "Why"),
        (
            (each.entity, each.text, each.source, "yes" if each.ambiguous else "", each.detail)
            for each in found
        ),
        empty="Nothing is watched yet: name whom to watch under [[watchlists]].",
    )


def written(done: Added, *, as_json: bool) -> None:
    """Say what is watched from now on, and where that was written."""
    if as_json:
        print_json(done)
        return
    made = "made for it" if done.is_new else "there already"
    typer.echo(safe(f"{done.file}:{done.line}: “{done.name}” is watched by “{done.watchlist}”"
                    f" ({made})."))  # fmt: skip
    typer.echo("A running monitor takes it over at once; see `monitor earlier list` then.")
