"""`monitor token`: who may use the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.narrowing import OnlyArgument, only
from monitor.cli.options import ConfigOption, JsonOption, database, login
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe
from monitor.model.audit import Source
from monitor.model.token import Scope

token_app = typer.Typer(help="Tokens of programs that use the API.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(token_app, name="token", no_args_is_help=True)


@token_app.command(name="add")
def add_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        Scope, typer.Option(help="What it lets do; each lets do what those before it do.")
    ] = Scope.READ,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token and show it, this once."""
    from monitor.service import tokens

    # Not from the command line's own words, or it would stand in the shell's history.
    secret = tokens.add(
        database(config), name, scope, login(), datetime.now(UTC), source=Source.API
    )
    if as_json:
        print_json({"name": name, "scope": scope.value, "token": secret}, as_is=True)
    else:
        typer.echo(secret)
        typer.echo("It is shown this once: Authorization: Bearer …", err=True)


@token_app.command(name="list")
def list_tokens(
    text: OnlyArgument = None, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Tokens, what each lets do, and when it was last used."""
    from monitor.service import tokens

    found = only(
        tokens.listed(database(config)), text, lambda each: (each.name, each.author), "token"
    )
    if as_json:
        print_each(found)
        return
    print_table(
        ("name", "scope", "made by", "made", "last used"),
        (
            (each.name, each.scope, each.author, local_time(each.created), local_time(each.used))
            for each in found
        ),
        empty="No tokens: `monitor token add NAME` makes one.",
    )


@token_app.command(name="revoke")
def revoke_token(
    name: Annotated[str, typer.Argument(help="Its name.")], config: ConfigOption = None
) -> None:
    """Have a token open nothing any more, at once."""
    from monitor.service import tokens

    tokens.revoke(database(config), name, login(), datetime.now(UTC), source=Source.API)
    typer.echo(f"{safe(name)} opens nothing any more.")
