"""`monitor doctor`: what is wrong with this installation, and what to do."""

from __future__ import annotations

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_path
from monitor.cli.printing import print_json, safe


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Examine this installation: configuration, database, disk, network, clock, channels.

    Nothing is changed, and nobody is told anything. Exit with 1 when something is broken.
    """
    from monitor.service.doctor import Condition, examine

    colours = {
        Condition.WELL: typer.colors.GREEN,
        Condition.DOUBTFUL: typer.colors.YELLOW,
        Condition.BROKEN: typer.colors.RED,
        Condition.NOT_TRIED: None,
    }
    broken = False
    for finding in examine(config_path(config)):
        broken |= finding.condition is Condition.BROKEN
        if as_json:
            print_json(finding)
            continue
        typer.secho(f"{finding.condition.value:9}", fg=colours[finding.condition], nl=False)
        typer.echo(f" {finding.of}: {safe(finding.said)}")
        if finding.todo and finding.condition is not Condition.WELL:
            typer.echo(f"{'':10}{safe(finding.todo)}")
    if broken:
        raise typer.Exit(1)
