"""`monitor earlier`: what came before a name was watched, shown and told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.narrowing import OnlyArgument, only
from monitor.cli.options import (
    LARGEST_ID,
    ConfigOption,
    JsonOption,
    database,
    login,
    require_words,
)
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe
from monitor.model.audit import Source
from monitor.model.earlier_reports import OfferState
from monitor.wording import counted

earlier_app = typer.Typer(
    help="Reports that came before their name was watched: after an edit of the watchlists the"
    " daemon looks through the day's articles, and offers to tell them."
)

Number = Annotated[int, typer.Argument(min=1, max=LARGEST_ID, help="From `monitor earlier list`.")]
By = Annotated[str | None, typer.Option(help="Who does so; by default, your login.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(earlier_app, name="earlier", no_args_is_help=True)


@earlier_app.command(name="list")
def list_offers(
    text: OnlyArgument = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Those that somebody has decided about, too.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What edits of the watchlists would have told, the newest edit first."""
    from monitor.service.earlier_reports import listed

    state = None if everything else OfferState.OPEN
    found = only(
        listed(database(config), state=state, limit=limit),
        text, lambda each: (each.watchlist, *each.names), "offer",
    )  # fmt: skip
    if as_json:
        print_each(found)
        return
    print_table(
        ("Id", "Edited", "Watchlist", "Names", "Reports", "State"),
        (
            (
                str(each.id),
                local_time(each.at),
                each.watchlist,
                ", ".join(each.names),
                str(each.found),
                each.state.value,
            )
            for each in found
        ),
        empty="No earlier reports wait to be told.",
    )


@earlier_app.command()
def show(number: Number, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The reports of an offer, with the sentences that prove them."""
    from monitor.service.earlier_reports import shown

    found = shown(database(config), number)
    if as_json:
        print_json(found)
        return
    offer = found.offer
    names = ", ".join(offer.names) or "by its edit"
    number_of = counted(offer.found, "earlier report")
    typer.echo(safe(f"{number_of} for {offer.watchlist}: {names} ({offer.state.value})."))
    for each in found.reports:
        told = f", told {local_time(each.told)}" if each.told else ""
        typer.echo(safe(f"{each.score:g}  {each.title or each.url}"))
        typer.echo(safe(f"    {each.outlet}, {local_time(each.at)}{told}  {each.url or ''}"))
        if each.sentence:
            typer.echo(safe(f"    “{each.sentence}”"))
    if offer.state is OfferState.OPEN and found.reports:
        typer.echo(f"To tell them: monitor earlier tell {offer.id}")


@earlier_app.command()
def tell(
    number: Number, by: By = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Have an offer's reports told: the running daemon does so at once, and marks them as earlier.

    What people were told of before is not told again.
    """
    from monitor.service.earlier_reports import tell as tell_them

    require_words("--by", by)
    done = tell_them(
        database(config), number, by or login(), datetime.now(UTC), source=Source.COMMAND
    )
    if as_json:
        print_json(done)
        return
    typer.echo(safe(f"{counted(done.reports, 'report')} for {done.watchlist} will be told."))


@earlier_app.command()
def dismiss(
    number: Number, by: By = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Let an offer be: nobody is told."""
    from monitor.service.earlier_reports import dismiss as let_be

    require_words("--by", by)
    done = let_be(database(config), number, by or login(), datetime.now(UTC), source=Source.COMMAND)
    if as_json:
        print_json(done)
        return
    typer.echo(safe(f"The earlier reports for {done.watchlist} are not told."))
