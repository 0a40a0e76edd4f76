"""`monitor init`: a first configuration, by questions where somebody can answer them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.printing import safe
from monitor.wording import counted

if TYPE_CHECKING:
    from monitor.config.first_config import Pack, Wanted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("config.toml"),
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing: write the example as it is.")
    ] = False,
) -> None:
    """Write a commented configuration to start from.

    On a terminal it asks whom to watch, where to look and whom to tell; Enter skips a question.
    """
    from monitor.config.write import write_example
    from monitor.service.first_config import write_first

    if yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        write_example(path)
        typer.echo(f"Wrote {path}.")
        typer.echo(
            "Edit who is watched and where alerts go; then `monitor check` and `monitor run`."
        )
        return
    if path.exists():
        # Nobody is to answer five questions for nothing.
        write_example(path)
    try:
        wanted = _answers()
    except typer.Abort:
        typer.echo(f"\nStopped: {safe(str(path))} was not written.", err=True)
        raise typer.Exit(1) from None
    written = write_first(path, wanted)
    typer.echo("\nWrote " + ", ".join(map(str, written)) + ".")
    _try(path)
    typer.echo("\nNext: `monitor run`. To change anything, edit the file: it explains itself.")


def _answers() -> Wanted:
    from monitor.service.first_config import Wanted, kind_of, names_in, own_timezone, packs

    typer.echo("Enter skips a question; everything can be changed in the file later.\n")
    names = names_in(_ask("Whom to watch? Names, with commas between them"))
    kinds = tuple((name, kind_of(name)) for name in names)
    for name, kind in kinds:
        typer.echo(f"   {safe(name)}: {kind.value}")
    typer.echo("\nWhere to look? Packs of feeds that come with monitor:")
    offered = packs()
    for number, pack in enumerate(offered, 1):
        typer.echo(f"   {number}  {pack.name}: {pack.title} ({counted(pack.feeds, 'feed')})")
    chosen = _chosen(offered)
    typer.echo("\nFor Slack: https://api.slack.com/apps, Create New App, Incoming Webhooks.")
    slack = _slack()
    to = _to()
    mail = _mail(to) if to else None
    if zone := own_timezone():
        typer.echo(f"\nTimes are told as this machine has them: {safe(zone)}.")
    return Wanted(kinds, chosen, slack, mail, zone)


def _chosen(offered: tuple[Pack, ...]) -> tuple[str, ...]:
    """The packs that are wanted; asked again while one of them is none."""
    from monitor.service.first_config import names_in, nearest

    names = [each.name for each in offered]
    numbered = {str(number): name for number, name in enumerate(names, 1)}
    while True:
        typed = names_in(_ask("Numbers or names, with commas; without any, all"))
        wanted = [numbered.get(each, each.casefold()) for each in typed]
        unknown = [each for each in wanted if each not in names]
        if not unknown:
            return tuple(dict.fromkeys(wanted)) or tuple(names)
        for each in unknown:
            meant = nearest(each, names)
            hint = f": did you mean {meant}?" if meant else ""
            typer.echo(f"   there is no pack {safe(each)}{hint}", err=True)


def _slack() -> str | None:
    """The webhook; asked again while it is none."""
    from monitor.errors import ChannelError
    from monitor.service.first_config import slack_address

    while typed := _ask("Tell whom by Slack? The address of an incoming webhook"):
        try:
            return slack_address(typed)
        except ChannelError as error:
            hint = f" {error.hint}" if error.hint else ""
            typer.echo(f"   {safe(error.what)}.{hint}", err=True)
    return None


def _to() -> str:
    from monitor.service.first_config import is_mail

    while to := _ask("By mail? An address"):
        if is_mail(to):
            return to
        typer.echo("   that is no mail address, such as you@example.org", err=True)
    return ""


def _mail(to: str) -> str | None:
    from monitor.service.first_config import mail_address

    server = _ask("   Outgoing mail server, such as smtp.example.org")
    if not server:
        typer.echo("   without a server no mail is sent: left out", err=True)
        return None
    user = _ask("   User name there")
    password = typer.prompt("   Password", default="", show_default=False, hide_input=True)
    return mail_address(to, server, user, password)


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False)).strip()


def _try(path: Path) -> None:
    from monitor.cli.doctor import show
    from monitor.service.doctor import Condition, examine

    typer.echo("\nTrying each feed and channel:")
    for finding in examine(path, every_feed=True):
        shown = finding.of.startswith(("channel", "network", "feed"))
        if shown or finding.condition is not Condition.WELL:
            show(finding)
