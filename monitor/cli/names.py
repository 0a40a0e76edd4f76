"""`monitor names`: whom the stories speak of that are told, and nobody watches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_path, database, load
from monitor.cli.printing import print_each, print_table
from monitor.model.match import Kind


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(names)


def names(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 20,
    watch: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Have this name watched: writes the configuration."),
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="With --watch: what it is.")] = None,
    watchlist: Annotated[
        str | None,
        typer.Option(help="With --watch: in this one, not in a watchlist of its own."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Names not watched yet: who turns up in the stories of the last 14 days."""
    if watch is not None:
        from monitor.cli.watchlists import written
        from monitor.service import add_names

        settings = load(config).config
        wanted = add_names.of_name(watch, kind)
        written(add_names.watch(config_path(config), settings, wanted, watchlist), as_json=as_json)
        return
    if kind is not None or watchlist is not None:
        raise typer.BadParameter("is for --watch", param_hint="--kind" if kind else "--watchlist")
    from monitor.service.unwatched import unwatched_names

    found = unwatched_names(database(config), load(config).config, datetime.now(UTC), limit=limit)
    if as_json:
        print_each(found)
        return
    print_table(
        ("Name", "Kind", "Stories", "Outlets", "Lift", "Such as"),
        (
            (
                each.name,
                each.kind.value,
                str(each.stories),
                str(each.outlets),
                f"{each.lift:g}",
                each.headline,
            )
            for each in found
        ),
        empty="No name stands in three stories of two outlets that nobody watches.",
    )
