"""`monitor notify`: trying the channels."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.options import ConfigOption, JsonOption, load
from monitor.cli.printing import print_json, say
from monitor.errors import MonitorError, UsageError
from monitor.wording import counted

notify_app = typer.Typer(help="Try the channels.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(notify_app, name="notify", no_args_is_help=True)


@notify_app.command(name="test")
def notify_test(
    channel: Annotated[
        str | None, typer.Argument(help="The channel; without it, every one.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a sample alert and report what the service said."""
    from monitor.channels.sender import Sender
    from monitor.config.explain import did_you_mean
    from monitor.messages.render import render_sample
    from monitor.service.templates import in_its_form

    settings = load(config).config
    # stdout is for the JSON when a script reads it.
    sender = Sender(settings.channels, console=sys.stderr if as_json else sys.stdout)
    names = [each.name for each in settings.channels] or ["console"]
    if channel is not None:
        if channel not in sender.channels:
            advice = did_you_mean(channel, sender.channels)
            raise UsageError(f"no channel is called `{channel}`{advice.words}")
        names = [channel]
    message = render_sample(now=datetime.now(UTC), timezone=settings.alerts.timezone)
    configured = {each.name: each for each in settings.channels}
    failed = []
    for name in names:
        drawn, warning = in_its_form(configured.get(name), message)
        result = sender.send(name, drawn)
        if as_json:
            said_json = {"channel": name, "ok": result.ok, "detail": result.detail}
            print_json(said_json | ({"warning": warning} if warning else {}))
        else:
            said = "accepted" if result.ok else "failed"
            say(f"{name}: {said}: {result.detail}", err=True)
            if warning:
                say(f"{name}: in the built-in form, for {warning}", err=True)
        if not result.ok:
            failed.append(name)
    if failed:
        raise MonitorError(
            f"{len(failed)} of {counted(len(names), 'channel')} failed",
            hint=f"Check the `url` of {' and '.join(failed)}.",
        )
