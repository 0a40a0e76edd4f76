"""`monitor doctor`: what is wrong with this installation, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_path
from monitor.cli.printing import print_json, safe

if TYPE_CHECKING:
    from monitor.service.doctor import Finding


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Examine this installation: configuration, database, disk, network, clock, channels.

    Nothing is changed, and nobody is told anything. Exit with 1 when something is broken.
    """
    from monitor.service.doctor import Condition, examine

    broken = False
    for finding in examine(config_path(config)):
        broken |= finding.condition is Condition.BROKEN
        if as_json:
            print_json(finding)
        else:
            show(finding)
    if broken:
        raise typer.Exit(1)


def show(finding: Finding) -> None:
    """Print what one examination found."""
    from monitor.service.doctor import Condition

    colours = {
        Condition.WELL: typer.colors.GREEN,
        Condition.DOUBTFUL: typer.colors.YELLOW,
        Condition.BROKEN: typer.colors.RED,
        Condition.NOT_TRIED: None,
    }
    typer.secho(f"{finding.condition.value:9}", fg=colours[finding.condition], nl=False)
    typer.echo(f" {finding.of}: {safe(finding.said)}")
    if finding.todo and finding.condition is not Condition.WELL:
        typer.echo(f"{'':10}{safe(finding.todo)}")
